"""Symptoms of values that are in their places, each off in the same way: times a number, plus one, rounded, cut."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from grader.model import Array
from grader.symptoms.base import Group, Wrong, by_input, common, input_sizes, named_sizes

FORMS: tuple[tuple[str, str, Callable[[float], float]], ...] = (
    ("{0} times what is expected", "{0} times what is expected", lambda s: s),
    ("what is expected divided by {0}", "what is expected divided by {0}", lambda s: 1 / s),
    ("√{0} times what is expected", "what is expected times the square root of {0}", math.sqrt),
    ("what is expected divided by √{0}", "what is expected divided by the square root of {0}", lambda s: 1 / s**0.5),
)
"""What to say of a factor: by a name, in words; and the factor that a size gives."""


# --- times a number ----------------------------------------------------------------------------


def factor(group: Group) -> list[str]:
    """Every value is the same multiple of the expected one."""
    if not any(one.lively for one in group):
        return []
    factors: list[float] = []
    for one in group:
        found = _factor(one)
        if found is None:
            return []
        factors.append(found)
    if all(abs(number + 1) < 1e-4 for number in factors):
        return ["every value has the opposite sign"]
    named = list(_named(group, factors))
    if any(len(set(sizes)) > 1 for _, sizes in named):
        return [next(clause for clause, sizes in named if len(set(sizes)) > 1)]
    if not named and (counted := _counted(group, factors)):
        return counted
    if not all(math.isclose(number, factors[0], rel_tol=1e-4) for number in factors):
        return []
    plain = f"every value is {factors[0]:.4g} times what is expected"
    meanings = {clause.removeprefix("every value is ") for clause, _ in named}
    telling = not math.isclose(abs(math.log2(abs(factors[0]))), 1, abs_tol=1e-3)  # 2 is many things
    return [f"{plain} (in these cases, {next(iter(meanings))})" if telling and len(meanings) == 1 else plain]


def _factor(one: Wrong) -> float | None:
    square = float(np.vdot(one.expected, one.expected))
    if not one.same_shape or square == 0:
        return None
    number = float(np.vdot(one.got, one.expected)) / square
    allowed = one.slack + one.seen.tolerance.rtol * np.abs(one.expected)
    far = 1e-6 < abs(number) < 1e6 and abs(number - 1) > 1e-3
    return number if far and (np.abs(one.got - number * one.expected) <= abs(number) * allowed).all() else None


def _named(group: Group, factors: list[float]) -> Iterator[tuple[str, tuple[int | float, ...]]]:
    """The sizes that give all factors: a clause, and the size in each observation."""
    for name, sizes in named_sizes(group).items():
        for text, _, formula in FORMS:
            if _gives(sizes, formula, factors):
                yield f"every value is {text.format(name)}", sizes


def _counted(group: Group, factors: list[float]) -> list[str]:
    """The same by what can be counted in the inputs, where only one kind of it gives all factors."""
    said: dict[tuple[str, Callable[[float], float]], str] = {}
    for kind, words, sizes in input_sizes(group):
        for _, text, formula in FORMS:
            if len(set(sizes)) > 1 and _gives(sizes, formula, factors):
                said.setdefault((kind, formula), f"every value is {text.format(words)}")
    return list(said.values()) if len(said) == 1 else []


def _gives(sizes: Sequence[int | float], formula: Callable[[float], float], factors: Sequence[float]) -> bool:
    return all(
        isinstance(size, int) and size > 1 and math.isclose(number, formula(size), rel_tol=1e-4)
        for number, size in zip(factors, sizes, strict=True)
    )


def factor_per_row(group: Group) -> list[str]:
    """Every row is a multiple of the expected one: what it is divided by is missing or wrong."""
    text = "every row is the expected row times a number of its own (what the row is divided by is missing or wrong)"
    counts = [1] * len(group)
    return [text] if _rows_are_multiples(group, counts) else []


def _rows_are_multiples(group: Group, counts: Sequence[int]) -> bool:
    """Whether rows are multiples, in each of so many blocks of columns, and once are long enough to tell."""
    telling = False
    for one, count in zip(group, counts, strict=True):
        if not one.same_shape or one.got.ndim < 2:
            return False
        split = (*one.got.shape[:-1], count, -1)
        numbers = _row_factors(one, one.got.reshape(split), one.expected.reshape(split))
        if numbers is None:
            return False
        width = one.got.shape[-1] // count
        several = float(np.ptp(numbers)) > 1e-3 * float(np.abs(numbers).max())
        telling = telling or (several and one.lively and one.got.size // width * (width - 1) >= 4)
    return telling


def _row_factors(one: Wrong, got: Array, expected: Array) -> Array | None:
    squares = (expected * expected).sum(axis=-1, keepdims=True)
    numbers = (got * expected).sum(axis=-1, keepdims=True) / np.where(squares > 0, squares, 1.0)
    if not (np.abs(numbers[squares > 0]) > 1e-6).all():
        return None
    allowed = (one.slack + one.seen.tolerance.rtol * np.abs(expected)) * np.maximum(1.0, np.abs(numbers))
    return numbers if (np.abs(got - numbers * expected) <= allowed).all() else None


def factor_per_row_of_parts(group: Group, many: str, counts: Sequence[int]) -> list[str]:
    """The same within blocks of columns, such as those of the heads; `counts` are their numbers."""
    text = f"in each of the {many}, every row is the expected one times a number of its own"
    text += " (what the row is divided by is missing or wrong)"
    return [text] if _rows_are_multiples(group, counts) else []


# --- plus a number -----------------------------------------------------------------------------


PER_ROW = "every row is what is expected plus one number, another one for each row"
PER_COLUMN = "every row is what is expected plus one and the same row of numbers"


def added(group: Group) -> list[str]:
    """The difference is an input, one number, one per row, or one per column."""

    def ask(one: Wrong, array: Array) -> str:
        fits = one.same_shape and array.shape == one.got.shape and one.alike(one.got - one.expected, array)
        return "every value is what is expected plus that of {}" if fits else ""

    said = by_input(group, ask) or common(group, _added)
    if said[:1] == [PER_ROW] and all(_constant(one, -1) for one in group):
        return []
    return [] if said[:1] == [PER_COLUMN] and all(_constant(one, -2) for one in group) else said


def _constant(one: Wrong, axis: int) -> bool:
    """Whether nothing is expected to change along an axis: a difference that does not either tells nothing."""
    return bool((np.ptp(one.expected, axis=axis) <= 2 * one.slack).all())


def _added(one: Wrong) -> list[str]:
    if not one.same_shape or one.got.size == 0:
        return []
    off = one.got - one.expected
    said: list[str] = []
    if np.ptp(off) <= 2 * one.slack:
        number = float(off.mean())
        size = "large" if number > 0 else "small"
        amounts = (f"{abs(number):.4g}", "one and the same number")
        return [f"every value is too {size} by {amount}" for amount in amounts]
    if off.ndim < 2:
        return said
    table = off.reshape(-1, off.shape[-1])
    rows, columns = table.shape
    if columns > 1 and (np.ptp(table, axis=1) <= 2 * one.slack).all():
        said.append(PER_ROW)
    if rows > 1 and (np.ptp(table, axis=0) <= 2 * one.slack).all():
        said.append(PER_COLUMN)
    return said


# --- rounded, cut ------------------------------------------------------------------------------

DECIMALS = range(1, 6)


def rounded(group: Group) -> list[str]:
    """The values are what is expected, cut or rounded to whole numbers or to a few decimals; or without signs."""
    telling = [one for one in group if _rounded(one)]
    plain = [one for one in group if not _rounded(one)]  # numbers that are round already can only refute
    if len(telling) < len(plain):
        return []
    return [clause for clause in common(telling, _rounded) if all(clause in _rounded(one, False) for one in plain)]


def _rounded(one: Wrong, telling: bool = True) -> list[str]:
    if not one.same_shape or one.got.size == 0:
        return []
    got, expected = one.got, one.expected
    said = []
    if np.array_equal(got, np.rint(got)):
        ways = (
            ("cut to", np.trunc),
            ("rounded down to", np.floor),
            ("rounded to", np.rint),
            ("rounded up to", np.ceil),
        )
        found = [way for way, cut in ways if _is_cut(one, cut(expected), 1.0, telling)]
        said = [f"every value is {way} a whole number" for way in found]
    if float(np.abs(got - expected).max()) <= 0.06:
        for digits in DECIMALS:
            cut_off = _is_cut(one, np.round(expected, digits), 10.0**-digits, telling)
            if cut_off and one.alike(got, np.round(got, digits)):
                said.append(f"every value is rounded to {digits} decimal{'s' if digits > 1 else ''}")
                if telling:
                    break
    if int((expected < -100 * one.slack).sum()) >= 2:
        if one.alike(got, np.abs(expected)):
            said.append("every negative value has lost its sign")
        if one.alike(got, np.maximum(expected, 0.0)):
            said.append("every negative value is replaced by 0")
    return said


def _is_cut(one: Wrong, cut: Array, step: float, must_tell: bool) -> bool:
    """Whether the values are `cut`, but for those that lie too near to a border; and, where it must, says something."""
    off = np.abs(one.got - cut)
    other = off > one.slack
    near = ~other | (np.abs(off - step) <= one.slack)
    telling = np.abs(one.expected - cut) > 10 * one.slack
    several = not must_tell or (np.ptp(cut) > 0 and int(telling.sum()) * 2 >= telling.size)
    return bool(several and near.all() and int(other.sum()) * 20 <= off.size)


def imprecise(group: Group) -> list[str]:
    """All values are nearly right."""
    worst = 0.0
    for one in group:
        if not one.same_shape or one.scale == 0:
            return []
        off = np.abs(one.got - one.expected)
        worst = max(worst, float(off.max()) / one.scale)
        if worst > 1e-3 or float(np.median(off)) < 0.01 * float(off.max()):
            return []
    if not any(one.lively for one in group):
        return []
    if all(one.seen.got.dtype == np.float16 for one in group):
        return ["every value is right to the 3 digits that float16 has, and no further"]
    digits = math.floor(-math.log10(worst))
    return [f"every value is right to about {digits} digits, and no further: is something rounded on the way?"]
