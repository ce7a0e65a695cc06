"""Layer "cgroups": a second bound on memory and processes, of all of a slot together, that no process can leave.

Theory: resource limits count per process and, for processes, per user; a control group counts what is in it, shared
memory and the kernel's own included. The judge makes a group per zygote where it may (as root, or in a delegated
folder), the zygote enters it before anything else, the keeper removes it afterwards. The other layers do not need it:
a tier is reached without.
"""

from __future__ import annotations

import os

from grader.sandbox.base import Layer
from grader.sandbox.readable import Readable


class Cgroups(Layer):
    """See the module. `grader.sandbox.cgroup_folders` makes the folders, on the judge's side."""

    name = "cgroups"
    needs = "root, or a delegated control group (systemd-run --user --scope -p Delegate=yes)"

    def unavailable(self) -> str:
        return "" if self.plan.cgroup else "no control group could be made: not root, and none is delegated"

    def details(self) -> str:
        return ", ".join(sorted({os.path.basename(os.path.dirname(folder)) for folder in self.plan.cgroup}))

    def enter_zygote(self, readable: Readable) -> None:
        for folder in self.plan.cgroup:
            with open(f"{folder}/cgroup.procs", "w", encoding="ascii") as file:
                file.write("0")
