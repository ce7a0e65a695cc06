"""Examples: which calls on which numbers a statement shows, and what it says they give."""

from __future__ import annotations

import pytest

from grader.statement_calls import Example, Signature
from grader.statement_code import read_code
from grader.statement_examples import ExampleReader

FUNCTIONS = (
    Signature("project", ("X", "W"), ("Q", "K")),
    Signature("attend", ("Q", "K", "scale"), ("output",), {"scale": 0.5}),
)


def reader(code: str, language: str = "python") -> ExampleReader:
    found = ExampleReader(FUNCTIONS)
    found.read(read_code(f"```{language}\n{code}\n```")[0])
    return found


def only(code: str, language: str = "python") -> Example:
    found = reader(code, language)
    assert found.unread == []
    (example,) = found.examples
    return example


CHAIN = "X = np.array([[1, 2]])\nW = np.eye(2)\nQ, K = project(X, W)\noutput = attend(Q, K, 2)\n"
STEPS = ("Q, K = project(X, W)", "output = attend(Q, K, scale)")
GIVEN = {"X": [[1, 2]], "W": [[1.0, 0.0], [0.0, 1.0]], "scale": 2}


@pytest.mark.parametrize(
    "said",
    [
        "print(output)\n# Expected Output:\n# [[3. 4.]]",
        "print(output)  # [[3., 4.]]",
        "assert np.allclose(output, np.array([[3.0, 4.0]]))",
        "assert np.allclose([[3.0, 4.0]], output)",
        "print('ok') if np.allclose(output, [[3.0, 4.0]]) else print('no')",
        "np.testing.assert_allclose(np.round(output, 2), [[3.0, 4.0]])",
        "expected = np.array([[3.0, 4.0]])\nok = np.allclose(output.round(2), expected)",
        "again = output\nassert (again == np.array([[3.0, 4.0]])).all()",
        "if np.allclose(output, [[3.0, 4.0]]):\n    print('ok')",
    ],
)
def test_ways_to_say_what_a_chain_gives(said: str) -> None:
    example = only(CHAIN + said)
    assert (example.steps, example.given, example.expect) == (STEPS, GIVEN, {"output": [[3.0, 4.0]]})
    assert example.line >= 6


def test_an_example_has_only_the_calls_and_numbers_that_it_needs() -> None:
    example = only(CHAIN + "Z = np.ones(3)\nprint(Q)  # [[1., 2.]]")
    assert example.steps == STEPS[:1]
    assert (set(example.given), example.expect) == ({"X", "W"}, {"Q": [[1.0, 2.0]]})


def test_numbers_are_those_of_the_moment() -> None:
    found = reader(CHAIN + "X = np.array([[9, 9]])\nprint(output)  # 1\nQ, K = project(X, W)\nprint(Q)  # 2")
    assert [example.given["X"] for example in found.examples] == [[[1, 2]], [[9, 9]]]


@pytest.mark.parametrize(
    ("call", "steps"),
    [
        ("attend([1], [2], 3)", ("output = attend(Q, K, scale)",)),
        ("attend([1], [2])", ("output = attend(Q, K, scale)",)),
        ("attend(K=[2], Q=[1])", ("output = attend(Q, K, scale)",)),
        ("attend(*project([1], [2]))", ("Q, K = project(X, W)", "output = attend(Q, K, scale)")),
        ("attend(project([1], [2])[1], [2])", ("Q, K = project(X, W)", "output = attend(K, K, scale)")),
        ("attend(attend([1], [2]), [2])", ("Q = attend(Q, K, scale)", "output = attend(Q, K, scale)")),
    ],
)
def test_calls_without_names_of_their_own(call: str, steps: tuple[str, ...]) -> None:
    assert only(f"print({call})  # 7").steps == steps


def test_doctests() -> None:
    example = only(">>> attend(np.array([1, 2]), [3])\narray([0.5, 1. ])", "pycon")
    assert (example.given["Q"], example.expect) == ([1, 2], {"output": [0.5, 1.0]})


def test_a_tuple_has_a_part_for_each_name() -> None:
    example = only(">>> project([1], [2])\n(array([3.]), array([4.]))", "pycon")
    assert (example.steps, example.expect) == (("Q, K = project(X, W)",), {"Q": [3.0], "K": [4.0]})


def test_test_functions_and_main_are_followed() -> None:
    code = "def test_it():\n    Q = [1]\n    assert np.allclose(attend(Q, [2], 1), [5])\n"
    assert only(code).given == {"Q": [1], "K": [2], "scale": 1}
    assert only("def main():\n    print(attend([1], [2]))  # 3\n").expect == {"output": 3}
    assert only("if __name__ == '__main__':\n    print(attend([1], [2]))  # 3\n").expect == {"output": 3}


def test_classes_of_tests_are_followed() -> None:
    test = "class TestIt(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(attend([1], [2]), 3)\n"
    assert only(test).expect == {"output": 3}


def test_defaults_that_are_words() -> None:
    found = ExampleReader([Signature("f", ("x", "mask", "kind"), ("y",), {"mask": None, "kind": "a b"})])
    found.read(read_code("```python\nprint(f(1))  # 2\nprint(f(1, kind='c'))  # 3\n```")[0])
    assert [example.steps for example in found.examples] == [("y = f(x, None, 'a b')",), ("y = f(x, None, 'c')",)]
    assert found.unread == []


def test_duplicates_count_once_and_contradictions_are_told() -> None:
    found = reader(CHAIN + "print(output)  # 1.6604\nassert np.allclose(output, 1.66042)\nprint(output)  # 1.7")
    assert [example.expect for example in found.examples] == [{"output": 1.6604}, {"output": 1.7}]
    assert [place.sentence for place in found.unread] == ["another value than line 6 says of the same call"]


def test_calls_of_which_nothing_is_said_are_samples() -> None:
    found = reader("X = np.random.rand(5, 3)\nQ, K = project(X, np.ones((3, 2)))\nattend(Q, K)")
    assert found.examples == []
    assert [len(sample.steps) for sample in found.samples] == [2, 1]
    assert (found.samples[0].shape("X"), found.samples[0].shape("W")) == ((5, 3), (3, 2))


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("print(attend(Z, [1]))  # 1", "cannot be run again: `Z` stands for no numbers"),
        ("Z = load()\nprint(attend(Z, [1]))  # 1", "cannot be run again: `Z` stands for no numbers"),
        ("print(attend(load(), [1]))  # 1", "cannot be run again: `load()` stands for no numbers"),
        ("Z = np.random.rand(2)\nprint(attend(Z, [1]))  # 1", "cannot be run again: `Z` is drawn"),
        ("print(attend([1]))  # 1", "`attend` is called without all of its arguments"),
        ("Q = [1]\na = attend(Q, [1])\nQ = [2]\nprint(attend(Q, a))  # 1", "`Q` has two values in it"),
        ("assert np.allclose(attend([1], [2]), load())", "`load()` is no value that could be compared"),
        ("print(attend([1], [2]))\n# Expected: a matrix", "`a matrix` is no value that could be compared"),
        ("x = attend([1], [2]) * 2", "`attend([1], [2]) * 2` is more than a call of a function"),
        ("assert attend([1], [2]) > 0", "this is no comparison that could be read"),
        ("for i in range(3):\n    attend([1], [2])", "loops, `with` and `try` are not followed"),
    ],
)
def test_what_cannot_be_read_is_told(code: str, sentence: str) -> None:
    found = reader(code)
    assert found.examples == []
    assert [place for place in found.unread if sentence in place.sentence] == found.unread != []
