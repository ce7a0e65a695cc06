"""Mutants share workers and return what each returns alone; what hangs or cannot be loaded costs only itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from grader import lineup as module
from grader.assignments import load_assignment
from grader.auto_mutants import changes
from grader.diagnosis import Happened, agree
from grader.exam import limits_of, prepare, wanted_of
from grader.lineup import Lineup
from grader.model import Stopped, Submission
from grader.runner import LocalRunner, Session

SPEC = load_assignment("self_attention", None)


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    with LocalRunner() as made:
        yield made


@pytest.fixture
def lineup(runner: LocalRunner) -> Lineup:
    """A new one, that has run nothing."""
    made = prepare(SPEC, None, "all", runner).lineup
    assert made is not None
    return made


def same(one: Happened, other: Happened) -> bool:
    return all(
        agree(outcome, other[place][name]) is not False for place, runs in one.items() for name, outcome in runs.items()
    )


def test_they_return_together_what_they_return_alone(lineup: Lineup, runner: LocalRunner) -> None:
    sources = [change.source for change in changes(lineup.source)][:12]
    together = lineup.many(sources, runner)
    assert not all(same(happened or {}, lineup.right(runner)) for happened in together)
    for source, happened in zip(sources, together, strict=True):
        alone = prepare(SPEC, None, "all", runner).lineup
        assert alone is not None
        assert happened is not None
        (other,) = alone.many([source], runner)
        assert other is not None
        assert same(happened, other)


def test_what_cannot_be_loaded_is_none_and_costs_the_others_nothing(lineup: Lineup, runner: LocalRunner) -> None:
    broken = lineup.source.replace("def self_attention", "def self_attention(")
    without = lineup.source.replace("def compute_qkv", "def something_else")
    assert lineup.many([broken, lineup.source, without], runner)[::2] == [None, None]
    (again,) = lineup.many([lineup.source], runner)
    assert again is not None
    assert same(again, lineup.right(runner))


def test_one_that_hangs_is_stopped_and_the_next_are_run(runner: LocalRunner) -> None:
    exam = prepare(SPEC, None, "all", runner)
    limits = replace(limits_of(SPEC.assignment), case=0.2, submission=1.0)
    cases = [case for case in exam.cases if case.group == "square"]
    assert exam.lineup is not None
    reference = exam.lineup._reference
    lineup = Lineup(SPEC.assignment, cases, reference, wanted_of(SPEC.assignment), limits)
    endless = lineup.source.replace("    return weights @ V", "    while True: pass")
    stopped, right = lineup.many([endless, lineup.source], runner)
    assert stopped is not None
    assert right is not None
    assert all(isinstance(outcome, Stopped) for runs in stopped.values() for outcome in runs.values())
    assert same(right, lineup.right(runner))


def test_fewer_share_a_worker_where_they_return_much(
    lineup: Lineup, runner: LocalRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Submission] = []
    real = LocalRunner.open

    def open_(self: LocalRunner, submission: Submission, *rest: Any) -> Session:
        opened.append(submission)
        return real(self, submission, *rest)

    monkeypatch.setattr(LocalRunner, "open", open_)
    monkeypatch.setattr(module, "MOST_RETURNED", 1)
    lineup.many([change.source for change in changes(lineup.source)][:3], runner)
    assert len(opened) == 1 + 3  # the reference, and each alone
    lineup.many([lineup.source, lineup.source], runner)
    assert len(opened) == 1 + 3 + 1


def test_pairs_are_run_once_for_each_run_that_is_asked_for(
    lineup: Lineup, runner: LocalRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = next(place for place in lineup.right(runner) if place[0] == "square.1")
    first = lineup.pairs(place, "", runner)
    monkeypatch.setattr(LocalRunner, "open", None)
    assert lineup.pairs(place, "", runner) is first
    mistakes = [{known.id for known, _ in made} for made, _ in first]
    assert all(len(ids) == 2 for ids in mistakes)
    assert {"no_scale", "softmax_over_queries"} in mistakes
