"""`report`: files of a class for people and for the LMS, from results that are there."""

from __future__ import annotations

import sys
from pathlib import Path

from grader import batch, reporting
from grader.console import say
from grader.gradebooks import fill_in
from grader.gradebooks.filling import Missing
from grader.gradebooks.words import in_words
from grader.store import Store
from grader.stored_results import described, whole_class


def report(
    folder: Path,
    gradebook: Path | None,
    column: str | None,
    missing: Missing,
    feedback_zip: Path | None,
    mistake: str | None,
    color: str,
) -> None:
    """Write what is asked for. Raises UsageError."""
    described(folder)
    note = "" if mistake is None else _note(folder, mistake)
    if mistake is not None and gradebook is None and feedback_zip is None:
        sys.stdout.write(note)
        return
    with Store.open(folder) as store:
        count = len(store.ids())
    with batch.hands(count) as map_, Store.open(folder) as store:  # not open on both sides of a fork
        if gradebook is None or feedback_zip is not None:
            store.must_report()  # who asks for reports wants them, and all pages may not be there any more
        reporting.write_files(store, map_)
        class_ = whole_class(store)
        if gradebook is not None:
            filled = fill_in(gradebook, class_, folder / f"{gradebook.stem}_filled.csv", column=column, missing=missing)
            sys.stdout.write(in_words(filled) + "\n")
        if feedback_zip is not None:
            from grader.reports import feedback_zip as packing

            count = packing.write(class_, folder / "feedback", feedback_zip)
            say(f"{count} pages for the LMS: {feedback_zip}", color)
    say(f"reports: {folder}", color)
    sys.stdout.write(note)


def _note(folder: Path, mistake: str) -> str:
    """First of all, for a mistake that nobody knows is a slip of whoever types. Raises UsageError."""
    from grader.reports.mistake_note import note_text

    with Store.open(folder) as store:
        return note_text(whole_class(store), mistake)
