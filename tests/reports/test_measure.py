"""The kill matrix as an author reads it, and as a program does."""

from __future__ import annotations

import io
import json

from rich.console import Console

from grader.assignments import load_assignment
from grader.kill_matrix import Row, Survivor, Verified
from grader.reports import measure

ASSIGNMENT = load_assignment("masked_self_attention", None).assignment
CAUGHT = Row("no_scale", 0, "causal", True, ("causal.1", "causal.2", "any_mask.1"), 1.5, ("no_scale",))
MISSED = Row("mask_ignored", 2, "causal", False, (), 10.0, ("no_scale", "mask_ignored"))


def shown(verified: Verified) -> str:
    file = io.StringIO()
    measure.show(verified, ASSIGNMENT, Console(file=file, width=60))
    return file.getvalue()


def test_a_spec_that_measures() -> None:
    text = shown(Verified("masked_self_attention", 53, 10.0, 10.0, (CAUGHT,), ()))
    assert text.splitlines() == [
        "masked_self_attention, seed 53",
        "the reference earns 10 of 10 points; 1 mutants",
        "  mistake   keeps  causal  any_mask  properties  advice   (cases lost)",
        "✓ no_scale    1.5       2         1           .       .",
        "✓ every mistake loses points where it must, and is told from all others",
    ]


def test_one_that_does_not() -> None:
    text = shown(Verified("masked_self_attention", 53, 10.0, 9.0, (CAUGHT, MISSED), ("it falls short",)))
    assert "✗ mask_ignored /2     10       .         .           .       ." in text
    assert text.splitlines()[-1] == "✗ it falls short"
    assert "every mistake" not in text


def test_mutants_that_nobody_thought_of() -> None:
    survivors = (Survivor(3, "x = 2", "two is one"), Survivor(4, "y = 2", ""))
    verified = Verified("m", 53, 10.0, 10.0, (), ("p",), automatic=5, survivors=survivors)
    assert verified.mutation_score == 0.75
    text = shown(verified)
    assert "5 more by changing its syntax: 75 % of those that are wrong lose points" in text
    assert "line 3: x = 2: right too: two is one" in text
    assert "y = 2" not in text  # it is among the problems


def test_without_mutants() -> None:
    assert "mistake " not in shown(Verified("masked_self_attention", 53, 10.0, 10.0, (), ("none",)))


def test_for_programs() -> None:
    told = json.loads(measure.to_json(Verified("a", 1, 10.0, 10.0, (CAUGHT, MISSED), ("p",))))
    assert told["schema"] == "grader.verified/1"
    assert told["rows"][0]["loses"] == ["causal.1", "causal.2", "any_mask.1"]
    assert (told["share_caught"], told["problems"]) == (0.5, ["p"])
