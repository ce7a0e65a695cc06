"""Rows as they are written and read, and what no row can be."""

from __future__ import annotations

from typing import Any

import pytest

from grader import records, rows
from grader.handin import Override, SubmissionInfo
from grader.rows import UNSETTLED, Stored

INFO = SubmissionInfo("a", "Ann", "a.py", "0" * 64)
AT = "2026-01-01T00:00:00+00:00"
ROW: dict[str, Any] = {
    "id": "a",
    "info": records.pack(INFO),
    "fingerprint": "f",
    "status": "graded",
    "raw_score": 8.0,
    "penalty": 1.0,
    "score": 7.0,
    "points": 10,
    "reason": "why",
    "seconds": 0.5,
    "graded_at": AT,
    "late": 1,
}


def test_the_columns_are_a_row() -> None:
    assert ", ".join(ROW) == rows.COLUMNS
    read = rows.stored(tuple(ROW.values()))
    assert read == Stored(INFO, "f", "graded", 8.0, 1.0, 7.0, 10.0, "why", 0.5, AT, True)


@pytest.mark.parametrize(("late", "unsettled"), [(0, False), (1, False), (UNSETTLED, True)])
def test_whether_it_is_late_is_written_as_it_is_read(late: int, unsettled: bool) -> None:
    read = rows.stored(tuple((ROW | {"late": late}).values()))
    assert (rows.late_of(read), read.late, read.unsettled) == (late, late == 1, unsettled)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "b"},
        {"id": None},
        {"info": "text"},
        {"info": records.pack(INFO)[:-1]},
        {"fingerprint": b"f"},
        {"status": "well"},
        {"score": "abc"},
        {"raw_score": None},
        {"penalty": float("inf")},
        {"points": b""},
        {"reason": 3},
        {"seconds": "soon"},
        {"graded_at": "not a date"},
        {"graded_at": "2026-01-01T00:00:00"},
        {"late": 2},
    ],
    ids=str,
)
def test_what_was_not_written_by_us_is_unreadable(wrong: dict[str, Any]) -> None:
    with pytest.raises(records.Unreadable):
        rows.stored(tuple((ROW | wrong).values()))


def test_corrections() -> None:
    assert rows.override(3, "why", "g.1", AT) == Override(3.0, "why", "g.1", AT)
    assert rows.override(3.0, "why", "", "") == Override(3.0, "why")
    for wrong in (("abc", "why", "", AT), (3.0, None, "", AT), (3.0, "why", 1, AT), (3.0, "why", "", "soon")):
        with pytest.raises(records.Unreadable):
            rows.override(*wrong)
