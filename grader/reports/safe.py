"""Students' text, ids and points, fit to be shown: nothing acts on a terminal, a parser or a spreadsheet."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import unicodedata
from fractions import Fraction

_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and newline: ANSI sequences, what XML 1.0 cannot hold
    "\u2028\u2029"  # line ends for some programs only
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # reorder what is shown: it reads as something else
    # Never seen: Unicode's Default_Ignorable_Code_Point but for what _MARKS has, and the anchors of annotations.
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    "\ud800-\udfff"  # halves of a pair: cannot be encoded
    "\ufdd0-\ufdef"  # these and the last two of each plane are no characters
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
)
_VARIANTS, _JOINERS = "\ufe00-\ufe0f\U000e0100-\U000e01ef", "\u200c\u200d"
_MARKS = _VARIANTS + _JOINERS
"""Not seen either, but part of how an emoji or a letter outside of ASCII is written: one of each may follow it."""
_ACCENTS = "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""A letter has a few; a pile of them is drawn over the lines above and below."""

_UNSAFE = re.compile(f"[{_UNSEEN}]|[{_MARKS}]+|[{_ACCENTS}]{{4,}}[{_MARKS}]*")
_KEPT = re.compile(
    f"[{_ACCENTS}]{{3}}"
    f"|(?<=[0-9#*])\ufe0f(?=\u20e3)"  # the emoji of a key
    f"|(?<=[^\x00-\x7f{_UNSEEN}])[{_VARIANTS}]?[{_JOINERS}]?"
)
"""The beginning of a run of marks or accents that is shown as it is."""
_UNSAFE_ASCII = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""The same where there is nothing else: six times as fast on the output of a whole class."""

_NAMES = {"\r": r"\r", "\b": r"\b", "\f": r"\f", "\v": r"\v"}

_FORMULA = re.compile(r"(^|;)(?=[\s\"\u200c\u200d]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
"""Where a spreadsheet would start to compute. Also after `;`, which separates cells where `,` is decimal; the quotes
around a cell that holds `"` are then no quotes, but ours before a `"` of the student's is an empty pair of them."""
_LONGEST_CELL = 16_000
"""Excel puts what is beyond 32,767 into the next row, and counts an emoji twice; Python's reader refuses 131,073."""

_PLAIN_STEM = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}(?<!\.)")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names of devices on Windows, whatever their suffix."""


def visible(text: str) -> str:
    """The text with all that is not seen, or acts, as escapes such as `\\x1b`; newlines and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    unsafe = _UNSAFE_ASCII if text.isascii() else _UNSAFE
    return unsafe.sub(_shown, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same for ids, paths and titles: newlines and tabs become escapes as well."""
    if text.isascii() and text.isprintable():
        return text
    return visible(text).replace("\n", r"\n").replace("\t", r"\t")


def _shown(found: re.Match[str]) -> str:
    kept = _KEPT.match(found.string, found.start())
    end = kept.end() if kept else found.start()
    return found.string[found.start() : end] + "".join(map(_escape, found.string[end : found.end()]))


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return _NAMES.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def csv_cell(value: str | Fraction | float | None) -> str:
    """A cell that no spreadsheet takes for a formula: text is guarded by `'`, our own numbers are not."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return points(value)
    cell = one_line(_FORMULA.sub(r"\1'", value[: _LONGEST_CELL + 1]))
    return cell if len(cell) <= _LONGEST_CELL else cell[:_LONGEST_CELL] + " …"


def file_stem(id_: str, alone: bool = True) -> str:
    """A file name (no suffix) for an id; two ids never share one, not even where case does not count.

    Ids of ASCII letters, digits and `._-` stay, those with capitals only where they are `alone`: no other id differs
    from them in case only. All others are cleaned and get `~` and 60 bits of their SHA-256; no id that stays holds `~`.
    """
    if _PLAIN_STEM.fullmatch(id_.lower() if alone and id_.isascii() else id_) and not _RESERVED.fullmatch(id_):
        return id_
    digest = hashlib.sha256(id_.encode("utf-8", "surrogatepass")).digest()
    mark = base64.b32encode(digest).decode("ascii").lower()[:12]
    ascii_only = unicodedata.normalize("NFKD", id_).encode("ascii", "ignore").decode("ascii")
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "_", ascii_only).strip("._-")[:60] or "submission"
    reserved = "_" if _RESERVED.fullmatch(cleaned) else ""
    return f"{reserved}{cleaned}~{mark}"


def points(value: Fraction | float) -> str:
    """Points for people: two decimals at most, halves away from zero, no trailing zeros: 1, 0.5, 1.67."""
    return _points(*value.as_integer_ratio())


def number(value: Fraction | float) -> int | float:
    """Points for programs: a whole number where it is one, else four decimals."""
    rounded = round(float(value), 4)
    return int(rounded) if rounded.is_integer() else rounded


@functools.lru_cache(maxsize=1024)
def _points(numerator: int, denominator: int) -> str:
    """The few values of an assignment are written thousands of times for a class."""
    hundredths = (200 * abs(numerator) + denominator) // (2 * denominator)
    whole, rest = divmod(hundredths, 100)
    decimals = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{'-' if numerator < 0 and hundredths else ''}{whole}{decimals}"
