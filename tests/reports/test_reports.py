import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from reports import samples

from grader import reports
from grader.class_results import ClassResults
from grader.errors import UsageError
from grader.reports.safe import file_stem

CLASS = [samples.partial(), samples.result(), samples.ungraded(), samples.hostile()]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_every_report_of_a_class_is_written(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    reports.write_all(ClassResults(CLASS), out)
    stems = [file_stem(result.submission.id) for result in CLASS]
    each = [f"junit/{stem}.xml" for stem in stems] + [f"feedback/{stem}.html" for stem in stems]
    assert files(out) == sorted(["gradebook.csv", "junit.xml", "report.html", "results.jsonl", *each])


def test_reports_again_are_the_same_bytes(tmp_path: Path) -> None:
    reports.write_all(ClassResults(CLASS), tmp_path)
    first = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    reports.write_all(ClassResults(CLASS), tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == first


def test_what_cannot_be_written_costs_no_other_report_and_is_told_at_the_end(tmp_path: Path) -> None:
    for name in ("results.jsonl", "gradebook.csv", "feedback/b_some.html"):
        (tmp_path / name).mkdir(parents=True)
    with pytest.raises(UsageError) as raised:
        reports.write_all(ClassResults(CLASS), tmp_path)
    *told, again = str(raised.value).splitlines()
    places = [line.partition(": the report could not be written (Is a directory)")[0] for line in told]
    assert places == [str(tmp_path / name) for name in ("results.jsonl", "feedback/b_some.html", "gradebook.csv")]
    assert again.endswith(f"`grader report {tmp_path}` writes the reports again")
    assert len(files(tmp_path)) == 2 + len(CLASS) + len(CLASS) - 1


def test_no_submissions_are_reports_too(tmp_path: Path) -> None:
    reports.write_all(ClassResults([]), tmp_path)
    assert files(tmp_path) == ["gradebook.csv", "junit.xml", "report.html", "results.jsonl"]


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(UsageError, match=r"out: .*\(File exists\); free some space, or choose another place"):
        reports.write_all(ClassResults(CLASS), tmp_path / "out")


def test_the_folder_is_tried_before_anything_is_graded(tmp_path: Path) -> None:
    reports.must_be_writable(tmp_path / "a" / "b")
    assert files(tmp_path) == []
    (tmp_path / "file").touch()
    told = r"file/out: results cannot be written here \(Not a directory\); choose another --out"
    with pytest.raises(UsageError, match=told):
        reports.must_be_writable(tmp_path / "file" / "out")


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EROFS, "(Read-only file system); choose another --out"),
        (errno.EACCES, "(Permission denied); choose another --out"),
        (errno.ENOSPC, "(No space left on device); free some space"),
    ],
)
def test_a_folder_that_takes_nothing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    def no(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", no)
    with pytest.raises(UsageError) as caught:
        reports.must_be_writable(tmp_path)
    assert str(caught.value) == f"{tmp_path}: results cannot be written here {told}"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="Permission denied"):
        reports.must_be_writable(tmp_path)


def test_a_check_imports_no_report_that_it_does_not_write() -> None:
    others = "{'rich', 'junit_xml', 'jinja2', 'matplotlib', 'pydantic', 'csv'}"
    code = f"import sys, grader.reports; print({others} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
