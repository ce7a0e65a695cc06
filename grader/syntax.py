"""What a submission's syntax tree tells: names bound, definitions, redefinitions, signatures. Worker only."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from grader.units import Unit


def bound_names(node: ast.stmt) -> Iterator[tuple[str, bool]]:
    """Names that a top-level statement binds, and whether it binds a definition (def, class, import)."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name, True
        case ast.Import() | ast.ImportFrom():
            for alias in node.names:
                yield (alias.asname or alias.name.partition(".")[0]), True
        case ast.Assign():
            for target in node.targets:
                parts = (target,) if isinstance(target, ast.Name) else ast.walk(target)  # which is slow
                yield from ((part.id, False) for part in parts if isinstance(part, ast.Name))
        case ast.AnnAssign(target=ast.Name() as name):
            yield name.id, False
        case _:
            pass


def places(units: Iterable[Unit]) -> dict[str, str]:
    """Name → `file:line` of the last top-level statement that defines or assigns it; an import does not.

    And `file:line` of a first decorator → that of its `def`, for Python lets the code begin at the decorator.
    """
    found: dict[str, str] = {}
    for unit in units:
        place = f"{unit.file}:{unit.node.lineno}"
        if not _is_import(unit.node):
            found |= dict.fromkeys((name for name, _ in bound_names(unit.node)), place)
        if isinstance(unit.node, ast.FunctionDef) and unit.node.decorator_list:
            found[f"{unit.file}:{unit.node.decorator_list[0].lineno}"] = place
    return found


def is_definition(node: ast.stmt) -> bool:
    """Whether a statement only imports, defines or names a literal: what is loaded when nothing else may be."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Assign(value=value):
            return _is_literal(value)
        case ast.AnnAssign(value=value):
            return value is None or _is_literal(value)
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            return True
        case ast.If() | ast.Try():
            try:
                return all(is_definition(child) for child in _bodies(node))
            except RecursionError:  # an `elif` is an `if` in the last `else`: some hundred are deep
                return False
        case _:
            return False


def _is_literal(node: ast.expr) -> bool:
    allowed = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp, ast.Name, ast.Attribute)
    leaves = (ast.Load, ast.USub, ast.UAdd, ast.Not, ast.Invert)
    if isinstance(node, ast.Lambda):
        return True
    return all(isinstance(part, allowed + leaves) for part in ast.walk(node))


def _bodies(node: ast.If | ast.Try) -> list[ast.stmt]:
    handlers = [s for handler in node.handlers for s in handler.body] if isinstance(node, ast.Try) else []
    final = node.finalbody if isinstance(node, ast.Try) else []
    return [*node.body, *handlers, *node.orelse, *final]


def redefining_cells(units: Sequence[Unit]) -> list[int]:
    """Cells that bind again what an earlier cell defined, or assigned for a function to read."""
    read_by_functions: set[str] | None = None
    seen: dict[str, tuple[int, bool]] = {}
    cells: dict[int, None] = {}
    for unit in units:
        for name, definition in bound_names(unit.node):
            earlier_cell, was_definition = seen.get(name, (unit.cell, False))
            if earlier_cell < unit.cell and unit.cell not in cells and not _is_import(unit.node):
                if not (was_definition or definition):
                    read_by_functions = read_by_functions or _read_in_functions(units)
                if was_definition or definition or name in (read_by_functions or ()):
                    cells[unit.cell] = None
            seen[name] = (unit.cell, definition or was_definition)
    return list(cells)


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _read_in_functions(units: Sequence[Unit]) -> set[str]:
    functions = (u.node for u in units if isinstance(u.node, ast.FunctionDef | ast.ClassDef))
    return {part.id for node in functions for part in ast.walk(node) if isinstance(part, ast.Name)}


def imported_names(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """Dotted names that statements import, in functions and branches too: `a` and `a.b` of `from a import b`."""
    waiting: list[Any] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:  # expressions import nothing: they are not looked at
            for part in ("body", "orelse", "finalbody", "handlers", "cases"):
                inner = getattr(node, part, None)
                waiting += inner if isinstance(inner, list) else ()


def signatures(units: Sequence[Unit]) -> list[tuple[str, str]]:
    """(name, `name(parameters)`) of functions: those at top level, under an `if` too, then `Class.method(…)` and
    `outer.inner(…)`."""
    top, inner = [], []
    waiting: list[ast.stmt] = [unit.node for unit in reversed(units)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If | ast.Try):
            waiting += reversed(_bodies(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            top.append((node.name, _signature(node, node.name)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for child in node.body:
                if isinstance(child, ast.FunctionDef) and not child.name.startswith("__"):
                    name = f"{node.name}.{child.name}"
                    inner.append((name, _signature(child, name)))
    return [*top, *inner]


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> str:
    arguments = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    if node.args.vararg:
        arguments.append(f"*{node.args.vararg.arg}")
    return f"{name}({', '.join(arguments)})"[:120]
