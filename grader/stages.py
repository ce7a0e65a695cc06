"""In which function the mistake is: what is right on its own, and what is not.

A function is judged by the cases that run it alone. Where there are none, the steps of a case are followed through
with the reference, both ways: the submission's step on the reference's values, and the reference's further steps on
what the submission made of them. A step is wrong when both go wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from grader.cases import Case
from grader.conventions import Choice
from grader.diagnosis import agree
from grader.exam import Exam
from grader.insight import Array
from grader.model import CaseResult, Inputs, Outcome, Returned, Run, Step, Verdict

WRONG = (Verdict.FAILED, Verdict.RAISED)

Runs = Callable[[Sequence[Run]], Sequence[Outcome]]
"""Runs steps, of the submission or of the reference, in a worker."""


def stage(
    exam: Exam,
    results: Sequence[CaseResult],
    choices: Choice,
    mine: Runs,
    reference: Runs | None,
    doubtful: Set[str] = frozenset(),
) -> str:
    """Which functions are right and in which to look, in a sentence; empty where nothing is sure. Raises HarnessError.

    `results` are those under `choices`; the `doubtful` ones, by id, are right under no other: the submission's own
    functions may call one another otherwise. Without a reference only cases count that run a function alone.
    """
    functions = list(exam.assignment.functions)
    if len(functions) < 2:
        return ""
    verdicts = {result.id: result.verdict for result in results}
    right = {name: _alone(exam, name, verdicts, doubtful) for name in functions}
    if None in right.values() and reference is not None:
        found = _followed(exam, verdicts, choices, mine, reference)
        right = {name: found.get(name) if known is None else known for name, known in right.items()}
    return sentence(right)


def sentence(right: Mapping[str, bool | None]) -> str:
    """In words; empty when it helps nobody, as when all is wrong or nothing is known."""
    good = [f"`{name}`" for name, is_right in right.items() if is_right]
    bad = [f"`{name}`" for name, is_right in right.items() if is_right is False]
    if not good or not bad:
        return ""
    are = "is right" if len(good) == 1 else "are right, each on its own"
    rest = f"; look in {bad[0]} first" if len(bad) > 1 else ""
    which = f"{' and '.join(bad)} {'is' if len(bad) == 1 else 'are'} not"
    return f"{' and '.join(good)} {are}; {which}{rest}."


def _alone(exam: Exam, function: str, verdicts: Mapping[str, Verdict], doubtful: Set[str]) -> bool | None:
    """What the cases say that run one function alone; None where there are none, or it is missing."""
    own = [case.id for case in _telling(exam) if {step.function for step in _steps(case)} == {function}]
    if not own or any(verdicts[case] is Verdict.MISSING for case in own):
        return None
    if all(verdicts[case] is Verdict.PASSED for case in own):
        return None if any(case in doubtful for case in own) else True
    return False


def _telling(exam: Exam) -> Iterator[Case]:
    """Cases with expected values, but for those that are worth nothing: these may be too much to ask."""
    groups = {group.id for group in exam.assignment.groups if group.points or group.implied_by}
    return (case for case in exam.cases_in_scope if case.expect is not None and case.group in groups)


def _steps(case: Case) -> tuple[Step, ...]:
    return next(iter(case.readings.values())).runs[""].steps


def _followed(
    exam: Exam, verdicts: Mapping[str, Verdict], choices: Choice, mine: Runs, reference: Runs
) -> dict[str, bool]:
    """Functions of the first wrong case that has several steps, each with the reference before and after it."""
    wrong = [case for case in _telling(exam) if verdicts[case.id] in WRONG and len(_steps(case)) > 1]
    if not wrong:
        return {}
    run = wrong[0].readings[wrong[0].choice_among(choices)].runs[""]
    (whole,) = reference([replace(run, observe=tuple(name for step in run.steps for name in step.targets))])
    values = arrays(whole)
    if not isinstance(whole, Returned) or len(values) < len(whole.values):
        return {}
    known: Inputs = {**run.inputs, **values}
    alone = [Run((step,), {name: known[name] for name in step.reads}, step.targets) for step in run.steps]
    found: dict[str, bool] = {}
    for number, (step, outcome) in enumerate(zip(run.steps, mine(alone), strict=True)):
        same = agree(outcome, replace(whole, values={name: whole.values[name] for name in step.targets}))
        if same is not None:
            is_right = same or _harmless(run, number, known, arrays(outcome), whole, reference)
            found[step.function] = found.get(step.function, True) and is_right
    return found


def _harmless(run: Run, number: int, known: Inputs, made: Mapping[str, Array], whole: Outcome, reference: Runs) -> bool:
    """Whether the reference's further steps make the right thing of what a submission's step made."""
    later = run.steps[number + 1 :]
    if not later or not all(name in made for name in run.steps[number].targets):
        return False
    inputs: Inputs = {**known, **made}
    own = {name: inputs[name] for step in later for name in step.reads if name in inputs}
    (outcome,) = reference([Run(later, own, run.observe)])
    return agree(outcome, whole) is True


def arrays(outcome: Outcome) -> dict[str, Array]:
    """The arrays that came back, by name."""
    if not isinstance(outcome, Returned):
        return {}
    return {name: value.array for name, value in outcome.values.items() if value.array is not None}
