"""Mistakes that are made in every attention assignment, as edits of a reference where it has what they change. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from grader.auto_mutants import changes

LAST_AXIS = re.compile(r"axis=(?:-1|1)\b")
ALIKE = (
    (r"axis=1\b", "axis=-1", "axis 1 is the last one"),
    (r"axis=-1\b", "axis=1", "axis 1 is the last one"),
    (r"\bQ\.shape\[(-?1)\]", r"K.shape[\1]", "queries and keys have the same number of columns"),
    (r"\bK\.shape\[(-?1)\]", r"Q.shape[\1]", "queries and keys have the same number of columns"),
)
"""What may be written either way in matrices: a pattern, what it is as well, and why."""


@dataclass(frozen=True)
class Mistake:
    """One of them, as a spec's misconception says it."""

    id: str
    title: str
    hint: str
    replace: Mapping[str, str]


def mistakes(reference: str) -> list[Mistake]:
    """Those that fit: every edit takes the place of a line that the reference has once."""
    found = [
        Mistake(
            "no_scale",
            "the scores are not scaled",
            "Divide Q·Kᵀ by √d_k before the softmax.",
            _edits(reference, _without_root),
        ),
        Mistake(
            "softmax_over_queries",
            "the softmax runs over the wrong axis",
            "Each row of the weights, one query's, must sum to one - sum over the last axis, with keepdims=True.",
            _over_queries(reference),
        ),
        Mistake(
            "scores_transposed",
            "queries and keys have changed places",
            "The scores are Q·Kᵀ, a row for each query - not K·Qᵀ.",
            _edits(reference, _transposed),
        ),
    ]
    return [mistake for mistake in found if mistake.replace]


def equivalents(reference: str) -> dict[str, str]:
    """Changes that `verify` would make of a reference and that are none, each with the reason."""
    lines = {ast.unparse(node) for node in ast.walk(ast.parse(reference)) if isinstance(node, ast.stmt)}
    return {
        change.text: why
        for change in changes(reference)
        for pattern, instead, why in ALIKE
        if any(_once(pattern, instead, change.text, at) in lines for at in re.finditer(pattern, change.text))
    }


def _once(pattern: str, instead: str, text: str, at: re.Match[str]) -> str:
    return text[: at.start()] + re.sub(pattern, instead, at[0]) + text[at.end() :]


# --- edits ---------------------------------------------------------------------------------------


def _edits(reference: str, change: Callable[[ast.AST, str], tuple[str, str] | None]) -> dict[str, str]:
    """The first place that can be changed: its line, and what stands there instead."""
    for node in ast.walk(ast.parse(reference)):
        pair = change(node, reference)
        if pair is None or not isinstance(node, ast.expr):
            continue
        line = reference.splitlines()[node.lineno - 1].strip()
        if reference.count(line) == 1 and line.count(pair[0]) == 1:
            return {line: line.replace(*pair)}
    return {}


def _without_root(node: ast.AST, reference: str) -> tuple[str, str] | None:
    """`scores / np.sqrt(d)` → `scores`."""
    match node:
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Call(func=ast.Attribute(attr="sqrt"))):
            return _text(reference, node), _text(reference, left)
        case ast.BinOp(left=left, op=ast.Div(), right=ast.BinOp(op=ast.Pow(), right=ast.Constant(value=0.5))):
            return _text(reference, node), _text(reference, left)
        case _:
            return None


def _transposed(node: ast.AST, reference: str) -> tuple[str, str] | None:
    """`Q @ K.T` → `K @ Q.T`."""
    match node:
        case ast.BinOp(
            left=ast.Name(id=one), op=ast.MatMult(), right=ast.Attribute(value=ast.Name(id=other), attr="T")
        ):
            return _text(reference, node), f"{other} @ {one}.T"
        case ast.Call(
            func=ast.Attribute(attr="dot" | "matmul") as function,
            args=[ast.Name(id=one), ast.Attribute(value=ast.Name(id=other), attr="T")],
        ):
            return _text(reference, node), f"{ast.unparse(function)}({other}, {one}.T)"
        case _:
            return None


def _text(reference: str, node: ast.expr) -> str:
    return ast.get_source_segment(reference, node) or ""


def _over_queries(reference: str) -> dict[str, str]:
    """All lines that sum over the last axis, with the maxima that belong to them."""
    found = list(_over_last_axis(reference))
    if not any("sum" in line for line in found) or any(reference.count(line) != 1 for line in found):
        return {}
    return {line: LAST_AXIS.sub("axis=0", line) for line in found}


def _over_last_axis(reference: str) -> Iterator[str]:
    for line in reference.splitlines():
        if LAST_AXIS.search(line) and re.search(r"\b(sum|max)\(", line):
            yield line.strip()
