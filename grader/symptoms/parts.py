"""Symptoms of parts: batch items, heads, rows or columns that are in another order, alike, or right by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.model import Array
from grader.symptoms.base import LARGEST, Group, Wrong, common, shared_dims, shared_sizes

MOST = 64
"""Parts that are compared with one another."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


@dataclass(frozen=True)
class Parts:
    """A way to see an array as parts of one shape. `split` gives (parts, entries), or None where it has none."""

    one: str
    many: str
    split: Callable[[Array], Array | None]
    axis: int | None = None
    """The axis along which it splits; None for blocks of the last one."""
    counts: tuple[int, ...] = ()
    """The number of blocks in each observation."""


def parts_of(group: Group) -> list[Parts]:
    """The ways to see the observations as parts, the largest parts first."""
    dims = shared_dims(group)
    depth = {one.expected.ndim for one in group}
    leading = len(depth) == 1 and next(iter(depth)) - 2
    found = [along_axis(axis, dims, "") for axis in range(leading or 0)]
    if min(depth) >= 2:
        found += [along_axis(-2, dims, "row"), *blocks(group), along_axis(-1, dims, "column")]
    elif depth == {1}:
        found.append(Parts("entry", "entries", lambda a: a.reshape(-1, 1), 0))
    return found


def along_axis(axis: int, dims: tuple[str, ...], word: str) -> Parts:
    """The parts along an axis; leading ones are called by the name of their dimension."""

    def split(array: Array) -> Array | None:
        if array.size == 0:
            return None
        return _to_front(array, axis).reshape(array.shape[axis], -1)

    if word:
        return Parts(word, f"{word}s", split, axis)
    if dims and dims[axis].endswith("heads"):
        return Parts("head", "heads", split, axis)
    of = f"`{dims[axis]}`" if dims and dims[axis] else f"the {ORDINALS[axis]} axis"
    return Parts(f"item of {of}", f"items of {of}", split, axis)


def blocks(group: Group) -> Iterator[Parts]:
    """Neighbouring columns that belong together, such as those of a head: by every size that divides the last axis."""
    own = {name for one in group for name in one.seen.dims}
    known: set[tuple[int | float, ...]] = set()
    for name, sizes in shared_sizes(group).items():
        counts = tuple(int(size) for size in sizes)
        if name in own or counts in known or counts != sizes or not _divide(group, counts):
            continue
        known.add(counts)
        count = {one.expected.shape: number for one, number in zip(group, counts, strict=True)}
        one, many = ("head", "heads") if name.endswith("heads") else ("block of columns", f"`{name}` blocks of columns")
        yield Parts(one, many, _splitter(count), None, counts)


def _divide(group: Group, counts: Sequence[int]) -> bool:
    widths = [one.expected.shape[-1] for one in group]
    shapes = {(one.expected.shape, count) for one, count in zip(group, counts, strict=True)}
    if len({shape for shape, _ in shapes}) != len(shapes):
        return False  # one shape, split in two ways
    return all(count > 0 and width % count == 0 for count, width in zip(counts, widths, strict=True)) and any(
        1 < count < width for count, width in zip(counts, widths, strict=True)
    )


def _splitter(count: dict[tuple[int, ...], int]) -> Callable[[Array], Array | None]:
    def split(array: Array) -> Array | None:
        number = count.get(array.shape)
        if number is None or array.size == 0:
            return None
        return _to_front(array.reshape(*array.shape[:-1], number, -1), -2).reshape(number, -1)

    return split


def _to_front(array: Array, axis: int) -> Array:
    """`np.moveaxis(array, axis, 0)`, which takes longer than all else here."""
    at = axis % array.ndim
    return array.transpose(at, *range(at), *range(at + 1, array.ndim))


# --- what is said of them ----------------------------------------------------------------------


def moved(group: Group, parts: Parts) -> list[str]:
    """All parts hold what is expected of some part."""
    return common(group, lambda one: _moved(one, parts))


def _moved(one: Wrong, parts: Parts) -> list[str]:
    met = meet(one, parts)
    if met is None or not met.any(axis=1).all():
        return []
    count = len(met)
    said = [
        f"every {parts.one} holds what is expected of the {which}"
        for which, at in (("first", 0), ("last", count - 1))
        if met[:, at].all()
    ]
    if met[:, ::-1].diagonal().all():
        said.append(f"the {parts.many} are in reversed order")
    for step, which in ((1, "on"), (-1, "back")):
        if np.roll(met, step, axis=1).diagonal().all():
            said.append(f"the {parts.many} are moved {which} by one, around the end")
    if np.array_equal(met.sum(axis=0), np.ones(count)) and np.array_equal(met.sum(axis=1), np.ones(count)):
        said.append(f"the {parts.many} are in another order")
    return said


