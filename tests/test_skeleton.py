"""The text of a new spec is one that can be read; what the statement says stands in it, what is guessed says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.skeleton import Skeleton, blank, skeleton
from grader.spec import Assignment
from grader.spec_loader import parse_spec
from grader.statement import read_statement

STATEMENTS = Path(__file__).parent / "statements"


def made(text: str, name: str = "mine") -> tuple[Assignment, Skeleton]:
    found = skeleton(name, read_statement(text), modeline=False)
    return parse_spec(found.spec, "mine.yaml", lambda _: found.reference), found


def given_statement(name: str) -> tuple[Assignment, Skeleton]:
    return made((STATEMENTS / f"{name}.md").read_text(encoding="utf-8"))


def test_of_self_attention() -> None:
    assignment, found = given_statement("self_attention")
    assert [step.text for step in assignment.steps] == [
        "Q, K, V = compute_qkv(X, W_q, W_k, W_v)",
        "output = self_attention(Q, K, V)",
    ]
    assert [(group.id, float(group.points)) for group in assignment.groups] == [
        ("examples", 2),
        ("compute_qkv", 1),
        ("self_attention", 1),
        ("drawn", 6),
    ]
    assert [case.id for case in assignment.groups[0].cases] == ["line_23", "line_96", "line_115"]
    assert {known.id for known in assignment.misconceptions} == {
        "no_scale",
        "softmax_over_queries",
        "scores_transposed",
    }
    assert "# guessed from names and use" in found.spec
    assert "    attention_weights = np.exp(scores)" in found.reference


def test_of_multi_head_self_attention() -> None:
    assignment, found = given_statement("multi_head_self_attention")
    assert (str(assignment.dates.released), str(assignment.dates.due)) == ("2024-05-03", "2024-05-17")
    assert assignment.functions["multi_head_attention"].aliases == ["multi_head_self_attention"]
    assert [group.id for group in assignment.groups] == ["create_qkv", "scaled_dot_product_attention", "drawn"]
    assert found.reference.count("raise NotImplementedError") == 3
    assert "no example with values" in found.spec
    assert "# Name the mistakes that you expect" in found.spec
    assert "      scale: 0.5   # a factor, or a divisor? Where the statement leaves it open" in found.spec
    assert "heads: 3, d_head: 5, d_model: heads * d_head" in found.spec


def test_a_blank_one_has_all_parts() -> None:
    assignment, _ = made(blank("my-first_one"), "my-first_one")
    assert (assignment.title, len(assignment.functions), len(assignment.groups[0].cases)) == ("My First One", 1, 1)
    assert len(assignment.misconceptions) >= 2


def statement(code: str, prose: str = "# Title") -> str:
    return f"{prose}\n\n```python\n{code}\n```\n"


@pytest.mark.parametrize(
    ("prose", "title"),
    [
        ("# Attention: all you need", "Attention: all you need"),
        ('# A "quoted" \\ one #1', 'A "quoted" \\ one #1'),
        ("# null", "null"),
        ("# 2024", "2024"),
        ("# `code` & {braces} [x]", "`code` & {braces} [x]"),
        ("no heading", "mine"),
    ],
)
def test_titles_are_read_back_as_they_are(prose: str, title: str) -> None:
    assignment, found = made(statement("def f(x):\n    pass", prose))
    assert assignment.title == title
    compile(found.reference, "reference", "exec")


@pytest.mark.parametrize("points", ["10", "7", "100", "1", "0.5", "33.3"])
@pytest.mark.parametrize("functions", [1, 2, 9])
def test_points_always_add_up(points: str, functions: int) -> None:
    code = "\n".join(f"def f{number}(x):\n    return 2 * x\n" for number in range(functions))
    code += "print(f0(1.0))  # 2.0"
    assignment, _ = made(statement(code, f"This is worth {points} points."))
    assert sum(group.points for group in assignment.groups) == assignment.points
    assert str(float(assignment.points)) == str(float(points))


def test_rounded_examples_get_the_tolerance_of_their_decimals() -> None:
    code = "def f(x):\n    return x / 3\nprint(f(2.0))  # 0.667\nprint(f(np.ones(2)))  # [0.33333333 0.33333333]"
    assignment, found = made(statement(code))
    rounded, exact = (case.tolerance for case in assignment.groups[0].cases)
    assert rounded is not None
    assert rounded.atol == pytest.approx(0.51e-3)
    assert exact is None
    assert "# shown with 3 decimals" in found.spec


def test_examples_with_steps_of_their_own() -> None:
    code = "def f(x):\n    return 2 * x\ndef g(y):\n    return y\nz = g(f(3))\nprint(f(4))  # 8\nprint(f(4), g(1))"
    assignment, _ = made(statement(code))
    (case,) = assignment.groups[0].cases
    assert ([step.text for step in case.steps], case.given["x"]) == (["output = f(x)"], case.given["x"])
    assert len(assignment.steps) == 2


def test_names_that_yaml_would_misread_and_helpers() -> None:
    code = "def softmax(x):\n    return np.exp(x)\n\nprint(softmax(1.0))  # 2.7\n"
    code += "def null(true, y=2):\n    '''Say \"hi\" \\\\ '''"
    assignment, found = made(statement(code))
    assert assignment.functions["null"].parameters == ["true", "y"]
    assert [group.id for group in assignment.groups] == ["drawn"]
    assert "def null(true, y=2):" in found.reference
    assert found.reference.index("def softmax") < found.reference.index("def null")
    compile(found.reference, "reference", "exec")
