"""Every sentence that a student reads and that is not a check's own: notes on loading, exceptions, ends of workers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence

from grader.checks.expected import returned_nothing
from grader.model import (
    RETURN_COUNT,
    Candidate,
    Finding,
    FoundFunction,
    Loaded,
    Missing,
    Note,
    Outcome,
    Raised,
    Returned,
    Stopped,
    Value,
)
from grader.remedies import missing_module, plainly, remedy, syntax_remedy
from grader.spec import Assignment, Function

Fields = Mapping[str, str]


class _Told(dict[str, str]):
    """A note's fields; they come from the worker, so that none is relied upon."""

    def __missing__(self, key: str) -> str:
        return "?"


def _at(fields: Fields) -> str:
    known = fields.get("line", "0") not in ("", "0")
    return f"{fields['file']}, line {fields['line']}" if known else fields["file"]


def _exception(fields: Fields) -> str:
    return _raised(fields["exception"], fields["message"])


def _raised(exception: str, message: str) -> str:
    """An exception with its message, and what to do about it."""
    what = remedy(exception, message)
    return exception + (f": {plainly(message)}" if message else "") + (f" ({what})" if what else "")


def _syntax_error(fields: Fields) -> str:
    shown = f": `{fields['text']}`" if fields.get("text") else ""
    what = syntax_remedy(fields["message"], fields.get("text", ""))
    return f"{_at(fields)}: Python cannot read this: {fields['message']}{shown}" + (f" ({what})" if what else "")


def _repaired(fields: Fields) -> str:
    what = {
        "tabs": "tabs and spaces are mixed in the indentation; they were read as spaces",
        "fences": "the file holds Markdown fences (```); they were left out, and what is no code around them",
        "spaces": "there are invisible characters; they were read as spaces, or left out",
        "magics": "notebook commands (%, !) are no Python; they were left out",
    }
    parts = [what[kind] for kind in fields["repair"].split(" and ") if kind in what] or ["the file was repaired"]
    return f"{_at(fields)}: {'; '.join(parts)}"


def _stopped(fields: Fields) -> str:
    happened = {
        "timeout": "did not end in time",
        "output": "printed without end",
        "memory": "used too much memory",
    }.get(fields["reason"], "ended the process")
    return f"{_at(fields)}: this statement {happened}; it was left out and the rest was graded"


def _module(fields: Fields) -> str:
    module = fields["module"]
    return f"{_at(fields)}: the module `{module}` is not available here; {missing_module(module)}; all else was graded"


def _definition(fields: Fields) -> str:
    what = f"the definition of `{fields['name']}`" if fields.get("name") else "this definition"
    return f"{_at(fields)}: {what} raised {_exception(fields)}"


NOTES: Mapping[str, Callable[[Fields], str]] = {
    "empty": lambda f: f"{f['file']} is empty: there is no code in it",
    "nul": lambda f: f"{f['file']} holds NUL characters: it is no text file",
    "source_too_large": lambda f: f"{f['file']} holds more than 1 MB of code, which is not graded",
    "not_a_notebook": lambda f: f"{f['file']} is no Jupyter notebook that can be read ({f['message']})",
    "syntax_error": _syntax_error,
    "encoding": lambda f: f"{f['file']} is not UTF-8; it was read as {f['encoding']}",
    "repaired": _repaired,
    "statement_raised": lambda f: f"{_at(f)}: this statement raised {_exception(f)}; the rest was graded",
    "definition_failed": _definition,
    "hints_left_out": lambda f: f"{_at(f)}: the type hints raised {_exception(f)}; they were left out",
    "module_not_available": _module,
    "function_elsewhere": lambda f: f"`{f['function']}` was found in {f['file']}",
    "statement_stopped": _stopped,
    "definitions_only": lambda f: f"{f['file']}: only imports, functions and constants were loaded",
}
"""Kind of note → its sentence."""


