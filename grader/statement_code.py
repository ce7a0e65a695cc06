"""The code in a statement's Markdown: fenced blocks, cells of a notebook's export, doctest prompts; as syntax trees.

Nothing of it is executed. What does not parse is left out and told, with its line; `#` comments that say what is
expected, which a syntax tree does not have, are kept beside the trees.
"""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*([\w+-]*)")
CELL = re.compile(r"In\s*\[[\d ]*\]:\s?(.*)")
OUTPUT = re.compile(r"Out\s*\[[\d ]*\]:")
MAGIC = re.compile(r"\s*[%!]")
PROMPT = re.compile(r">>>(?: |$)")
PYTHON = frozenset({"", "python", "py", "python3", "ipython", "pycon", "doctest"})

EXPECTED = re.compile(
    r"(?:expected\b(?:\s+(?:output|result|value)s?)?\s*[:=]?|(?:output|result|returns|prints)\s*:|[-=]+>)\s*(.*)",
    re.IGNORECASE,
)
BARE = re.compile(r"(?=\(?(?:[-\[\d]|array\())(.*)")
"""A comment behind a line of code that is a value itself."""

MOST_JOINED = 60
"""Lines at the margin that one statement may have: a docstring's, an argument list's."""

MOST_BAD = 50
"""Lines of a block that are not Python, after which the rest is not looked at: trying takes time."""


@dataclass(frozen=True)
class Unread:
    """A place that was not understood, for the author."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Want:
    """A value that the statement says is printed or returned, by the code that ends at or before `line`."""

    line: int
    text: str


@dataclass(frozen=True)
class Block:
    """A piece of code as the statement has it; `line` is its first line's."""

    text: str
    line: int
    language: str = "python"
    is_cell: bool = False
    """Of an export, where a cell's output follows its code without a mark."""


@dataclass(frozen=True)
class Code:
    """A block that was read. Lines in its trees are the statement's."""

    block: Block
    nodes: Sequence[ast.stmt]
    wants: Sequence[Want]

    def source(self, node: ast.stmt) -> str:
        """The text of a statement, without decorators."""
        first, last = node.lineno - self.block.line, (node.end_lineno or node.lineno) - self.block.line
        return "\n".join(self.block.text.split("\n")[first : last + 1])


def read_code(text: str) -> tuple[list[Code], list[Unread]]:
    """All code of a statement, and what of it could not be read."""
    found: list[Code] = []
    unread: list[Unread] = []
    for block in blocks(text):
        code, bad = _prompts(block) if PROMPT.search(block.text) else _python(block)
        if block.language or code.nodes:  # a block without a language may be anything
            found.append(code)
            unread += bad
    return found, unread


