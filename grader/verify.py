"""Does a spec measure? Its reference must earn everything, and every misconception must lose points and be named.

What is looked at: the kill matrix (which cases each mutant loses), the group that must catch each mutant, whether the
diagnosis names it and nothing else, how much of the points a mutant keeps; whether cases that measure little carry the
points (`worth`), inputs let mistakes show (`conditioning`), tolerances are neither too wide nor too tight (`margins`),
and the reference always does the same (`rehearsal`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader import conditioning, margins, rehearsal, rewrites, worth
from grader.auto_mutants import all_changes
from grader.cases import Case
from grader.conditioning import Flaw
from grader.conventions import Choice
from grader.diagnosis import Happened
from grader.exam import Exam
from grader.explain import explaining, score
from grader.kill_matrix import Automatic, Margins, Row, Steady, Verified
from grader.lineup import Lineup, Mutant
from grader.model import Run, Verdict
from grader.runner import Runner
from grader.scoring import Score, rounded
from grader.spec import Group

KEEPS_MOST = 0.5
"""Share of the points from which on a mutant that should lose them keeps too much."""


@dataclass(frozen=True)
class _Bench:
    """What all that is measured needs."""

    exam: Exam
    lineup: Lineup
    choices: Choice
    runner: Runner

    @property
    def places(self) -> list[tuple[Case, Run]]:
        """Every case with its own run."""
        cases = [(case, case.choice_among(self.choices)) for case in self.exam.cases_in_scope]
        return [(case, case.readings[choice].runs[""]) for case, choice in cases]


def verify(
    exam: Exam, runner: Runner, threaded: Runner | None = None, clock: Callable[[], float] = time.monotonic
) -> Verified:
    """Run the mutants and look at what the cases make of them. Raises HarnessError.

    `threaded` is a runner in which BLAS has more threads (`rehearsal.with_threads`).
    """
    points = float(exam.assignment.points)
    name = exam.assignment.assignment
    if exam.lineup is None:
        return Verified(name, exam.seed, points, 0.0, ("there is no reference to make mistakes in",))
    bench = _Bench(exam, exam.lineup, _own_choices(exam), runner)
    right = score(exam, exam.lineup.right(runner), bench.choices)
    mutants = exam.lineup.single(runner)
    rows = [_row(bench, mutants, mutant) for mutant in mutants]
    automatic = tuple(_automatic(bench))
    flaws = conditioning.together(list(_flaws(bench)))
    cases = worth.case_rows(exam, right.cases, rows, automatic, _by_case(flaws))
    margin = _margins(bench, rows, mutants)
    steady = rehearsal.steady(exam, exam.lineup, bench.choices, runner, threaded)
    rows += _unmade(bench, rows)
    problems = [  # causes before what follows from them
        *_of_reference(right, steady),
        *_square(bench),
        *(_sentence(exam, flaw) for flaw in flaws if _is_grave(exam, rows, flaw)),
        *margins.objections(margin),
        *worth.dominating(cases, points),
        *_of_rows(exam, rows),
        *_of_survivors(exam, automatic),
    ]
    remarks = [_sentence(exam, flaw) for flaw in flaws if not _is_grave(exam, rows, flaw)]
    return Verified(
        assignment=name,
        seed=exam.seed,
        points=points,
        reference_score=rounded(right.earned),
        problems=tuple(problems),
        remarks=(*remarks, *_spare(worth.spare(exam, cases))),
        rows=tuple(rows),
        automatic=automatic,
        cases=cases,
        margins=margin,
        steady=steady,
        took=rehearsal.took(exam, exam.lineup, bench.choices, runner, clock),
    )


def _own_choices(exam: Exam) -> Choice:
    """The reference's choice of each convention, or the first one where it follows the submission."""
    conventions = exam.assignment.conventions
    return tuple((name, found.reference or next(iter(found.choices))) for name, found in conventions.items())


# --- the kill matrix -------------------------------------------------------------------------------


def _row(bench: _Bench, mutants: Sequence[Mutant], mutant: Mutant) -> Row:
    lost, result = _judged(bench, mutant.happened)
    ((misconception, variant),) = mutant.made
    group = catching(bench.exam, misconception.caught_by)
    named = [known.id for each in explaining(bench.exam, mutants, mutant.happened) for known in each.misconceptions]
    return Row(
        misconception=misconception.id,
        variant=variant,
        caught_by=group.id,
        caught=any(case.partition(".")[0] == group.id for case in lost),
        loses=lost,
        keeps=rounded(result.earned),
        named=tuple(dict.fromkeys(named)),
        broken=mutant.raises,
    )


