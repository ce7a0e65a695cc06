"""`grader verify`: how well a spec measures, for its author: what each mistake loses, and what falls short."""

from __future__ import annotations

import itertools
import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from string import ascii_lowercase

from rich.console import Console
from rich.text import Text

from grader.kill_matrix import MOST, Margins, Row, Steady, Verified
from grader.reports.ink import Ink
from grader.reports.safe import points
from grader.spec import Assignment

WIDTH = 100
"""Columns of sentences, wherever they are written."""
WIDEST_GROUP = 12
"""A group of more cases is shown by how many of them are lost."""


def show(verified: Verified, assignment: Assignment, console: Console) -> None:
    """Print what was looked at, the kill matrix, the measures, and what falls short."""
    ink = Ink.of(console)
    console.print(ink.line(f"{verified.assignment}, seed {verified.seed}", "bold"), soft_wrap=True)
    parts = (
        _looked_at(verified, assignment, ink),
        _known(verified, assignment, ink),
        _measures(verified, assignment, ink),
        _automatic(verified, ink),
        _verdict(verified, ink),
    )
    for line in itertools.chain(*parts):
        console.print(line, soft_wrap=True)


def _looked_at(verified: Verified, assignment: Assignment, ink: Ink) -> Iterator[Text]:
    earned = f"the reference earns {points(verified.reference_score)} of {points(verified.points)} points"
    took, steady = verified.took, verified.steady
    if took is None or steady is None:
        yield ink.line(earned)
        return
    cases = _count(took.cases, "case")
    known = _count(len({row.misconception for row in verified.rows}), "known mistake")
    yield from _wrapped(
        f"looked at: {cases} in {_count(len(assignment.groups), 'group')}, the reference, "
        f"{_count(len(verified.rows), 'mutant')} of it with {known}, "
        f"{len(verified.automatic)} with a small change of its syntax",
        ink,
    )
    yield from _wrapped(
        f"{earned}; {cases} ({_count(took.runs, 'run')}) of a right submission take {took.seconds:.2f} s", ink
    )
    yield from _wrapped(f"run again, it returns {_same(steady.again)}; {_threads(steady)}", ink)


def _same(same: bool) -> str:
    return "the same" if same else "something else"


def _threads(steady: Steady) -> str:
    if not steady.threads:
        return "the number of BLAS threads could not be changed here"
    return f"with {steady.threads} BLAS threads, {_same(steady.threaded)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


# --- the kill matrix -------------------------------------------------------------------------------


def _known(verified: Verified, assignment: Assignment, ink: Ink) -> Iterator[Text]:
    """A line per group, then a row per mutant: the points that it keeps, a mark per case."""
    if not verified.rows:
        return
    cases = {
        group.id: [c.id for c in verified.cases if c.id.partition(".")[0] == group.id] for group in assignment.groups
    }
    widest = max(map(len, cases))
    for letter, group in zip(_letters(len(cases)), assignment.groups, strict=True):
        worth = f"{points(float(group.points))} {'point' if group.points == 1 else 'points'}"
        yield ink.line(f"  {letter} {group.id:<{widest}}  {_count(len(cases[group.id]), 'case'):>8}, {worth}", "dim")
    widths = [len(mine) if len(mine) <= WIDEST_GROUP else len(f"{len(mine)}/{len(mine)}") for mine in cases.values()]
    name = max(len("mistake"), *(len(row.label) for row in verified.rows))
    keeps = {row.label: f"{points(row.keeps)} of {points(verified.points)}" for row in verified.rows}
    wide = max(map(len, keeps.values()))
    heads = " ".join(f"{letter:<{width}}" for letter, width in zip(_letters(len(cases)), widths, strict=True))
    yield ink.line(f"  {'mistake':<{name}}  {'keeps':>{wide}}  {heads}  (x: this case is lost)", "dim")
    for row in verified.rows:
        good = row.caught and row.is_named
        marks = " ".join(_marks(row, mine, width) for mine, width in zip(cases.values(), widths, strict=True))
        line = ink.line("✓ " if good else "✗ ", "green" if good else "red")
        yield line.append_text(ink.line(f"{row.label:<{name}}  {keeps[row.label]:>{wide}}  {marks}"))


