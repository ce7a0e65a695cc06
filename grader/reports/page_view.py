"""A result as a page for its student tells it: what matters first, every text visible, safe and of bounded length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from grader.model import CaseResult, GroupResult, Result, Verdict
from grader.reports.page_arrays import Example, Heat, example, heat
from grader.reports.page_text import Room, capitalised
from grader.reports.reading import (
    adjustments,
    first_reason,
    for_student,
    gain_of_all,
    group_of,
    is_wanting,
    loses_points,
    notes,
    reason,
    score_remark,
)
from grader.reports.safe import points

MOST_CASES = 120
MOST_GROUPS = 50
MOST_ITEMS = 30
"""Rows of a page; of more, the number is said."""
MOST_PICTURES = 2

BAR = 1000
"""Width of the bar, in the units of its drawing."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A thing to be said first."""

    label: str
    title: str
    text: str = ""
    gain: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A group or a case in a table."""

    mark: str
    word: str
    """What the mark means, for those who do not see it."""
    title: str
    text: str
    share: str


@dataclass(frozen=True, slots=True)
class View:
    """All that the template shows."""

    kind: str
    """`ungraded`, `full` or `wanting`."""
    title: str
    name: str
    """The student's, or the group's; empty where it is not known, or says no more than the id."""
    who: str
    path: str
    """Empty where it says no more than the id."""
    score: str
    out_of: str
    bar: int
    praise: str
    """Where `kind` is `full`."""
    remarks: tuple[str, ...]
    leads: tuple[Lead, ...]
    example: Example | None
    pictures: tuple[Heat, ...]
    groups: tuple[Row, ...]
    cases: tuple[Row, ...]
    cases_left: int
    clues: tuple[str, ...]
    notes: tuple[str, ...]
    advice: tuple[str, ...]
    output: str
    facts: Mapping[str, str]


def view(result: Result) -> View:
    """What a student is shown of a result, and of what `for_student` leaves of it."""
    result, room = for_student(result), Room()
    kind = "ungraded" if result.status == "ungraded" else "wanting" if is_wanting(result) else "full"
    share = min(max(result.score / result.points, 0.0), 1.0) if result.points else 1.0
    path = _without_place(result.submission.path)
    is_named = result.submission.id in (path, PurePath(path).stem)
    leads = tuple(_leads(result, kind, room))
    is_said = kind == "wanting"
    told = first_reason(result) if not (result.diagnoses or result.clues) else ""
    return View(
        kind=kind,
        title=room.line(result.title or result.assignment),
        name=_name(result, room),
        who=room.line(path if is_named else result.submission.id),
        path="" if is_named else room.line(path),
        score=points(result.score),
        out_of=points(result.points),
        bar=round(BAR * share),
        praise="All points – well done." if result.score >= result.points else "All cases are right.",
        remarks=tuple(_remarks(result)) if kind != "ungraded" else (),
        leads=leads,
        example=example(result.counterexample, room) if is_said and result.counterexample else None,
        pictures=tuple(heat(picture, room) for picture in result.pictures[:MOST_PICTURES]) if is_said else (),
        groups=tuple(_group(group, result, room) for group in result.groups[:MOST_GROUPS]) if is_said else (),
        advice=tuple(_advice(result, room)) if kind == "full" else (),
        cases=tuple(_case(case, room) for case in result.cases[:MOST_CASES]),
        cases_left=max(0, len(result.cases) - MOST_CASES),
        clues=tuple(room.text(clue.text, 500) for clue in result.clues[0 if result.diagnoses else 1 :][:MOST_ITEMS]),
        notes=tuple(room.text(note, 800) for note in notes(result)[:MOST_ITEMS] if note != told),
        output=room.text(result.output, 4000) if result.output.strip() else "",
        facts=_facts(result, room),
    )


def _name(result: Result, room: Room) -> str:
    """A group's page goes to all of the group: it is headed by none of its students."""
    info = result.submission
    student = info.handed_in.student
    name = student.group or student.name or info.student
    return "" if name in (info.id, PurePath(info.id).stem, PurePath(info.path).stem) else room.line(name)


def _without_place(path: str) -> str:
    """A path as a class shares it: where the file lies on this machine is nobody's business."""
    return PurePath(path).name if PurePath(path).is_absolute() or ".." in PurePath(path).parts else path


def _remarks(result: Result) -> Iterator[str]:
    ours = Room()  # has its place on every page
    # Corrections come with their reasons below.
    if remark := score_remark(result).strip(" ()").removesuffix("corrected by hand").rstrip(", "):
        yield capitalised(remark)
    yield from (capitalised(ours.line(said, 600).rstrip(".")) for said in adjustments(result)[:MOST_ITEMS])
    if not result.overrides and (gain := gain_of_all(result)) is not None:
        yield f"Mending all that is named below: {gain}"
    if result.scope == "public":
        more = f"; {points(result.hidden_points)} more are hidden" if result.hidden_points else ""
        yield f"Only the public cases were run{more}"


