"""The judge's handle on real workers: every outcome, whatever the other side does, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiers import UNCAGED

from grader.errors import HarnessError
from grader.launcher import Zygote
from grader.model import (
    RETURN_COUNT,
    Candidate,
    Loaded,
    Missing,
    Name,
    Outcome,
    Raised,
    Returned,
    Run,
    SourceFile,
    Step,
    Stopped,
    Submission,
)
from grader.runner import Limits, LocalRunner, Wanted
from grader.session import LocalSession

pytestmark = pytest.mark.unmeasured

WANTED = Wanted({"double": ("double", "twice"), "both": ("both",)})
QUICK = Limits(load=1.0, case=0.6, submission=20.0)
DOUBLE = "def double(x):\n    return 2 * x\n"


LIMITED = tuple(name for name in UNCAGED if name != "limits")
"""What to leave out for a worker that can write down what it ran."""


@pytest.fixture(scope="module", params=[(), LIMITED], ids=["caged", "uncaged"])
def slot(request: pytest.FixtureRequest) -> Iterator[LocalRunner]:
    """In the cage as submissions are graded; and out of it, where coverage is measured."""
    with LocalRunner(without=request.param) as made:
        yield made


@pytest.fixture
def runner(slot: LocalRunner) -> Iterator[LocalRunner]:
    yield slot
    zygotes = [each for each in slot._zygotes.values() if isinstance(each, Zygote)]
    if any(zygote._worker is not None and not zygote._leaving for zygote in zygotes):
        slot.discard()  # a test that failed left its worker: the next one is not to fail for it


def submission(*sources: str, **files: str) -> Submission:
    named = {f"{name}.py": text for name, text in files.items()} or {"mine.py": "\n".join(sources)}
    made = tuple(SourceFile(name, text.encode()) for name, text in named.items())
    return Submission("mine", "mine", "mine", made, "0" * 64)


def opened(
    runner: LocalRunner, handed_in: Submission, limits: Limits = QUICK, candidate: Candidate | None = None
) -> LocalSession:
    session = runner.open(handed_in, WANTED, limits, candidate)
    assert isinstance(session, LocalSession)
    return session


def call(function: str = "double", targets: tuple[str, ...] = ("y",), **inputs: Any) -> Run:
    given = inputs or {"x": np.array([1.0, 2.0])}
    step = Step(function, tuple(Name(name) for name in given), targets, f"{', '.join(targets)} = {function}(…)")
    return Run((step,), given, targets)


def outcomes(runner: LocalRunner, source: str, *runs: Run, limits: Limits = QUICK) -> list[Outcome]:
    session = opened(runner, submission(source), limits)
    try:
        return session.run(runs or (call(),))
    finally:
        session.close()


def loaded(runner: LocalRunner, source: str, limits: Limits = QUICK) -> Loaded:
    session = opened(runner, submission(source), limits)
    session.close()
    assert isinstance(session.loaded, Loaded)
    return session.loaded


def value(outcome: Outcome, name: str = "y") -> Any:
    assert isinstance(outcome, Returned), outcome
    return outcome.values[name].array


def stopped(outcome: Outcome) -> tuple[str, str]:
    assert isinstance(outcome, Stopped), outcome
    return outcome.reason, outcome.detail


# --- what comes back -----------------------------------------------------------------------------


def test_values_come_back_in_the_order_of_the_runs(runner: LocalRunner) -> None:
    runs = [call(x=np.array([float(n)])) for n in range(40)]
    assert [value(outcome)[0] for outcome in outcomes(runner, DOUBLE, *runs)] == [2.0 * n for n in range(40)]


def test_requests_larger_than_a_pipe_go_through(runner: LocalRunner) -> None:
    runs = [call(x=np.full((200, 200), float(n))) for n in range(5)]
    assert [value(outcome).sum() for outcome in outcomes(runner, DOUBLE, *runs)] == [80_000.0 * n for n in range(5)]


@pytest.mark.parametrize(
    "array",
    [
        np.arange(3, dtype=np.int64),
        np.array(2.5),
        np.zeros((0, 3)),
        np.array([True, False]),
        np.array([1 + 2j]),
        np.arange(6, dtype=np.float32).reshape(2, 3).T,
        np.arange(3, dtype=">f8"),
        np.array([np.nan, np.inf]),
    ],
)
def test_arrays_cross_unchanged_both_ways(runner: LocalRunner, array: Any) -> None:
    back = value(outcomes(runner, "def double(x):\n    return x\n", call(x=array))[0])
    assert back.shape == array.shape
    assert back.dtype == array.dtype.newbyteorder("<")
    assert np.array_equal(back, array, equal_nan=True)


@pytest.mark.parametrize(
    ("returned", "kind", "type_name", "has_array"),
    [
        ("None", "none", "NoneType (empty)", False),
        ("[[1.0, 2.0]]", "list", "list", True),
        ("(1.0, 2.0)", "tuple", "tuple of 2", True),
        ("[[1], [2, 3]]", "list", "list", False),
        ("3.5", "scalar", "float", True),
        ("__import__('numpy').float32(1)", "scalar", "float32", True),
        ("'text'", "other", "str", False),
        ("(n for n in x)", "other", "generator", False),
        ("{'y': x}", "other", "dict", False),
        ("__import__('numpy').array([object()])", "array", "ndarray", False),
        ("__import__('numpy').matrix([[1.0]])", "array", "matrix", True),
        ("__import__('numpy').broadcast_to(1.0, (100000, 100000))", "too_large", "ndarray", False),
    ],
)
def test_what_is_no_array_comes_back_by_its_kind(
    runner: LocalRunner, returned: str, kind: str, type_name: str, has_array: bool
) -> None:
    (outcome,) = outcomes(runner, f"def double(x):\n    return {returned}\n")
    assert isinstance(outcome, Returned)
    got = outcome.values["y"]
    assert (got.kind, got.type_name, got.array is not None) == (kind, type_name, has_array)


def test_an_exception_has_its_line_and_message(runner: LocalRunner) -> None:
    (outcome,) = outcomes(runner, "def double(x):\n    y = x\n    raise ValueError('no')\n")
    assert isinstance(outcome, Raised)
    assert (outcome.exception, outcome.message) == ("ValueError", "no")
    assert [(frame.file, frame.line, frame.function) for frame in outcome.frames] == [("mine.py", 3, "double")]


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        ("import sys; sys.exit(3)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class Odd(BaseException):\n        def __str__(self): raise self\n    raise Odd()", "Odd"),
        ("return double(x)", "RecursionError"),
        ("import numpy; return numpy.ones(10**12)", "MemoryError"),
        ("return input()", "EOFError"),
    ],
)
def test_whatever_is_raised_is_an_outcome(runner: LocalRunner, body: str, exception: str) -> None:
    first, second = outcomes(runner, f"def double(x):\n    {body}\n", call(), call())
    assert isinstance(first, Raised)
    assert first.exception == exception
    assert isinstance(second, Raised)


@pytest.mark.parametrize(
    ("returned", "said"),
    [("x", "ndarray of 3"), ("None", "NoneType (empty)"), ("(x, x, x)", "tuple of 3"), ("7", "int")],
)
def test_a_wrong_number_of_values(runner: LocalRunner, returned: str, said: str) -> None:
    run = call("both", ("a", "b"), x=np.ones(3))
    (outcome,) = outcomes(runner, f"def both(x):\n    return {returned}\n", run)
    assert isinstance(outcome, Raised)
    assert (outcome.exception, outcome.message) == (RETURN_COUNT, said)


def test_missing_functions_and_aliases(runner: LocalRunner) -> None:
    run = call("both", ("a", "b"))
    assert outcomes(runner, "def twice(x):\n    return 2 * x\n", run, call())[0] == Missing("both")
    found = loaded(runner, "def twice(x, scale=2):\n    return 2 * x\n").functions["double"]
    assert (found.name, found.parameters, found.required, found.maximum) == ("twice", ("x", "scale"), 1, 2)


def test_steps_hand_values_on(runner: LocalRunner) -> None:
    steps = (
        Step("both", (Name("x"),), ("a", "b"), "a, b = both(x)"),
        Step("double", (Name("b"),), ("y",), "y = double(b)"),
    )
    source = DOUBLE + "def both(x):\n    return x, x + 1\n"
    (outcome,) = outcomes(runner, source, Run(steps, {"x": np.array([1.0])}, ("a", "y", "x")))
    assert [value(outcome, name).tolist() for name in ("a", "y", "x")] == [[1.0], [4.0], [1.0]]


def test_plain_numbers_are_passed_as_plain_numbers(runner: LocalRunner) -> None:
    source = "def double(x):\n    return __import__('numpy').array([float(type(x) is int)])\n"
    assert value(outcomes(runner, source, call(x=3))[0]).tolist() == [1.0]


# --- ends of workers -----------------------------------------------------------------------------

ONLY_ONCE = "def double(x):\n    if x[0] == 13:\n        {}\n    return 2 * x\n"


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        ("import os; os._exit(0)", "crashed", "exit status 0"),
        ("import ctypes; ctypes.string_at(0)", "crashed", "SIGSEGV"),
        ("import os; os.abort()", "crashed", "SIGABRT"),
        ("while True: pass", "timeout", ""),
        ("import time; time.sleep(60)", "timeout", ""),
        ("while True: print('x' * 10000)", "output", ""),
        ("import os; os.write(4, b'GRD1' + b'\\0' * 20); return x", "protocol", "an answer to another request"),
        ("import os; os.write(4, b'rubbish, and enough of it'); return x", "protocol", "no frame begins here"),
        ("import os; os.close(4); return x", "crashed", "exit status 70"),
        ("import os, time; os.close(4); time.sleep(60)", "crashed", "SIGKILL"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "timeout", ""),
    ],
)
def test_a_case_that_costs_its_worker_costs_that_case_only(
    runner: LocalRunner, body: str, reason: str, detail: str
) -> None:
    runs = [call(x=np.array([number])) for number in (1.0, 13.0, 2.0, 3.0)]
    first, second, *rest = outcomes(runner, ONLY_ONCE.format(body), *runs)
    assert value(first).tolist() == [2.0]
    assert stopped(second) == (reason, detail)
    assert [value(outcome).tolist() for outcome in rest] == [[4.0], [6.0]]


def test_a_forged_answer_in_advance_is_a_breach(runner: LocalRunner) -> None:
    session = opened(runner, submission(DOUBLE, "import os", "os.write(4, b'x' * 100)"))
    session.close()
    assert isinstance(session.loaded, Stopped)
    assert session.loaded.reason == "protocol"


def test_the_budget_of_a_submission_bounds_all_its_cases(runner: LocalRunner) -> None:
    began = time.monotonic()
    limits = Limits(load=1.0, case=0.5, submission=1.2)
    ends = outcomes(runner, "def double(x):\n    while True: pass\n", *[call() for _ in range(20)], limits=limits)
    assert {stopped(outcome)[0] for outcome in ends} == {"timeout"}
    assert stopped(ends[-1]) == ("timeout", "submission")
    assert time.monotonic() - began < 5


def test_a_sleeper_uses_no_cpu_a_spinner_does(runner: LocalRunner) -> None:
    (sleeping,) = outcomes(runner, "import time\ndef double(x):\n    time.sleep(9)\n")
    (spinning,) = outcomes(runner, "def double(x):\n    while True: pass\n")
    assert isinstance(sleeping, Stopped)
    assert isinstance(spinning, Stopped)
    assert sleeping.cpu_seconds < 0.1 < spinning.cpu_seconds


# --- loading -------------------------------------------------------------------------------------


def test_a_statement_without_end_is_left_out_and_the_rest_loaded(runner: LocalRunner) -> None:
    session = opened(runner, submission("x = 1", "while True: pass", DOUBLE))
    assert isinstance(session.loaded, Loaded)
    note = session.loaded.notes[0]
    assert (note.kind, dict(note.fields)) == (
        "statement_stopped",
        {"file": "mine.py", "line": "2", "reason": "timeout"},
    )
    assert value(session.run([call()])[0]).tolist() == [2.0, 4.0]
    assert [stop.reason for stop in session.stops] == ["timeout"]
    session.close()


def test_after_three_such_statements_only_definitions_are_loaded(runner: LocalRunner) -> None:
    session = opened(runner, submission(*["import os; os._exit(1)"] * 3, "print('not run')", DOUBLE, "y = 1 + 1"))
    assert isinstance(session.loaded, Loaded)
    assert [note.kind for note in session.loaded.notes].count("statement_stopped") >= 2
    assert session.loaded.notes[-1].kind == "definitions_only"
    assert value(session.run([call()])[0]).tolist() == [2.0, 4.0]
    session.close()


def test_a_loop_inside_an_import_of_an_own_file_is_found(runner: LocalRunner) -> None:
    handed_in = submission(mine="import other\n" + DOUBLE, other="z = 1\nwhile True: pass\n")
    session = opened(runner, handed_in)
    assert isinstance(session.loaded, Loaded)
    assert dict(session.loaded.notes[0].fields)["file"] == "other.py"
    assert value(session.run([call()])[0]).tolist() == [2.0, 4.0]
    session.close()


@pytest.mark.parametrize(
    "definition",
    [
        "class A:\n    while True: pass\n",
        "def other(x=list(iter(int, 1))): pass\n",
        "@(lambda f: list(iter(int, 1)))\ndef other(): pass\n",
    ],
)
def test_a_definition_without_end_is_left_out_like_any_statement(runner: LocalRunner, definition: str) -> None:
    session = opened(runner, submission("print('innocent')", definition, DOUBLE), replace(QUICK, memory=64 << 20))
    assert isinstance(session.loaded, Loaded)
    notes = [(note.kind, note.fields["line"]) for note in session.loaded.notes]
    assert notes in [[(kind, line)] for kind in ("statement_stopped", "definition_failed") for line in ("2", "3")]
    assert value(session.run([call()])[0]).tolist() == [2.0, 4.0]
    session.close()


def test_a_function_that_imports_and_then_loops_is_blamed_itself(runner: LocalRunner) -> None:
    main = "def demo():\n    import other\n    while True: pass\ndemo()\n" + DOUBLE
    session = opened(runner, submission(mine=main, other="z = 1\nz += 1\n"))
    assert isinstance(session.loaded, Loaded)
    assert [dict(note.fields) for note in session.loaded.notes] == [
        {"file": "mine.py", "line": "4", "reason": "timeout"}
    ]
    session.close()


def test_a_load_that_does_not_end_stops_every_run(runner: LocalRunner) -> None:
    endless = submission(*["class A:\n    while True: pass\n"] * 4, DOUBLE)
    session = opened(runner, endless, Limits(load=0.3, case=0.3))
    assert isinstance(session.loaded, Stopped)
    assert session.loaded.reason == "timeout"
    assert session.run([call()]) == [session.loaded]
    session.close()


def test_printing_is_kept_apart_and_capped(runner: LocalRunner) -> None:
    session = opened(
        runner, submission("print('at the top')", "def double(x):\n    print('in it')\n    return 2 * x\n")
    )
    assert value(session.run([call()])[0]).tolist() == [2.0, 4.0]
    session.close()
    assert session.output == "at the top\nin it\n"
    session = opened(runner, submission("print('y' * 1000000)", DOUBLE))
    session.close()
    assert len(session.output) == 64 * 1024


@pytest.mark.parametrize(
    "mischief",
    [
        "import sys; sys.stdout = sys.stderr = None",
        "import sys; sys.stdout.close()",
        "import os; os.close(1); os.close(2)",
        "import numpy as np; np.asarray = np.array = np.ndarray.tobytes = None",
        "import json; json.dumps = json.loads = None",
        "import time; time.time = time.monotonic = None",
        "import builtins; builtins.len = builtins.isinstance = builtins.type = None",
        "import sys; sys.modules.clear()",
        "import gc; gc.disable()",
        "import numpy as np; np.seterr(all='raise')",
        "import threading; threading.Thread(target=__import__('time').sleep, args=(60,)).start()",
    ],
)
def test_mischief_at_the_top_ends_in_an_outcome_and_harms_no_later_submission(
    runner: LocalRunner, mischief: str
) -> None:
    (outcome,) = outcomes(runner, f"{DOUBLE}\n{mischief}\n")
    assert isinstance(outcome, Returned | Raised | Stopped)
    assert value(outcomes(runner, DOUBLE)[0]).tolist() == [2.0, 4.0]


LIAR = """
import sys
def double(x):
    if x[0] == 13:
        harness = sys._getframe(1).f_globals
        harness['encode_values'] = lambda *_: harness['wire'].encode_body({'values': 3})
    return 2 * x
