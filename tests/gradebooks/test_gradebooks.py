import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.class_results import ClassResults, Standing
from grader.errors import UsageError
from grader.gradebooks import Change, Filled, fill_in
from grader.gradebooks.words import in_words
from grader.handin import Student

HERE = Path(__file__).parent
CANVAS = (HERE / "canvas.csv").read_bytes()
MOODLE = (HERE / "moodle.csv").read_bytes()
GERMAN = (HERE / "moodle_german.csv").read_bytes()
TITLE = "Self-Attention Mechanism"


def graded(number: int, score: float | None, **more: Any) -> Standing:
    student = Student(f"Student {number:03}", id=str(4000 + number))
    return replace(Standing(student, "graded", f"s{number:03}", score=score, raw_score=score, penalty=0.0), **more)


def missing(number: int) -> Standing:
    return replace(graded(number, 0), status="missing", submission=None, score=None)


def class_of(*standings: Standing, layout: str = "canvas") -> ClassResults:
    return ClassResults([], standings, layout=layout, title=TITLE, assignment="self_attention")


def fill(tmp_path: Path, export: bytes, class_: ClassResults, **options: Any) -> tuple[Filled, bytes]:
    path, out = tmp_path / "export.csv", tmp_path / "filled.csv"
    path.write_bytes(export)
    filled = fill_in(path, class_, out, **options)
    assert path.read_bytes() == export
    assert sorted(p.name for p in tmp_path.iterdir()) == ["export.csv", "filled.csv"]
    return filled, out.read_bytes()


def refusal(tmp_path: Path, export: bytes, class_: ClassResults, **options: Any) -> str:
    """What is said where nothing is written."""
    path, out = tmp_path / "export.csv", tmp_path / "filled.csv"
    path.write_bytes(export)
    with pytest.raises(UsageError) as raised:
        fill_in(path, class_, out, **options)
    assert not out.exists()
    return str(raised.value).replace(str(path), "EXPORT")


def moodle(number: int, score: float) -> Standing:
    return graded(number, score, student=Student(f"Student {number:03}", id=str(7000 + number)))


# --- what is written ---------------------------------------------------------------------------------------------


def test_canvas_gets_scores_and_every_other_byte_stays(tmp_path: Path) -> None:
    filled, data = fill(tmp_path, CANVAS, class_of(graded(1, 9.5), graded(2, 7), graded(3, 1), graded(4, 6.67)))
    expected = CANVAS.replace(b"Section A,4.50,,", b"Section A,4.50,9.5,").replace(b"B,,8.50,", b"B,,6.67,")
    assert data == expected
    assert filled.column == f"{TITLE} (90002)"
    assert list(filled.changed) == [
        Change("Student 001 (4001)", "", "9.5"),
        Change("Student 004 (4004)", "8.50", "6.67"),
    ]
    assert filled.overwritten == [Change("Student 004 (4004)", "8.50", "6.67")]
    assert (filled.matched, filled.unchanged, filled.excused) == (4, 1, ["Student 003 (4003)"])
    assert filled.without_standing == ['005, Student "Five"', "006, Ünïcode", "Student, Test"]
    assert filled.notes == ["grades are posted by hand (Manual Posting): students see them when you post them"]


@pytest.mark.parametrize(("mark", "ends"), [(b"\xef\xbb\xbf", b"\n"), (b"", b"\r\n"), (b"", b"\r")])
def test_byte_order_mark_and_line_ends_stay(tmp_path: Path, mark: bytes, ends: bytes) -> None:
    export = mark + CANVAS.replace(b"\n", ends)
    _, data = fill(tmp_path, export, class_of(graded(1, 9.5)))
    assert data == export.replace(b"Section A,4.50,,", b"Section A,4.50,9.5,")


def test_canvas_in_a_country_of_decimal_commas_with_all_cells_quoted(tmp_path: Path) -> None:
    rows = [[cell.replace(".", ",") for cell in row] for row in csv.reader(CANVAS.decode().splitlines())]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    export = text.getvalue().encode()
    filled, data = fill(tmp_path, export, class_of(graded(1, 9.5), graded(4, 8.5)))
    assert data == export.replace(b'"Section A";"4,50";"";', b'"Section A";"4,50";"9,5";')
    assert filled.unchanged == 1


