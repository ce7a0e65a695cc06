"""What a student sees of `grader check` on a terminal: the score, what lost points and why, and what to do next."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.model import CaseResult, Diagnosis, GroupResult, Result, Verdict
from grader.reports.ink import Ink, score_style
from grader.reports.reading import (
    AGAIN,
    adjustments,
    explained,
    first_reason,
    for_student,
    gain_of_all,
    group_of,
    is_wanting,
    loses_points,
    next_step,
    notes,
    reason,
    score_remark,
)
from grader.reports.safe import points, visible
from grader.reports.terminal_class import show_class
from grader.reports.terminal_example import example, reproducer

__all__ = ["show", "show_class"]

WIDEST = 92
"""Columns; on a wider terminal points would stand too far from what they are given for."""

REASONS = 4
"""Different messages shown of a group; more would not be read at once."""

MOST_PRINTED = 4000
"""Characters of what a submission printed, of which the first lines are shown."""

_NUMBER = re.compile(r"-?\d[\d.]*(?:e[+-]?\d+)?")


def show(result: Result, console: Console, *, hidden_points: float | None = None, again: str = AGAIN) -> None:
    """Print a result for its student. `hidden_points`: what hidden cases, which did not run, are worth, if known.

    `again` is how the student has it graded again, as in `reading.next_step`.
    """
    ink = Ink.of(console)
    parts = _parts(for_student(result), ink, min(console.width, WIDEST), hidden_points, again)
    with contextlib.ExitStack() as stack:
        written = None if console.is_terminal else stack.enter_context(console.capture())
        for part in parts:
            console.print(part, markup=False, emoji=False, highlight=False, crop=False)
    if written is not None:  # in a file or a log, blanks up to the width of nothing are only in the way
        console.file.write(re.sub(" +$", "", written.get(), flags=re.MULTILINE))


def _parts(result: Result, ink: Ink, width: int, hidden_points: float | None, again: str) -> Iterator[RenderableType]:
    shared = _shared_reason(result)
    yield ink.line(result.title or result.assignment, "bold")
    which = f" ({result.graded_file})" if result.graded_file else ""
    yield ink.line(result.submission.path + which, "dim")
    yield ""
    yield _score_line(result, ink, width, hidden_points)
    yield from (Padding(ink.text(said, "dim"), (0, 0, 0, 2)) for said in adjustments(result))
    if shared:
        yield ""
        # Not where our own words begin: it may have lines of the student's.
        yield Padding(ink.excerpt(shared, "yellow" if result.status == "ungraded" else "red"), (0, 0, 0, 2))
    yield from _cause(result, ink)
    if result.groups and result.status == "graded":
        yield ""
        yield _groups(result, ink, width, with_reasons=not shared)
    said = [note for note in notes(result) if note != shared]
    if said:
        yield from _section("Notes", [_items(said, ink)])
    if result.conventions:
        choices = ", ".join(f"{name} = {choice}" for name, choice in result.conventions.items())
        yield from _section("Your code was read with", [ink.line(choices)])
    if result.output.strip() and is_wanting(result):
        yield from _section("What it printed first", [_output(result.output, ink)])
    yield from _section("Next", [ink.text(next_step(result, hidden_points, again))])


def _section(title: str, body: Iterable[RenderableType]) -> Iterator[RenderableType]:
    yield ""
    yield Text(title, "bold")
    for part in body:
        yield Padding(part, (0, 0, 0, 2))


def _score_line(result: Result, ink: Ink, width: int, hidden_points: float | None) -> Text:
    if result.status == "ungraded":
        return ink.line("could not be graded: this is no score", "bold yellow")
    share = result.score / result.points if result.points else 1.0
    earned = f"{points(result.score)} of {points(result.points)}"
    if result.chosen:
        line = ink.line(f"{earned} points of the cases that were asked for", f"bold {score_style(share)}")
    elif result.scope == "public" and hidden_points != 0:
        more = f"; {points(hidden_points)} more are hidden" if hidden_points else ""
        line = ink.line(f"public points: {earned}{more}", f"bold {score_style(share)}")
    else:
        line = ink.line(f"{earned} points", f"bold {score_style(share)}")
    line.append(score_remark(result))
    if width >= line.cell_len + 25:
        line.append("   ").append_text(ink.bar(share, 20))
    return line


# --- groups ------------------------------------------------------------------------------------


def _groups(result: Result, ink: Ink, width: int, *, with_reasons: bool) -> Table:
    table = Table.grid(padding=(0, 1))
    table.width = width
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(justify="right", overflow="fold")
    titles = {group.id: group.title for group in result.groups}
    for group in result.groups:
        cases = [case for case in result.cases if group_of(case) == group.id]
        table.add_row(*_group_row(group, cases, titles, ink))
        # Of what is explained above, the numbers of every case would say nothing more.
        named = result.diagnoses and group.earned < group.possible and _all_failed(cases)
        seen = [case for case in cases if not explained(result, case)]
        for line in _reasons(group, seen, len(cases), ink) if with_reasons and not named else ():
            table.add_row("", Padding(line, (0, 0, 0, 1)), "")
    return table


def _group_row(
    group: GroupResult, cases: Sequence[CaseResult], titles: dict[str, str], ink: Ink
) -> tuple[Text, Text, Text]:
    title = ink.line(group.title or group.id)
    if group.implied_by:
        implying = titles.get(group.implied_by, group.implied_by)
        title.append_text(ink.line(f"  (given, because “{implying}” has all points)", "dim"))
    if group.earned < group.possible:
        mark = ink.line("✗", "red")
    elif all(case.verdict is Verdict.PASSED for case in cases):
        mark = ink.line("✓", "green")
    else:
        mark = ink.line("✓", "green") if group.implied_by else ink.line("!", "yellow")
    share = f"{points(group.earned)}/{points(group.possible)}" if group.possible else "advice"
    return mark, title, ink.line(share, "" if group.possible else "dim")


def _all_failed(cases: Sequence[CaseResult]) -> bool:
    """Whether nothing happened but that values are wrong."""
    return all(case.verdict in (Verdict.PASSED, Verdict.FAILED) for case in cases)


def _reasons(group: GroupResult, cases: Sequence[CaseResult], total: int, ink: Ink) -> Iterator[Text]:
    """Why cases failed, reasons folded that differ in numbers only. What another group implies needs no mending."""
    if group.implied_by:
        return
    wrong = [case for case in cases if case.verdict is not Verdict.PASSED]
    folded: dict[str, list[CaseResult]] = {}
    for case in wrong:
        folded.setdefault(_NUMBER.sub("#", reason(case)), []).append(case)
    for alike in list(folded.values())[:REASONS]:
        yield ink.excerpt(_how_many(alike, total) + reason(alike[0]))
    left = sum(len(alike) for alike in list(folded.values())[REASONS:])
    if left:
        yield ink.text(f"{left} more cases with other messages", "dim")
    lost = sum(loses_points(case) for case in cases if case.verdict is Verdict.PASSED)
    if lost:
        others = "other cases are" if lost > 1 else "other case is"
        yield ink.text(f"{lost} {others} right, but the points are given only when all are", "dim")


def _how_many(alike: Sequence[CaseResult], total: int) -> str:
    if total == 1:
        return ""
    if len(alike) == 1:
        return f"1 of {total} cases ({alike[0].id}): "
    every = "both cases" if total == 2 else f"all {total} cases"
    count = every if len(alike) == total else f"{len(alike)} of {total} cases"
    is_same = len({reason(case) for case in alike}) == 1
    return f"{count}: " if is_same else f"{count}, such as {alike[0].id}: "


def _shared_reason(result: Result) -> str:
    """The one reason that all cases have, such as a file that cannot be read; said once instead of per group."""
    if result.status == "ungraded":
        return first_reason(result)
    reasons = {reason(case) for case in result.cases if case.verdict is not Verdict.PASSED}
    if any(explained(result, case) for case in result.cases):
        return ""
    every = result.cases and all(case.verdict is not Verdict.PASSED for case in result.cases)
    return reasons.pop() if every and len(reasons) == 1 and len(result.groups) > 1 else ""


# --- the one message ---------------------------------------------------------------------------


def _cause(result: Result, ink: Ink) -> Iterator[RenderableType]:
    """What is most likely wrong, and an example of it, before all else."""
    for diagnosis in result.diagnoses:
        yield from _section("Likely cause", _diagnosis(diagnosis, result, ink))
    if result.diagnoses:
        yield from (Padding(line, (0, 0, 0, 2)) for line in _of_all(result, ink))
    if result.clues and not result.diagnoses:
        yield from _section("What is known of it", [_items([clue.text for clue in result.clues], ink)])
    if result.counterexample is not None:
        yield from _section("A small example", example(result.counterexample, ink))
        yield reproducer(result.counterexample, ink)


# --- below the groups --------------------------------------------------------------------------


def _diagnosis(diagnosis: Diagnosis, result: Result, ink: Ink) -> Iterator[Text]:
    yield ink.text(diagnosis.title, "bold yellow")
    if diagnosis.hint:
        yield ink.text(diagnosis.hint)
    if diagnosis.score_if_mended > result.score:
        gain = f"{points(result.score)} → {points(diagnosis.score_if_mended)} of {points(result.points)} points"
        yield ink.text(f"mending this alone: {gain}", "dim")


def _of_all(result: Result, ink: Ink) -> Iterator[Text]:
    """Said once, however many causes there are: what mending all of them gives, and in which function to look."""
    if (gain := gain_of_all(result)) is not None:
        yield ink.text(f"mending {'both' if len(result.diagnoses) == 2 else 'all'}: {gain}", "dim")
    yield from (ink.text(clue.text) for clue in result.clues if clue.kind == "stage")


def _items(notes: Sequence[str], ink: Ink) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for note in notes:
        table.add_row("-", ink.excerpt(note))
    return table


def _output(output: str, ink: Ink) -> Table:
    """Marked line by line, so that what a submission prints is not taken for the grader's words."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    lines = visible(output[:MOST_PRINTED]).strip("\n").split("\n")
    for line in lines[:8]:
        table.add_row(ink.line("│", "dim"), ink.excerpt(line, "dim", lines=1, chars=200))
    if len(lines) > 8:
        table.add_row(ink.line("│", "dim"), ink.line(f"… {len(lines) - 8} more lines", "dim"))
    return table
