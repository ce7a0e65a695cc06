"""A CSV file whose cells can be changed one by one: all that is not changed stays as it was, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.errors import UsageError
from grader.reports.safe import one_line

MOST_BYTES = 64 * 1024 * 1024
DELIMITERS = (",", ";", "\t")
_BOM = b"\xef\xbb\xbf"
_AGAIN = "export it again, and do not open it in a spreadsheet before"


@dataclass(frozen=True)
class Table:
    """The file's text, and where in it each cell of each record lies (with its quotes). Blank lines are no records."""

    path: Path
    text: str
    has_mark: bool
    """Whether it began with a byte order mark."""
    delimiter: str
    records: Sequence[Sequence[tuple[int, int]]]
    lines: Sequence[int]
    """The line on which each record begins, from 1."""

    @cached_property
    def headings(self) -> list[str]:
        """Of the first record, without blanks around."""
        return [self.value(0, column).strip() for column in range(len(self.records[0]))]

    def value(self, record: int, column: int) -> str:
        """What the cell says; empty where the record is shorter."""
        cells = self.records[record]
        return _unquoted(self.text[slice(*cells[column])]) if column < len(cells) else ""

    def with_cells(self, values: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other values in some cells, by record and column: quoted where the old one was, or must be."""
        parts, done = [], 0
        for (record, column), value in sorted(values.items()):
            start, end = self.records[record][column]
            parts += [self.text[done:start], self._quoted(value, self.text[start:end].startswith('"'))]
            done = end
        parts.append(self.text[done:])
        return (_BOM if self.has_mark else b"") + "".join(parts).encode()

    def _quoted(self, value: str, was_quoted: bool) -> str:
        if was_quoted or any(char in value for char in (self.delimiter, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value


def text_of(path: Path) -> tuple[str, bool]:
    """The file's text, and whether it began with a byte order mark. Raises UsageError where it is no UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from None
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path}: larger than {MOST_BYTES >> 20} MB: this is no gradebook")
    if data.startswith(b"PK"):
        raise UsageError(f"{path}: this is a spreadsheet or a zip, no CSV; export the gradebook as CSV")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise UsageError(f"{path}: this is not UTF-8 text, which is what the LMS exports and reads; {_AGAIN}")
    has_mark = data.startswith(_BOM)
    try:
        return data[len(_BOM) if has_mark else 0 :].decode(), has_mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: this is not UTF-8 (a spreadsheet saved it otherwise?); {_AGAIN}") from None


def headings(text: str, delimiter: str) -> list[str]:
    """The first record's cells, or none where it is no CSV with this delimiter."""
    begin = re.search(r"[^\r\n]", text)
    ends = _scan(text, delimiter, begin.start() if begin else 0, one=True)
    return [] if isinstance(ends, int) else [_unquoted(text[slice(*cell)]).strip() for cell in ends[0]]


def parsed(path: Path, text: str, has_mark: bool, delimiter: str) -> Table:
    """The whole file. Raises UsageError where its quotes are broken."""
    found = _scan(text, delimiter, 0)
    if isinstance(found, int):
        line = text.count("\n", 0, found) + 1
        raise UsageError(f'{path}:{line}: a `"` is not closed, or more follows it; {_AGAIN}')
    records, lines, line, seen = [], [], 1, 0
    for cells in found:
        start, end = cells[0][0], cells[-1][1]
        line += _line_ends(text[seen:start])
        seen = start
        if text[start:end].strip(delimiter + " \t"):
            records.append(cells)
            lines.append(line)
    return Table(path, text, has_mark, delimiter, records, lines)


def shown(text: str) -> str:
    """A cell's text for a sentence."""
    return one_line(text if len(text) <= 80 else text[:79] + "…")


_Cells = list[tuple[int, int]]


def _scan(text: str, delimiter: str, start: int, one: bool = False) -> list[_Cells] | int:
    """Each record's cells (only the first's, where `one`), or the place where this is no CSV any more."""
    mark = re.escape(delimiter)
    cell = re.compile(rf'("(?:[^"]|"")*"|(?!")[^{mark}\r\n]*)({mark}|\r\n|\n|\r|\Z)')
    records: list[_Cells] = []
    cells: _Cells = []
    at = start
    while at < len(text) or cells:
        found = cell.match(text, at)
        if found is None:
            return at
        cells.append(found.span(1))
        at = found.end()
        if found[2] != delimiter:
            records.append(cells)
            cells = []
            if one:
                break
    return records or [[(start, start)]]


def _unquoted(raw: str) -> str:
    return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
