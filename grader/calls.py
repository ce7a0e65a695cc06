"""Calls a submission's functions, step by step, and says what came of it: the answer to a request for a run."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader import wire
from grader.faults import raised
from grader.remarks import Naming, Warned, as_submitted, of_nothing, remarked
from grader.values import encode_values, type_name

WRAPPERS = 10
"""Decorators of one function that are looked through."""
NOWHERE: Mapping[str, str] = {}


@dataclass
class Calls:
    """The assignment's functions as a submission defines them, ready to be called."""

    functions: Mapping[str, Any]
    unbound: Mapping[str, str] = field(default_factory=dict)
    """Names that have no value because something failed, and what."""
    warned: Warned = field(default_factory=Warned)
    naming: Naming = as_submitted
    through: tuple[type[BaseException], ...] = ()
    """Exceptions that are not the student's, and not caught: who interrupts a notebook means all of it."""

    def run(self, message: wire.Message) -> tuple[bytes, bytes]:
        """Run a case's steps; the observed values, or where and why it stopped."""
        fields = message.fields
        namespace: dict[str, Any] = dict(zip(fields["inputs"], message.arrays, strict=True))
        namespace |= fields["scalars"]
        remarks: dict[str, str] = {}
        self.warned.next_run()
        for step in fields["steps"]:
            if step["function"] not in self.functions:
                return wire.encode_body({"missing": step["function"]})
            function = self.functions[step["function"]]
            arguments = [namespace[a["name"]] if "name" in a else a["value"] for a in step["arguments"]]
            try:
                returned = function(*arguments)
                mismatch = bind(returned, step["targets"], namespace)
            except self.through:
                raise
            except BaseException as error:  # noqa: BLE001  # the student's exception, of whatever class, is the outcome
                return wire.encode_body(raised(error, step["text"], self.unbound, self.naming))
            remark = of_nothing(function) if returned is None else self.warned.remark()
            if mismatch:
                said = remarked(mismatch, remark) if returned is None else mismatch
                return wire.encode_body({"mismatch": said, "step": step["text"]})
            remarks |= dict.fromkeys(step["targets"], remark)
        try:
            return encode_values({name: namespace[name] for name in fields["observe"]}, remarks)
        except MemoryError as error:  # the values are there, but no room to copy them
            return wire.encode_body(raised(error, fields["steps"][-1]["text"], {}))


def where(function: Any, main: str, naming: Naming = str, *, name: str = "", bound: Mapping[str, str] = NOWHERE) -> str:
    """File and line of a function, as far as it can be known.

    `bound` are the main file's `syntax.places`. What a decorator returns has the decorator's lines, a
    callable object none: then the place that binds `name` is told.
    """
    try:
        for _ in range(WRAPPERS):
            if (inner := getattr(function, "__wrapped__", None)) is None:
                break
            function = inner
        code = function.__code__
        if code.co_name in (name, *bound) or name not in bound:
            own = f"{naming(code.co_filename) or main}:{code.co_firstlineno}"[:120]
            return bound.get(own, own)
    except BaseException:  # noqa: BLE001  # there may be none, and attributes of student objects may raise anything
        pass
    return bound.get(name, main)[:120]


def bind(returned: Any, targets: list[str], namespace: dict[str, Any]) -> str:
    """Give a step's values their names; a description of what came back when the count is wrong."""
    if len(targets) == 1:
        namespace[targets[0]] = returned
        return ""
    kind = type_name(returned)
    if isinstance(returned, tuple | list) or (isinstance(returned, np.ndarray) and returned.ndim > 0):
        count = str(len(returned))
    elif isinstance(returned, str | bytes | np.ndarray) or not isinstance(returned, Iterable):
        return kind
    else:  # as in Python, whatever can be iterated; no further than needed, for it may have no end
        returned = tuple(itertools.islice(returned, len(targets) + 1))
        count = str(len(returned)) if len(returned) <= len(targets) else f"more than {len(targets)}"
    if count == str(len(targets)):
        namespace.update(zip(targets, returned, strict=True))
        return ""
    return f"{kind} of {count}"
