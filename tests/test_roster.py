"""A CSV → students, whoever exported it; what is wrong is said with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.handin import Student
from grader.roster import read_roster


def roster(folder: Path, text: str | bytes) -> tuple[Student, ...]:
    path = folder / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(path)


def said(folder: Path, text: str | bytes) -> str:
    with pytest.raises(UsageError) as caught:
        roster(folder, text)
    return str(caught.value).replace(str(folder / "roster.csv"), "roster")


def test_all_columns(tmp_path: Path) -> None:
    text = "id,name,login,email,section,group,due\n7,Ada Lovelace,ada,ada@b.org,A,g1,2026-03-09\n8,Bob,,,,,\n"
    assert roster(tmp_path, text) == (
        Student("Ada Lovelace", "7", "ada", "ada@b.org", "A", "g1", "2026-03-09"),
        Student("Bob", "8"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Student,GitHub Username\nAda,ada-l\n", Student("Ada", login="ada-l")),
        ("First name;Surname;ID number;Email address\nAda;King;77;a@b\n", Student("Ada King", "77", email="a@b")),
        ("E-mail\tLast_Name\tfirst_name\na@b\tKing\tAda\n", Student("Ada King", email="a@b")),
        ("login\nada\n", Student("ada", login="ada")),
        ("ID\n007\n", Student("007", "007")),
        ("name,notes\n Ada ,\n", Student("Ada")),
        ('name,email\n"Lovelace, Ada",a@b\n', Student("Lovelace, Ada", email="a@b")),
        ("\n\nname\n\nAda\n,\n", Student("Ada")),
        ("name,login\nAda\n", Student("Ada")),
        ("name\rAda\r", Student("Ada")),
    ],
)
def test_usual_headings_and_separators(tmp_path: Path, text: str, expected: Student) -> None:
    assert roster(tmp_path, text) == (expected,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    bom = "\ufeff" if encoding == "utf-16-le" else ""
    assert roster(tmp_path, (bom + "name\nZoë\n").encode(encoding)) == (Student("Zoë"),)


@pytest.mark.parametrize(
    "data", ["name\nZoe\n".encode("utf-16-le"), "name\nZoe\n".encode("utf-16-be"), "name\nZoe\n".encode("utf-16")[:-1]]
)
def test_sixteen_bits_that_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "roster.csv").write_bytes(data)
    with pytest.raises(UsageError, match="not UTF-8; save the roster as CSV UTF-8"):
        read_roster(tmp_path / "roster.csv")


def test_an_export_of_canvas(tmp_path: Path) -> None:
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Self-Attention (4711),Current Score\n"
        ",,,,,Manual Posting,\n"
        "    Points Possible,,,,,10,(read only)\n"
        '"Lovelace, Ada",101,s77,ada,Monday,,90\n'
        '"Student, Test",999,,,Monday,,\n'
        '"Turing, Alan",102,s78,alan,Monday and Tuesday,10,100\n'
    )
    assert roster(tmp_path, text) == (
        Student("Lovelace, Ada", "101", "ada", section="Monday"),
        Student("Turing, Alan", "102", "alan", section="Monday and Tuesday"),
    )


def test_a_worksheet_of_moodle(tmp_path: Path) -> None:
    text = (
        '\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade"\n'
        'Participant 101,"Ada Lovelace",ada@b.org,"Submitted for grading - ",,10.00\n'
    )
    assert roster(tmp_path, text) == (Student("Ada Lovelace", "101", email="ada@b.org"),)


def test_a_student_in_two_sections_is_one(tmp_path: Path) -> None:
    text = "id,name,section\n7,Ada,B\n8,Bob,A\n7,Ada,A\n7,Ada,C\n"
    assert roster(tmp_path, text) == (Student("Ada", "7", section="B, A, C"), Student("Bob", "8", section="A"))
    assert roster(tmp_path, "login,section\nada,A\nADA,B\n".replace("ADA", "ada"))[0].section == "A, B"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "roster: the roster is empty"),
        ("\n\n", "roster: the roster is empty"),
        ("id,name\n", "roster: the roster names no student"),
        ("points,grade\n1,2\n", "roster:1: no column tells the students apart (points, grade)"),
        ("id,id,name\n1,1,Ada\n", "roster:1: two columns are called 'id'"),
        ("id,name\n7,Ada\n,Bob\n", "roster:3: Bob has no id; fill it in, or delete the column"),
        ("id,name\n7,Ada\n8,\n", "roster:3: the student 8 has no name; fill it in"),
        ("id,name,x\n7,Ada,\n8,Bob,\n9,Cy,\n,,y\n", "roster:5: this line names nobody"),
        ("id,name\n7,Ada\n7,Ada\n", "roster:3: Ada (7) is there twice (line 2); delete one of the lines"),
        ("id,name\n7,Ada\n7,Bob\n", "roster:3: Bob (7) is there twice, and not the same as in line 2 (Ada (7))"),
        ("id,name,section\n7,A,x\n7,A,y\n7,A,x\n", "roster:4: A (7) is there twice (line 2); delete one of the lines"),
        ("name\nAda\nBob\nada\n", "roster:4: ada is there twice, and not the same as in line 2 (Ada)"),
        ("id,login\n1,ada\n2,ADA\n", "roster:3: 2 has the login of 1 (line 2): ADA; correct the one that is wrong"),
        ("id,email\n1,a@b\n2,\n3,a@b\n", "roster:4: 3 has the email of 1 (line 2): a@b"),
        ('name\nAda\n"Bob\n', "roster:3: not CSV (unexpected end of data); save the roster as CSV (UTF-8) again"),
        ('name\n"A\nda"\n"B" ob\n', "roster:4: not CSV ("),
        ("name\nAda\nZoë\n".encode("latin-1"), "roster:3: not UTF-8; save the roster as CSV UTF-8"),
        (b"PK\x03\x04rest", "roster: this is a spreadsheet or a zip; save the roster as CSV (UTF-8)"),
        (b"\xff\xfea", "roster:1: not UTF-8"),
        (b"x" * 20_000_001, "roster: the roster has more than 20 MB; is it a CSV of students?"),
        ("name\n" + "x" * 200_000, "roster:2: not CSV (field larger than field limit"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str | bytes, expected: str) -> None:
    assert said(tmp_path, text).startswith(expected)


def test_a_roster_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere.csv: the roster cannot be read \(No such file"):
        read_roster(tmp_path / "nowhere.csv")
