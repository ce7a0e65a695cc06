"""Layout "moodle": the download of an assignment, `Full Name_<participant id>_assignsubmission_file_/...`.

As moodle/moodle writes it (mod/assign/classes/downloader.php): a folder per student and kind of submission, without
the last `_` since Moodle 4.1, or, where folders are turned off, `..._assignsubmission_file_<file name>` files in one
folder. A name holds no `_`. Of groups it is the group's name and id, or `Default group` without one. Feedback files are
matched by the same beginning of a path (mod/assign/feedback/file/importziplib.php). Typed-in text is another kind,
`onlinetext`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from grader.handin import HandIn, Student
from grader.intake import Entry
from grader.layouts.base import Found, is_mostly, visible
from grader.nodes import Node, plain_name

EXPECTS = "nothing named like Ada Lovelace_101_assignsubmission_file_, as Moodle names downloads"

NAME = re.compile(
    r"(?P<name>[^_]*)(?:_(?P<id>[0-9]+))?_assignsubmission_(?P<kind>[a-z0-9]+)(?:_(?P<file>.*))?", re.DOTALL
)


HIDDEN = "Participant"
"""How all are called where grading is blind."""


def recognises(folder: Node) -> bool:
    """Most names are Moodle's."""
    return is_mostly(visible(folder), _match)


def find(folder: Node, path: Path) -> Found:
    """One submission per participant; who only typed in a text has one without code."""
    parts: defaultdict[tuple[str, str], list[tuple[str, Node]]] = defaultdict(list)
    uploads: dict[tuple[str, str], str] = {}
    others = []
    for node in visible(folder):
        match = _match(node)
        if match is None:
            others.append(plain_name(node.name))
            continue
        who = match["name"], match["id"] or ""
        own = [] if match["kind"] != "file" else [("" if node.is_folder else plain_name(match["file"]), node)]
        parts[who] += own
        if own or who not in uploads:
            uploads[who] = f"{node.name}/" if node.is_folder else node.name[: match.start("file")]
    entries = []
    for (name, number), own in parts.items():
        id_ = plain_name(f"{name}_{number}" if number else name)
        student = Student(f"{name} {number}" if name == HIDDEN else plain_name(name), id=number)
        handed_in = HandIn(student, upload=uploads[name, number])
        entries.append(Entry(id_, student.name, path, tuple(own), handed_in))
    return Found(tuple(entries), tuple(others))


def _match(node: Node) -> re.Match[str] | None:
    """A folder's name ends after the kind, a file's goes on."""
    match = NAME.fullmatch(node.name)
    return match if match and bool(match["file"]) != node.is_folder else None
