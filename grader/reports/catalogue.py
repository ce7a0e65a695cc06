"""`grader list` and `grader show`: the assignments, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.assignments import Gradable
from grader.cases import build_cases
from grader.kit import Kit
from grader.lateness import policy
from grader.reports.safe import points

BESIDE_IDS = 40
"""Columns that the rest of a table needs at least to be read."""


def show_list(specs: Mapping[str, Gradable], console: Console) -> None:
    """A line per assignment: id, title, points, functions."""
    table = _table("assignment", "points", "title", "functions")
    for name, spec in specs.items():
        assignment = spec.assignment
        title = f"{assignment.title} (kit)" if isinstance(spec, Kit) else assignment.title
        table.add_row(name, points(assignment.points), title, ", ".join(assignment.functions))
    _print(table, specs, console)


def show_spec(spec: Gradable, console: Console) -> None:
    """What an assignment asks for and how it is scored."""
    assignment = spec.assignment
    console.print(Text(f"{assignment.title} ({points(assignment.points)} points)", "bold"))
    for line in _facts(spec):
        console.print(Text(line))
    console.print()
    console.print(Text("Functions", "bold"))
    for name, function in assignment.functions.items():
        returns = f" -> {', '.join(function.returns)}" if function.returns else ""
        also = f"   also: {', '.join(function.aliases)}" if function.aliases else ""
        console.print(Text(f"  {name}({', '.join(function.parameters)}){returns}{also}"))
    for name, convention in assignment.conventions.items():
        console.print(Text(f"  {name}: one of {', '.join(convention.choices)}, the same throughout"))
    console.print()
    _print(_groups(spec), [group.id for group in assignment.groups], console)


def _facts(spec: Gradable) -> list[str]:
    assignment = spec.assignment
    limits = assignment.limits
    if isinstance(spec, Kit):
        more = f"; {points(spec.hidden_points)} points are hidden" if spec.hidden_points else ""
        facts = [f"kit: {spec.path}{more}", f"seed: {assignment.seed}"]
    else:
        facts = [f"spec: {spec.path}", f"reference: {spec.reference}", f"seed: {assignment.seed}"]
    dates = assignment.dates
    zone = f" ({dates.zone})" if "zone" in dates.model_fields_set else ""
    facts += [f"{word}: {day}{zone}" for word, day in (("released", dates.released), ("due", dates.due)) if day]
    if dates.late != "none":
        facts.append(f"late: {policy(dates)}")
    memory = f"{limits.memory / 1024**2:g} MB"
    facts.append(
        f"limits: {limits.import_:g} s to load, {limits.case:g} s a case, {limits.submission:g} s in all, {memory}"
    )
    return facts


def _groups(spec: Gradable) -> Table:
    assignment = spec.assignment
    cases = spec.cases if isinstance(spec, Kit) else build_cases(assignment, assignment.seed)
    counts = Counter(case.group for case in cases)
    table = _table("group", "points", "cases", "title", "")
    for group in assignment.groups:
        remarks = [
            "all or nothing" if group.award == "all" else "",
            f"implied by {group.implied_by}" if group.implied_by else "",
            group.visibility if group.visibility == "hidden" else "",
        ]
        row = (
            group.id,
            points(group.points),
            str(counts[group.id]),
            group.title,
            ", ".join(filter(None, remarks)),
        )
        table.add_row(*row)
    return table


def _table(ids: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(ids, no_wrap=True)
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column in ("points", "cases") else "left")
    return table


def _print(table: Table, ids: Iterable[str], console: Console) -> None:
    """The table with its ids whole, for they are typed and copied: a terminal too narrow for it breaks its lines."""
    least = max(map(len, ids), default=0) + BESIDE_IDS
    if console.width < least:
        table.width = least
    console.print(table, crop=False)