def meet(one: Wrong, parts: Parts) -> Array | None:
    """Which parts that came back are which expected parts; None where there are none, or too many."""
    got, expected = (parts.split(one.got), parts.split(one.expected)) if one.same_shape else (None, None)
    if got is None or expected is None or not 2 <= len(got) <= MOST or len(got) * got.size > 10 * LARGEST:
        return None
    return one.matches(got, expected)


def some_right(group: Group, parts: Parts) -> list[str]:
    """Some parts are right, the same in all observations."""
    counts = set(parts.counts) if parts.axis is None else {one.expected.shape[parts.axis] for one in group}
    anywhere = len(group) >= 2 and len(counts) == 1
    found = common(group, lambda one: _some_right(one, parts, anywhere))
    whole = parts.axis not in (None, -1)  # a column may only be part of what is right, a block of them
    return found if len(group) >= 2 and whole else [clause for clause in found if not clause.endswith(NOT_ALL)]


NOT_ALL = "is right, but not every other one"
"""Said of several observations only: in one, a part may be right by chance."""


def _some_right(one: Wrong, parts: Parts, anywhere: bool) -> list[str]:
    met = meet(one, parts)
    if met is None:  # as it is for another shape, which may have no such axis
        return []
    expected, got = parts.split(one.expected), parts.split(one.got)
    if expected is None or got is None:
        return []
    right: Array = np.diagonal(met)
    if not right.any() or not (np.abs(expected[right]).max(axis=1) > 100 * one.slack).all():
        return []
    others = []
    if not got[~right].any() and (np.abs(expected[~right]).max(axis=1) > 100 * one.slack).all():
        others.append("is 0")
    elif met[~right].any(axis=1).all():
        others.append("holds what is expected elsewhere")
    certain = [
        f"{place} is right{_rest(place, rest)}" for rest in (*others, "") for place in _places(right, parts, anywhere)
    ]
    ends = [which for which, where in (("first", 0), ("last", -1)) if right[where]]
    return [*certain, *(f"the {which} {parts.one} {NOT_ALL}" for which in ends)]


def _rest(place: str, what: str) -> str:
    """What the parts are that are not right: one where every other one is, else any number of them."""
    which = "that one" if place.startswith("every ") else "the rest"
    return f"; {which} {what}" if what else ""


def _places(right: Array, parts: Parts, anywhere: bool) -> list[str]:
    """Where the right parts are, in words; the most telling first."""
    at, count = [int(i) for i in np.flatnonzero(right)], len(right)
    said = []
    for which, where in (("first", 0), ("last", count - 1)):
        if at == [where]:
            said += [f"only the {which} of {count} {parts.many}", f"only the {which} {parts.one}"]
    for which, where in (("first", 0), ("last", count - 1)):
        if at == [other for other in range(count) if other != where]:
            said.append(f"every {parts.one} but the {which}")
    if not said and anywhere and count <= len(ORDINALS) and len(at) in (1, count - 1):
        where = at[0] if len(at) == 1 else int(np.flatnonzero(~right)[0])
        which = ORDINALS[where]
        said = [f"only the {which} {parts.one}" if len(at) == 1 else f"every {parts.one} but the {which}"]
    return said


def alike(group: Group, parts: Parts) -> list[str]:
    """All parts are the same."""
    return common(group, lambda one: _alike(one, parts))


def _alike(one: Wrong, parts: Parts) -> list[str] | None:
    if not one.same_shape:
        return []
    got, expected = parts.split(one.got), parts.split(one.expected)
    if got is None or expected is None or len(got) < 2 or one.alike(expected, expected[:1]):
        return None
    if not one.alike(got, got[:1]) or not (np.abs(got) > one.slack).any():
        return []
    said = f"all {parts.many} are alike"
    ways = (("average", expected.mean(axis=0)), ("sum", expected.sum(axis=0)))
    return [
        *(f"{said}: each is the {word} of those expected" for word, value in ways if one.alike(got[0], value)),
        said,
    ]


def zeros(group: Group, parts: Parts) -> list[str]:
    """Some parts are 0, the same in all observations."""
    return common(group, lambda one: _zeros(one, parts))


def _zeros(one: Wrong, parts: Parts) -> list[str]:
    got, expected = (parts.split(one.got), parts.split(one.expected)) if one.same_shape else (None, None)
    if got is None or expected is None or len(got) < 2 or not np.abs(expected).max(axis=1).min() > 100 * one.slack:
        return []
    return [f"{place} is filled in; the rest is 0" for place in _places(np.asarray(got.any(axis=1)), parts, False)]


def not_finite(group: Group, parts: Parts) -> list[str]:
    """Some parts are NaN or infinite as a whole, and nothing else is."""

    def ask(one: Wrong) -> list[str]:
        bad = parts.split(~np.isfinite(one.got)) if one.same_shape else None
        if bad is None or len(bad) < 2 or not np.array_equal(bad.any(axis=1), bad.all(axis=1)):
            return []
        return [f"{place} is NaN or infinite" for place in _places(np.asarray(bad.all(axis=1)), parts, True)]

    return common(group, ask)
