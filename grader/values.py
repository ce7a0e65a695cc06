"""What student code returned, made fit for the wire: plain arrays of plain numbers, everything else by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader import wire
from grader.remarks import remarked

MAX_REPLY = 32 * 1024 * 1024
"""Bytes of arrays in one answer."""


def encode_values(values: Mapping[str, Any], remarks: Mapping[str, str]) -> tuple[bytes, bytes]:
    """The answer that carries them, with what there is to remark on some by name.

    Raises MemoryError when the student's limit leaves no room for it.
    """
    described: list[list[Any]] = []
    arrays: list[Any] = []
    size = 0
    for name, value in values.items():
        kind, array = as_wire(value, MAX_REPLY - size)
        described.append([name, kind, remarked(described_type(value), remarks.get(name, "")), array is not None])
        if array is not None:
            size += array.nbytes
            arrays.append(array)
    return wire.encode_body({"values": described}, arrays)


def as_wire(value: Any, room: int) -> tuple[str, Any]:
    """(kind as in model.Value, plain array of at most `room` bytes or None)."""
    kind = _kind(value)
    if kind in ("none", "other"):
        return kind, None
    try:
        array = np.asarray(value)
        # Before anything copies it: a zero-stride giant is no size until then.
        if array.nbytes > room or wire.extent(array.shape) > wire.MAX_EXTENT:
            return "too_large", None
        array = _plain(array)
        wire.describe(array)
    except MemoryError:
        raise
    except BaseException:  # noqa: BLE001  # ragged lists, lying __array__, dtypes that may not cross
        return kind, None
    return kind, array


def _kind(value: Any) -> str:
    """By the true type: `isinstance` would believe a `__class__` that lies."""
    if value is None:
        return "none"
    for base, kind in KINDS.items():
        if issubclass(type(value), base):
            return kind
    return "other"


KINDS: dict[type, str] = {
    np.ndarray: "array",
    **dict.fromkeys((np.generic, bool, int, float, complex), "scalar"),
    list: "list",
    tuple: "tuple",
}


WIDER = {"g": np.float64, "G": np.complex128}
"""Type codes of `longdouble` and `clongdouble` → what they are sent as."""


def _plain(array: Any) -> Any:
    """Extended precision as double: it has no portable bytes."""
    wider = WIDER.get(array.dtype.char)
    return array if wider is None else array.astype(wider)


def type_name(value: object) -> str:
    """The name of a value's type, also when its metaclass is hostile."""
    try:
        return str.__getitem__(type(value).__name__, slice(60))
    except BaseException:  # noqa: BLE001  # `__name__` may be anything
        return "object"


def described_type(value: Any) -> str:
    """The name of a value's type; of a tuple also how many values it holds, `tuple of 2`."""
    name = type_name(value)
    return f"{name} of {tuple.__len__(value)}" if issubclass(type(value), tuple) else name
