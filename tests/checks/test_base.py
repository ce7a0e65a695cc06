"""What all checks share: axes by name, runs on other inputs, numbers and shapes in words."""

from __future__ import annotations

import numpy as np
import pytest
from checks.samples import PLAIN

from grader.checks.base import Check, CheckError, Layout, array_input, number, shown, token_rows, with_inputs
from grader.model import Finding, Run

RUN = Run(
    PLAIN.run.steps,
    {"Q": np.ones((2, 3)), "row": np.ones(3), "none": np.ones((0, 3)), "narrow": np.ones((3, 0)), "heads": 2},
    ("output",),
)


@pytest.mark.parametrize(
    ("dims", "size", "axes"),
    [
        (("batch", "n", "d"), "n", (1,)),
        (("n", "n"), "n", (0, 1)),
        (("n", "n", "d", "n"), "n", (0, 1, 3)),
        (("n2", "2 * n"), "n", ()),
        ((), "n", ()),
    ],
)
def test_where_a_size_stands(dims: tuple[str, ...], size: str, axes: tuple[int, ...]) -> None:
    assert Layout({}, {}).axes(dims, size) == axes


@pytest.mark.parametrize(("shape", "words"), [((), "()"), ((5,), "(5,)"), ((2, 5), "(2, 5)"), ((0, 1, 2), "(0, 1, 2)")])
def test_shapes_as_people_write_them(shape: tuple[int, ...], words: str) -> None:
    assert shown(shape) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.1234567, "0.123457"),
        (2.0, "2"),
        (1e-9, "1e-09"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (1 + 2j, "1+2j"),
        (-1234567.0, "-1.23457e+06"),
    ],
)
def test_numbers_have_six_digits(value: complex, words: str) -> None:
    assert number(value) == words


def test_an_input_that_is_an_array() -> None:
    assert array_input(RUN, "Q") is RUN.inputs["Q"]
    for name in ("heads", "V"):
        with pytest.raises(CheckError) as caught:
            array_input(RUN, name)
        assert str(caught.value) == (f"`{name}` is no array among this case's inputs (Q, row, none, narrow, heads)")
    with pytest.raises(CheckError, match=r"`Q` is no array among this case's inputs \(none\)"):
        array_input(Run((), {}, ()), "Q")


def test_an_input_with_a_row_for_each_token() -> None:
    assert token_rows(RUN, "Q") is RUN.inputs["Q"]
    for name, shape in (("row", "(3,)"), ("none", "(0, 3)"), ("narrow", "(3, 0)")):
        with pytest.raises(CheckError) as caught:
            token_rows(RUN, name)
        assert str(caught.value) == f"`{name}` has shape {shape}: two dimensions or more are needed, none of size 0"
    with pytest.raises(CheckError, match="`heads` is no array"):
        token_rows(RUN, "heads")


def test_the_same_steps_on_other_inputs() -> None:
    changed = with_inputs(RUN, Q=np.zeros((2, 3)))
    assert (changed.steps, changed.observe) == (RUN.steps, RUN.observe)
    assert list(changed.inputs) == list(RUN.inputs)
    assert np.array_equal(np.asarray(changed.inputs["Q"]), np.zeros((2, 3)))
    assert np.array_equal(np.asarray(RUN.inputs["Q"]), np.ones((2, 3)))
    assert changed.inputs["row"] is RUN.inputs["row"]


class Named(Check):
    """As small as a check gets."""

    NAME = "named"


def test_findings() -> None:
    check = Named()
    assert check.passed() == Finding("named", True, "", None)
    assert check.failed("why", "x[0]") == Finding("named", False, "why", "x[0]")
    assert check.runs(RUN, Layout({}, {})) == {}
    with pytest.raises(NotImplementedError):
        check.find(None)  # type: ignore[arg-type]
