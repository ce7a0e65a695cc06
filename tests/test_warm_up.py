"""The zygote's rehearsal of a worker's life: it gets through all of it, and leaves nothing that can be noticed."""

from __future__ import annotations

import builtins
import sys
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from grader import wire, worker
from grader.warm_up import LOADS, RUNS, warm_up


def interpreter() -> list[Any]:
    """What loading a submission changes in a worker."""
    shown = warnings.showwarning, sys.stdout, sys.stderr
    return [dict(sys.modules), list(sys.meta_path), dict(vars(builtins)), list(warnings.filters), *shown]


def test_nothing_is_left_that_could_be_noticed() -> None:
    before = interpreter()
    warm_up()
    assert interpreter() == before


def test_it_is_put_back_when_something_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        sys.meta_path.insert(0, sys.meta_path[0])
        raise ValueError("as if")

    monkeypatch.setattr(worker, "answer_all", fail)
    before = interpreter()
    with pytest.raises(ValueError, match="as if"):
        warm_up()
    assert interpreter() == before


def test_all_that_a_worker_does_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    really = worker.answer_all

    def listening(session: worker.Session, listen: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        really(session, listen, written.append)

    monkeypatch.setattr(worker, "answer_all", listening)
    warm_up()
    sizes = (wire.parse_prefix(data[: wire.PREFIX.size], wire.Caps()) for data in written)
    parts = [
        (data[wire.PREFIX.size :][:header], data[wire.PREFIX.size + header :])
        for data, (header, _, _) in zip(written, sizes, strict=True)
    ]
    answers = [wire.parse_body(header, payload, 1) for header, payload in parts]
    loaded, ran = answers[:LOADS], answers[LOADS:]
    assert [(each.fields["problems"], list(each.fields["functions"])) for each in loaded] == [
        ([], ["project", "attend"])
    ] * LOADS
    assert [[array.shape for array in each.arrays] for each in ran] == [[(2, 3)]] * RUNS
