import csv
from pathlib import Path

from reports import samples

from grader.reports.gradebook import COLUMNS, gradebook, write


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_a_class_by_value() -> None:
    text = gradebook([samples.partial("b_some"), samples.result("a_right")])
    notes = f"likely cause: the scores are not scaled | {samples.partial().notes[0]}"
    assert text.split("\r\n") == [
        f"{','.join(COLUMNS)},projections,attention,rectangular,properties,steps,advice,notes",
        "a_right,a_right,a_right.py,2,2,2,0,graded,full,1,1,,,,,",
        f"b_some,b_some,b_some.py,2.67,10.5,2.67,0,graded,full,0.5,,1.67,0,0.5,0,{notes}",
        "",
    ]


def test_without_a_score_cells_are_empty_not_zero() -> None:
    (row,) = rows(gradebook([samples.ungraded()]))
    assert row["status"] == "ungraded"
    assert [row[name] for name in ("score", "raw_score", "penalty", "projections")] == ["", "", "", ""]
    assert row["points"] == "2"
    assert row["notes"] == "the grader failed twice: the zygote was lost"


def test_hostile_text_is_one_row_without_formulas() -> None:
    text = gradebook([samples.hostile(), samples.hostile("=cmd|' /C calc'!A0"), samples.hostile('@x,"y"\n=1')])
    table = rows(text)
    assert len(text.splitlines()) == 4
    assert {row["submission"] for row in table} > {"'=cmd|' /C calc'!A0", '\'@x,"y"\\n=1'}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in table for cell in row.values())


def test_a_group_named_like_a_column_gets_a_name_of_its_own() -> None:
    groups = (samples.group("points", "Points", 1, 2), samples.group("=x", "X", 1, 1))
    (row,) = rows(gradebook([samples.result(groups=groups)]))
    assert (row["points"], row["group points"], row["'=x"]) == ("2", "1", "1")


def test_a_deduction_is_a_number_even_when_negative() -> None:
    (row,) = rows(gradebook([samples.result(penalty=-1.5)]))
    assert row["penalty"] == "-1.5"


def test_the_file_opens_in_excel_and_in_programs(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.csv"
    write([samples.result("größe")], path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfsubmission,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["submission"] == "größe"
