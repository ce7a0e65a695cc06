"""What is known of a wrong submission: its mistakes by name and what mending them gives, their place, their looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from grader import scoring
from grader.auto_mutants import all_changes
from grader.conventions import Choice
from grader.diagnosis import Happened, Place, agree, explains
from grader.exam import Exam
from grader.forms import as_arrays
from grader.insight import Clue, Diagnosis, Picture
from grader.lineup import Lineup, Mutant
from grader.model import CaseResult, Outcome, Returned, Verdict
from grader.observing import observed
from grader.pictures import pictures
from grader.runner import NotRecorded, Runner
from grader.stages import Runs, stage
from grader.symptoms import symptoms
from grader.verdicts import judge_case, score_of

MOST_SEEN = 12
MOST_FITTING = 50
"""Pairs of mistakes that are tried at most."""


LISTED = Diagnosis("list_returned", "a list comes back where an array is asked for", "Return np.array(…) of it.", 0.0)
"""The one mistake that needs no spec to be known."""


@dataclass(frozen=True)
class Wrong:
    """A submission in which a case is wrong: what it came to under the choices that count, and how to run it again."""

    happened: Happened
    choices: Choice
    cases: Sequence[CaseResult]
    lost: bool
    """Whether points were."""
    again: Runs
    doubtful: Set[str] = frozenset()
    """Ids of cases that are right only in the reading that counts, where the spec leaves open which it is."""


@dataclass(frozen=True)
class Explained:
    """All that can be told of it."""

    diagnoses: tuple[Diagnosis, ...] = ()
    clues: tuple[Clue, ...] = ()
    pictures: tuple[Picture, ...] = ()


def explain(exam: Exam, wrong: Wrong, runner: Runner) -> Explained:
    """What is known of a wrong submission; where the exam has no reference, as a kit's, what values alone tell.

    Raises HarnessError.
    """
    lineup = exam.lineup
    named = diagnoses(exam, lineup, wrong, runner) if lineup is not None else ()
    if not wrong.lost:
        return Explained(named)
    clues: list[Clue] = []
    reference = (lambda runs: lineup.reference(runs, runner)) if lineup is not None else None
    try:
        where = stage(exam, wrong.cases, wrong.choices, wrong.again, reference, wrong.doubtful)
    except NotRecorded:  # it was right when it was run: what is now to be told was not asked then
        where = ""
    if where:
        clues.append(Clue("stage", where))
    clues += [Clue("property", text) for text in symptoms(observed(exam, wrong.happened, wrong.choices))]
    right = lineup.right(runner) if lineup is not None else {}
    seen = pictures(exam, wrong.happened, right, wrong.choices)
    listed = as_arrays(wrong.happened)
    if listed is not None:
        now, then = (scoring.rounded(score(exam, each, wrong.choices).earned) for each in (wrong.happened, listed))
        if then > now or named:  # what comes beside it gains nothing as long as no array comes back
            both = scoring.rounded(score(exam, right, wrong.choices).earned) if named else None
            first = replace(LISTED, score_if_mended=then, score_if_all_mended=both)
            named = (first, *(replace(each, score_if_mended=now, score_if_all_mended=both) for each in named))
    return Explained(named, tuple(clues), seen)


def diagnoses(exam: Exam, lineup: Lineup, wrong: Wrong, runner: Runner) -> tuple[Diagnosis, ...]:
    """The mistakes that explain all that a submission did; nothing when none does, or several. Raises HarnessError.

    Where no points were lost, only mistakes count that a group with a wrong case is there to catch: a right submission
    costs nothing.
    """
    failed = {case.id.partition(".")[0] for case in wrong.cases if case.verdict is Verdict.FAILED}
    known = exam.assignment.misconceptions
    if not failed or not known or not (wrong.lost or failed & {each.caught_by for each in known}):
        return ()
    mutants = [each for each in lineup.single(runner) if wrong.lost or each.misconceptions[0].caught_by in failed]
    found = explaining(exam, mutants, wrong.happened)
    if not found and wrong.lost:
        found = explaining(exam, _pairs(exam, lineup, mutants, wrong.happened, runner), wrong.happened)
        found = [] if found and _is_one_change(exam, lineup, found[0], wrong.happened, runner) else found
    if len({tuple(each.id for each in mutant.misconceptions) for mutant in found}) != 1:
        return ()
    return tuple(_diagnosis(exam, lineup, found, number, wrong.choices, runner) for number in range(len(found[0].made)))


def explaining(exam: Exam, mutants: Sequence[Mutant], happened: Happened) -> list[Mutant]:
    """The mutants that explain what happened; where all evidence tells some of them apart, those."""
    decided = _decided(exam, happened)
    found = [mutant for mutant in mutants if explains(decided, mutant.happened, mutant.tells)]
    entirely = [mutant for mutant in found or mutants if explains(happened, mutant.happened, mutant.tells)]
    return entirely or found


def _decided(exam: Exam, happened: Happened) -> Happened:
    """What decides which mistake was made."""
    # What is implied need not be made as recommended, and what is worth nothing may have flaws of its own.
    deciding = {group.id for group in exam.assignment.groups if group.points and not group.implied_by}
    return {place: outcomes for place, outcomes in happened.items() if place[0].partition(".")[0] in deciding}


def _is_one_change(exam: Exam, lineup: Lineup, pair: Mutant, happened: Happened, runner: Runner) -> bool:
    """Whether one small change of the reference explains what a pair does: it is likelier than two mistakes."""
    decided = _decided(exam, happened)
    others = lineup.many([change.source for change in all_changes(lineup.source)], runner)
    # Where it agrees with the submission it is as far from the reference as the pair is.
    return any(other is not None and explains(decided, other, pair.tells) for other in others)


def _pairs(exam: Exam, lineup: Lineup, mutants: Sequence[Mutant], happened: Happened, runner: Runner) -> list[Mutant]:
    """Two mistakes at once that may explain what happened."""
    # Mistakes in different functions: each is the whole truth somewhere, in the cases that run its function alone.
    seen = [mutant for mutant in mutants if _seen(happened, mutant)]
    made = [(*one.made, *other.made) for one, other in combinations(seen, 2)]
    found = lineup.of([pair for pair in made[:MOST_SEEN] if pair[0][0] != pair[1][0]], runner)
    if explaining(exam, found, happened):
        return found
    # In one function they are seen together only: all pairs are tried on one run, and in full those that fit it.
    wrong = next(_wrong(exam, lineup.right(runner), happened), None)
    if wrong is None:
        return []
    place, name = wrong
    outcomes = lineup.pairs(place, name, runner)
    mine = happened[place][name]
    last = _last_entries(mine)
    fitting = [pair for pair, outcome in outcomes if not _far(last, outcome) and agree(mine, outcome)]
    return lineup.of(fitting, runner) if len(fitting) <= MOST_FITTING else []


def _wrong(exam: Exam, right: Happened, happened: Happened) -> Iterator[tuple[Place, str]]:
    """Runs with numbers that are wrong, those that tell most first: of the groups that are worth most."""
    worth = {group.id: group.points for group in exam.assignment.groups if not group.implied_by}
    for place in sorted(happened, key=lambda place: -worth.get(place[0].partition(".")[0], 0)):
        for name, outcome in happened[place].items():
            if isinstance(outcome, Returned) and agree(outcome, right[place][name]) is False:
                yield place, name


def _last_entries(outcome: Outcome) -> dict[str, tuple[float, float]]:
    """The last entry of every array of floats, and how far off one may be at most that is the same."""
    values = outcome.values.items() if isinstance(outcome, Returned) else ()
    arrays = {name: value.array for name, value in values if value.array is not None}
    return {
        name: (float(array.flat[-1]), 1e-3 * (1 + float(np.abs(array).max())))
        for name, array in arrays.items()
        if array.dtype.kind == "f" and array.size and np.isfinite(array).all()
    }


def _far(last: Mapping[str, tuple[float, float]], outcome: Outcome) -> bool:
    """Whether the last entries alone tell an outcome apart: of a thousand pairs nearly all, in no time."""
    if isinstance(outcome, Returned):
        for name, (entry, most) in last.items():
            array = outcome.values[name].array
            if (
                array is not None
                and array.dtype.kind == "f"
                and array.size
                and abs(float(array.flat[-1]) - entry) > most
            ):
                return True
    return False


def _seen(happened: Happened, mutant: Mutant) -> bool:
    return any(
        agree(happened[place][name], mutant.happened[place][name]) for place, name in mutant.tells if place in happened
    )


def _diagnosis(
    exam: Exam, lineup: Lineup, found: Sequence[Mutant], number: int, choices: Choice, runner: Runner
) -> Diagnosis:
    """One mistake of the mutants that were found, which are the same one made in several ways."""
    mutant, known = found[0], found[0].misconceptions[number]
    told = {known.told(each.made[number][1]) for each in found}
    # Where nothing tells in which way it was made, what is said must hold for all of them.
    title, hint = told.pop() if len(told) == 1 else (known.title, known.hint)
    which = (tuple((each.id, variant) for each, variant in mutant.made), number, choices, exam.scope, exam.chosen)
    if which not in lineup.mended:
        lineup.mended[which] = scoring.rounded(score(exam, lineup.without(mutant, number, runner), choices).earned)
    right = (exam.scope, exam.chosen, choices)
    if len(mutant.made) > 1 and right not in lineup.mended:
        lineup.mended[right] = scoring.rounded(score(exam, lineup.right(runner), choices).earned)
    both = lineup.mended[right] if len(mutant.made) > 1 else None
    return Diagnosis(known.id, title, hint, lineup.mended[which], both)


def score(exam: Exam, happened: Happened, choices: Choice) -> scoring.Score:
    """What outcomes are worth, were they a submission's."""
    results = []
    for case in exam.cases_in_scope:
        choice = case.choice_among(choices)
        results.append(judge_case(exam, case, choice, happened[case.id, choice]))
    return score_of(exam, results)