def note(told: Note) -> str:
    """A note as a sentence."""
    word = NOTES.get(told.kind)
    fields = _Told(told.fields)
    return word(fields) if word is not None else f"{_at(fields)}: something unusual, of no kind that is known"


def signature_notes(assignment: Assignment, loaded: Loaded) -> list[str]:
    """What to say of functions that are missing, or take another number of arguments: once each."""
    notes = (signature_note(name, function, loaded) for name, function in assignment.functions.items())
    return [told for told in notes if told]


def signature_note(name: str, function: Function, loaded: Loaded) -> str:
    """The same of one function; empty when it can be called."""
    found = loaded.functions.get(name)
    wanted = f"{name}({', '.join(function.parameters)})"
    count = len(function.parameters)
    if found is None:
        return _missing(name, wanted, function.aliases, loaded)
    if found.required <= count and (found.maximum is None or found.maximum >= count):
        return ""
    has = f"{found.name}({', '.join(found.parameters)})"
    what = _unfit(found, function.parameters)
    file, _, line = found.where.rpartition(":")
    where = f"{file}, line {line}" if file and line.isdecimal() else found.where
    return f"{where}: {has} cannot be called as the assignment does, {wanted}: {what}"


def _unfit(found: FoundFunction, wanted: Sequence[str]) -> str:
    """Why a function cannot be called with so many arguments, by position."""
    count = f"{len(wanted)} argument{'' if len(wanted) == 1 else 's'}"
    if "*" in found.parameters:
        return f"it gets {count}, none of them by name; what is behind the `*` needs a default, or its place before it"
    if found.required > len(wanted):
        more = [f"`{name}`" for name in found.parameters[len(wanted) : found.required]]
        return f"it gets {count}; {', '.join(more) or 'all others'} must go, or have a default"
    return f"it gets {count}, but takes {found.maximum} at most"


def _missing(name: str, wanted: str, aliases: Sequence[str], loaded: Loaded) -> str:
    also = f" (or {', '.join(aliases)})" if aliases else ""
    names = {text.partition("(")[0]: text for text in loaded.others}
    itself = next((names[n] for n in (name, *aliases) if n in names), "")
    if itself:
        return _undefined(itself, loaded)
    within = next((n for n in names if n.rpartition(".")[2] in (name, *aliases)), "")
    nearest = within or nearest_name(name, list(names))
    found = names[nearest] if nearest else ", ".join(list(names.values())[:3])
    sentence = f"{wanted}{also} is not defined" + (f"; found {found}" if found else "")
    inside = ": write it at the top level of the file, in no class or other function"
    return sentence + (inside if "." in nearest else "")


def nearest_name(name: str, names: Sequence[str]) -> str:
    """The name that is most like it, as a whole or in one of its parts: `SelfAttention.forward`."""
    parts = {part.lower(): whole for whole in reversed(names) for part in (*whole.split("."), whole)}
    close = difflib.get_close_matches(name.lower(), list(parts), 1, 0.5)
    return parts[close[0]] if close else ""


def _undefined(written: str, loaded: Loaded) -> str:
    """Of a function that stands in the file: its definition raised, or something else kept it from being there."""
    name = written.partition("(")[0]
    failed = [told.fields for told in loaded.notes if told.kind == "definition_failed"]
    own = [fields for fields in failed if fields.get("name") == name] or [f for f in failed if not f.get("name")]
    if own:
        places = ", or ".join(_at(_Told(fields)) for fields in own)
        return f"{written} is not defined, because its definition raised ({places})"
    return f"{written} is in the file, but not defined once the file has run (is it under an `if`, or replaced below?)"