def test_moodle_gets_scaled_scores_and_says_so(tmp_path: Path) -> None:
    standings = (moodle(1, 8.25), moodle(2, 7), missing(3), moodle(4, 5))
    filled, data = fill(tmp_path, MOODLE, class_of(*standings, layout="moodle"))
    assert data == MOODLE.replace(b'grading - ",,100.00,Yes,"Monday', b'grading - ",82.5,100.00,Yes,"Monday')
    assert filled.notes == ["scores out of 10 points are scaled to the column's 100"]
    assert (filled.unchanged, filled.closed) == (1, ["Student 004 (7004): Moodle has locked the grade"])
    assert filled.without_row == []
    assert filled.doubts == ["Student 003 (4003): line 5 has this name, but another id or e-mail address"]


def test_moodle_in_another_language_with_decimal_commas(tmp_path: Path) -> None:
    filled, data = fill(tmp_path, GERMAN, class_of(moodle(1, 8.25), moodle(2, 6.5), layout="moodle"))
    assert data == GERMAN.replace(b'"Gruppe 1";;', b'"Gruppe 1";8,25;').replace(b'"7,00"', b'"6,5"')
    assert filled.notes == []


def test_a_comma_where_cells_end_at_commas_is_quoted(tmp_path: Path) -> None:
    export = CANVAS.replace(b",10.00,", b',"10,00",').replace(b",7.00,", b',"7,00",').replace(b"8.50", b"")
    _, data = fill(tmp_path, export, class_of(graded(1, 9.5)))
    assert data == export.replace(b"Section A,4.50,,", b'Section A,4.50,"9,5",')


def test_a_column_of_other_points_and_one_of_none(tmp_path: Path) -> None:
    of_3 = CANVAS.replace(b",10.00,", b",3.00,")
    filled, _ = fill(tmp_path, of_3, class_of(graded(1, 3.33)))
    assert [change.new for change in filled.changed] == ["1"]  # 0.999
    filled, _ = fill(tmp_path, CANVAS.replace(b",10.00,", b",,"), class_of(graded(1, 3.33)))
    assert [change.new for change in filled.changed] == ["3.33"]
    assert filled.notes[0] == "Canvas's export does not say out of how many points: scores are entered as they are"


def test_who_has_no_score_stays_as_it_was(tmp_path: Path) -> None:
    ungraded = graded(4, None, status="ungraded")
    filled, data = fill(tmp_path, CANVAS, class_of(missing(1), missing(2), ungraded, graded(5, 3)))
    assert data == CANVAS
    assert filled.without_submission == ["Student 001 (4001)", "Student 002 (4002)"]
    assert filled.ungraded == ["Student 004 (4004)"]
    assert filled.closed == ["Student 005 (4005): the assignment is not assigned to this student (N/A)"]


def test_a_zero_only_when_asked_for_and_never_over_a_grade(tmp_path: Path) -> None:
    class_ = class_of(missing(1), missing(2), missing(3), missing(5), graded(4, 8.5))
    filled, data = fill(tmp_path, CANVAS, class_, missing="zero")
    wanted = CANVAS.replace(b"Section A,4.50,,", b"Section A,4.50,0,").replace(
        b"user006,Section B,,,", b"user006,Section B,,0,"
    )
    test_student = b"ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12,Section A,,"
    assert data == wanted.replace(test_student + b",", test_student + b"0,")
    assert [change.new for change in filled.changed] == ["0", "0", "0"]


def test_no_zero_for_strangers_while_a_score_has_found_no_row(tmp_path: Path) -> None:
    lost = graded(8, 9, student=Student("Somebody Else", id="1"))
    filled, data = fill(tmp_path, CANVAS, class_of(missing(1), lost), missing="zero")
    assert data == CANVAS.replace(b"Section A,4.50,,", b"Section A,4.50,0,")
    assert filled.without_row == ["Somebody Else (1)"]
    assert filled.notes[-1].startswith("whoever is in the gradebook but not in the class got no 0")


