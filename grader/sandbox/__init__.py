"""What student code gives up before it runs: one module per layer, entered in the order of `LAYERS`.

A zygote enters what can be inherited once; each worker adds what must be its own. The tier is what was entered.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import Literal

from grader.sandbox.base import Layer, Plan
from grader.sandbox.bounds import Bounds
from grader.sandbox.cgroups import Cgroups
from grader.sandbox.landlock import Landlock
from grader.sandbox.limits import Limits
from grader.sandbox.namespaces import Namespaces
from grader.sandbox.privileges import Privileges
from grader.sandbox.readable import Readable
from grader.sandbox.seccomp import Seccomp

LAYERS: tuple[type[Layer], ...] = (Cgroups, Namespaces, Privileges, Limits, Landlock, Seccomp)

Tier = Literal["full", "restricted", "process"]
TIERS: tuple[str, ...] = ("process", "restricted", "full")
"""From the weakest to the strongest."""
RESTRICTED = frozenset({"privileges", "limits", "seccomp"})
FULL = RESTRICTED | {"namespaces", "landlock"}

SLOT_USERS = 1_000_000_000
"""User ids from here on are nobody's: far above those that systems give out."""


def tier_of(entered: Collection[str]) -> Tier:
    """The tier that some layers make."""
    if set(entered) >= FULL:
        return "full"
    return "restricted" if set(entered) >= RESTRICTED else "process"


def slot_user(number: int) -> int:
    """A user id for a zygote, of which there is no other on the machine."""
    return SLOT_USERS + os.getpid() % 2**22 * 64 + number % 64


class Cage:
    """The layers of one zygote, at its successive moments; see `base.Layer`."""

    def __init__(self, plan: Plan) -> None:
        self._layers: Sequence[Layer] = ()
        self._plan = plan
        self.left_out: dict[str, str] = {}
        """Layers that are not in force, and why."""

    @property
    def entered(self) -> dict[str, str]:
        """Layers in force, and what exactly."""
        return {layer.name: layer.details() for layer in self._layers}

    def enter_keeper(self) -> None:
        """Find out which layers there are; begin those that begin before the zygote. Raises OSError, CageError."""
        layers = [layer(self._plan) for layer in LAYERS]
        for layer in layers:
            why = "left out on request" if layer.name in self._plan.without else self._plan.missing.get(layer.name, "")
            if why := why or layer.unavailable():
                self.left_out[layer.name] = why
        self._layers = [layer for layer in layers if layer.name not in self.left_out]
        for layer in self._layers:
            layer.enter_keeper()

    def enter_zygote(self) -> None:
        """Give up what all workers go without. Raises OSError, CageError."""
        readable = Readable.by_this_process()
        for layer in self._layers:
            layer.look()
        for layer in self._layers:
            layer.enter_zygote(readable)

    def enter_worker(self, bounds: Bounds) -> None:
        """Give up what each worker must by itself."""
        for layer in self._layers:
            layer.enter_worker(bounds)

    def close(self) -> None:
        """The last step, after which student code may run."""
        for layer in self._layers:
            layer.close()
