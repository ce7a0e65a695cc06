"""Progress of `grade`: a bar on a terminal, a line now and then elsewhere, never a word on stdout."""

from __future__ import annotations

import io

import pytest
from reports import samples
from rich.console import Console

from grader.reports.progress import progress


def test_a_terminal_gets_a_bar_with_counts() -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=100)
    with progress(2, console) as advance:
        advance(samples.result())
        advance(samples.result())
    assert "grading" in shown.getvalue()


def test_a_file_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 6.0, 7.0, 12.0])
    monkeypatch.setattr("time.monotonic", lambda: next(times))
    shown = io.StringIO()
    with progress(4, Console(file=shown, width=100)) as advance:
        for _ in range(4):
            advance(samples.result())
    assert shown.getvalue() == "grader: 2 of 4 graded, 0 a second\ngrader: 4 of 4 graded, 0 a second\n"
