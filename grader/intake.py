"""An entry → a Submission: its code files' bytes, read with caps and without following what a student controls.

A submission is data here. What cannot be graded for a reason of the student's (too large, empty, a link) is its
`problem`; what the machine cannot read (no permission, a damaged download) is `unreadable` and leaves it ungraded.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from grader.archives import zip_of_a_student
from grader.handin import NO_CODE, DatedBy, HandIn, Student
from grader.model import SourceFile, Submission
from grader.nodes import (
    LARGEST_ZIP,
    OTHER_ARCHIVES,
    Damaged,
    Node,
    OnDisk,
    Refused,
    is_code,
    is_left_out,
    is_zip,
    largest_of,
    on_disk,
    plain_name,
    suffix,
)

__all__ = ["Entry", "holds_too_many", "mentioning", "plain_name", "read_reference", "read_submission"]

LARGEST_TOTAL = 32_000_000
MOST_FILES = 50
MOST_ZIPS = 5
MOST_SEARCHED = 2000
NAMED = 3
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Dated:
    """When something was handed in (ISO 8601 with its zone), and who says so."""

    at: str
    by: DatedBy


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to grade: a file or a folder of one student's, or several of them. Nothing of it has been read."""

    id: str
    student: str
    path: Path
    """The file or folder itself; where there are `parts`, what was graded."""
    parts: tuple[tuple[str, Node], ...] | None = None
    """Each with its name in the submission; what a folder named "" holds is at the top. None: what lies at `path`."""
    handed_in: HandIn | None = None
    """None: by the student of that name."""
    dated: Callable[[], Dated | None] | None = None
    """Asked when it is read; None, or the answer None: the files' own times."""


def read_submission(entry: Entry, among: frozenset[str] | None = None) -> Submission:
    """Never raises: what is wrong stands in the submission. `among`: those files of a folder alone."""
    try:
        found = _read(entry, among)
    except Refused as refused:
        return _submission(entry, (), problem=str(refused))
    except Damaged as damaged:
        return _submission(entry, (), unreadable=str(damaged))
    except OSError as error:
        why = f"{entry.id}: cannot be read ({error.strerror or error}); give the grader permission and grade it again"
        return _submission(entry, (), unreadable=why)
    files, left_out = tuple(found.files.values()), tuple(found.left_out)
    handed_in, at = _when(entry, found.newest)
    if not files:
        reasons = [*left_out, *found.unread, _no_code(entry.id, found.others)]
        submission = _submission(entry, (), problem=reasons[0])
    elif not any(file.data.strip() for file in files):
        submission = _submission(entry, files, problem=f"{entry.id} is empty: there is no code in it")
    else:
        submission = _submission(entry, files, left_out=left_out)
    return replace(submission, handed_in=handed_in, submitted_at=at)


def read_reference(path: Path) -> Submission:
    """The staff solution as a submission."""
    return read_submission(Entry(f"{path.parent.name}/{path.name}", "reference", path))


def _submission(
    entry: Entry,
    files: tuple[SourceFile, ...],
    problem: str = "",
    unreadable: str = "",
    left_out: tuple[str, ...] = (),
) -> Submission:
    """Its digest covers all that a result is made of: also what is said of files that are not graded."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{len(file.name)}:{len(file.data)}:{file.name}".encode())
        digest.update(file.data)
    for kind, sentences in (("problem", (problem,) if problem else ()), ("left out", left_out)):
        for sentence in sentences:
            digest.update(f"{kind}:{len(sentence)}:{sentence}".encode())
    sha256, by = digest.hexdigest(), _by_whom(entry)
    return Submission(
        entry.id, entry.student, entry.id, files, sha256, problem, unreadable, left_out=left_out, handed_in=by
    )


def _no_code(id_: str, others: Sequence[str]) -> str:
    """For the student: what there is instead, and what to do."""
    named = ", ".join(others[:NAMED]) + (" …" if len(others) > NAMED else "")
    return f"{id_} {NO_CODE}" + (f", only {named}; hand in your code as one" if named else "")


def _by_whom(entry: Entry) -> HandIn:
    return entry.handed_in or HandIn(Student(entry.student))


def _when(entry: Entry, newest: float | None) -> tuple[HandIn, str | None]:
    handed_in = _by_whom(entry)
    if entry.dated is not None and (dated := entry.dated()) is not None:
        return replace(handed_in, dated_by=dated.by), dated.at
    at = moment(newest)
    return (handed_in if at is None else replace(handed_in, dated_by="mtime")), at


def moment(seconds: float | None) -> str | None:
    """A time since 1970 as ISO 8601 in UTC, if there is such a day."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _read(entry: Entry, among: frozenset[str] | None) -> _Found:
    """Loose files first, so that a zip never takes the place of one. Raises Refused, Damaged, OSError."""
    if entry.parts is None:
        name, named = plain_name(entry.path.name), on_disk(entry.path)
        found = _Found(name)
        parts: tuple[tuple[str, Node], ...] = (("" if named.is_folder else name, named),)
        is_one_file = not named.is_folder  # whoever names a file means that file
    else:
        found, parts, is_one_file = _Found(entry.id), entry.parts, False
    zips = []
    for name, node in itertools.chain.from_iterable(_files_of(*part) for part in parts):
        if is_zip(name) and among is None:
            zips.append((name, node))
        elif is_code(name) or is_one_file:
            if among is None or name in among:
                found.add(name, node)
        else:
            found.note(name)
    for name, node in zips:
        found.add_zip(name, node)
    return found


