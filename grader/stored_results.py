"""A store → the class as reports see it: points adjusted, students named by the roster, a row for each of them."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader import __version__, records
from grader.adjustments import adjusted
from grader.class_results import ClassResults, Packed
from grader.database import NAME, damaged, telling
from grader.errors import UsageError
from grader.handin import Override, SubmissionInfo
from grader.lateness import due_text, policy
from grader.model import Result
from grader.slot import stored
from grader.spec import Dates
from grader.standings import Placed, Row, place
from grader.store import About, Store, Stored

EXAMPLES = "+examples"
"""The end of the fingerprint of a class that was graded with `--examples`."""
RESCORED = "rescored"
"""The fingerprint of what another version's workers answered, judged by the spec as it is now."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What of the spec points depend on besides the judged result."""

    dates: str
    """JSON, as in `About`."""
    counts_mtime: bool


def policy_of(about: About) -> Policy:
    """Of a store."""
    return Policy(about.dates, about.counts_mtime)


@dataclass(frozen=True)
class StoredResults:
    """The results that count, read from the store one by one, each time anew."""

    store: Store
    policy: Policy
    infos: Mapping[str, SubmissionInfo]
    """By id, in order."""
    graded_at: Mapping[str, str]
    overrides: Mapping[str, tuple[Override, ...]]

    def __iter__(self) -> Iterator[Result]:
        return (packed.unpack() for packed in self.packed())

    def ids(self) -> Sequence[str]:
        """Of the submissions, in order."""
        return list(self.infos)

    def packed(self) -> Iterator[Packed]:
        """To be unpacked where they are needed, in another process perhaps."""
        shared = [__version__, self.policy]
        for id_, info in self.infos.items():
            judged = self.store.judged(id_)
            overrides = self.overrides.get(id_, ())
            key = hashlib.sha256(judged + repr([*shared, info, overrides]).encode("utf-8", "replace")).digest()
            rest = (info, overrides, self.policy, self.graded_at[id_], self.store.path)
            unpack = functools.partial(final, judged, *rest)
            yield Packed(id_, key, unpack)


def final(
    judged: bytes,
    info: SubmissionInfo,
    overrides: tuple[Override, ...],
    policy: Policy,
    graded_at: str,
    path: Path = Path(NAME),
) -> Result:
    """A result as it counts: as it was judged, and then adjusted. Raises UsageError: the store is damaged."""
    try:
        result = replace(records.unpack(Result, judged), submission=info)
        seen_at = datetime.fromisoformat(graded_at)
        return adjusted(result, dates_of(policy.dates), overrides, policy.counts_mtime, seen_at)
    except (records.Unreadable, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise damaged(path, f"the result of {info.id} cannot be read: {error}") from None


@functools.lru_cache(maxsize=8)
def dates_of(text: str) -> Dates:
    """Dates and late policy from the store's JSON. Raises Unreadable."""
    try:
        return Dates.model_validate_json(text)
    except ValueError:
        raise records.Unreadable("its dates and late policy are none") from None


def described(folder: Path) -> About:
    """What a folder's results have in common. Raises UsageError."""
    with Store.open(folder) as store:
        about = store.about
    if about is None:
        raise UsageError(f"{folder}: nothing was graded here yet")
    return about


def whole_class(store: Store) -> ClassResults:
    """All that reports need. Raises UsageError."""
    about, overrides = store.about, store.overrides()
    if about is None:
        return ClassResults(())
    rows = list(store.rows())
    if about.settled != settlement(about) or any(row.unsettled for row in rows):  # a run was ended in between
        settle(store)
        rows = list(store.rows())
    placed = placed_by(about, rows, overrides)
    with telling(store.path):
        dates = dates_of(about.dates)
    infos = {row.info.id: with_student(row.info, placed) for row in rows if row.info.id in placed.counting}
    graded_at = {row.info.id: row.graded_at for row in rows}
    del rows
    is_partial = about.lacking or (f"only part {about.shard} of the class" if about.shard else "")
    return ClassResults(
        results=StoredResults(store, policy_of(about), infos, graded_at, overrides),
        # Whose submission is not here may have handed in to another part.
        standings=[each for each in placed.standings if not (is_partial and each.status == "missing")],
        unknown=placed.unknown,
        layout=about.layout,
        due=due_text(dates) or None,
        policy=policy(dates),
        title=about.title,
        assignment=about.assignment,
        points=about.points,
        misconceptions=about.misconceptions,
        is_partial=is_partial,
    )


def placed_by(about: About, rows: Sequence[Stored], overrides: Mapping[str, tuple[Override, ...]]) -> Placed:
    """Which submission counts for whom."""
    return place([_row(row, bool(overrides.get(row.info.id))) for row in rows], about.roster, about.attempts)


def with_student(info: SubmissionInfo, placed: Placed) -> SubmissionInfo:
    """With all that the roster knows of its student."""
    student = placed.students.get(info.id)
    return info if student is None else replace(info, handed_in=replace(info.handed_in, student=student))


def settle(store: Store, also: frozenset[str] = frozenset()) -> None:
    """Bring the points in the store's rows up to date with dates, roster and how they came, wherever a run was ended.

    `also`: ids of those whose corrections may have changed.
    """
    about, overrides = store.about, store.overrides()
    if about is None:
        return
    rows = list(store.rows())
    placed = placed_by(about, rows, overrides)
    settled = settlement(about)
    for row in rows:
        info = with_student(row.info, placed)
        if about.settled != settled or row.unsettled or info.handed_in.student.due or info.id in also:
            adjust(store, about, row, info, overrides.get(info.id, ()))
    store.describe(replace(about, settled=settled))


def adjust(store: Store, about: About, row: Stored, info: SubmissionInfo, overrides: tuple[Override, ...]) -> None:
    """Bring the points in one row up to date."""
    result = final(store.judged(info.id), info, overrides, policy_of(about), row.graded_at, store.path)
    store.adjust(replace(stored(result, row.fingerprint, row.graded_at), info=row.info))


def settlement(about: About) -> str:
    """What points depend on besides results and corrections."""
    roster = about.roster or ()  # whose an extension is depends on all who could be meant
    dues = roster if any(student.due for student in roster) else ()
    return hashlib.sha256(repr([about.dates, about.counts_mtime, dues]).encode("utf-8", "replace")).hexdigest()[:32]


def _row(stored: Stored, overridden: bool) -> Row:
    info = stored.info
    student = info.handed_in.student
    return Row(
        submission=info.id,
        path=info.path,
        student=student if student.name else replace(student, name=info.student),
        attempt=info.handed_in.attempt,
        submitted_at=info.submitted_at,
        status=stored.status,
        raw_score=stored.raw_score,
        penalty=stored.penalty,
        score=stored.score,
        points=stored.points,
        reason=stored.reason,
        overridden=overridden,
        upload=info.handed_in.upload,
        late=stored.late,
    )
