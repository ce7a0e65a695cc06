"""Progress of `grade`: a bar on a terminal, a line now and then elsewhere, never a word on stdout."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.reports.progress import RECENT, Pace, progress


def after(pace: Pace, *done: tuple[str, float]) -> Pace:
    for kind, now in done:
        pace = pace.after(kind, now)
    return pace


def test_nothing_is_known_before_the_first() -> None:
    pace = Pace(3, 0, began=100.0)
    assert (pace.done, pace.per_second, pace.seconds_left, pace.words()) == (0, None, None, "")
    assert Pace(3, 2, began=100.0).words() == "2 kept from before"


def test_those_kept_are_done_and_not_in_the_pace() -> None:
    pace = after(Pace(100, 40, began=0.0), ("full", 2.0), ("partial", 4.0))
    assert (pace.done, pace.per_second, pace.seconds_left) == (42, 0.5, 116.0)
    assert pace.words() == "30 a minute, 2 min left; 1 all points, 1 some points; 40 kept from before"


def test_counts_stand_in_the_same_order_whatever_came_first() -> None:
    pace = after(Pace(9, 0, 0.0), ("ungraded", 0.1), ("none", 0.2), ("none", 0.3), ("full", 0.4), ("new", 0.5))
    assert pace.words() == "10 a second, 1 s left; 1 all points, 2 no points, 1 ungraded, 1 new"


@pytest.mark.parametrize("now", [5.0, 4.0])
def test_a_clock_that_stands_still_or_goes_back_is_no_pace(now: float) -> None:
    pace = Pace(9, 0, began=5.0).after("full", now)
    assert (pace.per_second, pace.seconds_left, pace.words()) == (None, None, "1 all points")


def test_a_clock_that_jumped_is_forgotten() -> None:
    times = [1.0, 2.0, *(10_000.0 + number for number in range(RECENT + 1))]
    assert after(Pace(999, 0, 0.0), *(("full", now) for now in times)).per_second == 1.0


def test_at_the_end_nothing_is_left_even_of_more_than_were_expected() -> None:
    assert after(Pace(1, 0, 0.0), ("full", 1.0), ("full", 2.0)).words() == "60 a minute; 2 all points"


@pytest.mark.parametrize(
    ("total", "words"), [(81, "80 s left"), (241, "4 min left"), (7201, "2 h 0 min left"), (9001, "2 h 30 min left")]
)
def test_the_time_that_is_left_in_words(total: int, words: str) -> None:
    assert f", {words};" in Pace(total, 0, 0.0).after("full", 1.0).words()


def test_a_terminal_gets_a_bar_with_counts() -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=120)
    with progress(5, 3, console) as advance:
        advance("full")
        advance("none")
    assert "grading" in shown.getvalue()
    assert "5/5" in shown.getvalue()
    assert "1 all points, 1 no points; 3 kept from before" in shown.getvalue()


def test_a_file_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 6.0, 7.0, 12.0])
    monkeypatch.setattr("time.monotonic", lambda: next(times))
    shown = io.StringIO()
    with progress(8, 0, Console(file=shown, width=20)) as advance:
        for kind in ("full", "partial", "none", "ungraded"):
            advance(kind)
    assert shown.getvalue() == (
        "grader: 2 of 8: 20 a minute, 18 s left; 1 all points, 1 some points\n"
        "grader: 4 of 8: 20 a minute, 12 s left; 1 all points, 1 some points, 1 no points, 1 ungraded\n"
    )
