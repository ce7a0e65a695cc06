"""YAML → Assignment: how a spec is read, and all that is wrong with it told at once.

Each problem is `file:line:column: sentence`, in the order of the file.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import hashlib
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.case_rules import Fault
from grader.cases import CaseFault, build_cases
from grader.errors import SpecError, UsageError, did_you_mean
from grader.mutants import problems
from grader.spec import Assignment
from grader.spec_messages import Wrong, wrong_values
from grader.spec_rules import faults
from grader.yaml_tree import MAX_CHARACTERS, Mark, Problem, read_tree

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 4 * MAX_CHARACTERS
"""What `yaml_tree` would refuse in any case is not read."""

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Spec:
    """A spec that was read: its assignment, its file, and what identifies its content."""

    assignment: Assignment
    path: Path
    sha256: str
    reference: Path


def load_spec(path: Path) -> Spec:
    """Raises SpecError with all problems, UsageError when the file cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: the spec cannot be read ({error.strerror})") from None
    if len(data) > MAX_BYTES:
        raise SpecError((f"{path}:1:1: the file is larger than {MAX_BYTES:,} bytes: it is no spec",))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SpecError((f"{path}:{line}:1: this line is not UTF-8 text: save the file as UTF-8",)) from None
    folder = path.parent.resolve().parent
    assignment = parse_spec(text, str(path), lambda name: (folder / name).read_text(encoding="utf-8"))
    reference = folder / assignment.reference
    return Spec(assignment, path, hashlib.sha256(data).hexdigest(), reference)


def parse_spec(text: str, name: str, read: Callable[[str], str] | None = None) -> Assignment:
    """A spec's text as an Assignment; `read` gives the reference's text, for the edits on it. Raises SpecError."""
    tree, problems = read_tree(text)
    told = [(problem.mark or tree.mark(problem.path), problem.message) for problem in problems]
    if told and tree.data is None:
        raise _error(name, told)
    assignment, wrong = _validated(tree.data)
    told += [(tree.mark(w.path), w.sentence) for w in wrong if not _told_by_yaml(w, problems, tree.data)]
    found = faults(assignment) if assignment is not None else _faults_of_the_rest(tree.data, wrong)
    told += [(tree.mark(path), sentence) for path, sentence in found]
    if assignment is not None and not told:
        told = [(tree.mark(path), sentence) for path, sentence in _building(assignment)]
        told += [(tree.mark(path), sentence) for path, sentence in _edits(assignment, read)]
    if assignment is None or told:
        raise _error(name, told)
    return assignment


def _edits(assignment: Assignment, read: Callable[[str], str] | None) -> Iterator[Fault]:
    """Edits of misconceptions that do not fit the reference. One that is not there is told where it is run."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        reference = read(assignment.reference) if read is not None and assignment.misconceptions else None
        for index, known in enumerate(assignment.misconceptions if reference is not None else ()):
            for place, sentence in problems(reference or "", known):
                yield ("misconceptions", index, *place), sentence


def _error(name: str, told: Iterable[tuple[Mark, str]]) -> SpecError:
    lines = sorted({(mark.line, mark.column, sentence) for mark, sentence in told})
    return SpecError(tuple(f"{name}:{line}:{column}: {sentence}" for line, column, sentence in lines))


def _building(assignment: Assignment) -> Iterator[Fault]:
    """The first case of each group that cannot be built."""
    for index, group in enumerate(assignment.groups):
        try:
            build_cases(assignment.model_copy(update={"groups": [group]}), assignment.seed)
        except CaseFault as fault:
            path = ("groups", index, *fault.path[2:]) if fault.path[:1] == ("groups",) else fault.path
            yield path, fault.message


def _validated(data: object) -> tuple[Assignment | None, tuple[Wrong, ...]]:
    try:
        return Assignment.model_validate(data), ()
    except ValidationError as error:
        return None, tuple(wrong_values(error, data))


def _told_by_yaml(wrong: Wrong, problems: Sequence[Problem], data: Any) -> bool:
    """A value is wrong only because of what the reader of the file has told already."""
    places = [problem.path for problem in problems]
    match wrong.kind:
        case "extra_forbidden":
            return False
        case "missing":  # perhaps it is in what was dropped: a merge, a key that is none
            there = functools.reduce(operator.getitem, wrong.path, data)
            return any(place[:-1] == wrong.path and place[-1] not in there for place in places if place)
        case "array":  # its problem may be at one of its numbers
            return any(place[: len(wrong.path)] == wrong.path for place in places)
        case _:
            return wrong.path in places


# --- the rules, where some values are wrong ------------------------------------------------------

UNRELATED = {
    "assignment",
    "title",
    "reference",
    "dates",
    "modules",
    "limits",
    "seed",
    "tolerance",
    "misconceptions",
    "equivalent",
}
"""Keys of the assignment that no rule about cases looks at."""

INHERITED = {"given", "shapes", "observe", "conventions"}
"""Keys of the assignment whose faults may be those of a group that inherits them."""

ALWAYS = {"points", "id", "implied_by"}
"""Keys whose rules look at nothing but themselves."""


def _faults_of_the_rest(data: object, wrong: Sequence[Wrong]) -> Iterator[Fault]:
    """What the rules find when the keys with wrong values are left out, without what only follows from that."""
    left_out = [_key_of(w.path) for w in wrong]
    rest: Any = copy.deepcopy(data)
    for path in left_out:
        with contextlib.suppress(LookupError, TypeError):  # what it was in is left out already
            del functools.reduce(operator.getitem, path[:-1], rest)[path[-1]]
    assignment, _ = _validated(rest)
    if assignment is not None and all(w.kind != "missing" for w in wrong):
        for place, sentence in faults(assignment):
            if not any(_follows(place, path) for path in left_out):
                yield place, sentence


def _key_of(path: Place) -> Place:
    """The place of the key whose value has a place in it."""
    length = len(path)
    while length and isinstance(path[length - 1], int):
        length -= 1
    return path[:length]


def _follows(place: Place, left_out: Place) -> bool:
    """A fault may be there only because a key was left out: it is about the same group, or all inherit the key."""
    if place[-1] in ALWAYS:
        return place == left_out
    if place[-2:-1] == ("steps",):  # each step is held against the functions only
        return left_out[0] == "functions"
    if left_out[0] == "dates":
        return place[0] == "dates"
    if left_out[0] == "groups":
        return place[:2] == left_out[:2] or place[0] in INHERITED
    key = str(left_out[0])
    known = key in Assignment.model_fields
    return key not in UNRELATED and (known or bool(did_you_mean(key, Assignment.model_fields.keys() - UNRELATED)))
