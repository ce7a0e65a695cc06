"""What is read of the two given statements, all of it; and of texts that are written otherwise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.statement import Statement, read_statement
from grader.statement_calls import Signature

STATEMENTS = Path(__file__).parent / "statements"


def given_statement(name: str) -> Statement:
    return read_statement((STATEMENTS / f"{name}.md").read_text(encoding="utf-8"))


def code(text: str) -> Statement:
    return read_statement(f"```python\n{text}\n```")


def told(statement: Statement) -> list[tuple[int, str]]:
    return [(place.line, place.sentence) for place in statement.unread]


def test_self_attention() -> None:
    found = given_statement("self_attention")
    assert (found.title, found.points, found.due) == ("Implement Self-Attention Mechanism", "", None)
    assert [(f.name, f.parameters, f.returns) for f in found.functions] == [
        ("compute_qkv", ("X", "W_q", "W_k", "W_v"), ("Q", "K", "V")),
        ("self_attention", ("Q", "K", "V"), ("attention_output",)),
    ]
    assert found.is_complete
    assert found.functions[0].source.endswith("    V = np.dot(X, W_v)\n    return Q, K, V")
    identity, V = [[1, 0], [0, 1]], [[1, 2], [3, 4]]
    ones = [[1, 1, 0], [0, 1, 1], [1, 0, 1]]
    assert [(e.line, e.given, e.expect) for e in found.examples] == [
        (
            23,
            {"X": identity, "W_q": identity, "W_k": identity, "W_v": V},
            {"output": [[1.660477, 2.660477], [2.339523, 3.339523]]},
        ),
        (
            96,
            {"X": [[1, 1], [1, 0]], "W_q": identity, "W_k": identity, "W_v": V},
            {"output": [[3.00928465, 4.6790462], [2.5, 4.0]]},
        ),
        (
            115,
            {
                "X": [[1, 0, 1], [0, 1, 1], [1, 1, 0]],
                "W_q": ones,
                "W_k": ones,
                "W_v": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
            },
            {
                "output": [
                    [8.0, 10.0, 12.0],
                    [8.61987385, 10.61987385, 12.61987385],
                    [7.38012615, 9.38012615, 11.38012615],
                ]
            },
        ),
    ]
    steps = ("Q, K, V = compute_qkv(X, W_q, W_k, W_v)", "output = self_attention(Q, K, V)")
    assert {example.steps for example in found.examples} == {steps}
    assert told(found) == [(125, "from `Test Case 1: Accepted` on, this is taken for the cell's output")]


def test_multi_head_self_attention() -> None:
    found = given_statement("multi_head_self_attention")
    assert (found.title, found.points) == ("Multi-Head Self-Attention implementation", "10")
    assert (found.released, found.due) == (date(2024, 5, 3), date(2024, 5, 17))
    weights = ("inputs", "weights_q", "weights_k", "weights_v")
    assert [(f.name, f.parameters, f.returns, f.source) for f in found.functions] == [
        ("create_qkv", weights, ("Q", "K", "V"), ""),
        ("scaled_dot_product_attention", ("Q", "K", "V", "scale"), ("output",), ""),
        ("multi_head_attention", (*weights, "num_heads"), ("output",), ""),
    ]
    assert found.functions[2].aliases == ("multi_head_self_attention",)
    assert found.examples == []
    (sample,) = found.samples
    assert (sample.given, sample.shape("inputs"), sample.shape("weights_q")) == ({"num_heads": 4}, (1, 5, 32), (32, 32))
    assert told(found) == [(36, "`multi_head_self_attention` is taken for another name of `multi_head_attention`")]


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "...",
        '"""Says what to do."""',
        "raise NotImplementedError",
        "# implementation\n    return output",
        "output = Q  # TODO: your turn\n    return output",
        "output = None\n    return output",
        "return None",
    ],
)
def test_skeletons_are_what_is_asked_for_and_complete_functions_help(body: str) -> None:
    found = code(f"def softmax(x):\n    return np.exp(x) / np.exp(x).sum()\n\ndef attend(Q):\n    {body}\n")
    assert [(function.name, function.source) for function in found.functions] == [("attend", "")]
    assert [function.name for function in found.helpers] == ["softmax"]


def test_a_solution_further_down_completes_a_skeleton() -> None:
    found = read_statement("```python\ndef f(x):\n    pass\n```\n\n```python\ndef f(x):\n    return 2 * x\n```")
    assert [function.source for function in found.functions] == ["def f(x):\n    return 2 * x"]
    assert found.helpers == []


def test_a_body_that_uses_what_is_not_there_is_left_out_and_told() -> None:
    found = code(
        "def f(x):\n    y = x + EPSILON\n    return y\n\ndef g(x):\n    from math import pi as p\n    return p * x"
    )
    assert [(function.name, bool(function.source)) for function in (*found.functions, *found.helpers)] == [
        ("f", False),
        ("g", True),
    ]
    assert told(found) == [(2, "`f` uses `EPSILON`, which no code defines: its body was left out")]


@pytest.mark.parametrize(
    ("text", "returns"),
    [
        ("return Q, K", ("Q", "K")),
        ("return x @ x", ("output",)),
        ("return x, x + 1", ("x", "output_2")),
        ("return x, x", ("output_1", "output_2")),
        ("def inner():\n        return a, b\n    return x", ("x",)),
        ("if x:\n        return y\n    return z", ("z",)),
        ("pass", ("output",)),
    ],
)
def test_names_of_what_is_returned(text: str, returns: tuple[str, ...]) -> None:
    assert code(f"def f(x):\n    {text}").functions[0].returns == returns


def test_signatures() -> None:
    signature = "def f(a, /, b: int, c=0.5, d=None, e=object(), *rest, key=1):"
    found = code(f"{signature}\n    pass\n\nclass A:\n    def g(self): pass")
    assert (found.functions[0].parameters, found.functions[0].defaults) == (
        ("a", "b", "c", "d", "e"),
        {"c": 0.5, "d": None},
    )
    assert told(found) == [
        (2, "of `f`, only parameters that are passed by position were taken"),
        (2, "the default of `e` is no number or word: left out"),
        (5, "the class `A` was left out: functions are graded"),
    ]


def test_what_is_known_from_elsewhere_says_what_functions_return() -> None:
    known = [Signature("f", ("a",), ("y", "z")), Signature("g", ("b",), ("w",))]
    text = "```python\ndef f(x):\n    pass\n\nprint(f(1))  # (2, 3)\nprint(g(4))  # 5\n```"
    assert [(e.given, e.expect) for e in read_statement(text, known).examples] == [
        ({"x": 1}, {"y": 2, "z": 3}),
        ({"b": 4}, {"w": 5}),
    ]


@pytest.mark.parametrize(
    ("line", "points"),
    [
        ("This task is worth 10 points.", "10"),
        ("Points: 7.5", "7.5"),
        ("**Points:** 20", "20"),
        ("Total: 20 points", "20"),
        ("# Exercise 3 (12 points)", "12"),
        ("Use at least 3 points.", ""),
        ("See chapter (3).", ""),
        ("It is worth 10 minutes.", ""),
    ],
)
def test_points(line: str, points: str) -> None:
    assert read_statement(f"# Title\n\n{line}\n").points == points


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("* Due date: May 17, 2024", date(2024, 5, 17)),
        ("Due: 17 May 2024", date(2024, 5, 17)),
        ("**Deadline:** 2024-05-17 18:00", date(2024, 5, 17)),
        ("Due date: September 1st, 2024", date(2024, 9, 1)),
        ("Overdue: 2024-05-17", None),
    ],
)
def test_dates(line: str, due: date | None) -> None:
    found = read_statement(line)
    assert (found.due, found.unread) == (due, [])


@pytest.mark.parametrize("when", ["soon", "February 30, 2024", "Foo 3, 2024"])
def test_dates_that_are_none_are_told(when: str) -> None:
    assert told(read_statement(f"\nDue date: {when}")) == [(2, f"`{when}` is no date that could be read")]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_statement_that_is_cut_and_mixed_up_is_read_all_the_same(data: st.DataObject) -> None:
    lines = (STATEMENTS / "self_attention.md").read_text(encoding="utf-8").split("\n")
    lines += (STATEMENTS / "multi_head_self_attention.md").read_text(encoding="utf-8").split("\n")
    picked = data.draw(st.lists(st.sampled_from(lines) | st.text(max_size=20), max_size=60))
    text = "\n".join(picked)
    for place in read_statement(text).unread:
        assert 1 <= place.line <= 1 + text.count("\n") + text.count("\r")
