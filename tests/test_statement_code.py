"""The code of a Markdown text: found, parsed with the text's lines, and what is no code told."""

from __future__ import annotations

import ast

import pytest

from grader.statement_code import Code, read_code

FENCED = """\
Text with `code`.

```python
x = 1
```

~~~~
y = 2
```
z = 3
~~~~

```bash
rm -rf x
```

1. In a list:
   ```py
   def f():
       return 1
   ```
"""


def statements(text: str) -> list[tuple[int, str]]:
    return [(node.lineno, ast.unparse(node)) for code in read_code(text)[0] for node in code.nodes]


def unread(text: str) -> list[tuple[int, str]]:
    return [(place.line, place.sentence) for place in read_code(text)[1]]


def wants(text: str) -> list[tuple[int, str]]:
    return [(want.line, want.text) for code in read_code(text)[0] for want in code.wants]


def test_fences_of_python_or_of_no_language() -> None:
    assert statements(FENCED) == [(4, "x = 1"), (8, "y = 2"), (10, "z = 3"), (19, "def f():\n    return 1")]
    assert unread(FENCED) == [(9, "````` is not Python and was left out")]


def test_a_fence_without_an_end_goes_to_the_end() -> None:
    assert statements("```python\nx = 1\ny = 2") == [(2, "x = 1"), (3, "y = 2")]


def test_the_source_of_a_function_is_the_texts() -> None:
    (code,) = read_code("```python\n@decorated\ndef f(x):  # as it is\n    return (x)\n\n\ny = 1\n```")[0]
    assert code.source(code.nodes[0]) == "def f(x):  # as it is\n    return (x)"


CELLS = """\
In [1]: x = 1
%matplotlib inline
!pip install numpy
y = 2

Out[1]: 3
In [ ]:
print(x)

Accepted: yes
x = 4
"""


def test_cells_of_an_export_end_where_their_output_begins() -> None:
    assert statements(CELLS) == [(1, "x = 1"), (4, "y = 2"), (8, "print(x)")]
    assert unread(CELLS) == [(10, "from `Accepted: yes` on, this is taken for the cell's output")]


def test_what_does_not_parse_is_left_out_by_itself() -> None:
    text = "```python\nx = 1\ny = ???\nz = [\n  3,\n]\nfor\n```"
    assert statements(text) == [(2, "x = 1"), (4, "z = [3]")]
    assert unread(text) == [
        (3, "`y = ???` is not Python and was left out"),
        (7, "`for` is not Python and was left out"),
    ]


def test_a_block_of_something_else_is_given_up() -> None:
    text = "```python\n" + "no Python here\n" * 1000 + "```"
    assert (statements(text), len(unread(text))) == ([], 52)
    assert unread(text)[-1] == (52, "the rest of this block was not looked at")


def test_a_function_whose_body_is_a_comment() -> None:
    text = "```python\ndef f(x):\n    # your code\n\ndef g(x,\n      y):\n    # too\n```"
    assert statements(text) == [(2, "def f(x):\n    ..."), (5, "def g(x, y):\n    ...")]
    assert unread(text) == []


DOCTEST = """\
>>> f(1)
2

```python
def f(x):
    return x
```

```pycon
>>> x = [
...     1,
... ]
>>> f(x)
array([1.,
       2.])
>>> = 3
```
"""


def test_prompts_inside_and_outside_of_fences() -> None:
    assert statements(DOCTEST)[0] == (1, "f(1)")
    assert statements(DOCTEST)[2:] == [(10, "x = [1]"), (13, "f(x)")]
    assert wants(DOCTEST) == [(1, "2"), (13, "array([1.,\n       2.])")]
    assert unread(DOCTEST) == [(16, "`>>> = 3` is not Python and was left out")]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print(x)\n\n# Expected Output:\n# [[1. 2.]\n#  [3. 4.]]\n# and so on", [(4, "[[1. 2.]\n[3. 4.]]")]),
        ("print(x)  # 3", [(2, "3")]),
        ("print(x)  # -> [1, 2]", [(2, "[1, 2]")]),
        ("print(x)\n# Output: 3", [(3, "3")]),
        ("print(x)  # the third", []),
        ("x = '# Output: 3'", []),
        ("# output projection\nx = 1", []),
    ],
)
def test_comments_that_say_what_is_expected(code: str, expected: list[tuple[int, str]]) -> None:
    assert wants(f"```python\n{code}\n```") == expected


def test_no_code() -> None:
    assert read_code("Only words.\n\n```\nsome words here\n```") == ([], [])
    assert isinstance(read_code("```python\n```")[0][0], Code)
