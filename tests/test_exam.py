"""A spec and a seed become an exam, or a sentence about why not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from fakes import FakeRunner, exam
from specs import SMALL

from grader.errors import SpecError, UsageError
from grader.exam import prepare
from grader.spec_loader import load_spec


def test_a_seed_with_which_a_case_cannot_be_built(tmp_path: Path) -> None:
    """With seed 1 the size d is 3, with seed 0 it is 4: numpy keeps the stream of `RandomState` as it is."""
    path = tmp_path / "attention.yaml"
    group = "    draw: {sizes: {n: 4, d: 3..4}}\n    given: {V: {normal: [n, 3 / (4 - d)]}}\n"
    path.write_text(f"{SMALL}{group}seed: 1\n", encoding="utf-8")
    spec = load_spec(path)
    with pytest.raises(SpecError) as raised:
        prepare(spec, 0, "all", FakeRunner({}))
    reason = "`V` cannot be made: `3 / (4 - d)` cannot be computed: division by zero"
    assert raised.value.problems == (f"{path}: with seed 0: {reason}",)


PARTLY_HIDDEN = """
assignment: sums
title: Sums
points: 4
reference: reference/sums.py
functions: {f: {parameters: [x], returns: [y]}}
steps: ["y = f(x)"]
given: {x: {normal: [3]}}
groups:
  - {id: shown, points: 1, draw: {count: 2}, expect: reference}
  - {id: kept, points: 3, draw: {count: 2}, expect: reference, visibility: hidden}
"""


def test_some_cases_are_chosen_by_id_or_group() -> None:
    made = exam(PARTLY_HIDDEN, {"f": lambda x: x})
    assert [case.id for case in made.choose([]).cases_in_scope] == ["shown.1", "shown.2", "kept.1", "kept.2"]
    assert [case.id for case in made.choose(["kept.2", "shown"]).cases_in_scope] == ["shown.1", "shown.2", "kept.2"]
    with pytest.raises(UsageError, match=r"or group `kept.3`; did you mean `kept.\d`\? \(groups: shown, kept\)"):
        made.choose(["kept.3"])


def test_a_self_check_knows_nothing_of_hidden_cases_but_their_worth() -> None:
    made = exam(PARTLY_HIDDEN, {"f": lambda x: x}, "public")
    assert made.hidden_points == made.choose(["shown.1"]).hidden_points == Fraction(3)
    with pytest.raises(UsageError, match=r"`kept` \(groups: shown\)"):
        made.choose(["kept"])
    assert exam(PARTLY_HIDDEN, {"f": lambda x: x}, "all").hidden_points == 0
