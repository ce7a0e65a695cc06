"""Attacks that no text file can hold are made: modules, notebooks, and what is neither."""

from __future__ import annotations

from hostile.attack import Attack
from hostile.made_files import files
from hostile.made_notebooks import notebooks
from hostile.made_sources import sources


def all_made() -> list[Attack]:
    """Each with the facts that a file of `attacks/` begins with."""
    return [*sources(), *notebooks(), *files()]
