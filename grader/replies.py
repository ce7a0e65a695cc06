"""Requests and answers in the judge's terms: a worker's frame becomes an Outcome, or a breach of protocol.

Every field of an answer is checked here; an answer that is not what the protocol says is `Stopped("protocol")`.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader import wire
from grader.model import (
    RETURN_COUNT,
    Candidate,
    FoundFunction,
    Frame,
    Loaded,
    Missing,
    Name,
    Note,
    Outcome,
    Raised,
    Returned,
    Run,
    Stopped,
    Value,
)

WITH_ARRAY = frozenset({"array", "scalar", "list", "tuple"})
VALUE_KINDS = WITH_ARRAY | {"none", "other", "too_large"}
LONGEST_TEXT = 1000
MOST = 20
"""Entries kept of a list that the worker may make as long as a header allows; an honest one sends no more."""


class _Breach(Exception):
    """An answer that is not what the protocol says."""


@functools.lru_cache(maxsize=4096)
def run_request(run: Run) -> tuple[bytes, bytes]:
    """The request that runs a case's steps; encoded once for a whole class."""
    arrays = {name: value for name, value in run.inputs.items() if isinstance(value, np.ndarray)}
    scalars = {name: value for name, value in run.inputs.items() if name not in arrays}
    steps = [
        {
            "function": step.function,
            "arguments": [{"name": a.id} if isinstance(a, Name) else {"value": a} for a in step.arguments],
            "targets": step.targets,
            "text": step.text,
        }
        for step in run.steps
    ]
    fields = {"op": "run", "inputs": list(arrays), "scalars": scalars, "steps": steps, "observe": run.observe}
    return wire.encode_body(fields, list(arrays.values()))


def loaded(message: wire.Message) -> Loaded | Stopped:
    """The answer to a load request."""
    try:
        return _loaded(message)
    except (_Breach, LookupError, ValueError, TypeError) as error:
        return Stopped("protocol", f"its answer to loading is malformed ({error})"[:200])


def names(message: wire.Message) -> tuple[str, ...]:
    """The answer to an outline request; nothing when it is malformed."""
    found = message.fields.get("names")
    return tuple(_text(name) for name in found if isinstance(name, str)) if isinstance(found, list) else ()


def outcome(message: wire.Message, run: Run, seconds: float) -> Outcome:
    """The answer to a run request; `seconds` as the judge measured them."""
    try:
        return _outcome(message, run, seconds)
    except (_Breach, LookupError, ValueError, TypeError) as error:
        return Stopped("protocol", f"its answer is malformed ({error})"[:200])


def _outcome(message: wire.Message, run: Run, seconds: float) -> Outcome:
    fields = message.fields
    if "values" in fields:
        return Returned(_values(fields["values"], message.arrays, run.observe), seconds)
    if message.arrays:
        raise _Breach("arrays that no value names")
    if "raised" in fields:
        kind = "MemoryError" if fields["memory"] is True else _text(fields["raised"])
        frames = tuple(Frame(_text(f), _integer(n), _text(w)) for f, n, w in fields["frames"][-MOST:])
        return Raised(_text(fields["step"]), kind, _text(fields["message"]), frames, seconds)
    if "mismatch" in fields:
        return Raised(_text(fields["step"]), RETURN_COUNT, _text(fields["mismatch"]), (), seconds)
    return Missing(_text(fields["missing"]))


def _values(described: object, arrays: tuple[NDArray[Any], ...], observe: tuple[str, ...]) -> dict[str, Value]:
    if not isinstance(described, list) or [entry[0] for entry in described] != list(observe):
        raise _Breach("not the values that were asked for")
    if sum(entry[3] is True for entry in described) != len(arrays):
        raise _Breach("another number of arrays than it says")
    values, left = {}, iter(arrays)
    for name, kind, type_name, has_array in described:
        if kind not in VALUE_KINDS or type(has_array) is not bool or (has_array and kind not in WITH_ARRAY):
            raise _Breach("a value of no known kind")
        values[name] = Value(kind, _text(type_name), next(left) if has_array else None)
    return values


def _loaded(message: wire.Message) -> Loaded:
    fields = message.fields
    notes = tuple(_note(kind, entries) for kind, entries in fields["problems"][:MOST])
    main = _text(fields["main"])
    if fields["fatal"] is not None:
        kind, entries = fields["fatal"]
        return Loaded({}, (), notes, (), main, fatal=_note(kind, entries))
    if not isinstance(fields["functions"], dict):
        raise _Breach("functions without names")
    functions = {_text(wanted): _function(entry) for wanted, entry in fields["functions"].items()}
    candidates = tuple(Candidate(_text(file), _count(cells)) for file, cells in fields["candidates"][:9])
    others = tuple(_text(text) for text in fields["others"][:MOST])
    return Loaded(functions, others, notes, candidates, main)


def _function(entry: list[Any]) -> FoundFunction:
    name, parameters, required, maximum, where = entry
    texts = tuple(_text(parameter) for parameter in parameters[:MOST])
    return FoundFunction(_text(name), texts, _integer(required), _count(maximum), _text(where))


def _note(kind: object, fields: object) -> Note:
    if not isinstance(fields, dict):
        raise _Breach("a note without fields")
    return Note(_text(kind), {_text(key): _text(value) for key, value in fields.items()})


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Breach("a text that is none")
    # JSON can hold half of a surrogate pair; no report can be written with one.
    return value[:LONGEST_TEXT].encode("utf-8", "replace").decode()


def _integer(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise _Breach("a number that is none")
    return value


def _count(value: object) -> int | None:
    return None if value is None else _integer(value)
