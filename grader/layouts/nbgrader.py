"""Layout "nbgrader": `submitted/<student>/<assignment>/`, with the time in `timestamp.txt`.

There stand a date and a time, and maybe a zone; without one it is UTC.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.errors import UsageError
from grader.handin import HandIn, Student
from grader.intake import Dated
from grader.layouts.base import Found, entry_at, inside, is_closed, is_mostly, visible
from grader.layouts.github import LOOKED_AT
from grader.nodes import Damaged, Node, Refused, plain_name

EXPECTS = "no folder `submitted`, or no <student>/<assignment>/ in it"
TIMES = "timestamp.txt"
LARGEST_TIME = 1000
TIME = re.compile(r"\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?\s*([+-]\d\d:?\d\d|[\w/+-]+)?\s*", re.ASCII)


def recognises(folder: Node) -> bool:
    """A course, its `submitted`, or folders in whose folders there are times."""
    submitted = _submitted(folder)
    if submitted is not folder or folder.name == "submitted":
        return any(True for _ in _handed_in(submitted, LOOKED_AT))
    students = [node for node in visible(folder) if node.is_folder][:LOOKED_AT]
    return is_mostly(students, lambda node: any(each.is_folder and each.holds(TIMES) for each in inside(node)))


def find(folder: Node, path: Path) -> Found:
    """A submission per student, of the one assignment that there is. Raises UsageError where there are several."""
    submitted = _submitted(folder)
    handed_in = list(_handed_in(submitted))
    assignments = Counter(plain_name(node.name) for _, node in handed_in)
    if len(assignments) > 1:
        names = ", ".join(sorted(assignments))
        first = re.escape(min(assignments))
        raise UsageError(
            f"{path}: holds several assignments ({names}); say which, for example with "
            f"--pattern '(?P<student>[^/]+)/{first}' on the folder `submitted`"
        )
    entries = []
    for student, node in handed_in:
        who = HandIn(Student(student, login=student))
        entries.append(entry_at(node, student, student, path, who, partial(dated, node)))
    closed = [node for node in visible(submitted) if node.is_folder and is_closed(node)] if entries else []
    for node in closed:  # which assignment it is cannot be seen
        student = plain_name(node.name)
        entries.append(entry_at(node, student, student, path, HandIn(Student(student, login=student))))
    students = {entry.id for entry in entries}
    shown = (plain_name(node.name) for node in visible(submitted))
    return Found(
        tuple(sorted(entries, key=lambda entry: entry.id)), tuple(name for name in shown if name not in students)
    )


def _submitted(folder: Node) -> Node:
    """A course's folder holds others beside it, such as `source` and `release`."""
    return next((node for node in folder.children() if node.name == "submitted" and node.is_folder), folder)


def _handed_in(submitted: Node, most: int | None = None) -> Iterator[tuple[str, Node]]:
    for student in [node for node in visible(submitted) if node.is_folder][:most]:
        for assignment in inside(student):
            if assignment.is_folder:
                yield plain_name(student.name), assignment


def dated(folder: Node) -> Dated | None:
    """What stands in a folder's `timestamp.txt`; None where nothing does that is a time."""
    with contextlib.suppress(OSError, Refused, Damaged, ValueError, ZoneInfoNotFoundError):
        node = next((each for each in folder.children() if each.name == TIMES), None)
        if node is None:
            return None
        match = TIME.fullmatch(node.read(LARGEST_TIME, TIMES).decode("utf-8-sig"))
        if match is None:
            return None
        day, time, zone = match.groups()
        if zone and zone[0] in "+-":
            return Dated(datetime.fromisoformat(f"{day}T{time}{zone}").isoformat(), "lms")
        tz = UTC if zone in (None, "UTC", "GMT", "Z") else ZoneInfo(zone)
        return Dated(datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=tz).isoformat(), "lms")
    return None
