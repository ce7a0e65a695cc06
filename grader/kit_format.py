"""What stands in a kit's file: text alone, each key checked, each number back as it was, bit by bit.

Made for reading by programs, but a student may look: arrays are nested lists wherever JSON can hold their numbers.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    StrictBool,
    StrictFloat,
    StrictInt,
)

from grader import wire
from grader.checks import AnyCheck, Check
from grader.inputs import Strict
from grader.insight import Array, Hints
from grader.model import Step
from grader.spec import Tolerated
from grader.spec_fields import Id, Points, PythonName, When, Zone
from grader.steps import StepField

FORMAT = "grader.kit/1"
SUFFIX = ".kit.json"
MAX_BYTES = 32 * 1024**2
MAX_TEXT = 2_000
"""Characters of a title, a step, a size's name: no spec has longer ones that a person would read."""

ROW = re.compile(r"\[\n\s*([^\[\]{}\"]*?)\n\s*\]")
"""A list of numbers as JSON is indented. No text of a kit looks so: line ends in it are escaped."""

Text = Annotated[str, Field(max_length=MAX_TEXT)]
Quantity = Annotated[float, Field(gt=0, allow_inf_nan=False)]


# --- arrays ----------------------------------------------------------------------------------


def encode_array(array: Array) -> dict[str, Any]:
    """An array as JSON: nested lists; the bytes as base64 where it holds what JSON has no word for.

    Raises WireError for a dtype or a shape that a worker does not take either.
    """
    dtype, *shape = wire.describe(array)
    plain = array.dtype.kind in "biuf" and (array.dtype.kind != "f" or bool(np.isfinite(array).all()))
    data = array.astype(dtype, copy=False)
    rest = {"values": data.tolist()} if plain else {"base64": base64.b64encode(data.tobytes()).decode("ascii")}
    return {"dtype": dtype, "shape": shape, **rest}


def decode_array(written: object) -> Array:
    """The array again, in this machine's byte order. Raises ValueError."""
    if not isinstance(written, dict) or not {"dtype", "shape"} < written.keys() or len(written) != 3:
        raise ValueError("expected an array: dtype, shape, and values or base64")
    dtype, shape = wire.DTYPES.get(str(written["dtype"])), _shape(written["shape"])
    if dtype is None:
        raise ValueError("expected a dtype such as <f8")
    if "values" in written:
        array = _from_values(written["values"], shape, dtype)
    else:
        array = _from_bytes(written.get("base64"), shape, dtype)
    return array.reshape(shape).astype(dtype.newbyteorder("="))


def _shape(written: object) -> tuple[int, ...]:
    if isinstance(written, list) and len(written) <= wire.MAX_DIMS:
        dims = [dim for dim in written if type(dim) is int and 0 <= dim <= wire.MAX_EXTENT]
        if len(dims) == len(written) and wire.extent(dims) <= wire.MAX_EXTENT:
            return tuple(dims)
    raise ValueError("expected a shape such as [2, 3]")


