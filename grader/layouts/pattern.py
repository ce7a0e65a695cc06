"""A layout of one's own: a regular expression with named groups, tried on the path of each file and folder."""

from __future__ import annotations

import re
import signal
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError, did_you_mean
from grader.handin import HandIn, Student
from grader.intake import DEEPEST, Entry
from grader.layouts.base import Found, is_closed, visible
from grader.nodes import Node, is_code, is_zip, plain_name

GROUPS = ("student", "id", "login", "email", "section", "group", "attempt", "late")
LONGEST_PATTERN = 1000
LONGEST_PATH = 500
SECONDS = 10.0
"""For all names together."""

NESTED = re.compile(r"(?<!\\)[+*}]\)(?:[+*]|\{\d*,)")
"""A repetition that ends in one, such as (a+)+, takes for ever on a name that nearly fits."""


@dataclass(frozen=True, slots=True)
class _Hit:
    path: str
    node: Node
    groups: dict[str, str]

    @property
    def who(self) -> str:
        """What tells two submissions apart."""
        parts = dict.fromkeys(self.groups[name] for name in ("student", "id", "login", "group") if self.groups[name])
        return "_".join(parts)


def compiled(pattern: str) -> re.Pattern[str]:
    """Raises UsageError where it is no pattern of this kind."""
    if len(pattern) > LONGEST_PATTERN or NESTED.search(pattern):
        raise UsageError(
            f"--pattern: `{pattern[:100]}` may take for ever: write it shorter, and without a repeated group that ends "
            "in a repetition, such as (a+)+"
        )
    try:
        expression = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"--pattern: `{pattern}` is no regular expression: {error}") from None
    for name in expression.groupindex:
        if name not in GROUPS:
            known = ", ".join(GROUPS)
            raise UsageError(f"--pattern: there is no group `{name}`{did_you_mean(name, GROUPS)}; groups are: {known}")
    if not expression.groupindex.keys() & {"student", "id"}:
        raise UsageError("--pattern: it needs a group `student` or `id`, such as (?P<student>[^_]+)_attention")
    return expression


def find(folder: Node, path: Path, pattern: str) -> Found:
    """What matches whole, with or without its ending, is handed in; of several that name the same student, all are.

    Where nothing matches there are no entries. Raises UsageError, OSError.
    """
    expression, others = compiled(pattern), list[str]()
    hits: defaultdict[str, defaultdict[int, list[_Hit]]] = defaultdict(lambda: defaultdict(list))
    with _in_time(pattern):
        for hit in _hits(expression, folder, "", 0, others):
            hits[hit.who][_attempt(hit.groups["attempt"], pattern)].append(hit)
    entries = []
    for who, attempts in sorted(hits.items()):
        for attempt, each in sorted(attempts.items()):
            id_ = who if attempt == max(attempts) else f"{who}_attempt_{attempt}"
            entries.append(_entry(id_, attempt, each, path))
    return Found(tuple(entries), tuple(others), "pattern")


def _hits(expression: re.Pattern[str], folder: Node, prefix: str, depth: int, others: list[str]) -> Iterator[_Hit]:
    """Folders that match are not looked into, the others are."""
    for node in visible(folder):
        path = prefix + plain_name(node.name)
        match = _match(expression, path, node)
        if match is not None and (match.groupdict().get("student") or match.groupdict().get("id")):
            yield _Hit(path, node, {name: match.groupdict().get(name) or "" for name in GROUPS})
            continue
        if not node.is_folder:
            others.append(path)
        elif is_closed(node):
            others.append(f"{path} (may not be read)")
        elif depth < DEEPEST:
            yield from _hits(expression, node, f"{path}/", depth + 1, others)


def _match(expression: re.Pattern[str], path: str, node: Node) -> re.Match[str] | None:
    if len(path) > LONGEST_PATH:
        return None
    match = expression.fullmatch(path)
    if match is None and not node.is_folder and (is_code(path) or is_zip(path)):
        return expression.fullmatch(path[: path.rfind(".")])
    return match


def _attempt(text: str, pattern: str) -> int:
    if text and not (text.isdecimal() and len(text) < 10):
        raise UsageError(f"--pattern '{pattern}': the group `attempt` must be a number, such as (?P<attempt>\\d+)")
    return int(text or 1)


def _entry(id_: str, attempt: int, hits: list[_Hit], path: Path) -> Entry:
    groups = {name: next((hit.groups[name] for hit in hits if hit.groups[name]), "") for name in GROUPS}
    name = groups["student"] or groups["id"]
    student = Student(
        name, groups["id"], groups["login"], groups["email"], section=groups["section"], group=groups["group"]
    )
    parts = []
    for hit in hits:
        own = plain_name(hit.node.name)
        twice = sum(plain_name(each.node.name) == own for each in hits) > 1
        inside = hit.path if twice else own
        alone = "" if len(hits) == 1 else f"{inside}/"
        parts.append((alone if hit.node.is_folder else inside, hit.node))
    return Entry(id_, name, path, tuple(parts), HandIn(student, attempt, bool(groups["late"])))


@contextmanager
def _in_time(pattern: str) -> Iterator[None]:
    """Python's matcher looks for signals as it goes, and for nothing else. Only Unix's main thread has a timer."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def too_long(_signum: int, _frame: object) -> None:
        raise UsageError(f"--pattern '{pattern}': takes more than {SECONDS:.0f} s on these names; write it more simply")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
