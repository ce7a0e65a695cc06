"""Small changes of a reference's syntax: which are made, each once, and where."""

from __future__ import annotations

import pytest

from grader.auto_mutants import changes


def texts(body: str, head: str = "def f(x, y):") -> set[str]:
    return {change.text for change in changes(f"{head}\n    {body}\n")}


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("return x + 1", {"return x - 1", "return x + 2", "return y + 1"}),
        ("return x - y", {"return x + y", "return y - x", "return y - y", "return x - x"}),
        ("return x @ y.T", {"return x @ y", "return y.T @ x", "return y @ y.T", "return x @ x.T"}),
        ("return np.exp(x)", {"return x", "return np.exp(y)"}),
        ("return x.copy()", {"return x", "return y.copy()"}),
        ("return g(x, y)", {"return g(y, x)", "return g(y, y)", "return g(x, x)"}),
        ("return f(keep=True)", {"return f(keep=False)"}),
        ("return f(axis=-1)", {"return f(axis=-2)", "return f(axis=0)", "return f(axis=1)"}),
        ("return z[-1]", {"return z[0]"}),
        ("z = z * 2", {"z = z / 2", "z = z * 3", "without z = z * 2"}),
        ("return 'text'", set()),
    ],
)
def test_what_is_made(body: str, made: set[str]) -> None:
    assert texts(body) >= made
    assert len(texts(body)) <= len(made) + 1  # a constant inside may be changed as well


def test_each_has_its_line_and_its_whole_source() -> None:
    found = list(changes("import numpy as np\n\n\ndef f(x):\n    y = x + 1\n    return y\n"))
    assert {(change.line, change.text) for change in found} == {(5, "y = x - 1"), (5, "y = x + 2")}
    assert "import numpy as np\n\ndef f(x):\n    y = x - 1\n    return y" in {change.source for change in found}


def test_inner_functions_are_changed_too() -> None:
    found = list(changes("def f(x):\n\n    def g(y):\n        return y + 1\n    return g(x)\n"))
    assert {change.line for change in found} == {4}
