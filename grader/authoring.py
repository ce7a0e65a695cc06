"""What `grader new` and `grader verify --statement` do: a statement's text in, two files or a comparison out."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader.assignments import load_assignment, shipped_folder
from grader.console import warn
from grader.crosscheck import Crosscheck
from grader.crosscheck import crosscheck as checked_against
from grader.errors import SpecError, UsageError
from grader.runner import LocalRunner
from grader.skeleton import Skeleton, blank, skeleton
from grader.spec_fields import Id
from grader.spec_loader import SUFFIXES, parse_spec
from grader.statement import Statement, read_statement
from grader.statement_calls import Signature
from grader.statement_code import Unread

LARGEST = 1_000_000


def new(name: str, source: Path | None, specs: Path | None) -> None:
    """Write a spec and its reference, from a statement where there is one. Raises UsageError."""
    try:
        TypeAdapter(Id).validate_python(name)
    except ValidationError as error:
        raise UsageError(f"`{name}` cannot be an assignment's id: {error.errors()[0]['msg']}") from None
    folder = specs or Path("test_specs")
    above = folder.parent if folder.parent.resolve() == folder.resolve().parent else folder.resolve().parent
    spec, reference = folder / f"{name}.yaml", above / "reference" / f"{name}.py"
    for path in (*(spec.with_suffix(suffix) for suffix in SUFFIXES), reference):
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path}: this file is there already; nothing was written")
    statement = read_statement(_text(source) if source is not None else blank(name))
    if source is not None:
        _tell(source, statement.unread)
    if not statement.functions:
        raise UsageError(f"{source}: no function was found: its code blocks define none (`def name(parameters):`)")
    made = skeleton(name, statement, modeline=(above / "grader" / "spec.schema.json").is_file())
    _write_both({spec: made.spec, reference: made.reference})
    sys.stdout.write(f"{spec}\n{reference}\n")
    _say_what_is_left(name, statement, made, spec, reference, specs)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if len(data) > LARGEST:
            raise UsageError(f"{path}: this file is larger than {LARGEST:,} bytes: it is no statement")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: the statement cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: this is not UTF-8 text: save the statement as UTF-8") from None


def _tell(path: Path, places: Sequence[Unread]) -> None:
    for place in places:
        warn(f"{path}:{place.line}: {place.sentence}")


def _write_both(texts: Mapping[Path, str]) -> None:
    """Each file under a temporary name first; both get their own, or neither. Raises UsageError."""
    parts = {path: path.with_name(f".{secrets.token_hex(8)}.part") for path in texts}
    named: list[Path] = []
    try:
        for path, part in parts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(texts[path], encoding="utf-8")
        for path, part in parts.items():
            part.rename(path)
            named.append(path)
    except BaseException as error:
        for path in named:
            path.unlink()
        if isinstance(error, OSError):
            raise UsageError(f"{error.filename}: this could not be written ({error.strerror})") from error
        raise
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink()


def _say_what_is_left(
    name: str, statement: Statement, made: Skeleton, spec: Path, reference: Path, specs: Path | None
) -> None:
    try:
        parse_spec(made.spec, str(spec), lambda _: made.reference)
    except SpecError as error:
        for problem in error.problems:
            warn(f"to be mended: {problem}")
    missing = [function.name for function in statement.functions if not function.source]
    if missing:
        warn(f"{reference}: fill in the bodies of {', '.join(missing)}")
    if not statement.points:
        warn(f"the statement does not say its points: {spec} has 10")
    if not statement.examples:
        warn("the statement has no example with values; write some into the spec as `cases:` if you like")
    if not statement.is_complete or "\nmisconceptions:" not in made.spec:
        warn(f"{spec}: name the mistakes that you expect at its end; `grader verify` needs some")
    shipped = (shipped_folder() / f"{name}.yaml").exists()
    option = f" --specs {spec.parent}" if specs is not None or shipped else ""
    warn(f"then: grader check {reference} -a {name}{option}")
    warn(f"and:  grader verify {name}{option}")


# --- verify --statement --------------------------------------------------------------------------


def crosscheck(names: Sequence[str], path: Path, specs: Path | None, as_json: bool) -> bool:
    """Compare a statement's examples with an assignment's reference; whether they agree. Raises GraderError."""
    if len(names) != 1:
        raise UsageError("`--statement` belongs to one assignment: say `grader verify ID --statement FILE`")
    spec = load_assignment(names[0], specs)
    known = [
        Signature(alias, tuple(said.parameters), tuple(said.returns) or ("output",))
        for name, said in spec.assignment.functions.items()
        for alias in (name, *said.aliases)
    ]
    statement = read_statement(_text(path), known)
    with LocalRunner() as runner:
        found = checked_against(spec, statement, runner)
    _tell(path, [*statement.unread, *found.unread])
    sys.stdout.write(_json(found, path) if as_json else _words(found, path))
    return not found.contradictions


def _json(found: Crosscheck, path: Path) -> str:
    return json.dumps({"schema": "grader.crosscheck/1", "statement": str(path), **asdict(found)}) + "\n"


def _words(found: Crosscheck, path: Path) -> str:
    lines = [f"{path}:{place.line}: {place.sentence}" for place in found.contradictions]
    if not found.compared:
        lines.append(f"{path}: it has no example with values: there is nothing to compare")
    elif not lines:
        plural = "s" if found.compared > 1 else ""
        lines.append(f"{path}: {found.compared} example{plural}: the reference of {found.assignment} agrees")
    return "\n".join(lines) + "\n"
