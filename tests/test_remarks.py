"""What the worker remarks on values: numpy's warnings by run, and why a function returned nothing."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.remarks import MOST, Warned, of_nothing, remarked

EXP = "overflow encountered in exp"


@pytest.fixture
def warned() -> Iterator[Warned]:
    with warnings.catch_warnings():
        warnings.resetwarnings()
        made = Warned()
        made.listen()
        yield made


def code(source: str, **names: Any) -> Any:
    """A function `f` of a student's file."""
    space = {"np": np, **names}
    exec(compile(source, "mine.py", "exec"), space)
    return space["f"]


OVERFLOWING = "def f(x):\n    y = np.exp(x)\n    return y / y\n"
LARGE = np.full(2, 1000.0)


def test_each_run_has_its_warnings_and_each_place_is_printed_once(
    warned: Warned, capsys: pytest.CaptureFixture[str]
) -> None:
    f = code(OVERFLOWING)
    for _ in range(2):
        warned.next_run()
        assert warned.remark() == ""
        f(LARGE)
        f(LARGE)
        assert warned.remark() == f"{EXP}: mine.py, line 2; invalid value encountered in divide: mine.py, line 3"
    warned.next_run()
    f(np.ones(2))
    assert warned.remark() == ""
    assert capsys.readouterr().err == (
        f"mine.py:2: RuntimeWarning: {EXP}\nmine.py:3: RuntimeWarning: invalid value encountered in divide\n"
    )


def test_other_warnings_are_only_printed(warned: Warned, capsys: pytest.CaptureFixture[str]) -> None:
    warned.next_run()
    code("import warnings\ndef f(): warnings.warn('mine', UserWarning)\n")()
    assert warned.remark() == ""
    assert capsys.readouterr().err == "mine.py:2: UserWarning: mine\n"


@pytest.mark.parametrize("quiet", ["np.seterr(all='ignore')", "warnings.simplefilter('ignore')"])
def test_who_silences_numpy_is_left_in_peace(warned: Warned, quiet: str, capsys: pytest.CaptureFixture[str]) -> None:
    with np.errstate():
        f = code(f"import warnings\ndef f(x):\n    {quiet}\n    return np.exp(x)\n")
        warned.next_run()
        f(LARGE)
    assert (warned.remark(), capsys.readouterr().err) == ("", "")


def test_not_more_than_a_few_are_kept(warned: Warned) -> None:
    f = code("def f(x):\n" + "    np.exp(x)\n" * 20)
    warned.next_run()
    f(LARGE)
    assert warned.remark().count(EXP) == MOST


def test_remarks_stand_in_brackets() -> None:
    assert remarked("ndarray", "") == "ndarray"
    assert remarked("NoneType", "prints") == "NoneType (prints)"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("def f(x): pass", "empty"),
        ("def f(x): ...", "empty"),
        ("def f(x):\n    '''To do.'''", "empty"),
        ("def f(x):\n    '''To do.'''\n    pass", "empty"),
        ("def f(x, *, y=1):\n    # YOUR CODE HERE\n    return None", "empty"),
        ("def f(x):\n    y = x", ""),
        ("def f(x):\n    x.sort()", ""),
        ("def f(x):\n    if x is None: return 3", ""),
        ("def f(x):\n    print(x)", "prints"),
        ("def f(x):\n    y = x + 1\n    print('result', y)", "prints"),
        ("f = [].append", ""),
        ("class C:\n    def __getattribute__(self, name): raise SystemExit\nf = C()", ""),
    ],
)
def test_why_nothing_came_back(source: str, why: str) -> None:
    assert of_nothing(code(source)) == why


def test_what_wraps_a_function_tells_nothing_of_it() -> None:
    assert of_nothing(functools.partial(print, 1)) == ""
