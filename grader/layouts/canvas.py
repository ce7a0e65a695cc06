"""Layout "canvas": the download of an assignment, `{name}[_LATE]_{user id}_{attachment id}_{file name}`.

As instructure/canvas-lms writes it (lib/content_zipper.rb): the name is the student's sortable one (last name first) in
small letters without anything between words; `anon_{id}` stands for name and user where grading is anonymous; a text
or a link that was typed in is `{name}_{user id}_text.html` or `_link.html`. Feedback files are matched by the beginning
of that name (`infer_comment_context_from_filename`): it drops `LATE`, takes the first two numbers for user and
attachment, and wants an attachment of that student's submission. What a student calls himself is in that name: it may
be a number, or end in one. So two names are never one submission, whatever their ids.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.handin import HandIn, Student
from grader.intake import Entry
from grader.layouts.base import Found, is_mostly, visible
from grader.nodes import Node, Refused, is_code, plain_name

EXPECTS = "no file named like adalovelace_101_9001_attention.py, as Canvas names downloads"

NAME = re.compile(
    r"(?:(?:(?P<unknown>LATE|late)_)?anon_(?P<anon>[A-Za-z0-9]+)|(?P<name>.*?)_(?:(?P<late>LATE|late)_)?(?P<user>[0-9]+))_"
    r"(?:(?P<attachment>[0-9]+)_(?P<file>.+)|(?:text|link)\.html)",
    re.DOTALL,
)
AGAIN = re.compile(
    r"(?P<stem>.+?)-(?P<again>[1-9][0-9]?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?P<end>(?:\.\w+)*)"
)
MANY = 8
"""As which a random suffix counts: Canvas takes one when it has tried seven numbers."""


@dataclass(frozen=True, slots=True)
class _File:
    """One attachment. `again`: how often a file of that name had been handed in before; 0 is the first time."""

    node: Node
    prefix: str
    """All of its name before the file's own."""
    own: str
    plain: str
    """The file's own name without Canvas's number."""
    again: int
    attachment: int
    late: bool


@dataclass(frozen=True, slots=True)
class _NoFile:
    """A folder where Canvas puts a file, as a name with `../` makes one: not read, but its student must not vanish."""

    name: str
    is_folder: bool = False

    def children(self) -> Sequence[Node]:
        """Nothing of it is looked at."""
        return ()

    def holds(self, name: str) -> bool:
        """Nothing."""
        return False

    def read(self, largest: int, shown: str) -> bytes:
        """Raises Refused."""
        raise Refused(f"{shown} is a folder in the download; hand in the file itself")

    def modified(self) -> float | None:
        """Not known."""
        return None


def recognises(folder: Node) -> bool:
    """Most names are Canvas's."""
    return is_mostly(visible(folder), lambda node: not node.is_folder and NAME.fullmatch(node.name))


def find(folder: Node, path: Path) -> Found:
    """One submission per student and attempt; all files of it can import each other by their own names."""
    matches, others = _matches(folder)
    files: defaultdict[Student, list[_File]] = defaultdict(list)
    for node, match, name in matches:
        who = match["anon"] or match["user"]
        student = Student(plain_name(name) or who, id=who)
        files[student].append(_file(node, match))
    entries = [entry for student, each in files.items() for entry in _entries(student, each, path)]
    return Found(tuple(sorted(entries, key=lambda entry: entry.id)), (*others, *_shared(files)))


def _matches(folder: Node) -> tuple[list[tuple[Node, re.Match[str], str]], list[str]]:
    """Canvas's files with the name of whose they are, and the names of others."""
    matches, others = [], []
    for node in visible(folder):
        match = NAME.fullmatch(node.name)
        if match is None:
            others.append(plain_name(node.name))
        else:
            file = _NoFile(node.name) if node.is_folder else node
            matches.append((file, match, f"anon_{match['anon']}" if match["anon"] else match["name"]))
    uploads = Counter((match["user"], match["attachment"]) for _, match, _ in matches if match["attachment"])
    return [_reread(*each) if uploads[each[1]["user"], each[1]["attachment"]] > 1 else each for each in matches], others


