"""Layout "plain": every `.py` or `.ipynb` file is a submission, and so is every folder (one student's files)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.intake import Entry, is_code, is_left_out, plain_name

NOT_HANDED_IN = frozenset({"expected.yaml", "README.md"})


@dataclass(frozen=True)
class Found:
    """The submissions of a folder by id, and the names of files that are none."""

    entries: tuple[Entry, ...]
    others: tuple[str, ...]


def find(folder: Path) -> Found:
    """Raises UsageError when there is no such folder, or nothing in it to grade."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        raise UsageError(f"{folder}: there is no such folder") from None
    except NotADirectoryError:
        raise UsageError(f"{folder}: this is a file; `grade` takes a folder of submissions, `check` one file") from None
    except OSError as error:
        raise UsageError(f"{folder}: the folder cannot be read ({error.strerror})") from None
    entries, others = [], []
    for name in names:
        path = folder / name
        if is_left_out(name) or name in NOT_HANDED_IN:
            continue
        shown = plain_name(name)
        if is_code(path):
            entries.append(Entry(shown, plain_name(path.stem), path))
        elif path.is_dir() and not path.is_symlink() and not (path / "pyvenv.cfg").exists():
            entries.append(Entry(shown, shown, path))
        else:
            others.append(shown)
    if not entries:
        raise UsageError(f"{folder}: there is nothing to grade in this folder (no .py, no .ipynb, no folders)")
    return Found(tuple(entries), tuple(others))
