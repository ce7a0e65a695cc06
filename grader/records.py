"""Values of `model` → bytes for the store, and back, with nothing lost: points stay exact, arrays keep every bit.

Bytes are zlib of a frame's header and payload as on the wire: raw arrays, then JSON in which a field that is an array
holds its number. A field that has its default is left out. Never pickle: a database from elsewhere would be a program.
"""

from __future__ import annotations

import functools
import json
import struct
import threading
import zlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from grader import wire
from grader.insight import Array
from grader.model import Missing, Outcome, Raised, Returned, Stopped

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

LARGEST = 64 * 1024 * 1024
"""Bytes of a value before compression: what is larger is neither packed nor unpacked."""
_SIZE = struct.Struct("<I")
_OUTCOMES: dict[str, type] = {kind.__name__: kind for kind in (Returned, Raised, Stopped, Missing)}


class Unreadable(Exception):
    """Bytes that `pack` did not make, or that were damaged."""


class TooLarge(Exception):
    """More than is kept of one value."""


class _Arrays(threading.local):
    """Those of the value that this thread is at."""

    def __init__(self) -> None:
        self.all: list[Array] = []
        self.left = 0


_here = _Arrays()


def pack(value: object, most: int = LARGEST) -> bytes:
    """A dataclass of `model`, or lists and mappings of them, as bytes. `most` bytes of arrays, or raises TooLarge."""
    _here.all, _here.left = [], most
    try:
        text = _write(_converter().unstructure(value)).encode()
        header, payload = wire.encode_body({}, _here.all, text)
    finally:
        _here.all = []
    if len(header) + len(payload) + _SIZE.size > LARGEST:
        raise TooLarge
    return zlib.compress(_SIZE.pack(len(header)) + header + payload, 1)


def unpack(kind: type[T], packed: bytes) -> T:
    """The value again. Raises Unreadable."""
    try:
        expander = zlib.decompressobj()
        data = expander.decompress(packed, LARGEST)
        if not expander.eof or expander.unused_data:
            raise ValueError("it does not end where it should")
        (length,) = _SIZE.unpack_from(data)
        body = memoryview(data)[_SIZE.size :]
        message = wire.parse_body(bytes(body[:length]), bytes(body[length:]), 0, json.loads)
        _here.all = list(message.arrays)
        return _converter().structure(json.loads(message.payload), kind)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever a damaged record makes of these, it is unreadable
        raise Unreadable(f"a record cannot be read ({type(error).__name__}: {error})") from None
    finally:
        _here.all = []


_write = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


@functools.cache
def _converter() -> Converter:
    from cattrs import Converter  # a tenth of a second, and `check` keeps nothing

    made = Converter(omit_if_default=True, detailed_validation=False)
    made.register_unstructure_hook(Fraction, str)
    made.register_structure_hook(Fraction, lambda text, _: _fraction(text))
    made.register_unstructure_hook_func(_is_array, _numbered)
    made.register_structure_hook_func(_is_array, lambda number, _: _array(number))
    made.register_unstructure_hook_func(_is_input, _input)
    made.register_structure_hook_func(_is_input, lambda kept, _: _array(*kept) if isinstance(kept, list) else kept)
    made.register_unstructure_hook(
        Outcome, lambda outcome: [type(outcome).__name__, made.unstructure(outcome, type(outcome))]
    )
    made.register_structure_hook(Outcome, lambda pair, _: made.structure(pair[1], _OUTCOMES[pair[0]]))
    return made


@functools.lru_cache(maxsize=4096)
def _fraction(text: str) -> Fraction:
    """The few points that a class can earn, each thousands of times: to parse one takes as long as a finding."""
    return Fraction(text)


def _numbered(array: Array) -> int:
    """Its place among the arrays. Raises TooLarge."""
    _here.left -= array.nbytes
    if _here.left < 0:
        raise TooLarge
    _here.all.append(array)
    return len(_here.all) - 1


def _array(number: int) -> Array:
    if type(number) is not int or number < 0:
        raise ValueError("an array that has no number")
    return _here.all[number]


def _input(value: Array | float | bool) -> object:
    """Numbers as they are; a list tells that it is an array's number."""
    return [_numbered(value)] if isinstance(value, np.ndarray) else value


def _is_array(kind: Any) -> bool:
    return getattr(kind, "__origin__", kind) is np.ndarray


def _is_input(kind: Any) -> bool:
    """`Array | int | float | bool`, which JSON tells apart by itself."""
    return bool(kind == Array | int | float | bool)
