"""Steps as a spec writes them: what is read, and with which words the rest is refused."""

from __future__ import annotations

import contextlib
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from grader.model import Name, Step
from grader.steps import EXAMPLE, StepError, StepField, needed_names, parse_step


def refusal(written: object) -> str:
    with pytest.raises(StepError) as caught:
        parse_step(written)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ what is read


def test_a_call_whose_values_are_named() -> None:
    assert parse_step("Q, K, V = compute_qkv(X, W_q, W_k, W_v)") == Step(
        "compute_qkv",
        (Name("X"), Name("W_q"), Name("W_k"), Name("W_v")),
        ("Q", "K", "V"),
        "Q, K, V = compute_qkv(X, W_q, W_k, W_v)",
    )


@pytest.mark.parametrize(
    ("written", "text", "targets"),
    [
        ("y=f(x)", "y = f(x)", ("y",)),
        ("  y = f( x )  ", "y = f(x)", ("y",)),
        ("(a, b) = f(x)", "a, b = f(x)", ("a", "b")),
        ("a,b=f(x)", "a, b = f(x)", ("a", "b")),
        ("y = f(\n  x,\n)", "y = f(x)", ("y",)),
        ("y = f(x)  # the first", "y = f(x)", ("y",)),
        ("x = f(x)", "x = f(x)", ("x",)),
        ("y = f()", "y = f()", ("y",)),
    ],
)
def test_the_text_is_put_in_order(written: str, text: str, targets: tuple[str, ...]) -> None:
    step = parse_step(written)
    assert (step.text, step.targets, step.function) == (text, targets, "f")
    assert parse_step(step.text) == step


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("x", Name("x")),
        ("1", 1),
        ("-1", -1),
        ("0", 0),
        ("2.5", 2.5),
        ("-2.5", -2.5),
        ("1e300", 1e300),
        ("True", True),
        ("False", False),
        ("None", None),
        ("'text'", "text"),
        ("''", ""),
    ],
)
def test_arguments_are_names_or_literals(written: str, value: object) -> None:
    (argument,) = parse_step(f"y = f({written})").arguments
    assert argument == value
    assert type(argument) is type(value)


def test_a_step_reads_its_names_in_order() -> None:
    assert parse_step("y = f(b, 1, a, None, b)").reads == ("b", "a", "b")


def test_a_step_parses_to_itself() -> None:
    step = parse_step("y = f(x)")
    assert parse_step(step) is step


# ------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize("written", [None, 5, ["y = f(x)"], {"y": "f(x)"}, True, b"y = f(x)"])
def test_what_is_no_text_gets_the_example(written: object) -> None:
    assert refusal(written) == EXAMPLE


@pytest.mark.parametrize("written", ["y = ", "= f(x)", "y = f(x,,)", "y f(x)", "y = f(x) z", "a\0b", "f(1x)"])
def test_what_python_cannot_read(written: str) -> None:
    assert refusal(written) == f"`{written}` cannot be read; {EXAMPLE}"


@pytest.mark.parametrize("written", ["normal = normalize(x", "eps)"])
def test_half_of_a_step_may_be_one_that_a_list_has_split(written: str) -> None:
    why = "(in a list in [ ] a comma splits it: put it in quotes, or on a line after `- `)"
    assert refusal(written) == f"`{written}` cannot be read {why}; {EXAMPLE}"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "f(x)",
        "y = x",
        "y = 1",
        "a = b = f(x)",
        "y: int = f(x)",
        "y += f(x)",
        "y = np.f(x)",
        "y = f(x)(x)",
        "y = f(x)[0]",
        "y = f(x) + 1",
        "y = -f(x)",
        "y = f(x), g(x)",
        "y = (lambda x: x)(x)",
        "y = f(x); z = g(y)",
        "y = f(x)\nz = g(y)",
        "import os",
        "def f(x): return x",
        "y = [f(x) for x in z]",
        "(y := f(x))",
        "if x: y = f(x)",
        "y = await_(x) if x else x",
    ],
)
def test_only_one_call_whose_result_is_named(written: str) -> None:
    assert refusal(written) == f"`{written}` is not one call whose result is named; {EXAMPLE}"


