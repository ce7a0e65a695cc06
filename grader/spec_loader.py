"""YAML → Assignment: where specs are found, how they are read, and what their author is told.

All problems of a file are told at once, each as `file:line:column: sentence`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.cases import CaseFault, build_cases
from grader.errors import SpecError, UsageError
from grader.spec import Assignment
from grader.spec_rules import did_you_mean, faults
from grader.yaml_tree import Tree, read_tree

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Spec:
    """A spec that was read: its assignment, its file, and what identifies its content."""

    assignment: Assignment
    path: Path
    sha256: str
    reference: Path


def load_spec(path: Path) -> Spec:
    """Raises SpecError with all problems, UsageError when the file cannot be read."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: the spec cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise SpecError((f"{path}:1:1: the file is not UTF-8 text (byte {error.start}); save it as UTF-8",)) from None
    assignment = parse_spec(text, str(path))
    reference = path.parent.parent / assignment.reference
    return Spec(assignment, path, hashlib.sha256(data).hexdigest(), reference)


def parse_spec(text: str, name: str) -> Assignment:
    """A spec's text as an Assignment. Raises SpecError."""
    tree, problems = read_tree(text)
    told = [f"{name}:{_place(tree, p.path, p.mark)}: {p.message}" for p in problems]
    if told and tree.data is None:
        raise SpecError(tuple(told))
    try:
        assignment = Assignment.model_validate(tree.data)
    except ValidationError as error:
        told += [f"{name}:{place}: {sentence}" for place, sentence in _validation(error, tree)]
        raise SpecError(tuple(told)) from None
    told += [f"{name}:{_place(tree, path)}: {sentence}" for path, sentence in faults(assignment)]
    if told:
        raise SpecError(tuple(told))
    try:
        build_cases(assignment, assignment.seed)
    except CaseFault as fault:
        raise SpecError((f"{name}:{_place(tree, fault.path)}: {fault.message}",)) from None
    return assignment


def _place(tree: Tree, path: tuple[str | int, ...], mark: Any = None) -> str:
    found = mark or tree.mark(path)
    return f"{found.line}:{found.column}"


# --- pydantic's errors in words of the file ----------------------------------------------------


def _validation(error: ValidationError, tree: Tree) -> Iterator[tuple[str, str]]:
    for details in error.errors(include_url=False):
        path = _path_in_file(details["loc"], tree.data)
        missing = details["type"] == "missing"
        yield _place(tree, path), _sentence(details, path if not missing else (*path, details["loc"][-1]))


def _path_in_file(loc: tuple[str | int, ...], data: object) -> tuple[str | int, ...]:
    """pydantic's location without the parts that are its own (union tags, missing keys)."""
    path: list[str | int] = []
    for part in loc:
        if isinstance(data, list):
            if not isinstance(part, int) or part >= len(data):
                continue
            data = data[part]
        elif isinstance(data, Mapping) and part in data:
            data = data[part]
        else:
            continue
        path.append(part)
    return tuple(path)


def _sentence(details: ErrorDetails, path: tuple[str | int, ...]) -> str:
    where = _dotted(path)
    match details["type"]:
        case "extra_forbidden":
            known = _keys_beside(details["loc"])
            hint = did_you_mean(str(path[-1]), known)
            return f"unknown key `{path[-1]}`" + (hint or (f"; known here are: {', '.join(known)}" if known else ""))
        case "missing":
            return f"`{where}` is missing"
        case "model_type" | "dict_type":
            return f"`{where or 'the file'}`: expected keys with values, got {_shown(details['input'])}"
        case "value_error":
            return f"`{where}`: {details['ctx']['error']}"
        case "given" | "check" | "array" | "points" | "identifier" | "quantity":
            return f"`{where}`: {details['msg']}; got {_shown(details['input'])}"
        case _:
            return f"`{where}`: {details['msg'].replace('Input should be', 'expected')}; got {_shown(details['input'])}"


def _dotted(path: tuple[str | int, ...]) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _keys_beside(loc: tuple[str | int, ...]) -> list[str]:
    """The keys that the mapping at an error's place may have, found by walking the model."""
    from grader.checks import CHECKS
    from grader.inputs import GENERATORS

    tags: dict[str, type[BaseModel]] = {f"<{g.KEY}>": g for g in GENERATORS} | {c.NAME: c for c in CHECKS}
    model: type[BaseModel] | None = Assignment
    for part in loc[:-1]:
        if isinstance(part, str) and part in tags:
            model = tags[part]
        elif isinstance(part, str) and model is not None:
            field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
            model = _model_in(field.annotation) if field is not None else model
    return [f.alias or n for n, f in model.model_fields.items()] if model is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as `list[Group]` or `Draw | None` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _model_in(inner)) is not None:
            return found
    return None
