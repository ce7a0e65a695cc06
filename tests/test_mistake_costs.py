from dataclasses import replace

from reports import samples

from grader.class_results import ClassResults, Standing
from grader.handin import HandIn, Student
from grader.insight import Diagnosis
from grader.mistake_costs import Loss, costs
from grader.model import Result, SubmissionInfo

SCALE = Diagnosis("no_scale", "the scores are not scaled", "Divide.", 9.0)
AXIS = Diagnosis("axis", "softmax over the wrong axis", "Use axis=-1.", 4.5)


def result(id_: str, score: float, *diagnoses: Diagnosis, **changes: object) -> Result:
    info = SubmissionInfo(id_, f"Student {id_}", id_, "ab")
    return samples.result(id_, raw_score=score, score=score, submission=info, diagnoses=diagnoses, **changes)


def standing(name: str, submission: str | None) -> Standing:
    return Standing(Student(name), "graded" if submission else "missing", submission)


def test_points_of_each_mistake_the_dearest_first() -> None:
    class_ = ClassResults([result("1", 4.0, SCALE, AXIS), result("2", 7.5, SCALE), result("3", 10.0)])
    found = costs(class_)
    assert [(c.misconception, c.title, c.students, c.lost, c.mean) for c in found] == [
        ("no_scale", "the scores are not scaled", 2, 6.5, 3.25),
        ("axis", "softmax over the wrong axis", 1, 0.5, 0.5),
    ]
    assert found[0].losses == (Loss(Student("Student 1"), "1", 5.0), Loss(Student("Student 2"), "2", 1.5))


def test_each_student_of_a_group_counts_and_old_attempts_do_not() -> None:
    results = [result("old", 1.0, SCALE), result("team", 4.0, SCALE)]
    standings = [standing("A", "team"), standing("B", "team"), standing("C", None)]
    (cost,) = costs(ClassResults(results, standings))
    assert [loss.student.name for loss in cost.losses] == ["A", "B"]
    assert cost.lost == 10


def test_a_mistake_that_hides_behind_another_costs_nothing_less_than_nothing() -> None:
    (cost,) = costs(ClassResults([result("1", 9.5, SCALE)]))
    assert (cost.students, cost.lost) == (1, 0)


def test_being_late_is_not_what_a_mistake_costs() -> None:
    late = replace(result("1", 4.0, SCALE), penalty=2.0, score=2.0)
    assert costs(ClassResults([late]))[0].lost == 5


def test_ungraded_ones_lose_nothing() -> None:
    assert costs(ClassResults([result("1", 0.0, SCALE, status="ungraded")])) == []


def test_whether_students_are_told_what_their_mistake_is() -> None:
    hints = [costs(ClassResults([result("1", 0.0, SCALE, hints=hints)]))[0].is_named for hints in ("name", "property")]
    assert hints == [True, False]


def test_a_student_as_the_layout_knows_him() -> None:
    info = SubmissionInfo("1", "x", "1", "ab", handed_in=HandIn(Student("Student 017", login="u17")))
    (cost,) = costs(ClassResults([replace(result("1", 0.0, SCALE), submission=info)]))
    assert cost.losses[0].student.login == "u17"
