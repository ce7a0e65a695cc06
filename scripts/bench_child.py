"""A command of the grader, with notes of when things happened and how much memory they took.

python scripts/bench_child.py NOTES.json [--no-pages] grade …, report …, or page FOLDER (report.html alone).
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
EVERY = 25
"""Stored rows between two looks at the memory of the slots."""


class Notes:
    """What is noted: seconds of the monotonic clock, bytes."""

    def __init__(self) -> None:
        self.known: dict[str, float] = {"rows": 0, "slot": 0}

    def first_and_last(self, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function; when it was called for the first time, and when it last returned."""

        @functools.wraps(function)
        def noted(*arguments: Any, **named: Any) -> Any:
            self.known.setdefault(f"{what} from", time.monotonic())
            try:
                return function(*arguments, **named)
            finally:
                self.known[f"{what} to"] = time.monotonic()
                if what == "store":
                    self.row()

        return noted

    def row(self) -> None:
        """A row was stored."""
        self.known["rows"] += 1
        if self.known["rows"] % EVERY == 1:
            self.known["slot"] = max([self.known["slot"], *(high_water(pid) for pid in slots())])


def slots() -> list[str]:
    """Forks of this process."""
    own = Path("/proc/self/cmdline").read_bytes()
    found = []
    for task in Path("/proc/self/task").glob("*/children"):
        for pid in task.read_text().split():
            with suppress(OSError):
                if Path(f"/proc/{pid}/cmdline").read_bytes() == own:
                    found.append(pid)
    return found


def high_water(pid: str) -> int:
    """The most memory, in bytes, that a process ever had; 0 where it cannot be told."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def without_pages() -> None:
    """Leave out the page of each student."""
    from grader import reports

    registry = reports.registry
    reports.registry = lambda class_: tuple(each for each in registry(class_) if "feedback/" not in each.files)


def page(folder: Path) -> None:
    """Make report.html alone."""
    from grader.reports import class_page
    from grader.store import Store
    from grader.stored_results import whole_class

    with Store.open(folder) as store:
        class_page.write(whole_class(store), folder / "report.html")


def main() -> None:
    """Run it, and write the notes."""
    target, *words = sys.argv[1:]
    notes = Notes()
    from grader import reports
    from grader.store import Store

    if words[0] == "--no-pages":
        del words[0]
        without_pages()
    Store.put = notes.first_and_last("store", Store.put)  # type: ignore[method-assign]
    reports.write_all = notes.first_and_last("reports", reports.write_all)
    try:
        if words[0] == "page":
            notes.first_and_last("reports", page)(Path(words[1]))
        else:
            from grader.cli import main as command

            sys.argv = ["grader", *words]
            command()
    finally:
        notes.known["main"] = high_water("self")
        Path(target).write_text(json.dumps(notes.known))


if __name__ == "__main__":
    main()