"""


def test_a_harness_that_was_made_to_lie_is_a_breach(runner: LocalRunner) -> None:
    runs = [call(x=np.array([number])) for number in (1.0, 13.0, 2.0)]
    first, second, third = outcomes(runner, LIAR, *runs)
    assert isinstance(second, Stopped)
    assert (second.reason, second.detail) == (
        "protocol",
        "its answer is malformed (not the values that were asked for)",
    )
    assert [value(outcome).tolist() for outcome in (first, third)] == [[2.0], [4.0]]


def test_a_harness_that_was_made_to_lie_about_loading_is_a_breach(runner: LocalRunner) -> None:
    source = "import sys\nframe = sys._getframe()\nwhile '_fitting' not in frame.f_globals: frame = frame.f_back\n"
    session = opened(runner, submission(source, "frame.f_globals['_fitting'] = lambda entries: 3\n"))
    assert isinstance(session.loaded, Stopped)
    assert session.loaded.reason == "protocol"
    assert [stop.reason for stop in session.stops] == ["protocol"]
    session.close()


# --- isolation between processes -----------------------------------------------------------------


def test_the_judges_environment_is_not_there(runner: LocalRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "s3cret")
    source = "import os, numpy\ndef double(x): return numpy.array(['SECRET_TOKEN' in os.environ, len(os.environ)])\n"
    with LocalRunner() as fresh:
        found = value(outcomes(fresh, source)[0])
    assert found[0] == 0
    assert found[1] < 12


def test_no_answer_and_no_judge_is_in_the_process(runner: LocalRunner) -> None:
    source = (
        "import sys, numpy\ndef double(x):\n"
        "    names = ('grader.spec', 'grader.checks', 'grader.judge', 'grader.compare', 'yaml', 'pydantic')\n"
        "    return numpy.array([float(any(n in sys.modules for n in names))])\n"
    )
    assert value(outcomes(runner, source)[0]).tolist() == [0.0]


def test_one_submission_sees_nothing_of_another(runner: LocalRunner) -> None:
    outcomes(runner, "import numpy\nnumpy.leak = 1\n" + DOUBLE)
    source = "import numpy\ndef double(x):\n    return numpy.array([float(hasattr(numpy, 'leak'))])\n"
    assert value(outcomes(runner, source)[0]).tolist() == [0.0]


@pytest.mark.parametrize("module", ["yaml", "pytest", "torch", "scipy", "nowhere"])
def test_modules_that_are_not_allowed_are_not_there(runner: LocalRunner, module: str) -> None:
    notes = loaded(runner, f"import {module}\n{DOUBLE}").notes
    assert [note.kind for note in notes] == ["module_not_available"]


def test_of_the_grader_itself_there_is_only_a_stub(runner: LocalRunner) -> None:
    """A notebook that checked itself is graded like any other; nothing of ours can be reached through it."""
    source = (
        "import grader, grader.worker\nfrom grader import judge\n"
        "def double(x):\n"
        "    import numpy\n"
        "    files = [getattr(m, '__file__', None) for m in (grader, grader.worker, judge)]\n"
        "    return numpy.array([float(any(isinstance(f, str) for f in files))])\n"
    )
    assert loaded(runner, source).notes == ()
    assert value(outcomes(runner, source)[0]).tolist() == [0.0]


def test_a_lost_zygote_is_an_exception_and_a_new_one_starts() -> None:
    with LocalRunner() as fresh:
        session = opened(fresh, submission(DOUBLE))
        assert isinstance(session.parent, Zygote)
        session.parent._process.send_signal(signal.SIGKILL)
        session.parent._process.wait()
        with pytest.raises(HarnessError):  # noqa: PT012  # whichever of these meets it first
            session.run([call(x=np.array([1.0])) for _ in range(2)])
            session.close()
            opened(fresh, submission(DOUBLE))
        fresh.discard()
        assert value(outcomes(fresh, DOUBLE)[0]).tolist() == [2.0, 4.0]


def children() -> set[str]:
    return {
        pid
        for pid in (path.name for path in Path("/proc").iterdir())
        if pid.isdigit() and Path(f"/proc/{pid}/stat").exists() and f") S {os.getpid()} " in _stat(pid)
    }


def _stat(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""


def test_no_process_and_no_descriptor_is_left() -> None:
    descriptors, processes = len(list(Path("/proc/self/fd").iterdir())), children()
    with LocalRunner() as fresh:
        outcomes(fresh, DOUBLE)
        outcomes(fresh, "def double(x):\n    while True: pass\n")
        outcomes(fresh, "import os\ndef double(x):\n    os._exit(1)\n")
        outcomes(fresh, "import random\n" + DOUBLE)
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors
    assert children() == processes


def test_outline_names_what_is_bound_and_runs_nothing(runner: LocalRunner) -> None:
    source = "while True: pass\ndef double(x): pass\nfrom m import both\n"
    assert runner.outline(submission(source), ["double", "both", "other"]) == ("both", "double")
    assert runner.outline(submission("def f(:"), ["f"]) == ()


JUDGE = """
import sys
sys.path.insert(0, {tests!r})
import test_runner as t
with t.LocalRunner() as runner:
    session = t.opened(runner, t.submission("def double(x):\\n    while True: pass\\n"), t.Limits())
    print(session.parent._process.pid, flush=True)
    session.run([t.call()])
