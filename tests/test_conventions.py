"""The either/ors of a spec: their combinations, what a choice stands for, and which matter to a case."""

from __future__ import annotations

from typing import Any

import pytest

from grader.conventions import Choice, choice_value, combinations, flattened, relevant, values_of
from grader.expressions import Environment, Expression, ExpressionError
from grader.spec import Assignment
from grader.steps import needed_names, parse_step

SCALE = {"factor": {"scale": "1 / sqrt(d)"}, "divisor": {"scale": "sqrt(d)"}}
AXES = {"all": {"lead": ["batch", "2 * heads"]}, "one": {"lead": ["batch"]}, "none": {"lead": []}}


def assignment(given: dict[str, Any] | None = None, **conventions: Any) -> Assignment:
    return Assignment.model_validate(
        {
            "assignment": "a",
            "title": "A",
            "reference": "reference/a.py",
            "functions": {"f": {"parameters": ["x"]}},
            "conventions": {name: {"choices": choices} for name, choices in conventions.items()},
            "given": given or {},
            "groups": [{"id": "g", "points": 10}],
        }
    )


BOTH = assignment(scale=SCALE, axes=AXES)


def formulas(*written: object) -> list[Expression]:
    return [Expression.parse(part) for part in written]


# ------------------------------------------------------------------------------------------------ combinations


def test_every_combination_in_the_specs_order() -> None:
    assert combinations(BOTH) == [
        (("scale", "factor"), ("axes", "all")),
        (("scale", "factor"), ("axes", "one")),
        (("scale", "factor"), ("axes", "none")),
        (("scale", "divisor"), ("axes", "all")),
        (("scale", "divisor"), ("axes", "one")),
        (("scale", "divisor"), ("axes", "none")),
    ]


def test_without_conventions_there_is_one_way_to_read() -> None:
    assert combinations(assignment()) == [()]


# ------------------------------------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("written", "value"),
    [("1 / sqrt(d)", 0.5), ("d", 4), (2.5, 2.5), (["n", "2 * d"], (3, 8)), ([], ()), ([1], (1,))],
)
def test_what_a_choice_gives(written: Any, value: object) -> None:
    formula = formulas(*written) if isinstance(written, list) else Expression.parse(written)
    assert choice_value(formula, {"d": 4, "n": 3}) == value


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("m", "the size `m` is not defined"),
        (["d", "-1"], "`-1` is -1: a size is"),
        (["d / 8"], "`d / 8` is 0.5: a size is"),
    ],
)
def test_what_a_choice_cannot_give(written: Any, message: str) -> None:
    formula = formulas(*written) if isinstance(written, list) else Expression.parse(written)
    with pytest.raises(ExpressionError, match=message):
        choice_value(formula, {"d": 4})


@pytest.mark.parametrize(
    ("choice", "values"),
    [
        ((), {}),
        ((("scale", "factor"),), {"scale": 0.5}),
        ((("scale", "divisor"), ("axes", "all")), {"scale": 2.0, "lead": (2, 6)}),
        ((("axes", "none"),), {"lead": ()}),
    ],
)
def test_what_the_names_of_all_choices_stand_for(choice: Choice, values: dict[str, object]) -> None:
    sizes: Environment = {"d": 4, "batch": 2, "heads": 3}
    assert values_of(BOTH, choice, sizes) == values


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ((("axes", "all"),), ("batch", "2 * heads", "n", "d")),
        ((("scale", "factor"), ("axes", "one")), ("batch", "n", "d")),
        ((("axes", "none"),), ("n", "d")),
        ((), ("lead", "n", "d")),
        ((("scale", "factor"),), ("lead", "n", "d")),
    ],
)
def test_lists_of_sizes_are_spelt_out(choice: Choice, words: tuple[str, ...]) -> None:
    assert flattened(["lead", "n", "d"], BOTH, choice) == words


def test_a_name_that_stands_for_a_number_stays() -> None:
    assert flattened(("scale", "lead"), BOTH, (("scale", "factor"), ("axes", "one"))) == ("scale", "batch")
    assert flattened((), BOTH, (("axes", "all"),)) == ()


# ------------------------------------------------------------------------------------------------ relevance


@pytest.mark.parametrize(
    ("step", "given", "shapes", "names"),
    [
        ("y = f(x)", {"x": {"normal": ["n", "d"]}}, {}, []),
        ("y = f(x, scale)", {"x": {"normal": ["n"]}}, {}, ["scale"]),
        ("y = f(scale)", {"scale": 0.5}, {}, []),  # what is given counts, not what the convention says
        ("y = f(scale)", {"scale": {"value": "2 * scale"}}, {}, ["scale"]),
        ("y = f(x)", {"x": {"normal": ["lead", "n"]}}, {}, ["axes"]),
        ("y = f(x)", {"x": {"normal": ["n"], "std": "1 / scale"}}, {}, ["scale"]),
        ("y = f(x)", {"x": {"uniform": ["n"], "high": "scale", "low": -1}}, {}, ["scale"]),
        ("y = f(x)", {"x": [1.0, 2.0]}, {}, []),
        ("y = f(x)", {"x": {"normal": ["n"]}, "unused": {"normal": ["lead"]}}, {}, []),
        (
            "y = f(x)",
            {"x": {"permuted": "z"}, "z": {"scaled": "w", "by": 2}, "w": {"normal": ["lead", "n"]}},
            {},
            ["axes"],
        ),
        ("y = f(x)", {"x": {"padded": "z", "by": "scale"}, "z": {"normal": ["n", "n"]}}, {}, ["scale"]),
        ("y = f(x)", {"x": {"normal": ["n"]}}, {"y": ["lead", "n"]}, ["axes"]),
        ("y = f(x, scale)", {"x": {"normal": ["lead", "n"]}}, {}, ["scale", "axes"]),
        ("y = f(x)", {"x": {"value": "n"}}, {"y": ["2 * scale + n"]}, ["scale"]),
    ],
)
def test_which_conventions_matter(step: str, given: dict[str, Any], shapes: dict[str, Any], names: list[str]) -> None:
    spec = assignment(given, scale=SCALE, axes=AXES)
    words = {name: formulas(*shape) for name, shape in shapes.items()}
    assert relevant(spec, needed_names([parse_step(step)]), spec.given, words) == names


def test_a_name_of_any_choice_makes_a_convention_matter() -> None:
    spec = assignment(both={"one": {"a": 1}, "two": {"b": 2}})
    assert relevant(spec, ["b"], {}, {}) == ["both"]
