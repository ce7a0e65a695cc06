"""A tiny class on real workers, graded once for each module that asks for it, and what is kept of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader import canary, grading, judge, slot
from grader.exam import Exam
from grader.grading import GradedFolder, Order
from grader.judge import Graded
from grader.model import Candidate, Outcome, Run, Submission
from grader.reports import class_charts
from grader.runner import Limits, LocalRunner, Session, Wanted
from grader.session import LocalSession

SPEC = """\
assignment: doubling
title: Doubling
points: 10
reference: reference/doubling.py
functions: {double: {parameters: [x], returns: [y]}}
groups:
  - {id: rows, points: 8, steps: ["y = double(x)"], given: {x: {normal: [3]}}, expect: reference}
  - {id: zeros, points: 2, steps: ["y = double(x)"], given: {x: {zeros: [2, 2]}}, expect: reference}
"""
RIGHT = "def double(x):\n    return 2 * x\n"
CLASS = {
    "ada.py": RIGHT,
    "bob.py": RIGHT.replace("2 *", "2.001 *"),
    "cy.py": RIGHT.replace("2 *", "3 *"),
    "dora.py": "def double(x):\n    raise ValueError('not yet')\n",
}
SCORES = {"ada.py": 10.0, "bob.py": 2.0, "cy.py": 2.0, "dora.py": 0.0}


@dataclass
class Course:
    """A folder with a spec, its reference, a class and what came of it in `out`."""

    here: Path
    runner: LocalRunner = field(repr=False)

    @property
    def out(self) -> Path:
        """Where results are."""
        return self.here / "out"

    @property
    def folder(self) -> Path:
        """Where submissions are."""
        return self.here / "class"

    @property
    def specs(self) -> Path:
        """Where the spec is."""
        return self.here / "specs"

    def order(self, **changes: Any) -> Order:
        """To grade the class as before; but for the changes."""
        usual: dict[str, Any] = {"assignment": "doubling", "specs": self.specs, "out": self.out, "engine": "serial"}
        return Order(**{"folder": self.folder, **usual, **changes})

    def grade(self, **changes: Any) -> GradedFolder:
        """Grade it in this process."""
        return grading.grade(self.order(**changes), self.runner)

    def respec(self, *changes: tuple[str, str]) -> None:
        """Change places of the spec that must be there, once."""
        path = self.specs / "doubling.yaml"
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")

    def hand_in(self, name: str, source: str) -> None:
        """A submission, instead of another one of that name."""
        (self.folder / name).write_text(source, encoding="utf-8")


def course(here: Path, runner: LocalRunner) -> Course:
    """Make one, of which nothing is graded."""
    for name, text in {"specs/doubling.yaml": SPEC, "reference/doubling.py": RIGHT}.items():
        (here / name).parent.mkdir(parents=True)
        (here / name).write_text(text, encoding="utf-8")
    (here / "class").mkdir()
    made = Course(here, runner)
    for name, source in CLASS.items():
        made.hand_in(name, source)
    return made


class Lasting(LocalRunner):
    """A runner whose zygotes serve one run of `grade` after the other."""

    def close(self) -> None:
        """Not yet."""

    def end(self) -> None:
        """Now."""
        super().close()


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    """One for all tests of a module, for its slots as well. Its cage is proved elsewhere, and charts are drawn."""
    lasting = Lasting()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slot, "LocalRunner", lambda expected: lasting)  # it has what is expected
        patch.setattr(canary, "must_hold", lambda runner: None)  # as it is called
        patch.setattr(class_charts, "distribution", lambda bars: None)  # a second for each report.html
        patch.setattr(class_charts, "cases", lambda rows: None)
        yield lasting
    lasting.end()


@pytest.fixture(scope="module")
def graded_once(runner: LocalRunner, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """To be looked at, not changed."""
    made = course(tmp_path_factory.mktemp("course"), runner)
    assert made.grade() == GradedFolder(ungraded=0, interrupted=False)
    return made


@pytest.fixture
def graded(graded_once: Course, tmp_path: Path) -> Course:
    """A course whose class is graded, to do with as one likes."""
    shutil.copytree(graded_once.here, tmp_path, dirs_exist_ok=True)
    return Course(tmp_path, graded_once.runner)


def results(out: Path) -> dict[str, dict[str, Any]]:
    """Of `results.jsonl`, by submission."""
    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {result["submission"]["id"]: result for result in map(json.loads, lines)}


def scores(out: Path) -> dict[str, float]:
    """What counts, by submission."""
    return {id_: result["score"] for id_, result in results(out).items()}


def bytes_of(out: Path) -> dict[str, bytes]:
    """All files of a folder, those in its folders too."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@dataclass
class Seen:
    """What was judged, whose code was loaded, and how many runs there were of it."""

    judged: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    runs: int = 0


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Who comes to the judge from now on, and what workers are asked."""
    noted = Seen()
    grade, open_, run = judge.grade, LocalRunner.open, LocalSession.run

    def judged(submission: Submission, exam: Exam, runner: Any, searching: bool = False) -> Graded:
        noted.judged.append(submission.id)
        return grade(submission, exam, runner, searching)

    def opened(
        self: LocalRunner, submission: Submission, wanted: Wanted, limits: Limits, candidate: Candidate | None
    ) -> Session:
        session = open_(self, submission, wanted, limits, candidate)
        if submission.id in CLASS:
            noted.opened.append(submission.id)
            asked.append(session)
        return session

    def ran(self: LocalSession, runs: Sequence[Run]) -> list[Outcome]:
        noted.runs += len(runs) * any(self is session for session in asked)
        return run(self, runs)

    asked: list[Session] = []
    monkeypatch.setattr(judge, "grade", judged)
    monkeypatch.setattr(LocalRunner, "open", opened)
    monkeypatch.setattr(LocalSession, "run", ran)
    return noted
