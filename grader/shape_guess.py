"""Guesses which sizes the inputs of some steps have, from what their functions do with them and how they are named.

Sizes are names that are taken to be one as soon as a matrix product, a sum or a usual name (`Q`, `W_k`, `mask`) says
so. It is a guess: a product of unlike sizes fails when the reference is run, and that is where its author sees it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.model import Name
from grader.statement import Function
from grader.statement_calls import Example
from grader.statement_values import Value
from grader.steps import needed_names, parse_step

Shape = tuple[str, ...]

USUAL: Sequence[tuple[str, Shape]] = (
    (r"x|inputs?|tokens|embeddings?", ("n", "d_model")),
    (r"q|quer(y|ies)", ("n", "d_k")),
    (r"k|keys?", ("n", "d_k")),
    (r"v|values?", ("n", "d_v")),
    (r"w(eights?)?_?[qk](uery|ey)?", ("d_model", "d_k")),
    (r"w(eights?)?_?v(alue)?", ("d_model", "d_v")),
    (r"w(eights?)?_?o(ut(put)?)?", ("d_v", "d_model")),
    (r"b(ias)?_?[qk]", ("d_k",)),
    (r"b(ias)?_?v", ("d_v",)),
    (r"gamma|beta", ("d_model",)),
    (r".*mask.*", ("n", "n")),
)
"""Names of parameters, small letters, and the shapes that these usually have."""

HEADS = re.compile(r"(num_|n_)?heads?|h")
SCALE = re.compile(r"scale|temperature")
NUMBERS: Mapping[str, int] = {"batch": 2, "heads": 3, "n": 6, "d_model": 7, "d_k": 5, "d_v": 3}
"""No two alike, and d_k no square, so that a wrong size or its root shows."""
OTHERS = (4, 8, 9, 11, 13, 10, 12, 14)
SAME = frozenset({"exp", "log", "tanh", "maximum", "minimum", "abs", "softmax", "relu", "where", "array", "asarray"})
"""Functions whose result has the shape of what they are given."""


@dataclass(frozen=True)
class Guess:
    """Inputs as a spec writes them, sizes in the order in which they can be read, and shapes of what steps give."""

    given: Mapping[str, str]
    sizes: Mapping[str, str]
    shapes: Mapping[str, Shape]


@dataclass
class _Sizes:
    """Sizes that are one."""

    same: dict[str, str] = field(default_factory=dict)
    free: int = 0

    def new(self) -> str:
        self.free += 1
        return f"?{self.free}"

    def of(self, size: str) -> str:
        while size in self.same:
            size = self.same[size]
        return size

    def join(self, one: str, other: str) -> None:
        one, other = self.of(one), self.of(other)
        if one != other:  # a name that people know stays
            stays, goes = (other, one) if one.startswith("?") else (one, other)
            self.same[goes] = stays

    def join_all(self, one: Shape | None, other: Shape | None) -> None:
        if one is not None and other is not None and len(one) == len(other):
            for left, right in zip(one, other, strict=True):
                self.join(left, right)


def guess(steps: Sequence[str], functions: Mapping[str, Function], examples: Sequence[Example]) -> Guess:
    """What the inputs of steps might look like."""
    parsed = [parse_step(step) for step in steps]
    needed = needed_names(parsed)
    sizes = _Sizes()
    heads = [name for name in needed if HEADS.fullmatch(name.lower())]
    numbers = {name: value for name in needed if (value := _number(name, examples)) is not None and name not in heads}
    shapes = {name: _shape(name, examples, sizes) for name in needed if name not in heads and name not in numbers}
    known: dict[str, Shape | None] = {**shapes, **dict.fromkeys([*heads, *numbers], ())}
    for step in parsed:
        arguments = [known.get(each.id) if isinstance(each, Name) else () for each in step.arguments]
        returned = _call(functions[step.function], arguments, sizes)
        known.update(zip(step.targets, [*returned, *[None] * len(step.targets)], strict=False))
    if heads:
        for name in ("d_k", "d_v"):
            sizes.join("d_model", name)
    names = _Names(sizes)
    written = {name: _input(name, names.of(shapes[name])) for name in shapes}
    written |= {name: str(value).lower() if isinstance(value, bool) else repr(value) for name, value in numbers.items()}
    written |= dict.fromkeys(heads, "{value: heads}")
    made = {n: names.of(shape) for step in parsed for n in step.targets if (shape := known.get(n))}
    return Guess({name: written[name] for name in needed}, names.numbers(bool(heads)), made)


def _number(name: str, examples: Sequence[Example]) -> Value | None:
    """The number that examples pass, or a usual one for a scale."""
    seen = [example.given[name] for example in examples if name in example.given]
    if seen and not any(isinstance(value, list) for value in seen):
        return seen[0]
    return 0.5 if not seen and SCALE.fullmatch(name.lower()) else None


def _shape(name: str, examples: Sequence[Example], sizes: _Sizes) -> Shape:
    seen = [shape for example in examples if (shape := example.shape(name))]
    usual = _usual(name)
    if not seen:
        return usual or (sizes.new(), sizes.new())
    further = len(seen[0]) - len(usual or ())
    if usual is None or not 0 <= further <= 2:
        return tuple(sizes.new() for _ in seen[0])
    return ("batch", "heads")[:further] + usual


def _usual(name: str) -> Shape | None:
    return next((shape for pattern, shape in USUAL if re.fullmatch(pattern, name.lower())), None)


def _input(name: str, shape: Shape) -> str:
    listed = f"[{', '.join(shape)}]"
    if "mask" in name.lower():
        return f"{{mask: {listed}, kind: causal}}"
    if re.fullmatch(r"w(eights?)?(_\w+|\w)?", name.lower()) and len(shape) > 1:
        return f"{{normal: {listed}, std: 1 / sqrt({shape[-2]})}}"
    return f"{{normal: {listed}}}"


class _Names:
    """Sizes by the names under which the spec has them."""

    def __init__(self, sizes: _Sizes) -> None:
        self._sizes = sizes
        self._names: dict[str, str] = {}

    def of(self, shape: Shape) -> Shape:
        return tuple(self._name(self._sizes.of(size)) for size in shape)

    def _name(self, size: str) -> str:
        if size == "1":
            return size
        free = (letter for letter in "abcdefgh" if letter not in self._names.values())
        return self._names.setdefault(size, size if not size.startswith("?") else next(free, f"size_{size[1:]}"))

    def numbers(self, heads: bool) -> dict[str, str]:
        others = iter(OTHERS * 9)
        known = {**NUMBERS, **({"d_head": 5} if heads else {})}
        names = [*self._names.values()] + (["heads", "d_head"] if heads else [])
        found = {name: str(known[name] if name in known else next(others)) for name in dict.fromkeys(names)}
        if heads and "d_model" in found:
            del found["d_model"]
            found["d_model"] = "heads * d_head"
        return found


# --- what a function does with its parameters ------------------------------------------------------


def _call(function: Function, arguments: Sequence[Shape | None], sizes: _Sizes) -> list[Shape | None]:
    """Joins the sizes that the function needs to be one, and gives the shapes of what it returns."""
    if not function.source:
        for parameter, shape in zip(function.parameters, arguments, strict=False):
            sizes.join_all(shape, _usual(parameter))
        return []  # nothing tells, and a wrong shape would be held against the reference
    known = dict(zip(function.parameters, arguments, strict=False))
    (definition,) = ast.parse(function.source).body
    returned: list[Shape | None] = []
    for node in definition.body if isinstance(definition, ast.FunctionDef) else []:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                known[name] = _of(value, known, sizes)
            case ast.Return(value=ast.Tuple(elts=parts)):
                returned = [_of(part, known, sizes) for part in parts]
            case ast.Return(value=ast.expr() as value):
                returned = [_of(value, known, sizes)]
            case _:
                pass
    return returned


def _of(node: ast.expr, known: Mapping[str, Shape | None], sizes: _Sizes) -> Shape | None:
    """The shape of an expression, where it can be told."""
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Constant():
            return ()
        case ast.Attribute(value=inner, attr="T"):
            shape = _of(inner, known, sizes)
            return None if shape is None else shape[::-1]
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return _product(_of(left, known, sizes), _of(right, known, sizes), sizes)
        case ast.Call(func=ast.Attribute(attr="dot" | "matmul"), args=[left, right]):
            return _product(_of(left, known, sizes), _of(right, known, sizes), sizes)
        case ast.BinOp(left=left, right=right):
            return _elementwise([_of(left, known, sizes), _of(right, known, sizes)], sizes)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=arguments) if name in SAME:
            return _elementwise([_of(argument, known, sizes) for argument in arguments], sizes)
        case _:
            return None


def _product(one: Shape | None, other: Shape | None, sizes: _Sizes) -> Shape | None:
    if one is None or other is None or len(one) < 2 or len(other) < 2:
        return None
    sizes.join(one[-1], other[-2])
    return (*one[:-1], other[-1])


def _elementwise(shapes: Sequence[Shape | None], sizes: _Sizes) -> Shape | None:
    """Of operands that are broadcast: the one of highest rank; equal ranks are one shape."""
    found = [shape for shape in shapes if shape]
    if not found:
        return ()
    widest = max(found, key=len)
    for shape in found:
        sizes.join_all(widest, shape)
    return widest
