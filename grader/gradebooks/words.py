"""What was entered into a gradebook, and what was not, for people to read."""

from __future__ import annotations

from collections.abc import Sequence

from grader.gradebooks.filling import Filled
from grader.gradebooks.table import shown
from grader.reports.safe import one_line

MOST_NAMED = 20


def in_words(filled: Filled) -> str:
    """A paragraph per matter, without a newline at the end; of long lists the first `MOST_NAMED`."""
    entered = (
        f"{_many(len(filled.changed), 'score')} entered into “{shown(filled.column)}”, {filled.unchanged} there already"
    )
    parts = [
        f"{filled.kind}: {entered}; {one_line(str(filled.path))}",
        *filled.notes,
        _listed("another grade was there", [f"{c.student}: {shown(c.old)} → {c.new}" for c in filled.overwritten]),
        _listed("with a correction by hand", filled.overridden),
        _listed("EX stays", filled.excused),
        _listed("takes no grade", filled.closed),
        _listed("not graded, left as they were", filled.ungraded),
        _listed("nothing handed in", filled.without_submission),
        _listed("in the class, but not in this gradebook", filled.without_row),
        _listed("not certain, left as they were", filled.doubts),
        _listed("in this gradebook, but not in the class", filled.without_standing),
    ]
    return "\n".join(part for part in parts if part)


def _listed(what: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = [f"… and {len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return "\n  ".join([f"{what} ({len(names)}):", *names[:MOST_NAMED], *more])


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
