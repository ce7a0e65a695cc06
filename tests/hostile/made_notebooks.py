"""Notebooks that Jupyter would never write, and some that it would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hostile.attack import Attack, attack
from hostile.made_sources import EITHER, NONE, PLAIN, RIGHT, TENTHS, UNREADABLE, written


def cell(source: object, kind: str = "code") -> dict[str, Any]:
    """A cell as Jupyter writes it."""
    return {"cell_type": kind, "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def notebook(*sources: object, **changes: object) -> dict[str, Any]:
    """A notebook of some cells and a right solution."""
    whole = {"cells": [*map(cell, sources), cell(RIGHT)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return {**whole, **changes}


BREACHES = "open('@OPEN_DIR@/@MARK@', 'w'); print('BREACH')"

NOTEBOOKS: Mapping[str, tuple[str, tuple[str, str], Callable[[], object]]] = {
    "list": ("is an empty list", UNREADABLE, list),
    "null": ("is null", UNREADABLE, lambda: None),
    "number": ("is a number", UNREADABLE, lambda: 1e300),
    "text": ("is a text", UNREADABLE, lambda: "cells"),
    "no_cells": ("has no cells", UNREADABLE, lambda: notebook(cells=[])),
    "cells_null": ("has null for cells", UNREADABLE, lambda: notebook(cells=None)),
    "cells_object": ("has an object for cells", UNREADABLE, lambda: notebook(cells={"0": cell(RIGHT)})),
    "cells_of_nothing": (
        "has cells that are none",
        NONE,
        lambda: notebook(cells=[None, 1, [], {}, {"cell_type": "code"}, cell(RIGHT)]),
    ),
    "odd_sources": (
        "has sources that are no text",
        NONE,
        lambda: notebook(1, None, [1, None, ["x"]], {"a": 1}, True, ["x = 1", 2]),
    ),
    "version_3": (
        "is of version 3",
        NONE,
        lambda: {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {},
            "worksheets": [
                {"cells": [{"cell_type": "code", "input": RIGHT, "outputs": [], "language": "python"}], "metadata": {}}
            ],
        },
    ),
    "version_99": ("is of version 99", NONE, lambda: notebook(nbformat=99)),
    "version_minus": ("is of version -1", EITHER, lambda: notebook(nbformat=-1, nbformat_minor=10**30)),
    "version_text": ("is of a version that is a text", EITHER, lambda: notebook(nbformat="4", nbformat_minor=None)),
    "many_cells": ("has 100,000 cells", EITHER, lambda: notebook(*["x = 1"] * TENTHS)),
    "many_empty_cells": ("has 100,000 cells without anything", EITHER, lambda: notebook(*[""] * TENTHS)),
    "redefined": (
        "defines everything again in 500 cells, rightly but in the last",
        EITHER,
        lambda: notebook(cells=[*map(cell, [RIGHT] * 500), cell(RIGHT.replace("return", "return 1 or"))]),
    ),
    "broken_cells": ("has 2,000 cells that do not parse", EITHER, lambda: notebook(*["def ("] * 2000)),
    "large_outputs": ("has 15 MB of outputs", NONE, lambda: notebook(metadata={"widgets": "x" * 15_000_000})),
    "shell": (
        "has shell commands",
        NONE,
        lambda: notebook(
            "!touch @OPEN_DIR@/@MARK@\n!echo BREACH",
            "x = !echo BREACH\nprint(x)",
            "get_ipython().system('echo BREACH')\nget_ipython().run_cell('print(1)')",
        ),
    ),
    "cell_magics": (
        "has cells in other languages",
        NONE,
        lambda: notebook(
            "%%bash\necho BREACH; touch @OPEN_DIR@/@MARK@",
            f"%%script python3\n{BREACHES}",
            f"%%writefile @OPEN_DIR@/@MARK@\n{BREACHES}",
            "%%html\n<script>alert(1)</script>",
        ),
    ),
    "line_magics": (
        "runs, loads and stores files by magic",
        NONE,
        lambda: notebook(
            "%run @OTHER@\n%load @REFERENCE@\n%cd @OPEN_DIR@\n%env HOSTILE=1\n%store x > @OPEN_DIR@/@MARK@",
            "%pip install x\n?open",
        ),
    ),
    "input": (
        "asks for input",
        NONE,
        lambda: notebook("x = input('password: ')\ny = int(input())", "import getpass; getpass.getpass()"),
    ),
    "other_language": (
        "says that it is in another language",
        NONE,
        lambda: notebook(metadata={"kernelspec": {"language": "R"}, "language_info": {"name": "R"}}),
    ),
    "attachments": (
        "has metadata that claim to be something else",
        NONE,
        lambda: notebook(
            metadata={
                "hostile": {"verdict": "passed"},
                "orig_nbformat": 10**400,
                "signature": "x" * 1000,
                "__proto__": {},
            }
        ),
    ),
    "quadratic_magic": (
        "has a line of 500,000 spaces for the patterns that find magics",
        EITHER,
        lambda: notebook("x" + " " * 500_000 + "= ("),
    ),
}

RAW_NOTEBOOKS: Mapping[str, tuple[str, tuple[str, str], Callable[[], bytes]]] = {
    "deep_json": ("is JSON of depth 100,000", UNREADABLE, lambda: b'{"cells":' + b"[" * TENTHS + b"]" * TENTHS + b"}"),
    "deep_metadata": (
        "has metadata of depth 50,000",
        UNREADABLE,
        lambda: (
            json.dumps(notebook())
            .encode()
            .replace(
                b'"metadata": {}, "nbformat"',
                b'"metadata": {"a":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001 + b', "nbformat"',
            )
        ),
    ),
    "no_json": ("is Python", UNREADABLE, lambda: PLAIN),
    "nothing": ("is empty", UNREADABLE, lambda: b""),
    "cut_off": ("ends in the middle", UNREADABLE, lambda: json.dumps(notebook()).encode()[:-40]),
    "nan": (
        "holds numbers that are none",
        NONE,
        lambda: json.dumps(notebook(metadata={"a": float("nan"), "b": float("-inf")})).encode(),
    ),
    "digits": (
        "holds a number of 100,000 digits",
        EITHER,
        lambda: (
            json.dumps(notebook())
            .encode()
            .replace(b'"metadata": {}, "nbformat"', b'"metadata": {"a": ' + b"9" * TENTHS + b'}, "nbformat"')
        ),
    ),
    "twice": (
        "says everything twice, and differently",
        NONE,
        lambda: b'{"cells": [], ' + json.dumps(notebook()).encode()[1:],
    ),
    "utf_16": ("is UTF-16", NONE, lambda: json.dumps(notebook()).encode("utf-16")),
    "mark": ("has a byte order mark", NONE, lambda: b"\xef\xbb\xbf" + json.dumps(notebook()).encode()),
    "surrogates": (
        "holds halves of surrogate pairs",
        NONE,
        lambda: json.dumps(notebook("x = '\ud800'", "# \udfff")).encode(),
    ),
    "nuls": ("holds NULs", NONE, lambda: json.dumps(notebook("x = '\0'")).encode()),
    "trailing": ("is followed by another", UNREADABLE, lambda: json.dumps(notebook()).encode() * 2),
    "too_large": (
        "is larger than what is graded",
        UNREADABLE,
        lambda: json.dumps(notebook()).encode().ljust(20_000_001),
    ),
}


def notebooks() -> Iterator[Attack]:
    for name, (what, facts, content) in NOTEBOOKS.items():
        yield _notebook(name, what, facts, lambda content=content: json.dumps(content()).encode())  # type: ignore[misc]  # bound early
    for name, (what, facts, raw) in RAW_NOTEBOOKS.items():
        yield _notebook(name, what, facts, raw)


def _notebook(name: str, what: str, facts: tuple[str, str], content: Callable[[], bytes]) -> Attack:
    def make(folder: Path, bait: Mapping[str, str]) -> Path:
        data = content()
        for word, value in bait.items():
            data = data.replace(f"@{word}@".encode(), value.encode())
        return written(folder / "attack.ipynb", data)

    return attack(f"notebook_{name}", {"attack": what, "verdict": facts[0], "score": facts[1]}, make)
