"""Saves are seen when they change something and are done; time is played by the test."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.watch import saves


class Over(Exception):
    """Nobody touches the file any more."""


def play(path: Path, *acts: Callable[[], object]) -> int:
    """How often something is seen while one act happens in each pause."""
    rest: Iterator[Callable[[], object]] = iter(acts)

    def sleep(seconds: float) -> None:
        act = next(rest, None)
        if act is None:
            raise Over
        act()

    count = 0
    with contextlib.suppress(Over):
        for _ in saves(path, sleep):
            count += 1
    return count


def nothing() -> None:
    """A pause in which nobody does anything."""


def test_what_is_there_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "my.py"
    path.write_text("x = 1")
    assert play(path) == 1
    assert play(path, nothing, nothing, nothing) == 1


def test_a_save_is_seen_once_it_is_done(tmp_path: Path) -> None:
    path = tmp_path / "my.py"
    path.write_text("x = 1")
    saved = [lambda: path.write_text("x = 2"), nothing, nothing]
    assert play(path, *saved) == 2
    in_parts = [lambda: path.write_text("x ="), lambda: path.write_text("x = 4"), nothing, nothing]
    assert play(path, *in_parts) == 2
    replaced = [path.unlink, nothing, lambda: path.write_text("x = 3"), nothing, nothing]
    assert play(path, *replaced) == 2


def test_the_same_content_again_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "my.py"
    path.write_text("x = 1")
    assert play(path, lambda: path.write_text("x = 1"), nothing) == 1
    assert play(path, path.unlink, lambda: path.write_text("x = 1"), nothing, nothing) == 1


def test_a_folder_is_watched_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text("x = 1")
    (tmp_path / "notes.txt").write_text("")
    acts = [lambda: (tmp_path / "notes.txt").write_text("x"), lambda: (tmp_path / "b.py").write_text("y = 1")]
    assert play(tmp_path, *acts, nothing, nothing) == 2