def _from_values(written: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    kinds = {"b": (bool,), "f": (int, float)}.get(dtype.kind, (int,))
    if dtype.kind == "c":
        raise ValueError("complex numbers are written as base64")
    try:
        leaves = list(_leaves(written, shape, kinds))
        least, most = _range(dtype)
        if not all(least <= leaf <= most for leaf in leaves):
            raise ValueError
        return np.array(leaves, dtype)
    except (ArithmeticError, ValueError):
        raise ValueError(f"expected values of dtype {dtype.str} in lists of shape {list(shape)}") from None


def _range(dtype: np.dtype[Any]) -> tuple[float, float]:
    """The least and the greatest number; as Python's, which compare exactly with whole numbers of any size."""
    if dtype.kind == "f":
        return float(np.finfo(dtype).min), float(np.finfo(dtype).max)
    return (0, 1) if dtype.kind == "b" else (int(np.iinfo(dtype).min), int(np.iinfo(dtype).max))


def _leaves(written: object, shape: tuple[int, ...], kinds: tuple[type, ...]) -> Iterator[int | float | bool]:
    if not shape:
        if type(written) not in kinds:
            raise ValueError
        yield written  # type: ignore[misc]  # one of `kinds`
    elif not isinstance(written, list) or len(written) != shape[0]:
        raise ValueError
    else:
        for part in written:
            yield from _leaves(part, shape[1:], kinds)


def _from_bytes(written: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    try:
        data = base64.b64decode(written if isinstance(written, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("expected base64") from None
    if len(data) != int(np.prod(shape, dtype=np.int64)) * dtype.itemsize:
        raise ValueError(f"the base64 holds no array of shape {list(shape)} and dtype {dtype.str}")
    flat = np.frombuffer(data, dtype)
    return np.asarray(flat.view(np.uint8) != 0) if dtype == np.bool_ else flat


ArrayField = Annotated[Array, PlainValidator(decode_array), PlainSerializer(encode_array)]
Input: TypeAlias = StrictBool | StrictInt | StrictFloat | ArrayField


# --- what is in the file -----------------------------------------------------------------------


def _check_text(check: Check) -> dict[str, Any]:
    return {check.NAME: check.model_dump(mode="json", exclude_defaults=True)}


def _step_text(written: object) -> object:
    if isinstance(written, str) and len(written) > MAX_TEXT:
        raise ValueError(f"expected a step of at most {MAX_TEXT} characters")
    return written


StepText = Annotated[Step, StepField, BeforeValidator(_step_text), PlainSerializer(lambda step: step.text)]


def _points_number(points: Fraction) -> int | float:
    return points.numerator if points.denominator == 1 else float(points)


Worth = Annotated[Points, PlainSerializer(_points_number)]
"""As in a spec: the shortest decimal number, which is read as exactly that."""


def _when_text(when: date) -> str:
    return when.isoformat()  # of a time, which is a date too, with its zone


class KitDates(Strict):
    """When the assignment was out and is due. What being late costs is the instructor's to say, and not of a kit."""

    released: Annotated[When, PlainSerializer(_when_text)] | None
    due: Annotated[When, PlainSerializer(_when_text)] | None
    zone: Zone


class KitFunction(Strict):
    """A function that the assignment asks for."""

    parameters: list[PythonName]
    returns: list[PythonName]
    aliases: list[PythonName]


class KitLimits(Strict):
    """In seconds and bytes."""

    import_: Quantity = Field(alias="import")
    case: Quantity
    submission: Quantity
    memory: Quantity


class KitGroup(Strict):
    """A public group."""

    id: Id
    title: Text
    points: Worth
    award: Literal["proportional", "all"]
    implied_by: Id | None


class KitTolerance(Strict):
    """How far values may be off, as in a spec."""

    rtol: Tolerated
    atol: Tolerated


class KitLayout(Strict):
    """Which axis of an array is which, and the sizes in numbers."""

    inputs: dict[PythonName, list[Text]]
    outputs: dict[PythonName, list[Text]]
    shapes: dict[PythonName, list[Annotated[int, Field(ge=0, strict=True)]]]
    sizes: dict[PythonName, StrictInt | StrictFloat]


class KitReading(Strict):
    """What a case runs under one choice of conventions, and what is to come back; none where only properties count."""

    choice: dict[Id, Id]
    inputs: dict[PythonName, Input]
    expected: dict[PythonName, ArrayField] | None
    layout: KitLayout


class KitCase(Strict):
    """A public case."""

    id: Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
    group: Id
    title: Text
    steps: list[StepText] = Field(min_length=1, max_length=50)
    observe: list[PythonName] = Field(min_length=1)
    checks: list[Annotated[AnyCheck, PlainSerializer(_check_text)]]
    tolerance: KitTolerance
    readings: list[KitReading] = Field(min_length=1)


class KitFile(Strict):
    """All of it."""

    format: Literal["grader.kit/1"]
    made_by: Text
    assignment: Id
    title: Text
    points: Worth
    hidden_points: Worth
    scope: Literal["all", "public"]
    seed: int = Field(ge=0, lt=2**31, strict=True)
    spec_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    dates: KitDates
    hints: Hints
    functions: dict[PythonName, KitFunction] = Field(min_length=1)
    modules: list[Text]
    conventions: dict[Id, Annotated[list[Id], Field(min_length=1)]]
    limits: KitLimits
    groups: list[KitGroup] = Field(min_length=1)
    cases: list[KitCase] = Field(min_length=1)


def to_json(file: BaseModel) -> str:
    """The text of a kit's file; a row of numbers stands in one line."""
    text = json.dumps(file.model_dump(by_alias=True), ensure_ascii=False, allow_nan=False, indent=1)
    return ROW.sub(lambda row: "[" + " ".join(row[1].split()) + "]", text) + "\n"
