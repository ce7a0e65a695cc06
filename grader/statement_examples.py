"""A statement's examples: calls of its functions on numbers, and what it says they give.

The code is followed as it would run, statement by statement, but nothing is run: a name stands for numbers, for
numbers that are drawn (of which only the shape is known), or for what a chain of calls gives. Where the statement says
what such a chain gives (a comment, a doctest, a comparison), the chain with its numbers is an example.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.statement_calls import Drawn, Example, Known, Made, Signature, called, chain_of, numbers, short
from grader.statement_code import Code, Unread, Want
from grader.statement_values import NotAValue, Value, drawn_shape, printed, value_of

COMPARISONS = frozenset({"allclose", "isclose", "array_equal", "assert_allclose", "assert_array_equal"}) | frozenset(
    {"assert_almost_equal", "assert_array_almost_equal", "assertEqual", "assertAlmostEqual", "assertListEqual"}
)
"""numpy's and unittest's functions that compare their first two arguments."""

ROUNDING = frozenset({"round", "around"})
FAR = 1 << 31


class ExampleReader:
    """Follows the code of a statement, block after block, as the cells of a notebook run."""

    def __init__(self, functions: Sequence[Signature]) -> None:
        self._functions = {function.name: function for function in functions}
        self._shown: list[Example] = []
        self.unread: list[Unread] = []
        self.examples: list[Example] = []

    @property
    def samples(self) -> list[Example]:
        """Chains of calls of which nothing is said, the longest first."""
        said = {step for example in self.examples for step in example.steps}
        return sorted((shown for shown in self._shown if set(shown.steps) - said), key=lambda shown: -len(shown.steps))

    def read(self, codes: Sequence[Code]) -> None:
        """Follow all of it."""
        known: Known = {}
        for code in codes:
            self._follow(code.nodes, code.wants, known)

    def _follow(self, nodes: Sequence[ast.stmt], wants: Sequence[Want], known: Known) -> None:
        following = [*(node.lineno for node in nodes), FAR][1:]
        for node, after in zip(nodes, following, strict=True):
            want = next((want for want in wants if (node.end_lineno or node.lineno) <= want.line < after), None)
            self._statement(node, want, wants, known)

    def _statement(self, node: ast.stmt, want: Want | None, wants: Sequence[Want], known: Known) -> None:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                if name == "main" or name.lower().startswith("test"):
                    self._follow(node.body, wants, dict(known))
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                self._follow(node.body, wants, known)
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    self._assign(target, value, known)
                self._wanted(targets[-1], want, known)
                self._comparisons(value, known)
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[subject])):
                self._wanted(subject, want, known)
                self._comparisons(subject, known)
            case ast.Expr(value=value) | ast.Assert(test=value) | ast.If(test=value):
                if not self._comparisons(value, known):
                    self._wanted(value, want, known)
                    self._not_followed(node, isinstance(node, ast.Assert), "this is no comparison that could be read")
            case ast.For() | ast.While() | ast.With() | ast.Try():
                self._not_followed(
                    node, True, "loops, `with` and `try` are not followed; the calls in it were left out"
                )
            case _:
                pass

    def _not_followed(self, node: ast.stmt, told: bool, sentence: str) -> None:
        if told and self._calls(node):
            self._tell(node.lineno, sentence)

    # --- what names stand for ----------------------------------------------------------------------

    def _assign(self, target: ast.expr, value: ast.expr, known: Known) -> None:
        names = [part.id for part in _parts(target) if isinstance(part, ast.Name)]
        if isinstance(value, ast.Call) and called(value, self._functions) is not None:
            made = chain_of(value, names, known, self._functions)
            known.update({name: replace(made, name=name) for name in names})
            if not made.broken:
                self._shown.append(made.chain)
            return
        before = {name: known.pop(name) for name in names if name in known}
        known_before: Known = {**known, **before}
        if isinstance(value, ast.Name) and len(names) == 1 and value.id in known_before:
            known[names[0]] = known_before[value.id]
        elif (shape := drawn_shape(value, numbers(known_before))) is not None and len(names) == 1:
            known[names[0]] = Drawn(shape)
        else:
            self._value(names, value, known, numbers(known_before), isinstance(target, ast.Tuple))

    def _value(
        self, names: Sequence[str], value: ast.expr, known: Known, before: dict[str, Value], several: bool
    ) -> None:
        try:
            found = value_of(value, before)
        except NotAValue:
            if self._calls(value) and not _is_comparison(value):
                self._tell(value.lineno, f"`{short(value)}` is more than a call of a function, and was left out")
            return
        if not several and names:
            known[names[0]] = found
        elif isinstance(found, list) and len(found) == len(names):
            known.update(zip(names, found, strict=True))

    def _calls(self, node: ast.AST) -> bool:
        return any(isinstance(part, ast.Call) and called(part, self._functions) is not None for part in ast.walk(node))

    # --- what is expected --------------------------------------------------------------------------

    def _wanted(self, subject: ast.expr, want: Want | None, known: Known) -> None:
        """A comment or a doctest says what an expression gives; or nothing does, and it only shows a call."""
        made = self._subject(subject, known)
        if made is not None and want is not None:
            self._expect(made, printed(want.text), want.line, want.text, known)
        elif made is not None and not made.broken and isinstance(subject, ast.Call):
            self._shown.append(made.chain)

    def _comparisons(self, node: ast.expr, known: Known) -> bool:
        """Whether it compares what functions give with numbers."""
        found = False
        for part in ast.walk(node):
            for subject, other in _sides(part):
                made = self._subject(subject, known)
                if made is not None and isinstance(part, ast.expr):
                    self._expect(made, other, part.lineno, short(other), known)
                    found = True
                    break
        return found

    def _subject(self, node: ast.expr, known: Known) -> Made | None:
        """The chain of calls that an expression stands for, rounded or not."""
        match node:
            case ast.Name(id=name):
                found = known.get(name)
                return found if isinstance(found, Made) else None
            case ast.Call() if (function := called(node, self._functions)) is not None:
                return chain_of(node, function.returns, known, self._functions)
            case ast.Call(func=ast.Attribute(attr=name, value=owner), args=arguments) if name in ROUNDING:
                is_numpys = isinstance(owner, ast.Name) and owner.id in ("np", "numpy")
                return self._subject(arguments[0] if is_numpys and arguments else owner, known)
            case _:
                return None

    def _expect(self, made: Made, value: ast.expr | None, line: int, text: str, known: Known) -> None:
        try:
            expect = _expected(made, value, known)
        except NotAValue:
            self._tell(line, f"`{text.splitlines()[0][:60]}` is no value that could be compared")
            return
        if made.broken or made.chain.drawn:
            why = made.broken or f"`{next(iter(made.chain.drawn))}` is drawn"
            self._tell(line, f"the example cannot be run again: {why}")
            return
        self._add(replace(made.chain, expect=expect, line=line))

    def _add(self, example: Example) -> None:
        for other in self.examples:
            if (other.steps, other.given, other.expect.keys()) == (example.steps, example.given, example.expect.keys()):
                if all(_is_same(other.expect[name], value) for name, value in example.expect.items()):
                    return
                self._tell(example.line, f"another value than line {other.line} says of the same call")
        self.examples.append(example)

    def _tell(self, line: int, sentence: str) -> None:
        self.unread.append(Unread(line, sentence))


def _parts(node: ast.expr) -> Sequence[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple | ast.List) else [node]


def _expected(made: Made, value: ast.expr | None, known: Known) -> dict[str, Value]:
    """By name; a tuple that is as long as what the call returns has a part for each. Raises NotAValue."""
    if value is None:
        raise NotAValue
    targets = made.chain.steps[-1].partition(" = ")[0].split(", ")
    if isinstance(value, ast.Tuple) and made.name == targets[0] and len(targets) == len(value.elts) > 1:
        return {name: value_of(part, numbers(known)) for name, part in zip(targets, value.elts, strict=True)}
    return {made.name: value_of(value, numbers(known))}


def _sides(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The two sides of `np.allclose(a, b)` and `a == b`, both ways round."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[one, other, *_]) if name in COMPARISONS:
            yield from ((one, other), (other, one))
        case ast.Compare(left=one, ops=[ast.Eq()], comparators=[other]):
            yield from ((one, other), (other, one))
        case _:
            return


def _is_comparison(node: ast.expr) -> bool:
    return any(True for part in ast.walk(node) for _ in _sides(part))


def _is_same(one: Value, other: Value) -> bool:
    """Alike but for what rounding took."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return not isinstance(one, list) and not isinstance(other, list) and abs(one - other) < 1e-4 * max(1, abs(other))
