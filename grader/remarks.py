"""What the worker adds to the name of a value's type: where numpy warned, or why nothing came back. Worker only.

`ndarray (overflow encountered in exp: mine.py, line 8)`, `NoneType (prints)`: for feedback only, like all that it says.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any, TextIO, TypeAlias

MOST = 4
"""Warnings kept of a run; the first is the cause of the rest."""


Naming: TypeAlias = Callable[[str], str]
"""The name of a code object's file → what the student calls it; nothing for what is not the student's."""


def as_submitted(filename: str) -> str:
    """In a worker: files of a submission have relative names, and only they."""
    return "" if filename.startswith(("/", "<")) else filename


def remarked(type_name: str, remark: str) -> str:
    """The name of a value's type with what there is to remark."""
    return f"{type_name} ({remark})" if remark else type_name


class Warned:
    """numpy's warnings about numbers, by run. Printed as Python does, once for each place."""

    def __init__(self, naming: Naming = as_submitted) -> None:
        self._naming = naming
        self._seen: list[str] = []
        self._shown: set[tuple[str, int, str]] = set()

    def listen(self) -> None:
        """Take the place of Python's own way to show warnings. Student code may put another in its place."""
        warnings.showwarning = self._show

    def next_run(self) -> None:
        """Forget what was seen, and let each place warn again."""
        self._seen.clear()
        # Registers the filter that Python has anyway; that makes it forget where it has warned.
        warnings.simplefilter("default", RuntimeWarning, append=True)

    def remark(self) -> str:
        """What was seen in this run, the first first."""
        return "; ".join(self._seen)

    def _show(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        text = f"{message}"[:200]
        name = self._naming(filename)
        if name and " encountered in " in text and len(self._seen) < MOST:
            self._seen.append(f"{text}: {name[-100:]}, line {lineno}")
        if (filename, lineno, text) not in self._shown:
            self._shown.add((filename, lineno, text))
            print(f"{filename}:{lineno}: {category.__name__}: {text}", file=file or sys.stderr)


def of_nothing(function: Any) -> str:
    """Why a function may have returned None: `empty` (nothing is written in it yet), `prints`, or not known."""
    try:
        code = function.__code__
        constants = set(code.co_consts) - {None, Ellipsis, function.__doc__}
        if not code.co_names and not constants and code.co_nlocals == code.co_argcount + code.co_kwonlyargcount:
            return "empty"
        return "prints" if "print" in code.co_names else ""
    except BaseException:  # noqa: BLE001  # there may be none, and attributes of student objects may raise anything
        return ""
