"""One pass through a class: what is made, when, and that nothing is kept."""

from __future__ import annotations

import pickle
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest
from reports import samples

from grader import reports
from grader.class_results import ClassResults, Packed
from grader.errors import UsageError
from grader.model import Result
from grader.reports import feedback_page, jsonl, junit, parts
from grader.reports.files import replacing
from grader.reports.parts import Always, Job, Streamed


@dataclass
class Stored:
    """Results as a store has them, which counts how often each is unpacked."""

    data: dict[str, bytes]
    unpacked: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Result]:
        return (pickle.loads(data) for data in self.data.values())

    def ids(self) -> Iterator[str]:
        return iter(self.data)

    def packed(self) -> Iterator[Packed]:
        return (Packed(id_, data, partial(self._unpack, id_)) for id_, data in self.data.items())

    def _unpack(self, id_: str) -> Result:
        self.unpacked.append(id_)
        return pickle.loads(self.data[id_])  # type: ignore[no-any-return]


def stored(*results: Result) -> Stored:
    return Stored({result.submission.id: pickle.dumps(result) for result in results})


STREAMED = [each for each in reports.registry(ClassResults(())) if each.files != "gradebook.csv"]
CLASS = [samples.result("a_right"), samples.partial("b_some"), samples.ungraded("d_lost")]


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_result_is_unpacked_once_for_all_reports(tmp_path: Path) -> None:
    class_ = stored(*CLASS)
    assert parts.write(class_, tmp_path, STREAMED) == []
    assert class_.unpacked == ["a_right", "b_some", "d_lost"]
    assert len(written(tmp_path)) == 3 + 2 * 3


def test_files_of_what_has_not_changed_are_not_made_again(tmp_path: Path) -> None:
    feedback_page.write_each(stored(*CLASS), tmp_path)
    before = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    same = stored(*CLASS)
    feedback_page.write_each(same, tmp_path)
    assert same.unpacked == []
    assert {path.name: path.stat().st_ino for path in tmp_path.iterdir()} == before
    changed = stored(CLASS[0], replace(CLASS[1], score=1.0))
    (tmp_path / "a_right.html").unlink()
    feedback_page.write_each(changed, tmp_path)
    assert changed.unpacked == ["a_right", "b_some"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a_right.html", "b_some.html"]
    assert "<strong>1</strong>" in (tmp_path / "b_some.html").read_text(encoding="utf-8")


def test_another_grader_makes_them_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    junit.write_each(stored(*CLASS), tmp_path)
    monkeypatch.setattr(parts, "_made_by", lambda: b"another")
    again = stored(*CLASS)
    junit.write_each(again, tmp_path)
    assert len(again.unpacked) == 3


def test_what_no_store_has_is_always_made_again(tmp_path: Path) -> None:
    junit.write_each([samples.result()], tmp_path)
    (tmp_path / "a_right.xml").write_bytes(b"edited")
    junit.write_each([samples.result()], tmp_path)
    assert (tmp_path / "a_right.xml").read_bytes() == junit.suite_xml([samples.result()], combined=False)


def test_in_other_processes_the_reports_are_the_same(tmp_path: Path) -> None:
    many = [samples.partial(f"s{number:03}") for number in range(parts.BATCH * 3 + 1)]
    with ProcessPoolExecutor(1, get_context("forkserver")) as pool:
        parts.write(many, tmp_path / "other", STREAMED, pool.map)
    parts.write(many, tmp_path / "here", STREAMED)
    assert written(tmp_path / "other") == written(tmp_path / "here")


def test_batches_come_back_in_order_and_few_are_made_ahead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(parts, "BATCH", 2)
    monkeypatch.setattr(parts, "WINDOW", 2)
    made: list[str] = []
    taken: list[tuple[str, int]] = []

    def part(_result: Result, job: Job) -> str:
        made.append(job.name)
        return job.name

    class Eager:
        def __call__(self, function, items):  # type: ignore[no-untyped-def]
            return [function(item) for item in items]

    take = Always(lambda name: taken.append((name, len(made))))
    names = [f"s{number:02}" for number in range(11)]
    report = Streamed("", part, lambda _: _holding(take))
    assert parts.write([samples.result(name) for name in names], tmp_path, [report], Eager()) == []
    assert [name for name, _ in taken] == names
    assert [ahead for _, ahead in taken] == [8, 8, 8, 8, *[11] * 7]


@contextmanager
def _holding(joined: parts.Joined) -> Iterator[parts.Joined]:
    yield joined


def test_names_are_unique_where_ids_look_alike() -> None:
    taken: set[str] = set()
    assert [parts.unique(name, taken) for name in ("a", "a (2)", "a", "a")] == ["a", "a (2)", "a (3)", "a (4)"]


def test_a_disk_that_is_full_half_way_costs_that_report_alone(tmp_path: Path) -> None:
    def fails(part: object) -> None:
        raise OSError(28, "No space left on device")

    @contextmanager
    def full(folder: Path) -> Iterator[parts.Joined]:
        with replacing(folder / "full"):
            yield Always(fails)

    line = Streamed("results.jsonl", jsonl.part, lambda folder: jsonl.joined(folder / "results.jsonl"))
    (failure,) = parts.write(CLASS, tmp_path, [Streamed("full", jsonl.part, full), line])
    assert "full: the report could not be written (No space left on device)" in str(failure)
    assert list(written(tmp_path)) == ["results.jsonl"]
    with pytest.raises(UsageError, match="No space left"):
        parts.write_one(CLASS, tmp_path, Streamed("full", jsonl.part, full))


def test_a_bug_in_one_part_leaves_no_report_half_written(tmp_path: Path) -> None:
    jsonl.write(CLASS[:1], tmp_path / "results.jsonl")
    before = written(tmp_path)
    line = Streamed("results.jsonl", jsonl.part, lambda folder: jsonl.joined(folder / "results.jsonl"))
    bug = Streamed("bug", lambda *_: 1 // 0, lambda folder: junit.joined(folder / "junit.xml"))
    with pytest.raises(ZeroDivisionError):
        parts.write(CLASS, tmp_path, [line, bug])
    assert written(tmp_path) == before


class Generated:
    """A class that is nowhere in memory."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __iter__(self) -> Iterator[Result]:
        return (samples.result(f"s{number:05}", output="0.5 " * 5000 + str(number)) for number in range(self.size))


def test_memory_does_not_grow_with_the_class(tmp_path: Path) -> None:
    """A list of the results, or of their lines or suites, would take 10 MB."""
    reports.write_all(ClassResults(Generated(2)), tmp_path)  # what is loaded once
    streamed = [each for each in STREAMED if "<" not in each.files]
    tracemalloc.start()
    try:
        parts.write(Generated(500), tmp_path, streamed)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert min((tmp_path / name).stat().st_size for name in ("results.jsonl", "junit.xml")) > 10_000_000
    assert peak < 7_000_000
