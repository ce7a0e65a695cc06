"""Layout "github": clones, dated by their last commit, without starting git in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from trees import CODE, folder_of

from grader import git_times
from grader.handin import HandIn, Student
from grader.intake import read_submission
from grader.layouts import find


def clones(folder: Path, *names: str) -> Path:
    files = {f"{name}/attention.py": CODE for name in names} | {f"{name}/.git/HEAD": b"ref: x" for name in names}
    return folder_of(folder, files)


@pytest.mark.parametrize(
    ("folder", "names", "logins"),
    [
        ("class", ["hw-1-ada", "hw-1-bob-b", "hw-1-carl"], ["ada", "bob-b", "carl"]),
        ("class", ["hw-ann", "hw-anna"], ["ann", "anna"]),
        ("hw-submissions", ["hw-a-x", "hw-a-y"], ["a-x", "a-y"]),
        ("hw-1-submissions", ["hw-1-ada"], ["ada"]),
        ("class", ["hw-1-ada"], [""]),
        ("class", ["ada", "bob"], ["", ""]),
        ("other-submissions", ["hw-ada", "hw-bob"], ["ada", "bob"]),
    ],
)
def test_who_is_who(tmp_path: Path, folder: str, names: Sequence[str], logins: Sequence[str]) -> None:
    found = find(clones(tmp_path / folder, *names))
    assert found.layout == "github"
    students = [entry.handed_in.student for entry in found.entries if entry.handed_in]
    assert [(entry.id, entry.student) for entry in found.entries] == [
        (name, login or name) for name, login in zip(names, logins, strict=True)
    ]
    assert students == [Student(login or name, login=login) for name, login in zip(names, logins, strict=True)]


def test_the_date_is_asked_for_when_a_clone_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def last_commit(folder: Path) -> str | None:
        asked.append(folder.name)
        return "2026-03-04T10:20:30+01:00" if folder.name == "hw-ada" else None

    monkeypatch.setattr(git_times, "last_commit", last_commit)
    found = find(clones(tmp_path / "class", "hw-ada", "hw-bob"))
    assert asked == []
    ada, bob = (read_submission(entry) for entry in found.entries)
    assert (ada.submitted_at, ada.handed_in) == (
        "2026-03-04T10:20:30+01:00",
        HandIn(Student("ada", login="ada"), dated_by="git"),
    )
    assert ([file.name for file in ada.files], bob.handed_in.dated_by) == (["attention.py"], "mtime")


def test_a_folder_that_is_no_clone_is_a_submission_too(tmp_path: Path) -> None:
    clones(tmp_path, "hw-ada", "hw-bob")
    found = find(folder_of(tmp_path, {"hw-carl/a.py": CODE, "list.txt": b"", "loose.py": CODE}))
    assert [entry.id for entry in found.entries] == ["hw-ada", "hw-bob", "hw-carl"]
    assert found.others == ("list.txt", "loose.py")


def test_a_class_of_loose_files_is_none(tmp_path: Path) -> None:
    assert find(folder_of(tmp_path, {"ada/a.py": CODE, ".git/HEAD": b"", "bob.py": CODE})).layout == "plain"
