"""Calls of a statement's functions as chains: the steps, and the numbers that they start from. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.statement_values import NotAValue, Value, drawn_shape, shape_of, value_of

Default = Value | str | None
"""What a parameter may have as its default."""


@dataclass(frozen=True)
class Signature:
    """How a function of the statement is called."""

    name: str
    parameters: tuple[str, ...]
    returns: tuple[str, ...]
    defaults: Mapping[str, Default] = field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """Calls on given numbers; `expect` is what the statement says they give (nothing: it only shows the call)."""

    line: int
    steps: tuple[str, ...] = ()
    given: Mapping[str, Value] = field(default_factory=dict)
    expect: Mapping[str, Value] = field(default_factory=dict)
    drawn: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Shapes of inputs that the statement draws."""

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Of an input."""
        return shape_of(self.given[name]) if name in self.given else self.drawn.get(name)


@dataclass(frozen=True)
class Made:
    """What a chain of calls gives under a name, and the chain."""

    name: str
    chain: Example
    broken: str = ""
    """Why the chain is no example."""


@dataclass(frozen=True)
class Drawn:
    """Numbers of which only the shape is known."""

    shape: tuple[int, ...]


Known = dict[str, Value | Made | Drawn]
"""What names stand for."""

Functions = Mapping[str, Signature]
Argument = tuple[str, Example, str]
"""How a step writes an argument, what it takes to make it, and why that cannot be had."""

NOTHING = Example(0)


def numbers(known: Known) -> dict[str, Value]:
    """The names that stand for numbers."""
    return {name: value for name, value in known.items() if not isinstance(value, Made | Drawn)}


def short(node: ast.AST) -> str:
    """Code as a message shows it."""
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


def called(node: ast.expr, functions: Functions) -> Signature | None:
    """The function of the statement that an expression calls."""
    return functions.get(node.func.id) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


def chain_of(node: ast.Call, targets: Sequence[str], known: Known, functions: Functions) -> Made:
    """A call with all calls that make its arguments."""
    function = functions[node.func.id] if isinstance(node.func, ast.Name) else Signature("", (), ())
    chain, texts, broken = NOTHING, list[str](), ""
    for parameter, argument in _arguments(node, function, functions):
        text, further, why = _argument(parameter, argument, known, functions)
        chain, clash = _joined(chain, further)
        texts.append(text)
        broken = broken or why or clash
    if len(texts) != len(function.parameters):
        broken = broken or f"`{function.name}` is called without all of its arguments"
    step = f"{', '.join(targets)} = {function.name}({', '.join(texts)})"
    chain = replace(chain, steps=(*chain.steps, step), line=node.lineno)
    return Made(targets[0] if targets else "", chain, broken)


def _arguments(node: ast.Call, function: Signature, functions: Functions) -> Iterator[tuple[str, ast.expr]]:
    """Every argument by its parameter, defaults included; `*compute_qkv(X)` as the names that it returns."""
    given: list[ast.expr] = []
    for argument in node.args:
        inner = called(argument.value, functions) if isinstance(argument, ast.Starred) else None
        if isinstance(argument, ast.Starred) and inner is not None:
            given += [ast.Subscript(argument.value, ast.Constant(number)) for number in range(len(inner.returns))]
        else:
            given.append(argument)
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    for number, parameter in enumerate(function.parameters):
        if number < len(given):
            yield parameter, given[number]
        elif parameter in keywords:
            yield parameter, keywords[parameter]
        elif parameter in function.defaults:
            yield parameter, ast.parse(repr(function.defaults[parameter]), mode="eval").body


def _argument(parameter: str, node: ast.expr, known: Known, functions: Functions) -> Argument:
    match node:
        case ast.Name(id=name):
            return _named(name, known)
        case ast.Constant(value=str() | None as word):
            return repr(word), NOTHING, ""
        case ast.Call() if called(node, functions) is not None:
            made = chain_of(node, [parameter], known, functions)
            return parameter, made.chain, made.broken
        case ast.Subscript(value=ast.Call() as call, slice=ast.Constant(value=int() as number)) if (
            function := called(call, functions)
        ) is not None and -1 < number < len(function.returns):
            made = chain_of(call, function.returns, known, functions)
            return function.returns[number], made.chain, made.broken
        case _ if (shape := drawn_shape(node, numbers(known))) is not None:
            return parameter, replace(NOTHING, drawn={parameter: shape}), ""
        case _:
            try:
                value = value_of(node, numbers(known))
            except NotAValue:
                return parameter, NOTHING, f"`{short(node)}` stands for no numbers that are written out"
            return parameter, replace(NOTHING, given={parameter: value}), ""


def _named(name: str, known: Known) -> Argument:
    match known.get(name):
        case Made(name=made, chain=chain, broken=broken):
            return made, chain, broken
        case Drawn(shape=shape):
            return name, replace(NOTHING, drawn={name: shape}), ""
        case None:
            return name, NOTHING, f"`{name}` stands for no numbers that are written out"
        case value:
            return name, replace(NOTHING, given={name: value}), ""


def _joined(one: Example, other: Example) -> tuple[Example, str]:
    """Two chains in one, and what is in the way of that."""
    clash = sorted(name for name in one.given.keys() & other.given.keys() if one.given[name] != other.given[name])
    steps = (*one.steps, *(step for step in other.steps if step not in one.steps))
    joined = replace(one, steps=steps, given={**one.given, **other.given}, drawn={**one.drawn, **other.drawn})
    return joined, f"`{clash[0]}` has two values in it" if clash else ""
