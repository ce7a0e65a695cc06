"""The worker's answers, request by request, in this process; whatever student code does in between."""

from __future__ import annotations

import builtins
import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from loading import message, request

from grader import calls, replies, wire, worker
from grader.model import Loaded, Name, Outcome, Raised, Returned, Run, Step, Stopped
from grader.worker import PROGRESS, Session


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """What loading a submission changes in this process, as it was."""
    modules, path = dict(sys.modules), list(sys.meta_path)
    yield
    sys.modules.clear()
    sys.modules.update(modules)
    sys.meta_path[:] = path
    if hasattr(builtins, "get_ipython"):
        del builtins.get_ipython


def opened(*sources: str, **fields: Any) -> tuple[Session, Loaded]:
    """A session that has loaded them, and its answer as the judge reads it."""
    session = Session(bytearray(PROGRESS.size))
    loaded = replies.loaded(message(session.load(request(*sources, **fields))))
    assert isinstance(loaded, Loaded), loaded
    return session, loaded


def call(*targets: str, observe: tuple[str, ...] = (), **inputs: Any) -> Run:
    given = inputs or {"x": np.array([1.0, 2.0])}
    step = Step("f", tuple(map(Name, given)), targets or ("y",), "y = f(x)")
    return Run((step,), given, observe or targets or ("y",))


def run(source: str, asked: Run | None = None) -> Outcome:
    """What a run of a submission comes to."""
    session, _ = opened(source)
    asked = asked or call()
    return replies.outcome(message(session.run(message(replies.run_request(asked)))), asked, 0.0)


# --- loading -----------------------------------------------------------------------------------------


def test_what_a_load_answers() -> None:
    session, loaded = opened("1 / 0\ndef g(a, b=1): pass\ndef other(x): pass\nclass C:\n    def m(self): pass\n")
    assert session is not None
    found = loaded.functions["f"]
    assert (found.name, found.parameters, found.required, found.maximum, found.where) == (
        "g",
        ("a", "b"),
        1,
        2,
        "file0.py:2",
    )
    assert loaded.others == ("other(x)", "C.m(self)")
    assert [note.kind for note in loaded.notes] == ["statement_raised"]
    assert (loaded.main, loaded.fatal, len(loaded.candidates)) == ("file0.py", None, 1)


ODD_CALLABLE = """class A:
    def __call__(self): pass
    @property
    def __code__(self): raise SystemExit
"""


DECORATOR = """import functools
def timed(f):
    def inner(): return f()
    return inner
def wrapping(f):
    return functools.wraps(f)(timed(f))
"""


def test_where_a_function_is() -> None:
    for source, where in (
        ("\n\ndef f(): pass", "file0.py:3"),
        ("class A:\n    def __call__(self): pass\nf = A()", "file0.py:3"),
        ("import functools\nf = functools.partial(print)", "file0.py:2"),
        ("f = len", "file0.py:1"),
        ("from math import exp as f", "file0.py"),
        (f"{ODD_CALLABLE}f = A()", "file0.py:5"),
        (f"{DECORATOR}@timed\ndef f(): pass", "file0.py:8"),
        (f"{DECORATOR}@wrapping\ndef f(): pass", "file0.py:8"),
        ("def a(): pass\nf = a", "file0.py:1"),
        ("exec('def a(): pass')\nf = a", "file0.py:2"),
        ("\nf = eval('lambda: 0')", "file0.py:2"),
    ):
        assert opened(source)[1].functions["f"].where == where


@pytest.mark.parametrize(("source", "kind"), [("", "empty"), ("def f(:", "syntax_error"), ("x\0", "nul")])
def test_what_cannot_be_read_is_said(source: str, kind: str) -> None:
    _, loaded = opened(source)
    assert loaded.fatal is not None
    assert loaded.fatal.kind == kind
    assert loaded.functions == {}


