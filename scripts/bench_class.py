"""Whole classes through the command line, from Canvas's zip to the reports. See `bench`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from made_class import ASSIGNMENT, MadeClass, make  # noqa: E402

MB = 1_000_000


@dataclass(frozen=True)
class Ran:
    """A command that ran: seconds in all, and what it noted of itself."""

    whole: float
    notes: dict[str, float]
    began: float

    def seconds(self, what: str) -> float:
        """From the first to the last of something."""
        return self.notes.get(f"{what} to", 0.0) - self.notes.get(f"{what} from", 0.0)


@dataclass(frozen=True)
class Row:
    """One class, graded once. Times in seconds, sizes in bytes, `bare` and `pytest` in ms a submission just then."""

    size: int
    jobs: int
    pages: bool
    whole: float
    start: float
    """Until the first row was stored."""
    steady: float
    """From the first row to the last."""
    reports: float
    main: float
    slot: float
    database: float
    files: float
    bare: float
    pytest: float

    @property
    def each(self) -> float:
        """ms a submission, all told."""
        return self.whole / self.size * 1000

    @property
    def each_steady(self) -> float:
        """ms a submission, without start-up and reports."""
        return self.steady / max(1, self.size - 1) * 1000

    @property
    def on_a_core(self) -> float:
        """ms of one core a submission, without start-up, with reports: to be compared with a bare fork."""
        return (self.whole - self.start) / max(1, self.size - 1) * 1000 * self.jobs


@dataclass
class Classes:
    """All that is measured of classes."""

    rows: list[Row] = field(default_factory=list)
    facts: dict[str, float] = field(default_factory=dict)
    """Name, with its unit → value; of the largest class up to a thousand."""


class ClassBench:
    """Grades classes; `bare` and `pytest` are asked around each run for what they cost just then."""

    def __init__(self, folder: Path, bare: Callable[[], float], pytest: Callable[[], float]) -> None:
        self._folder, self._bare, self._pytest = folder, bare, pytest

    def measure(self, sizes: Sequence[int], cores: int, rounds: int) -> Classes:
        """All sizes; more of the largest up to a thousand."""
        found = Classes()
        central = max((size for size in sizes if size <= 1000), default=0)
        for size in sizes:
            made = make(self._new(f"class_{size}"), size)
            for _ in range(rounds if size <= 1000 else 1):
                if size == central and cores > 1:
                    found.rows.append(self._graded(made, 1, False))
                found.rows.append(self._graded(made, cores, False))
            found.rows.append(self._graded(made, cores, True))
            if size == central:
                found.facts |= self._afterwards(made, cores, found.rows[-1].whole)
        found.facts |= _scaling(found.rows, cores)
        return found

    def page(self) -> Path:
        """The page of the class that was last looked at more closely."""
        return self._folder / "kept" / "report.html"

    def _new(self, name: str) -> Path:
        path = self._folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def _graded(self, made: MadeClass, jobs: int, pages: bool) -> Row:
        out = self._new("out")
        before = self._bare(), self._pytest()
        ran = self._run(_grade(made, out, jobs), pages)
        after = self._bare(), self._pytest()
        database = (out / "results.db").stat().st_size
        return Row(
            size=made.submissions,
            jobs=jobs,
            pages=pages,
            whole=ran.whole,
            start=ran.notes["store from"] - ran.began,
            steady=ran.seconds("store"),
            reports=ran.seconds("reports"),
            main=ran.notes["main"],
            slot=ran.notes["slot"],
            database=database,
            files=sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) - database,
            bare=(before[0] + after[0]) / 2,
            pytest=(before[1] + after[1]) / 2,
        )

    def _afterwards(self, made: MadeClass, cores: int, first: float) -> dict[str, float]:
        """What is done with a class that is graded, all pages there; `first` are the seconds that it took."""
        kept = self._folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        (self._folder / "out").rename(kept)
        second = self._run(_grade(made, kept, cores), True).whole
        again = self._run(["report", str(kept)], True).whole
        filled = self._run(["report", str(kept), "--gradebook", str(made.gradebook)], True).whole
        page = self._run(["page", str(kept)], True)
        rescored = self._run(["rescore", str(kept), "--yes"], True)
        return {
            "second run of an unchanged class, s": second,
            "first / second": first / second,
            "report, s": again,
            "report --gradebook, s": filled,
            "report.html alone, s": page.seconds("reports"),
            "report.html, MB": self.page().stat().st_size / MB,
            "rescore, s": rescored.whole,
            "rescore, ms a submission": rescored.whole / made.submissions * 1000,
            "of it reports, ms a submission": rescored.seconds("reports") / made.submissions * 1000,
        }

    def _run(self, words: Sequence[str], pages: bool) -> Ran:
        notes = self._folder / "notes.json"
        command = [sys.executable, str(ROOT / "scripts" / "bench_child.py"), str(notes)]
        began = time.monotonic()
        done = subprocess.run(
            [*command, *([] if pages else ["--no-pages"]), *words], capture_output=True, text=True, check=False
        )
        whole = time.monotonic() - began
        if done.returncode:
            raise SystemExit(f"bench: {' '.join(words)} failed\n{done.stderr}")
        return Ran(whole, json.loads(notes.read_text()), began)


def _grade(made: MadeClass, out: Path, jobs: int) -> list[str]:
    words = ["grade", made.zip, "-a", ASSIGNMENT, "--roster", made.roster, "--out", out, "--jobs", jobs]
    return list(map(str, words))


def _scaling(rows: Sequence[Row], cores: int) -> dict[str, float]:
    """How many times as fast all cores are as one, by what is done between the first and the last row; and in all."""
    alone = [row for row in rows if row.jobs == 1]
    if cores == 1 or not alone:
        return {}
    all_cores = [row for row in rows if row.jobs == cores and row.size == alone[0].size and not row.pages]
    return {
        f"{cores} workers / 1, steady": sum(r.steady for r in alone) / sum(r.steady for r in all_cores),
        f"{cores} workers / 1, all told": sum(r.whole for r in alone) / sum(r.whole for r in all_cores),
    }


def table(found: Classes) -> str:
    """For people."""
    lines = [
        (
            f"{'class':>6} {'jobs':>4} {'pages':>5} {'start s':>8} {'ms each':>8} {'steady':>7} {'reports s':>9} "
            f"{'x bare/core':>11} {'pytest /':>8} {'main MB':>8} {'slot MB':>8} {'db KB':>6} {'files KB':>8}"
        )
    ]
    lines += [
        f"{row.size:6} {row.jobs:4} {'yes' if row.pages else 'no':>5} {row.start:8.2f} {row.each:8.2f} "
        f"{row.each_steady:7.2f} {row.reports:9.2f} {row.on_a_core / row.bare:11.2f} {row.pytest / row.each:8.1f} "
        f"{row.main / MB:8.1f} {row.slot / MB:8.1f} {row.database / row.size / 1000:6.2f} "
        f"{row.files / row.size / 1000:8.2f}"
        for row in found.rows
    ]
    return "\n".join([*lines, *(f"{name:36} {value:10.2f}" for name, value in found.facts.items())])


def plain(found: Classes) -> dict[str, Any]:
    """For a program."""
    return {"rows": [vars(row) | {"ms each": row.each} for row in found.rows], **found.facts}
