"""What a session's cells are called and have defined; in a real kernel it is tested by test_notebook.py."""

from __future__ import annotations

import builtins
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import cells


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("<ipython-input-12-0a1b2c>", "In [12]"),
        ("/tmp/ipython-input-3-98765.py", "In [3]"),
        ("/tmp/ipykernel_123/456.py", "a cell"),
        ("<stdin>", "<stdin>"),
        ("<string>", ""),
        ("<frozen importlib._bootstrap>", ""),
        (types.__file__, ""),
        (np.__file__, ""),
        (cells.__file__, ""),
        ("/elsewhere/mine.py", ""),
    ],
)
def test_what_files_of_code_are_called(filename: str, name: str) -> None:
    assert cells.name_of(filename) == name


def test_a_file_beside_the_notebook_has_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cells.name_of(str(tmp_path / "parts" / "mine.py")) == "parts/mine.py"
    assert cells.name_of("mine.py") == "mine.py"


def test_signatures_are_of_what_was_defined_here() -> None:
    space: dict[str, Any] = {"__name__": "notebook", "borrowed": cells.shell, "array": np.array}
    exec(
        "def f(a, *, b): pass\ndef _g(): pass\nclass C:\n    def m(self, x): pass\n    def __init__(self): pass\n",
        space,
    )
    assert cells.signatures(space) == ("f(a, *, b)", "C.m(self, x)")


def test_functions_ask_nothing_and_leave_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    open_figures = {1}
    pyplot = types.SimpleNamespace(get_fignums=lambda: list(open_figures), close=open_figures.discard)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", pyplot)
    asked = builtins.input
    with cells.quiet({}):
        open_figures |= {2, 3}
        with pytest.raises(EOFError):
            input("? ")
    assert open_figures == {1}
    assert builtins.input is asked
