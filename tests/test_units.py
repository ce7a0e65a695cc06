"""A file → its statements, read leniently, with the lines that the student sees; or why there is no code."""

from __future__ import annotations

import ast
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import units
from grader.units import ParsedFile, Unreadable, parse_file


def parsed(source: str | bytes, name: str = "mine.py") -> ParsedFile:
    return parse_file(name, source if isinstance(source, bytes) else source.encode())


def unreadable(source: str | bytes, name: str = "mine.py") -> tuple[str, dict[str, str]]:
    with pytest.raises(Unreadable) as caught:
        parsed(source, name)
    return caught.value.problem.kind, caught.value.problem.fields


def problems(file: ParsedFile) -> list[tuple[str, str]]:
    """Kind, and what was repaired or which encoding."""
    return [(p.kind, p.fields.get("repair", p.fields.get("encoding", ""))) for p in file.problems]


def notebook(*sources: str) -> bytes:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def lines(file: ParsedFile) -> list[tuple[str, int, int]]:
    return [(unit.file, unit.node.lineno, unit.cell) for unit in file.units]


def constant(file: ParsedFile) -> object:
    """What the first statement assigns."""
    node = file.units[0].node
    assert isinstance(node, ast.Assign)
    assert isinstance(node.value, ast.Constant)
    return node.value.value


# --- text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text", "noted"),
    [
        ("x = 'é'".encode(), "é", []),
        ("x = 'é'".encode("utf-8-sig"), "é", []),
        ("x = 'é'".encode("utf-16"), "é", [("encoding", "UTF-16")]),
        (b"\xfe\xff" + "x = 'é'".encode("utf-16-be"), "é", [("encoding", "UTF-16")]),
        ("# -*- coding: latin-1 -*-\nx = 'é'".encode("latin-1"), "é", []),
        ("# vim: set fileencoding=cp1252 :\nx = '€'".encode("cp1252"), "€", []),
        ("x = 'é€'".encode("cp1252"), "é€", [("encoding", "Windows-1252")]),
        (b"x = '\x81'", "\ufffd", [("encoding", "Windows-1252")]),
        ("# coding: ascii\nx = 'é'".encode(), "é", []),
        ("# coding: nonesuch\nx = 'é'".encode(), "é", []),
        ("# coding: undefined\nx = 'é'".encode(), "é", []),
        ("# coding: rot13\nx = 'é'".encode(), "é", []),
        ("# coding: idna\nx = 'é'".encode(), "é", []),
        (b"\xef\xbb\xbf# coding: latin-1\nx = '\xc3\xa9'", "é", []),
    ],
    ids=repr,
)
def test_encodings(data: bytes, text: str, noted: list[tuple[str, str]]) -> None:
    file = parsed(data)
    assert constant(file) == text
    assert problems(file) == noted


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines(end: str) -> None:
    file = parsed(end.join(["x = 1", "", "def f():", "    return 2", "y = 3"]))
    assert [line for _, line, _ in lines(file)] == [1, 3, 5]


def test_characters_that_only_some_take_for_ends_of_lines() -> None:
    file = parsed("x = '\u2028\x85\x1c'\n\x0cy = 2\n# In[1]:\nz = 3")
    assert lines(file) == [("mine.py", 1, 0), ("mine.py", 2, 0), ("mine.py", 4, 1)]
    file = parsed("```\nx = '\u2028'\ny = 2\n```")
    assert [line for _, line, _ in lines(file)] == [2, 3]


@pytest.mark.parametrize("source", ["", " \n\t\n", "\ufeff"])
def test_empty_files(source: str) -> None:
    assert unreadable(source) == ("empty", {"file": "mine.py"})


def test_nul_and_utf_32_are_no_text() -> None:
    assert unreadable("x = 1\0") == ("nul", {"file": "mine.py"})
    assert unreadable("x = 1".encode("utf-32")) == ("nul", {"file": "mine.py"})


def test_comments_alone_are_a_file_without_statements() -> None:
    assert parsed("# nothing yet\n").units == []


def test_sources_of_more_than_a_megabyte_are_refused_unparsed() -> None:
    began = time.process_time()
    assert unreadable("x=1\n" * 250_001) == ("source_too_large", {"file": "mine.py"})
    assert unreadable(notebook(*["x=1\n" * 1000] * 251), "a.ipynb") == ("source_too_large", {"file": "a.ipynb"})
    assert time.process_time() - began < 1


