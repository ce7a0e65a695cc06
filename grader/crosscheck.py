"""A statement's examples against the reference: each is run in a worker, like a case, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader import feedback
from grader.compare import Tolerance, difference
from grader.errors import ReferenceFault
from grader.exam import limits_of, wanted_of
from grader.inputs import array_of
from grader.intake import read_reference
from grader.model import Array, Loaded, Outcome, Returned, Run, Step
from grader.runner import Runner
from grader.spec import Assignment
from grader.spec_loader import Spec
from grader.statement import Statement
from grader.statement_calls import Example
from grader.statement_code import Unread
from grader.statement_values import ROUNDED, Value, decimals
from grader.steps import parse_step


@dataclass(frozen=True)
class Crosscheck:
    """What came of it: how many examples were compared, and where the statement contradicts the reference."""

    assignment: str
    compared: int
    contradictions: tuple[Unread, ...]
    unread: tuple[Unread, ...]
    """Examples that call what the assignment does not have."""


def crosscheck(spec: Spec, statement: Statement, runner: Runner) -> Crosscheck:
    """Run every example and compare. Raises ReferenceFault, HarnessError."""
    assignment = spec.assignment
    names = _names(assignment)
    fitting = [(e, steps) for e in statement.examples if (steps := _steps(e, assignment, names)) is not None]
    unread = tuple(
        Unread(example.line, "the example calls what the assignment does not have")
        for example in statement.examples
        if _steps(example, assignment, names) is None
    )
    outcomes = _run(spec, fitting, runner) if fitting else []
    found = [
        Unread(example.line, sentence)
        for (example, _), outcome in zip(fitting, outcomes, strict=True)
        for sentence in _contradictions(example, outcome, assignment)
    ]
    return Crosscheck(assignment.assignment, len(fitting), tuple(found), unread)


def _names(assignment: Assignment) -> Mapping[str, str]:
    """Every name of a function → its own."""
    return {alias: name for name, said in assignment.functions.items() for alias in (name, *said.aliases)}


def _steps(example: Example, assignment: Assignment, names: Mapping[str, str]) -> tuple[Step, ...] | None:
    """Its calls by the assignment's names; None where they do not fit."""
    steps = [parse_step(step) for step in example.steps]
    for step in steps:
        function = assignment.functions.get(names.get(step.function, ""))
        if function is None or len(function.parameters) != len(step.arguments):
            return None
    return tuple(replace(step, function=names[step.function]) for step in steps)


def _run(spec: Spec, fitting: Sequence[tuple[Example, tuple[Step, ...]]], runner: Runner) -> list[Outcome]:
    reference = read_reference(spec.reference)
    if reference.problem or reference.unreadable:
        raise ReferenceFault(f"{spec.path}: its reference: {reference.problem or reference.unreadable}")
    session = runner.open(reference, wanted_of(spec.assignment), limits_of(spec.assignment), None)
    try:
        loaded = session.loaded
        if not isinstance(loaded, Loaded) or loaded.fatal is not None:
            why = feedback.load_failure(loaded)
            raise ReferenceFault(f"{reference.path}: the reference cannot be loaded: {why}")
        return session.run(
            [
                Run(steps, {name: _input(value) for name, value in example.given.items()}, tuple(example.expect))
                for example, steps in fitting
            ]
        )
    finally:
        session.close()


def _input(value: Value) -> Array | int | float | bool:
    return array_of(value) if isinstance(value, list) else value


def _contradictions(example: Example, outcome: Outcome, assignment: Assignment) -> Iterator[str]:
    if not isinstance(outcome, Returned):
        yield f"the reference fails in this example: {feedback.outcome_message(outcome, assignment)}"
        return
    for name, said in example.expect.items():
        got, expected = outcome.values[name], np.asarray(said)
        if got.array is None:
            yield f"`{name}` is {feedback.returned_kind(got)} from the reference"
        elif got.array.shape != expected.shape:
            yield f"the statement gives `{name}` the shape {expected.shape}, the reference {got.array.shape}"
        elif (found := difference(got.array, expected, _tolerance(said, assignment))) is not None:
            where = f" at {found.at}" if found.at else ""
            yield f"the statement says `{name}` is {found.expected:.8g}{where}, the reference gives {found.got:.8g}"


def _tolerance(said: Value, assignment: Assignment) -> Tolerance:
    """The assignment's, or what rounding for people takes."""
    own = assignment.tolerance
    tolerance = Tolerance() if own is None else Tolerance(own.rtol, own.atol)
    if decimals(said) in ROUNDED:
        return replace(tolerance, atol=max(tolerance.atol, 0.51 * 10 ** -decimals(said)))
    return tolerance
