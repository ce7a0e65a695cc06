import io

import pytest
from reports import samples
from rich.console import Console

from grader.model import Result
from grader.reports.terminal import show_class

CLASS = [samples.partial(), samples.result(), samples.unreadable(), samples.ungraded(), samples.hidden()]


def shown(results: list[Result], width: int = 80, encoding: str = "utf-8") -> list[str]:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    show_class(results, Console(file=file, width=width))
    file.flush()
    return [line.rstrip() for line in raw.getvalue().decode(encoding).split("\n")]


def test_a_class_by_value() -> None:
    assert shown(CLASS) == [
        "       2  ██████████  a_right",
        "    2.67  ██░░░░░░░░  b_some    the scores are not scaled",
        "       0  ░░░░░░░░░░  c_locked  c_locked.py, line 3: Python cannot read this: '…",
        "ungraded              d_lost    the grader failed twice: the zygote was lost",
        "       1  █████░░░░░  e_hidden  ValueError: SECRET",
        "",
        "4 graded: mean 1.42, median 1.5 of 10.5 points; 1 with all; 1 UNGRADED",
        "",
    ]


def test_a_narrow_terminal_has_no_bars() -> None:
    assert shown(CLASS, width=40)[:3] == [
        "       2  a_right",
        "    2.67  b_some    the scores are not …",
        "       0  c_locked  c_locked.py, line 3…",
    ]


def test_without_faults() -> None:
    assert shown([samples.result()])[-2] == "all 1 graded: mean 2, median 2 of 2 points; 1 with all"


def test_only_faults_have_no_mean() -> None:
    assert shown([samples.ungraded()])[-2] == "0 graded; 1 UNGRADED"


def test_nothing_at_all() -> None:
    assert shown([]) == ["no submissions were graded", ""]


@pytest.mark.parametrize("width", [1, 8, 20, 60, 200])
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_a_line_each_whatever_they_are_called(width: int, encoding: str) -> None:
    results = [samples.hostile(), samples.hostile("李" * 300), samples.hostile("a\nb"), samples.result("x" * 300)]
    lines = shown(results, width, encoding)
    assert lines[4] == ""
    assert len(lines) >= 6
    assert width == 1 or all(lines[:4])
    assert not any("\x1b" in line or "\u202e" in line for line in lines)
    assert encoding != "ascii" or max(map(len, lines)) <= width
