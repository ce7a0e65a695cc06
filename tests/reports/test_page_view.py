from dataclasses import replace
from typing import Any

import pytest
from reports import samples
from reports.pages import told

from grader.handin import Lateness, Override, Student
from grader.insight import Clue
from grader.model import Diagnosis, Result, SubmissionInfo, Verdict
from grader.reports.page_view import view


def test_a_known_mistake_comes_first() -> None:
    (lead,) = view(told()).leads
    assert (lead.label, lead.title, lead.text, lead.gain) == (
        "Likely cause",
        "The scores are not scaled",
        "Divide Q·Kᵀ by √d_k before the softmax.",
        "2.67 → 9",
    )


def test_two_mistakes_are_both_said() -> None:
    two = (*told().diagnoses, Diagnosis("arg_max", "only the best match counts", "", 2.67))
    assert [(lead.title, lead.gain) for lead in view(told(diagnoses=two)).leads] == [
        ("The scores are not scaled", "2.67 → 9"),
        ("Only the best match counts", ""),
    ]


def test_else_the_first_clue_and_the_others_below() -> None:
    shown = view(told(diagnoses=()))
    assert [(lead.label, lead.title) for lead in shown.leads] == [("Where to look", "`compute_qkv` is right")]
    assert shown.clues == ("rows do not sum to one",)
    assert view(told()).clues == ("`compute_qkv` is right", "rows do not sum to one")


def test_else_the_first_reason_with_all_its_lines() -> None:
    lost = samples.case("a.1", Verdict.FAILED, 0, 1, message="off by one\nsee there")
    (lead,) = view(samples.result(score=0.0, cases=(samples.case("b.1"), lost))).leads
    assert (lead.label, lead.title, lead.text) == ("What lost points", "Off by one", "see there")


def test_a_file_that_cannot_be_read_says_it_once() -> None:
    shown = view(samples.unreadable())
    assert [lead.title for lead in shown.leads] == [samples.unreadable().notes[0]]
    assert shown.notes == ()


def test_lost_points_without_cases_are_explained() -> None:
    (lead,) = view(samples.result(score=0.0, cases=(), notes=("the file is too large",))).leads
    assert lead.title == "The file is too large"


def test_ungraded_is_no_score() -> None:
    shown = view(samples.ungraded())
    assert shown.kind == "ungraded"
    assert [(lead.label, lead.title) for lead in shown.leads] == [
        ("Could not be graded", "the grader failed twice: the zygote was lost")
    ]
    assert (shown.groups, shown.remarks, shown.notes) == ((), (), ())


def test_all_points_leave_nothing_but_advice() -> None:
    cases = (*samples.result().cases, samples.case("advice.1", Verdict.FAILED, 0, 0, message="logits overflow"))
    full = replace(told(), score=10.5, cases=cases)
    shown = view(full)
    assert (shown.kind, shown.leads, shown.example, shown.pictures, shown.groups) == ("full", (), None, (), ())
    assert shown.advice == ("logits overflow",)
    assert shown.bar == 1000


def test_what_another_group_implies_is_no_advice() -> None:
    cases = (*samples.result().cases, samples.case("steps.1", Verdict.MISSING, 1, 1, message="not defined"))
    groups = (*samples.result().groups, samples.group("steps", "Steps", 1, 1, "attention"))
    assert view(samples.result(cases=cases, groups=groups)).advice == ()


def test_groups_have_marks_words_and_points() -> None:
    assert [(row.mark, row.word, row.title, row.text, row.share) for row in view(told()).groups] == [
        ("✗", "points lost", "Projections", "", "0.5 of 1"),
        ("✗", "points lost", "No two sizes alike", "", "1.67 of 5"),
        ("✗", "points lost", "Properties of attention", "", "0 of 4"),
        (
            "✓",
            "all points",
            "Recommended functions",
            "given, because “No two sizes alike” has all points",
            "0.5 of 0.5",
        ),
        ("!", "advice", "Advice", "", "advice"),
    ]


def test_every_case_has_its_verdict_and_all_that_was_seen() -> None:
    rows = {row.title: row for row in view(told()).cases}
    assert len(rows) == len(told().cases)
    assert (rows["rectangular.1"].mark, rows["rectangular.1"].word, rows["rectangular.1"].text) == ("✓", "passed", "")
    assert rows["rectangular.3"].text == f"{samples.WRONG}\n`output` holds NaN"
    assert (rows["properties.1"].mark, rows["properties.1"].word) == ("✗", "passed")
    assert rows["properties.1"].text.startswith("right, but the points of this group")
    assert rows["advice.1"].mark == "!"


def test_of_hidden_cases_nothing_but_the_verdict() -> None:
    shown = view(samples.hidden())
    assert "SECRET" not in repr(shown)
    assert [row.word for row in shown.cases] == ["passed", "raised (hidden)"]


