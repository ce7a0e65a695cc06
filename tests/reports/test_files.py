import re
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.reports.files import OURS, Folder, filling, names, replacing


def test_names_are_decided_by_the_ids_alone() -> None:
    ids = ["b.py", "Ann.py", "ANN.py", "a/b"]
    found = names(ids)
    assert list(found) == ids
    assert found["b.py"] == "b.py"
    assert all(
        re.fullmatch(rf"{stem}~\w{{12}}", found[id_])
        for id_, stem in zip(ids[1:], ("Ann.py", "ANN.py", "a_b"), strict=True)
    )
    assert names(iter(ids[::-1])) == found


def test_only_ids_that_differ_in_case_alone_are_marked() -> None:
    found = names(["r05_stacked_T.py", "ab.py", "AB.py", "Other.py"])
    assert (found["r05_stacked_T.py"], found["ab.py"], found["Other.py"]) == ("r05_stacked_T.py", "ab.py", "Other.py")
    assert re.fullmatch(r"AB\.py~\w{12}", found["AB.py"])


def test_the_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write(b"half" * (file.write(b"half") // 0))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_it_as_they_may_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with replacing(tmp_path / "report"):
        pass
    assert (tmp_path / "report").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_the_system_refuses_names_the_file_and_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "report"
    with pytest.raises(UsageError, match=r"No such file or directory.*choose another place") as raised, replacing(path):
        pass
    assert str(raised.value).startswith(f"{path}: ")


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"No space left on device.*free some space"), replacing(tmp_path / "report"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    with pytest.raises(UsageError, match="report"), replacing(tmp_path / "report"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


# --- a file for each submission ------------------------------------------------------------------


def test_a_file_says_what_it_was_made_from(tmp_path: Path) -> None:
    with filling(tmp_path / "junit", ".xml") as folder:
        assert not folder.is_current("a", "0f")
        folder.write("a", "0f", b"<?xml?>" + OURS + b"body" + OURS)
        folder.write("b", "", b"<?xml?>" + OURS)
    marked = b"<?xml?><!-- written by attention-grader 0f -->body" + OURS
    assert (tmp_path / "junit" / "a.xml").read_bytes() == marked
    assert (tmp_path / "junit" / "b.xml").read_bytes() == b"<?xml?>" + OURS
    with filling(tmp_path / "junit", ".xml") as folder:
        assert folder.is_current("a", "0f")
        assert not folder.is_current("a", "0")
        assert not folder.is_current("b", "")  # nobody knows what it was made from
    assert (tmp_path / "junit" / "a.xml").read_bytes() == marked


def test_ours_of_the_past_are_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "theirs.xml").write_text("<testsuites/>")
    (tmp_path / "notes.txt").write_bytes(OURS)
    (tmp_path / "folder.xml").mkdir()
    (tmp_path / "plain.xml").write_bytes(OURS)
    with filling(tmp_path, ".xml") as folder:
        folder.write("gone", "0f", OURS)
    with filling(tmp_path, ".xml") as folder:
        folder.write("here", "0f", OURS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.xml", "here.xml", "notes.txt", "theirs.xml"]


def test_one_that_cannot_be_written_costs_no_other(tmp_path: Path) -> None:
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).mkdir()
    folder = Folder(tmp_path, ".xml")
    for stem in "abc":
        folder.write(stem, "0f", OURS)
    with pytest.raises(UsageError, match=r"a\.xml: the report could not .* \(and 1 more files of this folder\)"):
        folder.remove_others()
    assert (tmp_path / "c.xml").is_file()