def test_who_is_on_no_roster_is_found_by_id_but_not_by_name(tmp_path: Path) -> None:
    by_id, by_name = graded(1, 7, on_roster=False), graded(2, 8, student=Student("Student 002"), on_roster=False)
    filled, _ = fill(tmp_path, CANVAS, class_of(by_id, by_name))
    assert [(change.student, change.new) for change in filled.changed] == [("Student 001 (4001)", "7")]
    assert filled.without_row == ["Student 002, not on the roster"]


def test_no_zero_where_only_a_part_of_the_class_is_known(tmp_path: Path) -> None:
    class_ = replace(class_of(graded(1, 7)), is_partial="only part 1/2 of the class")
    assert refusal(tmp_path, CANVAS, class_, missing="zero") == (
        "a 0 for who handed in nothing cannot be entered: only part 1/2 of the class"
    )
    filled, _ = fill(tmp_path, CANVAS, class_)
    assert len(filled.changed) == 1


def test_corrections_and_grades_beyond_the_column_are_told(tmp_path: Path) -> None:
    filled, _ = fill(tmp_path, CANVAS, class_of(graded(1, 11, overridden=True), graded(2, 7, overridden=True)))
    assert filled.overridden == ["Student 001 (4001)", "Student 002 (4002)"]
    assert filled.notes[-1] == "1 of the scores are outside of the column's range: Canvas takes them, Moodle does not"


def test_into_the_export_itself_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(CANVAS)
    (tmp_path / "link.csv").symlink_to(path)
    for out in (path, tmp_path / "link.csv"):
        with pytest.raises(UsageError, match="this is the exported gradebook itself"):
            fill_in(path, class_of(graded(1, 2)), out)
    assert path.read_bytes() == CANVAS
    fill_in(path, class_of(graded(1, 2)), path, in_place=True)
    assert path.read_bytes() == CANVAS.replace(b"Section A,4.50,,", b"Section A,4.50,2,")


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(CANVAS)
    with pytest.raises(UsageError, match="the gradebook could not be written"):
        fill_in(path, class_of(graded(1, 2)), tmp_path / "nowhere" / "filled.csv")
    assert list(tmp_path.iterdir()) == [path]


# --- whose row it is ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("student", "layout"),
    [
        (Student("x", id="4004"), "canvas"),
        (Student("Student 004", id="S0004"), ""),  # a roster's ids are the SIS's
        (Student("004, student", id="s0004"), "canvas"),
        (Student("", login="USER004@uni.example"), "plain"),
        (Student("", email="user004@uni.example"), "plain"),
        (Student("Student 004", id="90210", login="gh-four", email="user004@uni.example"), "plain"),
        (Student("student  004"), "plain"),
        (Student("004, Student"), "plain"),
        (Student("s0004"), "plain"),
    ],
)
def test_a_row_is_found_by_id_login_address_or_name(tmp_path: Path, student: Student, layout: str) -> None:
    filled, _ = fill(tmp_path, CANVAS, class_of(graded(4, 1, student=student), layout=layout))
    assert [change.old for change in filled.changed] == ["8.50"]


@pytest.mark.parametrize("name", ["u\u0308nïcode 006", "006, U\u0308ni\u0308code"])
def test_accents_are_compared_however_they_are_encoded(tmp_path: Path, name: str) -> None:
    filled, _ = fill(
        tmp_path, CANVAS, class_of(graded(6, 1, student=Student("Ünïcode 006" if name[0] == "u" else name)))
    )
    assert filled.matched == 1


