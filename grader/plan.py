"""What `grade` is asked for, what of it is there and to be done, and how that is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader import engines
from grader.assignments import Gradable
from grader.console import say, unbounded
from grader.exam import Exam
from grader.handin import SubmissionInfo
from grader.intake import Entry
from grader.layouts import Found

SAME = 3
"""Files of one minute: fewer may be chance."""
BANNER = "isolation is `process`: submissions run with your rights and can reach your files and the network"


@dataclass(frozen=True)
class Order:
    """What is to be graded, and how."""

    folder: Path
    assignment: str | None = None
    out: Path | None = None
    specs: Path | None = None
    seed: int | None = None
    jobs: int | None = None
    engine: str = field(default_factory=engines.default)
    require: str | None = None
    unsafe: bool = False
    examples: bool = False
    layout: str | None = None
    pattern: str | None = None
    roster: Path | None = None
    attempts: str | None = None
    """None: as in the run before, at first "latest"."""
    only: tuple[str, ...] = ()
    shard: tuple[int, int] | None = None
    """Part i of n, from 1."""
    counts_mtime: bool | None = None
    """None: as in the run before, at first no."""
    color: str = "auto"

    @property
    def part(self) -> str:
        """The shard as it is written; empty: a whole class."""
        return "{}/{}".format(*self.shard) if self.shard else ""


@dataclass(frozen=True)
class Plan:
    """What is there, and what of it has to be graded."""

    found: Found
    entries: Sequence[Entry]
    """Of this shard, without what holds results."""
    todo: Sequence[Entry]
    is_partial: bool
    """Only some were asked for."""
    results: frozenset[str]
    """Ids of folders that hold results of an earlier run."""

    @property
    def kept(self) -> int:
        """How many are graded already."""
        return 0 if self.is_partial else len(self.entries) - len(self.todo)


# --- what is said --------------------------------------------------------------------------------


def announce(plan: Plan, spec: Gradable, order: Order) -> None:
    """How many submissions there are, and what is left out of them."""
    layout = plan.found.layout if plan.found.layout not in ("", "plain") else ""
    there, all_ = len(plan.entries), len(plan.found.entries) - len(plan.results)
    count = f"{there} of {all_} submissions" if order.shard else f"{there} submission{'s' if there != 1 else ''}"
    how = ", ".join(filter(None, (layout, f"part {order.part}" if order.shard else "")))
    only = f"; grading {_listed(entry.id for entry in plan.todo)} again" if plan.is_partial else ""
    kept = f"; {plan.kept} of them are graded already" if plan.kept else ""
    say(f"{spec.assignment.title}: {count}{f' ({how})' if how else ''}{only}{kept}", order.color)
    if plan.results:
        say(f"left out, results of an earlier run: {_listed(sorted(plan.results))}", order.color)
    if plan.found.others:
        say(f"left out, neither .py nor .ipynb nor a folder: {_listed(plan.found.others)}", order.color)


def say_how(prepared: Exam, order: Order) -> None:
    """What is graded of the assignment, and how strongly submissions are isolated."""
    if prepared.scope == "public":
        say("a kit: only the public cases are graded, the hidden ones are not in it", order.color)
    tier = prepared.isolation.tier
    say(BANNER + unbounded(prepared.isolation) if tier == "process" else f"isolation: {tier}", order.color)


def settled_in_words(before: Mapping[str, float | None], after: Mapping[str, float | None]) -> Iterator[str]:
    """What became of scores that were not graded anew; nothing where all are as before."""
    changed = [f"{id_}: {_score(old)} → {_score(after[id_])}" for id_, old in before.items() if old != after[id_]]
    if changed:
        count = "1 score" if len(changed) == 1 else f"{len(changed)} scores"
        yield f"{count} changed because of dates, roster or --submitted-at: {_listed(changed)}"


def regraded_in_words(
    id_: str, before: Mapping[str, float | None], after: Mapping[str, float | None], of: float
) -> str:
    """What a submission came to that was graded once more."""
    score, known = after.get(id_), id_ in before
    now = f"{_score(score)} of {_score(of)}" if score is not None else _score(score)
    if known and before[id_] == score:
        return f"{_listed([id_])}: {now}, as before"
    return f"{_listed([id_])}: {f'{_score(before[id_])} → ' if known else ''}{now}"


def of_one_minute(infos: Iterable[SubmissionInfo]) -> str:
    """A warning where files' own times are those of a download, perhaps; else nothing."""
    minutes = Counter((info.submitted_at or "")[:16] for info in infos if info.handed_in.dated_by == "mtime")
    ((minute, count),) = minutes.most_common(1) or [("", 0)]
    if count < SAME or 2 * count <= minutes.total():
        return ""
    shown = minute.replace("T", " ")
    return f"{count} of {minutes.total()} files bear the time {shown}: these are probably the times of the download"


def _score(score: float | None) -> str:
    return "no score" if score is None else f"{score:.10g}"


def _listed(names: Iterable[str], most: int = 5) -> str:
    from grader.reports.safe import one_line

    shown = [one_line(name) for name in names]
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more
