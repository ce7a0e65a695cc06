"""One class per check. To add one: a class in this folder and its line in `CHECKS`; a spec then asks for it by name.

`CHECKS` are those that a spec names under `checks:`. Those against expected values (`expected.py`) are made of
every case that has an `expect:`, in their fixed order.
"""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union, cast

from pydantic import BeforeValidator, Discriminator, Tag, create_model

from grader.checks.base import Check, CheckError, Layout, Seen
from grader.checks.expected import AGAINST_EXPECTED, WELL_FORMED
from grader.checks.properties import (
    BatchIndependence,
    ConstantValue,
    ConvexHull,
    MaskedKeysIgnored,
    RowsSumToOne,
    TokenPermutation,
    ZeroPaddedKeys,
)
from grader.checks.robustness import (
    Deterministic,
    Float32Input,
    InputsUnchanged,
    IntegerInput,
    KeepsFloat32,
    LargeLogits,
)
from grader.inputs import Strict

__all__ = ["AGAINST_EXPECTED", "CHECKS", "WELL_FORMED", "AnyCheck", "Check", "CheckError", "Layout", "Seen"]

CHECKS: tuple[type[Check], ...] = (
    TokenPermutation,
    BatchIndependence,
    ZeroPaddedKeys,
    ConstantValue,
    RowsSumToOne,
    ConvexHull,
    MaskedKeysIgnored,
    InputsUnchanged,
    Deterministic,
    LargeLogits,
    IntegerInput,
    Float32Input,
    KeepsFloat32,
)


def _name_of(written: Any) -> str | None:
    """`rows_sum_to_one` and `{token_permutation: {along: n}}` are the two ways to write a check."""
    if isinstance(written, Check):
        return written.NAME
    name = next(iter(written), None) if isinstance(written, dict) and len(written) == 1 else written
    return name if isinstance(name, str) and any(name == check.NAME for check in CHECKS) else None


def _parameters(written: Any) -> Any:
    if isinstance(written, dict):
        return next(iter(written.values())) or {}
    return {} if isinstance(written, str) else written


def _field(check: type[Check]) -> Any:
    """The check as a spec may write it, with a schema that says so."""
    literal, union, annotated = cast("Any", Literal), cast("Any", Union), cast("Any", Annotated)
    parameters: dict[str, Any] = {check.NAME: (check, ...)}
    entry: Any = create_model(f"{check.__name__}Entry", __base__=Strict, **parameters)
    written = union[literal[check.NAME], entry]
    return annotated[check, BeforeValidator(_parameters, json_schema_input_type=written), Tag(check.NAME)]


if TYPE_CHECKING:
    AnyCheck: TypeAlias = Check  # a union made from a registry is beyond a type checker
else:
    AnyCheck = Annotated[
        functools.reduce(operator.or_, (_field(check) for check in CHECKS)),
        Discriminator(
            _name_of,
            custom_error_type="check",
            custom_error_message="expected one of the checks: " + ", ".join(check.NAME for check in CHECKS),
        ),
    ]