class _Found:
    """The code files of a submission as they are found; one that is odd must not cost a right one its points."""

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self.files: dict[str, SourceFile] = {}
        self.left_out: list[str] = []
        self.unread: list[str] = []
        """Why there is no code, if there is none."""
        self.others: list[str] = []
        """Names of files that are no code."""
        self.newest: float | None = None
        self._seen = self._bytes = self._zips = 0

    def add(self, name: str, node: Node) -> None:
        """Raises Refused where that is too much, Damaged, OSError."""
        if self._seen >= MOST_FILES:
            raise Refused(f"{self.whole} holds more than {MOST_FILES} code files; hand in only what is asked for")
        self._seen += 1
        try:
            file = SourceFile(name, node.read(largest_of(name), name))
        except Refused as refused:
            self.left_out.append(str(refused))
            return
        self._keep(file)
        self._date(node.modified())

    def add_zip(self, name: str, node: Node) -> None:
        """What a zip holds, as if it had been handed in where the zip lies. Raises Refused, Damaged, OSError."""
        self._zips += 1
        if self._zips > MOST_ZIPS:
            self.left_out.append(f"{name} is not read: {MOST_ZIPS} zips of a submission are")
            return
        inside = _Found(name)
        try:
            folder = zip_of_a_student(node.read(LARGEST_ZIP, name), name)
            for path, each in _walk(folder, name[: name.rfind("/") + 1], 0):
                if is_code(path):
                    inside.add(path, each)
                elif is_zip(path):
                    inside.left_out.append(f"{path} is a zip in a zip ({name}), which is not read; hand in its files")
        except Refused as refused:
            self.left_out.append(str(refused))
            return
        self._join(inside)

    def note(self, name: str) -> None:
        """A file that is no code."""
        if not PurePath(name).name.startswith(".") and len(self.others) <= NAMED:
            self.others.append(name)
        if suffix(name) in OTHER_ARCHIVES and not self.unread:
            self.unread.append(f"{name} is not looked into; hand in a .zip, or the files themselves")

    def _join(self, inside: _Found) -> None:
        self.left_out += inside.left_out
        if len(self.files.keys() | inside.files.keys()) > MOST_FILES:
            self.left_out.append(f"{inside.whole} is left out: with it there are more than {MOST_FILES} code files")
            return
        for file in inside.files.values():
            beside = self.files.get(file.name)
            if beside is None:
                self._keep(file)
            elif beside.data != file.data:
                self.left_out.append(f"{file.name} in {inside.whole} is left out: the one beside the zip is graded")
        self._date(inside.newest)

    def _keep(self, file: SourceFile) -> None:
        if file.name in self.files:
            self.left_out.append(f"{file.name} is there twice; one of the two is left out")
            return
        self.files[file.name] = file
        self._bytes += len(file.data)
        if self._bytes > LARGEST_TOTAL:
            raise Refused(f"{self.whole} holds more than {LARGEST_TOTAL // 1_000_000} MB of code and notebooks")

    def _date(self, time: float | None) -> None:
        if time is not None:
            self.newest = time if self.newest is None else max(time, self.newest)


def holds_too_many(path: Path) -> bool:
    """Whether a folder has more code files than are read: most likely it is no submission."""
    with contextlib.suppress(OSError):  # `read_submission` says why
        return path.is_dir() and any(n >= MOST_FILES for n, _ in enumerate(_code(path)))
    return False


def mentioning(path: Path, names: Iterable[str]) -> frozenset[str]:
    """Of a folder with too many code files, such as a repository, those that mention one of the names.

    And the files beside them, where these are not too many as well. Nothing is parsed.
    """
    words = re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in names) + rb")\b")
    walked = list(itertools.islice(_code(path), MOST_SEARCHED))
    found = frozenset(name for name, file in walked if _mentions(file, name, words))
    folders = {name.rpartition("/")[0] for name in found}
    beside = frozenset(name for name, _ in walked if name.rpartition("/")[0] in folders)
    return beside if len(beside) <= MOST_FILES else found


def _mentions(node: Node, name: str, words: re.Pattern[bytes]) -> bool:
    with contextlib.suppress(Refused, OSError):
        return words.search(node.read(largest_of(name), name)) is not None
    return False


def _code(path: Path) -> Iterator[tuple[str, Node]]:
    return ((name, node) for name, node in _walk(OnDisk(path, True), "", 0) if is_code(name))


def _files_of(name: str, node: Node) -> Iterable[tuple[str, Node]]:
    return _walk(node, name, 0) if node.is_folder else [(name, node)]


def _walk(folder: Node, prefix: str, depth: int) -> Iterator[tuple[str, Node]]:
    if depth > DEEPEST:
        return
    for node in folder.children():
        if is_left_out(node.name):
            continue
        if not node.is_folder:
            yield prefix + plain_name(node.name), node
        elif not node.holds("pyvenv.cfg"):
            yield from _walk(node, f"{prefix}{plain_name(node.name)}/", depth + 1)
