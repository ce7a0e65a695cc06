"""What staff write: an assignment, its groups and cases, as the YAML in `test_specs/` says it.

Each class is a mapping of the file, each field a key; descriptions and the JSON schema are made from here.
What one key must have to do with another is in `spec_rules.py`; how the file is read, in `spec_loader.py`.
"""

from __future__ import annotations

from fractions import Fraction
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, Tag

from grader.checks import AnyCheck
from grader.expressions import Expression
from grader.inputs import Given, Strict
from grader.insight import Hints
from grader.model import Step
from grader.spec_fields import (
    Bytes,
    Id,
    LongTime,
    Numbers,
    Points,
    PythonName,
    RelativePath,
    Seconds,
    Share,
    Size,
    When,
    Zone,
)
from grader.steps import StepField


def _either(kind: type | UnionType, tag: str, other: str, sentence: str) -> Discriminator:
    """Which of two ways of writing a value is meant, so that an error is told about that one only."""

    def choose(written: Any) -> str:
        return tag if isinstance(written, kind) else other

    return Discriminator(choose, custom_error_type="sentence", custom_error_message=sentence)


class Function(Strict):
    """A function that the assignment asks for."""

    parameters: list[PythonName] = Field(description="passed by position; students may name them otherwise")
    returns: list[PythonName] = Field(default=[], description="names of what it returns, in order")
    aliases: list[PythonName] = Field(default=[], description="other names that the statement gives it")


Tolerated = Annotated[float, Field(ge=0, lt=1, strict=True, allow_inf_nan=False)]


class ToleranceSpec(Strict):
    """How far values may be off: |got − expected| ≤ atol·max(1, scale) + rtol·|expected|."""

    rtol: Tolerated = Field(default=1e-5, description="part of each expected value, such as 1e-5")
    atol: Tolerated = Field(default=1e-6, description="part of the largest expected value, and at least of 1")


class LimitsSpec(Strict):
    """What a submission may use."""

    import_: Seconds = Field(
        default=10.0,
        alias="import",
        description="time to run the submitted file, such as 10s",
        json_schema_extra={"default": "10s"},
    )
    case: Seconds = Field(default=5.0, description="time for one case, such as 5s", json_schema_extra={"default": "5s"})
    submission: Seconds = Field(
        default=60.0, description="time for the whole submission, such as 1min", json_schema_extra={"default": "60s"}
    )
    memory: Bytes = Field(
        default=512.0 * 1024**2, description="such as 512MB; KB and GB too", json_schema_extra={"default": "512MB"}
    )


class Draw(Strict):
    """How often a group draws, and which sizes."""

    count: int = Field(default=1, ge=1, le=200, strict=True, description="how many cases are drawn")
    sizes: dict[PythonName, Size] = Field(
        default={}, description="sizes by name: a number, a formula of sizes above it, or a range 2..7"
    )
    where: list[Expression] = Field(
        default=[], description="conditions that drawn sizes must fulfil, such as n != d or different(n, d, k)"
    )


Meaning: TypeAlias = Annotated[
    Annotated[Expression, Tag("<formula>")] | Annotated[list[Expression], Tag("<sizes>")],
    _either(list, "<sizes>", "<formula>", "expected a formula or a list of sizes"),
]


