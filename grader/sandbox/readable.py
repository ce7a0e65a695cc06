"""Which files a worker may still read while it loads what its submission imports: Python's own and numpy's.

Never a folder of packages as a whole: the grader itself, its specs and its references may be in one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

PACKAGE_FOLDERS = frozenset({"site-packages", "dist-packages"})
NOT_FOR_STUDENTS = frozenset({"test", "idlelib", "ensurepip", "__pycache__"}) | PACKAGE_FOLDERS
LOADER_FILES = ("/etc/ld.so.cache",)


@dataclass(frozen=True, slots=True)
class Readable:
    """Paths of this machine, as a process that has loaded all it needs finds them."""

    standard_library: str
    packages: tuple[str, ...]
    """Folders and files of the third-party modules that are loaded, with the libraries that they bring."""
    library_folders: tuple[str, ...]
    """Where the shared libraries that are loaded came from, outside of Python's own folder and its packages."""

    @classmethod
    def by_this_process(cls) -> Self:
        """What this process has loaded; needs /proc for the libraries."""
        library, packages = os.path.dirname(os.__file__), tuple(_packages())
        return cls(library, packages, tuple(_library_folders((library, *packages))))

    def granted(self) -> Iterator[str]:
        """Paths, each readable with all that is below it, that together give no folder of packages away."""
        yield from children(self.standard_library, NOT_FOR_STUDENTS)
        yield from self.packages
        yield from LOADER_FILES
        for folder in self.library_folders:
            if any(name.startswith("python") for name in os.listdir(folder)):  # Python's own folder may be in it
                yield from (path for path in children(folder) if ".so" in os.path.basename(path))
            else:
                yield folder


def _packages() -> Iterator[str]:
    roots = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - {"grader", "__main__"}
    for name in sorted(roots):
        spec = getattr(sys.modules.get(name), "__spec__", None)
        origin = getattr(spec, "origin", None)
        if not isinstance(origin, str) or not os.path.isfile(origin):
            continue
        folder = os.path.dirname(origin)
        yield folder if os.path.basename(origin).startswith("__init__.") else origin
        if os.path.isdir(f"{folder}.libs"):  # as wheels that were repaired bring them
            yield f"{folder}.libs"


def _library_folders(inside: tuple[str, ...]) -> list[str]:
    folders: set[str] = set()
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            for line in maps:
                path = line.rstrip("\n").partition("/")[2]
                if ".so" in path:
                    folders.add(os.path.dirname(f"/{path}"))
    except OSError:
        return []
    return sorted(folder for folder in folders if os.path.isdir(folder) and not folder.startswith(inside))


def children(folder: str, leave_out: Iterable[str] = ()) -> Iterator[str]:
    """What is directly in a folder."""
    with os.scandir(folder) as entries:
        yield from (entry.path for entry in entries if entry.name not in leave_out)
