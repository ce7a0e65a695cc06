"""Names the mistakes of a wrong submission, where they are known ones, and says what mending them would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import combinations

from grader import scoring
from grader.conventions import Choice
from grader.diagnosis import Happened, Place, agree, explains
from grader.exam import Exam
from grader.lineup import Lineup, Mutant
from grader.model import Diagnosis, Returned
from grader.runner import Runner
from grader.verdicts import judge_case, score_of

MOST_SEEN = 12
MOST_FITTING = 50
"""Pairs of mistakes that are tried at most."""


def diagnoses(
    exam: Exam, happened: Happened, choices: Choice, runner: Runner, failed: Set[str], lost: bool
) -> tuple[Diagnosis, ...]:
    """The mistakes that explain all that a submission did; nothing when none does, or several. Raises HarnessError.

    `failed` are the groups with a wrong case. Where no points were `lost`, only mistakes count that such a group is
    there to catch: a right submission costs nothing.
    """
    lineup = exam.lineup
    if lineup is None or not (lost or failed & {known.caught_by for known in exam.assignment.misconceptions}):
        return ()
    mutants = [mutant for mutant in lineup.single(runner) if lost or mutant.misconceptions[0].caught_by in failed]
    found = explaining(exam, mutants, happened)
    if not found and lost:
        found = explaining(exam, _pairs(exam, lineup, mutants, happened, runner), happened)
    if len({tuple(known.id for known in mutant.misconceptions) for mutant in found}) != 1:
        return ()
    mutant = found[0]
    return tuple(_diagnosis(exam, lineup, mutant, number, choices, runner) for number in range(len(mutant.made)))


def explaining(exam: Exam, mutants: Sequence[Mutant], happened: Happened) -> list[Mutant]:
    """The mutants that explain what happened; where all evidence tells some of them apart, those."""
    # What is implied need not be made as recommended, and what is worth nothing may have flaws of its own.
    deciding = {group.id for group in exam.assignment.groups if group.points and not group.implied_by}
    decided = {place: outcomes for place, outcomes in happened.items() if place[0].partition(".")[0] in deciding}
    found = [mutant for mutant in mutants if explains(decided, mutant.happened, mutant.tells)]
    entirely = [mutant for mutant in found or mutants if explains(happened, mutant.happened, mutant.tells)]
    return entirely or found


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
    fitting = [pair for pair, outcome in outcomes if agree(happened[place][name], outcome)]
    return lineup.of(fitting, runner) if len(fitting) <= MOST_FITTING else []


def _wrong(exam: Exam, right: Happened, happened: Happened) -> Iterator[tuple[Place, str]]:
    """Runs with numbers that are wrong, those that tell most first: of the groups that are worth most."""
    worth = {group.id: group.points for group in exam.assignment.groups if not group.implied_by}
    for place in sorted(happened, key=lambda place: -worth.get(place[0].partition(".")[0], 0)):
        for name, outcome in happened[place].items():
            if isinstance(outcome, Returned) and agree(outcome, right[place][name]) is False:
                yield place, name


def _seen(happened: Happened, mutant: Mutant) -> bool:
    return any(
        (place, name) in mutant.tells and agree(outcome, mutant.happened[place][name]) is True
        for place, outcomes in happened.items()
        for name, outcome in outcomes.items()
    )


def _diagnosis(exam: Exam, lineup: Lineup, mutant: Mutant, number: int, choices: Choice, runner: Runner) -> Diagnosis:
    known = mutant.misconceptions[number]
    mended = score(exam, lineup.without(mutant, number, runner), choices)
    return Diagnosis(known.id, known.title, known.hint, scoring.rounded(mended.earned))


def score(exam: Exam, happened: Happened, choices: Choice) -> scoring.Score:
    """What outcomes are worth, were they a submission's."""
    results = []
    for case in exam.cases_in_scope:
        choice = case.choice_among(choices)
        results.append(judge_case(exam, case, choice, happened[case.id, choice]))
    return score_of(exam, results)
