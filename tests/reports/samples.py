"""Results to report on: ordinary ones, and one whose every text is hostile."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from grader.handin import HandIn, Lateness, Override, Student
from grader.insight import Clue, Counterexample, Picture
from grader.model import (
    CaseResult,
    Diagnosis,
    Finding,
    GroupResult,
    Isolation,
    Result,
    SubmissionInfo,
    Verdict,
)

HOSTILE = (
    "\x00\x1b[31mred\x1b[0m\x07 \ud800 \udfff \ufffe\uffff \u202eevil\u202c ]]> <script>alert(1)</script> "
    "&amp; [bold]x[/bold] :smile: 😀 =cmd|' /C calc'!A0 @everyone `code` \u2028 \x85 \r\n\r end\tof\nit"
)
"""One of everything that breaks a terminal, a parser or a page."""


def case(
    id_: str, verdict: Verdict = Verdict.PASSED, earned: object = 1, possible: object = 1, **more: Any
) -> CaseResult:
    """A case result; points as a string of a fraction or a number."""
    return CaseResult(id_, verdict, Fraction(str(earned)), Fraction(str(possible)), **more)


def group(id_: str, title: str, earned: object, possible: object, implied_by: str | None = None) -> GroupResult:
    """A group result, points likewise."""
    return GroupResult(id_, title, Fraction(str(earned)), Fraction(str(possible)), implied_by)


def result(id_: str = "a_right", **changes: Any) -> Result:
    """A submission without lost points, or with what `changes` says."""
    plain = Result(
        assignment="self_attention",
        title="Self-Attention Mechanism",
        spec_sha256="ab" * 32,
        grader="0.1.0",
        seed=53,
        submission=SubmissionInfo(id_, id_, f"{id_}.py", "cd" * 32),
        status="graded",
        raw_score=2.0,
        penalty=0.0,
        score=2.0,
        points=2.0,
        scope="all",
        isolation=Isolation("full", ("namespaces", "seccomp")),
        groups=(group("projections", "Projections", 1, 1), group("attention", "Attention", 1, 1)),
        cases=(case("projections.1", seconds=0.00123), case("attention.1", seconds=0.25)),
        seconds=0.4,
    )
    return replace(plain, **changes)


WRONG = "`output` differs in 12 of 20 entries; the greatest difference is 0.31 at [2, 3]: got 1.31, expected 1"


def partial(id_: str = "b_some") -> Result:
    """All kinds of losing and not losing points: 1.67 + 0.5 of 10."""
    findings = (
        Finding("shape", True),
        Finding("values", False, WRONG, "output"),
        Finding("finite", False, "`output` holds NaN", "output"),
    )
    cases = (
        case("projections.1", earned="1/2", possible="1/2"),
        case("projections.2", Verdict.RAISED, 0, "1/2", message="ValueError: shapes (2,3) and (2,3) not aligned"),
        *(case(f"rectangular.{n}", earned="5/6", possible="5/6") for n in (1, 2)),
        *(case(f"rectangular.{n}", Verdict.FAILED, 0, "5/6", message=WRONG, findings=findings) for n in (3, 4, 5)),
        case("rectangular.6", Verdict.TIMEOUT, 0, "5/6", message="the code did not end within 5 s"),
        case("properties.1", earned=0, possible=2),
        case("properties.2", Verdict.FAILED, 0, 2, message="rows do not sum to one"),
        case("steps.1", Verdict.MISSING, "1/2", "1/2", message="softmax(x) is not defined"),
        case("advice.1", Verdict.FAILED, 0, 0, message="large logits overflow"),
    )
    groups = (
        group("projections", "Projections", "1/2", 1),
        group("rectangular", "No two sizes alike", "5/3", 5),
        group("properties", "Properties of attention", 0, 4),
        group("steps", "Recommended functions", "1/2", "1/2", "rectangular"),
        group("advice", "Advice", 0, 0),
    )
    return result(
        id_,
        raw_score=2.67,
        score=2.67,
        points=10.5,
        groups=groups,
        cases=cases,
        diagnoses=(Diagnosis("no_scale", "the scores are not scaled", "Divide Q·Kᵀ by √d_k before the softmax.", 9),),
        notes=("line 40: the demo code raised ValueError; the functions above it were graded",),
        conventions={"scale": "factor"},
        output="Q:\n[[1 2]\n [3 4]]\n",
    )


def unexplained(id_: str = "f_odd") -> Result:
    """Wrong in a way that no mistake explains: clues and a counterexample instead."""
    x, expected, got = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.67, 0.33], [0.33, 0.67]]), np.eye(2)
    found = Counterexample(
        steps=("output = self_attention(Q, K, V)",),
        inputs={"Q": x, "n": 2},
        expected={"output": expected},
        got={"output": got},
        message="4 of 4 values of `output` differ",
        reproducer="Q = np.eye(2)\nprint(self_attention(Q, Q, Q))\n",
    )
    return result(
        id_,
        raw_score=1.0,
        score=1.0,
        groups=(group("attention", "Attention", 1, 2),),
        cases=(case("attention.1"), case("attention.2", Verdict.FAILED, 0, 1, message=WRONG)),
        clues=(Clue("stage", "`compute_qkv` is right; `self_attention` is not."), Clue("property", "It is cut off.")),
        counterexample=found,
        pictures=(Picture("weights", got, expected, "queries", "keys"),),
    )


def unreadable(id_: str = "c_locked") -> Result:
    """A file in which nothing runs: one reason for all cases."""
    why = "c_locked.py, line 3: Python cannot read this: '(' was never closed: `print((1)`"
    cases = tuple(case(f"{name}.1", Verdict.LOAD_ERROR, 0, 1, message=why) for name in ("projections", "attention"))
    groups = (group("projections", "Projections", 0, 1), group("attention", "Attention", 0, 1))
    return result(id_, raw_score=0.0, score=0.0, groups=groups, cases=cases, notes=(why,))


def ungraded(id_: str = "d_lost", *, with_cases: bool = True) -> Result:
    """A fault of the machine: no score."""
    why = "the grader failed twice: the zygote was lost"
    cases = (case("projections.1", Verdict.UNGRADED, 0, 1, message=why),) if with_cases else ()
    groups = (group("projections", "Projections", 0, 1),) if with_cases else ()
    return result(id_, status="ungraded", raw_score=0.0, score=0.0, groups=groups, cases=cases, notes=(why,))


def hidden(id_: str = "e_hidden") -> Result:
    """A hidden case that raised, with what only staff may see."""
    cases = (
        case("projections.1"),
        case("attention.1", Verdict.RAISED, 0, 1, message="ValueError: SECRET", visibility="hidden"),
    )
    secret = replace(cases[1], findings=(Finding("values", False, "SECRET"),))
    groups = (group("projections", "Projections", 1, 1), group("attention", "Attention", 0, 1))
    return result(id_, raw_score=1.0, score=1.0, groups=groups, cases=(cases[0], secret), output="SECRET")


def corrected(id_: str = "g_late") -> Result:
    """9 points after a case was corrected by hand, and 2 of them lost by being late."""
    handed_in = HandIn(Student("Ada", id="101", login="ada"), attempt=2, late=True, dated_by="lms")
    override = Override(0.5, "a typing error", "attention.2", "2024-06-01T10:00:00+02:00")
    return result(
        id_,
        submission=SubmissionInfo(id_, id_, f"{id_}.py", "cd" * 32, "2024-05-18T20:00:00Z", handed_in),
        raw_score=9.0,
        penalty=2.0,
        score=7.0,
        points=10.0,
        groups=(group("attention", "Attention", 9, 10),),
        cases=(case("attention.1", earned="8.5", possible="8.5"), case("attention.2", Verdict.FAILED, "0.5", "1.5")),
        lateness=Lateness(93_600.0, 2.0, "26 hours late, 2 days begun: 20 % of 10 points"),
        overrides=(override,),
    )


def hostile(id_: str = HOSTILE) -> Result:
    """Everything that a student can write, written by an attacker."""
    info = SubmissionInfo(id_, HOSTILE, HOSTILE, "cd" * 32, None)
    finding = Finding("values", False, HOSTILE, "output")
    cases = (
        case("attention.1", Verdict.RAISED, 0, 1, message=HOSTILE, findings=(finding,)),
        case("advice.1", Verdict.FAILED, 0, 0, message=HOSTILE),
        case("more.1", Verdict.SKIPPED, 0, 1, message=HOSTILE),
        case("machine.1", Verdict.UNGRADED, 0, 1, message=HOSTILE),
    )
    groups = tuple(group(c.id.partition(".")[0], HOSTILE, c.earned, c.possible) for c in cases)
    diagnoses = (Diagnosis("no_scale", HOSTILE, HOSTILE, 2.0),)
    return result(
        submission=info, score=0.0, groups=groups, cases=cases, notes=(HOSTILE,), output=HOSTILE, diagnoses=diagnoses
    )
