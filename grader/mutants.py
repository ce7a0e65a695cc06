"""The reference with misconceptions put in: its source text. Pure; a mutant is run like any submission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.model import Outcome, Raised, Run
from grader.spec import Edit, Misconception


def problems(reference: str, misconception: Misconception) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(place in the misconception, sentence) of every edit that does not fit the reference."""
    for number, edit in enumerate(misconception.edits):
        place: tuple[str | int, ...] = ("variants", number - 1) if number else ()
        for old in edit.replace:
            count = reference.count(old)
            if count != 1:
                what = "is not there" if count == 0 else f"is there {count} times: take more of the line"
                yield (*place, "replace", old), f"this text must be in the reference exactly once, and it {what}"


def mutated(reference: str, edits: Sequence[Edit]) -> str | None:
    """The source with all of some edits made; None when they do not go together."""
    source = reference
    for edit in edits:
        for old, new in edit.replace.items():
            if source.count(old) != 1:  # the first of two has changed what the second would change
                return None
            source = source.replace(old, new)
    defined = [edit.define for edit in edits if edit.define]
    return "\n\n".join([source, *defined]) + "\n" if defined else source


# --- many of them in one worker --------------------------------------------------------------

NOT_LOADED = "MutantNotLoaded"
"""The exception of a mutant whose text cannot be run, or that lacks a function."""

_TOGETHER = f"""

class {NOT_LOADED}(Exception):
    pass


_LOADED = {{}}


def _mutant(number, name, *arguments):
    if number not in _LOADED:
        _LOADED[number] = {{"__name__": "mutant"}}
        try:
            exec(compile(_TEXTS[number], "mutant.py", "exec"), _LOADED[number])
        except BaseException:
            _LOADED[number] = {{}}
    if name not in _LOADED[number]:
        raise {NOT_LOADED}(name)
    return _LOADED[number][name](*arguments)
"""


def together(reference: str, sources: Sequence[str], functions: Sequence[str]) -> str:
    """One text for many mutants: each function takes the mutant's number before its own arguments.

    The reference stands first, for what it imports has to be there before the cage is closed.
    """
    own = [
        f"\ndef {name}(number, *arguments):\n    return _mutant(number, {name!r}, *arguments)\n" for name in functions
    ]
    return "\n".join([reference, _TOGETHER, f"_TEXTS = {list(sources)!r}\n", *own])


def numbered(run: Run, number: int) -> Run:
    """A run of the reference as one of a mutant in such a text."""
    steps = tuple(replace(step, arguments=(number, *step.arguments)) for step in run.steps)
    return replace(run, steps=steps)


def is_unloaded(outcome: Outcome) -> bool:
    """Whether a run of a mutant says that it is none."""
    return isinstance(outcome, Raised) and outcome.exception == NOT_LOADED
