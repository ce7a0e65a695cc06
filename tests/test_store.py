"""What is kept of a class: rows, corrections, and whether reports are up to date, whatever happens in between."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.errors import OutputError, UsageError
from grader.handin import HandIn, Override, Student, SubmissionInfo
from grader.store import About, Kept, Store, Stored

MADE = "2026-01-01T00:00:00+00:00"
ABOUT = About("a", "A", 10.0, "f", "s" * 64, 7, roster=(Student("Ann", "1"),), misconceptions=(("m", "t"),))


def kept(id_: str, **row: Any) -> Kept:
    """A graded submission."""
    info = SubmissionInfo(id_, id_.upper(), f"{id_}.py", "0" * 64, None, HandIn(Student(id_, due="2026-01-01"), 2))
    values: dict[str, Any] = {
        "fingerprint": "f:full",
        "status": "graded",
        "raw_score": 8.0,
        "penalty": 0.1,
        "score": 7.9,
    }
    rest: dict[str, Any] = {
        "points": 10.0,
        "reason": "why",
        "seconds": 0.3,
        "graded_at": "2026-01-01T00:00:00+00:00",
        "late": True,
    }
    return Kept(Stored(info, **(values | rest | row)), f"result {id_}".encode(), f"record {id_}".encode())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path, create=True) as made:
        yield made


def again(store: Store) -> Store:
    """The same, opened by whoever comes next; nothing was said to the file about an end."""
    store.close()
    return Store.open(store.path.parent)


# --- rows ----------------------------------------------------------------------------------------


def test_a_new_one_holds_nothing(store: Store) -> None:
    assert (store.about, store.ids(), list(store.rows()), store.overrides()) == (None, [], [], {})
    assert (store.state("a"), store.record("a"), store.result("a")) == (None,) * 3
    with pytest.raises(UsageError, match="the record of a is missing"):
        store.kept(kept("a").stored)


def test_what_was_put_is_there_when_it_is_opened_again(store: Store) -> None:
    store.describe(ABOUT)
    for id_ in ("b", "a"):
        store.put(kept(id_))
    with again(store) as found:
        assert found.about == ABOUT
        assert list(found.rows()) == [kept("a").stored, kept("b").stored]
        assert found.kept(kept("a").stored) == kept("a")
        assert found.state("a") == ("0" * 64, "f:full", "graded")


def test_a_submission_that_is_put_again_takes_its_own_place(store: Store) -> None:
    for score in (1.0, 2.0):
        store.put(kept("a", score=score))
    assert [row.score for row in store.rows()] == [2.0]


def test_of_many_all_are_kept_or_none(store: Store) -> None:
    store.put(kept("a"))

    def some() -> Iterator[Kept]:
        yield kept("b")
        raise UsageError("the next one cannot be read")

    with pytest.raises(UsageError):
        store.put_all(some())
    assert store.ids() == ["a"]
    store.put_all([kept("c"), kept("d")])
    assert store.ids() == ["a", "c", "d"]


def test_another_result_of_the_same_answers_leaves_them(store: Store) -> None:
    store.put(kept("a"))
    with store.transaction():
        store.put_result(kept("a", score=3.0).stored, b"new")
    assert (store.result("a"), store.record("a"), store.ids()) == (b"new", b"record a", ["a"])


def test_what_is_gone_is_left_out_and_comes_back(store: Store) -> None:
    for id_ in ("a", "b", "c"):
        store.put(kept(id_))
    store.only_present(["b", "unknown"])
    assert (store.ids(), [row.info.id for row in store.rows()]) == (["b"], ["b"])
    assert store.record("a") == b"record a"
    moved = replace(kept("a").stored.info, path="elsewhere/a.py")
    store.refresh(moved)
    assert list(store.rows()) == [replace(kept("a").stored, info=moved, late=False, unsettled=True), kept("b").stored]
    store.put(kept("c"))
    assert store.ids() == ["a", "b", "c"]


def test_points_are_adjusted_alone(store: Store) -> None:
    store.put(kept("a"))
    store.adjust(replace(kept("a").stored, score=1.0, penalty=6.9, reason="late", late=False, fingerprint="other"))
    (row,) = store.rows()
    assert row == replace(kept("a").stored, score=1.0, penalty=6.9, reason="late", late=False)


@pytest.mark.parametrize("late", [True, False])
def test_points_of_what_came_otherwise_are_unsettled_until_they_are_adjusted_whatever_ends_the_process(
    store: Store, late: bool
) -> None:
    store.put(kept("a", late=late))
    store.refresh(replace(kept("a").stored.info, submitted_at="2026-01-02T00:00:00+00:00"))
    with again(store) as found:
        (row,) = found.rows()
        assert row.unsettled
        found.put_all([found.kept(row)])  # as `merge` does
        assert list(found.rows()) == [row]
        found.adjust(replace(row, late=late, unsettled=False))
        assert [(each.late, each.unsettled) for each in found.rows()] == [(late, False)]


KILLED = """
import os, signal, sys
from pathlib import Path
from test_store import Store, kept
store = Store.open(Path(sys.argv[1]), create=True)
for id_ in ("a", "b"):
    store.put(kept(id_))
