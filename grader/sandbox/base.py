"""What a layer of the cage is, and what the judge decides for a zygote before it starts."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from grader.sandbox.bounds import Bounds
from grader.sandbox.readable import Readable


class CageError(Exception):
    """A layer could not be entered although it was there when asked: the zygote ends, and nothing is graded in it."""


PLAN_LENGTH = struct.Struct("<I")
"""Goes before a plan where it is sent."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The judge's side of a cage, sent to the keeper as JSON."""

    preload: tuple[str, ...] = ()
    """Modules that the workers need themselves (nbformat, `numpy.random`)."""
    modules: tuple[str, ...] = ()
    """Modules that the assignment allows besides numpy."""
    without: tuple[str, ...] = ()
    """Names of layers to leave out."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Layers that cannot be had for a reason on the judge's side (a library that is not installed)."""
    uid: int = 0
    """The user that workers become when this is root; 0: stay."""
    cgroup: tuple[str, ...] = ()
    """Folders of the control group that the judge made for this zygote, one for each hierarchy."""
    programs: tuple[bytes, bytes] = (b"", b"")
    """Seccomp programs: the zygote's and, on top of it, each worker's."""

    def to_json(self) -> bytes:
        """As sent."""
        return json.dumps({**asdict(self), "programs": [program.hex() for program in self.programs]}).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Plan:
        """The other way round."""
        fields: dict[str, Any] = json.loads(data)
        zygote, worker = fields.pop("programs")
        missing, uid = fields.pop("missing"), fields.pop("uid")
        lists = {name: tuple(value) for name, value in fields.items()}
        return cls(missing=missing, uid=uid, programs=(bytes.fromhex(zygote), bytes.fromhex(worker)), **lists)


class Layer:
    """One mechanism of isolation: a class that overrides the moments at which it has something to do.

    A zygote makes its own instances, so that a layer may keep what it found out for the moments that follow.
    What is entered once is inherited by every worker at no cost.
    """

    name: ClassVar[str]
    advice: ClassVar[str]
    """What to do on a machine that does not give it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def unavailable(self) -> str:
        """Why this machine cannot give the layer, or an empty string. May try things out in a forked process."""
        return ""

    def details(self) -> str:
        """What exactly is in force (a version, a user), for `grader doctor`."""
        return ""

    def enter_keeper(self) -> None:
        """In the process that the zygote is forked from, before it is."""

    def look(self) -> None:
        """In the zygote, once everything is loaded and before any layer is entered: see what will be out of sight."""

    def enter_zygote(self, readable: Readable) -> None:
        """In the zygote, before it has heard of any submission."""

    def enter_worker(self, bounds: Bounds) -> None:
        """In each worker, before it reads the submission."""

    def close(self) -> None:
        """In each worker, when what the submission imports is loaded and before any of its code runs."""
