"""Layout "plain": what in a folder is a submission, and what is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.layouts import find


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x = 1\n")
    return folder


def test_files_and_folders_in_order(tmp_path: Path) -> None:
    tree(tmp_path, "zoe.py", "adam.ipynb", "bea/attention.py", "carl/", "UPPER.PY", "with space.py", "=sum.py")
    found = find(tmp_path)
    assert [(entry.id, entry.student, entry.path) for entry in found.entries] == [
        (name, name.partition(".")[0], tmp_path / name)
        for name in ["=sum.py", "UPPER.PY", "adam.ipynb", "bea", "carl", "with space.py", "zoe.py"]
    ]
    assert found.others == ()


def test_a_file_and_a_folder_of_one_name_are_two(tmp_path: Path) -> None:
    found = find(tree(tmp_path, "ann.py", "ann.ipynb", "ann/x.py"))
    assert [entry.id for entry in found.entries] == ["ann", "ann.ipynb", "ann.py"]


def test_what_is_no_submission(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "notes.txt", "grades.csv", "README.md", "expected.yaml", ".hidden.py", ".git/x.py")
    tree(tmp_path, "__pycache__/x.py", "__MACOSX/x.py", "venv/pyvenv.cfg", "other/x.txt")
    (tmp_path / "linked").symlink_to(tmp_path / "other")
    found = find(tmp_path)
    assert [entry.id for entry in found.entries] == ["a.py", "other"]
    assert found.others == ("grades.csv", "linked", "notes.txt")


def test_what_only_looks_like_a_file_is_one_students_all_the_same(tmp_path: Path) -> None:
    tree(tmp_path, "folder.py/inner.py")
    os.mkfifo(tmp_path / "fifo.py")
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    assert [entry.id for entry in find(tmp_path).entries] == ["fifo.py", "folder.py", "link.py"]


def test_odd_names_are_told_apart_and_can_be_shown(tmp_path: Path) -> None:
    try:
        tree(tmp_path, "a\nb.py", os.fsdecode(b"\xff.py"), os.fsdecode(b"\xfe.py"), "odd\x07/x.py", "t\n.txt")
    except OSError:
        pytest.skip("this file system has no such names")
    found = find(tmp_path)
    assert [(entry.id, entry.student) for entry in found.entries] == [
        ("a\\nb.py", "a\\nb"),
        ("odd\\x07", "odd\\x07"),
        ("\\xfe.py", "\\xfe"),
        ("\\xff.py", "\\xff"),
    ]
    assert found.others == ("t\\n.txt",)
    assert all(entry.path.exists() for entry in found.entries)


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere", "no such file or folder"), ("file.py", "this is a file"), ("empty", "nothing to grade")],
)
def test_what_cannot_be_graded_is_said(tmp_path: Path, name: str, said: str) -> None:
    tree(tmp_path, "file.py", "empty/")
    with pytest.raises(UsageError, match=said) as caught:
        find(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(UsageError, match="Permission denied"):
        find(tmp_path)