# --- repairs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "repair"),
    [
        ("def f(x):\n\tif x:\n        return 1\n", "tabs"),
        ("def f(x):\n    if x:\n\treturn 1\n    return 2\n", "tabs"),
        ("def f(x):\n  y = 1\n\treturn y\n", "tabs"),
        ("Some text:\n```python\nx = 1\n```\nand more\n", "fences"),
        ("%matplotlib inline\nx = 1\n", "magics"),
        ("!pip install numpy\nx = 1\n", "magics"),
        ("Here:\n```\n%matplotlib inline\ndef f(x):\n\tif x:\n        return 1\n```\n", "fences and magics and tabs"),
    ],
)
def test_what_does_not_parse_is_repaired_and_said(source: str, repair: str) -> None:
    assert problems(parsed(source)) == [("repaired", repair)]


@pytest.mark.parametrize(
    ("source", "size"),
    [
        ("def f(x):\n    if x:\n\treturn 1\n    return 2\n", 8),
        ("def f(x):\n\tif x:\n        return 1\n\treturn 2\n", 4),
        ("def f(x):\n  y = 1\n\treturn y\n", 2),
    ],
)
def test_tabs_are_as_wide_as_makes_it_parse(source: str, size: int) -> None:
    expected = ast.dump(ast.parse(source.replace("\t", " " * size)))
    assert ast.dump(ast.Module([unit.node for unit in parsed(source).units], [])) == expected


def test_tabs_inside_strings_stay() -> None:
    file = parsed("x = 'a\tb'\ndef f(x):\n\tif x:\n        return 1\n")
    assert constant(file) == "a\tb"


def test_a_repair_keeps_line_numbers() -> None:
    file = parsed("text\n```\nx = 1\n```\ntext\n```python\ny = 2\n```\n")
    assert [line for _, line, _ in lines(file)] == [3, 7]


CODE = "def f(x):\n    return x\n"


@pytest.mark.parametrize(
    "source",
    [
        CODE + "```\n",
        "```python\n" + CODE,
        CODE + "```\nwhat it prints\n```\n",
        "So:\n```python\n" + CODE + "```\nThat is all, I hope.\n",
        "f(1)\n```\n" + CODE + "```\n",
    ],
)
def test_code_is_found_wherever_fences_stand(source: str) -> None:
    file = parsed(source)
    assert [unit.node.name for unit in file.units if isinstance(unit.node, ast.FunctionDef)] == ["f"]
    assert problems(file) == [("repaired", "fences")]


@pytest.mark.parametrize(
    "source",
    ["\u200b" + CODE, CODE.replace("    ", "\u00a0   "), CODE.replace("(x)", "(x\u202f)"), CODE + "\ufeffy = 1\n"],
)
def test_what_nobody_can_see_costs_nothing(source: str) -> None:
    assert problems(parsed(source)) == [("repaired", "spaces")]


def test_invisible_characters_in_text_stay() -> None:
    assert constant(parsed("x = 'a\u00a0b'")) == "a\u00a0b"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("%matplotlib inline\nx = 1\ny = (2\n", "3"),
        ("if x:\n        y\n\tz\nw = (2\n", "4"),
        ("```python\nx = 1\ny = (2\n```\n", "3"),
        ("def f(:\nx = (2\n", "1"),
    ],
)
def test_a_mistake_is_told_where_it_is_when_repairs_get_further(source: str, line: str) -> None:
    kind, fields = unreadable(source)
    assert (kind, fields["line"]) == ("syntax_error", line)


def test_what_cannot_be_repaired_is_the_first_syntax_error() -> None:
    kind, fields = unreadable("x = 1\ndef f(:\n    pass\n")
    assert (kind, fields["line"], fields["text"]) == ("syntax_error", "2", "def f(:")
    assert "invalid" in fields["message"]


# --- exports -----------------------------------------------------------------------------------------


def test_an_export_of_jupyter_is_cells() -> None:
    file = parsed("#!/usr/bin/env python\n# In[1]:\n\nimport x\n\n# In[ ]:\n\ny = 1\nz = 2\n")
    assert lines(file) == [("mine.py", 4, 1), ("mine.py", 8, 2), ("mine.py", 9, 2)]
    assert file.replayed_by_cell


def test_percent_marks_are_cells() -> None:
    file = parsed("# %% first\nx = 1\n# %%\ny = 2\n")
    assert [cell for _, _, cell in lines(file)] == [1, 2]


def test_an_export_of_colab_has_a_cell_for_each_statement() -> None:
    file = parsed('"""Automatically generated by Colab."""\n\nx = 1\n\ny = 2\n')
    assert [cell for _, _, cell in lines(file)] == [0, 1, 2]
    assert file.replayed_by_cell


