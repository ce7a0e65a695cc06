"""What the worker says of an exception of student code: its class, its message, and what is behind it. Worker only."""

from __future__ import annotations

import ast
import difflib
import types
from collections.abc import Mapping, Sequence
from typing import Any

from grader import syntax
from grader.remarks import Naming, as_submitted
from grader.units import Problem, Unit
from grader.values import type_name

NEAR = 0.75
"""How alike two names are, of 1, for one to be taken for the other."""


def problem_of(error: BaseException, unit: Unit) -> Problem:
    """The note on a top-level statement that raised."""
    fields = statement(unit) | {"exception": type_name(error), "message": safe_str(error)}
    if type(error) is ModuleNotFoundError and error.name:
        return Problem("module_not_available", {**fields, "module": str(error.name)[:80]})
    if isinstance(unit.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return Problem("definition_failed", {**fields, "name": unit.node.name[:80]})
    return Problem("statement_raised", fields)


def statement(unit: Unit) -> dict[str, str]:
    """Where a statement is, for a note."""
    return {"file": unit.file, "line": str(unit.node.lineno)}


def safe_str(error: BaseException) -> str:
    """An exception's message, also when its `__str__` is hostile."""
    try:
        return str.__getitem__(str(error), slice(500))  # `str` may give a subclass with a `__getitem__` of its own
    except BaseException:  # noqa: BLE001  # `__str__` may raise anything
        return "(its message cannot be shown)"


def told(error: BaseException, unbound: Mapping[str, str]) -> str:
    """Its message; of a missing name also why it is missing (`unbound`: name → why), or which one is near."""
    message = safe_str(error)
    if type(error) is not NameError or type(error.name) is not str:
        return message
    if error.name in unbound:
        return f"{message} ({unbound[error.name]})"
    try:
        near = difflib.get_close_matches(error.name[:80], _names_seen_by(error), 1, NEAR)
    except BaseException:  # noqa: BLE001  # a class body's names may be kept by an object of the student's
        return message
    return f"{message}. Did you mean `{near[0]}`?" if near else message


def _names_seen_by(error: BaseException) -> list[str]:
    """Names that the line that raised could have used."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return []
    frame = trace.tb_frame
    names = [name for names in (frame.f_locals, frame.f_globals) for name in list(names) if type(name) is str]
    return [name[:80] for name in names if not name.startswith("__")][:500]


def unbound_by(unit: Unit, why: str) -> dict[str, str]:
    """Names that a statement would have bound, had it not failed."""
    imports = isinstance(unit.node, ast.Import | ast.ImportFrom)
    said = f"its import failed: {_place(unit)}" if imports else f"it gets its value in {_place(unit)}, which {why}"
    return {name: said for name, _ in syntax.bound_names(unit.node)}


def only_as_a_script(units: Sequence[Unit]) -> dict[str, str]:
    """Names that are bound only under `if __name__ == "__main__":`."""
    found: dict[str, str] = {}
    for unit in units:
        if isinstance(unit.node, ast.If) and any(getattr(n, "id", "") == "__name__" for n in ast.walk(unit.node.test)):
            why = f'it gets its value under `if __name__ == "__main__":` ({_place(unit)}), which does not run here'
            found |= {name: why for child in unit.node.body for name, _ in syntax.bound_names(child)}
    return found


def _place(unit: Unit) -> str:
    return f"{unit.file[-120:]}, line {unit.node.lineno}"


def has_hints(node: ast.stmt) -> bool:
    """Whether a statement writes down types, which decide nothing."""
    if isinstance(node, ast.AnnAssign):
        return True
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return any(
        getattr(part, "annotation", None) is not None or getattr(part, "returns", None) is not None
        for part in ast.walk(node)
    )


def own_frames(error: BaseException, naming: Naming = as_submitted) -> list[tuple[str, int, str]]:
    """The student's own lines of a traceback, outermost first: file, line, function."""
    frames: list[tuple[str, int, str]] = []
    try:
        trace: types.TracebackType | None = error.__traceback__
        for _ in range(1000):
            if trace is None:
                break
            code = trace.tb_frame.f_code
            if name := naming(code.co_filename):
                frames.append((name[-120:], trace.tb_lineno or 0, code.co_name[:60]))
            trace = trace.tb_next
    except BaseException:  # noqa: BLE001  # `__traceback__` may be a property of the student's
        return []
    return frames


def raised(
    error: BaseException, step: str, unbound: Mapping[str, str], naming: Naming = as_submitted
) -> dict[str, Any]:
    """What an answer says of an exception; its class may be the student's, and hostile."""
    return {
        "raised": type_name(error),
        "message": told(error, unbound),
        "step": step,
        "memory": issubclass(type(error), MemoryError),
        "frames": own_frames(error, naming)[-5:],
    }
