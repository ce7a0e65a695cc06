"""Layout "github": a folder of clones `<assignment>-<username>`, each with its `.git`, as `gh classroom` makes them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from grader import git_times
from grader.handin import HandIn, Student
from grader.intake import Dated
from grader.layouts.base import Found, apart, entry_at, is_mostly, visible
from grader.nodes import Node, OnDisk, plain_name

EXPECTS = "no folder with a .git in it"
LOOKED_AT = 20
"""Folders by which a layout is told that cannot be told by names."""


def recognises(folder: Node) -> bool:
    """Most folders are clones."""
    folders = [node for node in visible(folder) if node.is_folder][:LOOKED_AT]
    return is_mostly(folders, lambda node: node.holds(".git"))


def find(folder: Node, path: Path) -> Found:
    """Each folder is a submission, dated by its last commit where that can be read."""
    clones, others = apart(visible(folder), lambda node: node.is_folder)
    if not any(node.holds(".git") for node in clones[:LOOKED_AT]):
        return Found((), ())
    assignment = _assignment(folder.name, [plain_name(node.name) for node in clones])
    entries = []
    for node in clones:
        shown = plain_name(node.name)
        login = shown.removeprefix(assignment) if assignment else ""
        dated = partial(_dated, node.path) if isinstance(node, OnDisk) else None
        handed_in = HandIn(Student(login or shown, login=login))
        entries.append(entry_at(node, shown, login or shown, path, handed_in, dated))
    return Found(tuple(entries), tuple(plain_name(node.name) for node in others))


def _assignment(folder: str, clones: list[str]) -> str:
    """What all names begin with, up to a hyphen; GitHub's own command makes a folder that says it."""
    said = f"{folder.removesuffix('-submissions')}-"
    if folder.endswith("-submissions") and all(name.startswith(said) for name in clones):
        return said
    if len(clones) < 2:
        return ""
    first, last = min(clones), max(clones)
    same = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[: first.rfind("-", 0, same) + 1]


def _dated(folder: Path) -> Dated | None:
    at = git_times.last_commit(folder)
    return None if at is None else Dated(at, "git")
