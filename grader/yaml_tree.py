"""Reads one YAML file as plain Python data by the rules of YAML 1.2, with the place of every value.

PyYAML is used for its events only: its own trees follow YAML 1.1 (`1e-5` is text, `on` is true), drop
duplicate keys without a word, follow aliases and are built by recursion. Here a stack does that.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

Path = tuple[str | int, ...]
MAX_CHARACTERS, MAX_DEPTH = 1_000_000, 50
MAX_DIGITS, _TOO_LARGE = 4300, 10**4300  # Python would not print it in a message about it


@dataclass(frozen=True)
class Mark:
    """A place in the file; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """Something its author has to change; with `mark` None its place is that of `path`."""

    path: Path
    message: str
    mark: Mark | None


@dataclass(frozen=True)
class Tree:
    """What a file says. Where a problem ended the reading early, `data` is None."""

    data: object
    marks: Mapping[Path, Mark] = field(repr=False)

    def mark(self, path: Path) -> Mark:
        """Place of a value (in a mapping: of its key), else of the nearest parent that has one."""
        known = (path[:length] for length in range(len(path), -1, -1) if path[:length] in self.marks)
        return self.marks.get(next(known, ()), Mark(1, 1))


def read_tree(text: str) -> tuple[Tree, tuple[Problem, ...]]:
    """Reads a file and never raises; what can be read despite a problem is in the tree all the same."""
    builder = _Builder()
    try:
        builder.read(text.removeprefix("\ufeff"))
    except _StopError as stop:
        return Tree(None, builder.marks), (*builder.problems, Problem((), *stop.args))
    return Tree(builder.data, builder.marks), tuple(builder.problems)


