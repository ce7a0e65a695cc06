"""Layout "nbgrader": a course, or its folder `submitted`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from trees import CODE, Place, folder_of

from grader.errors import UsageError
from grader.handin import HandIn, Student
from grader.intake import read_submission
from grader.layouts import find

CLASS = {
    "ada/ps1/attention.ipynb": b"{}",
    "ada/ps1/timestamp.txt": b"2026-03-04 10:20:30.123456 UTC\n",
    "bob/ps1/attention.py": CODE,
    "bob/ps1/timestamp.txt": b"some time",
}


@pytest.mark.parametrize("course", ["", "submitted/"])
def test_a_course(place: Place, course: str) -> None:
    files = {course + name: data for name, data in CLASS.items()}
    others = {"source/ps1/attention.ipynb": b"{}", "gradebook.db": b""} if course else {}
    found = find(place(files | others))
    assert found.layout == "nbgrader"
    ada, bob = (read_submission(entry) for entry in found.entries)
    assert (ada.id, ada.student, [file.name for file in ada.files]) == ("ada", "ada", ["attention.ipynb"])
    assert (ada.submitted_at, ada.handed_in) == (
        "2026-03-04T10:20:30+00:00",
        HandIn(Student("ada", login="ada"), dated_by="lms"),
    )
    assert (bob.id, [file.name for file in bob.files], bob.handed_in.dated_by) == ("bob", ["attention.py"], "mtime")


def test_the_folder_submitted_needs_no_times(tmp_path: Path) -> None:
    found = find(folder_of(tmp_path / "submitted", {"ada/ps1/a.py": CODE, "bob/ps1/a.py": CODE, "notes.txt": b""}))
    assert (found.layout, [entry.id for entry in found.entries]) == ("nbgrader", ["ada", "bob"])
    assert found.others == ("notes.txt",)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (b"2026-03-04 10:20:30", "2026-03-04T10:20:30+00:00"),
        (b"2026-03-04T10:20:30 GMT", "2026-03-04T10:20:30+00:00"),
        (b"\xef\xbb\xbf2026-07-04 10:20:30 Europe/Berlin", "2026-07-04T10:20:30+02:00"),
        (b"2026-03-04 10:20:30.5 -05:30", "2026-03-04T10:20:30-05:30"),
        (b"2026-03-04 10:20:30+0100", "2026-03-04T10:20:30+01:00"),
        (b"2026-13-04 10:20:30 UTC", None),
        (b"2026-03-04 10:20:30 ../../etc/passwd", None),
        (b"2026-03-04 10:20:30 Mars/Olympus", None),
        (b"2026-03-04 10:20:30 +9999", None),
        (b"yesterday", None),
        (b"\xff\xfe", None),
        (b"2026-03-04 10:20:30 UTC" + b" " * 2000, None),
    ],
)
def test_times(tmp_path: Path, text: bytes, at: str | None) -> None:
    found = find(folder_of(tmp_path / "submitted", {"ada/ps1/a.py": CODE, "ada/ps1/timestamp.txt": text}))
    read = read_submission(found.entries[0])
    assert (read.submitted_at if read.handed_in.dated_by == "lms" else None) == at
    assert read.submitted_at is not None


def test_of_several_assignments_one_must_be_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "submitted", CLASS | {"ada/ps.2/a.py": CODE})
    with pytest.raises(UsageError, match="several assignments") as caught:
        find(folder)
    advised = re.search("--pattern '([^']+)'", str(caught.value))
    assert advised
    found = find(folder, pattern=advised[1].replace("ps\\.2", "ps1"))
    assert [(entry.id, len(read_submission(entry).files)) for entry in found.entries] == [("ada", 1), ("bob", 1)]
