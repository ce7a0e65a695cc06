"""What a layout is, and what all of them are made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from grader.handin import HandIn
from grader.intake import Dated, Entry
from grader.nodes import Node, OnDisk, is_code, is_left_out, plain_name

NOT_HANDED_IN = frozenset({"expected.yaml", "README.md"})


@dataclass(frozen=True)
class Found:
    """The submissions of a folder or zip by id, and the names of files that are none."""

    entries: tuple[Entry, ...]
    others: tuple[str, ...]
    layout: str = ""


class Layout(Protocol):
    """A way in which submissions lie in a folder: a module of this package."""

    EXPECTS: str
    """What is looked for, for the sentence that it is not there."""

    def recognises(self, folder: Node) -> bool:
        """Whether it is this layout, for all that can be seen from names."""

    def find(self, folder: Node, path: Path) -> Found:
        """The submissions; none where it is another layout. `path`: what was graded. Raises OSError."""


def visible(folder: Node) -> Sequence[Node]:
    """What may have been handed in."""
    return [node for node in folder.children() if not is_left_out(node.name) and node.name not in NOT_HANDED_IN]


def inside(folder: Node) -> Sequence[Node]:
    """The same of a student's folder; nothing of one that may not be looked into, which is said when it is read."""
    return [] if is_closed(folder) else visible(folder)


def is_closed(folder: Node) -> bool:
    """Whether it may not be looked into: that is one student's misfortune, and nobody else's."""
    try:
        folder.children()
    except PermissionError:
        return True
    return False


def apart(nodes: Sequence[Node], fits: Callable[[Node], bool]) -> tuple[list[Node], list[Node]]:
    """Those that fit, and the others."""
    kinds: tuple[list[Node], list[Node]] = ([], [])
    for node in nodes:
        kinds[not fits(node)].append(node)
    return kinds


def is_mostly(nodes: Sequence[Node], fits: Callable[[Node], object]) -> bool:
    """Whether more than half are of a kind."""
    return 2 * sum(bool(fits(node)) for node in nodes) > len(nodes)


def entry_at(
    node: Node,
    id_: str,
    student: str,
    path: Path,
    handed_in: HandIn | None = None,
    dated: Callable[[], Dated | None] | None = None,
) -> Entry:
    """The entry for one file or folder; `path` is what was graded."""
    if isinstance(node, OnDisk):
        return Entry(id_, student, node.path, None, handed_in, dated)
    return Entry(id_, student, path, (("" if node.is_folder else plain_name(node.name), node),), handed_in, dated)


def is_submission(node: Node) -> bool:
    """A code file, or a folder: also one that says it is a virtual environment, for any student may write that."""
    return is_code(node.name) or node.is_folder
