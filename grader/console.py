"""Words for people: a console that obeys `--color`, lines on stderr, and streams that were closed."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.isolation import Isolation

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer
    from rich.console import Console


def console(color: str, stderr: bool = False) -> Console:
    """A rich console; `--color` goes before NO_COLOR, which goes before FORCE_COLOR, which rich knows."""
    from rich.console import Console

    forced = {"always": True, "never": False}.get(color)
    return Console(
        stderr=stderr,
        force_terminal=forced or None,
        no_color=None if forced is None else not forced,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )


def say(sentence: str, color: str) -> None:
    """A line on stderr."""
    console(color, stderr=True).print(f"grader: {sentence}", style="dim", soft_wrap=True)


def warn(sentence: str) -> None:
    """A line on stderr that is not to be overlooked, as errors are written."""
    write(f"grader: {sentence}\n")


def write(text: str) -> None:
    """On stderr."""
    sys.stderr.write(text)
    sys.stderr.flush()


class _Lasting(io.FileIO):
    """Stderr: who closes it, or has no room for it, loses the words, not the class."""

    def write(self, data: Buffer, /) -> int:
        """All of it, as far as anybody can tell."""
        with contextlib.suppress(OSError):
            return super().write(data)
        return len(memoryview(data))


def lasting_stderr() -> None:
    """From now on nothing fails by what is written there, an exit neither."""
    if sys.stderr is sys.__stderr__ and sys.stderr is not None:  # and not what a test catches
        raw = _Lasting(sys.stderr.fileno(), "w", closefd=False)
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(raw), sys.stderr.encoding, "backslashreplace", None, True)


def unbounded(isolation: Isolation) -> str:
    """What a banner says besides, where nothing keeps a worker from taking all memory."""
    bounded = "limits" in isolation.layers and not isolation.details.get("limits")
    return "" if bounded else "; its time is limited here, its memory is not"


def fill_descriptors() -> None:
    """Put something in the place of stdin, stdout and stderr that were closed: else pipes of ours would be there."""
    with contextlib.suppress(OSError):
        while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(fd, True)
        os.close(fd)
    if sys.stderr is None:  # it was closed; a class is graded all the same
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # for as long as we run


def first_words(path: Path) -> None:
    """Something to read before all is loaded, for a person who looks on."""
    if sys.stderr is not None and sys.stderr.isatty():
        name = "".join(char if char.isprintable() else "?" for char in str(path))
        write(f"grader: checking {name}\n")
