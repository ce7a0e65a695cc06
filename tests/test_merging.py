"""A class graded in parts, joined: the same as graded in one, and nothing is joined that does not belong together."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from doubling import RIGHT, SCORES, Course, graded_once, results, runner, scores

from grader import merging
from grader.errors import UsageError
from grader.overriding import override
from grader.store import Store
from grader.stored_results import whole_class

__all__ = ["graded_once", "runner"]  # fixtures

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def parts_once(graded_once: Course) -> list[Path]:
    folders = [graded_once.here / f"part_{n}" for n in (1, 2)]
    for n, folder in enumerate(folders, 1):
        graded_once.grade(out=folder, shard=(n, 2))
    return folders


@pytest.fixture
def parts(parts_once: list[Path], tmp_path: Path) -> list[Path]:
    return [Path(shutil.copytree(part, tmp_path / part.name)) for part in parts_once]


def merge(folders: list[Path], out: Path) -> tuple[str, ...]:
    return merging.merge(folders, out, "never").notes


def without_seconds(out: Path) -> list[dict[str, Any]]:
    def told(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {key: value for key, value in pairs if key != "seconds"}

    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, object_pairs_hook=told) for line in lines]


def test_parts_joined_are_the_whole(graded_once: Course, parts: list[Path], tmp_path: Path) -> None:
    assert merge(parts, tmp_path / "all") == ()
    assert without_seconds(tmp_path / "all") == without_seconds(graded_once.out)
    assert (tmp_path / "all" / "gradebook.csv").read_bytes() == (graded_once.out / "gradebook.csv").read_bytes()
    assert merge(parts[::-1], tmp_path / "all") == ()  # again, the other way round
    assert without_seconds(tmp_path / "all") == without_seconds(graded_once.out)


def test_what_was_joined_is_graded_on_like_any_class(
    graded_once: Course, parts: list[Path], tmp_path: Path, capsys: Any
) -> None:
    merge(parts, tmp_path / "all")
    graded_once.grade(out=tmp_path / "all")
    assert "4 of them are graded already" in capsys.readouterr().err


def test_a_missing_part_is_told(parts: list[Path], tmp_path: Path) -> None:
    said = "the class is not complete: 2/2 is not among the folders"
    assert merge(parts[:1], tmp_path / "all") == (said,)
    for folder, why in ((tmp_path / "all", said), (parts[0], "only part 1/2 of the class")):
        with Store.open(folder) as store:
            assert whole_class(store).is_partial == why
    assert merge([tmp_path / "all", parts[1]], tmp_path / "whole") == ()
    with Store.open(tmp_path / "whole") as store:
        assert whole_class(store).is_partial == ""


def test_parts_of_another_cut_are_told(graded_once: Course, parts: list[Path], tmp_path: Path) -> None:
    graded_once.grade(out=tmp_path / "third", shard=(1, 3))
    (note,) = merge([parts[1], tmp_path / "third"], tmp_path / "all")
    assert "cut in different ways (2/2, 1/3)" in note


def test_the_later_correction_counts_and_survives(parts: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "all"
    merge(parts, out)
    first, second = (next(part for part in parts if name in scores(part)) for name in ("ada.py", "cy.py"))
    override(out, "ada", None, 5, "in the joined results", NOW)
    override(first, "ada", None, 6, "in a part, before", NOW - timedelta(hours=1))
    override(second, "cy", None, 7, "in a part", NOW)
    merge(parts, out)
    assert scores(out) == SCORES | {"ada.py": 5, "cy.py": 7}
    with Store.open(out) as store:
        assert {row.info.id: row.score for row in store.rows()} == scores(out)
    override(first, "ada", None, 8, "in a part, later", NOW + timedelta(hours=1))
    merge(parts, out)
    assert scores(out)["ada.py"] == 8


def test_what_is_gone_from_the_parts_is_gone(graded_once: Course, parts: list[Path], tmp_path: Path) -> None:
    merge(parts, tmp_path / "all")
    merge(parts[:1], tmp_path / "all")
    assert list(results(tmp_path / "all")) == list(results(parts[0]))


def test_of_a_submission_in_two_parts_the_score_counts(parts: list[Path], tmp_path: Path) -> None:
    both = Path(shutil.copytree(parts[1], tmp_path / "both"))
    with Store.open(both) as store:
        for row in list(store.rows()):
            kept = store.kept(row)
            assert kept is not None
            store.put(replace(kept, stored=replace(row, status="ungraded")))
    merge([*parts, both], tmp_path / "all")
    with Store.open(tmp_path / "all") as store:
        assert {row.status for row in store.rows()} == {"graded"}


def test_what_does_not_belong_together(graded_once: Course, parts: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "all"
    with pytest.raises(UsageError, match="a folder is named twice"):
        merge([parts[0], parts[0]], out)
    with pytest.raises(UsageError, match="a folder is named twice"):
        merge(parts, parts[0])
    with pytest.raises(UsageError, match="there are no results here"):
        merge([parts[0], graded_once.folder], out)
    graded_once.grade(out=tmp_path / "seed", seed=8, shard=(2, 2))
    with pytest.raises(UsageError, match="was graded with another spec, reference, seed or version than"):
        merge([parts[0], tmp_path / "seed"], out)
    assert not out.exists()


def test_parts_that_came_in_different_ways_are_joined_with_a_note(parts: list[Path], tmp_path: Path) -> None:
    with Store.open(parts[1]) as store:
        about = store.about
        assert about is not None
        store.describe(replace(about, layout="moodle"))
    (told,) = merge(parts, tmp_path / "all")
    assert told == "the parts came in different layouts (plain, moodle): feedback is packed for the first, plain"


def test_part_of_a_class_is_not_joined_into(graded_once: Course, parts: list[Path]) -> None:
    with pytest.raises(UsageError, match="holds part 2/2 of a class"):
        merge(parts[:1], parts[1])


def test_other_dates_and_other_files(graded_once: Course, parts: list[Path], tmp_path: Path) -> None:
    here = tmp_path / "course"
    shutil.copytree(graded_once.here, here)
    other = Course(here, graded_once.runner)
    other.hand_in("ada.py", RIGHT + "\n")
    other.grade(out=tmp_path / "changed")
    with pytest.raises(UsageError, match=r"different files in two of the folders: ada\.py \(.*; leave one of them out"):
        merge([*parts, tmp_path / "changed"], tmp_path / "all")
    other.respec(("points: 10\n", "points: 10\ndates: {due: 2020-01-01, zone: UTC, late: zero}\n"))
    other.grade(out=tmp_path / "changed")
    with pytest.raises(UsageError, match=r"other dates or another late policy|another spec"):
        merge([*parts, tmp_path / "changed"], tmp_path / "all")
    assert not (tmp_path / "all").exists()
