"""What a step of GitHub Actions reads: annotations on stdout, the job's summary, the step's outputs.

The runner takes a line of stdout or stderr for a command where it begins with `::`, or holds `##[` anywhere. All that
may be a student's is escaped inside our own commands, or printed while commands are stopped, until a token that nobody
can guess.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from grader.model import Result
from grader.reports import markdown
from grader.reports.annotations import Annotation, annotate, in_repository, root_of
from grader.reports.files import saying_what_to_do
from grader.reports.reading import score_words
from grader.reports.safe import one_line, points, visible

MOST = 9
"""Annotations of one step: GitHub shows ten of a kind, and the last of ours says how many more there are."""
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def commands(result: Result, checked: Path) -> list[str]:
    """The annotations as lines for the runner, the most important first."""
    root = root_of("GITHUB_WORKSPACE")
    found = annotate(result)
    lines = [_annotation(each, checked, root) for each in found[:MOST]]
    if len(found) > MOST:
        said = f"{len(found) - MOST} more; the job's summary has them all"
        lines.append(command("notice", said, title=score_words(result)))
    return lines


def command(name: str, data: str, **properties: str) -> str:
    """A workflow command; properties that are empty are left out, and a file keeps its name, whatever is in it."""
    shown = {key: value if key == "file" else one_line(value) for key, value in properties.items() if value}
    given = [f"{key}={_escaped(value, _PROPERTY)}" for key, value in shown.items()]
    return f"::{name} {','.join(given)}".rstrip() + f"::{_escaped(visible(data), _DATA)}"


def show(result: Result, checked: Path, junit: Path | None, text: Callable[[], None], out: TextIO) -> None:
    """Print annotations and the text, append to the summary and to the outputs. Raises UsageError.

    `text` prints what a person reads on a terminal, to `out` as well.
    """
    out.writelines(line + "\n" for line in commands(result, checked))
    out.write(command("group", f"{result.title or result.assignment}: {score_words(result)}") + "\n")
    token = secrets.token_hex(16)
    out.write(f"::stop-commands::{token}\n")
    text()
    out.write(f"\n::{token}::\n::endgroup::\n")
    _summarise(lambda room: markdown.document(result, room))
    graded = {"score": points(result.score)} if result.status == "graded" else {}  # 0 would be read as a score
    _put_out({**graded, "max-score": points(result.points), "results-path": str(junit.resolve()) if junit else ""})


def show_problem(sentences: str, out: TextIO) -> None:
    """Why there is no result, as an annotation and in the summary. Raises UsageError."""
    out.write(command("error", sentences, title="Could not be graded") + "\n")
    _summarise(lambda room: markdown.problem("Could not be graded", sentences))


def _annotation(each: Annotation, checked: Path, root: Path) -> str:
    file = in_repository(checked, each.location, root)
    line = str(each.location.line if each.location else 1) if file else ""
    return command(each.level, each.message or each.title, file=file, line=line, title=each.title)


def _escaped(text: str, by: Mapping[str, str]) -> str:
    return "".join(by.get(char, char) for char in text)


# --- the files that the runner gives a step ----------------------------------------------------


def _summarise(document: Callable[[int], str]) -> None:
    """Append to the job's summary as much as it has room for; what stands there stays."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with saying_what_to_do(Path(path)), open(path, "ab") as file:  # noqa: PTH123  # append where it is, whatever it is
            taken = file.tell()
            before = b"\n\n" if taken else b""
            said = document(markdown.MOST_BYTES - taken - len(before)).encode("utf-8", "replace")
            if said and taken + len(before) + len(said) <= markdown.MOST_BYTES:
                file.write(before + said)


def _put_out(values: Mapping[str, str]) -> None:
    """Append to the step's outputs, each value between lines that nobody can guess."""
    path = os.environ.get("GITHUB_OUTPUT")
    if path:
        with saying_what_to_do(Path(path)), open(path, "ab") as file:  # noqa: PTH123  # as above
            for name, value in values.items():
                end = f"end-{secrets.token_hex(16)}"
                file.write(f"{name}<<{end}\n{value}\n{end}\n".encode("utf-8", "surrogateescape"))