def _unmade(bench: _Bench, rows: Sequence[Row]) -> list[Row]:
    """Rows of the mutants that cannot be loaded."""
    made = {(row.misconception, row.variant) for row in rows}
    return [
        Row(known.id, number, catching(bench.exam, known.caught_by).id, False, (), 0.0, (), bench.lineup.why_not(edit))
        for known in bench.exam.assignment.misconceptions
        for number, edit in enumerate(known.edits)
        if (known.id, number) not in made
    ]


def _judged(bench: _Bench, happened: Happened) -> tuple[tuple[str, ...], Score]:
    result = score(bench.exam, happened, bench.choices)
    return tuple(case.id for case in result.cases if case.verdict is not Verdict.PASSED), result


def _automatic(bench: _Bench) -> Iterator[Automatic]:
    made = all_changes(bench.lineup.source)
    outcomes = bench.lineup.many([change.source for change in made], bench.runner)
    for change, happened in zip(made, outcomes, strict=True):
        if happened is None:
            yield Automatic(change.line, change.text, (), 0.0, survives=False)
            continue
        lost, result = _judged(bench, happened)
        survives = result.earned == result.possible
        why = bench.exam.assignment.equivalent.get(change.text, "") if survives else ""
        yield Automatic(change.line, change.text, lost, rounded(result.earned), survives, why)


def catching(exam: Exam, caught_by: str | None) -> Group:
    """The group on which a mutant must lose points: the one that is named, or the one worth most."""
    groups = {group.id: group for group in exam.assignment.groups}
    return groups[caught_by] if caught_by else max(groups.values(), key=lambda group: group.points)


# --- inputs and tolerances -------------------------------------------------------------------------


def _examined(bench: _Bench) -> list[tuple[Case, Run]]:
    """Cases with points whose inputs staff chose."""
    worthy = {group.id for group in bench.exam.assignment.groups if group.points}
    return [(case, run) for case, run in bench.places if case.group in worthy and conditioning.is_examined(case)]


def _flaws(bench: _Bench) -> Iterator[Flaw]:
    """What is wrong with their inputs."""
    places, right = _examined(bench), bench.lineup.right(bench.runner)
    known: set[tuple[str, str]] = set()
    for case, run in places:
        choice = case.choice_among(bench.choices)
        for flaw in conditioning.alike(case, case.readings[choice], right[case.id, choice][""]):
            names = conditioning.movable(run) if set(flaw.names) & set(run.observe) else flaw.names
            known |= {(case.id, name) for name in names}  # that they hardly matter goes without saying
            yield flaw
    moved = _moved(bench, [(case, run, name, 1.0) for case, run in places for name in conditioning.movable(run)])
    for case, run, name, share in moved:
        if share is not None and conditioning.is_blind(share) and (case.id, name) not in known:
            others = _moved(bench, [(case, run, name, factor) for factor in conditioning.OTHER_SIZES])
            otherwise = dict(zip(conditioning.OTHER_SIZES, [moves for *_, moves in others], strict=True))
            yield conditioning.hardly_matters(case.id, name, share, otherwise)


def _moved(bench: _Bench, wanted: Sequence[tuple[Case, Run, str, float]]) -> list[tuple[Case, Run, str, float | None]]:
    """How much the output moves when an input of some case is nudged, made so many times as large before."""
    trials = [conditioning.trial(*each) for each in wanted]
    runs = [run for trial in trials for run in trial]
    outcomes = iter(rehearsal.run_reference(bench.exam, bench.lineup, runs, bench.runner) if runs else ())
    return [
        (case, run, name, conditioning.moves([next(outcomes) for _ in trial]))
        for (case, run, name, _), trial in zip(wanted, trials, strict=True)
    ]


