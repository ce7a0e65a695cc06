"""Another spec on what workers answered: nothing is run, what changes is shown, what is agreed to is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from doubling import RIGHT, SCORES, Course, Seen, bytes_of, graded, graded_once, results, runner, scores, seen

from grader import records
from grader.recording import Record
from grader.rescoring import Change, Rescored, lines, rescore
from grader.store import Store

__all__ = ["graded", "graded_once", "runner", "seen"]  # fixtures

LATE = "points: 10\ndates: {due: 2020-01-01, zone: UTC, late: {per_day: 10%, most: 20%}}\n"


def agreed(answer: bool) -> Callable[[Rescored], bool]:
    return lambda found: answer


def rescored(course: Course, answer: bool = True) -> Rescored:
    return rescore(course.out, course.specs, "never", course.runner, agreed(answer))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("points: 8", "points: 6", {"bob.py": 4, "cy.py": 4}),
        ("points: 10\n", "points: 10\ntolerance: {rtol: 0.01}\n", {"bob.py": 10}),
        ("points: 10\n", LATE, {"ada.py": 8, "bob.py": 0, "cy.py": 0}),
        ("title: Doubling", "title: Twice", {}),
    ],
)
def test_points_tolerance_and_dates(graded: Course, seen: Seen, old: str, new: str, expected: dict[str, float]) -> None:
    graded.grade(counts_mtime=True)
    graded.respec((old, new), *[("points: 2,", "points: 4,")] * (new == "points: 6"))
    before = bytes_of(graded.out)
    shown = rescored(graded, answer=False)
    assert shown.changes == tuple(Change(id_, SCORES[id_], after) for id_, after in sorted(expected.items()))
    assert not shown.written
    assert {name: data for name, data in bytes_of(graded.out).items() if "db" not in name} == {
        name: data for name, data in before.items() if "db" not in name
    }
    assert rescored(graded).written
    assert scores(graded.out) == SCORES | expected
    assert rescored(graded, answer=False).changes == ()
    graded.grade()  # nothing is out of date
    assert (seen.judged, seen.opened) == ([], [])


def test_what_was_not_agreed_to_leaves_reports_up_to_date(graded: Course, capsys: Any) -> None:
    rescored(graded, answer=False)
    capsys.readouterr()
    graded.grade()
    assert "nothing has changed" in capsys.readouterr().err


def test_where_code_would_have_to_run_nothing_is_written(graded: Course, seen: Seen) -> None:
    graded.respec(("zeros: [2, 2]", "normal: [5]"))
    found = rescored(graded)
    assert (found.unrecorded, found.written) == (tuple(sorted(SCORES)), False)
    (told,) = lines(found)
    assert told.startswith("4 of 4 submissions have to be run for that (ada.py, bob.py, cy.py, dora.py): the spec asks")
    assert told.endswith("grade the folder again, which runs only what is new")
    assert (scores(graded.out), seen.opened) == (SCORES, [])


def test_what_is_not_recorded_keeps_its_score_and_the_others_are_rescored(graded: Course, seen: Seen) -> None:
    with Store.open(graded.out) as store:
        (row,) = (row for row in store.rows() if row.info.id == "bob.py")
        kept = store.kept(row)
        store.put(replace(kept, record=records.pack(replace(records.unpack(Record, kept.record), loadings={}))))
    graded.respec(("points: 8", "points: 6"), ("points: 2,", "points: 4,"))
    found = rescored(graded)
    assert (found.unrecorded, found.refused, found.written) == (("bob.py",), False, True)
    assert [one.id for one in found.changes] == ["cy.py"]
    assert "1 submission keeps its score: it has to be run (bob.py): grade the folder again" in lines(found)
    assert scores(graded.out) == SCORES | {"cy.py": 4}
    assert seen.opened == []
    graded.grade()
    assert (seen.judged[-1:], scores(graded.out)) == (["bob.py"], SCORES | {"bob.py": 4, "cy.py": 4})


def test_where_most_is_not_recorded_nothing_is_written() -> None:
    told = lines(Rescored(3, (), ("a", "b"), False, refused=True))
    assert told[0].startswith("2 of 3 submissions have to be run for that (a, b)")


def test_a_correction_survives(graded: Course) -> None:
    from datetime import UTC, datetime

    from grader.overriding import override

    override(graded.out, "cy", "rows.1", 1.0, "nearly", datetime.now(UTC))
    graded.respec(("points: 8", "points: 6"), ("points: 2,", "points: 4,"))
    assert [one.id for one in rescored(graded).changes] == ["bob.py", "cy.py"]
    assert scores(graded.out)["cy.py"] == 5


def test_what_has_no_score_stays_without(graded: Course) -> None:
    path = graded.folder / "eve.py"
    path.write_text(RIGHT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        from grader import judge
        from grader.errors import HarnessError

        def lost(*_: Any) -> Any:
            raise HarnessError("lost")

        patch.setattr(judge, "grade", lost)
        graded.grade()
    graded.respec(("points: 8", "points: 6"), ("points: 2,", "points: 4,"))
    assert rescored(graded).written
    assert results(graded.out)["eve.py"]["status"] == "ungraded"


def test_many_changes_are_counted() -> None:
    changes = tuple(Change(f"s{n:03}", None if n == 0 else 1 / 3, 10.0) for n in range(120))
    told = lines(Rescored(200, changes, (), False))
    assert told[:3] == ["120 of 200 scores change", "  s000: no score → 10", "  s001: 0.3333333333 → 10"]
    assert told[-1] == "  and 100 more"
    assert len(told) == 22


@pytest.mark.parametrize(
    ("late", "respecced", "told"),
    [
        (0, True, ["no score changes; --yes notes the new spec, so that nothing is graded again"]),
        (0, False, ["no score changes"]),
        (2, False, ["no score changes", "whether it is late changes for 2 of 9 submissions"]),
    ],
)
def test_what_is_written_where_no_score_changes(late: int, respecced: bool, told: list[str]) -> None:
    assert lines(Rescored(9, (), (), written=False, late=late, respecced=respecced)) == told


def test_a_spec_that_changed_and_dates_that_cost_nothing_are_noticed(graded: Course) -> None:
    assert not rescored(graded, answer=False).respecced
    graded.grade(counts_mtime=True)
    graded.respec(("points: 10\n", "points: 10\ndates: {due: 2020-01-01, zone: UTC}\n"))
    found = rescored(graded, answer=False)
    assert (found.changes, found.late, found.respecced) == ((), 4, True)


def test_results_that_are_not_there(tmp_path: Path, graded_once: Course) -> None:
    from grader.errors import UsageError

    with pytest.raises(UsageError, match="there are no results here"):
        rescore(tmp_path, graded_once.specs, "never", graded_once.runner, agreed(True))
