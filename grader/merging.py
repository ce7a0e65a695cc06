"""`merge`: the stores of a class's parts, graded on several machines → one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader import reporting
from grader.errors import UsageError
from grader.handin import Override
from grader.store import About, Kept, Store

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
    abouts = [_about(folder) for folder in folders]
    about = _common(folders, abouts)
    _must_not_contradict(folders)
    from grader.reports import must_be_writable

    must_be_writable(out)
    with Store.open(out, create=True) as store:
        known = store.about
        if known is not None and known.assignment != about.assignment:
            raise UsageError(f"{out}: holds results of {known.assignment}; choose another --out")
        store.put_all(_every(folders))
        for id_, override in _overrides(folders):
            store.override(id_, override)
        store.describe(about)
        count = len(store.ids())
        reporting.write(store, color)
    return Merged(count, tuple(_notes(abouts)))


def _about(folder: Path) -> About:
    with Store.open(folder) as store:
        about = store.about
    if about is None:
        raise UsageError(f"{folder}: nothing was graded here yet")
    return about


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
    return replace(first, shard="", roster=roster, settled="" if roster != first.roster else first.settled)


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
    for folder in folders:
        with Store.open(folder) as store:
            for row in list(store.rows()):
                if (kept := store.kept(row)) is not None:
                    yield kept


def _overrides(folders: Sequence[Path]) -> Iterator[tuple[str, Override]]:
    for folder in folders:
        with Store.open(folder) as store:
            found = store.overrides()
        for id_, overrides in found.items():
            yield from ((id_, each) for each in overrides)


def _notes(abouts: Sequence[About]) -> Iterator[str]:
    """What is missing of a class that was graded in parts."""
    shards = [about.shard for about in abouts if about.shard]
    counts = {shard.partition("/")[2] for shard in shards}
    if len(counts) > 1:
        yield f"these are parts of classes cut in different ways ({', '.join(shards)}): some submissions may be missing"
        return
    for count in counts:
        missing = [f"{n}/{count}" for n in range(1, int(count) + 1) if f"{n}/{count}" not in shards]
        if missing:
            yield f"not there: {', '.join(missing[:NAMED])}{' …' if len(missing) > NAMED else ''} of the class"
