"""Small arithmetic on drawn sizes, as a spec writes it: `heads * d_head`, `1 / sqrt(d_model)`, `n != d_k`.

Parsed once with `ast` and evaluated by walking a handful of node types; nothing else can be written.
"""

from __future__ import annotations

import ast
import itertools
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Number = int | float
Environment = Mapping[str, Number | tuple[int, ...]]
"""Sizes by name; a convention may name a list of sizes (`lead: [batch, heads]`)."""

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": math.sqrt,
    "min": min,
    "max": max,
    "different": lambda *sizes: len(set(sizes)) == len(sizes),
}

RANGE = re.compile(r"^\s*(\d{1,6})\s*\.\.\s*(\d{1,6})\s*$")
MAX_LENGTH = 200
MAX_EXPONENT = 64
LARGEST = 1e300


class ExpressionError(ValueError):
    """An expression that says something else than arithmetic on known names."""


@dataclass(frozen=True)
class Expression:
    """A number or a formula of sizes. `names` are the sizes that it uses."""

    text: str
    tree: ast.expr
    names: frozenset[str]

    @classmethod
    def parse(cls, written: object) -> Expression:
        """Raises ExpressionError with a sentence for the author."""
        if isinstance(written, Expression):
            return written
        if isinstance(written, bool) or not isinstance(written, str | int | float):
            raise ExpressionError("expected a number or a formula such as `heads * d_head`")
        text = str(written)
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"a formula of more than {MAX_LENGTH} characters")
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ExpressionError(f"`{text}` is no formula") from None
        return cls(text, tree, frozenset(_names(tree)))

    def value(self, environment: Environment) -> Number | tuple[int, ...]:
        """A finite number, or the list of sizes that a lone name stands for. Raises ExpressionError."""
        try:
            if isinstance(self.tree, ast.Name):
                return _named(self.tree.id, environment)
            return _evaluate(self.tree, environment)
        except ExpressionError:
            raise
        except OverflowError:
            raise ExpressionError(f"`{self.text}` is no number, or one that is too large") from None
        except (ArithmeticError, TypeError, ValueError) as error:
            raise ExpressionError(f"`{self.text}` cannot be computed: {error}") from None

    def number(self, environment: Environment) -> Number:
        """The value, which must be one number."""
        value = self.value(environment)
        if isinstance(value, tuple):
            raise ExpressionError(f"`{self.text}` is a list of sizes where one number is needed")
        return value

    def size(self, environment: Environment) -> int:
        """The value, which must be a whole number from 0 to 1,000,000."""
        value = self.number(environment)
        if value != int(value) or not 0 <= value <= 1_000_000:
            raise ExpressionError(f"`{self.text}` is {value:g}: a size is a whole number from 0 to 1,000,000")
        return int(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        shown = core_schema.plain_serializer_function_ser_schema(lambda expression: expression.text)
        return core_schema.no_info_plain_validator_function(cls.parse, serialization=shown)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "number"}, {"type": "string"}], "title": "number or formula of sizes"}


def _names(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return []
        case ast.Name(id=name):
            return [name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return _names(left) + _names(right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _names(operand)
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARE for op in ops):
            return [name for part in (left, *others) for name in _names(part)]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return [name for part in args for name in _names(part)]
        case _:
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(
                f"`{ast.unparse(node)}` is not allowed in a formula: numbers, sizes, + - * / // % **, "
                f"comparisons and {known} are"
            )


def _named(name: str, environment: Environment) -> Number | tuple[int, ...]:
    if name not in environment:
        known = ", ".join(environment) or "none"
        raise ExpressionError(f"the size `{name}` is not defined; defined are: {known}")
    return environment[name]


def _bounded(value: object) -> Number:
    """What a float can hold, so that no part of a formula is too large to compute or to show."""
    if isinstance(value, int | float) and abs(value) <= LARGEST:
        return value
    raise OverflowError  # complex, too: a root of a negative number


def _evaluate(node: ast.expr, environment: Environment) -> Number:
    match node:
        case ast.Constant(value=int() | float() as constant):
            return _bounded(constant)
        case ast.Name(id=name):
            value = _named(name, environment)
            if isinstance(value, tuple):
                raise ExpressionError(f"`{name}` is a list of sizes: it can stand in a shape, not in a formula")
            return value
        case ast.BinOp(left=left, op=op, right=right):
            base, other = _evaluate(left, environment), _evaluate(right, environment)
            if isinstance(op, ast.Pow) and abs(other) > MAX_EXPONENT:
                raise ExpressionError(f"an exponent larger than {MAX_EXPONENT}")
            return _bounded(BINARY[type(op)](base, other))
        case ast.UnaryOp(operand=operand):
            return -_evaluate(operand, environment)
        case ast.Compare(left=left, ops=ops, comparators=others):
            values = [_evaluate(part, environment) for part in (left, *others)]
            pairs = itertools.pairwise(values)
            return all(COMPARE[type(op)](a, b) for op, (a, b) in zip(ops, pairs, strict=True))
        case ast.Call(func=ast.Name(id=name), args=args):
            result: Number = FUNCTIONS[name](*(_evaluate(part, environment) for part in args))
            return result
        case _:
            raise ExpressionError(f"`{ast.unparse(node)}` is not allowed in a formula")


def parse_range(text: str) -> tuple[int, int] | None:
    """`2..7` as (2, 7), both included; None when it is not written so. Raises ExpressionError when empty."""
    match = RANGE.match(text)
    if match is None:
        return None
    low, high = int(match[1]), int(match[2])
    if low > high:
        raise ExpressionError(f"the range {text} is empty")
    return low, high