def _reread(node: Node, match: re.Match[str], name: str) -> tuple[Node, re.Match[str], str]:
    """An attachment's number is there once: what was taken for it twice is a user's, and the name ends in a number."""
    longer = match["user"] and NAME.fullmatch(node.name, match.start("user"))
    if not longer or not longer["name"]:
        return node, match, name
    return node, longer, node.name[: longer.end("name")]


def _shared(students: Iterable[Student]) -> Iterator[str]:
    """What is said of an id that is there under several names: whose it is, a person has to see."""
    by_id: defaultdict[str, list[str]] = defaultdict(list)
    for student in students:
        by_id[student.id].append(student.name)
    for id_, names in sorted(by_id.items()):
        if len(names) > 1:
            yield f"the user id {id_} twice ({' and '.join(sorted(names))}: look whose these are)"


def _file(node: Node, match: re.Match[str]) -> _File:
    own = plain_name(match["file"] or node.name)
    again = AGAIN.fullmatch(own) if match["file"] else None
    number = 0 if again is None else int(again["again"]) if again["again"].isdecimal() else MANY
    plain = own if again is None else again["stem"] + again["end"]
    attachment = match["attachment"]
    prefix = node.name[: match.start("file")] if attachment else ""
    return _File(node, prefix, own, plain, number, int(attachment or 0), bool(match["late"] or match["unknown"]))


def _entries(student: Student, files: Sequence[_File], path: Path) -> Iterator[Entry]:
    """The latest attempt, and earlier ones as far as they are there: Canvas itself gives out the latest only."""
    attempts = list(_attempts(files))
    id_ = student.name if student.name in (student.id, f"anon_{student.id}") else f"{student.name}_{student.id}"
    for number, (attempt, chosen) in enumerate(attempts, start=1):
        newest = max(chosen.values(), key=lambda file: (is_code(file.own), file.attachment))
        handed_in = HandIn(student, attempt, any(file.late for file in chosen.values()), upload=newest.prefix)
        parts = tuple((name, file.node) for name, file in sorted(chosen.items()))
        yield Entry(
            id_ if number == len(attempts) else f"{id_}_attempt_{attempt}", student.name, path, parts, handed_in
        )


def _attempts(files: Sequence[_File]) -> Iterator[tuple[int, Mapping[str, _File]]]:
    """What was handed in at a time, by name. A file that was not handed in again counts on."""
    if len(files) == 1:
        yield files[0].again + 1, {files[0].plain: files[0]}
        return
    once: dict[str, _File] = {}
    again: dict[str, dict[int, _File]] = {}
    for name, versions in _versions(files):
        if len(versions) == 1:
            once[name] = versions[0]
        elif versions[0].again:  # part-1.py and part-2.py without a part.py: most likely the student's own names
            once |= {file.own if file.own not in once else f"{file.attachment}_{file.own}": file for file in versions}
        else:
            again[name] = _numbered(versions)
    if not again:
        yield 1 + max((file.again for name, file in once.items() if name == file.plain), default=0), once
    for number in sorted({number for versions in again.values() for number in versions}):
        then = {name: versions[max(n for n in versions if n <= number)] for name, versions in again.items()}
        yield number, once | then


def _versions(files: Sequence[_File]) -> Iterator[tuple[str, list[_File]]]:
    by_name: defaultdict[str, list[_File]] = defaultdict(list)
    for file in sorted(files, key=lambda file: (file.again, file.attachment)):
        by_name[file.plain].append(file)
    yield from sorted(by_name.items(), key=lambda item: (len(item[1]), item[0]))


def _numbered(versions: Sequence[_File]) -> dict[int, _File]:
    """By attempt; two of one number are told apart by which came later."""
    numbered: dict[int, _File] = {}
    for file in versions:
        numbered[max(file.again + 1, max(numbered, default=0) + 1)] = file
    return numbered
