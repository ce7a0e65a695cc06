"""All generators together: how a spec names them, and how inputs are made that need one another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inputs.making import Spec, build, build_some, refused
from pydantic import ValidationError

from grader.expressions import ExpressionError
from grader.inputs import GENERATORS, Generator, Literally, build_all

SMALLEST: dict[str, dict[str, Any]] = {
    "normal": {"normal": [3, 3]},
    "uniform": {"uniform": [3, 3]},
    "integers": {"integers": [3, 3]},
    "zeros": {"zeros": [3, 3]},
    "ones": {"ones": [3, 3]},
    "identity": {"identity": [3, 3]},
    "one_hot": {"one_hot": [3, 3]},
    "orthogonal": {"orthogonal": [3, 3]},
    "permutation": {"permutation": [3, 3]},
    "mask": {"mask": [3, 3]},
    "value": {"value": 3},
    "permuted": {"permuted": "source"},
    "padded": {"padded": "source", "by": 0},
    "scaled": {"scaled": "source", "by": 1},
}
SOURCE = {"normal": [3, 3]}


def test_every_generator_has_an_example_here() -> None:
    assert [generator.KEY for generator in GENERATORS] == list(SMALLEST)


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda generator: generator.KEY)
def test_every_generator_has_a_docstring_that_shows_it(generator: type[Generator]) -> None:
    assert generator.__doc__
    assert f"`{{{generator.KEY}: " in generator.__doc__
    assert generator.KEY in generator.model_fields


@pytest.mark.parametrize("key", SMALLEST)
def test_every_generator_is_read_by_its_key_and_makes_something(key: str) -> None:
    given = {"x": SMALLEST[key], "source": SOURCE}
    made = Spec.model_validate({"given": given}).given["x"]
    assert type(made) in GENERATORS
    assert isinstance(made, Generator)
    assert key == made.KEY
    array = build_some(given)["x"]
    assert array == 3 if key == "value" else array.shape == (3, 3)


@pytest.mark.parametrize("key", SMALLEST)
def test_every_generator_refuses_keys_that_it_does_not_know(key: str) -> None:
    assert refused({**SMALLEST[key], "colour": 1}) == "Extra inputs are not permitted"


@pytest.mark.parametrize("key", [key for key in SMALLEST if key not in ("permuted", "padded", "scaled")])
def test_every_shape_is_a_list_of_formulas(key: str) -> None:
    assert refused({key: "n n"}) != ""
    assert refused({key: ["n.real"]}) != ""
    assert refused({key: "n" if key == "value" else ["n", "n"]}, m=1).startswith("the size `n` is not defined")


EXPECTED = "expected numbers or one of: {normal: …}, {uniform: …}, "


@pytest.mark.parametrize("written", [{}, {"gaussian": [2]}, {"std": 1}, {"normal": [2], "uniform": [2]}, {1: 2}])
def test_other_descriptions_are_told_what_there_is(written: Any) -> None:
    assert refused(written).startswith(EXPECTED)
    assert refused(written).endswith("{scaled: …}")


def test_an_error_is_told_about_the_generator_that_is_meant() -> None:
    with pytest.raises(ValidationError) as caught:
        Spec.model_validate({"given": {"x": {"normal": [2], "sdt": 1}}})
    assert [error["loc"] for error in caught.value.errors()] == [("given", "x", "<normal>", "sdt")]


def test_what_is_read_already_is_read_again_as_it_is() -> None:
    once = Spec.model_validate({"given": {"x": SOURCE, "y": [1, 2]}}).given
    again = Spec.model_validate({"given": once}).given
    assert again["x"] == once["x"]
    assert isinstance(again["y"], Literally)


# ------------------------------------------------------------------------------------------------ several inputs


def test_only_what_is_needed_is_made_with_its_sources() -> None:
    given = {"a": SOURCE, "b": {"scaled": "a", "by": 2}, "c": {"one_hot": []}}  # c cannot be made
    spec = Spec.model_validate({"given": given})
    assert list(build_all(spec.given, ["b"], {}, 1, ())) == ["a", "b"]
    assert list(build_all(spec.given, ["a"], {}, 1, ())) == ["a"]
    with pytest.raises(ExpressionError):
        build_all(spec.given, ["a", "c"], {}, 1, ())


def test_an_input_does_not_depend_on_the_others() -> None:
    alone = build({"normal": [5]})
    together = build_some({"first": {"normal": [5]}, "x": {"normal": [5]}, "last": {"uniform": [2]}})
    assert np.array_equal(alone, together["x"])
    assert not np.array_equal(together["first"], together["x"])


def test_larger_draws_begin_like_smaller_ones() -> None:
    assert np.array_equal(build({"normal": [2, 5]}), build({"normal": [4, 5]})[:2])
