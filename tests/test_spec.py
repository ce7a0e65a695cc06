"""The shipped specs say what the statements say, number by number; keys left out have their defaults."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import numpy as np
import pytest
from pydantic import ValidationError
from specs import SMALL, small

from grader.assignments import load_assignment, shipped_folder
from grader.inputs import Literally
from grader.inputs.drawn import Uniform
from grader.model import Name
from grader.spec import Assignment, Dates, Draw, Group, LimitsSpec, ToleranceSpec
from grader.spec_loader import parse_spec


def shipped(name: str) -> Assignment:
    return load_assignment(name, shipped_folder()).assignment


def group(assignment: Assignment, name: str) -> Group:
    (found,) = [group for group in assignment.groups if group.id == name]
    return found


def parameters(assignment: Assignment) -> dict[str, list[str]]:
    return {name: function.parameters for name, function in assignment.functions.items()}


NAMES = ["self_attention", "multi_head_self_attention", "masked_self_attention"]


@pytest.mark.parametrize("name", NAMES)
def test_ten_points_in_all(name: str) -> None:
    assignment = shipped(name)
    assert assignment.assignment == name
    assert assignment.points == sum(group.points for group in assignment.groups) == Fraction(10)
    assert load_assignment(name, shipped_folder()).reference.is_file()


@pytest.mark.parametrize("name", NAMES)
def test_all_is_public(name: str) -> None:
    assert {group.visibility for group in shipped(name).groups} == {"public"}


# --- self-attention ----------------------------------------------------------------------------

EXAMPLES = [
    (
        {"X": [[1, 0], [0, 1]], "W_q": [[1, 0], [0, 1]], "W_k": [[1, 0], [0, 1]], "W_v": [[1, 2], [3, 4]]},
        [[1.660477, 2.660477], [2.339523, 3.339523]],
    ),
    (
        {"X": [[1, 1], [1, 0]], "W_q": [[1, 0], [0, 1]], "W_k": [[1, 0], [0, 1]], "W_v": [[1, 2], [3, 4]]},
        [[3.00928465, 4.6790462], [2.5, 4.0]],
    ),
    (
        {
            "X": [[1, 0, 1], [0, 1, 1], [1, 1, 0]],
            "W_q": [[1, 1, 0], [0, 1, 1], [1, 0, 1]],
            "W_k": [[1, 1, 0], [0, 1, 1], [1, 0, 1]],
            "W_v": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
        },
        [[8.0, 10.0, 12.0], [8.61987385, 10.61987385, 12.61987385], [7.38012615, 9.38012615, 11.38012615]],
    ),
]
"""The statement's three, as it prints them."""


@pytest.mark.parametrize(("number", "example"), list(enumerate(EXAMPLES)))
def test_examples_are_the_statements(
    number: int, example: tuple[dict[str, list[list[int]]], list[list[float]]]
) -> None:
    given, output = example
    case = group(shipped("self_attention"), "examples").cases[number]
    assert list(case.given) == list(given)
    for name, matrix in given.items():
        written = case.given[name]
        assert isinstance(written, Literally)
        assert isinstance(written.value, np.ndarray)
        assert written.value.dtype == np.int64
        assert written.value.tolist() == matrix
    assert isinstance(case.expect, dict)
    assert {name: values.tolist() for name, values in case.expect.items()} == {"output": output}
    assert case.expect["output"].dtype == np.float64


def test_the_examples_are_all_there_is_of_them() -> None:
    assert len(group(shipped("self_attention"), "examples").cases) == len(EXAMPLES)


def test_self_attention_asks_for_the_statements_functions() -> None:
    assignment = shipped("self_attention")
    assert assignment.title == "Self-Attention Mechanism"
    assert parameters(assignment) == {"compute_qkv": ["X", "W_q", "W_k", "W_v"], "self_attention": ["Q", "K", "V"]}
    assert [step.text for step in assignment.steps] == [
        "Q, K, V = compute_qkv(X, W_q, W_k, W_v)",
        "output = self_attention(Q, K, V)",
    ]
    assert assignment.dates.due is None
    assert assignment.conventions == {}


def test_self_attention_is_scored_so() -> None:
    points = {
        group.id: (float(group.points), group.award, group.implied_by) for group in shipped("self_attention").groups
    }
    assert points == {
        "examples": (2, "all", None),
        "projections": (1, "proportional", None),
        "attention": (2, "proportional", None),
        "rectangular": (3, "proportional", None),
        "square": (1, "proportional", None),
        "properties": (1, "all", None),
        "advice": (0, "proportional", None),
        "side_effects": (0, "proportional", None),
        "edge_sizes": (0, "proportional", None),
    }


# --- multi-head self-attention -----------------------------------------------------------------


def test_multi_head_asks_for_the_skeletons_functions() -> None:
    assignment = shipped("multi_head_self_attention")
    assert assignment.title == "Multi-Head Self-Attention"
    assert parameters(assignment) == {
        "create_qkv": ["inputs", "weights_q", "weights_k", "weights_v"],
        "scaled_dot_product_attention": ["Q", "K", "V", "scale"],
        "multi_head_attention": ["inputs", "weights_q", "weights_k", "weights_v", "num_heads"],
    }
    # The statement's text names it differently from its skeleton.
    assert {name: f.aliases for name, f in assignment.functions.items() if f.aliases} == {
        "multi_head_attention": ["multi_head_self_attention"]
    }


