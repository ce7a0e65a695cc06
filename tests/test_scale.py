"""A whole class through the command line, ended at odd moments: nothing finished is lost, nothing is left behind.

The short tests end a class of twenty twice; the long ones do what docs/scale.md promises: a thousand submissions, ended
ten times; ten thousand at flat memory; a disk that is full.
"""

from __future__ import annotations

import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from class_runs import command, files, gone_after, groups, high_water, kept, orphans_come_here, results, run, started
from made_class import ASSIGNMENT, MadeClass, make
from workers import family

from grader import grading, slot
from grader.runner import LocalRunner

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
    pytest.mark.unmeasured,  # a full disk would be full for the measurements as well
]
FEW, MANY, MOST = 20, 1000, 10_000


@dataclass(frozen=True)
class Undisturbed:
    """A class that was graded in one go."""

    made: MadeClass
    out: Path


def undisturbed(folder: Path, count: int) -> Undisturbed:
    made = make(folder, count)
    code, _, said = run(command(made, folder / "out"), folder / "out")
    assert code == 0, said
    return Undisturbed(made, folder / "out")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return undisturbed(tmp_path_factory.mktemp("few"), FEW)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return undisturbed(tmp_path_factory.mktemp("many"), MANY)


def graded_again(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """What was finished, and is not what it was."""
    return {id_ for id_, row in before.items() if after.get(id_) != row}


@dataclass(frozen=True)
class Ended:
    """How one run of a campaign was ended."""

    signal: str
    finished: int
    """Submissions of which results were kept, by then."""
    new: int
    gone_after: float
    """Seconds until all that it had started had ended as well."""


def campaign(whole: Undisturbed, out: Path, numbers: Sequence[int], chance: random.Random) -> Iterator[Ended]:
    """Begin, send a signal at a random moment, look round, begin again; at last let it finish.

    Ctrl-C not before the store was opened: Python itself has no better word than a traceback while it starts.
    """
    rest = list(numbers)
    most = 3 * whole.made.submissions // (2 * len(numbers) + 2)
    with orphans_come_here() as living:
        while rest:
            before = kept(out)
            with started(command(whole.made, out), out) as running:
                running.wait_for_rows(chance.randrange(rest[0] == signal.SIGINT, most))
                time.sleep(chance.random() * 0.05)
                judges = family(running.process.pid)
                code, _, said = running.end(rest[0])
            assert "Traceback" not in said, said
            seconds, after = gone_after(living), kept(out)
            assert graded_again(before, after) == set()
            assert list(running.temporary.iterdir()) == []
            assert groups(judges) == set()
            if code == 0:  # it was faster than the signal
                must_be_as(whole, out)
                shutil.rmtree(out)
                continue
            number = rest.pop(0)
            assert code in (-number, 130), said
            yield Ended(signal.Signals(number).name, len(after), len(after.keys() - before), seconds)
        before = kept(out)
        code, _, said = run(command(whole.made, out), out)
        assert code == 0, said
        gone_after(living)
    assert graded_again(before, kept(out)) == set()
    must_be_as(whole, out)


def must_be_as(whole: Undisturbed, out: Path) -> None:
    """The same results, the same points, the same files."""
    assert results(out) == results(whole.out)
    assert files(out) == files(whole.out)
    assert (out / "gradebook.csv").read_bytes() == (whole.out / "gradebook.csv").read_bytes()


def test_a_class_that_is_ended_twice_comes_to_the_same(few: Undisturbed, tmp_path: Path) -> None:
    ended = list(campaign(few, tmp_path / "out", [signal.SIGKILL, signal.SIGINT], random.Random(6)))
    assert ended[-1].finished >= 1


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_thousand_that_are_ended_ten_times_come_to_the_same(many: Undisturbed, tmp_path: Path, number: int) -> None:
    for ended in campaign(many, tmp_path / "out", [number] * 10, random.Random(number)):
        sys.stderr.write(f"{ended}\n")
    assert ended.finished >= 100


def test_killed_while_reports_are_written_they_are_whole_or_as_before(few: Undisturbed, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(few.out, out)
    before = {name: (out / name).read_bytes() for name in files(out) - {"results.db"}}
    words = [sys.executable, "-m", "grader", "report", str(out)]
    with started(words, out) as running:
        while not list(out.glob(".*.part")) and running.process.poll() is None:
            time.sleep(0.001)
        code, _, said = running.end(signal.SIGKILL)
    assert code == -signal.SIGKILL, said
    assert files(out) > files(few.out)
    assert {name: (out / name).read_bytes() for name in before} == before
    code, _, said = run(words, out)
    assert code == 0, said
    assert files(out) == files(few.out)


def test_two_at_once_on_one_folder(few: Undisturbed, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with started(command(few.made, out), out) as first:
        assert first.wait_for_rows(12)  # the first ones are the plan
        first.process.send_signal(signal.SIGSTOP)  # so that it is still there, however slow the other one is
        code, _, said = run(command(few.made, out), out)
        assert (code, "Traceback" in said) == (2, False), said
        assert "another grader is at work on these results; wait until it is done" in said
        assert not (out / "results.jsonl").exists()
        first.process.send_signal(signal.SIGCONT)
        code, _, said = first.finished()
        assert code == 0, said
    must_be_as(few, out)


# --- a full disk -----------------------------------------------------------------------------------


def test_no_room_for_results_is_said_what_is_finished_is_kept_and_goes_on_later(
    few: Undisturbed, tmp_path: Path
) -> None:
    """As a full disk, for each file by itself."""
    out = tmp_path / "out"
    room = 200_000

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    code, _, said = run(command(few.made, out), out, limited)
    assert (code, "Traceback" in said) == (3, False), said
    assert "results cannot be written" in said
    assert "what was finished before is kept: free some space, and run it again" in said
    before = kept(out)
    assert 1 <= len(before) < FEW
    code, _, said = run(command(few.made, out), out)
    assert code == 0, said
    assert f"{len(before)} of them are graded already" in said
    assert graded_again(before, kept(out)) == set()
    must_be_as(few, out)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr!r}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.long
def test_a_full_disk_in_the_middle(many: Undisturbed, small_disk: Path) -> None:
    out = small_disk / "out"
    code, _, said = run(command(many.made, out), out)
    assert (code, "Traceback" in said) == (3, False), said
    assert "what was finished before is kept: free some space, and run it again" in said
    before = kept(out)
    assert 1 <= len(before) < MANY
    subprocess.run(["mount", "-o", "remount,size=400m", small_disk], check=True)
    code, _, said = run(command(many.made, out), out)
    assert code == 0, said
    assert graded_again(before, kept(out)) == set()
    must_be_as(many, out)


# --- memory, clocks ----------------------------------------------------------------------------------


def memory(made: MadeClass, out: Path) -> int:
    """The most, in bytes, that the process needed that has the store."""
    most = 0
    with started([*command(made, out), "--color", "never"], out) as running:
        while running.process.poll() is None:
            most = max(most, high_water(running.process.pid))
            time.sleep(0.05)
        code, _, said = running.finished()
    assert code == 0, said
    return most


@pytest.mark.long
def test_ten_thousand_need_hardly_more_memory_than_a_thousand(tmp_path: Path) -> None:
    needed = {}
    for count in (MANY, MOST):
        folder = tmp_path / str(count)
        folder.mkdir()
        needed[count] = memory(make(folder, count), folder / "out")
        assert len((folder / "out" / "results.jsonl").read_bytes().splitlines()) == count
    sys.stderr.write(f"memory: {needed}\n")
    assert needed[MOST] < 1.25 * needed[MANY] + 30_000_000


def test_a_clock_that_is_set_back_regrades_nothing(few: Undisturbed, tmp_path: Path, monkeypatch: Any) -> None:
    made, out = few.made, tmp_path / "out"
    shutil.copytree(few.out, out)
    before = kept(out)
    now = datetime.now

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return now(tz) - timedelta(days=900)

    monkeypatch.setattr(slot, "datetime", SetBack)
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() - 900 * 86400)
    one = min(before)
    order = grading.Order(made.zip, ASSIGNMENT, out, roster=made.roster)
    with LocalRunner() as runner:
        assert grading.grade(order, runner).ungraded == 0
        assert kept(out) == before
        again = grading.Order(made.zip, ASSIGNMENT, out, roster=made.roster, only=(one,))
        assert grading.grade(again, runner).ungraded == 0
    after = kept(out)
    assert graded_again(before, after) == {one}
    assert after[one][0] < before[one][0]
    assert results(out) == results(few.out)
