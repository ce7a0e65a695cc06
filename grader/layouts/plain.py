"""Layout "plain": every `.py` or `.ipynb` file is a submission, and so is every folder (one student's files)."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from grader.layouts.base import Found, apart, entry_at, is_submission, visible
from grader.nodes import Node, is_code, is_zip, plain_name

EXPECTS = "no .py, no .ipynb, no folders"


def recognises(folder: Node) -> bool:  # noqa: ARG001  # all layouts are asked alike
    """It is what is left when it is nothing else."""
    return True


def find(folder: Node, path: Path) -> Found:
    """Zips are submissions where there is nothing else: one of them may be the download of the whole class."""
    handed_in, others = apart(visible(folder), is_submission)
    if not handed_in:
        handed_in, others = apart(others, lambda node: is_zip(node.name))
    entries = []
    for node in handed_in:
        shown = plain_name(node.name)
        is_file = is_code(node.name) or is_zip(node.name)
        entries.append(entry_at(node, shown, PurePosixPath(shown).stem if is_file else shown, path))
    return Found(tuple(entries), tuple(plain_name(node.name) for node in others))
