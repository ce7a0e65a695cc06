"""Rows of a store, and whether what is read is what was written: the file may be damaged, or come from elsewhere."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from datetime import datetime

from grader import records
from grader.handin import Override, SubmissionInfo

UNSETTLED = -1
"""In the column `late`."""
COLUMNS = "id, info, fingerprint, status, raw_score, penalty, score, points, reason, seconds, graded_at, late"


@dataclass(frozen=True, slots=True)
class Stored:
    """A submission's row: what gradebooks need of it."""

    info: SubmissionInfo
    fingerprint: str
    status: str
    raw_score: float
    penalty: float
    score: float
    points: float
    reason: str
    seconds: float
    graded_at: str
    """ISO 8601: then it was there, whatever date it bears."""
    late: bool
    unsettled: bool = False
    """How it came has changed since its points were worked out: `settle` has yet to do that."""


def late_of(row: Stored) -> int:
    """The column `late`."""
    return UNSETTLED if row.unsettled else int(row.late)


def stored(columns: tuple[object, ...]) -> Stored:
    """A row from COLUMNS, in their order. Raises Unreadable."""
    id_, info, fingerprint, status, *numbers, reason, seconds, graded_at, late = columns
    read = records.unpack(SubmissionInfo, packed(info))
    raw_score, penalty, score, points = map(number, numbers)
    if read.id != id_ or status not in ("graded", "ungraded") or late not in (0, 1, UNSETTLED):
        raise records.Unreadable(f"the row of {str(id_)[:60]!r} contradicts itself")
    graded_by, why = sys.intern(text(fingerprint)), sys.intern(text(reason))  # once for all rows that have it
    values = (raw_score, penalty, score, points, why, number(seconds), moment(graded_at))
    return Stored(read, graded_by, text(status), *values, late == 1, late == UNSETTLED)


def override(points: object, reason: object, case: object, at: object) -> Override:
    """A correction from its columns. Raises Unreadable."""
    return Override(number(points), text(reason), text(case) or None, moment(at) if at != "" else "")


def packed(value: object) -> bytes:
    """What `records.pack` made. Raises Unreadable."""
    if not isinstance(value, bytes):
        raise records.Unreadable(f"where packed bytes should be, there is {_kind(value)}")
    return value


def text(value: object) -> str:
    """Raises Unreadable."""
    if not isinstance(value, str):
        raise records.Unreadable(f"where a text should be, there is {_kind(value)}")
    return value


def number(value: object) -> float:
    """A finite one. Raises Unreadable."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise records.Unreadable(f"where a number should be, there is {str(value)[:60]!r}")
    return float(value)


def moment(value: object) -> str:
    """ISO 8601 with its zone. Raises Unreadable."""
    try:
        if datetime.fromisoformat(text(value)).tzinfo is not None:
            return text(value)
    except ValueError:
        pass
    raise records.Unreadable(f"where a date should be, there is {str(value)[:60]!r}")


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