def _by_case(flaws: Sequence[Flaw]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for flaw in flaws:
        for case in flaw.cases:
            found.setdefault(case, []).append(flaw.told)
    return found


def _is_grave(exam: Exam, rows: Sequence[Row], flaw: Flaw) -> bool:
    """Whether it is a fault of at least half the cases of a group that has to catch a mistake."""
    catches = {catching(exam, None).id, *(row.caught_by for row in rows)}
    return 2 * len(flaw.cases) >= len(_of_its_group(exam, flaw)) and _group_of(flaw) in catches


def _group_of(flaw: Flaw) -> str:
    return flaw.cases[0].partition(".")[0]


def _of_its_group(exam: Exam, flaw: Flaw) -> list[str]:
    return [case.id for case in exam.cases_in_scope if case.group == _group_of(flaw)]


def _sentence(exam: Exam, flaw: Flaw) -> str:
    several = len(flaw.cases) > 1 and len(flaw.cases) == len(_of_its_group(exam, flaw))
    where = f"all of `{_group_of(flaw)}`" if several else ", ".join(f"`{case}`" for case in flaw.cases)
    return f"{where}: {flaw.told}: {flaw.advised}"


def _square(bench: _Bench) -> Iterator[str]:
    if conditioning.all_square([run for _, run in _examined(bench)]):
        yield (
            "in every case with points all matrices are square and of one size: let sizes differ, "
            "or who takes one for another (√n for √d_k, a transposed matrix) passes"
        )


def _margins(bench: _Bench, rows: Sequence[Row], mutants: Sequence[Mutant]) -> Margins:
    exam, source = bench.exam, bench.lineup.source
    looser, first = margins.looser(exam, bench.choices, [(r, m.happened) for r, m in zip(rows, mutants, strict=True)])
    texts = [text for text in (rewrites.single(source), rewrites.backwards(source)) if text is not None]
    happened = [*bench.lineup.many(texts, bench.runner), None][:2]
    float32, float32_at = margins.tighter(exam, bench.choices, happened[0])
    sums, sums_at = margins.tighter(exam, bench.choices, happened[1])
    return Margins(looser, first, float32, float32_at, sums, sums_at)


# --- what falls short ------------------------------------------------------------------------------


def _of_reference(right: Score, steady: Steady) -> Iterator[str]:
    for group in right.groups:
        if group.earned < group.possible:
            yield f"the reference itself loses points on `{group.id}`"
    if not steady.again:
        yield "the reference gives other results when it is run again"
    if not steady.threaded:
        yield f"the reference gives other results with {steady.threads} BLAS threads than with one"


def _of_rows(exam: Exam, rows: Sequence[Row]) -> Iterator[str]:
    if not exam.assignment.misconceptions:
        yield "it names no misconception: nothing tells whether its cases catch the mistakes that are made"
    for row in rows:
        if sentence := _objection(exam, row):
            yield sentence


def _objection(exam: Exam, row: Row) -> str:
    """What is wrong with what the cases make of a mutant."""
    which = f"`{row.misconception}`" + (f" (variant {row.variant})" if row.variant else "")
    points = float(exam.assignment.points)
    if row.broken:
        return f"{which} {row.broken}"
    if not row.caught:
        return f"{which} loses nothing on `{row.caught_by}`, which must catch it"
    if not row.named:
        return f"{which} is not named: it differs from the reference only where nothing can be compared"
    if not row.is_named:
        others = ", ".join(f"`{name}`" for name in row.named if name != row.misconception)
        return f"{which} cannot be told from {others}"
    if row.caught_by == catching(exam, None).id and row.keeps > KEEPS_MOST * points:
        return f"{which} keeps {row.keeps:g} of {points:g} points: cases that it passes are worth too much"
    return ""


def _of_survivors(exam: Exam, automatic: Sequence[Automatic]) -> Iterator[str]:
    for mutant in automatic:
        if mutant.survives and not mutant.why:
            yield (
                f"line {mutant.line} of the reference as `{mutant.text}` loses no points: "
                "add a case that it fails, or say under `equivalent:` why it is right"
            )
    known, alive = {mutant.text for mutant in automatic}, {mutant.text for mutant in automatic if mutant.survives}
    for text in exam.assignment.equivalent:
        if text not in alive:
            what = "loses points" if text in known else "is no mutant of the reference"
            yield f"`equivalent:` names `{text}`, which {what}"


def _spare(names: Sequence[str]) -> Iterator[str]:
    if names:
        which = ", ".join(f"`{name}`" for name in names)
        yield f"{which}: who loses points on one of these loses some elsewhere too; they grade in parts or repeat"
