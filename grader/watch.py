"""A submission, and again each time that it is saved with other content."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.intake import Entry, read_submission

PAUSE = 0.4
"""Seconds between looks: nobody waits for it, and reading a file twice a second is nothing."""


def saves(path: Path, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """At once, and then whenever the content has changed and stays so for a pause. Does not end."""
    last = None
    seen = _content(path)
    while True:
        if seen != last:
            last = seen
            yield
        sleep(PAUSE)
        now = _content(path)
        while now != seen or now is None:  # an editor is at it: it may write in parts, or put another file in its place
            seen = now
            sleep(PAUSE)
            now = _content(path)


def _content(path: Path) -> str | None:
    """What is there, by its digest and by what keeps it from being read; None while there is nothing."""
    if not path.exists():
        return None
    submission = read_submission(Entry(path.name, path.stem, path))
    return submission.sha256 + submission.problem + submission.unreadable