@pytest.mark.parametrize(
    ("student", "doubt"),
    [
        # Moodle's ID numbers, say, are not Canvas's ids, although they look like them.
        (Student("Zoë Quick", id="4004"), "Zoë Quick (4004): has the id of line 7, but not the name"),
        (Student("Twin"), "Twin: lines 4 and 5 have this name"),
        (Student("Student 004", email="other@uni.example"), "line 7 has this name, but another id or e-mail address"),
    ],
)
def test_nobody_is_guessed(tmp_path: Path, student: Student, doubt: str) -> None:
    export = CANVAS.replace(b"001, Student", b"Twin").replace(b"002, Student", b"twin ")
    class_ = class_of(graded(1, 1, student=student), graded(6, 1), layout="plain")
    class_ = replace(class_, standings=[class_.standings[0], graded(6, 2, student=Student("", login="user006"))])
    filled, _ = fill(tmp_path, export, class_)
    assert filled.matched == 1
    assert len(filled.doubts) == 1
    assert filled.doubts[0].endswith(doubt)


def test_a_moodle_groups_number_is_no_participants(tmp_path: Path) -> None:
    group = graded(1, 3, student=Student("Blue Team", id="7001"))
    hidden = graded(2, 7, student=Student("Participant 7002", id="7002"))
    filled, data = fill(tmp_path, MOODLE, class_of(group, hidden, layout="moodle"))
    assert data == MOODLE
    assert filled.doubts == ["Blue Team (7001): has the id of line 2, but not the name"]
    assert filled.unchanged == 1


def test_an_id_from_elsewhere_gives_way_to_an_address(tmp_path: Path) -> None:
    student = Student("Student 001", id="7002", email="s001@uni.example")  # 7002 is a student number
    filled, _ = fill(tmp_path, MOODLE, class_of(graded(1, 3, student=student), layout="moodle"))
    assert [change.student for change in filled.changed] == ["Student 001 (7002)"]
    assert filled.overwritten == []


def test_two_for_one_row_are_both_left_out(tmp_path: Path) -> None:
    again = graded(1, 3, student=Student("Student 001"), submission="again")
    filled, data = fill(tmp_path, CANVAS, class_of(graded(1, 2), again, graded(2, 7)))
    assert data == CANVAS
    assert filled.doubts == ["Student 001 (4001) [s001] and Student 001 [again]: both would be line 4"]


def test_names_run_together_as_in_canvas_file_names_are_alike(tmp_path: Path) -> None:
    filled, _ = fill(tmp_path, CANVAS, class_of(graded(4, 1, student=Student("004student", id="4004")), layout=""))
    assert filled.matched == 1


def test_last_and_first_names_apart(tmp_path: Path) -> None:
    export = (
        b"LastName,FirstName,ID,SIS Login ID,Section,Self attention (1)\nPoints Possible,,,,,10\nOne,Student,5,u1,A,\n"
    )
    _, data = fill(tmp_path, export, class_of(graded(1, 4.2, student=Student("Student One")), layout="plain"))
    assert data == export.replace(b"u1,A,", b"u1,A,4.2")


# --- which column ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["90001", "Warm-up", "warm up", "Warm-up (90001)"])
def test_a_column_by_its_title_or_number(tmp_path: Path, column: str) -> None:
    filled, _ = fill(tmp_path, CANVAS, class_of(graded(1, 2)), column=column)
    assert filled.column == "Warm-up (90001)"
    assert filled.changed[0] == Change("Student 001 (4001)", "4.50", "1")


def test_no_column_or_several_are_listed(tmp_path: Path) -> None:
    class_ = class_of(graded(1, 2))
    told = refusal(tmp_path, CANVAS, class_, column="Esay")
    assert told == (
        "EXPORT: no column is called “Esay”; did you mean `Essay`?; name one of these as the column:"
        f"\n  Warm-up (90001)\n  {TITLE} (90002)\n  Essay (90003)"
    )
    twice = CANVAS.replace(b"Essay (", b"self_attention (")
    assert refusal(tmp_path, twice, class_) == (
        f"EXPORT: several columns fit; name one by its number:\n  {TITLE} (90002)\n  self_attention (90003)"
    )
    assert "no column is called “Final Score”" in refusal(tmp_path, CANVAS, class_, column="Final Score")


