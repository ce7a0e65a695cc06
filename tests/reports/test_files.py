from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.reports.files import replacing


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
