"""What is said of a class before and after it is graded."""

from __future__ import annotations

import pytest

from grader.handin import DatedBy, HandIn, Student, SubmissionInfo
from grader.plan import of_one_minute, regraded_in_words, settled_in_words


def test_five_of_the_scores_that_changed_are_named() -> None:
    before = {f"s{n}": float(n) for n in range(8)} | {"new": None}
    (told,) = settled_in_words(before, {f"s{n}": n / 2 for n in range(8)} | {"new": None})
    assert told.startswith("7 scores changed because of dates, roster or --submitted-at: s1: 1 → 0.5, s2: 2 → 1, ")
    assert told.endswith("s5: 5 → 2.5 and 2 more")
    assert list(settled_in_words(before, before)) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1.0}, 8.0, "a: 1 → 8 of 10"),
        ({"a": 8.0}, 8.0, "a: 8 of 10, as before"),
        ({"a": None}, 8.0, "a: no score → 8 of 10"),
        ({"a": 8.0}, None, "a: 8 → no score"),
        ({"a": None}, None, "a: no score, as before"),
        ({}, 8.0, "a: 8 of 10"),
    ],
)
def test_what_one_came_to(before: dict[str, float | None], after: float | None, told: str) -> None:
    assert regraded_in_words("a", before, {"a": after}, 10.0) == told


def _infos(*times: str, by: DatedBy = "mtime") -> list[SubmissionInfo]:
    return [
        SubmissionInfo("a", "a", "a", "", f"2026-05-01T{at}+00:00", HandIn(Student("a"), dated_by=by)) for at in times
    ]


def test_files_of_one_minute_are_probably_a_download() -> None:
    same = ("12:00:01", "12:00:30", "12:00:59")
    told = "3 of 5 files bear the time 2026-05-01 12:00: these are probably the times of the download"
    assert of_one_minute(_infos(*same, "12:01:00", "13:00:00")) == told
    for few in (_infos(*same, "12:01:00", "13:00:00", "14:00:00"), _infos(*same[:2]), _infos(*same, by="lms"), []):
        assert of_one_minute(few) == ""
