"""What an assignment's statement says, for the spec that is made from it: functions, examples, points, dates.

A statement is Markdown for people. What programs can rely on in it is its code, so this is what is read:
`statement_code` finds it and parses it, here are its functions and the facts of its prose, and
`statement_examples` follows its calls. Three rules:

- Nothing of it is ever executed: it is parsed (`ast`), and numbers are read from the tree (`statement_values`).
- A function is complete when it uses no name that it does not bind; else it is a skeleton, to be filled in. Where a
  statement has both, the skeletons are what is asked for and the complete ones are helpers.
- What is not understood is never passed over: it is `unread`, a sentence with its line.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from grader.statement_calls import Default, Example, Signature
from grader.statement_code import FENCE, Code, Unread, read_code
from grader.statement_examples import ExampleReader
from grader.statement_values import NotAValue, value_of

POINTS = re.compile(
    r"(?:\b(?:worth|points?\s*:|total(?:\s+of)?\s*:?)|\()\s*\**\s*(\d{1,4}(?:\.\d{1,2})?)(?:\s*(?:points?|pts)\b|\s*$)",
    re.IGNORECASE,
)
DATE = re.compile(r"\b(?P<what>releas\w*|due|deadline)(?:\s+dat[ae])?\s*\**:\**\s*(?P<when>[^|]+)", re.IGNORECASE)
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)")
WORDED = (
    re.compile(r"(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)? (?P<month>[A-Za-z]{3,9})\.?,? (?P<year>\d{4})"),
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CALL = re.compile(r"`([A-Za-z_]\w*)\(\)`")
UNFINISHED = re.compile(r"#.*\b(todo|(your|add) code|fill in|implement)", re.IGNORECASE)


@dataclass(frozen=True)
class Function:
    """A function of the statement; `source` is its text when it is complete."""

    name: str
    parameters: tuple[str, ...]
    returns: tuple[str, ...]
    line: int
    defaults: Mapping[str, Default] = field(default_factory=dict)
    docstring: str = ""
    source: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """All that was read of one."""

    title: str = ""
    points: str = ""
    released: date | None = None
    due: date | None = None
    functions: Sequence[Function] = ()
    helpers: Sequence[Function] = ()
    """Complete functions of a statement that asks for others."""
    imports: Sequence[str] = ()
    examples: Sequence[Example] = ()
    samples: Sequence[Example] = ()
    """Calls of which the statement does not say what they give, the longest chain first."""
    unread: Sequence[Unread] = ()

    @property
    def is_complete(self) -> bool:
        """Whether it has all bodies."""
        return bool(self.functions) and all(function.source for function in self.functions)


def read_statement(text: str, known: Sequence[Signature] = ()) -> Statement:
    """Facts of a statement's Markdown, which may call functions that are `known` from elsewhere; never raises."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    codes, unread = read_code(text)
    prose = list(_prose(text))
    found, of_functions = _functions(codes)
    asked = [function for function in found if not function.source] or found
    asked, of_names = _with_aliases(asked, found, prose)
    returns = {signature.name: signature.returns for signature in known}
    own = [Signature(f.name, f.parameters, returns.get(f.name, f.returns), f.defaults) for f in found]
    reader = ExampleReader([*known, *own])
    reader.read(codes)
    dates, of_dates = _dates(prose)
    told = [*unread, *of_functions, *of_names, *of_dates, *reader.unread]
    return Statement(
        title=next((line.lstrip("#").strip() for _, line in prose if re.match(r"#{1,2} +\S", line)), ""),
        points=next((match[1] for _, line in prose if (match := POINTS.search(line)) is not None), ""),
        released=dates.get("released"),
        due=dates.get("due"),
        functions=asked,
        helpers=[function for function in found if function.source and not any(f.name == function.name for f in asked)],
        imports=_imports(codes),
        examples=reader.examples,
        samples=reader.samples,
        unread=sorted(dict.fromkeys(told), key=lambda each: each.line),
    )


