"""Layer "cgroups": a second bound on memory and processes, of all of a slot together, that no process can leave.

Theory: resource limits count per process and, for processes, per user; a control group counts what is in it, shared
memory and the kernel's own included. The judge makes a group per zygote where it may (as root, or in a delegated
folder), the zygote enters it before anything else, the keeper removes it afterwards. The other layers do not need it:
a tier is reached without.
"""

from __future__ import annotations

from grader.sandbox import control_groups
from grader.sandbox.base import Layer
from grader.sandbox.readable import Readable


class Cgroups(Layer):
    """See the module. `control_groups` makes the folders, on the judge's side."""

    name = "cgroups"
    _controllers = ""
    advice = "Not needed for a tier. Run as root, or: systemd-run --user --scope -p Delegate=yes grader ..."

    def unavailable(self) -> str:
        return "" if self.plan.cgroup else "no control group could be made: not root, and none is delegated"

    def details(self) -> str:
        return self._controllers

    def enter_zygote(self, readable: Readable) -> None:
        self._controllers = control_groups.names(self.plan.cgroup)
        for folder in self.plan.cgroup:
            with open(f"{folder}/cgroup.procs", "w", encoding="ascii") as file:
                file.write("0")
