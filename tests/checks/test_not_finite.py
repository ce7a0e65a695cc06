"""Where NaN and infinity come from, by what numpy warned of."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks.not_finite import CAUSES, UNKNOWN, cause_of

OVERFLOW = "overflow encountered in exp: a.py, line 8"
DIVIDE = "invalid value encountered in divide: a.py, line 9"
LOG = "divide by zero encountered in log: a.py, line 2"
SUBTRACT = "invalid value encountered in subtract: a.py, line 5"
MATMUL = "invalid value encountered in matmul: a.py, line 7"
ZERO = "divide by zero encountered in divide: a.py, line 3"


@pytest.mark.parametrize(
    ("what", "warned", "begins"),
    [
        ("NaN", [OVERFLOW, DIVIDE], "a.py, line 8: exp grew too large; subtract"),
        ("NaN", [DIVIDE], "a.py, line 9: 0 / 0"),
        ("NaN", [LOG, SUBTRACT, DIVIDE], "a.py, line 5: infinity minus infinity"),
        ("NaN", [ZERO, MATMUL], "a.py, line 3: something is divided by 0"),
        ("NaN", [ZERO, SUBTRACT], "a.py, line 3: something is divided by 0"),
        ("NaN", [LOG], "a.py, line 2: the log of 0"),
        ("NaN", [MATMUL], "a.py, line 7: infinity or NaN went into it"),
        ("infinity", [OVERFLOW], "a.py, line 8: exp"),
        ("infinity", [LOG], "a.py, line 2: the log of 0"),
        ("NaN", ["something else: a.py, line 2", DIVIDE], "a.py, line 9: 0 / 0"),
        ("NaN", ["made up encountered in a lie: a.py, line 2"], UNKNOWN["NaN"]),
        ("NaN", [], UNKNOWN["NaN"]),
        ("infinity", [], UNKNOWN["infinity"]),
    ],
)
def test_the_cause(what: str, warned: list[str], begins: str) -> None:
    assert cause_of(what, "; ".join(warned)).startswith(begins)


ZEROS = np.zeros(2)
WAYS: dict[str, Callable[[], Any]] = {
    "overflow encountered in exp": lambda: np.exp(ZEROS + 1000),
    "overflow encountered in": lambda: (ZEROS + 1e300) * 1e300,
    "divide by zero encountered in log": lambda: np.log(ZEROS),
    "divide by zero encountered in (?:scalar )?power": lambda: np.power(ZEROS, -1.0),
    "divide by zero encountered in": lambda: (ZEROS + 1) / ZEROS,
    "invalid value encountered in (?:scalar |true_)?divide": lambda: ZEROS / ZEROS,
    "invalid value encountered in (?:scalar )?(?:log|sqrt|power)": lambda: np.sqrt(ZEROS - 1),
    "invalid value encountered in (?:scalar )?subtract": lambda: (ZEROS + np.inf) - np.inf,
    "invalid value encountered in (?:scalar )?multiply": lambda: ZEROS * np.inf,
    "invalid value encountered in": lambda: np.floor_divide(ZEROS + np.inf, 1.0),
}


@pytest.mark.parametrize("part", [part for part, _ in CAUSES])
def test_numpy_says_it_in_these_words(part: str) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        WAYS[part]()
    said = f"{seen[0].message}: a.py, line 1"
    assert cause_of("infinity", said) == f"a.py, line 1: {dict(CAUSES)[part]}"


def test_what_a_divisor_of_0_may_be() -> None:
    """0 / 0 comes of a row of weights that sums to 0, of √0 for a size, and inf / inf warns in the same words."""
    divisor = "is the divisor a sum of weights, or a size?"
    assert cause_of("NaN", DIVIDE) == f"a.py, line 9: 0 / 0, or infinity by infinity; {divisor}"
    assert cause_of("NaN", ZERO) == "a.py, line 3: something is divided by 0: a sum of weights, or a size?"


def test_so_it_does_of_single_numbers() -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        np.float64(0) / np.float64(0)
    assert "0 / 0" in cause_of("NaN", f"{seen[0].message}: a.py, line 1")
