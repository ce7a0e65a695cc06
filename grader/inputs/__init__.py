"""How a spec describes an input, and the array that a description, the sizes and the seed give.

Same description, sizes and seed: same array on every machine. Draws come from numpy's frozen `RandomState`
stream and are rounded to multiples of 2⁻¹⁰, which hides differences between libms and keeps reproducers short.
To add a generator: one class in this folder and its line in `GENERATORS`.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from grader.expressions import Environment
from grader.inputs.base import Generator, Source, Strict
from grader.inputs.derived import Padded, Permuted, Scaled
from grader.inputs.drawn import Integers, Mask, Normal, OneHot, Orthogonal, Permutation, Uniform
from grader.inputs.fixed import Identity, Literally, Ones, SizeValue, Zeros, array_of
from grader.model import Array

__all__ = ["GENERATORS", "Generator", "Given", "Literally", "Strict", "array_of", "build_all"]

GENERATORS: tuple[type[Generator], ...] = (
    Normal,
    Uniform,
    Integers,
    Zeros,
    Ones,
    Identity,
    OneHot,
    Orthogonal,
    Permutation,
    Mask,
    SizeValue,
    Permuted,
    Padded,
    Scaled,
)


def _tag(written: Any) -> str | None:
    if not isinstance(written, dict):
        return "<numbers>" if not isinstance(written, Generator) else f"<{written.KEY}>"
    keys = [generator.KEY for generator in GENERATORS if generator.KEY in written]
    return f"<{keys[0]}>" if len(keys) == 1 else None


if TYPE_CHECKING:
    Given: TypeAlias = Generator | Literally  # a union made from a registry is beyond a type checker
else:
    Given = Annotated[
        functools.reduce(
            operator.or_, (Annotated[g, Tag(f"<{g.KEY}>")] for g in GENERATORS), Annotated[Literally, Tag("<numbers>")]
        ),
        Discriminator(
            _tag,
            custom_error_type="given",
            custom_error_message="expected numbers or one of: " + ", ".join(f"{{{g.KEY}: …}}" for g in GENERATORS),
        ),
        Field(description="an input: numbers, or how to draw them"),
    ]


def build_all(
    given: Mapping[str, Generator | Literally],
    needed: Iterable[str],
    sizes: Environment,
    seed: int,
    place: tuple[str | int, ...],
) -> dict[str, Array | int | float | bool]:
    """The inputs named by `needed` and what they are derived from; each draws from a stream of its own.

    `place` (group, number) and the input's name pick the stream, so that adding a case changes no other.
    Raises ExpressionError.
    """
    built: dict[str, Array | int | float | bool] = {}

    def build(name: str) -> None:
        if name in built:
            return
        for source in given[name].needs():
            build(source)
        built[name] = given[name].build(sizes, Source(seed, *place, name), built)

    for name in needed:
        build(name)
    return built
