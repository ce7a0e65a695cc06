"""Students' text, ids and points, fit to be shown: nothing acts on a terminal, a parser or a spreadsheet."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from fractions import Fraction

_UNSAFE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and newline: ANSI sequences, what XML 1.0 cannot hold
    "\u2028\u2029"  # line ends for some programs only
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # reorder what is shown: it reads as something else
    "\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # never seen
    "\ud800-\udfff"  # halves of a pair: cannot be encoded
    "\ufdd0-\ufdef"  # these and the last two of each plane are no characters
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_UNSAFE_ASCII = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""The same where there is nothing else: six times as fast on the output of a whole class."""

_NAMES = {"\r": r"\r", "\b": r"\b", "\f": r"\f", "\v": r"\v"}

_FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
"""Where a spreadsheet would start to compute. Also after `;`, which separates cells where `,` is decimal."""

_PLAIN_STEM = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}(?<!\.)")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names of devices on Windows, whatever their suffix."""


def visible(text: str) -> str:
    """The text with all that is not seen, or acts, as escapes such as `\\x1b`; newlines and tabs stay."""
    unsafe = _UNSAFE_ASCII if text.isascii() else _UNSAFE
    return unsafe.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same for ids, paths and titles: newlines and tabs become escapes as well."""
    return visible(text).replace("\n", r"\n").replace("\t", r"\t")


def _escape(match: re.Match[str]) -> str:
    char = match[0]
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
    return one_line(_FORMULA.sub(r"\1'", value))


def file_stem(id_: str) -> str:
    """A file name (no suffix) for an id; two ids never share one, not even where case does not count.

    Ids of small ASCII letters, digits and `._-` stay. All others are cleaned and get `~` and 60 bits of their
    SHA-256; no id that stays holds a `~`. The name depends on the id alone, so links to it last.
    """
    if _PLAIN_STEM.fullmatch(id_) and not _RESERVED.fullmatch(id_):
        return id_
    digest = hashlib.sha256(id_.encode("utf-8", "surrogatepass")).digest()
    mark = base64.b32encode(digest).decode("ascii").lower()[:12]
    ascii_only = unicodedata.normalize("NFKD", id_).encode("ascii", "ignore").decode("ascii")
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "_", ascii_only).strip("._-")[:60] or "submission"
    reserved = "_" if _RESERVED.fullmatch(cleaned) else ""
    return f"{reserved}{cleaned}~{mark}"


def points(value: Fraction | float) -> str:
    """Points for people: two decimals at most, halves away from zero, no trailing zeros: 1, 0.5, 1.67."""
    numerator, denominator = value.as_integer_ratio()
    hundredths = (200 * abs(numerator) + denominator) // (2 * denominator)
    whole, rest = divmod(hundredths, 100)
    decimals = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{'-' if value < 0 and hundredths else ''}{whole}{decimals}"


def number(value: Fraction | float) -> int | float:
    """Points for programs: a whole number where it is one, else four decimals."""
    rounded = round(float(value), 4)
    return int(rounded) if rounded.is_integer() else rounded
