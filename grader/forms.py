"""Right numbers in the wrong form: a list where an array is asked for. One cause, however many cases it costs. Pure."""

from __future__ import annotations

from dataclasses import replace

from grader.diagnosis import Happened
from grader.model import Outcome, Returned, Value


def as_arrays(happened: Happened) -> Happened | None:
    """What would have come back were every list of numbers an array; None when there is no such list."""
    changed = {place: {name: _arrays(outcome) for name, outcome in runs.items()} for place, runs in happened.items()}
    same = all(outcome is runs[name] for place, runs in happened.items() for name, outcome in changed[place].items())
    return None if same else changed


def _arrays(outcome: Outcome) -> Outcome:
    if not isinstance(outcome, Returned) or not any(map(_is_listed, outcome.values.values())):
        return outcome
    values = {n: replace(value, kind="array") if _is_listed(value) else value for n, value in outcome.values.items()}
    return replace(outcome, values=values)


def _is_listed(value: Value) -> bool:
    return value.kind in ("list", "tuple") and value.array is not None
