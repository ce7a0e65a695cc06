"""Text and numbers for a page: made visible, cut where a page would grow beyond reading, digits that tell apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.compare import Tolerance
from grader.insight import Array
from grader.reports.safe import one_line, visible

MOST_CHARS = 16_000
"""Characters of text on a page. In HTML each takes up to five bytes, and a page stays below 300 KB."""


class Room:
    """What is left of a page for text. What is asked for first gets it."""

    def __init__(self, chars: int = MOST_CHARS) -> None:
        self._left = chars

    def text(self, text: str, most: int = 2000) -> str:
        """Lines of text, safe to be shown; cut, and said to be, after `most` characters or where the page is full."""
        return self._shown(visible, text, most).strip("\n")

    def line(self, text: str, most: int = 200) -> str:
        """The same of an id, a path or a title: newlines and tabs are shown as escapes."""
        return self._shown(one_line, text, most)

    def _shown(self, safe: Callable[[str], str], text: str, most: int) -> str:
        room = min(most, self._left)
        shown = safe(text[:room])  # cut first: of 10 MB it would take long
        taken = shown[:room]
        self._left -= len(taken)
        return f"{taken} … (cut)" if len(text) > room or len(shown) > room else taken


def capitalised(text: str) -> str:
    """A sentence's beginning; a name in it, such as `compute_qkv`, stays as it is."""
    word = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if word.isalpha() and word.islower() and word != text else text


def differs(got: Array, expected: Array) -> Array | None:
    """Entry by entry, whether two arrays differ by more than rounding; None when their shapes do."""
    if got.shape != expected.shape:
        return None
    wide = np.complex128 if "c" in (got.dtype.kind, expected.dtype.kind) else np.float64
    one, other = got.astype(wide), expected.astype(wide)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(one - other) <= Tolerance().allowed(expected)
    return np.asarray(~(near | (one == other) | (np.isnan(one) & np.isnan(other))))


def digits_for(got: Array, expected: Array, off: Array | None) -> int:
    """Digits with which entries that differ also look different."""
    if off is None:
        return 4
    pairs = list(zip(got[off].tolist(), expected[off].tolist(), strict=True))[:200]
    for digits in (4, 6, 9):
        if all(number(one, digits) != number(other, digits) for one, other in pairs):
            return digits
    return 17


def number(value: complex | float, digits: int = 4) -> str:
    """A number for people: `−0.25`, `2`, `nan`."""
    if isinstance(value, bool):
        return str(value)
    return f"{value:.{digits}g}".replace("-", "−")


def shape(sizes: Sequence[int]) -> str:
    """A shape as people say it: `2 × 3`; empty for a number."""
    return " × ".join(map(str, sizes)) if len(sizes) != 1 else f"{sizes[0]} {'number' if sizes[0] == 1 else 'numbers'}"
