"""What a worker gives up before it sees a submission: one module per layer, entered in the order of `LAYERS`.

Each layer is a module with `NAME`, `unavailable()` (a reason, or "" when this machine has it) and `enter(bounds)`.
"""

from __future__ import annotations

from typing import Protocol

from grader.sandbox import limits
from grader.sandbox.bounds import Bounds


class Layer(Protocol):
    """One mechanism of isolation, as a module offers it."""

    NAME: str

    def unavailable(self) -> str:
        """Why this machine cannot give the layer, or an empty string."""

    def enter(self, bounds: Bounds) -> None:
        """Give up what the layer takes away; called once, in the worker, before any student code."""


LAYERS: tuple[Layer, ...] = (limits,)


def tier() -> tuple[str, tuple[str, ...]]:
    """The isolation that this machine gives: its tier and the names of its layers."""
    return "process", tuple(layer.NAME for layer in LAYERS if not layer.unavailable())


def enter(bounds: Bounds) -> None:
    """Enter every layer that there is."""
    for layer in LAYERS:
        if not layer.unavailable():
            layer.enter(bounds)
