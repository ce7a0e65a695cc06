"""What a report tells beyond verdicts: the mistake by its name, where it is, what it looks like, a small example of it.

Values only, a part of every Result; how much of it a student is shown is the spec's to say (`hints`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

Array = NDArray[Any]

Hints = Literal["none", "stage", "property", "name"]
"""How much a student is told: only verdicts; and in which function; and what it looks like; and the mistake's name."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A misconception that explains what a submission returned."""

    misconception: str
    title: str
    hint: str
    score_if_mended: float
    """The score if this mistake alone were mended."""
    score_if_all_mended: float | None = None
    """The same if all that were found with it were, too; none where it is the only one."""


@dataclass(frozen=True, slots=True)
class Clue:
    """Something true of a wrong submission that helps to find the mistake: the stage that it is in, its looks."""

    kind: Literal["stage", "property"]
    text: str
    todo: str = ""
    """What to do about it, where that is plain: then nothing else needs to be looked at before."""


@dataclass(frozen=True, eq=False)
class Counterexample:
    """The smallest inputs that were found for which a submission is wrong; none of them is a hidden case's."""

    steps: tuple[str, ...]
    inputs: Mapping[str, Array | int | float | bool]
    expected: Mapping[str, Array]
    """By observed name."""
    got: Mapping[str, Array]
    """By observed name; empty when no array came back."""
    message: str
    """What is wrong, in a sentence."""
    reproducer: str
    """A few lines of Python that show it when they are pasted below the submission."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Two matrices to compare by eye, such as attention weights (queries × keys)."""

    title: str
    got: Array
    expected: Array
    rows: str
    columns: str


@dataclass(frozen=True, slots=True)
class Location:
    """A line of a submission's file; in a notebook always the first, for its lines are those of its JSON."""

    file: str
    """As the file is called inside the submission."""
    line: int
