"""Stand-ins for the worker side, and small specs: the judge and the batch are tested without a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.answer_key import build_answer_key
from grader.cases import build_cases
from grader.errors import HarnessError
from grader.exam import Exam, Scope, limits_of, wanted_of
from grader.model import (
    Candidate,
    FoundFunction,
    Isolation,
    Loaded,
    Missing,
    Note,
    Outcome,
    Raised,
    Returned,
    Run,
    SourceFile,
    Stopped,
    Submission,
    Value,
)
from grader.runner import Limits, Wanted
from grader.spec_loader import parse_spec

Functions = Mapping[str, Callable[..., Any]]


def value_of(result: Any) -> Value:
    """A returned object as the wire would give it."""
    if isinstance(result, np.ndarray):
        return Value("array", "ndarray", result)
    if result is None:
        return Value("none", "NoneType", None)
    return Value("scalar", type(result).__name__, np.asarray(result))


@dataclass
class FakeSession:
    """Runs plain functions; an Outcome in a function's place is what calling it comes to."""

    functions: Mapping[str, Callable[..., Any] | Outcome]
    loaded: Loaded | Stopped
    output: str = ""
    calls: int = 0
    closed: bool = False
    stops: list[Stopped] = field(default_factory=list)

    def run(self, runs: Sequence[Run]) -> list[Outcome]:
        """The steps, in this process."""
        outcomes = [self._run(run) for run in runs]
        self.stops += [outcome for outcome in outcomes if isinstance(outcome, Stopped)]
        return outcomes

    def _run(self, run: Run) -> Outcome:
        self.calls += 1
        names: dict[str, Any] = {name: np.array(value) for name, value in run.inputs.items()}  # as from the wire
        for step in run.steps:
            function = self.functions.get(step.function)
            if function is None:
                return Missing(step.function)
            if not callable(function):
                return function
            try:
                returned = function(*(names[name] for name in step.reads))
            except Exception as error:  # noqa: BLE001  # as the worker does
                return Raised(step.text, type(error).__name__, str(error))
            values = returned if len(step.targets) > 1 else (returned,)
            names.update(zip(step.targets, values, strict=True))
        return Returned({name: value_of(names[name]) for name in run.observe}, 0.001)

    def close(self) -> None:
        """Nothing to end."""
        self.closed = True


NOT_ISOLATED = Isolation("process", ("limits",))


@dataclass
class FakeRunner:
    """Gives sessions by candidate; `None` is the first reading. A `HarnessError` in the list is raised first."""

    sessions: dict[Candidate | None, FakeSession]
    failures: list[HarnessError] = field(default_factory=list)
    opened: list[Candidate | None] = field(default_factory=list)
    isolated: Isolation = NOT_ISOLATED
    second: FakeRunner | None = None

    def open(self, submission: Submission, wanted: Wanted, limits: Limits, candidate: Candidate | None) -> FakeSession:
        """The prepared session."""
        if self.failures:
            raise self.failures.pop(0)
        self.opened.append(candidate)
        return self.sessions[candidate]

    def discard(self) -> None:
        """Nothing to forget."""

    @property
    def live(self) -> FakeRunner:
        """This one."""
        return self

    def beside(self, modules: tuple[str, ...] = ()) -> FakeRunner:
        """The runner that it was given for this."""
        assert self.second is not None
        return self.second

    def isolation(self) -> Isolation:
        """What it was told to be isolated by."""
        return self.isolated


def session(
    functions: Mapping[str, Callable[..., Any] | Outcome],
    notes: tuple[Note, ...] = (),
    candidates: tuple[Candidate, ...] = (),
    fatal: Note | None = None,
    others: tuple[str, ...] = (),
) -> FakeSession:
    """A session in which these functions were found."""
    found = {name: FoundFunction(name, (), 0, None, "fake.py:1") for name in functions}
    return FakeSession(functions, Loaded(found, others, notes, candidates, "fake.py", fatal=fatal))


def submission(name: str = "fake.py", problem: str = "", unreadable: str = "") -> Submission:
    """A submission whose content does not matter."""
    return Submission(name, name, name, (SourceFile(name, b"x = 1"),), "0" * 64, problem, unreadable)


def exam(spec: str, reference: Functions, scope: Scope = "all") -> Exam:
    """A spec with plain functions as its reference."""
    assignment = parse_spec(spec, "spec.yaml")
    cases = build_cases(assignment, assignment.seed)
    runner = FakeRunner({None: session(reference)})
    wanted, limits = wanted_of(assignment), limits_of(assignment)
    key = build_answer_key(assignment, cases, submission("reference.py"), runner, wanted, limits)
    return Exam(assignment, "f" * 64, assignment.seed, cases, key, Isolation("process", ("limits",)), scope)
