"""Calls a submission's functions, step by step, and says what came of it: the answer to a request for a run."""

from __future__ import annotations

import inspect
import itertools
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

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


def parameters_of(function: Any) -> tuple[list[str], int, int | None]:
    """Names of the parameters, how many are required, how many are taken at most by position (None: any).

    Parameters that only a name can fill stand behind a `*`; where one of them is required, no call by position will do:
    none are taken at most.
    """
    try:
        positional, named, takes_any = _plain_parameters(function) or _any_parameters(function)
        names = [str.__getitem__(name, slice(40)) for name, _ in positional]
        forced = [str.__getitem__(name, slice(40)) for name, is_required in named if is_required]
    except BaseException:  # noqa: BLE001  # no signature to be had, or a hostile one: nothing is known
        return [], 0, None
    required = sum(is_required for _, is_required in positional)
    if forced:
        return [*names, "*", *forced][:20], required + len(forced), 0
    return names[:20], required, None if takes_any else len(names)


_Parameters: TypeAlias = tuple[list[tuple[str, bool]], list[tuple[str, bool]], bool]
"""Name of each parameter that is filled by position, and whether it is required; the same of those that only a name
fills; whether there is a `*args`."""


def _plain_parameters(function: Any) -> _Parameters | None:
    """Those of a function as `def` makes it; None of all else. `inspect` takes a tenth of a worker's time for them."""
    if type(function) is not types.FunctionType or function.__dict__:  # a decorator may have left something in it
        return None
    code = function.__code__
    count, optional = code.co_argcount, len(function.__defaults__ or ())
    by_name = code.co_varnames[count : count + code.co_kwonlyargcount]
    given = function.__kwdefaults__ or {}
    positional = [(name, number < count - optional) for number, name in enumerate(code.co_varnames[:count])]
    return positional, [(name, name not in given) for name in by_name], bool(code.co_flags & inspect.CO_VARARGS)


def _any_parameters(function: Any) -> _Parameters:
    """Those of whatever can be called. Raises all kinds of exceptions."""
    parameters = list(inspect.signature(function).parameters.values())
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    named = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    takes_any = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return (
        [(p.name, p.default is p.empty) for p in positional],
        [(p.name, p.default is p.empty) for p in named],
        takes_any,
    )


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
