"""What is said of a result at lines of a file: the most likely cause, then each reason for lost points, told once."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from grader.insight import Clue, Location
from grader.intake import plain_name
from grader.model import CaseResult, Result, Verdict
from grader.reports.reading import first_reason, for_student, group_of, is_wanting, loses_points, reason, score_words
from grader.reports.safe import one_line, points

_NUMBER = re.compile(r"-?\d[\d.]*(?:e[+-]?\d+)?")
_PLACE = re.compile(r"(?P<file>[^\n]+?)(?P<cell> cell \d+)?, line (?P<line>\d{1,9}): ", re.ASCII)
LONGEST = 1000
"""Characters of a message; what a student's exception says may be of any length."""

_Fold = tuple[Location | None, str]
"""Where, and the reason without its numbers."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark at a line: `error` where points are lost, `notice` for advice."""

    level: Literal["error", "notice"]
    about: str
    """The group, `cause` or `grading`."""
    title: str
    message: str
    location: Location | None


def annotate(result: Result) -> list[Annotation]:
    """All there is to say, the most important first; nothing where all is right. For the student's eyes."""
    result = for_student(result)
    begin = result.locations.get("")
    if result.status == "ungraded":
        return [
            Annotation("error", "grading", "Could not be graded: this is no score", _cut(first_reason(result)), begin)
        ]
    found = list(_causes(result, begin))
    wrong = [case for case in result.cases if case.verdict not in (Verdict.PASSED, Verdict.SKIPPED)]
    losing = [case for case in wrong if loses_points(case)]
    found += _folded(losing, result)
    found += _folded([case for case in wrong if not case.possible], result, _alike(losing, result))
    if not found and is_wanting(result):
        why = first_reason(result) or "; ".join(result.notes) or "nothing was run"
        found.append(Annotation("error", "grading", score_words(result), _cut(why), begin))
    return found


def causes(result: Result) -> list[tuple[str, str]]:
    """What is most likely wrong, as titles and texts, or where it is; nothing where that is not known."""
    if result.diagnoses:
        return [(f"Likely cause: {one_line(each.title)}", one_line(each.hint)) for each in result.diagnoses]
    return _told(result.clues)


def _told(clues: Sequence[Clue]) -> list[tuple[str, str]]:
    stage = [_sentence(clue.text) for clue in clues if clue.kind == "stage"]
    looks = [_sentence(clue.text) for clue in clues if clue.kind != "stage"]
    return [("Where the mistake is" if stage else "What is known of it", " ".join([*stage, *looks]))] if clues else []


def _sentence(text: str) -> str:
    said = one_line(text)
    return said if said.endswith((".", "!", "?", ":")) else f"{said}."


def _causes(result: Result, begin: Location | None) -> Iterator[Annotation]:
    """A clue that names a line stands at that line, all else where to begin."""
    if result.diagnoses:
        yield from (Annotation("error", "cause", title, text, begin) for title, text in causes(result))
        return
    files = {place.file for place in result.locations.values()}
    placed = [(clue, _named(clue, files)) for clue in result.clues]
    for clue, place in placed:
        if place is not None:
            yield from (Annotation("error", "cause", title, text, place) for title, text in _told([clue]))
    rest = [clue for clue, place in placed if place is None]
    yield from (Annotation("error", "cause", title, text, begin) for title, text in _told(rest))


def _named(clue: Clue, files: Container[str]) -> Location | None:
    """The place with which a clue begins, in a file that the submission has; a notebook's lines are not its cells'."""
    found = _PLACE.match(clue.text) if clue.kind == "stage" else None
    if found is None or found["file"] not in files:
        return None
    return Location(found["file"], 1 if found["cell"] else max(1, int(found["line"])))


def in_repository(checked: Path, location: Location | None, root: Path) -> str:
    """The file of a place as a repository's tools call it, from its root on, with `/`; empty where there is none."""
    path = checked
    if checked.is_dir():
        if location is None:
            return ""
        path = checked / location.file
    if not path.is_file() or (location is not None and plain_name(path.name) != location.file.rpartition("/")[2]):
        return ""
    absolute = path.parent.resolve() / path.name  # a link stays what it is called
    try:
        return absolute.relative_to(root.resolve()).as_posix()
    except ValueError:
        return ""


def root_of(variable: str) -> Path:
    """The repository's root as the CI system names it; here, where there is none."""
    return Path(os.environ.get(variable) or ".")


def _folded(cases: Sequence[CaseResult], result: Result, told: Container[_Fold] = ()) -> Iterator[Annotation]:
    """A remark per place and reason; reasons that differ in numbers only are one, and those already told are none."""
    for fold, alike in _alike(cases, result).items():
        if fold in told:
            continue
        lost = sum((_lost(case, cases, result) for case in alike), Fraction(0))
        gain = f"{points(lost)} {'point' if points(lost) == '1' else 'points'} lost" if lost else "Advice"
        which = f"{len(alike)} cases, such as {alike[0].id}" if len(alike) > 1 else alike[0].id
        message = f"{_cut(reason(alike[0]))} ({which})"
        level: Literal["error", "notice"] = "error" if lost else "notice"
        yield Annotation(level, group_of(alike[0]), f"{gain}: {_titles(alike, result)}", message, fold[0])


def _alike(cases: Sequence[CaseResult], result: Result) -> dict[_Fold, list[CaseResult]]:
    folded: dict[_Fold, list[CaseResult]] = {}
    for case in cases:
        folded.setdefault((result.locations.get(case.id), _NUMBER.sub("#", reason(case))), []).append(case)
    return folded


def _lost(case: CaseResult, wrong: Sequence[CaseResult], result: Result) -> Fraction:
    """Its share of what its group lost: right cases of a group that counts as a whole lose theirs because of it."""
    of_group = sum(group_of(other) == group_of(case) for other in wrong)
    group = next((group for group in result.groups if group.id == group_of(case)), None)
    return (group.possible - group.earned) / of_group if group else case.possible - case.earned


def _titles(cases: Sequence[CaseResult], result: Result) -> str:
    titles = {group.id: one_line(group.title) or group.id for group in result.groups}
    groups = list(dict.fromkeys(group_of(case) for case in cases))
    more = f" and {len(groups) - 2} more" if len(groups) > 2 else ""
    return ", ".join(titles.get(group, group) for group in groups[:2]) + more


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"
