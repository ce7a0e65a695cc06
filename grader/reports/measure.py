"""`grader verify`: how well a spec measures, for its author: what each mistake loses, and whether it is told apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from grader.kill_matrix import Row, Verified
from grader.reports.ink import Ink
from grader.reports.safe import points
from grader.spec import Assignment


def show(verified: Verified, assignment: Assignment, console: Console) -> None:
    """Print the kill matrix by groups, then what falls short."""
    ink = Ink.of(console)
    groups = [group.id for group in assignment.groups]
    console.print(ink.line(f"{verified.assignment}, seed {verified.seed}", "bold"), soft_wrap=True)
    earned = f"{points(verified.reference_score)} of {points(verified.points)} points"
    console.print(ink.line(f"the reference earns {earned}; {len(verified.rows)} mutants"), soft_wrap=True)
    for line in _matrix(verified.rows, groups, ink):
        console.print(line, soft_wrap=True)
    for line in _automatic(verified, ink):
        console.print(line, soft_wrap=True)
    for problem in verified.problems:
        console.print(ink.line(f"✗ {problem}", "red"), soft_wrap=True)
    if not verified.problems:
        console.print(
            ink.line("✓ every mistake loses points where it must, and is told from all others", "green"), soft_wrap=True
        )


def _matrix(rows: Sequence[Row], groups: Sequence[str], ink: Ink) -> Iterator[Text]:
    """A row per mutant: points that it keeps, then per group how many cases it loses."""
    if not rows:
        return
    names = [row.misconception + (f" /{row.variant}" if row.variant else "") for row in rows]
    widest = max(map(len, names))
    heads = "  ".join(groups)
    yield ink.line(f"  {'mistake':<{widest}}  keeps  {heads}   (cases lost)", "dim")
    for name, row in zip(names, rows, strict=True):
        lost = Counter(case.partition(".")[0] for case in row.loses)
        cells = "  ".join(f"{lost[group] or '.':>{len(group)}}" for group in groups)
        good = row.caught and row.is_named
        line = ink.line("✓ " if good else "✗ ", "green" if good else "red")
        yield line.append_text(ink.line(f"{name:<{widest}}  {points(row.keeps):>5}  {cells}"))


def _automatic(verified: Verified, ink: Ink) -> Iterator[Text]:
    """Mutants that nobody thought of: how many lose points, and why others need not."""
    if not verified.automatic:
        return
    share = f"{100 * verified.mutation_score:.0f} %"
    yield ink.line(f"{verified.automatic} more by changing its syntax: {share} of those that are wrong lose points")
    for survivor in verified.survivors:
        if survivor.why:
            yield ink.line(f"  line {survivor.line}: {survivor.text}: right too: {survivor.why}", "dim")


def to_json(verified: Verified) -> str:
    """The same for programs, on one line."""
    return json.dumps({"schema": "grader.verified/1", **asdict(verified), **_shares(verified)})


def _shares(verified: Verified) -> dict[str, float]:
    return {"share_caught": verified.share_caught, "mutation_score": verified.mutation_score}
