"""Functions called where they are: outcomes, values and words as from a worker, and what only a worker can do."""

from __future__ import annotations

import contextlib
import sys
import warnings
from typing import Any

import numpy as np
import pytest

from grader.inprocess import MOST_PRINTED, NOT_ISOLATED, InProcessRunner, InProcessSession, Live
from grader.model import (
    FoundFunction,
    Loaded,
    Missing,
    Name,
    Outcome,
    Raised,
    Returned,
    Run,
    SourceFile,
    Step,
    Submission,
)
from grader.runner import Limits, LocalRunner, Runner, Wanted

LIVE = Submission("notebook", "", "this notebook", (), "")
WANTED = Wanted({"f": ("f", "g"), "h": ("h",)})


def naming(filename: str) -> str:
    return {"cell-3": "In [3]"}.get(filename, "")


def opened(source: str, others: tuple[str, ...] = ()) -> InProcessSession:
    space: dict[str, Any] = {"np": np}
    exec(compile(source, "cell-3", "exec"), space)
    live = Live(LIVE, space, contextlib.nullcontext, naming, others)
    return InProcessRunner(live).open(LIVE, WANTED, Limits(), None)


def call(*targets: str) -> Run:
    step = Step("f", (Name("x"),), targets or ("y",), "y = f(x)")
    return Run((step,), {"x": np.array([1.0, 2.0])}, targets or ("y",))


def outcome(source: str, *targets: str) -> Outcome:
    (found,) = opened(source).run([call(*targets)])
    return found


SOURCES = [
    "def f(x): return 2 * x",
    "def f(x): return [1.0, 2.0]",
    "def f(x): return (1, 2)",
    "def f(x): return 3",
    "def f(x): return None",
    "def f(x): return object()",
    "def f(x): return np.zeros((3000, 3000))",
    "def f(x): return np.zeros(3, dtype=np.longdouble)",
    "def f(x): return np.array(['a'])",
    "def f(x): return [[1], [1, 2]]",
    "def f(x): print(x)",
    "def f(x): pass",
    "def f(x): return np.exp(1000 * x)",
    "def f(x): raise ValueError('no')",
    "def f(x): raise MemoryError",
    "def f(x): raise SystemExit(3)",
    "def f(x): return f(x)",
    "def f(): return 1",
    "def g(x): return x",
    "def k(x): return x",
]


def plain(found: Outcome) -> Any:
    """What does not depend on where the code stands and how long it took."""
    if isinstance(found, Raised):
        return found.step, found.exception, found.message, [(frame.line, frame.function) for frame in found.frames]
    if isinstance(found, Returned):
        return {name: (v.kind, v.type_name.split(":")[0], repr(v.array)) for name, v in found.values.items()}
    return found


def test_outcomes_are_those_of_a_worker() -> None:
    with LocalRunner() as runner, warnings.catch_warnings():
        warnings.simplefilter("default")
        for source in SOURCES:
            work = Submission("s", "s", "s", (SourceFile("cell.py", f"import numpy as np\n{source}".encode()),), "")
            for targets in ((), ("a", "b")):
                session = runner.open(work, WANTED, Limits(), None)
                (theirs,) = session.run([call(*targets)])
                session.close()
                ours = outcome(f"import numpy as np\n{source}", *targets)
                assert plain(ours) == plain(theirs), source


def test_what_was_found_and_what_is_near() -> None:
    loaded = opened("def g(a, b=1): pass\n", ("g(a, b)", "ff(x)")).loaded
    assert isinstance(loaded, Loaded)
    assert loaded.functions == {"f": FoundFunction("g", ("a", "b"), 1, 2, "In [3]:1")}
    assert loaded.others == ("ff(x)",)


def test_a_function_that_is_missing_keeps_the_others_from_being_run() -> None:
    steps = (*call().steps, Step("h", (Name("y"),), ("z",), "z = h(y)"))
    session = opened("def f(x): raise ValueError")
    assert session.run([Run(steps, call().inputs, ("z",))]) == [Missing("h")]


def test_an_error_is_in_a_cell() -> None:
    found = outcome("def f(x):\n    return 1 / 0\n")
    assert isinstance(found, Raised)
    assert [(frame.file, frame.line) for frame in found.frames] == [("In [3]", 2)]


def test_inputs_are_fresh_for_each_run() -> None:
    session, run = opened("def f(x):\n    x += 1\n    return x\n"), call()
    first, second = session.run([run, run])
    assert plain(first) == plain(second)
    assert run.inputs["x"].tolist() == [1.0, 2.0]  # type: ignore[union-attr]


def test_what_is_printed_is_kept_up_to_a_bound(capsys: pytest.CaptureFixture[str]) -> None:
    session = opened("import sys\ndef f(x):\n    print('out')\n    print('err', file=sys.stderr)\n")
    session.run([call()])
    assert session.output == "out\nerr\n"
    session = opened("def f(x):\n    print('x' * 1000000)\n")
    session.run([call(), call()])
    assert session.output == "x" * MOST_PRINTED
    assert capsys.readouterr() == ("", "")


def test_who_interrupts_means_all_of_it() -> None:
    with pytest.raises(KeyboardInterrupt):
        outcome("def f(x): raise KeyboardInterrupt")
    assert isinstance(outcome("def f(x): raise SystemExit"), Raised)


def staff(text: str) -> Any:
    work = Submission("r", "r", "reference.py", (SourceFile("reference.py", text.encode()),), "ab" * 32)
    return InProcessRunner(Live(LIVE, {}, contextlib.nullcontext, naming)).open(work, WANTED, Limits(), None)


def test_staffs_files_have_modules_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    before = set(sys.modules)
    own = "from dataclasses import dataclass\n@dataclass\nclass C:\n    x: 'int' = 1\nprint(1)\n"
    text = f"{own}def f(x): return x + C().x\n"
    (found,) = staff(text).run([call()])
    assert plain(found)["y"][2] == "array([2., 3.])"
    assert not [name for name in set(sys.modules) - before if name.startswith("grader_")]
    assert capsys.readouterr().out == ""


def test_a_file_of_staffs_that_cannot_run_says_why() -> None:
    loaded = staff("import no_such_module\ndef f(x): return x\n").loaded
    assert loaded.functions == {}
    assert loaded.fatal.fields["message"] == "No module named 'no_such_module'"


def test_it_is_a_runner() -> None:
    runner: Runner = InProcessRunner(Live(LIVE, {}, contextlib.nullcontext, naming))
    assert runner.isolation() == NOT_ISOLATED
    assert runner.beside().isolation() == NOT_ISOLATED
