"""Modules that no text file can hold: odd bytes, and too much of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hostile.attack import Attack, attack

RIGHT = """
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
"""
PLAIN = RIGHT.encode()
TENTHS = 10**5


def deep(opening: str, closing: str, count: int = TENTHS) -> bytes:
    """A right solution under an expression of that depth."""
    return f"x = {opening * count}1{closing * count}\n".encode() + PLAIN


def lines(line: str, count: int = TENTHS) -> bytes:
    """A right solution under many statements; `{n}` is the number of each."""
    return "\n".join(line.replace("{n}", str(n)) for n in range(count)).encode() + PLAIN


def with_cookie(codec: str, text: str = RIGHT) -> bytes:
    """Source that says which codec it is written in, and is not."""
    return f"# -*- coding: {codec} -*-\n{text}".encode()


NONE = ("none", "10")
UNREADABLE = ("load_error", "0")
EITHER = ("load_error|timeout|memory|crashed|missing|failed|none", "0..10")
"""Where it depends on the Python how far it gets."""

SOURCES: Mapping[str, tuple[str, tuple[str, str], Callable[[], bytes]]] = {
    "nul": ("holds a NUL", UNREADABLE, lambda: PLAIN + b"\0"),
    "only_nuls": ("holds nothing but NULs", UNREADABLE, lambda: bytes(TENTHS)),
    "mark_and_cookie": (
        "has a byte order mark and says that it is Latin-1",
        NONE,
        lambda: b"\xef\xbb\xbf" + with_cookie("latin-1"),
    ),
    "latin_1": (
        "is Latin-1, and says so",
        NONE,
        lambda: with_cookie("latin-1", "x = 'ä'\n" + RIGHT).decode().encode("latin-1"),
    ),
    "not_utf_8": ("is no UTF-8", NONE, lambda: b"x = '\xff\xfe\x80\xc3'\n" + PLAIN),
    "utf_16": ("is UTF-16", NONE, lambda: RIGHT.encode("utf-16")),
    "half_utf_16": ("is half a character of UTF-16", ("load_error|missing", "0"), lambda: b"\xff\xfe\x00"),
    "surrogates": ("holds halves of surrogate pairs", NONE, lambda: b"x = '\xed\xa0\x80'\n" + PLAIN),
    "unknown_cookie": ("says that it is in a codec that nobody knows", EITHER, lambda: with_cookie("no-such-codec")),
    "cookie_of_bytes": ("says that it is in a codec that makes bytes", EITHER, lambda: with_cookie("zlib_codec")),
    "cookie_of_lies": (
        "hides other code in UTF-7",
        EITHER,
        lambda: with_cookie("utf-7", "x = '+AAo-import os+AAo-os._exit(0)+AAo-'\n" + RIGHT),
    ),
    "slow_cookie": (
        "says that it is in a codec that takes quadratic time",
        EITHER,
        lambda: with_cookie("idna", RIGHT + "#" + "ü" * TENTHS),
    ),
    "slow_cookie_2": (
        "says that it is in another codec that takes quadratic time",
        EITHER,
        lambda: with_cookie("punycode", RIGHT + "#" + "a-" * TENTHS),
    ),
    "parentheses": ("nests 100,000 parentheses", ("load_error|crashed", "0"), lambda: deep("(", ")")),
    "brackets": ("opens 100,000 brackets and closes none", ("load_error|crashed", "0"), lambda: deep("[", "")),
    "signs": ("puts 100,000 signs before a number", EITHER, lambda: deep("-", "")),
    "additions": ("adds 100,000 numbers in one expression", EITHER, lambda: deep("1+", "")),
    "attributes": ("asks for an attribute of an attribute, 50,000 times", EITHER, lambda: deep("", ".a", 50_000)),
    "calls": ("calls what was called, 50,000 times", EITHER, lambda: deep("", "()", 50_000)),
    "lambdas": ("nests 5,000 lambdas", EITHER, lambda: deep("lambda: ", "", 5_000)),
    "comparisons": ("compares 100,000 numbers in a row", EITHER, lambda: deep("1<", "")),
    "conditions": ("nests 5,000 conditional expressions", EITHER, lambda: deep("1 if 1 else ", "", 5_000)),
    "branches": ("has 20,000 branches", EITHER, lambda: b"if 0: pass\n" + b"elif 0: pass\n" * 20_000 + PLAIN),
    "indents": (
        "nests 99 blocks",
        EITHER,
        lambda: "".join(f"{' ' * n}if 1:\n" for n in range(99)).encode() + b" " * 99 + b"pass\n" + PLAIN,
    ),
    "decorators": (
        "decorates a function 20,000 times",
        EITHER,
        lambda: b"@str\n" * 20_000 + b"def f(): pass\n" + PLAIN,
    ),
    "digits": ("has a number of 100,000 digits", ("load_error", "0"), lambda: b"x = " + b"9" * TENTHS + b"\n" + PLAIN),
    "hex_digits": (
        "has a number of 900,000 hexadecimal digits",
        NONE,
        lambda: b"x = 0x" + b"f" * 900_000 + b"\n" + PLAIN,
    ),
    "folded": (
        "has constants that would be folded into gigabytes",
        EITHER,
        lambda: b"x = ((1 << 4096) << 4096) ** 99 ** 9 if 0 else 'x' * 2**40 * 0\n" + PLAIN,
    ),
    "powers": (
        "has a constant that would never be computed",
        EITHER,
        lambda: b"def f(): return 9 ** 9 ** 9 ** 9\n" + PLAIN,
    ),
    "long_list": ("has a list of 400,000 numbers", EITHER, lambda: b"x = [" + b"1," * 400_000 + b"]\n" + PLAIN),
    "long_text": ("has a text of 900,000 characters", NONE, lambda: b"x = '" + b"y" * 900_000 + b"'\n" + PLAIN),
    "statements": ("has 100,000 statements", EITHER, lambda: lines("x = 1")),
    "definitions": ("defines 30,000 functions", EITHER, lambda: lines("def f{n}(): pass", 30_000)),
    "raising": ("has 50,000 statements that raise", EITHER, lambda: lines("1 / 0", 50_000)),
    "imports": ("imports 20,000 modules that are not there", EITHER, lambda: lines("import a{n}", 20_000)),
    "spaces": (
        "has a line of 900,000 spaces for the patterns that repair code",
        EITHER,
        lambda: PLAIN + b"x" + b" " * 900_000 + b"= (\n",
    ),
    "quotes": ("opens 300,000 texts", EITHER, lambda: b'"""' * 300_001),
    "fences": ("is 100,000 Markdown fences", EITHER, lambda: b"```\n" * TENTHS + PLAIN),
    "tabs": (
        "is 50,000 lines of tabs and spaces",
        EITHER,
        lambda: b"if 1:\n" + b"\tx = 1\n        y = 1\n" * 25_000 + PLAIN,
    ),
    "continued": ("continues a line 100,000 times", EITHER, lambda: b"x = 1 \\\n" + b"\\\n" * TENTHS + b"\n" + PLAIN),
    "form_feeds": (
        "is separated by form feeds and carriage returns",
        EITHER,
        lambda: b"\f\r\f\r" * 1000 + PLAIN.replace(b"\n", b"\r"),
    ),
    "braces": ("nests 1,000 replacement fields in a text", EITHER, lambda: b"x = f'" + b'{f"' * 1000 + b"\n" + PLAIN),
    "empty": ("is empty", UNREADABLE, lambda: b""),
    "nothing": ("holds nothing but line ends and marks", UNREADABLE, lambda: b"\xef\xbb\xbf\n\r\n\t \f\n"),
    "too_large": ("is a byte larger than what is graded", UNREADABLE, lambda: PLAIN.ljust(1_000_001, b"#")),
    "largest": ("is as large as what is graded", NONE, lambda: PLAIN.ljust(1_000_000, b"#")),
    "programs": (
        "imports modules that are programs",
        ("crashed|timeout|none", "0..10"),
        lambda: (
            "\n".join(
                f"import {name}.__main__" for name in ("unittest", "lib2to3", "ensurepip", "tkinter", "venv")
            ).encode()
            + PLAIN
        ),
    ),
    "side_effects": (
        "imports modules that do something",
        NONE,
        lambda: (
            b"import antigravity, this, idlelib.idle, turtledemo.clock, test.autotest, __hello__, pip, site\n" + PLAIN
        ),
    ),
    "marks_of_cells": (
        "says 100,000 times that it is an exported notebook",
        EITHER,
        lambda: b"# In[1]:\nx = 1\n" * 50_000 + PLAIN,
    ),
    "marks_that_match": (
        "is an export in which every cell defines everything again",
        EITHER,
        lambda: b"# Automatically generated by Colab\n" + PLAIN * 60 + PLAIN.replace(b"return", b"return 1 or"),
    ),
}

SLOW = frozenset({"raising", "definitions", "tabs", "calls", "long_list", "marks_of_cells"})
"""They use up a submission's time, or much of it."""


def sources() -> Iterator[Attack]:
    """Every attack of this module."""
    for name, (what, (verdict, score), content) in SOURCES.items():

        def make(folder: Path, bait: Mapping[str, str], content: Callable[[], bytes] = content) -> Path:
            return written(folder / "attack.py", content())

        slow = "yes" if name in SLOW else "no"
        yield attack(f"source_{name}", {"attack": what, "verdict": verdict, "score": score, "slow": slow}, make)


def written(path: Path, data: bytes) -> Path:
    """The path, with that in it."""
    path.write_bytes(data)
    return path
