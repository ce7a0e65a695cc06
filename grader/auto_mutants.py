"""Mutants of a reference that nobody has to think of: small changes of its syntax tree, one at a time. Pure.

Operators are exchanged, operands and arguments swapped, constants and flags changed, calls and transposes dropped,
parameters taken for one another, reassignments left out. Each change that makes another text is one mutant.
"""

from __future__ import annotations

import ast
import copy
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

AXES = (-2, 0, 1)
"""What an `axis` is changed to, besides what it is."""
EXCHANGED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One mutant: the line of the reference, the statement as it is now, and the whole source."""

    line: int
    text: str
    """`without …` when the statement is left out."""
    source: str


@functools.lru_cache(maxsize=8)
def all_changes(reference: str) -> tuple[Change, ...]:
    """The same at once, kept: they are the same for every seed and submission."""
    return tuple(changes(reference))


def changes(reference: str) -> Iterator[Change]:
    """Every mutant of a reference's text, each text once."""
    tree = ast.parse(reference)
    seen = {ast.unparse(tree)}
    for index, (owner, statement) in enumerate(_statements(tree)):
        for variant in range(len(_variants(statement, owner))):
            mutant = copy.deepcopy(tree)
            mine, body = _at(mutant, index)
            changed = _variants(mine, _at_owner(mutant, index))[variant]()
            position = body.index(mine)
            body[position : position + 1] = [changed] if changed is not None else []
            source = ast.unparse(ast.fix_missing_locations(mutant))
            if source not in seen:
                seen.add(source)
                text = ast.unparse(changed) if changed is not None else f"without {ast.unparse(statement)}"
                yield Change(statement.lineno, text, source)


def _statements(tree: ast.Module) -> list[tuple[ast.FunctionDef, ast.stmt]]:
    """Simple statements of functions, with the function that each is in."""
    found: list[tuple[ast.FunctionDef, ast.stmt]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found += [
                (node, child) for child in node.body if isinstance(child, ast.Assign | ast.AugAssign | ast.Return)
            ]
    return found


def _at(tree: ast.Module, index: int) -> tuple[ast.stmt, list[ast.stmt]]:
    owner, statement = _statements(tree)[index]
    return statement, owner.body


def _at_owner(tree: ast.Module, index: int) -> ast.FunctionDef:
    return _statements(tree)[index][0]


Variant = Callable[[], ast.stmt | None]


def _variants(statement: ast.stmt, owner: ast.FunctionDef) -> list[Variant]:
    """Ways to change a statement, each of which changes it in place when it is called."""
    found: list[Variant] = []
    for parent in ast.walk(statement):
        for name, value in ast.iter_fields(parent):
            children = value if isinstance(value, list) else [value]
            for position, child in enumerate(children):
                if isinstance(child, ast.expr) and not isinstance(getattr(child, "ctx", None), ast.Store):
                    at = position if isinstance(value, list) else None
                    found += [_put(statement, parent, name, at, new) for new in _instead(child, parent, owner)]
    if isinstance(statement, ast.Assign) and _reads_itself(statement):
        found.append(lambda: None)
    return found


def _put(statement: ast.stmt, parent: ast.AST, name: str, at: int | None, new: ast.expr) -> Variant:
    def change() -> ast.stmt:
        if at is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[at] = new
        return statement

    return change


def _instead(node: ast.expr, parent: ast.AST, owner: ast.FunctionDef) -> Iterator[ast.expr]:
    """What may stand in the place of an expression."""
    match node:
        case ast.BinOp(left=left, op=operator, right=right):
            if type(operator) in EXCHANGED:
                yield ast.BinOp(left, EXCHANGED[type(operator)](), right)
            if isinstance(operator, ast.Sub | ast.Div | ast.MatMult):
                yield ast.BinOp(right, operator, left)
        case ast.Attribute(value=inner, attr="T"):
            yield inner
        case ast.Call(func=ast.Attribute(value=inner), args=arguments):
            yield from _calls(node, inner, arguments)
        case ast.Call(func=ast.Name(), args=arguments):
            yield from _swapped(node, arguments)
        case ast.Name(id=name):
            parameters = [argument.arg for argument in owner.args.args]
            yield from (ast.Name(other, ast.Load()) for other in parameters if name in parameters and other != name)
        case _:
            yield from _numbers(node, parent)


def _numbers(node: ast.expr, parent: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            yield ast.Constant(not value if isinstance(value, bool) else value + 1)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
            axes = AXES if isinstance(parent, ast.keyword) else (1 - number,)
            yield from (ast.Constant(axis) for axis in axes)
        case _:
            return


def _calls(node: ast.Call, inner: ast.expr, arguments: list[ast.expr]) -> Iterator[ast.expr]:
    """A call of `np.f(x)` or `x.f()`: without it, and with its arguments in another order."""
    of_module = isinstance(inner, ast.Name) and inner.id in ("np", "numpy")
    yield from ([arguments[0]] if of_module and arguments else [] if of_module else [inner])
    yield from _swapped(node, arguments)


def _swapped(node: ast.Call, arguments: list[ast.expr]) -> Iterator[ast.expr]:
    for first in range(len(arguments) - 1):
        order = [*arguments]
        order[first], order[first + 1] = order[first + 1], order[first]
        yield ast.Call(node.func, order, node.keywords)


def _reads_itself(statement: ast.Assign) -> bool:
    """`x = f(x)`: without it there is an `x` all the same."""
    targets = {part.id for target in statement.targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return any(isinstance(part, ast.Name) and part.id in targets for part in ast.walk(statement.value))
