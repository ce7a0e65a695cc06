"""How a step's values get their names: as Python unpacks them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from grader.calls import bind


@pytest.mark.parametrize(
    "returned",
    [(1, 2), [1, 2], np.array([1, 2]), map(int, "12"), (n for n in (1, 2)), {"a": 1, "b": 2}.values(), range(1, 3)],
)
def test_whatever_can_be_unpacked_is(returned: Any) -> None:
    names: dict[str, Any] = {}
    assert bind(returned, ["a", "b"], names) == ""
    assert names == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ((1, 2, 3), "tuple of 3"),
        (np.array([1]), "ndarray of 1"),
        (np.array(1), "ndarray"),
        (iter([1]), "list_iterator of 1"),
        (itertools.count(), "count of more than 2"),  # it has no end
        ("ab", "str"),  # its letters are no answer
        (None, "NoneType"),
        (7, "int"),
    ],
)
def test_what_cannot_is_said(returned: Any, said: str) -> None:
    assert bind(returned, ["a", "b"], {}) == said


def test_one_name_takes_whatever_comes() -> None:
    names: dict[str, Any] = {}
    assert bind((1, 2), ["a"], names) == ""
    assert names == {"a": (1, 2)}
