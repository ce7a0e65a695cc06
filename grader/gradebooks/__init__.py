"""Scores into the gradebook that an instructor exported, so that the LMS can import it: no column and no row is new.

To add an LMS, write a module with a `Gradebook` and put it into GRADEBOOKS.
"""

from __future__ import annotations

import re
from pathlib import Path

from grader.class_results import ClassResults
from grader.errors import UsageError, did_you_mean
from grader.gradebooks.canvas import CANVAS
from grader.gradebooks.filling import Change as Change
from grader.gradebooks.filling import Filled as Filled
from grader.gradebooks.filling import Missing, fill
from grader.gradebooks.matching import Matched, matched
from grader.gradebooks.moodle import MOODLE
from grader.gradebooks.sheet import Column, Gradebook, Sheet
from grader.gradebooks.table import DELIMITERS, headings, parsed, shown, text_of
from grader.reports.files import replacing

GRADEBOOKS: tuple[Gradebook, ...] = (CANVAS, MOODLE)


def fill_in(
    export: Path,
    class_: ClassResults,
    out: Path,
    *,
    column: str | None = None,
    missing: Missing = "leave",
    in_place: bool = False,
) -> Filled:
    """Write a copy of the exported gradebook with the scores in the assignment's column; all else stays as it was.

    `column`: the column's title, or its number in the LMS; left out, it has the assignment's title or id. `missing`:
    whether who handed in nothing keeps an empty cell or gets a 0 (refused where only part of a class is known). Scores
    are scaled to the column's points. Nothing is written into `export` itself unless `in_place`. Raises UsageError, and
    has then written nothing.
    """
    if missing == "zero" and class_.is_partial:
        raise UsageError(f"a 0 for who handed in nothing cannot be entered: {class_.is_partial}")
    sheet = _read(export)
    if not in_place and out.exists() and out.samefile(export):
        raise UsageError(f"{out}: this is the exported gradebook itself; choose another file for the filled-in one")
    _must_be_unlike(sheet)
    chosen = _column(sheet, class_, column)
    match = matched(sheet, class_.standings, class_.layout)
    if not match.standings:
        raise UsageError(_nobody(sheet, class_, match))
    cells, filled = fill(sheet, chosen, match, out, missing)
    data = sheet.table.with_cells(cells)
    with replacing(out, "the gradebook") as file:
        file.write(data)
    return filled


def _read(path: Path) -> Sheet:
    text, has_mark = text_of(path)
    for delimiter in DELIMITERS:
        titles = headings(text, delimiter)
        for kind in GRADEBOOKS:
            if kind.recognises(titles):
                return kind.read(parsed(path, text, has_mark, delimiter))
    if any("(Real)" in title or "(Percentage)" in title for title in headings(text, ",")):
        what = "this is Moodle's export of all grades; download the assignment's own grading worksheet instead"
        raise UsageError(f"{path}: {what}")
    known = "; ".join(f"{kind.kind} ({kind.headings})" for kind in GRADEBOOKS)
    raise UsageError(f"{path}: this is no gradebook that is known here by its headings: {known}")


def _must_be_unlike(sheet: Sheet) -> None:
    seen: dict[str, int] = {}
    for row in sheet.rows:
        line = sheet.table.lines[row.record]
        if row.id and row.id in seen:
            raise UsageError(
                f"{sheet.table.path}: lines {seen[row.id]} and {line} have the same id {shown(row.id)}; export it again"
            )
        seen[row.id] = line


def _column(sheet: Sheet, class_: ClassResults, wanted: str | None) -> Column:
    names = {wanted} if wanted is not None else {class_.title, class_.assignment}
    keys = {_plain(name) for name in names if name} - {""}
    found = [each for each in sheet.columns if keys & {_plain(each.heading), _plain(each.title), each.id} - {""}]
    if sheet.of_one and wanted is None:
        found = list(sheet.columns)
    listed = "".join(f"\n  {shown(each.heading)}" for each in found or sheet.columns) or " none"
    if not found:
        said = " or ".join(f"“{shown(name)}”" for name in sorted(names) if name)
        near = did_you_mean(wanted or class_.title, [each.title for each in sheet.columns])
        raise UsageError(
            f"{sheet.table.path}: no column is called {said}{near}; name one of these as the column:{listed}"
        )
    if len(found) > 1:
        raise UsageError(f"{sheet.table.path}: several columns fit; name one by its number:{listed}")
    if found[0].closed:
        raise UsageError(
            f"{sheet.table.path}: nothing can be entered into “{shown(found[0].heading)}”: {found[0].closed}"
        )
    return found[0]


def _plain(title: str) -> str:
    """A title as `self_attention` or `Self-Attention` name it."""
    return " ".join(re.findall(r"\w+", title.casefold().replace("_", " ")))


def _nobody(sheet: Sheet, class_: ClassResults, match: Matched) -> str:
    if not class_.standings:
        return f"{sheet.table.path}: there are no results to fill in"
    if match.doubts:
        more = [f"and {len(match.doubts) - 5} more"] if len(match.doubts) > 5 else []
        told = "".join(f"\n  {each}" for each in [*match.doubts[:5], *more])
        return f"{sheet.table.path}: no student's row is certain:{told}"
    names = [shown(row.names[0] or row.id) for row in sheet.rows[:2]]
    example = f" (it has {', '.join(names)} …)" if names else ""
    return (
        f"{sheet.table.path}: none of this class's {len(class_.standings)} students is in this export{example}; "
        "it is another course's, or names them otherwise: then a roster with their ids or e-mail addresses helps"
    )
