"""What an author reads of a spec's measure, and what a program does."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from rich.console import Console

from grader.assignments import load_assignment
from grader.kill_matrix import MOST, Automatic, CaseRow, Margins, Row, Steady, Took, Verified
from grader.reports import measure

ASSIGNMENT = load_assignment("masked_self_attention", None).assignment
WEAK = ("2 of 3 known mistakes pass",)
CASES = (
    CaseRow("causal.1", 2.5, 1, 1, (), needed=False),
    CaseRow("causal.2", 2.5, 1, 1, (), needed=False),
    CaseRow("any_mask.1", 4.0, 1, 3, WEAK, needed=False),
    *(CaseRow(f"properties.{number}", 1 / 13, 1, 1, (), needed=False) for number in range(13)),
    CaseRow("advice.large_logits", 0.0, 0, 1, WEAK, needed=False),
)
CAUGHT = Row("no_scale", 0, "causal", True, ("causal.1", "causal.2", "properties.1"), 1.5, ("no_scale",))
MISSED = Row("mask_ignored", 2, "causal", False, (), 10.0, ("no_scale", "mask_ignored"))
GOOD = Verified(
    assignment="masked_self_attention",
    seed=53,
    points=10.0,
    reference_score=10.0,
    problems=(),
    rows=(CAUGHT,),
    automatic=(Automatic(2, "x = 3", ("causal.1",), 7.5, survives=False),),
    cases=CASES,
    margins=Margins(12_345.0, "`no_scale` on `causal`", 21.04, "causal.2", MOST, ""),
    steady=Steady(again=True, threads=2, threaded=True),
    took=Took(0.0149, cases=17, runs=20),
)


def shown(verified: Verified) -> list[str]:
    file = io.StringIO()
    measure.show(verified, ASSIGNMENT, Console(file=file, width=60))
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= 100
    return lines


def test_a_spec_that_measures() -> None:
    assert shown(GOOD) == [
        "masked_self_attention, seed 53",
        "looked at: 17 cases in 4 groups, the reference, 1 mutant of it with 1 known mistake, 1 with a small",
        "  change of its syntax",
        "the reference earns 10 of 10 points; 17 cases (20 runs) of a right submission take 0.01 s",
        "run again, it returns the same; with 2 BLAS threads, the same",
        "  a causal       2 cases, 5 points",
        "  b any_mask      1 case, 4 points",
        "  c properties  13 cases, 1 point",
        "  d advice        1 case, 0 points",
        "  mistake       keeps  a  b c     d  (x: this case is lost)",
        "✓ no_scale  1.5 of 10  xx . 1/13  .",
        "points: `no_scale` keeps most, 1.5 of 10 points; cases that measure little carry 4 (any_mask)",
        "tolerance: a mistake passes, `no_scale` on `causal`, when it is 12,000 times as wide",
        "           a right solution in float32 loses points (`causal.2`) when it is 21 times as tight",
        "           one that sums in another order when it is more than 1,000,000 times as tight",
        "changes of its syntax: 100 % of the 1 that are wrong lose points",
        "✓ it measures: every mistake loses points where it must, and is told from all others",
    ]


def test_one_that_does_not() -> None:
    lines = shown(replace(GOOD, rows=(CAUGHT, MISSED), remarks=("worth a look " * 10,), problems=("it falls short",)))
    assert "✗ mask_ignored /2   10 of 10  .. . 0/13  ." in lines
    assert "- worth a look worth a look" in "\n".join(lines)
    assert lines[-1] == "✗ it falls short"
    assert "it measures" not in "\n".join(lines)


def test_what_could_not_be_measured_is_said_or_left_out() -> None:
    margins = Margins(None, "", None, "", None, "")
    lines = shown(replace(GOOD, steady=Steady(again=False, threads=0, threaded=True), margins=margins))
    assert "run again, it returns something else; the number of BLAS threads could not be changed here" in lines
    assert not any("tolerance" in line for line in lines)


def test_mutants_that_nobody_thought_of() -> None:
    killed = [Automatic(1, f"z = {number}", ("causal.1",), 0.0, survives=False) for number in range(3)]
    right = Automatic(3, "x = 2", (), 10.0, survives=True, why="two is one")
    verified = replace(
        GOOD, automatic=(*killed, right, Automatic(4, "y = 2", (), 10.0, survives=True)), problems=("p",)
    )
    assert verified.mutation_score == 0.75
    lines = shown(verified)
    assert any(line.startswith("changes of its syntax: 75 % of the 4 that are wrong lose points") for line in lines)
    assert lines[lines.index("  line 3: x = 2") + 1] == "    two is one"
    assert "y = 2" not in "\n".join(lines)  # it is among the problems


def test_without_mutants() -> None:
    assert shown(Verified("masked_self_attention", 53, 10.0, 10.0, ("none",))) == [
        "masked_self_attention, seed 53",
        "the reference earns 10 of 10 points",
        "✗ none",
    ]


def test_for_programs() -> None:
    told = json.loads(measure.to_json(replace(GOOD, rows=(CAUGHT, MISSED), problems=("p",))))
    assert told["schema"] == "grader.verified/1"
    assert told["rows"][0]["loses"] == ["causal.1", "causal.2", "properties.1"]
    assert told["automatic"][0]["loses"] == ["causal.1"]
    assert [case["id"] for case in told["cases"]][:3] == ["causal.1", "causal.2", "any_mask.1"]
    assert (told["share_caught"], told["mutation_score"], told["degenerate_points"]) == (0.5, 1, 4)
    assert (told["margins"]["float32"], told["steady"]["threads"], told["took"]["runs"]) == (21.04, 2, 20)
    assert told["problems"] == ["p"]
