"""What several reports read off a result: what lost points, why, and what of it its student may see."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import assert_never

from grader.lateness import lasting
from grader.model import CaseResult, Result, Verdict
from grader.remedies import is_consequence
from grader.reports.safe import one_line, points

AGAIN = "then run `grader check` again."
FORM = ("type", "shape", "dtype")
"""Checks that say what was returned in form only: the assignment tells as much."""


def by_id(results: Sequence[Result]) -> list[Result]:
    """The order of every report of a class, whatever the order in which submissions were graded."""
    # Two names may be one once they are made fit to be shown; a stable order would then be that of grading.
    return sorted(results, key=lambda result: (result.submission.id, result.submission.path, result.submission.sha256))


def group_of(case: CaseResult) -> str:
    """Id of the case's group: `rectangular` for `rectangular.3`."""
    return case.id.partition(".")[0]


def loses_points(case: CaseResult) -> bool:
    """Advice (0 points) and what another group implies lose none, whatever their verdict."""
    (earned, of_earned), (possible, of_possible) = case.earned.as_integer_ratio(), case.possible.as_integer_ratio()
    return earned * of_possible < possible * of_earned  # twice as fast as `<` of fractions


def reason(case: CaseResult) -> str:
    """What was seen in the case; never empty, for a failure without words counts as a pass in JUnit."""
    return case.message or _words(case.verdict)


def first_reason(result: Result) -> str:
    """Why a submission has not all points, in a line; empty when it has."""
    if result.status == "ungraded":
        told = [*result.notes, *(reason(case) for case in result.cases), _words(Verdict.UNGRADED)]
        return told[0].partition("\n")[0]
    lost = [case for case in result.cases if loses_points(case)]
    if lost and result.diagnoses:
        return result.diagnoses[0].title
    if lost and (obstacles := [clue.text for clue in result.clues if clue.todo]):
        return obstacles[0].partition("\n")[0]
    if not lost and result.score < result.points:
        said = [result.lateness.sentence] if result.lateness and result.penalty else adjustments(result)
        return said[0] if said else ""
    wrong = [case for case in lost if case.verdict is not Verdict.PASSED]
    return reason((wrong or lost)[0]).partition("\n")[0] if lost else ""


def explained(result: Result, case: CaseResult) -> bool:
    """Whether what was seen in a case follows from what is told above all cases."""
    return any(clue.todo for clue in result.clues) and not result.diagnoses and is_consequence(reason(case))


def notes(result: Result) -> list[str]:
    """The notes, but for those that are told above all cases."""
    above = {clue.text for clue in result.clues if clue.todo and not result.diagnoses}
    return [note for note in result.notes if note not in above]


def is_wanting(result: Result) -> bool:
    """Whether there is something to mend; what was lost by being late cannot be mended."""
    earned = result.raw_score if result.penalty or result.overrides else result.score
    return result.status == "ungraded" or earned < result.points


def adjustments(result: Result) -> list[str]:
    """Corrections by hand, each with its reason, and lateness; a line each."""
    said = []
    for each in result.overrides:
        what = f"{points(each.points)} of {points(result.points)} points" if each.case is None else each.case
        said.append(f"corrected by hand ({what}): {each.reason}")
    return [*said, *([result.lateness.sentence] if result.lateness else [])]


def score_remark(result: Result) -> str:
    """How the score comes from what was earned, such as ` (raw 9, 1 off for being 26 hours late)`; or nothing."""
    said = []
    if result.penalty:
        how_long = f"{lasting(result.lateness.seconds)} " if result.lateness and result.lateness.seconds else ""
        said.append(f"raw {points(result.raw_score)}, {points(result.penalty)} off for being {how_long}late")
    elif any(each.case is None for each in result.overrides):
        said.append(f"raw {points(result.raw_score)}")
    said += ["corrected by hand"] if result.overrides else []
    return f" ({', '.join(said)})" if said and result.status == "graded" else ""


def gain_of_all(result: Result) -> str | None:
    """What mending all causes gives, such as `1 → 10 of 10 points`; None where there is one, or nothing to gain."""
    then = max((each.score_if_all_mended or 0.0 for each in result.diagnoses), default=0.0)
    if len(result.diagnoses) < 2 or then <= result.score:
        return None
    return f"{points(result.score)} → {points(then)} of {points(result.points)} points"


def score_words(result: Result) -> str:
    """The score in a few words, such as `1 of 10 points`; hidden points are named."""
    if result.status == "ungraded":
        return "could not be graded: this is no score"
    earned, remark = f"{points(result.score)} of {points(result.points)}", score_remark(result)
    if result.chosen:
        return f"{earned} points of the cases that were asked for{remark}"
    if result.scope == "public" and result.hidden_points:
        return f"public points: {earned}; {points(result.hidden_points)} more are hidden{remark}"
    return f"{earned} points{remark}"


