"""Where in a submission to look, for each case that is wrong: reports mark the line. Pure.

What the worker says of files and lines is believed only as far as the submission has such a file and such a line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.cases import Case
from grader.conventions import Choice
from grader.exam import Exam
from grader.insight import Location
from grader.model import CaseResult, Loaded, Outcome, Raised, Step, Stopped, Submission, Verdict

Happened = Mapping[tuple[str, Choice], Mapping[str, Outcome]]
"""(Case, choice of conventions) → what its runs came to."""

_CELL = re.compile(r" cell \d+$")
BEGIN = ""
"""The key of the place to begin with: no case has an empty id."""


@dataclass(frozen=True)
class _Seen:
    """What the places are read off."""

    lines: Mapping[str, int]
    """How many each file has; none of a notebook."""
    loaded: Loaded | None
    runs: Mapping[str, Mapping[str, Outcome]]
    """By case."""

    def at(self, file: str, line: str | int) -> Location | None:
        """The place, if there is such a file; the first line where there is no such line."""
        name = file if file in self.lines else _CELL.sub("", file)
        if name not in self.lines:
            return None
        number = int(line) if str(line).isdecimal() and len(str(line)) < 10 else 1
        return Location(name, number if 0 < number <= self.lines[name] else 1)


def locations(
    submission: Submission, exam: Exam, loaded: Loaded | Stopped, happened: Happened, cases: Sequence[CaseResult]
) -> dict[str, Location]:
    """Id of a case that is wrong → where to look; under "" where to begin: in the one that calls least."""
    lines = {file.name: _lines(file.name, file.data) for file in submission.files}
    runs = {case: outcomes for (case, _), outcomes in happened.items()}
    seen = _Seen(lines, loaded if isinstance(loaded, Loaded) else None, runs)
    known = {case.id: case for case in exam.cases_in_scope}
    found: dict[str, Location] = {}
    begin: tuple[bool, int] | None = None
    for case in cases:
        if case.verdict in (Verdict.PASSED, Verdict.SKIPPED, Verdict.UNGRADED) or not lines:
            continue
        place = _location(known[case.id], case, seen) or Location(next(iter(lines)), 1)
        found[case.id] = place
        rank = (not case.possible, len(_functions(known[case.id])))  # advice last
        if begin is None or rank < begin:
            begin, found[BEGIN] = rank, place
    return found


def _lines(name: str, data: bytes) -> int:
    return 1 if name.lower().endswith(".ipynb") else data.count(b"\n") + data.count(b"\r") + 1


def _location(case: Case, judged: CaseResult, seen: _Seen) -> Location | None:
    """The student's line that raised; else the definition of the function that returned what is wrong."""
    if seen.loaded is None:
        return None
    if seen.loaded.fatal is not None:
        return _noted(seen.loaded.fatal.fields, seen)
    raised = next((o for o in seen.runs.get(case.id, {}).values() if isinstance(o, Raised)), None)
    if raised is not None and case.visibility == "public":
        for frame in reversed(raised.frames):
            if place := seen.at(frame.file, frame.line):
                return place
    names = _functions(case)
    if judged.verdict is Verdict.MISSING:
        return _undefined(names, seen)
    return _defined(_raising(case, raised) or _returning(case, judged) or names[-1], seen)


def _steps(case: Case) -> tuple[Step, ...]:
    return next(iter(case.readings.values())).runs[""].steps


def _functions(case: Case) -> list[str]:
    """What the case calls, in order."""
    return list(dict.fromkeys(step.function for step in _steps(case)))


def _raising(case: Case, raised: Raised | None) -> str:
    """The function whose call raised, such as one that takes another number of arguments."""
    return next((step.function for step in _steps(case) if raised is not None and step.text == raised.step), "")


def _returning(case: Case, judged: CaseResult) -> str:
    """The function that returned the value which a check objected to."""
    objection = next((finding for finding in judged.findings if not finding.passed), None)
    value = re.match(r"\w+", objection.where or "") if objection else None
    return next((step.function for step in reversed(_steps(case)) if value and value[0] in step.targets), "")


def _defined(name: str, seen: _Seen) -> Location | None:
    function = seen.loaded.functions.get(name) if seen.loaded else None
    if function is None:
        return seen.at(seen.loaded.main, 1) if seen.loaded else None
    file, _, line = function.where.rpartition(":")
    return seen.at(file, line) or seen.at(function.where, 1)


def _undefined(names: Sequence[str], seen: _Seen) -> Location | None:
    """Where the definition of a function raised; else the first line of the file that should have it."""
    if seen.loaded is None:
        return None
    failed = (note.fields for note in seen.loaded.notes if note.kind == "definition_failed")
    noted = next((fields for fields in failed if fields.get("name") in names), None)
    return _noted(noted, seen) if noted else seen.at(seen.loaded.main, 1)


def _noted(fields: Mapping[str, str], seen: _Seen) -> Location | None:
    return seen.at(fields.get("file", ""), fields.get("line", ""))
