"""What a store comes to for people: the files of its folder, and the class on the terminal."""

from __future__ import annotations

from grader import __version__, reports
from grader.console import console, say
from grader.reports.parts import Map
from grader.store import Store
from grader.stored_results import whole_class

FEW = 60
"""Submissions of which each is shown again when nothing has changed."""
ALWAYS_THERE = ("results.jsonl", "junit.xml", "gradebook.csv", "report.html")


def write(store: Store, color: str, map_: Map = map, before: str = "") -> None:
    """Write the reports that are out of date, and show the class. `before`: what the last line begins with."""
    from grader.reports import terminal_class

    folder = store.path.parent
    count = len(store.ids())
    if not count:  # interrupted at once: reports of an earlier run are worth more than none
        say(f"{before}no reports were written", color)
        return
    is_current = _is_current(store)
    try:  # the scores first: a full disk must not take them along
        if not is_current or count <= FEW:
            terminal_class.show_class(whole_class(store), console(color))
    finally:  # and a stdout that is full, or has lost its reader, no report
        write_files(store, map_)
        say(f"{before}{'nothing has changed; ' if is_current else ''}reports: {folder}", color)


def write_files(store: Store, map_: Map = map) -> None:
    """Write all files that are out of date. Raises UsageError."""
    if not _is_current(store):
        reports.write_all(whole_class(store), store.path.parent, map_)
        store.reported(__version__)


def _is_current(store: Store) -> bool:
    folder = store.path.parent
    return store.is_reported(__version__) and all((folder / name).exists() for name in ALWAYS_THERE)
