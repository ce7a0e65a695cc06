"""`merge`: the stores of a class's parts, graded on several machines → one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader import reporting
from grader.errors import UsageError
from grader.handin import Override
from grader.store import About, Kept, Store
from grader.stored_results import described, settle

NAMED = 5


@dataclass(frozen=True)
class Merged:
    """What was joined, and sentences about what may be wrong with it."""

    submissions: int
    notes: tuple[str, ...]


def merge(folders: Sequence[Path], out: Path, color: str) -> Merged:
    """Join results into a folder and write its reports: all of them, or nothing is changed. Raises UsageError."""
    if len({folder.resolve() for folder in (*folders, out)}) < len(folders) + 1:
        raise UsageError("a folder is named twice; name each part once, and another folder with --out")
    abouts = [described(folder) for folder in folders]
    about = _common(folders, abouts)
    _must_not_contradict(folders)
    from grader.reports import must_be_writable

    must_be_writable(out)
    with Store.open(out, create=True) as store:
        known = store.about
        _must_fit(known, about, out)
        store.put_all(_every(folders))
        _override(store, folders)
        store.only_present(_ids(folders))
        store.describe(about)
        settle(store, frozenset(store.overrides()))
        count = len(store.ids())
        reporting.write(store, color)
    return Merged(count, tuple(_notes(abouts)))


def _must_fit(known: About | None, about: About, out: Path) -> None:
    """What is joined may be joined again. Raises UsageError."""
    if known is not None and known.assignment != about.assignment:
        raise UsageError(f"{out}: holds results of {known.assignment}; choose another --out")
    if known is not None and known.shard:
        raise UsageError(f"{out}: holds part {known.shard} of a class; choose another --out for the whole")


def _common(folders: Sequence[Path], abouts: Sequence[About]) -> About:
    """What all parts have in common, shards apart. Raises UsageError."""
    first = abouts[0]
    for folder, about in zip(folders[1:], abouts[1:], strict=True):
        if about.assignment != first.assignment:
            raise UsageError(f"{folder}: holds results of {about.assignment}, {folders[0]} of {first.assignment}")
        if about.fingerprint != first.fingerprint:
            raise UsageError(
                f"{folder}: was graded with another spec, reference, seed or version than {folders[0]}: their scores "
                "cannot be compared; grade it again with the same"
            )
        if about.dates != first.dates:
            raise UsageError(f"{folder}: has other dates or another late policy than {folders[0]}; rescore it first")
    roster = next((about.roster for about in abouts if about.roster is not None), None)
    settled = {about.settled for about in abouts}  # of rows that other dates or rosters made, none is up to date
    return replace(
        first,
        shard="",
        roster=roster,
        settled=first.settled if len(settled) == 1 else "",
        lacking="; ".join(_lacking(abouts)),
        parts=_parts(abouts),
    )


def _must_not_contradict(folders: Sequence[Path]) -> None:
    """A submission may be in two parts only if it is the same file. Raises UsageError."""
    seen: dict[str, tuple[str, Path]] = {}
    twice: list[str] = []
    for folder in folders:
        with Store.open(folder) as store:
            for row in store.rows():
                sha256, where = seen.setdefault(row.info.id, (row.info.sha256, folder))
                if sha256 != row.info.sha256:
                    twice.append(f"{row.info.id} ({where} and {folder})")
    if twice:
        more = f" and {len(twice) - NAMED} more" if len(twice) > NAMED else ""
        raise UsageError(
            f"these are different files in two of the folders: {', '.join(twice[:NAMED])}{more}; leave one of them out"
        )


def _every(folders: Sequence[Path]) -> Iterator[Kept]:
    """Each submission once; where it is in two parts, one that has a score."""
    graded: set[str] = set()
    for folder in folders:
        with Store.open(folder) as store:
            for row in list(store.rows()):
                if row.info.id not in graded:
                    graded |= {row.info.id} if row.status == "graded" else set()
                    yield store.kept(row)


def _ids(folders: Sequence[Path]) -> Iterator[str]:
    for folder in folders:
        with Store.open(folder) as store:
            yield from store.ids()


def _override(into: Store, folders: Sequence[Path]) -> None:
    """Of two corrections of the same thing the later one counts, be it made in a part or in what was joined before."""
    made = {(id_, each.case): each for id_, overrides in into.overrides().items() for each in overrides}
    for folder in folders:
        with Store.open(folder) as store:
            found = store.overrides()
        for id_, overrides in found.items():
            for each in overrides:
                known = made.get((id_, each.case))
                if known is None or _moment(each) > _moment(known):
                    made[id_, each.case] = each
                    into.override(id_, each)


def _moment(override: Override) -> datetime:
    return datetime.fromisoformat(override.at)


def _notes(abouts: Sequence[About]) -> Iterator[str]:
    """What is to be known of the whole."""
    if len({(about.attempts, about.counts_mtime) for about in abouts}) > 1:
        yield "the parts were graded with different --attempts or --submitted-at; those of the first folder count"
    layouts = list(dict.fromkeys(about.layout for about in abouts if about.layout))
    if len(layouts) > 1:
        shown = ", ".join(layouts)
        yield f"the parts came in different layouts ({shown}): feedback is packed for the first, {layouts[0]}"
    yield from _lacking(abouts)


def _parts(abouts: Sequence[About]) -> tuple[str, ...]:
    """Of what was joined before, too."""
    return tuple(dict.fromkeys(part for about in abouts for part in (about.parts or (about.shard,)) if part))


def _lacking(abouts: Sequence[About]) -> Iterator[str]:
    """What is missing of a class that was graded in parts."""
    shards = _parts(abouts)
    counts = {shard.partition("/")[2] for shard in shards}
    if len(counts) > 1:
        yield f"these are parts of classes cut in different ways ({', '.join(shards)}): some submissions may be missing"
        return
    for count in counts:
        missing = [f"{n}/{count}" for n in range(1, int(count) + 1) if f"{n}/{count}" not in shards]
        if missing:
            which = ", ".join(missing[:NAMED]) + (" …" if len(missing) > NAMED else "")
            yield f"the class is not complete: {which} {'is' if len(missing) == 1 else 'are'} not among the folders"
