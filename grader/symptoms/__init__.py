"""What wrong values look like, in sentences for a student whose mistake has no name. Pure.

A sentence holds in every wrong observation of the values that it names, within the case's tolerance; where the
expected values are too plain to tell anything, nothing is said. To add a symptom: a function of a group of
observations in this folder and its line in `_whole` (it explains all values) or `_partly`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from grader.symptoms import amounts, parts, places
from grader.symptoms.base import Group, Observed, Wrong

__all__ = ["MOST_SENTENCES", "Observed", "symptoms"]

MOST_SENTENCES = 3
MOST_PER_VALUE = 2
SOMETIMES = "where wrong: "
"""Begins a clause on values that are right in other cases."""


def symptoms(seen: Sequence[Observed]) -> tuple[str, ...]:
    """What all wrong observations of a value have in common, most telling first; at most MOST_SENTENCES."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(one.name for one in seen):
        mine = [one for one in seen if one.name == name]
        wrong = [Wrong(one) for one in mine if one.wrong]
        with np.errstate(all="ignore"):  # students' numbers may be of any size
            clauses = _clauses(wrong)
        for clause in clauses:
            found.setdefault(clause if len(wrong) == len(mine) else SOMETIMES + clause, []).append(name)
    return tuple(_sentence(clause, names) for clause, names in list(found.items())[:MOST_SENTENCES])


def _sentence(clause: str, names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    listed = " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
    end = "" if clause.endswith("?") else "."
    if not clause.startswith(SOMETIMES):
        return f"In {listed}, {clause}{end}"
    return f"Where {listed} {'is' if len(names) == 1 else 'are'} wrong, {clause.removeprefix(SOMETIMES)}{end}"


def _clauses(wrong: Sequence[Wrong]) -> list[str]:
    """What is said of one value: one clause that explains all of it, else a few that explain some."""
    if not wrong or any(0 in (one.got.ndim, one.got.size, one.expected.ndim, one.expected.size) for one in wrong):
        return []
    group = sorted(wrong, key=lambda one: (not one.lively, -one.expected.size))  # the first decides most
    ways = parts.parts_of(group)
    if not all(one.finite for one in group):
        return _first([found for way in ways for found in parts.not_finite(group, way)[:1]])
    whole = next(_whole(group, ways), None)
    if whole is not None:
        return [whole]
    return list(dict.fromkeys(_partly(group, ways)))[:MOST_PER_VALUE]


def _first(clauses: Sequence[str]) -> list[str]:
    return list(clauses[:1])


def _whole(group: Group, ways: Sequence[parts.Parts]) -> Iterator[str]:
    for look in (places.taken_for, amounts.factor, places.transposed, amounts.added, amounts.rounded):
        yield from look(group)[:1]
    for way in ways:
        if way.axis is None:
            yield from places.blocks_moved(group, way)[:1]
        yield from parts.moved(group, way)[:1]
        yield from places.reduced(group, way)[:1]
    yield from places.elsewhere(group)[:1]
    yield from amounts.factor_per_row(group)[:1]
    for way in ways:
        if way.axis is None:
            yield from amounts.factor_per_row_of_parts(group, way.many, way.counts)[:1]
    yield from amounts.imprecise(group)[:1]
    yield from places.triangle(group)[:1]


def _partly(group: Group, ways: Sequence[parts.Parts]) -> Iterator[str]:
    yield from places.flat(group)[:1]
    yield from places.rows_taken(group)[:1]
    for way in ways:
        yield from (parts.some_right(group, way) or parts.zeros(group, way))[:1]
        yield from parts.alike(group, way)[:1]
    yield from places.rows_look(group)[:1]
