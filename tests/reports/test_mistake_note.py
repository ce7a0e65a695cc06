from dataclasses import replace

import pytest
from reports import samples

from grader.class_results import ClassResults, Standing
from grader.errors import UsageError
from grader.handin import Student
from grader.insight import Diagnosis
from grader.reports.mistake_note import note_text

SCALE = Diagnosis("no_scale", "the scores are not scaled", "Divide Q·Kᵀ by √d_k before the softmax.", 9.0)
STUDENTS = (
    Student("Student 001", "4001", "u001", "u001@uni.example"),
    Student("Student 002", "4002", email="u002@uni.example"),
    Student("Student 003"),
)
TEAM = Standing(STUDENTS[0], "graded", "team"), Standing(STUDENTS[1], "graded", "team")


def class_of(*diagnoses: Diagnosis, **changes: object) -> ClassResults:
    results = [samples.result(id_, raw_score=4.0, score=4.0, diagnoses=diagnoses, **changes) for id_ in ("s3", "team")]
    standings = (*TEAM, Standing(STUDENTS[2], "graded", "s3"))
    known = (("no_scale", "the scores are not scaled"), ("axis", "softmax over the wrong axis"))
    return ClassResults(results, standings, title="Self-Attention", misconceptions=known)


def test_a_note_by_value() -> None:
    assert note_text(class_of(SCALE), "no_scale").splitlines() == [
        "the scores are not scaled (no_scale): 3 students, 15 points in all, 5 each on average",
        "",
        "  Student 003: 5",
        "  Student 001 (u001, u001@uni.example): 5",
        "  Student 002 (u002@uni.example): 5",
        "",
        "Bcc: u001@uni.example, u002@uni.example",
        "",
        "-- the text --",
        "",
        "Your submission for Self-Attention contains a mistake that several of you made: the scores are not scaled.",
        "",
        "Divide Q·Kᵀ by √d_k before the softmax.",
        "",
        "What it does to your own results is on your feedback page.",
    ]


def test_the_text_to_send_names_nobody() -> None:
    _, text = note_text(class_of(SCALE), "no_scale").split("-- the text --")
    assert not any(word in text for word in ("Student", "u00", "4001", "5"))


def test_of_one_student_without_hint_or_address() -> None:
    told = note_text(
        replace(class_of(replace(SCALE, hint="")), standings=[Standing(STUDENTS[2], "graded", "s3")]), "no_scale"
    )
    assert told.startswith("the scores are not scaled (no_scale): 1 student, 5 points in all\n")
    assert "Bcc" not in told
    assert "contains a mistake: the scores are not scaled.\n\nWhat it does" in told


def test_a_spec_that_does_not_tell_is_remembered() -> None:
    assert "The spec's `hints` do not tell students" in note_text(class_of(SCALE, hints="stage"), "no_scale")


def test_what_staff_or_students_wrote_does_not_act() -> None:
    evil = Diagnosis("x", "\x1b[2Jtitle\nBcc: all", "hint\x07", 9.0)
    class_ = replace(class_of(evil), standings=[Standing(Student("\x1b[1mname\nBcc: me"), "graded", "s3")])
    told = note_text(class_, "x")
    assert not {"\x1b", "\x07"} & set(told)
    assert not any(line.startswith("Bcc") for line in told.splitlines())


def test_unknown_ones_and_those_that_nobody_made() -> None:
    with pytest.raises(
        UsageError, match=r"no mistake is called no_scal; did you mean `no_scale`\?; made were:\n  no_scale:"
    ):
        note_text(class_of(SCALE), "no_scal")
    with pytest.raises(UsageError, match="nobody made this mistake: softmax over the wrong axis"):
        note_text(class_of(SCALE), "axis")
