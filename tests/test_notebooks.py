"""Whatever holds code that can be found is a notebook; commands of IPython become inert, line by line."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.notebooks import NotANotebook, cell_sources, strip_magics


def cell(source: object, kind: str = "code", **fields: object) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "outputs": [], "execution_count": None, "source": source, **fields}


def notebook(*cells: object, **fields: object) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **fields}


def sources(content: object) -> list[str]:
    return cell_sources(json.dumps(content).encode())


def test_code_cells_in_order() -> None:
    assert sources(notebook(cell("a = 1"), cell("# text", "markdown"), cell("raw", "raw"), cell("b = 2"))) == [
        "a = 1",
        "b = 2",
    ]


def test_lines_may_stand_one_by_one_and_end_like_on_windows() -> None:
    assert sources(notebook(cell(["a = 1\n", "b = 2"]), cell("c = 3\r\nd = 4\re = 5"))) == [
        "a = 1\nb = 2",
        "c = 3\nd = 4\ne = 5",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings(encoding: str) -> None:
    text = json.dumps(notebook(cell("é = 1")), ensure_ascii=False)
    assert cell_sources(text.encode(encoding)) == ["é = 1"]


@pytest.mark.parametrize(
    "content",
    [
        {"nbformat": 1, "cells": [{"cell_type": "code", "code": "x = 1", "prompt_number": 1}]},
        {"nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]},
        {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {},
            "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1", "outputs": [], "language": "py"}]}],
        },
        notebook(cell("x = 1"), nbformat=99),
        notebook(cell("x = 1"), nbformat_minor=99),
        notebook(cell("x = 1"), nbformat="4"),
        notebook(cell("x = 1"), nbformat=None),
        notebook(cell("x = 1"), nbformat=[4]),
        notebook(3, None, "text", [], cell("x = 1"), {}),
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 1"}]},
        {"cells": [{"cell_type": "code", "source": "x = 1"}]},
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "source": "x = 1"}]},
        notebook(cell("x = 1", outputs=[3, {"output_type": "nonsense"}], execution_count="x")),
    ],
)
def test_old_new_and_damaged_notebooks_that_hold_code(content: object) -> None:
    assert [source for source in sources(content) if source] == ["x = 1"]


@pytest.mark.parametrize("source", [3, None, {}, [3, None], True])
def test_a_source_that_is_no_text_is_an_empty_cell(source: object) -> None:
    assert sources(notebook(cell(source), cell("x = 1"))) == ["", "x = 1"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"3",
        b'"text"',
        b"hello",
        b"{",
        b'{"nbformat": 4',
        b"[" * 100_000,
        b'{"cells":' * 100_000,
        b"\xff\xfe\xff",
        b"\x80\x81",
        b'{"nbformat": 99}',
        b'{"worksheets": 3, "nbformat": 3}',
        b'{"worksheets": [3], "nbformat": 3}',
    ],
    ids=lambda data: repr(data[:16]),
)
def test_what_is_no_notebook(data: bytes) -> None:
    with pytest.raises(NotANotebook) as caught:
        cell_sources(data)
    assert 0 < len(str(caught.value)) <= 200


@pytest.mark.parametrize("content", [notebook(), notebook(cell("text", "markdown")), notebook(cells={})])
def test_no_code_cells(content: object) -> None:
    assert sources(content) == []


def test_many_cells() -> None:
    assert len(sources(notebook(*(cell(f"x{n} = {n}") for n in range(20_000))))) == 20_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["code", "source", "cells"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["cells", "nbformat", "nbformat_minor", "metadata", "worksheets", "cell_type", "source", "input", "outputs"]
NOTEBOOKS = st.dictionaries(
    st.sampled_from(KEYS),
    JSON | st.integers(0, 5) | st.lists(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4), max_size=3),
)


@given(NOTEBOOKS | JSON)
def test_any_json_is_cells_or_no_notebook(content: object) -> None:
    try:
        found = sources(content)
    except NotANotebook:
        return
    assert all(isinstance(source, str) for source in found)


@given(st.binary(max_size=50))
def test_any_bytes_are_cells_or_no_notebook(data: bytes) -> None:
    try:
        cell_sources(data)
    except NotANotebook:
        return


# --- magics ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "inert"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install numpy\nx = 1", "pass\nx = 1"),
        ("x = 1\n?x\nx?\nx??\nnp.dot?", "x = 1\npass\npass\npass\npass"),
        ("files = !ls *.py\nx = 1", "files = None\nx = 1"),
        ("a, b = %magic 3", "a, b = None"),
        ("if True:\n    !ls\n    x = 1", "if True:\n    pass\n    x = 1"),
        ("!ls \\\n  -l \\\n  -a\nx = 1", "pass\n\n\nx = 1"),
        ("x = !ls \\\n  -l\ny = 1", "x = None\n\ny = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%timeit -n 3\nx = 1", "\nx = 1"),
        ("%%capture out\nx = 1\n!ls", "\nx = 1\npass"),
        ("%%grade self_attention\nx = 1", "\nx = 1"),
        ("# comment\n\n%%time\nx = 1", "# comment\n\n\nx = 1"),
        ("%%bash\nrm -rf /\nls", "\n\n"),
        ("%%html\n<b>", "\n"),
        ("%%writefile x.py\nx = 1", "\n"),
        ("%lsmagic", "pass"),
        ("x = 5 % 3\ny = x != 3", "x = 5 % 3\ny = x != 3"),
        ("", ""),
    ],
)
def test_magics_become_inert_and_keep_their_lines(source: str, inert: str) -> None:
    assert strip_magics(source) == inert
    assert strip_magics(source).count("\n") == source.count("\n")
    ast.parse(inert)


@given(st.text(alphabet="%!?x= \\\n#abc:", max_size=60))
def test_lines_are_kept_whatever_is_written(source: str) -> None:
    assert strip_magics(source).count("\n") == source.count("\n")
