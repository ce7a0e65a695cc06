"""A reference written in other arithmetic that is as right: in float32, or with sums in another order. Pure."""

from __future__ import annotations

import ast

_SINGLE = """

import numpy as _numpy


def _single(value):
    wide = isinstance(value, (_numpy.ndarray, _numpy.generic)) and value.dtype == _numpy.float64
    return value.astype(_numpy.float32) if wide else value
"""
_BACKWARDS = """

import numpy as _numpy


def _backwards(product, one, other):
    one, other = _numpy.asarray(one), _numpy.asarray(other)
    if not one.ndim or not other.ndim:
        return product(one, other)
    return product(one[..., ::-1], other[::-1] if other.ndim == 1 else other[..., ::-1, :])
"""


def single(reference: str) -> str:
    """The reference with every argument, sum, product and result of a call rounded to float32."""
    tree = _Single().visit(ast.parse(reference))
    return ast.unparse(ast.fix_missing_locations(tree)) + _SINGLE


def backwards(reference: str) -> str | None:
    """The reference with the terms of every matrix product summed from the last to the first; None: it has none."""
    change = _Backwards()
    tree = change.visit(ast.parse(reference))
    return ast.unparse(ast.fix_missing_locations(tree)) + _BACKWARDS if change.products else None


class _Single(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        return _call("_single", node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        return _call("_single", node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        node.body = [self.visit(statement) for statement in node.body]
        said = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        names = [argument.arg for argument in said]
        first = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body[first:first] = [
            ast.Assign([ast.Name(name, ast.Store())], _call("_single", ast.Name(name, ast.Load()))) for name in names
        ]
        return node


class _Backwards(ast.NodeTransformer):
    products = 0

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult):
            return node
        self.products += 1
        return _call(
            "_backwards", ast.Attribute(ast.Name("_numpy", ast.Load()), "matmul", ast.Load()), node.left, node.right
        )

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="dot" | "matmul"),
                args=[one, other],
                keywords=[],
            ):
                self.products += 1
                return _call("_backwards", node.func, one, other)
            case _:
                return node


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
