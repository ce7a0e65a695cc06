"""Item analysis: how hard each case was, whether it tells strong from weak, how far a score is to be trusted.

Pure: arrays in, values out. Whatever cannot be computed is None with the reason, never a 0 or a NaN that someone reads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

LEAST_STUDENTS = 3
"""A correlation of two students is always 1 or −1."""
_NOTHING = 1e-9
"""Points: sums of thirds and sixths that are equal differ by less."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number, or why there is none."""

    value: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """What a class's points say of one case."""

    difficulty: Measure
    """Share of the points earned, 0 to 1; the higher, the easier, for so the word is used."""
    discrimination: Measure
    """−1 to 1: corrected item-total correlation."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Scores in six numbers."""

    count: int
    mean: float
    least: float
    lower: float
    """A quarter of the scores is no higher."""
    median: float
    upper: float
    """A quarter of the scores is no lower."""
    greatest: float


def summary(scores: Points) -> Summary | None:
    """Of the scores (n,), or None of none.

    Quartiles are interpolated between neighbours: type 7 of Hyndman and Fan, "Sample quantiles in statistical
    packages", The American Statistician 50 (1996), which is also what spreadsheets compute (QUARTILE.INC).
    """
    if not scores.size:
        return None
    least, lower, median, upper, greatest = (float(cut) for cut in np.quantile(scores, [0, 0.25, 0.5, 0.75, 1]))
    return Summary(scores.size, float(scores.mean()), least, lower, median, upper, greatest)


def items(earned: Points, possible: Points) -> tuple[Item, ...]:
    """Each case's measures, from the points earned (students × cases) and those possible (cases)."""
    total = earned.sum(axis=1)
    is_item = possible > 0
    return tuple(
        Item(_difficulty(earned[:, j], possible[j]), _discrimination(earned[:, j], total, is_item, j))
        for j in range(possible.size)
    )


def _difficulty(points: Points, possible: float) -> Measure:
    """Mean points over possible points (Crocker and Algina, Introduction to Classical and Modern Test Theory, 1986)."""
    if possible <= 0:
        return Measure(None, "worth no points")
    if not points.size:
        return Measure(None, "nobody was graded")
    return Measure(float(points.mean() / possible))


def _discrimination(points: Points, total: Points, is_item: NDArray[np.bool_], j: int) -> Measure:
    """Pearson's correlation of a case's points x with the points on all other cases, T − x.

    Uncorrected, a case would correlate with itself inside T (Henrysson, "Correction of item-total correlations in item
    analysis", Psychometrika 28, 1963; Nunnally and Bernstein, Psychometric Theory, 1994).
    """
    rest = total - points
    if not is_item[j]:
        return Measure(None, "worth no points")
    if is_item.sum() < 2:
        return Measure(None, "there is no other case")
    if points.size < LEAST_STUDENTS:
        return Measure(None, f"fewer than {LEAST_STUDENTS} students")
    if np.ptp(points) <= _NOTHING:
        return Measure(None, "all have the same points on it")
    if np.ptp(rest) <= _NOTHING:
        return Measure(None, "all have the same points on the other cases")
    return Measure(float(np.clip(np.corrcoef(points, rest)[0, 1], -1.0, 1.0)))


def alpha(earned: Points, possible: Points) -> Measure:
    """Cronbach's alpha of the points earned (students × items): k/(k − 1) · (1 − Σ var(x_j) / var(Σ x_j)).

    Items worth nothing are left out (Cronbach, "Coefficient alpha and the internal structure of tests", Psychometrika
    16, 1951; variances with n − 1, which cancels). Below 0 where items disagree.
    """
    scored = earned[:, possible > 0]
    students, count = scored.shape
    if count < 2:
        return Measure(None, "there are fewer than 2 of them")
    if students < LEAST_STUDENTS:
        return Measure(None, f"fewer than {LEAST_STUDENTS} students")
    total = scored.sum(axis=1)
    if np.ptp(total) <= _NOTHING:
        return Measure(None, "all have the same points")
    among = float(scored.var(axis=0, ddof=1).sum() / total.var(ddof=1))
    return Measure(count / (count - 1) * (1 - among))