def test_the_main_file_and_the_cells_may_be_chosen() -> None:
    first, second = "def f(): return 1\n", "# %%\ndef f(): return 2\n# %%\ndef f(x): return 3\n"
    assert opened(first, second)[1].main == "file0.py"
    assert opened(first, second, main="file1.py")[1].main == "file1.py"
    session, loaded = opened(second, main="file0.py", cells=2)
    assert loaded.functions["f"].parameters == ()
    assert message(session.run(message(replies.run_request(call("y", x=1))))).fields["raised"] == "TypeError"


def test_progress_is_left_where_the_zygote_sees_it() -> None:
    progress = bytearray(PROGRESS.size)
    source = "import __main__\nx = 1\nseen = bytes(__main__.progress)\ndef f(): pass\n"
    sys.modules["__main__"].__dict__["progress"] = progress
    session = Session(progress)
    session.load(request(source))
    seen = sys.modules["file0"].__dict__["seen"]
    del sys.modules["__main__"].__dict__["progress"]
    assert PROGRESS.unpack(seen) == (3,)
    assert PROGRESS.unpack(progress) == (0,)


def test_the_harnesss_own_modules_are_forgotten_before_student_code_runs() -> None:
    session = Session(bytearray(PROGRESS.size), own=("fastjsonschema", "nbformat"))
    source = "import sys\nseen = {'nbformat', 'fastjsonschema'} & set(sys.modules)\n"
    import nbformat  # noqa: F401  # it is there before

    session.load(request(source))
    assert sys.modules["file0"].__dict__["seen"] == set()


@pytest.mark.parametrize(
    "source",
    [
        "".join(f"raise ValueError('\U0001f600' * 500, {n})\n" for n in range(100)),
        "".join(f"def function_{n}_{'é' * 100}({'ü' * 50}): pass\n" for n in range(300)) + "def f(): pass",
        "".join(f"# %%\ndef f({', '.join('ß' * 60 + str(m) for m in range(30))}): pass\n" for n in range(30)),
    ],
    ids=["notes", "others", "parameters"],
)
def test_an_answer_stays_within_the_caps_whatever_is_in_the_submission(source: str) -> None:
    name = "/".join(["é" * 120] * 7) + ".py"
    session = Session(bytearray(PROGRESS.size))
    files = {name: source, name.replace("é", "è"): "def f(): pass"}
    header, payload = session.load(request(named=files))
    assert len(header) + len(payload) < wire.Caps().header
    assert isinstance(replies.loaded(message((header, payload))), Loaded)


# --- running -----------------------------------------------------------------------------------------


def test_values_inputs_and_numbers() -> None:
    asked = call("y", observe=("y", "x"), x=np.array([1.0]), n=3, flag=True)
    outcome = run("def f(x, n, flag):\n    x += n\n    return type(n).__name__ == 'int' and flag is True\n", asked)
    assert isinstance(outcome, Returned)
    assert outcome.values["y"].array is not None
    assert outcome.values["y"].array.tolist() is True
    assert outcome.values["x"].array is not None
    assert outcome.values["x"].array.tolist() == [4.0]  # in place: seen


def test_every_run_has_inputs_of_its_own() -> None:
    session, _ = opened("def f(x):\n    x += 1\n    return x\n")
    asked = message(replies.run_request(call()))
    again = message(replies.run_request(call()))
    for each in (asked, again):
        outcome = message(session.run(each))
        assert outcome.arrays[0].tolist() == [2.0, 3.0]


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("(1, 2)", None),
        ("[1, 2]", None),
        ("np.ones((2, 3))", None),
        ("(1, 2, 3)", "tuple of 3"),
        ("np.ones(3)", "ndarray of 3"),
        ("np.array(3)", "ndarray"),
        ("None", "NoneType (empty)"),
        ("print(x)", "NoneType (prints)"),
        ("x.sort()", "NoneType"),
        ("{1: 2, 3: 4}", None),
        ("(i for i in range(2))", None),
        ("(i for i in range(3))", "generator of more than 2"),
        ("'ab'", "str"),
    ],
)
def test_several_values(returned: str, said: str | None) -> None:
    outcome = run(f"import numpy as np\ndef f(x): return {returned}\n", call("a", "b"))
    if said is None:
        assert isinstance(outcome, Returned)
        assert list(outcome.values) == ["a", "b"]
    else:
        assert isinstance(outcome, Raised)
        assert outcome.message == said