def test_multi_head_dates() -> None:
    dates = shipped("multi_head_self_attention").dates
    assert (dates.released, dates.due) == (date(2024, 5, 3), date(2024, 5, 17))
    assert type(dates.due) is date


def test_multi_head_conventions() -> None:
    conventions = shipped("multi_head_self_attention").conventions
    written = {
        name: {
            choice: {
                key: [part.text for part in formula] if isinstance(formula, list) else formula.text
                for key, formula in said.names.items()
            }
            for choice, said in convention.choices.items()
        }
        for name, convention in conventions.items()
    }
    assert written == {
        "scale": {
            "factor": {"scale": "1 / sqrt(d_head)"},
            "divisor": {"scale": "sqrt(d_head)"},
            "key_size": {"scale": "d_head"},
        },
        "axes": {
            "all_heads": {"lead": ["batch", "heads"]},
            "per_head": {"lead": ["batch"]},
            "single": {"lead": []},
        },
    }
    assert {name: convention.reference for name, convention in conventions.items()} == {"scale": "factor", "axes": None}


def test_recommended_functions_are_implied_by_the_whole() -> None:
    points = {g.id: (float(g.points), g.implied_by) for g in shipped("multi_head_self_attention").groups}
    assert points == {
        "end_to_end": (6, None),
        "main_sizes": (1, None),
        "projections": (1, "end_to_end"),
        "attention": (2, "end_to_end"),
        "properties": (0, None),
        "advice": (0, None),
        "edge_sizes": (0, None),
    }


def test_main_sizes_are_those_of_main() -> None:
    """`np.random.rand(1, 5, 32)`, weights of 32 x 32, 4 heads."""
    main = group(shipped("multi_head_self_attention"), "main_sizes")
    assert main.draw is not None
    sizes = {name: size.formula.size({}) for name, size in main.draw.sizes.items() if size.formula is not None}
    assert sizes == {"batch": 1, "seq": 5, "hidden_dim": 32}
    shapes = {
        name: [part.size(sizes) for part in described.uniform]
        for name, described in main.given.items()
        if isinstance(described, Uniform)
    }
    weights = {f"weights_{letter}": [32, 32] for letter in "qkv"}
    assert shapes == {"inputs": [1, 5, 32]} | weights
    heads = main.given["num_heads"]
    assert isinstance(heads, Literally)
    assert heads.value == 4


# --- what is not said --------------------------------------------------------------------------


def test_defaults() -> None:
    assignment = small()
    assert assignment.limits == LimitsSpec()
    limits = assignment.limits
    assert (limits.import_, limits.case, limits.submission, limits.memory) == (10, 5, 60, 512 * 1024**2)
    assert (assignment.seed, assignment.modules, assignment.tolerance) == (0, [], None)
    assert (assignment.dates.released, assignment.dates.due) == (None, None)
    assert ToleranceSpec() == ToleranceSpec(rtol=1e-5, atol=1e-6)
    whole = assignment.groups[0]
    assert (whole.title, whole.award, whole.visibility) == ("", "proportional", "public")
    assert (whole.implied_by, whole.draw, whole.steps, whole.given, whole.cases) == (None, None, [], {}, [])
    assert Draw().count == 1


def test_values_that_are_said() -> None:
    said = """
limits: {import: 3s, case: 500ms, submission: 1min, memory: 1GB}
dates: {due: 2024-05-17T18:00+02:00}
modules: [scipy]
seed: 53
observe: [output, Q]
"""
    assignment = parse_spec(SMALL + said, "spec.yaml")
    limits = assignment.limits
    assert (limits.import_, limits.case, limits.submission, limits.memory) == (3, 0.5, 60, 1024**3)
    assert assignment.dates.due == datetime(2024, 5, 17, 18, tzinfo=timezone(timedelta(hours=2)))
    assert (assignment.modules, assignment.seed, assignment.observe) == (["scipy"], 53, ["output", "Q"])
    step = assignment.steps[0]
    assert (step.function, step.arguments, step.targets) == ("project", (Name("X"), Name("W")), ("Q",))


def test_checks_in_both_ways_of_writing() -> None:
    checks = small(("[inputs_unchanged]", "[deterministic, {token_permutation: {along: n}}, {convex_hull: {}}]"))
    assert [(check.NAME, check.model_dump()) for check in checks.groups[1].checks] == [
        ("deterministic", {}),
        ("token_permutation", {"along": "n"}),
        ("convex_hull", {"value": "V"}),
    ]


def test_an_assignment_stays_as_it_is() -> None:
    with pytest.raises(ValidationError):
        small().points = Fraction(20)  # type: ignore[misc]  # what must not work


# --- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"released": "2024-05-03", "due": "2024-05-17", "late": "zero", "zone": "Europe/Berlin"},
        {"due": "2024-05-17T18:00:30+02:00", "grace": "0.1s", "late": {"per_day": "12.3456%", "most": "50%"}},
        {"due": "2024-05-17T18:00", "zone": "UTC", "grace": "366d", "late": {"per_hour": "0.0001%"}},
    ],
)
def test_dates_come_back_from_json(written: dict[str, object]) -> None:
    dates = Dates.model_validate(written)
    assert Dates.model_validate_json(dates.model_dump_json()) == dates