def _prose(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines outside of fences."""
    mark = ""
    for number, line in enumerate(text.split("\n"), 1):
        fence = FENCE.match(line)
        if fence is not None and (not mark or fence[1].startswith(mark)):
            mark = "" if mark else fence[1]
        elif not mark:
            yield number, line


# --- functions -----------------------------------------------------------------------------------


def _functions(codes: Sequence[Code]) -> tuple[list[Function], list[Unread]]:
    """Each function once: where it is complete, else where it is first."""
    found: dict[str, Function] = {}
    unread: list[Unread] = []
    bound = _bound(codes)
    for code in codes:
        for node in code.nodes:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("Test"):
                unread.append(Unread(node.lineno, f"the class `{node.name}` was left out: functions are graded"))
            if not isinstance(node, ast.FunctionDef) or node.name.startswith(("test", "_")) or node.name == "main":
                continue
            made, further = _function(node, code, bound)
            unread += further
            before = found.get(node.name)
            if before is None or (made.source and not before.source):
                found[node.name] = made
    return list(found.values()), unread


def _function(node: ast.FunctionDef, code: Code, bound: set[str]) -> tuple[Function, list[Unread]]:
    arguments = [*node.args.posonlyargs, *node.args.args]
    unread = []
    if node.args.vararg or node.args.kwarg or node.args.kwonlyargs:
        unread.append(Unread(node.lineno, f"of `{node.name}`, only parameters that are passed by position were taken"))
    defaults: dict[str, Default] = {}
    for argument, default in zip(arguments[::-1], node.args.defaults[::-1], strict=False):
        try:
            is_word = isinstance(default, ast.Constant) and isinstance(default.value, str | None)
            defaults[argument.arg] = ast.literal_eval(default) if is_word else value_of(default, {})
        except NotAValue:
            unread.append(Unread(node.lineno, f"the default of `{argument.arg}` is no number or word: left out"))
    source, further = _body(node, code, bound)
    made = Function(
        name=node.name,
        parameters=tuple(argument.arg for argument in arguments),
        returns=_returns(node),
        line=node.lineno,
        defaults=defaults,
        docstring=ast.get_docstring(node) or "",
        source=source,
    )
    return made, [*unread, *further]


def _body(node: ast.FunctionDef, code: Code, bound: set[str]) -> tuple[str, list[Unread]]:
    """A function's text where it is complete; where it looks as if it was meant to be, why it is not."""
    source = code.source(node)
    missing = _unbound(node) - bound
    if not missing and _says_something(node) and not UNFINISHED.search(source):
        return source, []
    returned = {part.id for part in _names_in(_returned(node))}
    if not missing or returned & missing:  # a skeleton: it returns what is to be made
        return "", []
    names = ", ".join(f"`{name}`" for name in sorted(missing))
    sentence = f"`{node.name}` uses {names}, which no code defines: its body was left out"
    return "", [Unread(node.lineno, sentence)]


def _returned(node: ast.FunctionDef) -> ast.expr | None:
    """What its last `return` gives; those of functions inside are not its own."""
    found: list[ast.Return] = []
    queue: list[ast.AST] = list(node.body)
    while queue:
        part = queue.pop()
        if isinstance(part, ast.Return):
            found.append(part)
        elif not isinstance(part, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            queue += ast.iter_child_nodes(part)
    return max(found, key=lambda part: part.lineno).value if found else None


def _returns(node: ast.FunctionDef) -> tuple[str, ...]:
    """Names of what it returns; what has none is called output."""
    value = _returned(node)
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    numbers = [f"output_{number}" if len(parts) > 1 else "output" for number in range(1, len(parts) + 1)]
    names = [part.id if isinstance(part, ast.Name) else n for part, n in zip(parts, numbers, strict=True)]
    return tuple(names if len(set(names)) == len(names) else numbers)


def _names_in(node: ast.AST | None) -> Iterator[ast.Name]:
    return (part for part in ast.walk(node) if isinstance(part, ast.Name)) if node is not None else iter(())


def _says_something(node: ast.FunctionDef) -> bool:
    """Whether there is more in it than `...`, `pass`, `raise NotImplementedError`, `output = None; return output`."""
    empty = [part for part in node.body if isinstance(part, ast.Assign) and _is_none(part.value)]
    said = [part for part in node.body if part not in empty and not isinstance(part, ast.Pass | ast.Raise)]
    said = [part for part in said if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    none = {name.id for part in empty for name in _names_in(part)}
    returned = _returned(node)
    only_returns = all(isinstance(part, ast.Return) for part in said)
    return not only_returns or not (_is_none(returned) or none.intersection(n.id for n in _names_in(returned)))


def _is_none(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _unbound(node: ast.FunctionDef) -> set[str]:
    """Names that are read in it and neither assigned in it nor Python's own."""
    names = [part for statement in node.body for part in _names_in(statement)]
    inner = [part for part in ast.walk(node) if isinstance(part, ast.arg)]
    made = {part.id for part in names if not isinstance(part.ctx, ast.Load)} | {part.arg for part in inner}
    made |= {part.name for part in ast.walk(node) if isinstance(part, ast.FunctionDef | ast.ClassDef)}
    imports = [part for part in ast.walk(node) if isinstance(part, ast.Import | ast.ImportFrom)]
    made |= {(alias.asname or alias.name).partition(".")[0] for part in imports for alias in part.names}
    return {part.id for part in names} - made - set(dir(builtins))


def _bound(codes: Sequence[Code]) -> set[str]:
    """Names that imports and functions of the statement give."""
    found = {"np"}
    for node in (node for code in codes for node in code.nodes):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return found


def _imports(codes: Sequence[Code]) -> list[str]:
    """Of the blocks that define functions."""
    blocks = [code.nodes for code in codes if any(isinstance(node, ast.FunctionDef) for node in code.nodes)]
    nodes = [node for block in blocks for node in block if isinstance(node, ast.Import | ast.ImportFrom)]
    return list(dict.fromkeys(ast.unparse(node) for node in nodes))


def _with_aliases(
    asked: Sequence[Function], found: Sequence[Function], prose: Sequence[tuple[int, str]]
) -> tuple[list[Function], list[Unread]]:
    """Functions that the text calls otherwise than the code; `softmax()` in a text may be no such name."""
    known = {function.name for function in found}
    aliases: dict[str, str] = {}
    unread: list[Unread] = []
    for number, line in prose:
        for name in CALL.findall(line):
            close = difflib.get_close_matches(name, known, 1, 0.75)
            if name not in known and name not in aliases and close:
                aliases[name] = close[0]
                unread.append(Unread(number, f"`{name}` is taken for another name of `{close[0]}`"))
    with_names = [
        replace(function, aliases=tuple(name for name, own in aliases.items() if own == function.name))
        for function in asked
    ]
    return with_names, unread


# --- dates ---------------------------------------------------------------------------------------


def _dates(prose: Sequence[tuple[int, str]]) -> tuple[dict[str, date], list[Unread]]:
    found: dict[str, date] = {}
    unread: list[Unread] = []
    for number, line in prose:
        said = DATE.search(line)
        if said is None:
            continue
        day = _day(said["when"])
        if day is None:
            unread.append(Unread(number, f"`{said['when'].strip()[:40]}` is no date that could be read"))
        else:
            found.setdefault("released" if said["what"].lower().startswith("releas") else "due", day)
    return found, unread


def _day(text: str) -> date | None:
    for pattern in (ISO, *WORDED):
        if (match := pattern.search(text)) is None:
            continue
        month = match["month"]
        try:
            number = int(month) if month.isdigit() else MONTHS.index(month[:3].lower()) + 1
            return date(int(match["year"]), number, int(match["day"]))
        except ValueError:
            continue
    return None
