"""Which assignment a submission or a folder is for, by the functions that are defined. Nothing of it is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from grader import feedback
from grader.assignments import Gradable
from grader.errors import UsageError
from grader.intake import Entry, read_submission
from grader.model import Loaded, Stopped, Submission
from grader.runner import Limits, LocalRunner, Wanted

SAMPLE = 40
"""Submissions that are looked at to infer a folder's assignment."""


def of_submission(submission: Submission, known: Mapping[str, Gradable], runner: LocalRunner) -> Gradable:
    """The assignment whose functions a submission defines. Raises UsageError when that is none, or several."""
    if why := submission.problem or submission.unreadable:
        raise UsageError(why)
    counts = _votes(submission, known, runner)
    best = [name for name, count in counts.items() if count == max(counts.values())]
    if len(best) == 1:
        return known[best[0]]
    if best:
        raise UsageError(
            f"{submission.path} defines functions of several assignments ({', '.join(best)}); say which: "
            f"--assignment {best[0]}"
        )
    loaded = _loaded(submission, runner)
    if isinstance(loaded, Loaded) and loaded.fatal is not None:
        raise UsageError(f"{feedback.note(loaded.fatal)}; mend this first, or say which assignment with --assignment")
    raise UsageError(
        f"{submission.path} defines no function of a known assignment; say which it is for with --assignment "
        f"(there are: {', '.join(known)})"
    )


def _loaded(submission: Submission, runner: LocalRunner) -> Loaded | Stopped:
    """What becomes of a submission of which no function is known: it may be that Python cannot read it."""
    session = runner.open(submission, Wanted({}), Limits(), None)
    session.close()
    return session.loaded


def of_folder(entries: Sequence[Entry], known: Mapping[str, Gradable], runner: LocalRunner) -> Gradable:
    """The assignment of most submissions. Raises UsageError when there is no clear one."""
    votes: Counter[str] = Counter()
    for entry in entries[:SAMPLE]:
        counts = _votes(read_submission(entry), known, runner)
        best = [name for name, count in counts.items() if count == max(counts.values())]
        votes.update(best if len(best) == 1 else [])
    ranked = votes.most_common()
    if not ranked:
        raise UsageError(
            f"no submission defines a function of a known assignment ({', '.join(known)}); say --assignment ID"
        )
    if len(ranked) > 1 and ranked[1][1] * 4 > ranked[0][1]:
        seen = ", ".join(f"{name} ({count})" for name, count in ranked)
        raise UsageError(f"the folder holds submissions for several assignments: {seen}; say --assignment ID")
    return known[ranked[0][0]]


def names_of(spec: Gradable) -> list[str]:
    """What the functions of an assignment may be called."""
    return [alias for name, function in spec.assignment.functions.items() for alias in (name, *function.aliases)]


def _votes(submission: Submission, known: Mapping[str, Gradable], runner: LocalRunner) -> dict[str, int]:
    """For each assignment of which the submission defines functions, how many."""
    if submission.problem or submission.unreadable:
        return {}
    names = {name: names_of(spec) for name, spec in known.items()}
    defined = set(runner.outline(submission, sorted({n for each in names.values() for n in each})))
    return {name: count for name, each in names.items() if (count := len(defined.intersection(each)))}
