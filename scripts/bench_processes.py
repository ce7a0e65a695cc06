"""One submission, graded in many ways: from a bare fork to a process of plain pytest. See `bench`."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUBMISSION = ROOT / "submissions" / "self_attention" / "statement_style.py"
WRONG = SUBMISSION.with_name("no_scale.py")
ASSIGNMENT = "self_attention"

BARE_FORK = """
import gc, os, pickle, struct, sys, time
import numpy as np
source, cases = pickle.load(open(sys.argv[1], "rb"))
enter_worker = close = lambda: None
if len(sys.argv) > 2:
    sys.path.insert(0, sys.argv[2])
    from grader import sandbox
    from grader.launcher import plan_for
    from grader.sandbox.bounds import Bounds
    plan = plan_for((), (), (), 63, ())
    cage, sending = sandbox.Cage(plan), os.fdopen(os.dup(1), "w")
    cage.enter_keeper()
    if os.fork():
        os.wait()
        os._exit(0)
    cage.enter_zygote()
    assert sandbox.tier_of(cage.entered) == sys.argv[3], cage.left_out
    enter_worker, close = lambda: cage.enter_worker(Bounds()), cage.close
gc.collect(); gc.freeze()

def child(request, reply):
    space = {"__name__": "submission"}
    exec(compile(source, "submission.py", "exec"), space)
    while (head := os.read(request, 4)):
        size, = struct.unpack("<I", head)
        data = b""
        while len(data) < size:
            data += os.read(request, size - len(data))
        count = data[0]
        shapes = np.frombuffer(data, "<i4", 2 * count, 4).reshape(count, 2)
        at, arrays = 4 + 8 * count, []
        for rows, columns in shapes:
            arrays.append(np.frombuffer(data, "<f8", rows * columns, at).reshape(rows, columns))
            at += 8 * rows * columns
        output = space["self_attention"](*(space["compute_qkv"](*arrays) if count == 4 else arrays))
        output = np.ascontiguousarray(output, float)
        os.write(reply, struct.pack("<I", output.nbytes) + output.tobytes())

def once():
    request_r, request_w = os.pipe(); reply_r, reply_w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(request_w); os.close(reply_r)
        enter_worker(); close()
        child(request_r, reply_w)
        os._exit(0)
    os.close(request_r); os.close(reply_w)
    for request, expected, allowed in cases:
        os.write(request_w, request)
        size, = struct.unpack("<I", os.read(reply_r, 4))
        got = np.frombuffer(os.read(reply_r, size), "<f8").reshape(expected.shape)
        assert (np.abs(got - expected) <= allowed).all()
    os.close(request_w); os.close(reply_r)
    os.waitpid(pid, 0)

for line in sys.stdin:
    began = time.perf_counter()
    for _ in range(int(line)):
        once()
    print((time.perf_counter() - began) / int(line) * 1000, flush=True)
"""

PLAIN_PYTEST = """
import pickle
import numpy as np
import pytest
import submission

CASES = pickle.load(open("cases.pickle", "rb"))

@pytest.mark.parametrize("number", range(len(CASES)))
def test_case(number):
    inputs, expected = CASES[number]
    arrays = submission.compute_qkv(*inputs) if len(inputs) == 4 else inputs
    output = submission.self_attention(*arrays)
    assert output.shape == expected.shape
    assert np.allclose(output, expected, rtol=1e-5, atol=1e-6)
