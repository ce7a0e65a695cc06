"""A folder or a zip → the submissions in it. One module per way of handing in, and its line in LAYOUTS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.archives import open_zip
from grader.errors import UsageError, did_you_mean
from grader.intake import Entry
from grader.layouts import canvas, github, moodle, nbgrader, plain
from grader.layouts import pattern as patterns
from grader.layouts.base import Found, Layout, inside, visible
from grader.nodes import OTHER_ARCHIVES, Node, OnDisk, is_zip, suffix
from grader.zip_directory import NoZip

__all__ = ["LAYOUTS", "Found", "find"]

LAYOUTS: Mapping[str, Layout] = {
    "canvas": canvas,
    "moodle": moodle,
    "nbgrader": nbgrader,
    "github": github,
    "plain": plain,
}
"""In the order in which they are looked for; the last one takes what is left."""


def find(folder: Path, *, layout: str | None = None, pattern: str | None = None) -> Found:
    """The submissions of a folder or zip, of which none is read yet.

    `layout` is a name in LAYOUTS; left out, it is told by the names. `pattern` is a regular expression in its place.
    Raises UsageError when there is no such folder, or nothing in it to grade.
    """
    if layout is not None and pattern is not None and layout != "pattern":
        raise UsageError("--layout and --pattern: give one of the two")
    if layout is not None and layout not in LAYOUTS and pattern is None:
        raise UsageError(f"--layout: there is no `{layout}`{did_you_mean(layout, LAYOUTS)}; there are: {_names()}")
    try:
        found = _found(_opened(folder), folder, layout, pattern)
    except FileNotFoundError:
        raise UsageError(f"{folder}: there is no such file or folder") from None
    except NoZip as error:
        raise UsageError(f"{folder}: {_of_a_zip(error)}") from None
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: the folder cannot be read ({error.strerror})") from None
    return replace(found, entries=_told_apart(found.entries))


def _names() -> str:
    return ", ".join(LAYOUTS)


def _opened(path: Path) -> Node:
    """Raises UsageError, NoZip, OSError."""
    if path.is_dir():
        return OnDisk(path, True)
    if is_zip(path.name):
        return open_zip(path)
    if suffix(path.name) in OTHER_ARCHIVES:
        raise UsageError(f"{path}: only .zip is read as it is; unpack this one, and grade the folder")
    if path.exists():
        raise UsageError(f"{path}: this is a file; `grade` takes a folder or a zip of submissions, `check` one file")
    raise FileNotFoundError


def _of_a_zip(error: NoZip) -> str:
    again = "is no zip" in str(error) or "cut off" in str(error)
    return f"{error}; download it again" if again else str(error)


def _found(root: Node, path: Path, layout: str | None, pattern: str | None) -> Found:
    """Raises UsageError, OSError."""
    places: Sequence[Node] = _places(root)
    if pattern is not None:
        return _by_pattern(places, path, pattern)
    if layout is None:
        layout, places = _told(places)
    for place in places:
        found = LAYOUTS[layout].find(place, path)
        if found.entries:
            return replace(found, layout=layout)
    raise UsageError(f"{path}: there is nothing to grade in this folder ({LAYOUTS[layout].EXPECTS})")


def _by_pattern(places: Sequence[Node], path: Path, pattern: str) -> Found:
    """Raises UsageError, OSError."""
    tried: list[str] = []
    for place in places:
        found = patterns.find(place, path, pattern)
        if found.entries:
            return found
        tried += found.others
    names = ", ".join(tried[:3]) or "there are none"
    raise UsageError(f"{path}: no name matches --pattern '{pattern}'; it must match all of a name, such as {names}")


def _places(root: Node) -> list[Node]:
    """A folder, and what it holds where that is a single folder: zips are often made of a folder."""
    places = [root]
    for _ in range(2):
        seen = visible(root) if places[-1] is root else inside(places[-1])
        if len(seen) != 1 or not seen[0].is_folder:
            break
        places.append(seen[0])
    return places


def _told(places: Sequence[Node]) -> tuple[str, Sequence[Node]]:
    """The layout, and where it was seen."""
    for place in places:
        for name, layout in LAYOUTS.items():
            if layout is not plain and layout.recognises(place):
                return name, [place]
    in_zip = not isinstance(places[0], OnDisk)
    return "plain", places[1:2] or places if in_zip else places[:1]


def _told_apart(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """No two have the same id: names that differ in what cannot be shown are numbered."""
    if len({entry.id for entry in entries}) == len(entries):
        return tuple(entries)
    seen: Counter[str] = Counter()
    taken = {entry.id for entry in entries}
    apart = []
    for entry in entries:
        seen[entry.id] += 1
        id_ = entry.id
        while seen[entry.id] > 1 and id_ in taken:
            id_ = f"{entry.id} ({seen[entry.id]})"
            seen[entry.id] += id_ in taken
        taken.add(id_)
        apart.append(replace(entry, id=id_))
    return tuple(apart)