@pytest.mark.parametrize(
    ("changes", "remarks"),
    [
        ({}, ()),
        ({"penalty": 0.5, "raw_score": 2.0}, ("Raw 2, 0.5 off for being late",)),
        ({"scope": "public", "hidden_points": 4.0}, ("Only the public cases were run; 4 more are hidden",)),
        ({"scope": "public"}, ("Only the public cases were run",)),
    ],
)
def test_what_the_score_is_of(changes: dict[str, Any], remarks: tuple[str, ...]) -> None:
    assert view(samples.result(**changes)).remarks == remarks


@pytest.mark.parametrize(
    ("path", "shown"),
    [("group1/m.py", "group1/m.py"), ("/home/anna/secret/m.py", "m.py"), ("../../anna/m.py", "m.py"), ("m.py", "m.py")],
)
def test_where_a_file_lies_on_this_machine_is_not_told(path: str, shown: str) -> None:
    assert view(samples.result(submission=SubmissionInfo("anna-7", "anna-7", path, "cd" * 32))).path == shown


@pytest.mark.parametrize(
    ("id_", "path", "who", "also"),
    [
        ("m", "m.py", "m.py", ""),
        ("m", "m", "m", ""),
        ("m", "a/m.py", "a/m.py", ""),
        ("anna-7", "m.py", "anna-7", "m.py"),
    ],
)
def test_a_name_is_not_said_twice(id_: str, path: str, who: str, also: str) -> None:
    shown = view(samples.result(submission=SubmissionInfo(id_, id_, path, "cd" * 32)))
    assert (shown.who, shown.path) == (who, also)


def test_how_it_was_graded() -> None:
    handed_in = SubmissionInfo("m", "Anna", "m.py", "cd" * 32, "2026-05-01T12:00:00Z")
    facts = view(told(submission=handed_in, graded_file="main.py")).facts
    assert facts == {
        "Read with scale": "factor",
        "File that was graded": "main.py",
        "Student": "Anna",
        "Handed in": "2026-05-01T12:00:00Z",
        "Assignment": "self_attention",
        "Seed of all inputs": "53",
        "Isolation": "full (namespaces, seccomp)",
        "Grader": "0.1.0",
        "Spec (SHA-256)": "ab" * 32,
        "Submission (SHA-256)": "cd" * 32,
    }


@pytest.mark.parametrize(("score", "points", "bar"), [(0.0, 10.0, 0), (2.5, 10.0, 250), (0.0, 0.0, 1000)])
def test_the_bar(score: float, points: float, bar: int) -> None:
    assert view(samples.result(score=score, points=points)).bar == bar


def test_of_many_cases_the_number_is_said() -> None:
    many: Result = samples.result(cases=tuple(samples.case(f"a.{n}") for n in range(1000)))
    shown = view(many)
    assert len(shown.cases) + shown.cases_left == 1000
    assert shown.cases_left > 0


def test_a_clue_is_not_said_twice() -> None:
    shown = view(told(diagnoses=(), clues=(Clue("stage", "one"),)))
    assert shown.clues == ()


def test_lateness_and_corrections_stand_below_the_score() -> None:
    shown = view(samples.corrected())
    assert (shown.kind, shown.score, shown.out_of) == ("wanting", "7", "10")
    assert shown.remarks == (
        "Raw 9, 2 off for being 26 hours late",
        "Corrected by hand (attention.2): a typing error",
        "26 hours late, 2 days begun: 20 % of 10 points",
    )


def test_what_mending_gives_is_before_a_penalty_and_is_not_said_of_a_corrected_score() -> None:
    late = replace(samples.partial(), penalty=1.0, score=samples.partial().raw_score - 1.0)
    gain = view(samples.partial()).leads[0].gain
    assert gain
    assert view(late).leads[0].gain == gain
    assert view(replace(late, overrides=(Override(5.0, "a typing error"),))).leads[0].gain == ""


def test_a_page_is_headed_by_its_student_and_a_groups_by_none_of_them() -> None:
    def of(student: Student) -> str:
        found = samples.result("ada_1")
        handed_in = replace(found.submission.handed_in, student=student)
        return view(replace(found, submission=replace(found.submission, handed_in=handed_in))).name

    assert of(Student("Ada Lovelace")) == "Ada Lovelace"
    assert of(Student("Ada Lovelace", group="Team 1")) == "Team 1"
    assert of(Student("ada_1")) == ""


def test_who_is_late_with_all_points_has_nothing_to_mend() -> None:
    late = Lateness(60.0, 1.0, "1 minute late")
    shown = view(samples.result(penalty=1.0, score=1.0, lateness=late))
    assert (shown.kind, shown.praise, shown.leads) == ("full", "All cases are right.", ())
    assert view(samples.result()).praise == "All points – well done."


def test_a_reason_is_safe_and_bounded() -> None:
    (_, remark) = view(samples.result(overrides=(Override(1.0, "\x1b[31m" + "x" * 9999),))).remarks
    assert remark.startswith("Corrected by hand (1 of 2 points): \\x1b[31mxxx")
    assert len(remark) < 700