"""


def test_a_killed_judge_leaves_no_student_running() -> None:
    code = JUDGE.format(tests=str(Path(__file__).parent))
    judge = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert judge.stdout is not None
    zygote = judge.stdout.readline().strip()
    workers = set(Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split())
    assert len(workers) == 1
    judge.kill()
    judge.wait()
    judge.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(_lives, {zygote, *workers})) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(_lives, {zygote, *workers}))


def _lives(pid: str) -> bool:
    stat = _stat(pid)
    return bool(stat) and ") Z " not in stat  # ended, though nobody may have waited for it


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"fractions": "from fractions import Fraction\ndef double(x): return float(Fraction(1, 2))\n"}, 0.5),
        ({"m": "import decimal\ndef double(x): return float(decimal.Decimal(1))\n", "lib/decimal": "x = 1\n"}, 1.0),
        (
            {"m": "import statistics\ndef double(x): return statistics.mean([1.0, 3.0])\n", "statistics/x": "y = 1\n"},
            2.0,
        ),
        ({"m": "import random\ndef double(x): return random.mine\n", "random": "mine = 7.0\n"}, 7.0),
    ],
    ids=["its own name", "elsewhere", "a folder", "its own module"],
)
def test_files_that_are_called_like_modules(runner: LocalRunner, files: dict[str, str], value: float) -> None:
    session = opened(runner, submission(**files))
    (outcome,) = session.run([call()])
    session.close()
    assert isinstance(outcome, Returned), outcome
    assert outcome.values["y"].array == value


def test_a_slot_beside_runs_at_the_same_time_and_ends_with_the_first() -> None:
    with LocalRunner(without=LIMITED) as first:
        second = first.beside()
        assert first.beside() is second
        one, other = opened(first, submission(DOUBLE)), opened(second, submission(DOUBLE))
        outcomes = [*one.run([call(x=1)]), *other.run([call(x=2)]), *one.run([call(x=3)])]
        assert [o.values["y"].array for o in outcomes if isinstance(o, Returned)] == [2, 4, 6]
        assert second.isolation() == first.isolation()
        for session in (one, other):
            session.close()
        ended = [zygote._process for zygote in second._zygotes.values() if isinstance(zygote, Zygote)]
        assert ended
    assert [process.returncode is None for process in ended] == [False]
