"""Runs the reference once per spec and seed, in a worker like any submission, and keeps what it returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from grader import feedback
from grader.cases import Case
from grader.compare import difference
from grader.conventions import Choice
from grader.errors import ReferenceFault
from grader.model import Array, Loaded, Returned, Submission
from grader.runner import Limits, Runner, Session, Wanted
from grader.spec import Assignment


@dataclass(frozen=True)
class AnswerKey:
    """Expected values by case and reading; a case without expected values has none."""

    expected: Mapping[tuple[str, Choice], Mapping[str, Array]]
    allowed: Mapping[tuple[str, Choice], Mapping[str, Array]]
    """For each expected value how far off it may be, computed once for a whole class."""


def build_answer_key(
    assignment: Assignment,
    cases: tuple[Case, ...],
    reference: Submission,
    runner: Runner,
    wanted: Wanted,
    limits: Limits,
) -> AnswerKey:
    """Expected values of every case. Raises ReferenceFault when the reference cannot give them."""
    session = runner.open(reference, wanted, limits, None)
    try:
        _must_be_loaded(session, reference.path)
        expected = {
            (case.id, choice): _expected(assignment, case, choice, session, reference.path)
            for case in cases
            if case.expect is not None
            for choice in case.readings
        }
    finally:
        session.close()
    return answer_key(cases, expected)


def answer_key(cases: tuple[Case, ...], expected: Mapping[tuple[str, Choice], Mapping[str, Array]]) -> AnswerKey:
    """The key for expected values that are known."""
    tolerances = {case.id: case.tolerance for case in cases}
    allowed = {
        (case, choice): {name: tolerances[case].allowed(array) for name, array in values.items()}
        for (case, choice), values in expected.items()
    }
    return AnswerKey(expected, allowed)


def _must_be_loaded(session: Session, path: str) -> None:
    loaded = session.loaded
    if not isinstance(loaded, Loaded) or loaded.fatal is not None:
        raise ReferenceFault(f"{path}: the reference cannot be loaded: {feedback.load_failure(loaded)}")
    failed = [note for note in loaded.notes if note.kind in ("definition_failed", "module_not_available")]
    if failed:
        raise ReferenceFault(f"the reference cannot be loaded: {feedback.note(failed[0])}")


def _expected(assignment: Assignment, case: Case, choice: Choice, session: Session, path: str) -> Mapping[str, Array]:
    own = reference_choice(assignment, choice)
    reading = case.readings[own]
    (outcome,) = session.run([reading.runs[""]])
    if not isinstance(outcome, Returned):
        what = feedback.outcome_message(outcome, assignment)
        raise ReferenceFault(feedback.wrong_reference(path, case.id, what))
    arrays = {name: _array(outcome, name, case, path) for name in case.observe}
    for name, shape in reading.shapes.items():
        if name in arrays and arrays[name].shape != shape:
            what = f"`{name}` has shape {arrays[name].shape}, the spec's `shapes` say {shape}"
            raise ReferenceFault(feedback.wrong_reference(path, case.id, what))
    if isinstance(case.expect, Mapping):
        _agrees_with_examples(case, arrays, path)
        return case.expect
    return arrays


def reference_choice(assignment: Assignment, choice: Choice) -> Choice:
    """The reference's own reading where the spec fixes one, the submission's where it follows."""
    return tuple((name, assignment.conventions[name].reference or chosen) for name, chosen in choice)


def _array(outcome: Returned, name: str, case: Case, path: str) -> Array:
    value = outcome.values[name]
    if value.array is None or value.kind not in ("array", "scalar"):
        what = f"`{name}` is {feedback.returned_kind(value)}, not an array of numbers"
        raise ReferenceFault(feedback.wrong_reference(path, case.id, what))
    if value.array.dtype.kind in "fc" and np.isnan(value.array).any():
        raise ReferenceFault(feedback.wrong_reference(path, case.id, f"`{name}` holds NaN"))
    return value.array


def _agrees_with_examples(case: Case, arrays: Mapping[str, Array], path: str) -> None:
    assert isinstance(case.expect, Mapping)
    for name, expected in case.expect.items():
        got = arrays[name]
        if got.shape != expected.shape:
            what = f"`{name}` has shape {got.shape}, the spec expects {expected.shape}"
            raise ReferenceFault(feedback.wrong_reference(path, case.id, what))
        found = difference(got, expected, case.tolerance)
        if found is not None:
            what = f"`{name}` is {found.got:.8g} at {found.at}, the spec expects {found.expected:.8g}"
            raise ReferenceFault(feedback.wrong_reference(path, case.id, what))
