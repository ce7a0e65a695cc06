"""A step as a spec writes it, `Q, K, V = compute_qkv(X, W_q, W_k, W_v)`, parsed; nothing else can be written."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from grader.model import Name, Step

EXAMPLE = "a step is written as `Q, K, V = compute_qkv(X, W_q, W_k, W_v)`"
SPLIT = "in a list in [ ] a comma splits it: put it in quotes, or on a line after `- `"
MAX_SHOWN = 200


class StepError(ValueError):
    """A step that is not one call of a named function with names and literals, assigned to names."""


def parse_step(written: object) -> Step:
    """Raises StepError with a sentence for the author."""
    if isinstance(written, Step):
        return written
    if not isinstance(written, str):
        raise StepError(EXAMPLE)
    try:
        return _step(ast.parse(written.strip()).body, written)
    except StepError:
        raise
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        is_half = written.count("(") != written.count(")")
        why = f" ({SPLIT})" if is_half else ""
        raise StepError(f"`{written[:MAX_SHOWN]}` cannot be read{why}; {EXAMPLE}") from None


def _step(body: Sequence[ast.stmt], written: str) -> Step:
    match body:
        case [ast.Assign(targets=[target], value=ast.Call(func=ast.Name(id=function)) as call) as step]:
            if call.keywords:
                keyword = f"{call.keywords[0].arg}=" if call.keywords[0].arg else "**"
                raise StepError(f"arguments are passed by position, `{keyword}` is not allowed")
            arguments = tuple(_argument(argument) for argument in call.args)
            return Step(function, arguments, _targets(target), ast.unparse(step))
        case _:
            raise StepError(f"`{written[:MAX_SHOWN]}` is not one call whose result is named; {EXAMPLE}")


def _targets(node: ast.expr) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Tuple(elts=[_, _, *_] as parts) if all(isinstance(part, ast.Name) for part in parts):
            names = tuple(part.id for part in parts if isinstance(part, ast.Name))
            if len(set(names)) < len(names):
                raise StepError(f"`{ast.unparse(node)}` gives one name to two values")
            return names
        case _:
            raise StepError(f"`{ast.unparse(node)}` on the left must be a name, or names with commas")


def _argument(node: ast.expr) -> Name | int | float | bool | str | None:
    match node:
        case ast.Name(id=name):
            return Name(name)
        case ast.Constant(value=bool() | int() | float() | str() | None as value) if value != math.inf:
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if (
            value != math.inf and not isinstance(value, bool)
        ):
            return -value
        case _:
            shown = ast.unparse(node)
            raise StepError(f"the argument `{shown}` is neither a name nor a finite number, text, True, False or None")


def needed_names(steps: Sequence[Step]) -> tuple[str, ...]:
    """Names that steps read before a step gives them, in order."""
    made: set[str] = set()
    needed: dict[str, None] = {}
    for step in steps:
        needed.update(dict.fromkeys(name for name in step.reads if name not in made))
        made.update(step.targets)
    return tuple(needed)


class StepField:
    """`Step` as a pydantic field: written as text."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(parse_step)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "title": "step", "examples": ["Q, K, V = compute_qkv(X, W_q, W_k, W_v)"]}
