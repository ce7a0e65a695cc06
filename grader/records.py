"""Values of `model` → bytes for the store, and back, with nothing lost: points stay exact, arrays keep every bit.

Bytes are zlib of a frame's header and payload as on the wire: JSON, then raw arrays. Never pickle: a database from
elsewhere would be a program.
"""

from __future__ import annotations

import functools
import json
import struct
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

LARGEST = 256 * 1024 * 1024
"""Bytes of a record before compression; a worker may return 64 MB (session.MOST_KEPT)."""
_SIZE = struct.Struct("<I")
_OUTCOMES: dict[str, type] = {kind.__name__: kind for kind in (Returned, Raised, Stopped, Missing)}


class Unreadable(Exception):
    """Bytes that `pack` did not make, or that were damaged."""


def pack(value: object) -> bytes:
    """A dataclass of `model`, or lists and mappings of them, as bytes."""
    plain = _converter().unstructure(value)
    arrays: list[Array] = []

    def numbered(left: object) -> object:
        if isinstance(left, np.ndarray):
            arrays.append(left)
            return {"array": len(arrays) - 1}
        raise TypeError(f"{type(left).__name__} cannot be kept")

    text = json.dumps(plain, default=numbered, separators=(",", ":"))
    header, payload = wire.encode_body({}, arrays, text.encode())
    return zlib.compress(_SIZE.pack(len(header)) + header + payload, 1)


def unpack(kind: type[T], packed: bytes) -> T:
    """The value again. Raises Unreadable."""
    try:
        expander = zlib.decompressobj()
        data = expander.decompress(packed, LARGEST)
        if not expander.eof:
            raise ValueError("it does not end where it should")
        (length,) = _SIZE.unpack_from(data)
        body = data[_SIZE.size :]
        message = wire.parse_body(body[:length], body[length:], 0, json.loads)

        def restored(found: dict[str, Any]) -> object:
            return message.arrays[found["array"]] if found.keys() == {"array"} else found

        plain = json.loads(message.payload, object_hook=restored)
        return _converter().structure(plain, kind)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever a damaged record makes of these, it is unreadable
        raise Unreadable(f"a record cannot be read ({type(error).__name__}: {error})") from None


@functools.cache
def _converter() -> Converter:
    from cattrs import Converter  # a tenth of a second, and `check` keeps nothing

    made = Converter()
    made.register_unstructure_hook(Fraction, str)
    made.register_structure_hook(Fraction, lambda text, _: _fraction(text))
    made.register_unstructure_hook_func(_is_array, lambda array: array)
    made.register_structure_hook_func(_is_array, lambda array, _: np.asarray(array))
    made.register_structure_hook_func(_is_input, lambda value, _: value)
    made.register_unstructure_hook(
        Outcome, lambda outcome: [type(outcome).__name__, made.unstructure(outcome, type(outcome))]
    )
    made.register_structure_hook(Outcome, lambda pair, _: made.structure(pair[1], _OUTCOMES[pair[0]]))
    return made


@functools.lru_cache(maxsize=4096)
def _fraction(text: str) -> Fraction:
    """The few points that a class can earn, each thousands of times: to parse one takes as long as a finding."""
    return Fraction(text)


def _is_array(kind: Any) -> bool:
    return getattr(kind, "__origin__", kind) is np.ndarray


def _is_input(kind: Any) -> bool:
    """`Array | int | float | bool`, which JSON tells apart by itself."""
    return bool(kind == Array | int | float | bool)
