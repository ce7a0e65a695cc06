import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reports import samples

from grader.class_results import ClassResults, Standing
from grader.errors import UsageError
from grader.handin import Student
from grader.reports import feedback_page, feedback_zip


def standing(submission: str, upload: str = "", name: str = "Student 001", **more: Any) -> Standing:
    return Standing(Student(name), more.pop("status", "graded"), submission, upload=upload, score=1.0, **more)


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing but the zip is new."""
    folder = tmp_path / "feedback"
    folder.mkdir()
    for stem in ("s1", "s2", "s3"):
        (folder / f"{stem}.html").write_text(f"page of {stem}")
    yield folder
    assert {path.name for path in tmp_path.iterdir()} <= {"feedback", "up.zip"}


def zipped(pages: Path, *standings: Standing) -> dict[str, str]:
    class_ = ClassResults([samples.result(id_) for id_ in ("s1", "s2", "s3")], standings)
    out = pages.parent / "up.zip"
    count = feedback_zip.write(class_, pages, out)
    with zipfile.ZipFile(out) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist())) == count
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_names_that_canvas_and_moodle_know_again(pages: Path) -> None:
    canvas = standing("s1", "student001_LATE_4001_88001_")
    moodle = standing("s2", "Student Zwölf_7002_assignsubmission_file_/")
    assert zipped(pages, canvas, moodle, standing("s3")) == {
        "Student Zwölf_7002_assignsubmission_file_/feedback.html": "page of s2",
        "s3_feedback.html": "page of s3",
        "student001_LATE_4001_88001_feedback.html": "page of s1",
    }


def test_each_of_a_group_gets_the_page_once(pages: Path) -> None:
    group = [standing("s1", f"Student {n}_{n}_assignsubmission_file_/") for n in (1, 2)]
    one_name = [standing("s2", "group_1_2_", name) for name in ("A", "B")]
    by_folder = [standing("s3", name=name) for name in ("Student 003", "Student 004")]
    names = list(zipped(pages, *group, *one_name, *by_folder))
    assert names[:2] == [f"Student {n}_{n}_assignsubmission_file_/feedback.html" for n in (1, 2)]
    assert names[2] == "group_1_2_feedback.html"
    assert [name[:15] for name in names[3:]] == ["s3_Student_003~", "s3_Student_004~"]
    assert all(name.endswith("_feedback.html") for name in names[3:])


def test_two_submissions_never_share_a_name(pages: Path) -> None:
    assert zipped(pages, standing("s1", "X_1_2_"), standing("s2", "x_1_2_"), standing("s3", "x_1_2_")) == {
        "X_1_2_feedback.html": "page of s1",
        "x_1_2_feedback-2.html": "page of s2",
        "x_1_2_feedback-3.html": "page of s3",
    }


@pytest.mark.parametrize("upload", ["../../x_", "/x_", "./x_", "..\\..\\x_", "C:\\x_", "\x1b[2J\nx_", "a/../../x_"])
def test_a_name_never_leads_out_of_the_folder_or_acts(pages: Path, upload: str) -> None:
    (name,) = zipped(pages, standing("s1", upload))
    assert not set(name) & set("\\:\n\x1b")
    assert not name.startswith("/")
    assert ".." not in name.split("/")
    assert name.endswith("x_feedback.html")


def test_who_has_no_grade_gets_no_page(pages: Path) -> None:
    nobody = Standing(Student("Student 002"), "missing")
    assert list(zipped(pages, standing("s1", status="ungraded"), nobody, standing("s2"))) == ["s2_feedback.html"]


def test_who_is_on_no_roster_gets_the_page_as_well(pages: Path) -> None:
    assert list(zipped(pages, replace(standing("s1"), on_roster=False))) == ["s1_feedback.html"]


def test_the_same_pages_make_the_same_bytes(pages: Path) -> None:
    standings = [standing("s2", "b_"), standing("s1", "a_")]
    zipped(pages, *standings)
    first = (pages.parent / "up.zip").read_bytes()
    for page in pages.iterdir():
        page.touch()
    zipped(pages, *reversed(standings))
    assert (pages.parent / "up.zip").read_bytes() == first


def test_a_page_that_is_not_there(pages: Path) -> None:
    (pages / "s2.html").unlink()
    with pytest.raises(UsageError, match=r"s2\.html: this page cannot be read \(No such file or directory\)"):
        zipped(pages, standing("s1"), standing("s2"))


def test_pages_are_found_as_reports_name_them(tmp_path: Path) -> None:
    results = [samples.result(id_) for id_ in ("A_right", "a_right", "größe und maß")]
    feedback_page.write_each(results, tmp_path / "feedback")
    class_ = ClassResults(results, [standing(result.submission.id) for result in results])
    assert feedback_zip.write(class_, tmp_path / "feedback", tmp_path / "up.zip") == 3
