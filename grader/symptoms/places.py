"""Symptoms of values that are right in themselves: elsewhere, in another shape, another value's, or averaged away."""

from __future__ import annotations

import math

import numpy as np

from grader.model import Array
from grader.symptoms.base import LARGEST, Group, Wrong, by_input, common
from grader.symptoms.parts import Parts


def taken_for(group: Group) -> list[str]:
    """It is an input as it came in, or what is expected of another value."""

    def ask(one: Wrong) -> list[str]:
        others = one.seen.others.items()
        return [f"there are the values that are expected of `{name}`" for name, array in others if _is(one, array)]

    unchanged = "there are the values of {}, as they came in"
    return by_input(group, lambda one, array: unchanged if _is(one, array) else "") or common(group, ask)


def _is(one: Wrong, array: Array) -> bool:
    return one.got.shape == array.shape and one.alike(one.got, array)


def transposed(group: Group) -> list[str]:
    """The last two axes have changed places."""

    def ask(one: Wrong) -> list[str]:
        right = one.expected.ndim >= 2 and _is(one, np.swapaxes(one.expected, -1, -2))
        return ["rows and columns have changed places"] if right else []

    return common(group, ask)


def blocks_moved(group: Group, parts: Parts) -> list[str]:
    """The blocks of columns alternate, are not put together, or were put together by a reshape alone."""
    counts = {id(one): count for one, count in zip(group, parts.counts, strict=True)}

    def ask(one: Wrong) -> list[str]:
        count, shape = counts[id(one)], one.expected.shape
        apart = one.expected.reshape(*shape[:-1], count, -1)
        first = np.swapaxes(apart, -2, -3) if len(shape) >= 2 else apart
        ways = (
            (f"the columns of the {parts.many} alternate", np.swapaxes(apart, -1, -2).reshape(shape)),
            (f"the {parts.many} are joined by a reshape without moving the axes back first", first.reshape(shape)),
            (f"the {parts.many} are still apart, along an axis of their own", first),
            (f"the {parts.many} are still apart, along an axis of their own", apart),
            (f"the {parts.many} are still apart, along an axis of their own", np.moveaxis(apart, -2, 0)),
        )
        return list(dict.fromkeys(text for text, array in ways if _is(one, array)))

    return common(group, ask)


def elsewhere(group: Group) -> list[str]:
    """The same values, in another shape or in other places."""

    def ask(one: Wrong) -> list[str]:
        if one.got.size != one.expected.size:
            return []
        if one.alike(one.got.ravel(), one.expected.ravel()):
            return ["the values and their order are right, but not the shape"]
        if one.same_shape and one.alike(np.sort(one.got, axis=-1), np.sort(one.expected, axis=-1)):
            return ["every row holds the values that are expected there, in another order"]
        same = one.alike(np.sort(one.got, axis=None), np.sort(one.expected, axis=None))
        return ["there are all values that are expected, in other places"] if same else []

    return common(group, ask)


def reduced(group: Group, parts: Parts) -> list[str]:
    """Only one part is there, or one for the average or the sum of all; or the first or the last is missing."""
    if any(one.same_shape for one in group):
        return []
    several = any(one.lively and _count(one, parts) > 1 for one in group)
    return common(group, lambda one: _reduced(one, parts)) if several else []


def _count(one: Wrong, parts: Parts) -> int:
    split = parts.split(one.expected)
    return len(split) if split is not None else 0


