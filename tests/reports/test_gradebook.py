import csv
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from reports import samples

from grader.class_results import ClassResults, Standing
from grader.errors import UsageError
from grader.handin import HandIn, Lateness, Override, Student
from grader.model import Result
from grader.reports.gradebook import COLUMNS, LAST, write


def text_of(class_: ClassResults, tmp_path: Path) -> str:
    write(class_, tmp_path / "gradebook.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.csv"]
    return (tmp_path / "gradebook.csv").read_bytes().decode("utf-8-sig")


def rows(tmp_path: Path, *results: Result, standings: tuple[Standing, ...] = ()) -> list[dict[str, str]]:
    return list(csv.DictReader(text_of(ClassResults(results, standings), tmp_path).splitlines()))


def test_a_class_by_value(tmp_path: Path) -> None:
    text = text_of(ClassResults([samples.result("a_right"), samples.partial("b_some")]), tmp_path)
    notes = f"likely cause: the scores are not scaled | {samples.partial().notes[0]}"
    assert text.split("\r\n") == [
        f"{','.join(COLUMNS)},projections,attention,rectangular,properties,steps,advice,{','.join(LAST)}",
        "a_right,a_right,a_right.py,2,2,2,0,graded,full,1,1,,,,,,,,,,,,,1,no",
        f"b_some,b_some,b_some.py,2.67,10.5,2.67,0,graded,full,0.5,,1.67,0,0.5,0,{notes},,,,,,,,1,no",
        "",
    ]


def test_without_a_score_cells_are_empty_not_zero(tmp_path: Path) -> None:
    row, _ = rows(tmp_path, samples.ungraded(), samples.result())
    assert row["status"] == "ungraded"
    assert [row[name] for name in ("score", "raw_score", "penalty", "projections")] == ["", "", "", ""]
    assert row["points"] == "2"
    assert row["notes"] == "the grader failed twice: the zygote was lost"


def test_hostile_text_is_one_row_without_formulas(tmp_path: Path) -> None:
    names = ("=cmd|' /C calc'!A0", '@x,"y"\n=1')
    nobody = Standing(Student("=1+1", "@x", "+2", "-3@uni.example", "\t=s", "=g"), "missing")
    results = (samples.hostile(), *map(samples.hostile, names))
    text = text_of(ClassResults(results, [nobody]), tmp_path)
    table = list(csv.DictReader(text.splitlines()))
    assert len(text.splitlines()) == 5
    assert {row["submission"] for row in table} > {"'=cmd|' /C calc'!A0", '\'@x,"y"\\n=1'}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in table for cell in row.values())


def test_a_group_named_like_a_column_gets_a_name_of_its_own(tmp_path: Path) -> None:
    groups = (samples.group("points", "P", 1, 2), samples.group("late", "L", 2, 2), samples.group("=x", "X", 1, 1))
    (row,) = rows(tmp_path, samples.result(groups=groups))
    assert (row["points"], row["group points"], row["group late"], row["'=x"]) == ("2", "1", "2", "1")


def test_a_deduction_is_a_number_even_when_negative(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, samples.result(penalty=-1.5))
    assert row["penalty"] == "-1.5"


def test_the_file_opens_in_excel_and_in_programs(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.csv"
    write(ClassResults([samples.result("größe")]), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfsubmission,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["submission"] == "größe"


def test_who_handed_in_what_and_when(tmp_path: Path) -> None:
    student = Student("Student 017", "4017", "u017", "u017@uni.example", "Section A", "Group 2")
    plain = samples.result("s017")
    info = replace(
        plain.submission, submitted_at="2025-10-06T10:12:00+02:00", handed_in=HandIn(student, attempt=2, dated_by="git")
    )
    correction = Override(2.0, "the file was damaged", at="2025-10-08")
    late = replace(plain, submission=info, lateness=Lateness(60, 1, "late"), overrides=(correction,))
    in_time = replace(plain, submission=replace(info, id="s018"))
    marked = replace(plain, submission=replace(plain.submission, id="s019", handed_in=HandIn(late=True)))
    by_file = replace(in_time, submission=replace(info, id="s020", handed_in=HandIn(student, dated_by="mtime")))
    table = rows(tmp_path, late, in_time, marked, by_file)
    assert [table[0][column] for column in LAST] == [
        "corrected by hand: the file was damaged",
        *("4017", "u017", "u017@uni.example", "Section A", "Group 2"),
        *("2025-10-06T10:12:00+02:00", "yes", "2", "yes"),
    ]
    assert [row["late"] for row in table] == ["yes", "no", "yes", ""]


def test_a_row_for_each_of_a_group_and_for_whoever_is_missing(tmp_path: Path) -> None:
    def standing(name: str, submission: str | None, score: float | None) -> Standing:
        status = "missing" if submission is None else "graded"
        return Standing(Student(name, group="G"), status, submission, score=score, attempts=3)  # type: ignore[arg-type]  # one of them

    both = (standing("Student 002", "team", 2), standing("Student 001", None, None), standing("Student 003", "team", 2))
    elsewhere = standing("Student 004", "not there", 1.5)
    table = rows(tmp_path, samples.result("an_old_attempt"), samples.result("team"), standings=(*both, elsewhere))
    assert [
        tuple(row[c] for c in ("submission", "student", "score", "status", "attempts", "notes")) for row in table
    ] == [
        ("an_old_attempt", "an_old_attempt", "2", "graded", "1", ""),
        ("team", "Student 002", "2", "graded", "3", ""),
        ("team", "Student 003", "2", "graded", "3", ""),
        ("not there", "Student 004", "1.5", "graded", "3", ""),
        ("", "Student 001", "", "missing", "", "nothing was handed in"),
    ]
    assert [row["points"] for row in table] == ["2", "2", "2", "10", "10"]


def test_who_is_on_no_roster_comes_last_and_keeps_the_points(tmp_path: Path) -> None:
    stranger = Standing(Student("Eve", login="e"), "graded", "a", score=2, on_roster=False)
    known, nobody = Standing(Student("Zoe"), "graded", "z", score=2), Standing(Student("Mia"), "missing")
    table = rows(tmp_path, samples.result("a"), samples.partial(), standings=(known, nobody, stranger))
    assert [(row["student"], row["score"], row["notes"]) for row in table[-1:]] == [("Eve", "2", "not on the roster")]


def test_the_first_reason_is_told_where_no_mistake_is_named(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, samples.hidden())
    assert row["notes"].startswith("ValueError: SECRET")
    (row,) = rows(tmp_path, samples.partial())
    assert row["notes"].startswith("likely cause: ")


class Many:
    """Results that nobody keeps."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self) -> Iterator[Result]:
        return (samples.result(f"s{number:05}", notes=("x" * 1000,)) for number in range(self.count))


def test_results_are_let_go_one_by_one(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        write(ClassResults(Many(3000)), tmp_path / "gradebook.csv")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "gradebook.csv").stat().st_size > 3_000_000
    assert peak < 3_000_000


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "gradebook.csv").mkdir()
    with pytest.raises(UsageError, match="the report could not be written"):
        write(ClassResults([samples.result()]), tmp_path / "gradebook.csv")
