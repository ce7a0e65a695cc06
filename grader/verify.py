"""Does a spec measure? Its reference must earn everything, and every misconception must lose points and be named.

What is looked at: the kill matrix (which cases each mutant loses), the group that must catch each mutant, whether the
diagnosis names it and nothing else, whether two runs agree, how much of the points a mutant keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.auto_mutants import Change, changes
from grader.conventions import Choice
from grader.diagnosis import agree
from grader.exam import Exam
from grader.explain import explaining, score
from grader.kill_matrix import Row, Survivor, Verified
from grader.lineup import Lineup, Mutant
from grader.model import Verdict
from grader.runner import Runner
from grader.scoring import Score, rounded
from grader.spec import Group

KEEPS_MOST = 0.5
"""Share of the points from which on a mutant that should lose them keeps too much."""


def verify(exam: Exam, runner: Runner) -> Verified:
    """Run the mutants and look at what the cases make of them. Raises HarnessError."""
    assignment, lineup = exam.assignment, exam.lineup
    choices = _own_choices(exam)
    right = score(exam, lineup.right(runner), choices) if lineup is not None else Score((), ())
    rows = tuple(_rows(exam, lineup, choices, runner)) if lineup is not None else ()
    made = list(changes(lineup.source)) if lineup is not None else []
    survivors = tuple(_survivors(exam, lineup, made, choices, runner)) if lineup is not None else ()
    problems = [*_problems(exam, lineup, right, rows, runner), *_of_survivors(exam, made, survivors)]
    return Verified(
        assignment=assignment.assignment,
        seed=exam.seed,
        points=float(assignment.points),
        reference_score=rounded(right.earned),
        rows=rows,
        problems=tuple(problems),
        automatic=len(made),
        survivors=survivors,
    )


def _survivors(
    exam: Exam, lineup: Lineup, made: Sequence[Change], choices: Choice, runner: Runner
) -> Iterator[Survivor]:
    for change, happened in zip(made, lineup.many([change.source for change in made], runner), strict=True):
        result = None if happened is None else score(exam, happened, choices)
        if result is not None and result.earned == result.possible:
            yield Survivor(change.line, change.text, exam.assignment.equivalent.get(change.text, ""))


def _of_survivors(exam: Exam, made: Sequence[Change], survivors: Sequence[Survivor]) -> Iterator[str]:
    for survivor in survivors:
        if not survivor.why:
            yield (
                f"line {survivor.line} of the reference as `{survivor.text}` loses no points: "
                "add a case that it fails, or say under `equivalent:` why it is right"
            )
    known, alive = {change.text for change in made}, {survivor.text for survivor in survivors}
    for text in exam.assignment.equivalent:
        if text not in alive:
            what = "loses points" if text in known else "is no mutant of the reference"
            yield f"`equivalent:` names `{text}`, which {what}"


def _own_choices(exam: Exam) -> Choice:
    """The reference's choice of each convention, or the first one where it follows the submission."""
    conventions = exam.assignment.conventions
    return tuple((name, found.reference or next(iter(found.choices))) for name, found in conventions.items())


def _rows(exam: Exam, lineup: Lineup, choices: Choice, runner: Runner) -> Iterator[Row]:
    mutants = lineup.single(runner)
    for mutant in mutants:
        result = score(exam, mutant.happened, choices)
        lost = tuple(case.id for case in result.cases if case.verdict is not Verdict.PASSED)
        ((misconception, variant),) = mutant.made
        group = catching(exam, misconception.caught_by)
        yield Row(
            misconception=misconception.id,
            variant=variant,
            caught_by=group.id,
            caught=any(case.partition(".")[0] == group.id for case in lost),
            loses=lost,
            keeps=rounded(result.earned),
            named=_named(exam, mutants, mutant),
        )


def catching(exam: Exam, caught_by: str | None) -> Group:
    """The group on which a mutant must lose points: the one that is named, or the one worth most."""
    groups = {group.id: group for group in exam.assignment.groups}
    return groups[caught_by] if caught_by else max(groups.values(), key=lambda group: group.points)


def _named(exam: Exam, mutants: Sequence[Mutant], mutant: Mutant) -> tuple[str, ...]:
    found = explaining(exam, mutants, mutant.happened)
    return tuple(dict.fromkeys(known.id for each in found for known in each.misconceptions))


def _problems(exam: Exam, lineup: Lineup | None, right: Score, rows: Sequence[Row], runner: Runner) -> Iterator[str]:
    if lineup is None:
        yield "it names no misconception: nothing tells whether its cases measure anything"
        return
    for group in right.groups:
        if group.earned < group.possible:
            yield f"the reference itself loses points on `{group.id}`"
    if not _same_twice(lineup, runner):
        yield "the reference gives other results when it is run again"
    made = sum(len(known.edits) for known in exam.assignment.misconceptions)
    if len(rows) < made:
        yield f"{made - len(rows)} of {made} mutants cannot be loaded, or their edits do not fit"
    for row in rows:
        if sentence := _objection(exam, row):
            yield sentence


def _objection(exam: Exam, row: Row) -> str:
    """What is wrong with what the cases make of a mutant."""
    which = f"`{row.misconception}`" + (f" (variant {row.variant})" if row.variant else "")
    points = float(exam.assignment.points)
    if not row.caught:
        return f"{which} loses nothing on `{row.caught_by}`, which must catch it"
    if not row.named:
        return f"{which} is not named: it differs from the reference only where nothing can be compared"
    if not row.is_named:
        return (
            f"{which} cannot be told from {', '.join(f'`{name}`' for name in row.named if name != row.misconception)}"
        )
    if row.caught_by == catching(exam, None).id and row.keeps > KEEPS_MOST * points:
        return f"{which} keeps {row.keeps:g} of {points:g} points: cases that it passes are worth too much"
    return ""


def _same_twice(lineup: Lineup, runner: Runner) -> bool:
    first, second = lineup.right(runner), lineup.right_again(runner)
    return all(
        agree(outcome, second[place][name]) is not False
        for place, outcomes in first.items()
        for name, outcome in outcomes.items()
    )
