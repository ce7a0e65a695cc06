"""Runs submissions in this process, for a notebook whose functions are there already: its `Runner` and `Session`.

Nothing is isolated, and nothing ends what does not end by itself: what is found is indicative. All else is as in a
worker: requests and answers are taken apart and put together by the same code, inputs are fresh for each run.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
import types
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from grader import replies, wire
from grader.calls import Calls, parameters_of, where
from grader.model import Candidate, FoundFunction, Isolation, Loaded, Missing, Note, Outcome, Run, Stopped, Submission
from grader.remarks import Naming, Warned
from grader.session import Limits, Wanted
from grader.surroundings import Theirs

NOT_ISOLATED = Isolation("none", ())
MOST_PRINTED = wire.Caps().header


@dataclass(frozen=True)
class Live:
    """A session in which a person has defined functions: they are called where they are, as they are now."""

    submission: Submission
    """Stands for it; it has no files."""
    namespace: Mapping[str, Any]
    theirs: Theirs
    """What a person's code runs in."""
    naming: Naming
    """The file of a code object → what the person calls it, such as a cell."""
    others: tuple[str, ...] = ()
    """Signatures of all functions that are defined."""


@dataclass
class InProcessSession:
    """Functions that are called here; see `runner.Session`."""

    loaded: Loaded | Stopped
    calls: Calls
    theirs: Theirs = contextlib.nullcontext
    output: str = ""
    stops: list[Stopped] = field(default_factory=list)

    def run(self, runs: Sequence[Run]) -> list[Outcome]:
        """Outcomes in the order of the runs. What the person interrupts is interrupted: KeyboardInterrupt."""
        return [self._run(run) for run in runs]

    def _run(self, run: Run) -> Outcome:
        for step in run.steps:
            if step.function not in self.calls.functions:
                return Missing(step.function)
        request = wire.parse_body(*replies.run_request(run), 0, json.loads)
        printed = _Printed()
        with self.theirs(), printed.all():
            self.calls.warned.listen()
            began = time.perf_counter()
            answer = self.calls.run(request)
            seconds = time.perf_counter() - began
        self.output = (self.output + printed.getvalue())[:MOST_PRINTED]
        return replies.outcome(wire.parse_body(*answer, 0), run, seconds)

    def close(self) -> None:
        """Nothing to end."""


class InProcessRunner:
    """Knows one live session; every other submission is staff's, one file of Python, and is executed here."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def open(
        self, submission: Submission, wanted: Wanted, limits: Limits, candidate: Candidate | None
    ) -> InProcessSession:
        """The live session, or a file executed in a module of its own."""
        if submission == self._live.submission:
            return self._opened(wanted)
        module, fatal = _executed(submission)
        functions = {name: module[name] for name in wanted.functions if name in module and fatal is None}
        found = {name: FoundFunction(name, (), 0, None, submission.path) for name in functions}
        loaded = Loaded(found, (), (), (), submission.path, fatal=fatal)
        return InProcessSession(loaded, Calls(functions, through=(KeyboardInterrupt,)))

    def _opened(self, wanted: Wanted) -> InProcessSession:
        live, main = self._live, self._live.submission.path
        found = found_in(live.namespace, wanted.functions)
        functions = {
            name: FoundFunction(known, *_parameters(function), where(function, main, live.naming))
            for name, (known, function) in found.items()
        }
        taken = {known for known, _ in found.values()}
        others = tuple(text for text in live.others if text.partition("(")[0] not in taken)
        calls = Calls(
            {name: function for name, (_, function) in found.items()},
            warned=Warned(live.naming),
            naming=live.naming,
            through=(KeyboardInterrupt,),
        )
        return InProcessSession(Loaded(functions, others, (), (), main), calls, live.theirs)

    def isolation(self) -> Isolation:
        """None at all."""
        return NOT_ISOLATED

    @property
    def live(self) -> InProcessRunner:
        """This one."""
        return self

    def beside(self, modules: tuple[str, ...] = ()) -> InProcessRunner:
        """Itself: its sessions do not get into each other's way."""
        return self


def found_in(namespace: Mapping[str, Any], functions: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, Any]]:
    """Function of an assignment → the name under which a namespace has it, and what can be called there."""
    found: dict[str, tuple[str, Any]] = {}
    for wanted, names in functions.items():
        for name in names:
            if wanted not in found and callable(namespace.get(name)):
                found[wanted] = (name, namespace[name])
    return found


def _parameters(function: Any) -> tuple[tuple[str, ...], int, int | None]:
    names, required, maximum = parameters_of(function)
    return tuple(names), required, maximum


def _executed(submission: Submission) -> tuple[dict[str, Any], Note | None]:
    """The names of a file of staff's once it has run, and why it could not."""
    (file,) = submission.files
    module = types.ModuleType(f"grader_{submission.sha256[:16]}")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        with _Printed().all():
            code = compile(file.data.decode("utf-8-sig"), file.name, "exec", dont_inherit=True)
            exec(code, module.__dict__)
    except Exception as error:  # noqa: BLE001  # staff's code may raise anything; it is told as a sentence
        fields = {"file": file.name, "exception": type(error).__name__, "message": str(error)[:500]}
        return {}, Note("statement_raised", fields)
    finally:
        del sys.modules[module.__name__]
    return module.__dict__, None


class _Printed(io.StringIO):
    """Takes what is printed, up to a bound."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, MOST_PRINTED - self.tell())])
        return len(text)

    def all(self) -> AbstractContextManager[object]:
        """Takes both streams."""
        both = contextlib.ExitStack()
        both.enter_context(contextlib.redirect_stdout(self))
        both.enter_context(contextlib.redirect_stderr(self))
        return both
