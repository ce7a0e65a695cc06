"""Every check there is: it has a docstring, accepts a right solution, rejects wrong ones, and is never surprised."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from checks import samples
from checks.samples import BATCHED, EXPECTED, MASKED, PLAIN, Noisy, attention, masked
from checks.trying import Case, Function, finding, findings, seen_by, value_of
from pydantic import ValidationError

from grader.checks import AGAINST_EXPECTED, CHECKS, WELL_FORMED, AnyCheck, Check
from grader.inputs import Strict
from grader.model import Finding, Value

EVERY: dict[str, Check] = {check.NAME: check for check in (*AGAINST_EXPECTED, *(check() for check in CHECKS))}

RIGHT: dict[str, tuple[Case, list[Function]]] = {
    "type": (EXPECTED, [attention]),
    "shape": (EXPECTED, [attention]),
    "dtype": (EXPECTED, [attention, lambda *a: attention(*a).astype(np.float32)]),
    "finite": (EXPECTED, [attention]),
    "values": (EXPECTED, [attention, samples.unstable, lambda *a: attention(*a).astype(np.float32)]),
    "token_permutation": (PLAIN, [attention, samples.no_scale]),
    "batch_independence": (BATCHED, [attention, samples.softmax_over_queries]),
    "zero_padded_keys": (PLAIN, [attention, samples.softmax_over_queries]),
    "constant_value": (PLAIN, [attention, samples.no_scale]),
    "rows_sum_to_one": (PLAIN, [attention, samples.causal]),
    "convex_hull": (PLAIN, [attention, samples.causal]),
    "masked_keys_ignored": (MASKED, [masked]),
    "inputs_unchanged": (PLAIN, [attention, samples.no_softmax]),
    "deterministic": (PLAIN, [attention, samples.no_softmax]),
    "large_logits": (PLAIN, [attention, samples.no_softmax]),
    "integer_input": (PLAIN, [attention, samples.no_scale]),
    "float32_input": (PLAIN, [attention, samples.always_float64]),
    "keeps_float32": (PLAIN, [attention]),
}
WRONG: dict[str, list[Function]] = {
    "type": [lambda *a: attention(*a).tolist(), lambda *a: None, lambda *a: (attention(*a),), lambda *a: "output"],
    "shape": [
        lambda *a: attention(*a)[None],
        lambda *a: attention(*a).T,
        lambda *a: attention(*a)[:1],
        lambda *a: np.zeros_like(a[0]),
    ],
    "dtype": [lambda *a: attention(*a).astype(np.int64), lambda *a: attention(*a) * 1j, lambda *a: attention(*a) > 0],
    "finite": [lambda *a: attention(*a) * np.nan, lambda *a: attention(*a) + np.inf],
    "values": [samples.no_scale, samples.scale_by_d_k, samples.softmax_over_queries, samples.exp_only],
    "token_permutation": [
        samples.causal,
        samples.positional,
        lambda *a: np.roll(attention(*a), 1, axis=0) * (1 + a[0][0, 0]),
    ],
    "batch_independence": [samples.softmax_over_batch, samples.batch_normalised],
    "zero_padded_keys": [samples.no_scale, samples.scale_by_d_k, samples.scale_by_sequence],
    "constant_value": [samples.no_softmax, samples.exp_only, samples.softmax_over_queries],
    "rows_sum_to_one": [samples.no_softmax, samples.exp_only, samples.softmax_over_queries, samples.signed_weights],
    "convex_hull": [samples.exp_only, lambda *a: attention(*a) + 3, lambda *a: attention(*a) - 3],
    "masked_keys_ignored": [samples.ignores_mask, samples.masks_after_softmax],
    "inputs_unchanged": [samples.in_place],
    "deterministic": [Noisy()],
    "large_logits": [samples.unstable, samples.exp_only],
    "integer_input": [samples.truncated],
    "float32_input": [lambda *a: samples.half_precision(*a) + (a[0].dtype == np.float32) * 0.01],
    "keeps_float32": [samples.always_float64, samples.half_precision],
}


def test_the_examples_are_of_all_checks() -> None:
    assert list(RIGHT) == list(WRONG) == list(EVERY)
    assert len(EVERY) == len(CHECKS) + len(AGAINST_EXPECTED)


@pytest.mark.parametrize("name", EVERY)
def test_every_check_says_in_its_docstring_what_it_looks_at(name: str) -> None:
    said = type(EVERY[name]).__doc__
    assert said
    assert said.strip().splitlines()[0].endswith((".", "…", ":", ")"))
    assert said != Check.__doc__


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name, (_, right) in RIGHT.items() for n in range(len(right))]
)
def test_right_solutions_pass(name: str, number: int) -> None:
    case, right = RIGHT[name]
    assert finding(EVERY[name], case, right[number]) == Finding(name, True)


@pytest.mark.parametrize(("name", "number"), [(name, n) for name, wrong in WRONG.items() for n in range(len(wrong))])
def test_wrong_solutions_are_told_in_a_sentence(name: str, number: int) -> None:
    with np.errstate(all="ignore"):
        found = finding(EVERY[name], RIGHT[name][0], WRONG[name][number])
    assert not found.passed
    assert len(found.message) > 20
    assert found.where is not None
    assert found.where.startswith(("output", "Q"))


# ------------------------------------------------------------------------------------------------ odd values

HUGE = np.finfo(np.float64).max
ODD: dict[str, Any] = {
    "no dimensions": np.zeros(()),
    "nothing": np.zeros((0,)),
    "no rows": np.zeros((0, 3)),
    "no columns": np.zeros((5, 0)),
    "one dimension": np.zeros(3),
    "one dimension of rows": np.zeros(5),
    "two others": np.zeros((3, 5)),
    "three dimensions": np.zeros((2, 5, 3)),
    "one more": np.zeros((5, 3, 1)),
    "very many": np.zeros((1,) * 32),
    "right but booleans": np.ones((5, 3), bool),
    "right but bytes": np.full((5, 3), 255, np.uint8),
    "right but unsigned": np.full((5, 3), 2**64 - 1, np.uint64),
    "right but smallest": np.full((5, 3), -(2**63), np.int64),
    "right but complex": np.full((5, 3), 1 - 1j),
    "complex NaN": np.full((5, 3), complex(np.nan, np.inf)),
    "complex huge": np.full((5, 3), complex(HUGE, -HUGE)),
    "NaN": np.full((5, 3), np.nan),
    "infinity": np.full((5, 3), np.inf),
    "both infinities": np.array([[np.inf, -np.inf, 0.0]] * 5),
    "huge": np.array([[HUGE, -HUGE, HUGE]] * 5),
    "all huge": np.full((5, 3), HUGE),
    "half": np.full((5, 3), 65504, np.float16),
    "objects": np.full((5, 3), None),
    "texts": np.full((5, 3), "1.0"),
    "None": None,
    "a number": 3.0,
    "a large number": 10**400,
    "a list": [[1.0, 2.0, 3.0]] * 5,
    "a ragged list": [[1.0], [1.0, 2.0]],
    "a dict": {"output": 1},
    "a set": {1},
}


class Odd:
    """Right a number of times, then odd."""

    def __init__(self, right: Function, odd: Any, calls: int) -> None:
        self.right, self.odd, self.left = right, odd, calls

    def __call__(self, *arguments: Any) -> Any:
        self.left -= 1
        return self.right(*arguments) if self.left >= 0 else self.odd


@pytest.mark.parametrize("name", EVERY)
def test_odd_values_are_findings_and_never_exceptions(name: str) -> None:
    for odd in ODD:
        for found in findings(EVERY[name], RIGHT[name][0], lambda *a: ODD[odd]):  # noqa: B023  # called right here
            assert isinstance(found, Finding), odd
            assert found.passed is not bool(found.message), odd


@pytest.mark.parametrize("calls", [0, 1, 2])
@pytest.mark.parametrize("name", [check.NAME for check in CHECKS])
def test_not_even_when_the_further_runs_differ(name: str, calls: int) -> None:
    case, (right, *_) = RIGHT[name]
    for odd in ODD:
        seen = seen_by(EVERY[name], case, Odd(right, ODD[odd], calls))
        for shapes in (case.layout.shapes, {}):
            found = EVERY[name].find(replace(seen, layout=replace(case.layout, shapes=shapes)))
            assert isinstance(found, Finding), odd
            assert found.passed is not bool(found.message), odd


OTHERWISE = {"inputs_unchanged", "large_logits", "convex_hull"}
"""They look at inputs, or only for numbers that are not finite, or have no further run."""


@pytest.mark.parametrize("odd", ["None", "a dict", "objects", "complex NaN", "NaN", "no dimensions", "nothing"])
@pytest.mark.parametrize("name", [check.NAME for check in CHECKS if check.NAME not in OTHERWISE])
def test_odd_values_in_the_further_run_are_objected_to(name: str, odd: str) -> None:
    case, (right, *_) = RIGHT[name]
    calls = len(EVERY[name].runs(case.run, case.layout))  # the last of them is odd
    found = EVERY[name].find(seen_by(EVERY[name], case, Odd(right, ODD[odd], calls)))
    if name == "keeps_float32":
        assert found.message.startswith("float32 inputs give `output` as ")
    assert not found.passed


@pytest.mark.parametrize("odd", ["NaN", "infinity", "no rows", "None", "one dimension", "a list", "a number"])
@pytest.mark.parametrize("name", [check.NAME for check in CHECKS])
def test_a_property_is_nothing_without_well_formed_values(name: str, odd: str) -> None:
    found = findings(EVERY[name], RIGHT[name][0], lambda *a: ODD[odd])
    assert not found[-1].passed
    assert found[-1].check in ("type", "shape", "finite")


def test_what_comes_before_a_property() -> None:
    assert [check.NAME for check in WELL_FORMED] == ["type", "shape", "finite"]
    assert [check.NAME for check in AGAINST_EXPECTED] == ["type", "shape", "dtype", "finite", "values"]


def test_this_files_values_are_as_a_worker_makes_them() -> None:
    assert value_of(None) == Value("none", "NoneType", None)
    assert value_of([[1], [1, 2]]) == Value("list", "list", None)
    assert value_of({}) == Value("other", "dict", None)
    assert value_of(10**400) == Value("scalar", "int", None)


# ------------------------------------------------------------------------------------------------ as a spec writes them


class Spec(Strict):
    """The one key of a spec that matters here."""

    checks: list[AnyCheck]


def read(*written: Any) -> list[Check]:
    return Spec.model_validate({"checks": list(written)}).checks


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.NAME)
def test_a_check_is_read_by_its_name(check: type[Check]) -> None:
    assert read(check.NAME, {check.NAME: {}}, {check.NAME: None}) == [check()] * 3
    assert type(read(check.NAME)[0]) is check
    assert read(*read(check.NAME)) == [check()]


def test_a_check_takes_its_parameters() -> None:
    (made,) = read({"token_permutation": {"along": "seq"}})
    assert made.model_dump() == {"along": "seq"}
    (made,) = read({"large_logits": {"inputs": ["Q", "K"], "factor": 50}})
    assert made.model_dump() == {"inputs": ("Q", "K"), "factor": 50.0}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.NAME)
def test_other_parameters_are_refused(check: type[Check]) -> None:
    with pytest.raises(ValidationError) as caught:
        read({check.NAME: {"colour": "red"}})
    assert [error["type"] for error in caught.value.errors()] == ["extra_forbidden"]


@pytest.mark.parametrize(
    "written",
    [
        "values",
        "Token_Permutation",
        "",
        None,
        5,
        {},
        {"values": {}},
        {"deterministic": {}, "convex_hull": {}},
        [],
        {1: 2},
    ],
)
def test_other_checks_are_told_what_there_is(written: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        read(written)
    (error,) = caught.value.errors()
    assert error["msg"].startswith("expected one of the checks: token_permutation, batch_independence, ")
    assert error["msg"].endswith("keeps_float32")


def test_names_are_given_once() -> None:
    names = [check.NAME for check in (*(check() for check in CHECKS), *AGAINST_EXPECTED)]
    assert len(set(names)) == len(names)
