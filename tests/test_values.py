"""What a student's function returns becomes a plain array, or is named; it never does anything."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from grader import values, wire
from grader.values import as_wire, encode_values

ROOM = 1000


class Pair(NamedTuple):
    """A tuple of a class of its own."""

    a: int
    b: int


@pytest.mark.parametrize(
    ("value", "kind", "plain"),
    [
        (None, "none", None),
        (np.arange(3.0), "array", [0.0, 1.0, 2.0]),
        (np.float32(2), "scalar", 2.0),
        (True, "scalar", True),
        (3, "scalar", 3),
        (2.5, "scalar", 2.5),
        (1j, "scalar", 1j),
        ([1, 2], "list", [1, 2]),
        (([1.0], [2.0]), "tuple", [[1.0], [2.0]]),
        (Pair(1, 2), "tuple", [1, 2]),
        ([np.ones(2), np.zeros(2)], "list", [[1.0, 1.0], [0.0, 0.0]]),
        (np.longdouble(1.5), "scalar", 1.5),
        (np.array([1.5], np.clongdouble), "array", [1.5 + 0j]),
        (np.ma.masked_array([1.0, 2.0], [True, False]), "array", [1.0, 2.0]),
        ([[1], [2, 3]], "list", None),
        ([object()], "list", None),
        (["a"], "list", None),
        (10**30, "scalar", None),
        (np.str_("a"), "scalar", None),
        (np.array(["a"]), "array", None),
        (np.array([None]), "array", None),
        ("text", "other", None),
        ({"a": 1}, "other", None),
        ({1}, "other", None),
        (iter([1]), "other", None),
        (len, "other", None),
        (range(3), "other", None),
    ],
    ids=lambda value: re.sub(r" at 0x[0-9a-f]+", "", repr(value)),  # the same in every process
)
def test_kinds(value: object, kind: str, plain: object) -> None:
    found, array = as_wire(value, ROOM)
    assert found == kind
    assert (None if array is None else array.tolist()) == plain
    assert array is None or type(array) is np.ndarray


@pytest.mark.parametrize(
    "giant",
    [
        np.broadcast_to(1.0, (10**6, 10**6)),
        np.broadcast_to(np.longdouble(1), (10**6, 10**6)),
        np.lib.stride_tricks.as_strided(np.zeros(1), (10**9,), (0,)),
        np.zeros(ROOM, np.int8).reshape(2, -1).repeat(2, axis=0),
        [0.0] * ROOM,
    ],
    ids=lambda giant: type(giant).__name__,
)
def test_giants_are_too_large_before_they_are_copied(giant: object) -> None:
    assert as_wire(giant, ROOM) == ("too_large", None)


def test_the_room_is_for_all_values_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MAX_REPLY", 24)
    body = encode_values({"a": np.zeros(2), "b": np.zeros(2), "c": np.zeros(1)}, {})
    fields = wire.parse_body(*body, 0).fields
    assert [entry[1] for entry in fields["values"]] == ["array", "too_large", "array"]


def test_giants_of_no_elements_do_not_cross() -> None:
    assert as_wire(np.empty((0, 2**31)), ROOM) == ("too_large", None)
    assert as_wire(np.empty((wire.MAX_EXTENT + 1, 0)), ROOM) == ("too_large", None)
    assert as_wire(np.empty((wire.MAX_EXTENT, 0)), ROOM)[0] == "array"


HOSTILE = """
import numpy as np

class Liar:
    @property
    def __class__(self): return np.ndarray
    def __array__(self, *args, **kwargs): raise AssertionError("asked")

class Raiser:
    @property
    def __class__(self): raise KeyboardInterrupt

class LyingArray(np.ndarray):
    nbytes = 0
    shape = ()
    dtype = np.dtype("f4")
    def __eq__(self, other): return True
    def __array_finalize__(self, array): pass

class Nameless(type):
    @property
    def __name__(cls): raise SystemExit

class Unnamed(metaclass=Nameless): pass

class OddList(list):
    def __len__(self): raise KeyboardInterrupt
    def __iter__(self): raise KeyboardInterrupt

class OddTuple(tuple):
    def __len__(self): raise KeyboardInterrupt
"""


@pytest.fixture(scope="module")
def hostile() -> Any:
    """A student's classes."""
    space: dict[str, Any] = {}
    exec(HOSTILE, space)
    return SimpleNamespace(**space)


def test_objects_that_lie_or_raise(hostile: Any) -> None:
    assert as_wire(hostile.Liar(), ROOM) == ("other", None)
    assert as_wire(hostile.Raiser(), ROOM) == ("other", None)
    assert as_wire(hostile.OddList([1.0]), ROOM)[0] == "list"
    assert values.type_name(hostile.Unnamed()) == "object"
    fields = wire.parse_body(*encode_values({"a": hostile.Unnamed(), "b": hostile.Raiser()}, {}), 0).fields
    assert fields["values"] == [["a", "other", "object", False], ["b", "other", "Raiser", False]]


def test_a_lying_array_is_what_its_memory_says(hostile: Any) -> None:
    array = np.arange(4.0).view(hostile.LyingArray)
    kind, plain = as_wire(array, ROOM)
    assert kind == "array"
    assert type(plain) is np.ndarray
    assert (plain.shape, plain.tolist()) == ((4,), [0.0, 1.0, 2.0, 3.0])
    assert as_wire(np.zeros(ROOM).view(hostile.LyingArray), ROOM) == ("too_large", None)


@pytest.mark.parametrize(
    ("value", "said"),
    [((1.0, 2.0), "tuple of 2"), ((), "tuple of 0"), (Pair(1, 2), "Pair of 2"), ([1.0], "list"), (1.0, "float")],
)
def test_a_tuple_is_told_with_its_length(value: object, said: str) -> None:
    assert values.described_type(value) == said


def test_what_there_is_to_remark_stands_behind_the_type() -> None:
    body = encode_values({"a": np.zeros(1), "b": None, "c": None}, {"a": "overflow", "b": "prints", "c": "", "d": "x"})
    assert [entry[2] for entry in wire.parse_body(*body, 0).fields["values"]] == [
        "ndarray (overflow)",
        "NoneType (prints)",
        "NoneType",
    ]


def test_a_tuple_that_lies_about_its_length(hostile: Any) -> None:
    assert values.described_type(hostile.OddTuple((1, 2))) == "OddTuple of 2"
    assert values.described_type(hostile.Raiser()) == "Raiser"


def test_names_of_types_are_cut() -> None:
    assert values.type_name(type("x" * 500, (), {})()) == "x" * 60


def test_no_room_to_copy_is_said_to_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(value: object) -> None:
        raise MemoryError

    monkeypatch.setattr(np, "asarray", no_memory)
    with pytest.raises(MemoryError):
        encode_values({"a": [1.0]}, {})
