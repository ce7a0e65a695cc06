"""Whom to look at, and a row for everybody."""

from __future__ import annotations

from dataclasses import replace

from reports.classes import EVIL, class_of, large, result, small, standing
from reports.test_class_rows import rows

from grader.class_results import ClassResults
from grader.handin import DatedBy, Student
from grader.reports.class_people import MOST_LISTED, Listing, Person, StudentRow, listings, people_of, students


def listed(class_: ClassResults) -> dict[str, Listing]:
    table = rows(class_)
    return {each.id: each for each in listings(class_, table, table.by_id(), people_of(table))}


def everybody(class_: ClassResults) -> dict[str, StudentRow]:
    table = rows(class_)
    return {row.person.name: row for row in students(class_, table, table.by_id(), people_of(table))}


def test_whom_to_look_at_and_why() -> None:
    found = {
        id_: [(entry.person.name, entry.text, entry.number) for entry in each.entries]
        for id_, each in listed(small()).items()
    }
    assert found["ungraded"] == [("Gus", "the grader failed twice: the zygote was lost", "")]
    assert found["missing"] == [("Hal", "h1", "")]
    assert found["unknown"] == [("Name stranger", "stranger", "")]
    assert found["late"] == [("Dee", "26 hours late, 2 days begun: 20 % of 10 points", "2")]
    assert found["overridden"] == [("Cem", "score: agreed in office hours (2026-10-02)", "7")]
    assert found["slowest"][0][::2] == ("Fay", "3.50")
    assert listed(small())["late"].note == "10 % a day"


def test_a_row_for_everybody() -> None:
    found = everybody(small())
    assert len(found) == 9
    assert found["Ada"].person == Person("Ada", "feedback/page_ada.html")
    assert (found["Ada"].score, found["Ada"].flags, found["Ada"].handle) == ("10", ("graded",), "a1")
    assert (found["Dee"].score, found["Dee"].penalty, found["Dee"].flags) == ("8", "2", ("graded", "late"))
    assert (found["Cem"].score, found["Cem"].flags) == ("7", ("graded", "overridden"))
    assert found["Cem"].mistakes == ("no_scale", "axis")
    assert (found["Gus"].score, found["Gus"].flags) == ("", ("ungraded",))
    assert (found["Hal"].person.page, found["Hal"].flags, found["Hal"].attempts) == ("", ("missing",), 0)
    assert found["Name stranger"].flags == ("graded", "unknown")
    assert found[EVIL].person.page == "feedback/page_eve%20%26%20co.html"
    assert [found[name].section_key for name in ("Ada", "Bob", "Name stranger")] == [1, 2, 0]


def test_those_without_a_score_sort_below_zero() -> None:
    found = everybody(small())
    assert found["Hal"].order < found["Gus"].order < found["Fay"].order == 0


def test_when_it_came_and_whether_only_the_file_says_so() -> None:
    one = result("a", "1111")
    came = "2026-10-01T09:30:59+02:00"
    told: dict[DatedBy, str] = {"lms": "2026-10-01 09:30", "mtime": "2026-10-01 09:30 (file)"}
    for dated_by, shown in told.items():
        info = replace(one.submission, handed_in=replace(one.submission.handed_in, dated_by=dated_by))
        found = everybody(class_of([replace(one, submission=info)], [standing(one, submitted_at=came)]))
        assert [each.submitted_at for each in found.values()] == [shown]


def test_a_group_is_named_by_all_of_it_and_has_a_row_each() -> None:
    team = result("team", "1000")
    lines = [standing(team, Student("Ann"), overridden=True), standing(team, Student("Ben"), overridden=True)]
    class_ = class_of([team], lines)
    assert [entry.person.name for entry in listed(class_)["slowest"].entries] == ["Ann, Ben"]
    assert {row.person for row in everybody(class_).values()} == {
        Person("Ann", "feedback/page_team.html"),
        Person("Ben", "feedback/page_team.html"),
    }


def test_long_lists_and_long_names_are_cut_and_said_to_be() -> None:
    size = MOST_LISTED + 5
    lines = [replace(standing(each), status="missing", submission=None) for each in large(size).results]
    missing = listed(class_of([], lines))["missing"]
    assert (len(missing.entries), missing.left) == (MOST_LISTED, 5)
    (name,) = everybody(class_of([result("a", "1111", student=Student("A" * 5000))]))
    assert name == "A" * 200 + " …"
    (name,) = everybody(class_of([result("a", "1111", student=Student("a\x1b[2J\u202eb"))]))
    assert name == r"a\x1b[2J\u202eb"
