"""Options that several commands have, and what they may be."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from grader.errors import GraderError


class CheckFormat(enum.StrEnum):
    """What `check` prints."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"


class Color(enum.StrEnum):
    """When to use colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Tier(enum.StrEnum):
    """How strongly student code is isolated."""

    FULL = "full"
    RESTRICTED = "restricted"


def assignment_names(incomplete: str) -> list[str]:
    """For the shell to complete."""
    from grader.assignments import spec_files

    try:
        return [name for name in spec_files(None) if name.startswith(incomplete)]
    except GraderError:  # nobody waits for a sentence in the middle of a command
        return []


AssignmentOption = Annotated[
    Optional[str],  # noqa: UP045  # typer reads it at run time
    typer.Option(
        "--assignment",
        "-a",
        help="Id of the assignment; left out: inferred from the functions defined.",
        autocompletion=assignment_names,
    ),
]
SpecsOption = Annotated[
    Optional[Path],  # noqa: UP045  # typer reads it at run time
    typer.Option("--specs", help="Folder of specs to use instead of the shipped ones and ./test_specs."),
]
SeedOption = Annotated[
    Optional[int],  # noqa: UP045  # typer reads it at run time
    typer.Option("--seed", min=0, max=2**31 - 1, help="Seed of the random inputs instead of the spec's."),
]
RequireOption = Annotated[
    Optional[Tier],  # noqa: UP045  # typer reads it at run time
    typer.Option("--require", help="Refuse to run student code with less isolation than this."),
]
ColorOption = Annotated[Color, typer.Option("--color", help="Colour: auto, always or never.")]
