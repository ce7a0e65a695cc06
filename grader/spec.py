"""What staff write: an assignment, its groups and cases, as the YAML in `test_specs/` says it.

Each class is a mapping of the file, each field a key; descriptions and the JSON schema are made from here.
What one key must have to do with another is in `spec_rules.py`; how the file is read, in `spec_loader.py`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, GetPydanticSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from grader.checks import AnyCheck
from grader.expressions import Expression, parse_range
from grader.inputs import Given, Strict, array_of
from grader.model import Array, Step
from grader.steps import StepField

UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0}
BYTES = {"KB": 1024, "MB": 1024**2, "GB": 1024**3}
QUANTITY = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$")


def _quantity(units: dict[str, float] | dict[str, int], example: str) -> Any:
    def parse(written: object) -> float:
        match = QUANTITY.match(written) if isinstance(written, str) else None
        if match is None or match[2] not in units:
            known = ", ".join(units)
            raise PydanticCustomError("quantity", f"expected a number with a unit ({known}), such as {example}")
        if float(match[1]) == 0:
            raise PydanticCustomError("quantity", "expected more than 0")
        return float(match[1]) * units[match[2]]

    return BeforeValidator(parse, json_schema_input_type=str)


Seconds = Annotated[float, _quantity(UNITS, "5s")]
Bytes = Annotated[float, _quantity(BYTES, "512MB")]

IDENTIFIER = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]{0,60}$")


def _identifier(text: str) -> str:
    if not IDENTIFIER.match(text):
        raise PydanticCustomError("identifier", "expected a name of letters, digits, - and _, not too long")
    return text


Id = Annotated[str, AfterValidator(_identifier)]


def _python_name(text: str) -> str:
    if not text.isidentifier():
        raise PydanticCustomError("identifier", "expected a name that Python allows")
    return text


PythonName = Annotated[str, AfterValidator(_python_name)]


def _points(written: object) -> Fraction:
    if isinstance(written, Fraction):
        return written
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 <= written <= 10_000:
        raise PydanticCustomError("points", "expected a number of points, 0 or more")
    return Fraction(str(written))


Points = Annotated[
    Fraction,
    GetPydanticSchema(
        lambda source, handler: core_schema.no_info_plain_validator_function(
            _points, serialization=core_schema.plain_serializer_function_ser_schema(float)
        ),
        lambda schema, handler: {"type": "number", "minimum": 0},
    ),
]
"""Exact: 0.1 is one tenth."""


class Size:
    """How a size is chosen: a number or formula, or a range `2..7` to draw from (both ends included)."""

    def __init__(self, formula: Expression | None, span: tuple[int, int] | None) -> None:
        self.formula = formula
        self.span = span

    @classmethod
    def parse(cls, written: object) -> Size:
        """Raises ExpressionError (a ValueError) with a sentence for the author."""
        if isinstance(written, str) and (span := parse_range(written)) is not None:
            return cls(None, span)
        return cls(Expression.parse(written), None)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "integer"}, {"type": "string"}], "title": "size, formula or range"}


class Literals:
    """Expected values as numbers."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(array_of)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "array", "title": "numbers"}


class Function(Strict):
    """A function that the assignment asks for."""

    parameters: list[PythonName] = Field(description="passed by position; students may name them otherwise")
    returns: list[PythonName] = Field(default=[], description="what it returns, for messages")
    aliases: list[PythonName] = Field(default=[], description="other names that the statement gives it")


class ToleranceSpec(Strict):
    """How far values may be off: |got − expected| ≤ atol·max(1, scale) + rtol·|expected|."""

    rtol: float = Field(default=1e-5, ge=0, lt=1)
    atol: float = Field(default=1e-6, ge=0, lt=1)


class LimitsSpec(Strict):
    """What a submission may use; `import` is for running its file, `case` for one case."""

    import_: Seconds = Field(default=10.0, alias="import")
    case: Seconds = 5.0
    submission: Seconds = 60.0
    memory: Bytes = 512.0 * 1024**2


class Draw(Strict):
    """How often a group draws, and which sizes."""

    count: int = Field(default=1, ge=1, le=200)
    sizes: dict[PythonName, Size] = Field(default={}, description="number, formula of earlier sizes, or range 2..7")
    where: list[Expression] = Field(default=[], description="conditions that drawn sizes must fulfil")


class Choice(Strict):
    """One reading of an either/or: what its names stand for."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Expression | list[Expression]]

    @property
    def names(self) -> dict[str, Expression | list[Expression]]:
        """Name → formula, or list of sizes."""
        return self.__pydantic_extra__


class Convention(Strict):
    """An either/or that the statement leaves open: a submission follows one choice in all cases."""

    choices: dict[Id, Choice] = Field(min_length=1)
    reference: Id | None = Field(default=None, description="the choice that the reference always runs with")


Expect = Literal["reference"] | dict[PythonName, Annotated[Array, Literals]]


class Part(Strict):
    """What an assignment, a group and a case can all say; the nearest counts."""

    steps: list[Annotated[Step, StepField]] = Field(default=[], description="what a case runs")
    observe: list[PythonName] = Field(
        default=[], description="names whose values are looked at; default: the last step's"
    )
    given: dict[PythonName, Given] = Field(default={}, description="the inputs")
    shapes: dict[PythonName, list[Expression]] = Field(default={}, description="shapes of observed values")
    tolerance: ToleranceSpec | None = None


class CaseSpec(Part):
    """A case written out."""

    id: Id
    title: str = ""
    expect: Expect | None = Field(default=None, description="`reference`, or values by name")
    checks: list[AnyCheck] = Field(default=[], description="properties to look at besides")


class Group(Part):
    """A scored part of the assignment."""

    id: Id
    title: str = ""
    points: Points
    award: Literal["proportional", "all"] = Field(default="proportional", description="all: every case or nothing")
    visibility: Literal["public", "hidden"] = Field(default="public", description="hidden: only the instructor runs it")
    implied_by: Id | None = Field(default=None, description="the group whose full score gives this one's points too")
    draw: Draw | None = None
    expect: Expect | None = Field(default=None, description="`reference`, or values by name")
    checks: list[AnyCheck] = Field(default=[], description="with `expect`: also looked at; without: a case each")
    cases: list[CaseSpec] = Field(default=[], description="cases written out, instead of drawn ones")


class Dates(Strict):
    """When the assignment was out and is due."""

    released: date | datetime | None = None
    due: date | datetime | None = None


class Assignment(Part):
    """One assignment: all that is asked of it."""

    assignment: Id = Field(description="its id, as on the command line")
    title: str
    points: Points = Fraction(10)
    reference: str = Field(description="the staff solution, relative to the folder above the spec's")
    dates: Dates = Dates()
    functions: dict[PythonName, Function] = Field(min_length=1)
    modules: list[str] = Field(default=[], description="modules allowed besides numpy and the standard library")
    limits: LimitsSpec = LimitsSpec()
    seed: int = Field(default=0, ge=0, lt=2**31)
    draw: Draw | None = None
    conventions: dict[Id, Convention] = Field(default={}, description="either/ors that the statement leaves open")
    groups: list[Group] = Field(min_length=1)
