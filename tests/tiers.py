"""Which isolation this machine gives, and what tests of it do without: they fail where it is expected, or skip."""

from __future__ import annotations

import functools
import os

import pytest

from grader import sandbox
from grader.launcher import Zygote
from grader.model import Isolation

EXPECTED = "GRADER_EXPECT_TIER"
"""A variable that `.ci/run` sets to the tier that its kind of machine must have."""
UNCAGED = tuple(layer.name for layer in sandbox.LAYERS)
"""What to leave out for workers that fork, open files and look at /proc as they like."""


@functools.cache
def reached() -> Isolation:
    """What a zygote of this machine is isolated by."""
    zygote = Zygote()
    try:
        return zygote.isolation
    finally:
        zygote.close()


def needs_tier(name: sandbox.Tier) -> None:
    """Go on only where this tier, or a stronger one, is reached."""
    if not _reaches(reached().tier, name):
        _do_without(name, f"tier {name}")


def needs_layer(name: str) -> None:
    """Go on only where this layer is in force."""
    if name not in reached().layers:
        _do_without("restricted" if name in sandbox.RESTRICTED else "full", f"layer {name}")


def _reaches(tier: str, name: str) -> bool:
    order = [str(known) for known in sandbox.TIERS]
    return order.index(tier) >= order.index(name)


def _do_without(tier: sandbox.Tier, what: str) -> None:
    isolation = reached()
    why = f"{what} is not there: {dict(isolation.left_out)}"
    if _reaches(os.environ.get(EXPECTED, "process"), tier):
        pytest.fail(f"{why}; {EXPECTED} says that it must be")
    pytest.skip(why)