HOSTILE_RETURNS = [
    "class T(tuple):\n    def __len__(self): raise SystemExit\ndef f(x): return T((1, 2))",
    "class T(tuple):\n    def __iter__(self): raise SystemExit\ndef f(x): return T((1, 2))",
    "class T(list):\n    __len__ = lambda s: 2\n    __iter__ = lambda s: iter(int, 1)\ndef f(x): return T()",
    "class T:\n    @property\n    def __class__(self): raise SystemExit\ndef f(x): return T()",
]


@pytest.mark.parametrize("source", HOSTILE_RETURNS)
def test_hostile_sequences_are_the_students_exception(source: str) -> None:
    assert isinstance(run(source, call("a", "b")), Raised)


def test_an_error_shows_the_students_lines_only() -> None:
    source = "import numpy as np\ndef g(x):\n    return np.linalg.inv(x)\ndef f(x):\n    return g(x)\n"
    outcome = run(source, call("y", x=np.zeros((2, 2))))
    assert isinstance(outcome, Raised)
    assert [(frame.file, frame.line, frame.function) for frame in outcome.frames] == [
        ("file0.py", 5, "f"),
        ("file0.py", 3, "g"),
    ]


def test_deep_tracebacks_are_cut() -> None:
    outcome = run("def f(x): return f(x)\n")
    assert isinstance(outcome, Raised)
    assert (outcome.exception, len(outcome.frames)) == ("RecursionError", 5)


@pytest.mark.parametrize(
    ("attribute", "exception"),
    [
        ("def __str__(self): raise self", "E"),
        ("def __str__(self): return 3", "E"),
        ("def __repr__(self): raise SystemExit", "E"),
        ("@property\n    def __traceback__(self): raise SystemExit", "E"),
        ("@property\n    def __class__(self): raise SystemExit", "E"),
        ("@property\n    def __class__(self): return MemoryError", "E"),
        ("def __getattribute__(self, name): raise SystemExit", "E"),
    ],
)
def test_hostile_exceptions(attribute: str, exception: str) -> None:
    outcome = run(f"class E(BaseException):\n    {attribute}\ndef f(x): raise E('no')\n")
    assert isinstance(outcome, Raised)
    assert outcome.exception == exception


def test_memory_errors_are_told_apart_and_so_is_no_room_for_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run("class M(MemoryError): pass\ndef f(x): raise M('no')\n")
    assert isinstance(outcome, Raised)
    assert outcome.exception == "MemoryError"

    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(calls, "encode_values", full)
    outcome = run("def f(x): return x\n")
    assert isinstance(outcome, Raised)
    assert (outcome.exception, outcome.step) == ("MemoryError", "y = f(x)")


def test_a_function_that_is_not_there() -> None:
    session, _ = opened("x = 1")
    assert message(session.run(message(replies.run_request(call())))).fields["missing"] == "f"


def test_a_file_name_as_long_as_names_get_is_cut() -> None:
    session, loaded = opened(named={"d/" * 500 + "file.py": "def f(x): raise ValueError\n"})
    assert len(loaded.functions["f"].where) <= 120
    outcome = replies.outcome(message(session.run(message(replies.run_request(call())))), call(), 0.0)
    assert isinstance(outcome, Raised)
    assert len(outcome.frames[-1].file) <= 120


def test_no_answer_is_a_breach() -> None:
    for body in (wire.encode_body({}), wire.encode_body({"values": 3})):
        outcome = replies.outcome(message(body), call(), 0.0)
        assert isinstance(outcome, Stopped)
        assert outcome.reason == "protocol"


def test_requests_may_have_longer_headers_than_answers() -> None:
    names = {f"{'é' * 200}/{'è' * 200}{n}.py": "x = 1" for n in range(50)}
    sent = json.dumps([[name, 5] for name in names])
    assert wire.Caps().header < len(sent) < worker.REQUEST_CAPS.header
