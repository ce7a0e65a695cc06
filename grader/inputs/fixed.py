"""Inputs that need no draw: zeros, ones, identity, a size as a number, numbers as written."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from grader.expressions import Environment, Expression, ExpressionError
from grader.inputs.base import Built, Generator, Shape, Source, shape_of
from grader.model import Array


class Zeros(Generator):
    """`{zeros: [n, d]}`"""

    KEY = "zeros"
    zeros: Shape

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        return np.zeros(shape_of(self.zeros, sizes))


class Ones(Generator):
    """`{ones: [n, d]}`"""

    KEY = "ones"
    ones: Shape

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        return np.ones(shape_of(self.ones, sizes))


class Identity(Generator):
    """Ones on the diagonal of the last two dimensions: `{identity: [d, d]}`."""

    KEY = "identity"
    identity: Shape

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        dims = shape_of(self.identity, sizes)
        if len(dims) < 2:
            raise ExpressionError("identity needs two dimensions or more")
        return np.broadcast_to(np.eye(dims[-2], dims[-1]), dims).copy()


class SizeValue(Generator):
    """A size as a plain number: `{value: heads}`."""

    KEY = "value"
    value: Expression

    def build(self, sizes: Environment, source: Source, built: Built) -> int | float:
        return self.value.number(sizes)


class Literally:
    """Numbers as written: whole numbers are int64, others float64; one number stays a plain number."""

    def __init__(self, value: Array | int | float | bool) -> None:
        self.value = value

    def needs(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def symbols(self, sources: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """None: numbers have sizes without names."""
        return ()

    def build(self, sizes: Environment, source: Source, built: Built) -> Array | int | float | bool:
        """A copy of the numbers."""
        return self.value.copy() if isinstance(self.value, np.ndarray) else self.value

    @classmethod
    def parse(cls, written: object) -> Literally:
        """Raises PydanticCustomError for ragged or non-numeric lists."""
        if isinstance(written, Literally):
            return written
        if isinstance(written, bool | int | float):
            array_of([written])  # a whole number has to fit into 64 bits
            if not math.isfinite(written):
                raise PydanticCustomError("array", "expected a finite number; NaN and infinities only stand in arrays")
            return cls(written)
        return cls(array_of(written))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "number"}, {"type": "boolean"}, {"type": "array"}]}


def array_of(written: object) -> Array:
    """A (nested) list of numbers as an array. Raises PydanticCustomError with what is wrong with it."""
    try:
        array = np.array(written)
    except (ValueError, OverflowError):
        raise PydanticCustomError("array", "the rows have different lengths") from None
    if array.dtype.kind not in "bif" or not isinstance(written, list):
        raise PydanticCustomError("array", "expected a (nested) list of numbers")
    return array.astype({"b": bool, "i": np.int64, "f": np.float64}[array.dtype.kind])
