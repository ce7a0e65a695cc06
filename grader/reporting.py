"""What a store comes to for people: the files of its folder, and the class on the terminal."""

from __future__ import annotations

from pathlib import Path

from grader import __version__, reports
from grader.console import console, say
from grader.reports.parts import Map
from grader.store import Store
from grader.stored_results import whole_class

FEW = 60
"""Submissions of which each is shown again when nothing has changed."""
ALWAYS_THERE = ("results.jsonl", "junit.xml", "gradebook.csv")


def write(store: Store, color: str, map_: Map = map, before: str = "") -> None:
    """Write the reports that are out of date, and show the class. `before`: what the last line begins with."""
    from grader.reports import terminal_class

    folder = store.path.parent
    count = len(store.ids())
    if not count:  # interrupted at once: reports of an earlier run are worth more than none
        say(f"{before}no reports were written", color)
        return
    is_current = store.is_reported(_key()) and all((folder / name).exists() for name in ALWAYS_THERE)
    class_ = whole_class(store)
    if not is_current or count <= FEW:
        try:  # the scores first: a full disk must not take them along
            terminal_class.show_class(class_, console(color))
        finally:  # and a stdout that is full, or has lost its reader, no report
            write_files(store, map_)
    say(f"{before}{'nothing has changed; ' if is_current else ''}reports: {folder}", color)


def write_files(store: Store, map_: Map = map) -> None:
    """Write all files that are out of date. Raises UsageError."""
    folder = store.path.parent
    if store.is_reported(_key()) and all((folder / name).exists() for name in ALWAYS_THERE):
        return
    reports.write_all(whole_class(store), folder, map_)
    store.reported(_key())


def _key() -> str:
    return __version__


def has_store(folder: Path) -> bool:
    """Whether a folder has results."""
    from grader.database import NAME

    return (folder / NAME).is_file()
