"""Words and marks that a console can show: no markup, no control characters, nothing its encoding lacks."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from grader.reports.safe import one_line, visible

_PLAIN = {
    "✓": "+",
    "✗": "x",
    "█": "#",
    "░": ".",
    "│": "|",
    "…": "...",
    "→": "->",
    "√": "sqrt ",
    "ᵀ": "^T",
    "·": "*",
    "×": "x",
    "−": "-",
    "–": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~",
}
"""What formulas and our own marks become where they cannot be written."""


MOST = 2000
"""Characters of a text; nobody reads more of one on a terminal, and rich takes seconds to wrap a megabyte."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How text reaches one console."""

    encoding: str

    @classmethod
    def of(cls, console: Console) -> Ink:
        """For this console. (`console.encoding` is the file's only if one was given; the default says UTF-8.)"""
        encoding = getattr(console.file, "encoding", None) or "utf-8"
        try:
            "".encode(encoding)
        except LookupError:
            encoding = "ascii"
        return cls(encoding)

    def text(self, words: str, style: str = "") -> Text:
        """Text of several lines; never read as markup. The style is a span: what is appended has its own."""
        return Text.assemble((self._written(visible(words[:MOST])), style))

    def line(self, words: str, style: str = "") -> Text:
        """Text in which newlines are shown as escapes."""
        return Text.assemble((self._written(one_line(words[:MOST])), style))

    def excerpt(self, words: str, style: str = "", *, lines: int = 8, chars: int = 600) -> Text:
        """The beginning of text of unknown length, such as an exception's message."""
        whole = words.strip("\n")
        kept = "\n".join(whole[:chars].split("\n")[:lines])
        return self.text(kept + ("" if kept == whole else " …"), style)

    def bar(self, share: float, cells: int) -> Text:
        """A share as a bar; full only when it is 1, so that a lost point is seen."""
        full = int(max(0.0, min(1.0, share)) * cells)
        return Text.assemble(
            (self._written("█") * full, score_style(share)), (self._written("░") * (cells - full), "dim")
        )

    def cut(self, line: Text, width: int, *, pad: bool = False) -> Text:
        """The line in at most this many columns, in place. (Rich writes an ellipsis whatever the encoding.)"""
        line.truncate(max(width, 1), overflow="ellipsis" if self._written("…") == "…" else "crop", pad=pad)
        return line

    def _written(self, words: str) -> str:
        try:
            words.encode(self.encoding)
        except UnicodeEncodeError:
            return "".join(map(self._char, words))
        return words

    def _char(self, char: str) -> str:
        try:
            char.encode(self.encoding)
        except UnicodeEncodeError:
            return _PLAIN.get(char) or char.encode("ascii", "backslashreplace").decode("ascii")
        return char


def score_style(share: float) -> str:
    """The colour of a share of the points."""
    return "green" if share >= 1 else "yellow" if share >= 0.5 else "red"