with store.transaction():
    store._put(kept("c"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_whoever_is_killed_has_kept_what_was_put(tmp_path: Path) -> None:
    paths = os.pathsep.join(map(str, (Path(__file__).parent, Path(__file__).parent.parent)))
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "results.db-wal").stat().st_size > 0  # nobody has put it into the database yet
    with Store.open(tmp_path) as found:
        assert list(found.rows()) == [kept("a").stored, kept("b").stored]


# --- corrections ---------------------------------------------------------------------------------


def test_corrections_survive_whatever_is_put_and_take_each_others_place(store: Store) -> None:
    store.put(kept("a"))
    store.override("a", Override(3.0, "first", "g.1", MADE))
    store.override("a", Override(4.0, "second", "g.1", MADE))
    store.override("a", Override(9.0, "all"))
    store.override("not graded yet", Override(0.0, "copied"))
    store.put(kept("a", score=0.0))
    store.only_present([])
    with again(store) as found:
        assert found.overrides() == {
            "a": (Override(9.0, "all"), Override(4.0, "second", "g.1", MADE)),
            "not graded yet": (Override(0.0, "copied"),),
        }
        assert [found.take_back("a", case) for case in (None, "g.1", "g.1", "g.2")] == [True, True, False, False]
        assert list(found.overrides()) == ["not graded yet"]


# --- reports -------------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[Store], object]] = {
    "put": lambda store: store.put(kept("a", score=1.0)),
    "put all": lambda store: store.put_all([kept("b")]),
    "describe": lambda store: store.describe(replace(ABOUT, seed=8)),
    "gone": lambda store: store.only_present([]),
    "moved": lambda store: store.refresh(replace(kept("a").stored.info, path="x")),
    "adjusted": lambda store: store.adjust(replace(kept("a").stored, score=0.0)),
    "corrected": lambda store: store.override("a", Override(1.0, "")),
    "taken back": lambda store: store.take_back("a", None),
    "asked for": lambda store: store.must_report(),
}
SAME: dict[str, Callable[[Store], object]] = {
    "described": lambda store: store.describe(ABOUT),
    "there": lambda store: store.only_present(["a"]),
    "not moved": lambda store: store.refresh(kept("a").stored.info),
    "not adjusted": lambda store: store.adjust(kept("a").stored),
    "read": lambda store: (store.about, list(store.rows()), store.overrides(), store.kept(kept("a").stored)),
}


@pytest.fixture
def reported(store: Store) -> Store:
    """One whose reports are written."""
    store.describe(ABOUT)
    store.put(kept("a"))
    store.override("a", Override(1.0, "why"))
    store.reported("key")
    return store


@pytest.mark.parametrize("what", CHANGES)
def test_reports_are_out_of_date_after_any_change_also_when_the_process_ends_before_they_are_made(
    reported: Store, what: str
) -> None:
    assert reported.is_reported("key")
    assert not reported.is_reported("another key")
    CHANGES[what](reported)
    assert not reported.is_reported("key")
    with again(reported) as found:
        assert not found.is_reported("key")
        found.reported("key")
        assert found.is_reported("key")
        CHANGES["put"](found)  # said anew after each time that they were written
        assert not found.is_reported("key")


@pytest.mark.parametrize("what", SAME)
def test_reports_are_up_to_date_where_nothing_changed(reported: Store, what: str) -> None:
    SAME[what](reported)
    with again(reported) as found:
        assert found.is_reported("key")


def test_reports_are_out_of_date_before_the_change_is_made(reported: Store) -> None:
    """So that nothing can come between the two."""
    reported._connection.execute("DROP TABLE results")
    with pytest.raises(UsageError, match=r"damaged \(no such table: results\)"):
        reported.put(kept("a"))
    with again(reported) as found:
        assert not found.is_reported("key")


def change_and_fail(store: Store) -> None:
    """A transaction that comes to nothing."""
    with store.transaction():
        store.override("a", Override(2.0, ""))
        raise UsageError("no")


def test_a_transaction_that_comes_to_nothing_leaves_reports_up_to_date_and_the_next_change_does_not(
    reported: Store,
) -> None:
    with pytest.raises(UsageError, match="no"):
        change_and_fail(reported)
    assert reported.is_reported("key")
    reported.override("a", Override(2.0, ""))
    assert not reported.is_reported("key")


# --- what cannot be read or written --------------------------------------------------------------


def test_what_was_put_before_the_disk_was_full_is_there(store: Store) -> None:
    store.put(kept("a"))
    store._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(OutputError, match="what was finished before is kept"):
        store.put(replace(kept("b"), record=bytes(1_000_000)))
    assert list(store.rows()) == [kept("a").stored]
    with again(store) as found:
        assert found.ids() == ["a"]
        found.put(kept("b"))


def test_a_row_that_cannot_be_read_is_said_to_be_damaged(store: Store) -> None:
    store.describe(ABOUT)
    store.put(kept("a"))
    store.close()
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE submissions SET info = x'00'")
        connection.execute("UPDATE about SET packed = x'00'")
    connection.close()
    with Store.open(store.path.parent) as found:
        with pytest.raises(UsageError, match="the database is damaged"):
            list(found.rows())
        with pytest.raises(UsageError, match="the database is damaged"):
            _ = found.about
        assert found.ids() == ["a"]
