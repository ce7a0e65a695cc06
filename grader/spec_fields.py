"""The values in a spec that are more than a text or a number: points, shares, seconds, names, sizes, dates.

Each tells its author in a sentence what it expects, and the JSON schema in a pattern.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import AfterValidator, GetJsonSchemaHandler, GetPydanticSchema, PlainSerializer, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from grader.expressions import Expression, parse_range
from grader.inputs import array_of
from grader.model import Array

UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0}
LONG_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
BYTES = {"KB": 1024.0, "MB": 1024.0**2, "GB": 1024.0**3}
MAX_POINTS = 10_000
NAME_PATTERN = r"^[^\d\s.(){}\[\]-][^\s.(){}\[\]-]*$"
"""What editors check of a Python name; which letters are allowed, only Python knows."""


def _wrong(sentence: str, kind: Literal["sentence", "number", "zone"] = "sentence") -> PydanticCustomError:
    return PydanticCustomError(kind, "{sentence}", {"sentence": sentence})


def _field(parse: Callable[[object], object], schema: JsonSchemaValue) -> Any:
    """A field that `parse` reads from what the file has, with its JSON schema."""
    return GetPydanticSchema(
        lambda source, handler: core_schema.no_info_plain_validator_function(parse), lambda core, handler: {**schema}
    )


def _quantity(units: Mapping[str, float], example: str, most: float | None = None) -> Any:
    """`most`: of those that may be nothing."""
    pattern = re.compile(rf"(\d{{1,9}}(?:\.\d{{1,9}})?) ?({'|'.join(units)})")

    def parse(written: object) -> float:
        match = pattern.fullmatch(written) if isinstance(written, str) else None
        if match is None:
            raise _wrong(f"expected a number with a unit ({', '.join(units)}), such as {example}")
        found = float(match[1]) * units[match[2]]
        if most is None and found == 0:
            raise _wrong("expected more than 0")
        if most is not None and found > most:
            raise _wrong(f"expected at most {most / units[match[2]]:g}{match[2]}")
        return found

    return _field(parse, {"type": "string", "pattern": f"^{pattern.pattern}$"})


Seconds = Annotated[float, _quantity(UNITS, "5s")]
Bytes = Annotated[float, _quantity(BYTES, "512MB")]
LongTime = Annotated[
    float,
    _quantity(LONG_UNITS, "15min", most=366 * 86_400.0),
    PlainSerializer(lambda seconds: f"{seconds:.9f}s", str, when_used="json"),
]
"""In seconds."""


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,60}", text):
        raise _wrong("expected a letter, then letters, digits, - and _ (at most 61 in all, no spaces)")
    return text


def _python_name(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text):
        raise _wrong("expected a name that Python allows")
    return text


def _relative_path(text: str) -> str:
    path = PurePosixPath(text)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in text:
        raise _wrong("expected a file below the folder that has `test_specs`, such as reference/name.py")
    return text


Id = Annotated[
    str,
    AfterValidator(_identifier),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_-]{0,60}$"}),
]
PythonName = Annotated[str, AfterValidator(_python_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})]
RelativePath = Annotated[str, AfterValidator(_relative_path)]


def _points(written: object) -> Fraction:
    if isinstance(written, Fraction):
        return written
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 <= written <= MAX_POINTS:
        raise _wrong(f"expected a number of points, from 0 to {MAX_POINTS:,}", "number")
    return Fraction(str(written))


Points = Annotated[Fraction, _field(_points, {"type": "number", "minimum": 0, "maximum": MAX_POINTS})]
"""Exact: 0.1 is one tenth."""

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%")


def _share(written: object) -> Fraction:
    if isinstance(written, Fraction):
        return written
    match = _SHARE.fullmatch(written) if isinstance(written, str) else None
    share = Fraction(match[1]) / 100 if match else Fraction(0)
    if not 0 < share <= 1:
        raise _wrong("expected a percentage above 0 % and up to 100 %, such as 10%")
    return share


Share = Annotated[
    Fraction,
    _field(_share, {"type": "string", "pattern": f"^{_SHARE.pattern}$"}),
    PlainSerializer(lambda share: f"{float(share * 100):.4f}%", str, when_used="json"),
]
"""Exact: 10% is one tenth."""

WHEN = re.compile(r"(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?")
YEARS = range(1970, 9999)
"""Of others, some zones have times that Python cannot compute with."""


def _when(written: object) -> date | datetime:
    if isinstance(written, date):
        return written
    match = WHEN.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise _wrong("expected a day, such as 2024-05-17, or a time, such as 2024-05-17T18:00+02:00")
    try:
        found = datetime.fromisoformat(match[0]) if match[2] else date.fromisoformat(match[0])
    except ValueError:
        raise _wrong("there is no such day or time") from None
    if found.year not in YEARS:
        raise _wrong(f"expected a year from {YEARS[0]} to {YEARS[-1]}")
    return found


When = Annotated[
    date | datetime,
    _field(_when, {"type": "string", "pattern": f"^{WHEN.pattern}$"}),
    PlainSerializer(lambda moment: moment.isoformat(), str, when_used="json"),
]
"""A day or a time; a time's zone may stand beside it (`Dates.zone`)."""

_NO_ZONES = re.compile(r"(posix|right)/.*|localtime|posixrules|Factory")
"""Files of a system's database that are no place's time, or another one's on each machine."""


def zone_named(name: str) -> tzinfo:
    """The zone of an IANA name. Raises LookupError; `UTC` needs no database."""
    if name == "UTC":
        return UTC
    try:
        if _NO_ZONES.fullmatch(name):
            raise LookupError(name)
        return ZoneInfo(name)
    except (ValueError, OSError):  # `..`, a folder, a name too long
        raise LookupError(name) from None


def _zone(written: object) -> str:
    try:
        zone_named(text := written if isinstance(written, str) else "")
    except LookupError:
        raise _wrong("expected a time zone's name, such as Europe/Berlin or UTC", "zone") from None
    return text


Zone = Annotated[str, _field(_zone, {"type": "string"})]
"""A name that `zone_named` knows."""


def _numbers(written: object) -> Array:
    return np.asarray(array_of([written])[0]) if type(written) in (int, float) else array_of(written)


Numbers = Annotated[Array, _field(_numbers, {"type": ["array", "number"], "title": "numbers"})]
"""Expected values: a (nested) list of numbers, or one number."""


class Size:
    """How a size is chosen: a number or formula, or a range `2..7` to draw from (both ends included)."""

    def __init__(self, formula: Expression | None, span: tuple[int, int] | None) -> None:
        self.formula = formula
        self.span = span

    @classmethod
    def parse(cls, written: object) -> Size:
        """Raises ExpressionError (a ValueError) with a sentence for the author."""
        if isinstance(written, Size):
            return written
        if isinstance(written, str) and (span := parse_range(written)) is not None:
            return cls(None, span)
        return cls(Expression.parse(written), None)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}], "title": "size, formula or range"}
