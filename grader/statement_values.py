"""Numbers in a statement's code, read from its syntax tree and never executed; and numbers as numpy prints them."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, Union

import numpy as np

Value: TypeAlias = Union[bool, int, float, list["Value"]]  # noqa: UP007  # `|` cannot name itself in a string
"""A number, or a (nested) list of them: what a spec can write."""

MOST_NUMBERS = 10_000
"""Entries of an array that is worth copying into a spec."""

ROUNDED = range(2, 6)
"""Decimals of a value that was rounded for people; numpy prints 8, and less only when the rest is zeros."""

MODULES = frozenset({"np", "numpy", "math"})
ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
DRAWN = {"rand", "randn", "random", "random_sample", "normal", "standard_normal", "uniform", "randint", "integers"}
"""numpy's functions that draw numbers: these have a shape but no value."""


class NotAValue(Exception):
    """Something other than numbers; the message is its code."""


def value_of(node: ast.expr, names: Mapping[str, Value]) -> Value:
    """The numbers that an expression stands for, as numpy can hold them, without running it. Raises NotAValue."""
    value = _read(node, names)
    try:
        array = np.array(value)
    except (ValueError, OverflowError):  # rows of different lengths
        raise NotAValue(ast.unparse(node)) from None
    if array.dtype.kind not in "bif" or array.size > MOST_NUMBERS:
        raise NotAValue(ast.unparse(node))
    return value


def _read(node: ast.expr, names: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=bool() | int() | float() as value) if math.isfinite(value):
            return value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_read(part, names) for part in parts]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, names)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            one, other = _number(left, names), _number(right, names)
            try:
                result: float = ARITHMETIC[type(op)](one, other)
            except ArithmeticError:
                raise NotAValue(ast.unparse(node)) from None
            return result
        case ast.Attribute(value=inner, attr="T"):
            return _listed(np.transpose(_array(inner, names)))
        case ast.Call():
            return _called(node, names)
        case _:
            raise NotAValue(ast.unparse(node))


def drawn_shape(node: ast.expr, names: Mapping[str, Value]) -> tuple[int, ...] | None:
    """The shape of `np.random.rand(5, 32)` and its kind; None for anything else."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in DRAWN:
        return None
    said = [keyword.value for keyword in node.keywords if keyword.arg == "size"]
    takes_sizes = node.func.attr in ("rand", "randn", "random", "random_sample", "standard_normal")
    sizes = said or (node.args if takes_sizes else [])
    try:
        values = [value_of(size, names) for size in sizes]
    except NotAValue:
        return None
    flat = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return tuple(size for size in flat if type(size) is int)


def printed(text: str) -> ast.expr | None:
    """What numpy printed, `[[1. 2.]\\n [3. 4.]]`, `array([1., 2.])`, `0.5`, as an expression; None if it is none."""
    spaced = re.sub(r"(?<=[\d.\]])\s+(?=[-+.\d\[])", ", ", text.strip())
    for attempt in (spaced, text.strip()):  # `[-1. -2.]` is Python, too: a subtraction
        try:
            return ast.parse(attempt, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def shape_of(value: Value) -> tuple[int, ...]:
    """As numpy sees it."""
    return np.shape(np.array(value))


def decimals(value: Value) -> int:
    """Digits after the point of the number that has most of them."""
    if isinstance(value, list):
        return max((decimals(part) for part in value), default=0)
    if not isinstance(value, float):
        return 0
    return max(0, -int(np.format_float_scientific(value, trim="-").split("e")[1]) + _digits(value) - 1)


def _digits(value: float) -> int:
    return len(np.format_float_scientific(value, trim="-").split("e")[0].replace(".", "").lstrip("-"))


# --- calls that make numbers -------------------------------------------------------------------


def _called(node: ast.Call, names: Mapping[str, Value]) -> Value:
    function = _function(node.func)
    try:
        match function, node.args:
            case "array" | "asarray" | "float64" | "float32" | "int64" | "float" | "int", [inner, *dtype]:
                kind = [*dtype, *(keyword.value for keyword in node.keywords if keyword.arg == "dtype")]
                named = [ast.unparse(each).rpartition(".")[2] for each in kind] or [function]
                return _as(named[0], value_of(inner, names))
            case "sqrt", [inner]:
                return math.sqrt(_number(inner, names))
            case "full", [size, filling]:
                return _listed(np.full(_sizes([size], names), _number(filling, names)))
            case "ones" | "zeros", [size, *_]:
                return _listed(np.full(_sizes([size], names), float(function == "ones")))
            case "eye" | "identity", [size]:
                return _listed(np.eye(_sizes([size, size], names)[0]))
            case "arange", sizes:
                return _listed(np.arange(*_sizes(sizes, names)))
            case _:
                return _method(node, names)
    except (ValueError, TypeError, OverflowError):
        raise NotAValue(ast.unparse(node)) from None


def _method(node: ast.Call, names: Mapping[str, Value]) -> Value:
    match node.func:
        case ast.Attribute(value=inner, attr="reshape"):
            return _listed(_array(inner, names).reshape(_sizes(node.args, names)))
        case ast.Attribute(value=inner, attr="astype") if len(node.args) == 1:
            return _as(ast.unparse(node.args[0]).rpartition(".")[2], value_of(inner, names))
        case _:
            raise NotAValue(ast.unparse(node))


def _function(node: ast.expr) -> str:
    match node:
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in MODULES:
            return name
        case ast.Name(id=name):
            return name
        case _:
            return ""


def _as(kind: str, value: Value) -> Value:
    if isinstance(value, list):
        return [_as(kind, part) for part in value]
    if kind.startswith("float"):
        return float(value)
    return int(value) if kind.startswith("int") else value


def _number(node: ast.expr, names: Mapping[str, Value]) -> int | float:
    value = value_of(node, names)
    if isinstance(value, list):
        raise NotAValue(ast.unparse(node))
    return value


def _array(node: ast.expr, names: Mapping[str, Value]) -> Any:
    return np.array(value_of(node, names))


def _sizes(nodes: Sequence[ast.expr], names: Mapping[str, Value]) -> tuple[int, ...]:
    """Sizes written as arguments or as one tuple, small enough to be an example's. Raises ValueError."""
    values = [value_of(node, names) for node in nodes]
    flat = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    sizes = tuple(size for size in flat if type(size) is int)
    if len(sizes) != len(flat) or max(math.prod(map(abs, sizes)), *map(abs, sizes)) > MOST_NUMBERS:
        raise ValueError
    return sizes


def _listed(array: Any) -> Value:
    listed: Value = np.asarray(array).tolist()
    return listed
