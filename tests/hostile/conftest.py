"""The tiers in which attacks are graded, and the bait that is laid out for each."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hostile import bait, processes
from hostile.attack import Attack

from grader import launcher, sandbox
from grader.assignments import load_assignment
from grader.exam import Exam, prepare
from grader.intake import Entry, read_submission
from grader.model import Result
from grader.runner import LocalRunner
from grader.slot import grade_one
from grader.spec import LimitsSpec
from grader.spec_loader import Spec

LEFT_OUT = {"full": (), "restricted": ("namespaces", "cgroups", "landlock")}
"""What each tier goes without on a machine that has everything: the least that bears its name must hold."""
HONEST = bait.ROOT / "submissions" / "self_attention" / "statement_style.py"
TOKEN = "earlier student token 5e1f71d0"  # what peek_inherited_memory.py searches for


@dataclass
class Tier:
    """A runner with the isolation of a tier, and an exam with short limits."""

    name: str
    runner: LocalRunner
    exam: Exam
    honest_file: Path
    usual: int = 0
    """Processes per zygote when nothing is being graded."""

    def grade(self, path: Path) -> Result:
        """A file's or folder's result."""
        return grade_one(read_submission(Entry(path.name, path.stem, path)), self.exam, self.runner).result

    def attacked(self, attack: Attack, laid: bait.Bait, folder: Path) -> tuple[Result, list[str]]:
        """The result of an attack, and all that is not as it must be afterwards."""
        path = attack.make(folder, laid.names)
        began = time.monotonic()
        result = self.grade(path)
        seconds = time.monotonic() - began
        wrong = self.aftermath() + laid.harm()
        # A second reading may begin just before the time is up; and a busy machine is no finding.
        if seconds > 2 * self.exam.limits.submission + 20:
            wrong.append(f"it took {seconds:.0f} s")
        if attack.ran_out_of_time(result):
            return self.attacked_again(attack, path, wrong)
        return result, wrong + attack.complaints(result)

    def attacked_again(self, attack: Attack, path: Path, wrong: list[str]) -> tuple[Result, list[str]]:
        """The machine may have been busy, as in `batch.grade_all`; what was wrong the first time stays wrong."""
        result = self.grade(path)
        return result, wrong + attack.complaints(result)

    def aftermath(self) -> list[str]:
        """What an attack left: an honest submission must still earn everything, and nothing may still run."""
        result = self.grade(self.honest_file)
        wrong = [] if result.score == 10 else [f"an honest one then got {result.score} {result.notes} {result.cases}"]
        return wrong + processes.left_behind(self.usual)


def short_limits(spec: Spec) -> Spec:
    """The spec with limits that many attacks can use up in a test's time."""
    limits = LimitsSpec.model_validate({"import": "2s", "case": "1s", "submission": "6s", "memory": "128MB"})
    return replace(spec, assignment=spec.assignment.model_copy(update={"limits": limits}))


@pytest.fixture(scope="session", autouse=True)
def _zygotes_are_marked() -> Iterator[None]:
    """So that processes which got away are found, and secrets of the judge's that did.

    They are not measured for coverage, as other tests' are: attacks are about time.
    """
    clean = launcher.clean_environment

    def marked(*threads: int) -> dict[str, str]:
        plain = {name: value for name, value in clean(*threads).items() if not name.startswith("COVERAGE_")}
        return plain | {processes.MARK: str(os.getpid())}

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSTILE_SECRET", "of the judge")
        patch.setattr(launcher, "clean_environment", marked)
        yield


@pytest.fixture(scope="session")
def honest_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A right solution with something in it that no later submission may find."""
    path = tmp_path_factory.mktemp("honest") / "honest.py"
    path.write_text(f"{HONEST.read_text(encoding='utf-8')}\nmine = {TOKEN!r}  # {TOKEN}\n", encoding="utf-8")
    return path


def opened(name: str, without: tuple[str, ...], honest_file: Path) -> Tier:
    """A runner that leaves out some layers, ready to grade."""
    runner = LocalRunner(without)
    tier = Tier(
        name, runner, prepare(short_limits(load_assignment("self_attention", None)), None, "all", runner), honest_file
    )
    assert tier.grade(honest_file).score == 10
    runner.isolation()
    time.sleep(0.1)  # the worker that graded it ends
    tier.usual = max(processes.families().values())
    return tier


@pytest.fixture(scope="session")
def tier(request: pytest.FixtureRequest, honest_file: Path) -> Iterator[Tier]:
    """Each tier that this machine gives; what `GRADER_EXPECT_TIER` names must be given."""
    made = opened(request.param, LEFT_OUT[request.param], honest_file)
    try:
        reached = made.runner.isolation()
        if reached.tier != request.param:
            why = f"this machine gives {reached.tier}, not {request.param}: {reached.left_out}"
            expected = os.environ.get("GRADER_EXPECT_TIER", "process")
            ranks = list(sandbox.TIERS)
            if ranks.index(request.param) <= ranks.index(expected):
                pytest.fail(why)
            pytest.skip(why)
        yield made
    finally:
        made.runner.close()


@pytest.fixture(scope="session")
def uncaged(honest_file: Path) -> Iterator[Tier]:
    """No isolation but processes: what attacks do where nothing keeps them from it."""
    made = opened("process", tuple(layer.name for layer in sandbox.LAYERS), honest_file)
    assert made.runner.isolation().layers == ()
    yield made
    made.runner.close()


@pytest.fixture
def laid() -> Iterator[bait.Bait]:
    with bait.laid_out() as made:
        yield made
