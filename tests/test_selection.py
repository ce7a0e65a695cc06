"""Parts of a class: each submission is in one, and in the same one on every machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from trees import folder_of

from grader.database import APPLICATION
from grader.intake import Entry
from grader.selection import is_mine, results_among

IDS = [f"student {n}.py" for n in range(200)] + ["", "é\\x1b", "漢字"]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 100])
def test_every_submission_is_in_exactly_one_part(count: int) -> None:
    parts = [[id_ for id_ in IDS if is_mine(id_, (part, count))] for part in range(1, count + 1)]
    assert sorted(id_ for part in parts for id_ in part) == sorted(IDS)
    if count == 3:
        assert min(map(len, parts)) > len(IDS) // 6


def test_parts_stay_as_they_are() -> None:
    """Another rule would grade some twice and some never where machines have different versions."""
    assert [id_ for id_ in ("ada.py", "bob.py", "cy.py", "dora.py") if is_mine(id_, (1, 2))] == [
        "bob.py",
        "cy.py",
        "dora.py",
    ]


def test_without_parts_all_are_meant() -> None:
    assert all(is_mine(id_, None) for id_ in IDS)


# --- a folder of results is no submission, and no student vanishes -----------------------------------


OURS = b"SQLite format 3\0" + bytes(52) + APPLICATION.to_bytes(4, "big") + bytes(30)


def _is_left_out(folder: Path, out: Path) -> bool:
    return bool(results_among([Entry("x", "x", folder)], out))


def test_an_earlier_runs_results_are_left_out(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    folder_of(out / "hw1", {"results.db": OURS, "gradebook.csv": b""})
    assert _is_left_out(out, tmp_path / "elsewhere")
    assert _is_left_out(out / "hw1", tmp_path / "elsewhere")
    assert _is_left_out(folder_of(tmp_path / "new", {"a.txt": b""}), tmp_path / "new" / "hw1")


@pytest.mark.parametrize(
    "files",
    [
        {"results.db": OURS},
        {"results.db": OURS, "gradebook.csv": b"", "a.py": b""},
        {"results.db": OURS, "gradebook.csv": b"", "a.ipynb": b""},
        {"results.db": b"SQLite format 3\0" + bytes(90), "gradebook.csv": b""},
        {"reports/results.db": OURS, "reports/gradebook.csv": b""},
    ],
)
def test_whoever_hands_in_a_database_does_not_vanish(tmp_path: Path, files: dict[str, bytes]) -> None:
    assert not _is_left_out(folder_of(tmp_path / "ada", files), tmp_path / "out")


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_nothing_of_a_students_is_opened_that_is_no_file(tmp_path: Path, kind: str) -> None:
    folder = folder_of(tmp_path / "ada", {"gradebook.csv": b""})
    staffs = folder_of(tmp_path / "out", {"results.db": OURS})
    if kind == "link":
        (folder / "results.db").symlink_to(staffs / "results.db")
    elif kind == "pipe":
        os.mkfifo(folder / "results.db")  # to open it would be to wait
    else:
        (folder / "results.db").mkdir()
    assert not _is_left_out(folder, staffs)