@pytest.mark.parametrize(
    "argument",
    [
        "x.T",
        "x[0]",
        "x + 1",
        "g(x)",
        "[1]",
        "(1, 2)",
        "{1}",
        "{1: 2}",
        "*x",
        "+1",
        "--1",
        "-x",
        "-True",
        "-'a'",
        "not x",
        "1j",
        "b'x'",
        "...",
        "f'{x}'",
        "lambda: x",
        "x if x else x",
        "1e999",
        "-1e999",
    ],
)
def test_other_arguments_are_refused(argument: str) -> None:
    assert refusal(f"y = f({argument})").endswith("is neither a name nor a finite number, text, True, False or None")


def test_the_refusal_names_the_argument() -> None:
    assert refusal("y = f(a, x.T)").startswith("the argument `x.T` is neither")


def test_arguments_have_no_keywords() -> None:
    assert refusal("y = f(x, scale=2)") == "arguments are passed by position, `scale=` is not allowed"
    assert refusal("y = f(**x)") == "arguments are passed by position, `**` is not allowed"


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("y.a", "y.a"),
        ("y[0]", "y[0]"),
        ("[a, b]", "[a, b]"),
        ("a,", "(a,)"),
        ("()", "()"),
        ("a, *b", "a, *b"),
        ("a, (b, c)", "a, (b, c)"),
        ("a, b.c", "a, b.c"),
    ],
)
def test_other_targets_are_refused(target: str, shown: str) -> None:
    message = refusal(f"{target} = f(x)").replace("((a, *b))", "(a, *b)")
    assert message.endswith("on the left must be a name, or names with commas")
    assert shown in message


def test_two_values_need_two_names() -> None:
    assert refusal("a, b, a = f(x)").endswith("gives one name to two values")


@given(st.text(max_size=30))
def test_any_text_is_a_step_or_refused(text: str) -> None:
    with contextlib.suppress(StepError):
        assert isinstance(parse_step(text), Step)


@pytest.mark.parametrize("depth", [150, 900, 100_000])
@pytest.mark.parametrize(
    ("before", "after"), [("y = f(" + "(", ")"), ("y = f(-", ""), ("y = ~", ""), ("y = f((", ",)")]
)
def test_nesting_is_refused_without_a_crash(before: str, after: str, depth: int) -> None:
    text = before + before[-1] * depth + "x.y" + after * depth
    message = refusal(text)
    assert message.endswith((EXAMPLE, "True, False or None"))
    assert len(message) < 1000


# ------------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("steps", "needed"),
    [
        ([], ()),
        (["y = f(x)"], ("x",)),
        (["Q, K, V = f(X, W)", "o = g(Q, K, V)"], ("X", "W")),
        (["Q, K, V = f(X, W)", "o = g(Q, mask, X)"], ("X", "W", "mask")),
        (["x = f(x)", "y = g(x)"], ("x",)),
        (["y = g(x)", "x = f(z)"], ("x", "z")),
        (["y = f(b, a, b)", "z = f(a, 1)"], ("b", "a")),
        (["y = f(1, None)"], ()),
    ],
)
def test_names_that_have_to_be_given(steps: list[str], needed: tuple[str, ...]) -> None:
    assert needed_names([parse_step(step) for step in steps]) == needed


# ------------------------------------------------------------------------------------------------ as a field


class Model(BaseModel):
    step: Annotated[Step, StepField]


def test_as_a_pydantic_field() -> None:
    assert Model.model_validate({"step": "y = f(x)"}).step == parse_step("y = f(x)")
    with pytest.raises(ValidationError, match="is not one call"):
        Model.model_validate({"step": "f(x)"})
    assert Model.model_json_schema()["properties"]["step"] == {
        "type": "string",
        "title": "step",
        "examples": ["Q, K, V = compute_qkv(X, W_q, W_k, W_v)"],
    }