class Choice(Strict):
    """One reading of an either/or: its names, each with a formula or a list of sizes."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[PythonName, Meaning]

    @property
    def names(self) -> dict[str, Expression | list[Expression]]:
        """Name → formula, or list of sizes."""
        return self.__pydantic_extra__


class Convention(Strict):
    """An either/or that the statement leaves open: a submission follows one choice in all cases."""

    choices: dict[Id, Choice] = Field(
        min_length=1, description="each reading by its name, such as factor: {scale: 1 / sqrt(d_head)}"
    )
    reference: Id | None = Field(
        default=None, description="the choice that the reference always runs with; default: the submission's"
    )


Expect: TypeAlias = Annotated[
    Annotated[Literal["reference"], Tag("<word>")] | Annotated[dict[PythonName, Numbers], Tag("<values>")],
    _either(dict, "<values>", "<word>", "expected `reference`, or values by name"),
]


class Part(Strict):
    """What an assignment, a group and a case can all say; the nearest counts."""

    steps: list[Annotated[Step, StepField]] = Field(
        default=[], description="what a case runs: calls of functions, such as output = self_attention(Q, K, V)"
    )
    observe: list[PythonName] = Field(
        default=[], description="names whose values are looked at; default: the last step's"
    )
    given: dict[PythonName, Given] = Field(
        default={}, description="the inputs by name, each with its numbers or how to draw them: {normal: [n, d]}"
    )
    shapes: dict[PythonName, list[Expression]] = Field(
        default={}, description="shapes of what steps give, in sizes: messages and properties use them"
    )
    tolerance: ToleranceSpec | None = Field(default=None, description="how far values may be off")


class CaseSpec(Part):
    """A case written out."""

    id: Id = Field(description="its name in reports, after its group's")
    title: str = Field(default="", description="what it looks at, for people")
    expect: Expect | None = Field(
        default=None, description="`reference`, or values by name; default: what its group says"
    )
    checks: list[AnyCheck] = Field(default=[], description="properties to look at besides")


class Group(Part):
    """A scored part of the assignment."""

    id: Id = Field(description="its name in reports, and for `implied_by`")
    title: str = Field(default="", description="what it looks at, for people")
    points: Points = Field(description="what it is worth; 0: reported, never deducted")
    award: Literal["proportional", "all"] = Field(default="proportional", description="all: every case or nothing")
    visibility: Literal["public", "hidden"] = Field(default="public", description="hidden: only the instructor runs it")
    implied_by: Id | None = Field(default=None, description="the group whose full score gives this one's points too")
    draw: Draw | None = Field(default=None, description="how many cases, and their sizes; default: the assignment's")
    expect: Expect | None = Field(default=None, description="`reference`, or values by name")
    checks: list[AnyCheck] = Field(default=[], description="with `expect`: also looked at; without: a case each")
    cases: list[CaseSpec] = Field(default=[], description="cases written out, instead of drawn ones")


class Edit(Strict):
    """What to change in the reference."""

    replace: dict[str, str] = Field(
        default={}, description="text of the reference, there exactly once → what stands there instead"
    )
    define: str = Field(default="", description="Python that takes the place of the reference's functions of that name")


class Variant(Edit):
    """Another way in which a mistake is made."""

    title: str = Field(default="", description="what is wrong when it is made so; default: the misconception's title")
    hint: str = Field(default="", description="what to do about it when it is made so; default: the misconception's")


class Misconception(Edit):
    """A mistake that is known: the reference with it put in, and what to tell who makes it."""

    id: Id = Field(description="its name in results")
    title: str = Field(description="what is wrong, in a few words, such as: the scores are not scaled")
    hint: str = Field(default="", description="what to do about it, in a sentence")
    variants: list[Variant] = Field(default=[], description="other ways in which the same mistake is made")
    caught_by: Id | None = Field(
        default=None, description="the group on which it must lose points; default: the one with the most points"
    )

    @property
    def edits(self) -> list[Edit]:
        """Every way in which it is made."""
        return [self, *self.variants]

    def told(self, number: int) -> tuple[str, str]:
        """Title and hint for who made it in the way of that number in `edits`."""
        said = self.edits[number]
        own = (said.title, said.hint) if isinstance(said, Variant) else ("", "")
        return own[0] or self.title, own[1] or self.hint


class PerTime(Strict):
    """What each day, or each hour, costs that was begun after the due date."""

    per_day: Share | None = Field(default=None, description="part of the assignment's points for each day, such as 10%")
    per_hour: Share | None = Field(default=None, description="the same for each hour, instead of `per_day`")
    most: Share = Field(
        default=Fraction(1),
        description="the most to take off, such as 50%",
        json_schema_extra={"default": "100%"},
    )


Late: TypeAlias = Annotated[
    Annotated[Literal["none", "zero"], Tag("<policy>")] | Annotated[PerTime, Tag("<cost>")],
    _either(dict | PerTime, "<cost>", "<policy>", "expected none, zero or {per_day: 10%}"),
]


class Dates(Strict):
    """When the assignment was out and is due, and what being late costs."""

    released: When | None = Field(default=None, description="a day (2024-05-03), or a time")
    due: When | None = Field(
        default=None, description="a day, to its last second, or a time (2024-05-17T18:00+02:00, or with `zone`)"
    )
    zone: Zone = Field(
        default="UTC", description="whose days and times these are, such as Europe/Berlin: the same on every machine"
    )
    grace: LongTime = Field(
        default=0.0,
        description="how long after `due` is still in time, such as 15min",
        json_schema_extra={"default": "0s"},
    )
    late: Late = Field(
        default="none",
        description="what being late costs: none, zero (no points), or {per_day: 10%, most: 50%}",
    )


class Assignment(Part):
    """One assignment: all that is asked of it."""

    assignment: Id = Field(description="its id, as on the command line; the file is named like it")
    title: str = Field(description="its title, for people")
    points: Points = Field(default=Fraction(10), description="what all groups' points add up to")
    reference: RelativePath = Field(description="the staff solution, relative to the folder above the spec's")
    dates: Dates = Field(default=Dates(), description="when it was out and is due, and what being late costs")
    functions: dict[PythonName, Function] = Field(min_length=1, description="what is asked for, by name")
    modules: list[str] = Field(default=[], description="modules allowed besides numpy and the standard library")
    limits: LimitsSpec = Field(default=LimitsSpec(), description="what a submission may use")
    seed: int = Field(default=0, ge=0, lt=2**31, strict=True, description="where all drawn numbers come from")
    draw: Draw | None = Field(default=None, description="how often groups draw, and which sizes, unless they say it")
    conventions: dict[Id, Convention] = Field(default={}, description="either/ors that the statement leaves open")
    groups: list[Group] = Field(min_length=1, description="the scored parts")
    hints: Hints = Field(
        default="name",
        description="how much of a mistake a student is told: none, its stage, what it looks like, its name",
    )
    misconceptions: list[Misconception] = Field(default=[], description="mistakes that are known and named")
    equivalent: dict[str, str] = Field(
        default={}, description="changed lines of the reference that are right too, as `verify` prints them → why"
    )