def test_a_read_only_column_is_refused(tmp_path: Path) -> None:
    told = refusal(tmp_path, CANVAS.replace(b",10.00,", b",(read only),"), class_of(graded(1, 2)))
    assert told == f"EXPORT: nothing can be entered into “{TITLE} (90002)”: Canvas calculates it (read only)"


# --- what is no gradebook of this class --------------------------------------------------------------------------


OTHERS = [graded(n, 1, student=Student(f"Other {n}", id=str(n))) for n in range(3)]


@pytest.mark.parametrize(
    ("export", "standings", "told"),
    [
        (CANVAS, OTHERS, "none of this class's 3 students is in this export (it has 001, Student, 002, Student …)"),
        (CANVAS, [], "there are no results to fill in"),
        (CANVAS.replace(b",4002,", b",4001,"), [graded(1, 1)], "lines 4 and 5 have the same id 4001; export it again"),
        (CANVAS.replace(b",4002,", b",1.02E+17,"), [graded(1, 1)], "EXPORT:5: a spreadsheet has rounded the ID"),
        (CANVAS.replace(b"user002,", b"user,002,"), [graded(1, 1)], "EXPORT:5: this row has more cells than"),
        (CANVAS.replace("Ünï".encode(), "Ünï".encode("cp1252")), [graded(1, 1)], "EXPORT:9: this is not UTF-8"),
        (CANVAS.decode().encode("utf-16"), [graded(1, 1)], "this is not UTF-8 text"),
        (CANVAS.replace(b'""Five"""', b'""Five""'), [graded(1, 1)], "EXPORT:8: a `\"` is not closed"),
        (b"PK\x03\x04 an xlsx", [graded(1, 1)], "this is a spreadsheet or a zip, no CSV"),
        (b"", [graded(1, 1)], "this is no gradebook that is known here by its headings: Canvas (Student, ID, Section)"),
        (b"<!DOCTYPE html>\n<p>Log in</p>\n", [graded(1, 1)], "this is no gradebook that is known here"),
        (b"Name,Grade\nStudent 001,\n", [graded(1, 1)], "this is no gradebook that is known here"),
        (b"First name,Assignment: Essay (Real)\n", [graded(1, 1)], "download the assignment's own grading worksheet"),
        (MOODLE.replace(b"Maximum Grade", b"Scale"), [graded(1, 1)], "this assignment is graded by a scale"),
        (MOODLE.replace(b",100.00,No", b",10.00,No"), [graded(1, 1)], "Maximum Grade is not one number in all rows"),
        (MOODLE.replace(b"Participant 7002", b"Nobody"), [graded(1, 1)], "EXPORT:3: “Nobody” is no participant"),
        (MOODLE.replace(b"Participant 7002", b"Participant 7001"), [graded(1, 1)], "lines 2 and 3 have the same id"),
        (MOODLE.replace(b",No,", b",No,,"), [graded(1, 1)], "EXPORT:6: this row has not as many cells"),
        (MOODLE.replace(b"Status", b"Grade"), [graded(1, 1)], "there are several columns Grade"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, export: bytes, standings: Sequence[Standing], told: str) -> None:
    assert told in refusal(tmp_path, export, class_of(*standings))


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "none.csv", "there is no such file"), (tmp_path, "cannot be read")):
        with pytest.raises(UsageError, match=told):
            fill_in(path, class_of(graded(1, 1)), tmp_path / "out.csv")


def test_in_words(tmp_path: Path) -> None:
    filled, _ = fill(tmp_path, CANVAS, class_of(graded(1, 9.5), graded(2, 7), graded(4, 6.67)))
    assert in_words(
        replace(filled, path=Path("filled.csv"), without_standing=[f"S{n}" for n in range(22)])
    ) == "\n".join(
        [
            f"Canvas: 2 scores entered into “{TITLE} (90002)”, 1 there already; filled.csv",
            "grades are posted by hand (Manual Posting): students see them when you post them",
            "another grade was there (1):",
            "  Student 004 (4004): 8.50 → 6.67",
            "in this gradebook, but not in the class (22):",
            *(f"  S{n}" for n in range(20)),
            "  … and 2 more",
        ]
    )
