import re
from pathlib import Path

import pytest
from reports import samples

from grader.errors import UsageError
from grader.reports.files import OURS, names, replacing, write_each


def named(tmp_path: Path, *ids: str) -> list[str]:
    """The files of submissions of these ids, in that order of grading."""
    shown = [samples.result(id_) for id_ in ids]
    write_each(shown, tmp_path, ".html", lambda result: OURS + result.submission.id.encode())
    return [next(path.name for path in tmp_path.iterdir() if path.read_bytes() == OURS + id_.encode()) for id_ in ids]


def test_a_file_is_named_as_its_submission(tmp_path: Path) -> None:
    assert named(tmp_path, "r05_stacked_T.py", "s1.py") == ["r05_stacked_T.py.html", "s1.py.html"]


def test_only_ids_that_differ_in_case_alone_are_marked_in_whatever_order(tmp_path: Path) -> None:
    plain, marked, other = named(tmp_path, "ab.py", "AB.py", "Other.py")
    assert (plain, other) == ("ab.py.html", "Other.py.html")
    assert re.fullmatch(r"AB\.py~\w{12}\.html", marked)
    assert named(tmp_path, "Other.py", "AB.py", "ab.py") == [other, marked, plain]


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
