"""A result as Markdown, for a job's summary or a comment: the one main message first, the rest folded.

Text that may be a student's stands in code spans and fences only, each longer than any run of backticks in it: there
neither HTML nor links, images, mentions or tables are read. All other words are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.model import CaseResult, GroupResult, Result, Verdict
from grader.reports.annotations import causes
from grader.reports.reading import (
    adjustments,
    first_reason,
    for_student,
    gain_of_all,
    group_of,
    is_wanting,
    next_step,
    notes,
    reason,
    score_words,
)
from grader.reports.safe import one_line, points, visible

MOST_BYTES = 1024 * 1024
"""What GitHub takes of a job's summary; of a larger one it shows nothing."""
MOST_CHARS, MOST_LINES = 600, 12
"""Of one text of a student's."""
MOST_CASES = 60
_ACTIVE = re.compile(r"[&<>\\`*_{}\[\]#~$|^@]|:(?=//)|www(?=\.)", re.IGNORECASE)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "#": "\\#&#8203;", "@": "@&#8203;", ":": ":&#8203;"}
"""Where a backslash will not do: a space of no width keeps GitHub from seeing a name, a number or an address."""
_MARKS = {True: "✅", False: "❌"}


def document(result: Result, room: int = MOST_BYTES) -> str:
    """The whole of it, in at most `room` bytes of UTF-8: without what is folded, or nothing, where that is too much."""
    shown = for_student(result)
    main = [f"## {prose(shown.title or shown.assignment)}: {prose(score_words(shown))}", *_main(shown), *_groups(shown)]
    last = f"**Next:** {prose(next_step(shown, shown.hidden_points))}"
    for parts in ([*main, *_details(shown), last], [*main, last]):
        text = "\n\n".join(parts) + "\n"
        if len(text.encode("utf-8", "replace")) <= room:
            return text
    return ""


def problem(title: str, sentences: str) -> str:
    """What is to be read where there is no result."""
    return f"## {prose(title)}\n\n{fence(sentences)}\n"


def code(text: str) -> str:
    """A code span of one line."""
    line = one_line(text[: MOST_CHARS + 1])
    line = line[:MOST_CHARS] + " …" if len(line) > MOST_CHARS else line
    if not line.strip():
        return "(empty)"
    ticks = _ticks(line, 1)
    return f"{ticks} {line} {ticks}" if line[0] in "` " or line[-1] in "` " else f"{ticks}{line}{ticks}"


def fence(text: str, language: str = "text", lines: int = MOST_LINES, chars: int = 4 * MOST_CHARS) -> str:
    """A fenced block."""
    whole = visible(text[: chars + 1]).strip("\n").split("\n")
    kept = "\n".join(whole[:lines])[:chars]
    more = "\n…" if len(whole) > lines or len(text) > chars else ""
    ticks = _ticks(kept, 3)
    return f"{ticks}{language}\n{kept}{more}\n{ticks}"


def prose(text: str) -> str:
    """Words of one line in which nothing is Markdown, HTML or a link, but what stands between backticks is code."""
    parts = re.split("`([^`|]+)`", one_line(text[: 2 * MOST_CHARS]))
    return "".join(code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _escaped(line: str) -> str:
    return _ACTIVE.sub(lambda found: _ENTITIES.get(found[0]) or _inert(found[0]), line)


def _inert(active: str) -> str:
    return f"{active}&#8203;" if active.isalpha() else f"\\{active}"


def _ticks(text: str, least: int) -> str:
    """More backticks than stand in a row in the text."""
    return "`" * max(least, 1 + max((len(run) for run in re.findall("`+", text)), default=0))


def _main(result: Result) -> Iterator[str]:
    """What a student reads if nothing else."""
    which = f" ({code(result.graded_file)})" if result.graded_file else ""
    yield code(result.submission.path) + which
    yield from (code(said) for said in adjustments(result))
    found = causes(result)
    for title, text in found:
        yield f"**{prose(title)}.** {prose(text)}".rstrip()
    for each in result.diagnoses:
        if each.score_if_mended > result.score:
            mended = f"{points(each.score_if_mended)} of {points(result.points)} points"
            yield f"Mending this alone: {points(result.score)} → {mended}."
    if (gain := gain_of_all(result)) is not None:
        yield f"Mending all: {gain}."
    if result.diagnoses:
        yield from (prose(clue.text) for clue in result.clues if clue.kind == "stage")
    if not found and (why := first_reason(result)):
        yield f"**First:** {code(why)}"
    if (example := result.counterexample) is not None:
        yield f"**A small example:** {code(example.message)} To see it yourself, run this:"
        yield fence(example.reproducer, "python", lines=40)


# --- groups and what is folded -----------------------------------------------------------------


def _groups(result: Result) -> Iterator[str]:
    if not result.groups or result.status == "ungraded":
        return
    titles = {group.id: group.title or group.id for group in result.groups}
    rows = ["| | Part | Points |", "|:-:|---|--:|"]
    for group in result.groups:
        of_it = [case for case in result.cases if group_of(case) == group.id]
        given = f" (given, because “{titles.get(group.implied_by, '')}” has all points)" if group.implied_by else ""
        share = f"{points(group.earned)} / {points(group.possible)}" if group.possible else "advice"
        rows.append(f"| {_mark(group, of_it)} | {prose(titles[group.id] + given)} | {share} |")
    yield "\n".join(rows)


def _mark(group: GroupResult, cases: Sequence[CaseResult]) -> str:
    if group.earned < group.possible or group.implied_by:
        return _MARKS[group.earned >= group.possible]
    return _MARKS[True] if all(case.verdict is Verdict.PASSED for case in cases) else "⚠️"


def _details(result: Result) -> Iterator[str]:
    wrong = [case for case in result.cases if case.verdict is not Verdict.PASSED]
    if wrong:
        rows = [f"- {code(case.id)}: {code(reason(case))}" for case in wrong[:MOST_CASES]]
        rows += [f"- and {len(wrong) - MOST_CASES} more"] if len(wrong) > MOST_CASES else []
        yield _fold(f"What was seen ({len(wrong)} of {len(result.cases)} cases)", "\n".join(rows))
    if said := notes(result):
        yield _fold("Notes", "\n".join(f"- {code(note)}" for note in said[:20]))
    if result.conventions:
        choices = ", ".join(f"{name} = {choice}" for name, choice in result.conventions.items())
        yield _fold("Your code was read with", code(choices))
    if result.output.strip() and is_wanting(result):
        yield _fold("What it printed first", fence(result.output))


def _fold(summary: str, body: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"
