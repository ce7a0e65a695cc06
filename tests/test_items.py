"""Item analysis by value: the numbers are worked by hand in the comments."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from grader.items import Item, Measure, Points, alpha, items, summary

# Three cases of 1 point, four students. Totals 3, 2, 2, 0.
EARNED = np.array([[1, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 0]], dtype=float)
ONES = np.ones(3)


def points(rows: object) -> Points:
    return np.array(rows, dtype=float)


def values(found: tuple[Item, ...]) -> tuple[list[float | None], list[float | None]]:
    return [item.difficulty.value for item in found], [item.discrimination.value for item in found]


def test_three_cases_worked_by_hand() -> None:
    difficulty, discrimination = values(items(EARNED, ONES))
    assert difficulty == [0.5, 0.5, 0.75]
    # Case 1 deviates by ½ ½ −½ −½; the rest is 2 1 2 0 and deviates by ¾ −¼ ¾ −1¼. Products sum to ½, squares to 1
    # and 2¾: r = ½ / √2¾ = 1/√11. Case 2 likewise, by symmetry. Case 3: the rest is 2 1 1 0; 1 / √(¾ · 2).
    assert discrimination == pytest.approx([1 / sqrt(11), 1 / sqrt(11), sqrt(2 / 3)])


def test_alpha_worked_by_hand() -> None:
    # Variances ⅓ + ⅓ + ¼ = 11/12; totals 3 2 2 0 have mean 7/4 and variance 4¾/3 = 19/12: 3/2 · (1 − 11/19).
    assert alpha(EARNED, ONES).value == pytest.approx(12 / 19)


def test_points_weigh() -> None:
    # As above, with case 3 worth 4: difficulty stays, the rest of case 1 is 5 4 5 0, deviating by 1½ ½ 1½ −3½.
    earned, possible = EARNED * [1, 1, 4], points([1, 1, 4])
    difficulty, discrimination = values(items(earned, possible))
    assert difficulty == [0.5, 0.5, 0.75]
    assert discrimination[0] == pytest.approx((0.75 + 0.25 - 0.75 + 1.75) / sqrt(1 * (2.25 + 0.25 + 2.25 + 12.25)))
    # Variances ⅓ + ⅓ + 4 = 14/3; totals 6 5 5 0: mean 4, variance (4 + 1 + 1 + 16)/3 = 22/3.
    assert alpha(earned, possible).value == pytest.approx(3 / 2 * (1 - 14 / 22))


def test_a_case_that_the_weak_have_right_is_negative() -> None:
    found = items(points([[0, 1, 1], [0, 1, 1], [1, 0, 0]]), ONES)
    assert found[0].discrimination.value == pytest.approx(-1)


def test_cases_that_disagree_have_an_alpha_below_zero() -> None:
    earned = points([[1, 0], [1, 0], [0, 1], [0, 0]])
    # Variances ⅓ + ¼ = 7/12; totals 1 1 1 0: variance ¼. 2 · (1 − 7/3).
    assert alpha(earned, np.ones(2)).value == pytest.approx(2 * (1 - 7 / 3))


@pytest.mark.parametrize(
    ("earned", "possible", "why"),
    [
        ([[1, 1], [0, 0]], [1, 1], "fewer than 3 students"),
        ([[1, 0], [1, 1], [1, 0]], [1, 1], "all have the same points on it"),
        ([[1, 1], [0, 1], [1, 1]], [1, 1], "all have the same points on the other cases"),
        ([[1], [0], [1]], [1], "there is no other case"),
        ([[1, 0], [0, 0], [1, 0]], [1, 0], "there is no other case"),
        ([[0, 1], [0, 0], [0, 1]], [0, 1], "worth no points"),
    ],
)
def test_no_discrimination_is_told_why(earned: object, possible: object, why: str) -> None:
    assert items(points(earned), points(possible))[0].discrimination == Measure(None, why)


def test_difficulty_needs_points_and_people() -> None:
    assert items(points([[0, 1]]), points([0, 1]))[0].difficulty == Measure(None, "worth no points")
    assert items(np.empty((0, 1)), np.ones(1))[0].difficulty == Measure(None, "nobody was graded")


@pytest.mark.parametrize(
    ("earned", "possible", "why"),
    [
        ([[1, 1], [0, 0]], [1, 1], "fewer than 3 students"),
        ([[1, 0], [0, 1], [1, 0]], [1, 1], "all have the same points"),
        ([[1, 1], [0, 1], [1, 1]], [1, 0], "there are fewer than 2 of them"),
    ],
)
def test_no_alpha_is_told_why(earned: object, possible: object, why: str) -> None:
    assert alpha(points(earned), points(possible)) == Measure(None, why)


def test_sixths_that_add_up_to_the_same_are_the_same() -> None:
    """A sum of floats is off by a rounding, which is no variance."""
    sixths = points([[1 / 6] * 3 + [0.5], [0.1, 0.2, 0.2, 0.5], [0.2, 0.1, 0.2, 0.5]])
    assert items(sixths, np.ones(4))[3].discrimination.why == "all have the same points on it"
    assert alpha(sixths, np.ones(4)).why == "all have the same points"


def test_cases_worth_nothing_change_nothing() -> None:
    wider = np.hstack([EARNED, np.zeros((4, 1))])
    assert alpha(wider, points([1, 1, 1, 0])) == alpha(EARNED, ONES)
    assert items(wider, points([1, 1, 1, 0]))[:3] == items(EARNED, ONES)


def test_scores_in_six_numbers() -> None:
    found = summary(points([10, 1, 2, 4]))
    assert found is not None
    # Sorted 1 2 4 10; quartiles at positions ¾, 1½ and 2¼: 1 + ¾·1, 2 + ½·2, 4 + ¼·6.
    assert (found.count, found.mean, found.least, found.lower, found.median, found.upper, found.greatest) == (
        *(4, 4.25, 1, 1.75, 3, 5.5, 10),
    )
    assert summary(points([])) is None