"""


class Bench:
    """The contestants, each a function that returns milliseconds per submission."""

    def __init__(self, folder: Path) -> None:
        from grader.assignments import load_assignment
        from grader.exam import prepare
        from grader.intake import Entry, read_submission
        from grader.runner import LocalRunner
        from grader.sandbox import LAYERS

        self._folder = folder
        self._runner = LocalRunner()
        self.exam = prepare(load_assignment(ASSIGNMENT, None), None, "all", self._runner)
        self._submission = read_submission(Entry("bench.py", "bench", SUBMISSION))
        self._wrong = read_submission(Entry("wrong.py", "wrong", WRONG))
        self._write_cases()
        code = folder / "bare_fork.py"
        code.write_text(BARE_FORK)
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-I", str(code), str(folder / "bare.pickle")]
        caged = [*command, str(ROOT), self.exam.isolation.tier]
        self._bare, self._caged = (
            subprocess.Popen(each, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
            for each in (command, caged)
        )
        names = [layer.name for layer in LAYERS]
        self._partly = {
            f"+ {names[count - 1]}" if count else "no layer": LocalRunner(without=tuple(names[count:]))
            for count in range(len(names) + 1)
        }

    def _write_cases(self) -> None:
        """The cases with values to compare, as the bare fork and pytest get them: the harness runs these and more."""
        import pickle
        import struct

        import numpy as np

        bare, plain = [], []
        for case in self.exam.cases:
            expected = self.exam.key.expected.get((case.id, ()))
            for run in case.readings[()].runs.values():
                if not expected or "output" not in expected or not run.inputs:
                    continue
                arrays = [np.asarray(value, float) for value in run.inputs.values()]
                head = struct.pack("<i", len(arrays)) + np.array([a.shape for a in arrays], "<i4").tobytes()
                body = head + b"".join(a.tobytes() for a in arrays)
                value = expected["output"]
                bare.append((struct.pack("<I", len(body)) + body, value, case.tolerance.allowed(value)))
                plain.append((arrays, value))
        more = sum(len(case.readings[()].runs) for case in self.exam.cases) - len(bare)
        bare += [bare[-1]] * more  # as many runs as the harness makes
        plain += [plain[-1]] * more
        (self._folder / "bare.pickle").write_bytes(pickle.dumps((SUBMISSION.read_bytes(), bare)))
        suite = self._folder / "pytest"
        suite.mkdir()
        (suite / "cases.pickle").write_bytes(pickle.dumps(plain))
        (suite / "test_submission.py").write_text(PLAIN_PYTEST)
        shutil.copy(SUBMISSION, suite / "submission.py")
        self.runs = len(bare)

    def bare_fork(self, count: int) -> float:
        """The practical limit."""
        return _ask(self._bare, count)

    def caged_fork(self, count: int) -> float:
        """The same in the cage."""
        return _ask(self._caged, count)

    def judge(self, count: int, layers: str | None = None) -> float:
        """The harness without reports, one worker; with all layers, or those up to one."""
        from grader import slot

        runner = self._runner if layers is None else self._partly[layers]
        began = time.perf_counter()
        for _ in range(count):
            result = slot.grade_one(self._submission, self.exam, runner).result
            if result.score != result.points:
                raise SystemExit(f"bench: {SUBMISSION.name} got {result.score}")
        return (time.perf_counter() - began) / count * 1000

    def wrong(self, count: int, named: bool) -> float:
        """A wrong submission, with its mistake named or not."""
        from grader import slot

        exam = self.exam if named else dataclasses.replace(self.exam, lineup=None)
        began = time.perf_counter()
        for _ in range(count):
            result = slot.grade_one(self._wrong, exam, self._runner).result
            if [diagnosis.misconception for diagnosis in result.diagnoses] != ["no_scale"] * named:
                raise SystemExit(f"bench: {WRONG.name} was told {result.diagnoses}")
        return (time.perf_counter() - began) / count * 1000

    def grade(self, count: int, jobs: int) -> float:
        """`grader grade`, whole process; the cost of an empty start is taken off by grading one submission too."""
        whole, start = self._grade_folder(count, jobs), self._grade_folder(1, jobs)
        return (whole - start) / (count - 1) * 1000

    def _grade_folder(self, count: int, jobs: int) -> float:
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            folder = Path(name) / "class"
            folder.mkdir()
            for number in range(count):
                shutil.copy(SUBMISSION, folder / f"student_{number:05}.py")
            command = [sys.executable, "-m", "grader", "grade", str(folder), "--assignment", ASSIGNMENT]
            command += ["--out", str(Path(name) / "out"), "--jobs", str(jobs)]
            began = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"bench: grade failed\n{done.stderr}")
            return time.perf_counter() - began

    def pytest(self, count: int) -> float:
        """A pytest process per submission."""
        suite = self._folder / "pytest"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=junit.xml", "."]
        began = time.perf_counter()
        for _ in range(count):
            subprocess.run(command, cwd=suite, capture_output=True, check=True)
        return (time.perf_counter() - began) / count * 1000

    def check(self, file: Path, words_only: bool = False) -> float:
        """`grader check` from a cold start: to its end, or to the first words on a terminal."""
        ours, theirs = os.openpty()
        command = [sys.executable, "-m", "grader", "check", str(file)]
        began = time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs) as running:
            os.close(theirs)
            os.read(ours, 100)
            if not words_only:
                running.wait()
            took = time.perf_counter() - began
            running.wait()
        os.close(ours)
        return took * 1000

    def close(self) -> None:
        """End the processes."""
        for runner in (self._runner, *self._partly.values()):
            runner.close()
        for process in (self._bare, self._caged):
            process.communicate("")

    @property
    def layers(self) -> list[str]:
        """The rows of the layers."""
        return list(self._partly)


def _ask(process: subprocess.Popen[str], count: int) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{count}\n")
    process.stdin.flush()
    return float(process.stdout.readline())