def _letters(count: int) -> list[str]:
    return [ascii_lowercase[index] if index < len(ascii_lowercase) else "?" for index in range(count)]


def _marks(row: Row, cases: Sequence[str], width: int) -> str:
    lost = [case in row.loses for case in cases]
    shown = "".join("x" if each else "." for each in lost) if len(cases) <= WIDEST_GROUP else f"{sum(lost)}/{len(lost)}"
    return f"{shown:<{width}}"


# --- measures --------------------------------------------------------------------------------------


def _measures(verified: Verified, assignment: Assignment, ink: Ink) -> Iterator[Text]:
    worth = {group.id: group.points for group in assignment.groups}
    counted = [row for row in verified.rows if worth[row.caught_by]]
    if counted:
        most = max(counted, key=lambda row: row.keeps)
        keeps = f"{points(most.keeps)} of {points(verified.points)} points"
        yield from _wrapped(f"points: `{most.label}` keeps most, {keeps}; {_degenerate(verified)}", ink)
    if verified.margins is not None:
        for number, sentence in enumerate(_tolerance(verified.margins)):
            yield from _wrapped(f"{' ' * 10 if number else 'tolerance:'} {sentence}", ink)


def _degenerate(verified: Verified) -> str:
    found = dict.fromkeys(case.id.partition(".")[0] for case in verified.cases if case.degenerate and case.points)
    which = f" ({', '.join(found)})" if found else ""
    return f"cases that measure little carry {points(verified.degenerate_points)}{which}"


def _tolerance(margins: Margins) -> Iterator[str]:
    if margins.looser is not None:
        yield f"a mistake passes, {margins.first}, when it is {_factor(margins.looser)} times as wide"
    if margins.float32 is not None:
        at = f" (`{margins.float32_at}`)" if margins.float32_at else ""
        yield f"a right solution in float32 loses points{at} when it is {_factor(margins.float32)} times as tight"
    if margins.sums is not None:
        at = f" (`{margins.sums_at}`)" if margins.sums_at else ""
        yield f"one that sums in another order{at} when it is {_factor(margins.sums)} times as tight"


def _factor(factor: float) -> str:
    """Two digits: more are a matter of the seed."""
    return f"{float(f'{factor:.2g}'):,.6g}" if factor < MOST else f"more than {MOST:,.0f}"


def _automatic(verified: Verified, ink: Ink) -> Iterator[Text]:
    """Mutants that nobody thought of: how many lose points, and why others need not."""
    if not verified.automatic:
        return
    share = f"{100 * verified.mutation_score:.0f} %"
    wrong = len(verified.automatic) - sum(bool(survivor.why) for survivor in verified.survivors)
    others = "; `equivalent:` says of the others" if wrong < len(verified.automatic) else ""
    yield ink.line(f"changes of its syntax: {share} of the {wrong} that are wrong lose points{others}")
    for survivor in verified.survivors:
        if survivor.why:
            yield ink.line(f"  line {survivor.line}: {survivor.text}", "dim")
            yield ink.line(f"    {survivor.why}", "dim")


# --- verdict ---------------------------------------------------------------------------------------


def _verdict(verified: Verified, ink: Ink) -> Iterator[Text]:
    for remark in verified.remarks:
        yield from _wrapped(f"- {remark}", ink, "yellow")
    for problem in verified.problems:
        yield from _wrapped(f"✗ {problem}", ink, "red")
    if not verified.problems:
        yield ink.line("✓ it measures: every mistake loses points where it must, and is told from all others", "green")


def _wrapped(sentence: str, ink: Ink, style: str = "") -> Iterator[Text]:
    lines = textwrap.wrap(sentence, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return (ink.line(line, style) for line in lines)


def to_json(verified: Verified) -> str:
    """The same for programs, on one line; the kill matrix is `rows` and `automatic` by `cases`."""
    return json.dumps({"schema": "grader.verified/1", **asdict(verified), **_shares(verified)}, allow_nan=False)


def _shares(verified: Verified) -> dict[str, float]:
    return {
        "share_caught": verified.share_caught,
        "mutation_score": verified.mutation_score,
        "degenerate_points": verified.degenerate_points,
    }
