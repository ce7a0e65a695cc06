import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest
from reports import samples
from rich.console import Console

from grader.class_results import ClassResults, Standing
from grader.handin import Student
from grader.model import Result, Verdict
from grader.reports.terminal import show_class

CLASS = [samples.result(), samples.partial(), samples.unreadable(), samples.ungraded(), samples.hidden()]


def shown(results: Iterable[Result], width: int = 80, encoding: str = "utf-8", **more: Any) -> list[str]:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    show_class(ClassResults(results, **more), Console(file=file, width=width))
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
    assert shown([samples.result()])[-2] == "1 graded: mean 2, median 2 of 2 points; 1 with all"


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


# --- a class of which nobody reads a line each ---------------------------------------------------


def many(count: int) -> Iterator[Result]:
    """Of each ten: four with all points, three that lost some by one mistake, two with none, one ungraded."""
    for number in range(count):
        id_, last = f"s{number:04}", number % 10
        wrong = samples.case("a.1", Verdict.FAILED, 0, 1, message=f"{number} of 20 entries differ")
        if last < 4:
            yield samples.result(id_, score=10.0, points=10.0)
        elif last < 7:
            yield samples.result(id_, score=float(last), points=10.0, cases=(wrong,))
        elif last < 9:
            yield samples.result(id_, score=0.0, points=10.0, cases=samples.unreadable().cases)
        else:
            yield samples.ungraded(id_)


LARGE = [
    "          10  █████░░░░░  800",
    "     8 to 10  ░░░░░░░░░░  0",
    "      6 to 8  ██░░░░░░░░  200",
    "      4 to 6  ███░░░░░░░  400",
    "      2 to 4  ░░░░░░░░░░  0",
    "      0 to 2  ░░░░░░░░░░  0",
    "           0  ███░░░░░░░  400",
    "",
    "what most lose points by:",
    "         600  4 of 20 entries differ",
    "         400  c_locked.py, line 3: Python cannot read this: '(' was never close…",
    "",
    "UNGRADED: s0009, s0019, s0029, s0039, s0049, s0059, s0069, s0079, s0089, s0099",
    "and 190 more",
    "a line for each submission: gradebook.csv",
    "",
    "1800 graded: mean 6.11, median 6 of 10 points; 800 with all; 200 UNGRADED",
]


def test_a_large_class_is_told_in_figures() -> None:
    assert shown(many(2000))[:-1] == LARGE


def test_a_large_class_is_gone_through_once() -> None:
    once = iter(many(200))
    assert shown(once)[-2].startswith("180 graded")


@pytest.mark.parametrize(("count", "first"), [(60, "      10  ██████████  s0000"), (61, "          10  ████")])
def test_sixty_are_shown_one_by_one(count: int, first: str) -> None:
    assert shown(many(count))[0].startswith(first)


@dataclass
class Unread:
    """Results of a store, which nobody is to unpack."""

    names: list[str] = field(default_factory=lambda: [f"s{number:04}" for number in range(100)])

    def __iter__(self) -> Iterator[Result]:
        raise AssertionError

    def ids(self) -> list[str]:
        return self.names

    packed = __iter__


def standing(name: str, submission: str | None, score: float | None) -> Standing:
    status: Literal["graded", "ungraded", "missing"] = (
        "missing" if submission is None else "ungraded" if score is None else "graded"
    )
    return Standing(Student(name), status, submission, score=score, reason="" if score == 10 else f"{name} lost 1")


def test_the_rows_of_students_are_enough_and_each_of_a_group_counts() -> None:
    rows = [standing(f"n{n}", f"s{n // 2:04}", None if n < 4 else 10.0 if n < 100 else 5.0) for n in range(200)]
    lines = shown(Unread(), standings=[*rows, standing("x", None, None)])
    assert lines[0] == "          10  █████░░░░░  96"
    assert "UNGRADED: s0000, s0001" in lines
    assert lines[-3:-1] == [
        "196 graded: mean 7.45, median 5 of 10 points; 96 with all; 4 UNGRADED",
        "1 student of the roster handed in nothing",
    ]


def test_an_interrupted_class_is_not_all_of_it() -> None:
    assert shown([samples.result()], outstanding=3)[-2] == "1 of 4 graded: mean 2, median 2 of 2 points; 1 with all"
    assert shown([samples.result("a"), samples.result("b")])[-2].startswith("all 2 graded")


def test_the_late_those_without_code_and_those_on_no_roster_are_told() -> None:
    late = replace(standing("Ada", "a", 2), is_late=True)
    empty = replace(standing("Bob", "b", 0), reason="b holds no .py or .ipynb file, only essay.pdf")
    stranger = replace(standing("eve_1", "eve_1", None), on_roster=False)
    results = [samples.result("a"), samples.result("b"), samples.ungraded("eve_1")]
    assert shown(results, standings=[late, empty, stranger], unknown=["eve_1"])[-4:-1] == [
        "all 2 graded: mean 1, median 1 of 10 points; 0 with all; 1 late",
        "1 submission holds no code",
        "handed in, but on no roster (1): eve_1; 1 of them UNGRADED",
    ]
