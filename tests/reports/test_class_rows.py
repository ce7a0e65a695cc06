"""What the class's page keeps of results."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
from reports import samples
from reports.classes import AXIS, LATE, SCALE, class_of, result, small

from grader.class_results import ClassResults
from grader.model import Result, Verdict
from grader.reports.class_rows import NO_CASE, VERDICTS, Mended, Rows, Table, part, wrong
from grader.reports.parts import Job


def rows(class_: ClassResults) -> Rows:
    """By way of another process, as when a class is large."""
    table = Table()
    for each in class_.results:
        job = Job(each.submission.id, f"page_{each.submission.id}", "", samples.result)
        table.add(pickle.loads(pickle.dumps(part(each, job))))
    return table.rows(class_)


def test_points_and_verdicts_of_each_case() -> None:
    found = rows(class_of([result("b", "1000"), result("a", "1110")]))
    assert [row.id for row in found.seen] == ["a", "b"]
    assert [(case.id, case.group, case.group_title, case.possible) for case in found.cases][1:3] == [
        ("attention.1", "attention", "Group attention", 3.0),
        ("attention.2", "attention", "Group attention", 3.0),
    ]
    assert found.earned.tolist() == [[2, 3, 3, 0, 0], [2, 0, 0, 0, 0]]
    assert [[VERDICTS[n].value for n in line] for line in found.verdicts] == [
        ["passed", "passed", "passed", "failed", "raised"],
        ["passed", "failed", "failed", "failed", "raised"],
    ]
    assert wrong(found).tolist() == [[False, False, False, True, True], [False, True, True, True, True]]


def test_a_case_that_a_submission_lacks_is_neither_wrong_nor_0_points() -> None:
    more = replace(result("b", "1111"), cases=(*result("b", "1111").cases, samples.case("new.1")))
    found = rows(class_of([result("a", "1111"), more]))
    assert np.isnan(found.earned[0, -1])
    assert found.earned[1, -1] == 1
    assert found.verdicts[0, -1] == NO_CASE
    assert wrong(found)[:, -1].tolist() == [False, False]


def test_who_counts() -> None:
    """Graded, and entered for somebody or nobody known; an old attempt is neither."""
    class_ = small()
    old = replace(class_, results=[*class_.results, result("zoe_1", "0000")])
    counts = {row.id: bool(n) for row, n in zip(rows(old).seen, rows(old).counts, strict=True)}
    assert counts["gus"] is counts["zoe_1"] is False
    assert all(counts[id_] for id_ in ("ada", "eve & co", "stranger"))


def test_a_class_without_standings_has_a_line_for_each_submission() -> None:
    (first, second) = rows(ClassResults([result("a", "1000", SCALE), samples.ungraded("b")])).standings
    assert (first.student.name, first.status, first.score, first.reason) == ("Name a", "graded", 2.0, SCALE.title)
    assert (second.submission, second.status, second.score) == ("b", "ungraded", None)


def test_what_a_mistake_costs_is_counted_before_a_penalty() -> None:
    late = result("a", "1000", SCALE, AXIS, penalty=1.0, score=1.0, lateness=LATE)
    (row,) = rows(class_of([late])).seen
    assert row.mistakes == (Mended("no_scale", SCALE.title, 8.0), Mended("axis", AXIS.title, 4.0))
    assert (row.is_late, row.lateness, row.page) == (True, LATE.sentence, "page_a")


def test_late_within_grace_is_late_and_a_mark_of_the_lms_is_too() -> None:
    info = result("a", "1111").submission
    marked = result("a", "1111", submission=replace(info, handed_in=replace(info.handed_in, late=True)))
    in_time = result("b", "1111")
    assert [row.is_late for row in rows(class_of([marked, in_time])).seen] == [True, False]


def test_an_ungraded_submission_has_neither_points_nor_mistakes() -> None:
    lost: Result = replace(result("a", "1000", SCALE), status="ungraded")
    found = rows(class_of([lost, result("b", "1111")]))
    assert found.seen[0].mistakes == ()
    assert np.isnan(found.earned[0]).all()
    assert found.counts.tolist() == [False, True]
    assert Verdict.UNGRADED in VERDICTS