def _reduced(one: Wrong, parts: Parts) -> list[str]:
    split = parts.split(one.expected)
    if split is None:
        return []
    count = len(split)
    if parts.axis is None:
        cut = (*one.expected.shape[:-1], one.expected.shape[-1] // count)
    else:
        cut = tuple(np.delete(one.expected.shape, parts.axis))
    if one.got.size == math.prod(cut) and tuple(s for s in one.got.shape if s != 1) == tuple(s for s in cut if s != 1):
        got = one.got.ravel()
        ways = (
            (f"only the first of {count} {parts.many} is there", split[0]),
            (f"only the first {parts.one} is there", split[0]),
            (f"only the last of {count} {parts.many} is there", split[-1]),
            (f"only the last {parts.one} is there", split[-1]),
            (f"there is only the average of the {parts.many}", split.mean(axis=0)),
            (f"there is only the sum of the {parts.many}", split.sum(axis=0)),
        )
        return [text for text, value in ways if one.alike(got, value)]
    return _lacking(one, parts, count)


def _lacking(one: Wrong, parts: Parts, count: int) -> list[str]:
    if parts.axis is None:
        return []
    keep = (("last", slice(count - 1)), ("first", slice(1, count)))
    axes = np.moveaxis(one.expected, parts.axis, 0)
    rest = [(which, np.moveaxis(axes[part], 0, parts.axis)) for which, part in keep]
    return [f"the {which} {parts.one} is missing; all else is right" for which, array in rest if _is(one, array)]


# --- what rows look like -----------------------------------------------------------------------


def rows_taken(group: Group) -> list[str]:
    """Every row is a row of an input, unmixed; or the average or the sum of its rows."""
    return by_input(group, _rows_taken)


def _rows_taken(one: Wrong, array: Array) -> str:
    shape = one.got.shape
    fits = one.same_shape and len(shape) >= 2 and array.ndim == len(shape) and array.shape[:-2] == shape[:-2]
    if not fits or array.shape[-1] != shape[-1] or one.got.size * array.shape[-2] > 10 * LARGEST:
        return ""
    for word, value in (("average", array.mean(axis=-2, keepdims=True)), ("sum", array.sum(axis=-2, keepdims=True))):
        if one.alike(one.got, value):
            return f"every row is the {word} of the rows of {{}}"
    near = np.abs(one.got[..., :, None, :] - array[..., None, :, :]) <= 10 * one.slack
    return "every row is one of the rows of {}, not a mixture" if near.all(axis=-1).any(axis=-1).all() else ""


def rows_look(group: Group) -> list[str]:
    """Every row sums to one, is of length 1, or is normalised, where what is expected is not."""

    def ask(one: Wrong) -> list[str]:
        if one.got.ndim < 2 or one.got.shape[-1] < 2 or one.got.size == 0:
            return []
        ways = (
            ("no value is negative and every row sums to one, as after a softmax", _shares),
            ("every row has mean 0 and standard deviation 1, as after a normalisation", _normal),
            ("every row has length 1, as after a normalisation", _unit),
        )
        return [text for text, holds in ways if holds(one.got) and not holds(one.expected)]

    return common(group, ask)


def _shares(array: Array) -> bool:
    return bool((array >= 0).all() and (np.abs(array.sum(axis=-1) - 1) < 1e-5).all())


def _normal(array: Array) -> bool:
    if array.shape[-1] < 3:
        return False
    middle, spread = array.mean(axis=-1), array.std(axis=-1)
    return bool((np.abs(middle) < 1e-3).all() and (np.abs(spread - 1) < 1e-3).all())


def _unit(array: Array) -> bool:
    return bool((np.abs(np.sqrt((array * array).sum(axis=-1)) - 1) < 1e-4).all())


def triangle(group: Group) -> list[str]:
    """Of a square table, one side of the diagonal or the diagonal is right, and nothing else is."""

    def ask(one: Wrong) -> list[str]:
        shape = one.got.shape
        if not one.same_shape or len(shape) < 2 or shape[-1] != shape[-2] or shape[-1] < 3:
            return []
        off = np.abs(one.got - one.expected) > one.slack + one.seen.tolerance.rtol * np.abs(one.expected)
        right, whole = ~off, np.ones(shape[-2:], dtype=bool)
        ways = (
            ("only the diagonal is right", np.eye(shape[-1], dtype=bool)),
            ("all is right on and below the diagonal, and nothing above it", np.tril(whole)),
            ("all is right below the diagonal, and nothing else", np.tril(whole, -1)),
            ("all is right on and above the diagonal, and nothing below it", np.triu(whole)),
            ("all is right above the diagonal, and nothing else", np.triu(whole, 1)),
        )
        return [text for text, where in ways if (right == where).all()]

    return common(group, ask)


def flat(group: Group) -> list[str]:
    """All values are 0, or one number, or whole numbers."""

    def ask(one: Wrong) -> list[str]:
        if one.got.size == 0:
            return []
        if not one.got.any():
            return ["all values are 0"]
        if np.ptp(one.got) <= one.slack:
            return ["all values are the same number"]
        whole = np.array_equal(one.got, np.rint(one.got)) and float(np.abs(one.got).max()) < 2**52
        return ["all values are whole numbers"] if whole and not one.alike(one.expected, np.rint(one.expected)) else []

    return common(group, ask)
