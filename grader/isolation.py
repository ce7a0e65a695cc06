"""What is known of the isolation in force: the tier, its layers, and what probes made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Isolation:
    """The isolation in force: `tier` is full, restricted or process."""

    tier: str
    layers: tuple[str, ...]
    details: Mapping[str, str] = field(default_factory=dict)
    """Layer → what exactly is in force; for `grader doctor`."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Layer → why it is not in force."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that student code must not be able to do. `what` is its sentence, `happened` what it came to."""

    name: str
    what: str
    stopped: bool
    promised: bool
    """Whether the tier promises to stop it."""
    happened: str = ""

    @property
    def is_hole(self) -> bool:
        """Whether a promise is broken."""
        return self.promised and not self.stopped
