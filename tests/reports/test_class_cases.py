"""What a class says of its cases; the measures themselves: tests/test_items.py."""

from __future__ import annotations

import pytest
from reports.classes import AXIS, SCALE, class_of, result
from reports.test_class_rows import rows

from grader.items import Measure
from grader.reports.class_cases import CasesView, Cell, cases_view, matrix
from grader.reports.class_rows import Rows

# Points of the cases: 2, 3, 3, 2, and an advice.
SIX = ("1111", "1111", "1110", "1000", "1000", "0000")


def of(*patterns: str) -> Rows:
    return rows(class_of(result(f"s{n:02}", pattern) for n, pattern in enumerate(patterns)))


def test_each_case_with_its_worth_its_measures_and_its_verdicts() -> None:
    found = cases_view(of(*SIX))
    first = found.rows[0]
    assert (first.id, first.group, first.worth) == ("projections.1", "Group projections", "2")
    assert first.difficulty.value == pytest.approx(5 / 6)
    assert first.verdicts.replace("\N{NO-BREAK SPACE}", " ") == "5 passed, 1 failed"
    # Rest of case 1: 8 8 6 0 0 0, mean 11/3; deviations of case 1: 1/3 five times, −5/3. Products add up to 22/3 (the
    # last is −5/3 · −11/3, the others 1/3 · 11/3); squares to 10/3 and 250/3.
    assert first.discrimination.value == pytest.approx((22 / 3) / (10 / 3 * 250 / 3) ** 0.5)
    advice = found.rows[-1]
    assert (advice.worth, advice.difficulty) == ("advice", Measure(None, "worth no points"))
    assert advice.verdicts.endswith("6\N{NO-BREAK SPACE}raised")


def test_alpha_over_cases_and_over_groups() -> None:
    found = cases_view(of(*SIX))
    # Points by case: 2 2 2 2 2 0, 3 3 3 0 0 0 twice, 2 2 0 0 0 0. Sums of squares of deviations: 10/3, 27/2 twice,
    # 16/3; of the totals 10 10 8 2 2 0: 304/3.
    assert found.alpha.value == pytest.approx(4 / 3 * (1 - (10 / 3 + 27 + 16 / 3) / (304 / 3)))
    # By group the two attention cases are one: 6 6 6 0 0 0, 54.
    assert found.alpha_groups.value == pytest.approx(3 / 2 * (1 - (10 / 3 + 54 + 16 / 3) / (304 / 3)))
    assert found.students == 6


def remarks(found: CasesView) -> dict[str, str]:
    return {row.id: row.remark for row in found.rows}


def test_remarks_name_the_cases_to_look_at() -> None:
    found = remarks(cases_view(of(*["1110"] * 9, *["0110"] * 2, *["1001"] * 3, "0001")))
    assert found["shapes.odd"] == "look at it: those who do well elsewhere lose it"
    assert found["projections.1"] == "hardly tells strong from weak"
    assert found["attention.1"] == ""
    assert remarks(cases_view(of(*["1110"] * 39, "0000")))["shapes.odd"] == "few have it"
    assert remarks(cases_view(of(*["1110"] * 39, "0000")))["attention.1"] == "nearly all have it"


def test_few_submissions_are_not_remarked_upon() -> None:
    assert set(remarks(cases_view(of("1110", "1110", "0001"))).values()) == {""}


def test_a_class_in_which_nobody_was_graded() -> None:
    found = cases_view(rows(class_of([])))
    assert (found.rows, found.students, found.alpha.value) == ((), 0, None)


def test_which_cases_those_who_made_a_mistake_lose() -> None:
    class_ = class_of([result("a", "1000", SCALE), result("b", "1001", SCALE, AXIS), result("c", "1111")])
    found = matrix(rows(class_), [("no_scale", "Scale"), ("axis", "Axis")])
    none, all_ = Cell(0, 0), Cell(2, 8)
    assert [(row.title, row.count) for row in found] == [("Scale", 2), ("Axis", 1)]
    assert found[0].cells == (none, all_, all_, Cell(1, 4))
    assert [cell.wrong for cell in found[1].cells] == [0, 1, 1, 0]
    spans = cases_view(rows(class_)).groups
    assert [(span.id, [short for _, short in span.cases]) for span in spans] == [
        ("projections", ["1"]),
        ("attention", ["1", "2"]),
        ("shapes", ["odd"]),
    ]