def candidate_note(chosen: Candidate, candidates: Sequence[Candidate], main: str) -> str:
    """Which reading of the submission was graded, when it was not the plain one or there were others."""
    if chosen.cells is not None and not chosen.main.lower().endswith(".ipynb"):  # an export, of cells without numbers
        return f"{chosen.main}: something is defined again further down; graded is what stands above that"
    if chosen.cells is not None:
        return (
            f"{chosen.main}: a later cell defines something again; graded are the cells before cell {chosen.cells + 1}"
        )
    files = list(dict.fromkeys([main, *(candidate.main for candidate in candidates)]))
    if len(files) > 1:
        return f"several files define the functions ({', '.join(files)}); graded is {chosen.main}"
    return ""


def load_failure(loaded: Loaded | Stopped) -> str:
    """Why a submission could not be loaded."""
    if isinstance(loaded, Stopped):
        return f"while the file was loaded, {stopped(loaded)}"
    return note(loaded.fatal) if loaded.fatal is not None else "there is nothing to grade"


def stopped(outcome: Stopped) -> str:
    """How a worker ended, as a sentence without a subject of its own."""
    match outcome.reason:
        case "timeout" if outcome.detail == "submission":
            return "the time for the whole submission was used up"
        case "timeout" if outcome.detail == "cpu":
            return "the CPU time for the whole submission was used up"
        case "timeout":
            digits = 0 if outcome.seconds >= 1 else 1
            return f"the code did not end within {outcome.seconds:.{digits}f} s (is there an endless loop?)"
        case "memory":
            return "the code used more memory than is allowed"
        case "output":
            return "the code printed without end"
        case "protocol":
            return f"the code disturbed the grader's channel ({outcome.detail})"
        case "crashed":
            return f"the code ended the process ({outcome.detail})"


def outcome_message(outcome: Outcome, assignment: Assignment) -> str:
    """What happened in a case that returned nothing to compare."""
    match outcome:
        case Returned():
            return ""
        case Missing(function=name):
            function = assignment.functions.get(name)  # the worker says which; it is not believed
            return f"{name}({', '.join(function.parameters)}) is not defined" if function else f"{name} is not defined"
        case Stopped():
            return stopped(outcome)
        case Raised(exception=exception) if exception == RETURN_COUNT:
            return _return_count(outcome, assignment)
        case Raised() if cannot_be_called(outcome):
            return f"{_called(outcome.step)} cannot be called as the assignment does: {outcome.step}"
        case Raised():
            last = f" ({outcome.frames[-1].file}, line {outcome.frames[-1].line})" if outcome.frames else ""
            return f"{_raised(outcome.exception, outcome.message)}{last}, in `{outcome.step}`"


def cannot_be_called(outcome: Raised) -> bool:
    """Whether the call itself failed, before any line of the function ran."""
    words = re.match(r"[\w.<>]+\(\) (?:missing|takes|got) ", outcome.message)
    return outcome.exception == "TypeError" and not outcome.frames and words is not None


def _called(step: str) -> str:
    return step.partition("=")[2].partition("(")[0].strip()


def _return_count(outcome: Raised, assignment: Assignment) -> str:
    function = _called(outcome.step)
    returns = assignment.functions[function].returns if function in assignment.functions else []
    wanted = f"({', '.join(returns)})" if returns else "several values"
    told = re.fullmatch(r"NoneType(?: \((\w+)\))?", outcome.message)
    if told is not None:
        return f"{returned_nothing(function, told[1] or '')}; expected {wanted}"
    kind, _, count = outcome.message.partition(" of ")
    got = f"a {kind} of {count}" if count else f"a value of type {kind}"
    got = "one array" if kind == "ndarray" else got
    return f"{function} returned {got}; expected {wanted}"


def finding_message(findings: Sequence[Finding]) -> str:
    """The first objection."""
    return next((finding.message for finding in findings if not finding.passed), "")


def returned_kind(value: Value) -> str:
    """A value in two words."""
    return f"{value.kind} {value.array.shape}" if value.array is not None else value.type_name


def wrong_reference(where: str, case: str, what: str) -> str:
    """A fault of the reference, for its author."""
    return f"{where}: the reference fails in case {case}: {what}"
