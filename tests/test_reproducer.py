"""A reproducer is short, reads like a student's own lines, and fails where the submission is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.model import Inputs
from grader.reproducer import literal, rounded, text
from grader.steps import parse_step

STEPS = (parse_step("Q = project(X, W)"), parse_step("output = attend(Q, 2)"))
INPUTS: Inputs = {"X": np.array([[1.0, 0.0]]), "W": np.array([[1], [-1]]), "scale": 0.5}
RIGHT = {"output": np.array([[1 / 3, 0.0]])}
WRONG = {"output": np.array([[0.5, 0.0]])}


def written(file: str = "my_file.py", **changed: Any) -> str:
    given: dict[str, Any] = {"expected": RIGHT, "got": WRONG, "named": {"attend": "attention"}} | changed
    return text(STEPS, INPUTS, file=file, **given)


def run(lines: str, output: object) -> None:
    """Run what follows the first line beside functions that return this."""
    names = {"project": lambda x, w: x @ w, "attention": lambda q, n: output}
    exec(lines.partition("\n")[2], names)  # it is what a student does with it


def test_all_of_it() -> None:
    assert written() == (
        "from my_file import project, attention  # or paste all this below your code\n"
        "import numpy as np\n"
        "\n"
        "X = np.array([[1.0, 0.0]])\n"
        "W = np.array([[1], [-1]])\n"
        "scale = 0.5\n"
        "\n"
        "Q = project(X, W)\n"
        "output = attention(Q, 2)\n"
        'print("output is", output, sep="\\n")\n'
        "\n"
        "expected = np.array([[0.3333, 0.0]])\n"
        'assert np.allclose(output, expected, rtol=0, atol=0.0001, equal_nan=True), "`output` is not as expected"\n'
    )


@pytest.mark.parametrize("file", ["my file.py", "1st.py", "class.py", "part/one.py", "notes.ipynb", "numpy.py"])
def test_what_cannot_be_imported_is_pasted(file: str) -> None:
    assert written(file).startswith("# paste this below your code\nimport numpy as np\n")


def test_it_fails_on_what_was_got_and_holds_for_what_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    run(written(), RIGHT["output"])
    with pytest.raises(AssertionError, match="`output` is not as expected"):
        run(written(), WRONG["output"])
    assert "output is\n[[0.5 0. ]]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("look_at", "wrong"),
    [("type", [[1 / 3, 0.0]]), ("shape", RIGHT["output"][0]), ("dtype", np.array([[0, 0]]))],
)
def test_the_last_line_looks_at_what_is_wrong(look_at: str, wrong: Any) -> None:
    lines = written(got={"output": np.asarray(wrong)}, look_at=look_at)
    run(lines, RIGHT["output"])
    with pytest.raises(AssertionError):
        run(lines, wrong)


def test_small_differences_are_shown_with_the_digits_that_they_need() -> None:
    lines = written(got={"output": RIGHT["output"] + 3e-6})
    assert "expected = np.array([[0.3333333, 0.0]])" in lines.replace("33333333", "3333333")
    run(lines, RIGHT["output"])
    with pytest.raises(AssertionError):
        run(lines, RIGHT["output"] + 3e-6)


def test_only_the_first_wrong_value_is_compared() -> None:
    steps = (parse_step("Q, K = project(X)"),)
    one, two = np.array([1.0]), np.array([2.0])
    lines = text(steps, {}, {"Q": one, "K": one}, {"Q": one, "K": two}, {}, "a.py")
    assert "allclose(K, expected" in lines
    assert "allclose(Q" not in lines


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, "3"),
        (0.5, "0.5"),
        (True, "True"),
        (np.array(1.5), "np.array(1.5)"),
        (np.array([True, False]), "np.array([True, False])"),
        (np.array([1, 2]), "np.array([1, 2])"),
        (np.array([-0.0, np.nan, np.inf, -np.inf]), "np.array([0.0, np.nan, np.inf, -np.inf])"),
        (np.array([1.5], np.float32), "np.array([1.5], dtype=np.float32)"),
        (np.zeros((0, 2)), "np.zeros((0, 2), dtype=np.float64)"),
    ],
)
def test_literals(value: Any, shown: str) -> None:
    assert literal(value) == shown


def test_long_literals_are_broken_between_rows_and_mean_the_same() -> None:
    array = np.arange(48.0).reshape(2, 3, 8)
    shown = literal(array)
    assert max(map(len, shown.splitlines())) <= 100
    np.testing.assert_array_equal(eval(shown, {"np": np}), array)


def test_rounding_leaves_no_negative_zeros_and_whole_numbers_alone() -> None:
    assert not np.signbit(rounded(np.array([-1e-9]), 4)).any()
    assert rounded(np.array([3]), 4).dtype == np.int64
