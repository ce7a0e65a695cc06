"""What a store comes to for people: the files of its folder, and the class on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader import __version__, reports
from grader.class_results import ClassResults
from grader.console import console, say
from grader.reports.parts import Map
from grader.store import Store
from grader.stored_results import whole_class

FEW = 20
"""Submissions of which each is shown again when nothing has changed."""
ALWAYS_THERE = ("results.jsonl", "junit.xml", "gradebook.csv", "report.html")


def write(
    store: Store,
    color: str,
    map_: Map = map,
    before: str = "",
    outstanding: int = 0,
    only: Sequence[str] | None = None,
) -> None:
    """Write the reports that are out of date, and show the class, or in its place the lines of `only`.

    `before`: what the last line begins with. `outstanding`: how many submissions are not graded yet.
    """
    folder = store.path.parent
    count = len(store.ids())
    if not count:  # interrupted at once: reports of an earlier run are worth more than none
        say(f"{before}no reports were written", color)
        return
    is_current = _is_current(store) and not outstanding
    try:  # the scores first: a full disk must not take them along
        if only is not None:
            for line in only:
                console(color).print(line, soft_wrap=True)
        else:
            _show(_class(store, outstanding), color, in_short=is_current and count > FEW)
    finally:  # and a stdout that is full, or has lost its reader, no report
        write_files(store, map_, outstanding)
        say(f"{before}{'nothing has changed; ' if is_current else ''}reports: {folder}", color)


def write_files(store: Store, map_: Map = map, outstanding: int = 0) -> None:
    """Write all files that are out of date. Raises UsageError."""
    if outstanding or not _is_current(store):
        reports.write_all(_class(store, outstanding), store.path.parent, map_)
        if not outstanding:  # what is still to come may never come, and then they are to be written without it
            store.reported(__version__)


def _class(store: Store, outstanding: int) -> ClassResults:
    return replace(whole_class(store), outstanding=outstanding)


def _show(class_: ClassResults, color: str, in_short: bool) -> None:
    """On stdout; in short the figures alone, which come last."""
    from grader.reports.terminal_class import show_class

    screen = console(color)
    if not in_short:
        show_class(class_, screen)
        return
    with screen.capture() as shown:
        show_class(class_, screen)
    screen.file.write(shown.get().rpartition("\n\n")[2])


def _is_current(store: Store) -> bool:
    folder = store.path.parent
    return store.is_reported(__version__) and all((folder / name).exists() for name in ALWAYS_THERE)
