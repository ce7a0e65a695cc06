"""Writes a report's file whole or not at all: a reader, or a run that is cut off, never leaves half of one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from grader.errors import UsageError


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name only once it is complete. Raises UsageError when that cannot be.

    The temporary name is in the same folder, because a rename is atomic only within a filesystem.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    with saying_what_to_do(path):
        try:
            with part.open("xb") as file:
                yield file
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


@contextmanager
def saying_what_to_do(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a sentence for the person who chose the folder."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        advice = "free some space, or choose another place"
        raise UsageError(f"{path}: the report could not be written ({why}); {advice}") from error
