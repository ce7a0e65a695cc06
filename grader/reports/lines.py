"""A result in plain lines, for programs that have a way of their own to show text: pytest."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model import CaseResult, Diagnosis, Result, Verdict
from grader.reports.reading import first_reason, loses_points, next_step, notes, reason, score_words
from grader.reports.safe import one_line, points, visible


def seen(case: CaseResult) -> list[str]:
    """The case's message, and what further checks objected to."""
    said = reason(case)
    others = [finding for finding in case.findings if not finding.passed and finding.message not in ("", said)]
    return [said, *(f"{finding.check}: {finding.message}" for finding in others)]


def known(result: Result) -> Iterator[str]:
    """The mistake by its name; where there is none, what it looks like."""
    yield from (_cause(cause, result) for cause in result.diagnoses)
    if result.clues and not result.diagnoses:
        yield from (f"What is known of it: {clue.text}" for clue in result.clues)


def _cause(cause: Diagnosis, result: Result) -> str:
    said = f"Likely cause: {cause.title}. {cause.hint}".strip()
    if cause.score_if_mended <= result.score:
        return said
    gain = f"{points(result.score)} → {points(cause.score_if_mended)} of {points(result.points)} points"
    return f"{said} (mending this alone: {gain})"


def summary(result: Result, banner: str = "") -> Iterator[str]:
    """A headline and lines below it; `banner` is something to know of the run."""
    yield score_words(result)
    yield one_line(f"{result.title or result.assignment}, {result.submission.path} (seed {result.seed})")
    if result.status == "ungraded":
        yield one_line(first_reason(result))
    yield from (one_line(line) for line in known(result))
    yield from (visible(f"Note: {note}") for note in notes(result) if result.status == "graded")
    if result.conventions:
        choices = ", ".join(f"{name} = {choice}" for name, choice in result.conventions.items())
        yield one_line(f"Your code was read with {choices}")
    advice = [case for case in result.cases if case.verdict is not Verdict.PASSED and not loses_points(case)]
    if result.status == "graded" and advice:
        yield f"Without points: {', '.join(case.id for case in advice)} (-rP shows what was seen)"
    if banner:
        yield f"Note: {banner}"
    yield one_line(f"Next: {next_step(result, result.hidden_points, 'then run pytest again.')}")
