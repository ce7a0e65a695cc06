"""A result in plain lines: what is said of a case, what is known of a mistake, and how it is summed up."""

from __future__ import annotations

from dataclasses import replace

from reports.samples import HOSTILE, WRONG, partial, result, unexplained

from grader.model import Verdict
from grader.reports.lines import known, seen, summary


def test_of_a_case_all_objections_are_said_once() -> None:
    lost = next(case for case in partial().cases if case.id == "rectangular.3")
    assert seen(lost) == [WRONG, "finite: `output` holds NaN"]


def test_a_case_without_a_message_has_words() -> None:
    (case,) = (case for case in partial().cases if case.id == "properties.1")
    assert case.verdict is Verdict.PASSED
    assert seen(case) == ["right, but the points of this group are given only when all its cases are"]


def test_a_mistake_with_a_name_and_what_mending_it_gives() -> None:
    said = "Likely cause: the scores are not scaled. Divide Q·Kᵀ by √d_k before the softmax."
    assert list(known(partial())) == [f"{said} (mending this alone: 2.67 → 9 of 10.5 points)"]
    mended = replace(partial().diagnoses[0], score_if_mended=2.67)
    assert list(known(replace(partial(), diagnoses=(mended,)))) == [said]


def test_without_a_name_what_it_looks_like() -> None:
    found = unexplained()
    assert found.clues
    assert list(known(found)) == [f"What is known of it: {clue.text}" for clue in found.clues]
    assert list(known(result())) == []


def test_a_summary() -> None:
    cause = next(known(partial()))
    assert list(summary(partial(), "isolation is `process`")) == [
        "2.67 of 10.5 points",
        "Self-Attention Mechanism, b_some.py (seed 53)",
        cause,
        "Note: line 40: the demo code raised ValueError; the functions above it were graded",
        "Your code was read with scale = factor",
        "Without points: steps.1, advice.1 (-rP shows what was seen)",
        "Note: isolation is `process`",
        "Next: Mend the likely cause, then run pytest again.",
    ]


def test_a_summary_where_points_are_hidden() -> None:
    headline, *_, last = summary(result(scope="public", hidden_points=4))
    assert headline == "public points: 2 of 2; 4 more are hidden"
    assert last == "Next: All public points. Hidden cases ask the same of other inputs: hand it in."


def test_a_summary_without_a_score() -> None:
    assert list(summary(result(status="ungraded", notes=("the machine is full",)))) == [
        "could not be graded: this is no score",
        "Self-Attention Mechanism, a_right.py (seed 53)",
        "the machine is full",
        "Next: Run it again. If this stays, show your instructor the message above.",
    ]


def test_a_note_cannot_act_on_a_terminal() -> None:
    assert not any("\x1b" in line or "\u202e" in line for line in summary(result(notes=(HOSTILE,))))
