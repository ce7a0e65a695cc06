"""Frames between the judge and a worker: what may cross, how large it may be, and nothing else.

A frame is a fixed prefix, a strict JSON header and raw little-endian array bytes:

    magic b"GRD1" | header length u32 | payload length u64 | nonce u64 | header | payload

The lengths are checked against `Caps` before a byte of them is read; every answer repeats the nonce
of its request. No pickle, no object dtype: arrays are described in the header and rebuilt from bytes.
Both sides use this module; it knows nothing of specs, checks or scores.
"""

from __future__ import annotations

import functools
import json
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

MAGIC = b"GRD1"
PREFIX = struct.Struct("<4sIQQ")

DTYPES: dict[str, np.dtype[Any]] = {
    name: np.dtype(name)
    for name in (
        *("|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8"),
        *("<f2", "<f4", "<f8", "<c8", "<c16"),
    )
}
"""The dtypes that may cross, by their little-endian name."""
NAMES = {dtype: name for name, dtype in DTYPES.items()}
BOOL = DTYPES["|b1"]

# As they are now: in a worker, student code may put others in their place.
_ndarray, _empty, _asarray, _BYTES = np.ndarray, np.empty, np.asarray, np.uint8

SHORT = 256
"""Bytes of a header up to which the judge remembers what it says."""
MAX_DIMS = 32
MAX_EXTENT = 2**22
"""The most elements of an array, its dimensions of 0 counted as 1: without that, what is computed from an array of
shape (2147483647, 0), such as the sums of its rows, would fill the judge's memory."""


class WireError(Exception):
    """A frame that breaks the rules; the message says which."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that one frame may hold, in bytes."""

    header: int = 64 * 1024
    payload: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """A frame taken apart: `fields` without the arrays, which stand in `arrays` in the header's order."""

    fields: Mapping[str, Any]
    arrays: tuple[NDArray[Any], ...]
    payload: bytes
    """Bytes after the arrays (source files of a load request)."""
    nonce: int


def describe(array: NDArray[Any]) -> list[Any]:
    """An array's place in a header: `[dtype, *dims]`. Raises WireError for an array that may not cross."""
    name = NAMES.get(array.dtype) or array.dtype.newbyteorder("<").str
    if name not in DTYPES:
        raise WireError(f"dtype {array.dtype} may not cross")
    if array.ndim > MAX_DIMS or extent(array.shape) > MAX_EXTENT:
        raise WireError(f"an array of shape {array.shape} may not cross")
    return [name, *array.shape]


def extent(shape: Sequence[int]) -> int:
    """The product of a shape's dimensions, those of 0 counted as 1."""
    product = 1  # in a loop: this runs for every array that crosses
    for dim in shape:
        product *= dim or 1
    return product


def encode_body(
    fields: Mapping[str, Any], arrays: Sequence[NDArray[Any]] = (), payload: bytes = b""
) -> tuple[bytes, bytes]:
    """Header and payload of a frame, ready for any nonce (`frame`), so that a request is encoded once per class."""
    header = {**fields, "arrays": [describe(a) for a in arrays]}
    parts = [(a if a.dtype in NAMES else a.astype(a.dtype.newbyteorder("<"))).tobytes() for a in arrays]
    return _write(header).encode(), b"".join([*parts, payload])


_write = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def frame(body: tuple[bytes, bytes], nonce: int) -> bytes:
    """The bytes of a frame."""
    header, payload = body
    return PREFIX.pack(MAGIC, len(header), len(payload), nonce) + header + payload


def parse_prefix(prefix: bytes, caps: Caps) -> tuple[int, int, int]:
    """Header length, payload length and nonce. Raises WireError before anything large is read."""
    if len(prefix) != PREFIX.size or not prefix.startswith(MAGIC):
        raise WireError("no frame begins here")
    _, header, payload, nonce = PREFIX.unpack(prefix)
    if header > caps.header:
        raise WireError(f"a header of {header} bytes, at most {caps.header} are allowed")
    if payload > caps.payload:
        raise WireError(f"a payload of {payload} bytes, at most {caps.payload} are allowed")
    return header, payload, nonce


def parse_body(header: bytes, payload: bytes, nonce: int, decode: Callable[[str], Any] | None = None) -> Message:
    """A frame's header and payload as a message; its arrays own their memory. Raises WireError.

    `decode` reads the JSON; a worker, which believes the judge, takes the plain one, which is faster. Without it, the
    fields of a message may be those of another one with the same header, too: they are not to be changed.
    """
    if decode is None and len(header) <= SHORT:
        fields, described = _known(header)
    else:
        fields, described = _parse_header(header, decode or STRICT.decode)
    arrays: list[NDArray[Any]] = []
    position = 0
    for dtype, dims, count in described:
        size = count * dtype.itemsize
        if size > len(payload) - position:
            raise WireError("an array is larger than its payload")
        array: NDArray[Any] = _ndarray(dims, dtype, payload, position) if count else _empty(dims, dtype)
        # Any other byte than 0 and 1 would make a bool that is neither.
        arrays.append(_asarray(array.view(_BYTES) != 0) if dtype is BOOL else array.copy())
        position += size
    return Message(fields, tuple(arrays), payload[position:], nonce)


_Described: TypeAlias = tuple[np.dtype[Any], list[int], int]
"""An array's dtype, its dimensions and their product."""


def _parse_header(header: bytes, decode: Callable[[str], Any]) -> tuple[dict[str, Any], list[_Described]]:
    """The fields, and what they say of the arrays."""
    try:
        fields = decode(header.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise WireError(f"the header is not strict JSON: {error}") from None
    if not isinstance(fields, dict):
        raise WireError("the header is not an object")
    descriptions = fields.pop("arrays", [])
    if not isinstance(descriptions, list):
        raise WireError("arrays are not a list")
    return fields, [_parse_description(description) for description in descriptions]


@functools.lru_cache(maxsize=512)
def _known(header: bytes) -> tuple[Mapping[str, Any], list[_Described]]:
    """The same for short headers, kept: most submissions of a class answer in the same words, with other numbers."""
    return _parse_header(header, STRICT.decode)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice")
    return fields


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is greater than can be held")  # its digits may fill the header
    return number


STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
"""JSON without NaN and infinities, and without keys that stand twice."""


def _parse_description(description: object) -> _Described:
    if not isinstance(description, list) or not description or len(description) > MAX_DIMS + 1:
        raise WireError("an array's description is not [dtype, dims…]")
    name, *dims = description
    dtype = DTYPES.get(name) if isinstance(name, str) else None
    if dtype is None:
        raise WireError("a dtype that may not cross")
    count = 1
    for dim in dims:
        if type(dim) is not int or not 0 <= dim <= MAX_EXTENT:
            raise WireError(f"a dimension that is no plain integer from 0 to {MAX_EXTENT}")
        count *= dim
    if (count or extent(dims)) > MAX_EXTENT:
        raise WireError(f"dimensions whose product is above {MAX_EXTENT}")
    return dtype, dims, count
