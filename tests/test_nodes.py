"""Names and their endings, and nodes of a disk."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from grader.nodes import OnDisk, is_code, is_left_out, is_zip, largest_of, on_disk, suffix


@pytest.mark.parametrize(
    "name",
    ["a.py", "A.PY", "a.b.py", ".py", "a.", "a", "", "a/.py", "a.b/c", "a/b.ipynb", "..", "a/..", ".a.b", "x.y/"],
)
def test_endings_are_those_of_pathlib(name: str) -> None:
    assert suffix(name) == PurePosixPath(name).suffix.lower() or name.endswith("/")


def test_kinds_of_names() -> None:
    assert [is_code(name) for name in ("a.py", "b.IPYNB", "c.pyc", "py", ".py")] == [True, True, False, False, False]
    assert [is_zip(name) for name in ("a.zip", "b.ZIP", "c.zip.py", "zip")] == [True, True, False, False]
    assert [is_left_out(name) for name in (".git", "__MACOSX", "venv", "venvs")] == [True, True, True, False]
    assert [largest_of(name) for name in ("a.py", "a.ipynb", "a.zip", "a.c")] == [10**6, 2 * 10**7, 5 * 10**7, 10**6]


def test_a_disk_is_nodes(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.py").write_bytes(b"x")
    (tmp_path / "c").symlink_to(tmp_path / "b")
    assert on_disk(tmp_path) == OnDisk(tmp_path, True)
    children = OnDisk(tmp_path, True).children()
    assert [(node.name, node.is_folder) for node in children] == [("a.py", False), ("b", True), ("c", False)]
    assert children[0].read(1, "a.py") == b"x"
    assert children[0].modified() == (tmp_path / "a.py").stat().st_mtime
    assert (OnDisk(tmp_path, True).holds("b"), OnDisk(tmp_path, True).holds("d")) == (True, False)