def plain_value(text: str) -> object:
    """Value of text without quotes in the YAML 1.2 core schema; ValueError for a number out of range."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        if len(text.lstrip("+-")) > MAX_DIGITS or abs(number := int(text, base)) >= _TOO_LARGE:
            raise ValueError(f"it has more than {MAX_DIGITS} digits")
        return number
    if _FLOAT.fullmatch(text):
        if math.isinf(float(text)):
            raise ValueError("the largest is about 1.8e308; infinity is .inf")
        return float(text)
    return text


def hint(value: object) -> str:
    """For errors about types: what to write in place of text that YAML 1.1 takes for something else."""
    surprise = isinstance(value, str) and _SURPRISE.fullmatch(value)
    return "write true or false, or a number in plain decimal digits" if surprise else ""


class _StopError(Exception):
    """Ends the reading with a message and its mark: the rest cannot be read, or should not be."""


@dataclass
class _Open:
    """A list or mapping that is not closed yet, and of a mapping the entry that is being read."""

    value: list[object] | dict[str, object]
    path: Path
    bracket: Mark | None  # where its "[" or "{" is, if it has one
    key: str | None = None  # None: a key comes next
    drop: bool = False  # the entry is read for its problems only


class _Builder:
    """Makes the tree from events: one step each, at any depth."""

    def __init__(self) -> None:
        self.data: object = None
        self.marks: dict[Path, Mark] = {}
        self.problems: list[Problem] = []
        self._open: list[_Open] = []

    def read(self, text: str) -> None:
        """Takes all events of a text; raises _StopError."""
        if len(text) > MAX_CHARACTERS:
            raise _StopError(f"the file is longer than {MAX_CHARACTERS:,} characters", Mark(1, 1))
        if found := _UNREADABLE.search(text):
            lines = re.split("\r\n|\r|\n", text[: found.start()])
            message = f"{found.group()!a:.40} cannot be in a file like this: delete it"
            raise _StopError(message, Mark(len(lines), len(lines[-1]) + 1))
        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            said = f"{error.context}: {error.problem}"
            message = next(_SYNTAX[pattern] for pattern in _SYNTAX if re.search(pattern, said))
            place = ("while scanning" in said and error.context_mark) or error.problem_mark
            mark = Mark(place.line + 1, place.column + 1) if place else Mark(1, 1)
            bracket = next((part.bracket for part in reversed(self._open) if part.bracket), mark)
            raise _StopError(message.format(bracket.line, bracket.column, error.problem), mark) from error
        if not self.marks:
            raise _StopError(_EMPTY, Mark(1, 1))

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            if self.marks:
                raise _StopError(_SECOND, _mark(event))
        elif isinstance(event, yaml.NodeEvent):
            top = self._open[-1] if self._open else None
            if top and isinstance(top.value, dict) and top.key is None:
                self._take_key(top, top.value, event)
            else:
                self._take_value(top, event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()

    def _take_key(self, top: _Open, entries: dict[str, object], event: yaml.NodeEvent) -> None:
        text = event.value.strip() if isinstance(event, yaml.ScalarEvent) and not event.style else "?"
        value = self._node((*top.path, text), event)
        top.key = key = value if isinstance(value, str) else text
        path = (*top.path, key)
        top.drop = True
        if not isinstance(event, yaml.ScalarEvent):
            self._problem(path, event, _COMPLEX_KEY)
        elif event.style is None and key in _NO_KEYS:
            self._problem(path, event, _NO_KEYS[key])
        elif key in entries:
            self._problem(path, event, _DUPLICATE.format(key, self.marks[path].line, _mark(event).line))
        else:
            top.drop = False
            if not isinstance(value, str):
                self._problem(path, event, _NOT_TEXT.format(key))
        self.marks.setdefault(path, _mark(event))

    def _take_value(self, top: _Open | None, event: yaml.NodeEvent) -> None:
        path: Path = ()
        if top:
            path = (*top.path, len(top.value) if top.key is None else top.key)
        elif isinstance(event, yaml.ScalarEvent) and event.style is None and not event.value:
            raise _StopError(_EMPTY, Mark(1, 1))
        self.marks.setdefault(path, _mark(event))
        value = self._node(path, event)
        if top is None:
            self.data = value
        elif isinstance(top.value, list):
            top.value.append(value)
        elif top.key is not None:
            if not top.drop:
                top.value[top.key] = value
            top.key = None

    def _node(self, path: Path, event: yaml.NodeEvent) -> object:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._problem(path, event, _ALIAS)
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self._problem(path, event, _TAG)
        if isinstance(event, yaml.CollectionStartEvent):
            mark = _mark(event)
            if len(self._open) == MAX_DEPTH:
                raise _StopError(_DEPTH, mark)
            value: list[object] | dict[str, object] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            self._open.append(_Open(value, path, mark if event.flow_style else None))
            return value
        return self._scalar(path, event) if isinstance(event, yaml.ScalarEvent) else None

    def _scalar(self, path: Path, event: yaml.ScalarEvent) -> object:
        try:
            if event.style is not None:  # JSON writes a character beyond U+FFFF as two escapes
                return event.value.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
            if event.value.strip() != event.value:
                self._problem(path, event, _ODD_SPACE)
            return plain_value(event.value.strip())
        except UnicodeDecodeError:
            self._problem(path, event, _HALF)
        except ValueError as error:
            self._problem(path, event, f"this number is too large: {error}; {_QUOTES}")
        return None

    def _problem(self, path: Path, event: yaml.Event, message: str) -> None:
        self.problems.append(Problem(path, message, _mark(event)))


def _mark(event: yaml.Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else Mark(1, 1)


_UNREADABLE = re.compile(  # besides characters, what PyYAML would let end in a ValueError
    "[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    r"|\\U(?!00(0|10))[0-9a-fA-F]{8}|(?m:^%YAML.*[0-9]{99})"
)
_INTEGER = re.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SURPRISE = re.compile("(?i)y|yes|on|n|no|off|0b[01_]+|[-+]?[0-9][0-9_]*[_:][0-9_:]*([.][0-9_]*)?")
_CONSTANTS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{f"{sign}.{word}": float(sign + word) for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_QUOTES = "if it is a text, put all of it in quotes"
_EMPTY = "the file is empty: it has nothing, or nothing but comments"
_SECOND = 'a second document begins here: delete the line "---" or make two files'
_DEPTH = f"more than {MAX_DEPTH} lists and mappings are inside each other here: make it simpler"
_ALIAS = f"names for parts (&name) and their use (*name) are not allowed: write the part out; {_QUOTES}"
_TAG = f"tags (!name) are not allowed: leave it out; {_QUOTES}"
_HALF = r"this is half of a character (\ud800 to \udfff are halves): write the character itself"
_ODD_SPACE = "an odd space (not that of the space bar) begins or ends this: delete it"
_COMPLEX_KEY = f"a list or mapping cannot be a key: {_QUOTES}"
_NO_KEYS = {"": "a key is missing before the colon", "<<": '"<<" (merging) is not allowed: write it all out'}
_DUPLICATE = "the key {!r:.40} is in line {} and again in line {}: keep one of them"
_NOT_TEXT = 'the key {0:.40} is not a text: write it in quotes, "{0:.40}"'
_SYNTAX = {  # what PyYAML says (context: problem) and what to say instead; the first that fits
    r"'\\t' that cannot": "there is a tab character here: use spaces (a tab can only be in quotes)",
    "start any|an a[ln]|tag|URI|block sc|direct|keys are": "a text that begins like this has to be in quotes",
    "values are not": f"a colon too many: {_QUOTES}; if a key was meant, check how far it is indented",
    "entries are not": f"a list cannot begin in the middle of a line: begin a new line; {_QUOTES}",
    "expected ':'": 'write "key: value", with a space after the colon, or indent more to continue a text',
    "found unexpected [ed]": "the quote that opens here is never closed",
    "double-quoted": "in double quotes a backslash is special: write it twice, or use single quotes",
    "flow .*'<stream end>'": "the bracket that opens in line {0}, column {1} is never closed",
    "flow .*got": "a comma or quotes are missing, or the bracket of line {0}, column {1} is not closed",
    r"k end.*(<(scalar|a|tag)|'[\[{])": "nothing can follow a closing bracket or quote (inside '…' write '')",
    r"node content|found '[\]},]'": f"this does not belong here, or something is missing; {_QUOTES}",
    "block end|document start": "this fits nothing above: lines that belong together begin in one column",
    "": "this cannot be read as YAML ({2})",
}
