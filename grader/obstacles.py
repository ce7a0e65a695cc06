"""Why functions cannot run at all: missing, not to be called as asked, or in need of a module that is not here.

It is told once and before all else, with what to do: what every case says of it only follows from it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from grader import feedback
from grader.insight import Clue
from grader.model import Loaded, Result, Stopped, Verdict
from grader.remedies import is_consequence, what_of_module
from grader.spec import Assignment, Function

ALIKE = 0.75
"""How much a name must be like the one that is asked for to be called another spelling of it."""


def with_obstacles(result: Result, assignment: Assignment, loaded: Loaded | Stopped) -> Result:
    """The result with what keeps its functions from running as its first clues; none where a mistake has a name."""
    lost = [case for case in result.cases if case.earned < case.possible and case.verdict is not Verdict.PASSED]
    if isinstance(loaded, Stopped) or loaded.fatal is not None or result.diagnoses or not lost:
        return result
    found = tuple(obstacles(assignment, loaded, [case.message for case in lost]))
    example = result.counterexample
    if found and example is not None and is_consequence(example.message):
        example = None  # its values are no reason
    return replace(result, clues=(*found, *result.clues), counterexample=example)


def obstacles(assignment: Assignment, loaded: Loaded, messages: Sequence[str]) -> Iterator[Clue]:
    """What keeps functions from running, in the words of the notes; `messages` are those of the cases."""
    of_functions = [
        (told, _todo(name, function, loaded))
        for name, function in assignment.functions.items()
        if (told := feedback.signature_note(name, function, loaded))
    ]
    needs_module = any("(its import failed: " in message for message in messages) or any(
        "its definition raised" in told for told, _ in of_functions
    )
    for note in loaded.notes:
        if note.kind == "module_not_available" and needs_module:
            yield Clue("stage", feedback.note(note), what_of_module(note.fields.get("module", "?")))
    yield from (Clue("stage", told, todo) for told, todo in of_functions)


def _todo(name: str, function: Function, loaded: Loaded) -> str:
    """What to do about a function that cannot be called."""
    found = loaded.functions.get(name)
    parameters = f"({', '.join(function.parameters)})"
    if found is not None:
        return f"Give {found.name} the parameters {parameters}"
    names = [text.partition("(")[0] for text in loaded.others]
    if any(each in (name, *function.aliases) for each in names):
        return f"Mend the definition of {name}"
    nearest = feedback.nearest_name(name, names)
    if "." in nearest:
        return f"Write {name}{parameters} at the top level of the file"
    if nearest and SequenceMatcher(None, _plain(name), _plain(nearest)).ratio() >= ALIKE:
        return f"Rename {nearest} to {name}"
    return f"Write {name}{parameters}"


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