def blocks(text: str) -> Iterator[Block]:
    """Where a statement has code."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if (fence := FENCE.match(line)) is not None:
            end = _end(lines, at + 1, re.compile(rf"\s*{fence[1][0]}{{{len(fence[1])},}}\s*$"))
            if fence[2].lower() in PYTHON:
                yield Block(textwrap.dedent("\n".join(lines[at + 1 : end])), at + 2, fence[2].lower())
            at = end + 1
        elif (cell := CELL.match(line)) is not None:
            end = _end(lines, at + 1, re.compile(rf"{CELL.pattern}|{OUTPUT.pattern}|{FENCE.pattern}"))
            yield Block("\n".join([cell[1], *lines[at + 1 : end]]), at + 1, is_cell=True)
            at = end
        elif PROMPT.match(line.lstrip()):
            end = _end(lines, at + 1, re.compile(r"\s*$"))
            yield Block(textwrap.dedent("\n".join(lines[at:end])), at + 1)
            at = end
        else:
            at += 1


def _end(lines: Sequence[str], start: int, mark: re.Pattern[str]) -> int:
    return next((number for number in range(start, len(lines)) if mark.match(lines[number])), len(lines))


# --- Python ------------------------------------------------------------------------------------


def _parse(text: str, line: int) -> list[ast.stmt] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in strings that nobody will see
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if any(isinstance(node, ast.AnnAssign) and node.value is None for node in tree.body):
        return None  # `Accepted: yes` is an annotation to Python and words to everybody else
    return ast.increment_lineno(tree, line - 1).body


def _python(block: Block) -> tuple[Code, list[Unread]]:
    lines = ["" if MAGIC.match(line) else line for line in block.text.split("\n")]
    unread: list[Unread] = []
    nodes = _parse("\n".join(lines), block.line)
    last = len(lines)
    if nodes is None:
        nodes, unread, last = _one_by_one(lines, block)
    return Code(block, nodes, _comments("\n".join(lines[:last]), block.line)), unread


def _one_by_one(lines: Sequence[str], block: Block) -> tuple[list[ast.stmt], list[Unread], int]:
    """The statements that can be parsed; a cell ends where its output begins."""
    margin = [number for number, line in enumerate(lines) if line[:1] not in ("", " ", "\t", "#")]
    starts = [*margin, len(lines)]
    nodes: list[ast.stmt] = []
    unread: list[Unread] = []
    at = 0
    while at < len(margin):
        found, after = _longest(lines, starts, at, block.line)
        if found is None and block.is_cell:
            shown = lines[starts[at]].strip()[:60]
            unread.append(Unread(block.line + starts[at], f"from `{shown}` on, this is taken for the cell's output"))
            return nodes, unread, starts[at]
        if found is None:
            shown = lines[starts[at]].strip()[:60]
            unread.append(Unread(block.line + starts[at], f"`{shown}` is not Python and was left out"))
        if len(unread) > MOST_BAD:
            unread.append(Unread(block.line + starts[at], "the rest of this block was not looked at"))
            return nodes, unread, starts[at]
        nodes += found or []
        at = after
    return nodes, unread, len(lines)


def _longest(lines: Sequence[str], starts: Sequence[int], at: int, line: int) -> tuple[list[ast.stmt] | None, int]:
    """The statement that begins at a line at the margin, and where the next one begins."""
    first = starts[at]
    for after in range(at + 1, min(at + MOST_JOINED, len(starts) - 1) + 1):
        text = "\n".join(lines[first : starts[after]])
        if (found := _parse(text, line + first)) is not None:
            return found, after
        if text.startswith(("def ", "class ")) and (found := _parse(f"{text.rstrip()}\n    ...", line + first)):
            return found, after  # its body is a comment
    return None, at + 1


def _prompts(block: Block) -> tuple[Code, list[Unread]]:
    """`>>> code`, `... more code`, and what it prints up to a blank line or the next prompt."""
    nodes: list[ast.stmt] = []
    wants: list[Want] = []
    unread: list[Unread] = []
    lines = block.text.split("\n")
    at = 0
    while at < len(lines):
        if not PROMPT.match(lines[at]):
            at += 1
            continue
        begin, at = at, at + 1
        while at < len(lines) and lines[at].startswith("..."):
            at += 1
        source = "\n".join(line[4:] for line in lines[begin:at])
        want = at
        while at < len(lines) and lines[at].strip() and not PROMPT.match(lines[at]):
            at += 1
        found = _parse(source, block.line + begin)
        if found is None:
            unread.append(Unread(block.line + begin, f"`{lines[begin].strip()[:60]}` is not Python and was left out"))
        nodes += found or []
        if found and want < at:
            wants.append(Want(block.line + want - 1, "\n".join(lines[want:at])))
    return Code(block, nodes, wants), unread


# --- what comments say is expected ---------------------------------------------------------------


def _comments(text: str, line: int) -> list[Want]:
    found: dict[int, tuple[str, bool]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                alone = token.line.lstrip().startswith("#")
                found[token.start[0]] = (token.string.lstrip("#").strip(), alone)
    except (tokenize.TokenError, SyntaxError):  # what comes before the mistake was read
        pass
    return list(_wants(found, line))


def _wants(comments: dict[int, tuple[str, bool]], line: int) -> Iterator[Want]:
    for number, (text, alone) in comments.items():
        label = EXPECTED.match(text) or (None if alone else BARE.match(text))
        if label is None:
            continue
        value, following = label[1], number + 1
        while (not value or value.count("[") > value.count("]")) and comments.get(following, ("", False))[1]:
            value += "\n" + comments[following][0]
            following += 1
        if value.strip():
            yield Want(line + number - 1, value.strip())