def next_step(result: Result, hidden_points: float | None, again: str = AGAIN) -> str:
    """What to do now, in a sentence that ends in `again` where there is something to mend."""
    if result.status == "ungraded":
        return "Run it again. If this stays, show your instructor the message above."
    if not is_wanting(result) and result.chosen:
        return "These cases are right: run `grader check` without --case to see them all."
    if not is_wanting(result):
        it = f"hand in {one_line(result.graded_file)}, the file that was graded" if result.graded_file else "hand it in"
        hidden = f"All public points. Hidden cases ask the same of other inputs: {it}."
        return hidden if hidden_points else f"All points: {it}."
    if any(case.verdict is Verdict.LOAD_ERROR for case in result.cases):
        return f"Make the file load, {again}"
    if result.diagnoses:
        return f"Mend the likely cause, {again}"
    if todos := list(dict.fromkeys(clue.todo for clue in result.clues if clue.todo)):
        return f"{', '.join([todos[0], *(todo[0].lower() + todo[1:] for todo in todos[1:3])])}, {again}"
    lost = max(result.groups, key=lambda group: group.possible - group.earned, default=None)
    if lost is None or lost.earned == lost.possible:
        return f"Read the notes above, {again}"
    gain = points(lost.possible - lost.earned)
    return f"Begin with “{lost.title}” ({gain} {'point' if gain == '1' else 'points'} to gain), {again}"


def for_student(result: Result) -> Result:
    """The result as its student may see it: of a hidden case no value and no exception's text.

    What the submission printed goes as well: functions may print the inputs of hidden cases. Of what is known of its
    mistakes the spec's `hints` stay.
    """
    result = _with_hints(replace(result, output=printed(result.output)))
    if all(case.visibility == "public" for case in result.cases):
        return result
    return replace(result, cases=tuple(_without_details(case) for case in result.cases), output="")


# The line of code stands below where Python could read the file (its path is whole then): a submission's it cannot.
_PLACE = r"(?:(?:[/<]|[A-Za-z]:[\\/])[^\n]*(?P<read>)|[^\n]+)"
_WARNING = re.compile(
    rf"^{_PLACE}:\d+: RuntimeWarning: [^\n]* encountered in [^\n]*(?:\n|\Z)(?(read)(?:  \S[^\n]*(?:\n|\Z))?)",
    re.MULTILINE,
)


def printed(output: str) -> str:
    """What a submission printed, without numpy's warnings of overflow and the like: a case's message tells them."""
    return _WARNING.sub("", output)


def _with_hints(result: Result) -> Result:
    """What may be said of mistakes: each rung of the ladder says what those below it say, and more."""
    match result.hints:
        case "name":
            return result
        case "property":
            return replace(result, diagnoses=())
        case "stage":
            where = tuple(clue for clue in result.clues if clue.kind == "stage")
            return replace(_with_verdicts(result, FORM), diagnoses=(), clues=where, counterexample=None, pictures=())
        case "none":
            obstacles = tuple(clue for clue in result.clues if clue.todo)  # no hints: a note says the same
            return replace(_with_verdicts(result), diagnoses=(), clues=obstacles, counterexample=None, pictures=())
        case _:
            assert_never(result.hints)


def _with_verdicts(result: Result, told: Collection[str] = ()) -> Result:
    """Of cases in which a check objected the verdict alone, but for checks that are `told`; exceptions' text stays."""
    return replace(result, cases=tuple(_neutral(case, told) for case in result.cases))


def _neutral(case: CaseResult, told: Collection[str]) -> CaseResult:
    if case.verdict is not Verdict.FAILED or all(found.passed or found.check in told for found in case.findings):
        return case
    return replace(case, message=_words(case.verdict), findings=())


def _without_details(case: CaseResult) -> CaseResult:
    match case.verdict:
        case _ if case.visibility == "public":
            return case
        case Verdict.PASSED | Verdict.MISSING | Verdict.LOAD_ERROR | Verdict.SKIPPED | Verdict.UNGRADED:
            return replace(case, findings=())  # the message is about the file or the machine
        case _:
            message = f"{_words(case.verdict)} (a hidden case: inputs and values are not shown)"
            return replace(case, message=message, findings=())


def _words(verdict: Verdict) -> str:  # noqa: C901 - a table, as a match so that a new verdict cannot be forgotten
    match verdict:
        case Verdict.PASSED:
            return "right, but the points of this group are given only when all its cases are"
        case Verdict.FAILED:
            return "what was returned is not right"
        case Verdict.RAISED:
            return "an exception was raised"
        case Verdict.TIMEOUT:
            return "the code did not end in time"
        case Verdict.MEMORY:
            return "the code used more memory than is allowed"
        case Verdict.CRASHED:
            return "the code ended the process"
        case Verdict.OUTPUT:
            return "the code printed without end"
        case Verdict.PROTOCOL:
            return "the code disturbed the grader's channel"
        case Verdict.MISSING:
            return "a function is not defined"
        case Verdict.LOAD_ERROR:
            return "the file could not be loaded"
        case Verdict.SKIPPED:
            return "was not run"
        case Verdict.UNGRADED:
            return "could not be graded"
        case _:
            assert_never(verdict)