def _leads(result: Result, kind: str, room: Room) -> Iterator[Lead]:
    if kind == "ungraded":
        again = "This is no score. Show your instructor the message above; your work is not at fault."
        yield Lead("Could not be graded", room.text(first_reason(result), 1000), again)
    elif kind == "wanting" and result.diagnoses:
        for diagnosis in result.diagnoses[:4]:
            title, hint = capitalised(room.text(diagnosis.title, 300)), room.text(diagnosis.hint, 1000)
            earned = result.raw_score if result.penalty else result.score  # a penalty is not what the mistake costs
            is_gain = diagnosis.score_if_mended > earned and not result.overrides
            gain = f"{points(earned)} → {points(diagnosis.score_if_mended)}" if is_gain else ""
            yield Lead("Likely cause", title, hint, gain)
    elif kind == "wanting" and result.clues:
        yield Lead("Where to look", capitalised(room.text(result.clues[0].text, 500)))
    elif kind == "wanting":
        lost = next((reason(case) for case in result.cases if loses_points(case) and _is_wrong(case)), "")
        title, _, rest = room.text(lost or first_reason(result) or "; ".join(result.notes[:3]), 2000).partition("\n")
        yield Lead("What lost points", capitalised(title or "not all points were earned"), rest)


# --- tables ------------------------------------------------------------------------------------


def _group(group: GroupResult, result: Result, room: Room) -> Row:
    titles = {other.id: other.title or other.id for other in result.groups}
    implying = titles.get(group.implied_by, group.implied_by) if group.implied_by else ""
    implied = f"given, because “{implying}” has all points" if implying else ""
    wrong = [case for case in result.cases if group_of(case) == group.id and _is_wrong(case)]
    if group.earned < group.possible:
        mark, word = "✗", "points lost"
    elif wrong and not group.implied_by:
        mark, word = "!", "advice"
    else:
        mark, word = "✓", "all points" if group.possible else "nothing to say"
    share = f"{points(group.earned)} of {points(group.possible)}" if group.possible else "advice"
    return Row(mark, word, room.line(group.title or group.id), room.line(implied), share)


def _case(case: CaseResult, room: Room) -> Row:
    is_wrong = _is_wrong(case)
    mark = "✗" if loses_points(case) else "!" if is_wrong else "✓"
    said = reason(case) if is_wrong or loses_points(case) else ""
    others = [f.message for f in case.findings if not f.passed and f.message not in ("", said)]
    share = f"{points(case.earned)} of {points(case.possible)}" if case.possible else "advice"
    hidden = " (hidden)" if case.visibility == "hidden" else ""
    return Row(mark, case.verdict.value + hidden, room.line(case.id, 100), room.text("\n".join([said, *others])), share)


def _is_wrong(case: CaseResult) -> bool:
    return case.verdict is not Verdict.PASSED


def _advice(result: Result, room: Room) -> Iterator[str]:
    """What a submission with all points could still do better. What another group implies needs no mending."""
    implied = {group.id for group in result.groups if group.implied_by}
    said = dict.fromkeys(reason(case) for case in result.cases if _is_wrong(case) and group_of(case) not in implied)
    yield from (room.text(message, 500) for message in list(said)[:MOST_ITEMS])


def _facts(result: Result, room: Room) -> dict[str, str]:
    layers = f" ({', '.join(result.isolation.layers)})" if result.isolation.layers else ""
    facts = {f"Read with {room.line(name, 60)}": room.line(choice, 60) for name, choice in result.conventions.items()}
    if result.graded_file:
        facts["File that was graded"] = room.line(result.graded_file)
    if result.submission.student not in (result.submission.id, "") and not result.submission.handed_in.student.group:
        facts["Student"] = room.line(result.submission.student)
    ours = Room()  # has its place on every page
    if result.submission.submitted_at and (result.submission.handed_in.dated_by != "mtime" or result.lateness):
        facts["Handed in"] = ours.line(result.submission.submitted_at, 60)
    return facts | {
        "Assignment": ours.line(result.assignment, 100),
        "Seed of all inputs": str(result.seed),
        "Isolation": ours.line(result.isolation.tier + layers),
        "Grader": ours.line(result.grader, 60),
        "Spec (SHA-256)": ours.line(result.spec_sha256, 64),
        "Submission (SHA-256)": ours.line(result.submission.sha256, 64),
    }
