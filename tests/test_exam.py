"""A spec and a seed become an exam, or a sentence about why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeRunner
from specs import SMALL

from grader.errors import SpecError
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