def test_a_plain_module_is_one_cell() -> None:
    assert not parsed("x = 1\ny = 2\n# In the end\nz = 3\n").replayed_by_cell


# --- notebooks ---------------------------------------------------------------------------------------


def test_a_notebook_has_cells_and_labels_that_the_student_knows() -> None:
    file = parsed(notebook("x = 1\ny = 2", "", "z = 3"), "n.ipynb")
    assert lines(file) == [("n.ipynb cell 1", 1, 0), ("n.ipynb cell 1", 2, 0), ("n.ipynb cell 3", 1, 2)]
    assert (file.cells, file.notebook, file.problems) == (3, True, [])
    assert parsed(notebook("x = 1"), "N.IPYNB").notebook


def test_magics_are_normal_in_a_notebook_other_repairs_are_said() -> None:
    file = parsed(notebook("%matplotlib inline\nx = 1", "def f(x):\n\tif x:\n        return 1\n"), "n.ipynb")
    assert problems(file) == [("repaired", "tabs")]
    assert file.problems[0].fields["file"] == "n.ipynb cell 2"


def test_a_cell_that_does_not_parse_costs_that_cell() -> None:
    file = parsed(notebook("x = 1", "def f(:", "y = '\0'", "z = '\ud800'", "w = 2"), "n.ipynb")
    assert [unit.cell for unit in file.units] == [0, 4]
    assert [(p.kind, p.fields["file"]) for p in file.problems] == [
        ("syntax_error", f"n.ipynb cell {number}") for number in (2, 3, 4)
    ]


def test_notebooks_without_code() -> None:
    assert unreadable(b"[]", "n.ipynb")[0] == "not_a_notebook"
    assert unreadable(notebook(), "n.ipynb") == ("empty", {"file": "n.ipynb"})
    assert unreadable(notebook("", " \n"), "n.ipynb") == ("empty", {"file": "n.ipynb"})
    kind, fields = unreadable(notebook("def f(:", "def g(:"), "n.ipynb")
    assert (kind, fields["file"]) == ("syntax_error", "n.ipynb cell 1")


def test_many_cells_are_read_in_time() -> None:
    began = time.process_time()
    assert len(parsed(notebook(*(f"x{n} = {n}" for n in range(20_000))), "n.ipynb").units) == 20_000
    assert time.process_time() - began < 8


# --- hostile sources ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 10**5 + ")" * 10**5,
        "[" * 10**5,
        "x = " + "-" * 10**5 + "1",
        "x = " + "not " * 10**4 + "1",
        "x = " + "lambda:" * 10**4 + "1",
        "x = a" + ".b" * 10**4,
        "x = 1" + "+1" * 10**4,
        "if a: pass\n" + "elif a: pass\n" * 10**4,
        "".join(" " * n + "if 1:\n" for n in range(200)) + " " * 200 + "pass",
        "x = " + "9" * 10**5,
    ],
    ids=lambda source: repr(source[:16]),
)
def test_deep_and_huge_sources_are_syntax_errors_and_nothing_worse(source: str) -> None:
    kind, fields = unreadable(source)
    assert kind == "syntax_error"
    assert len(fields["text"]) <= 120
    assert len(fields["message"]) <= 200


@pytest.mark.parametrize(
    "source", ["x = 2 ** 10 ** 8", "x = 9 ** 9 ** 9", "x = 'a' * 10 ** 9", "x = (0,) * 10 ** 9", "x = 1 << 10 ** 9"]
)
def test_parsing_computes_no_constant(source: str) -> None:
    began = time.process_time()
    assert len(parsed(source).units) == 1
    assert time.process_time() - began < 0.5


def test_warnings_of_the_parser_are_the_students_own(recwarn: pytest.WarningsRecorder) -> None:
    parsed("x = '\\d'\nif x is 'a': pass\n")
    assert not recwarn.list


@given(st.text(max_size=80) | st.text(alphabet="x=( ):\t\n%!`'#\\if1", max_size=60))
def test_any_text_is_statements_or_unreadable(source: str) -> None:
    try:
        file = parsed(source.encode("utf-8", "surrogatepass"))
    except Unreadable:
        return
    assert all(1 <= unit.node.lineno <= source.count("\n") + source.count("\r") + 1 for unit in file.units)


@given(st.binary(max_size=60), st.sampled_from(["mine.py", "mine.ipynb"]))
def test_any_bytes_are_statements_or_unreadable(data: bytes, name: str) -> None:
    try:
        parsed(data, name)
    except Unreadable:
        return


def test_the_limit_is_what_the_note_says() -> None:
    assert units.MAX_SOURCE == 1_000_000
