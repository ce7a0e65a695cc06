"""pydantic's errors in words of the file: where in it, what was expected, what is there.

Whoever reads these sentences knows YAML and the assignment, and has never heard of pydantic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader import checks, inputs
from grader.errors import did_you_mean
from grader.spec import Assignment
from grader.yaml_tree import hint

Path = tuple[str | int, ...]
MAX_SHOWN = 60
GENERATORS: Mapping[str, type[BaseModel]] = {generator.KEY: generator for generator in inputs.GENERATORS}
CHECKS: Mapping[str, type[BaseModel]] = {check.NAME: check for check in checks.CHECKS}
EXPECTED = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "keys with values (`key: value`)"),
    **dict.fromkeys(("list_type", "tuple_type"), "a list"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    "string_type": "a text",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:.10g}",
    "less_than_equal": "{le:g} or less",
    "too_short": "at least {min_length:g} entry",
    "literal_error": "{expected}",
}
"""What to say for pydantic's kinds of error; a class of this project says it itself."""


@dataclass(frozen=True)
class Wrong:
    """A value that its key cannot have; of a missing key, `path` is the mapping. `kind` is pydantic's word."""

    path: Path
    sentence: str
    kind: str


def wrong_values(error: ValidationError, data: object) -> Iterator[Wrong]:
    """All that pydantic found in the data of a file."""
    for details in error.errors(include_url=False):
        path = _path_in_file(details["loc"], data)
        yield Wrong(path, _sentence(details, path), details["type"])


def _path_in_file(loc: Path, data: object) -> Path:
    """pydantic's location without the parts that are its own (tags of unions, missing keys)."""
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


def _sentence(details: ErrorDetails, path: Path) -> str:
    match details["type"]:
        case "extra_forbidden":
            known = _known_keys(details["loc"])
            guess = did_you_mean(str(path[-1]), known)
            return f"unknown key `{path[-1]}`{guess} (known here: {', '.join(known) or 'none'})"
        case "missing":
            return f"`{_dotted((*path, details['loc'][-1]))}` is missing"
        case "value_error":
            return f"`{_dotted(path)}`: {details['ctx']['error']}"
        case _:
            value = details["input"]
            where = f"`{_dotted(path)}`" if path else "the file"
            return f"{where}: {_expected(details, value)}; got {_shown(value)}{_guess(details, value)}"


def _expected(details: ErrorDetails, value: Any) -> str:
    kind, context = details["type"], details.get("ctx", {})
    scalar = isinstance(value, str | int | float) and not isinstance(value, bool)
    if "<word>" in details["loc"]:
        return "expected `reference`, or values by name such as {output: [[1, 2], [3, 4]]}"
    if "<policy>" in details["loc"]:
        return "expected `none`, `zero`, or what a day costs, such as {per_day: 10%, most: 50%}"
    if kind == "array" and "<numbers>" in details["loc"] and not isinstance(value, list):
        return "expected numbers, such as [[1, 2], [3, 4]], or how to draw them, such as {normal: [n, d]}"
    if kind in ("list_type", "tuple_type") and scalar:
        return f"expected a list, such as [{value}]"
    if kind == "string_type" and scalar:
        return f"expected a text, such as {json.dumps(str(value))} in quotes"
    if kind in EXPECTED:
        return "expected " + EXPECTED[kind].format(**context).replace("'", "`")
    return details["msg"]


def _guess(details: ErrorDetails, value: Any) -> str:
    """What may have been meant."""
    match details["type"]:
        case "literal_error" if isinstance(value, str):
            return did_you_mean(value, re.findall("'([^']*)'", details["ctx"]["expected"]))
        case "zone":
            return did_you_mean(str(value), available_timezones() - {str(value)})
        case "check" if isinstance(value, dict) and len(value) != 1:
            return ": write one check in each entry of the list"
        case "check":
            return did_you_mean(str(next(iter(value)) if isinstance(value, dict) else value), CHECKS)
        case "given" if len(known := [key for key in value if key in GENERATORS]) > 1:
            return f": write one of {', '.join(known)}"
        case "given":
            return next((found for key in value if (found := did_you_mean(str(key), GENERATORS))), "")
        case "array" | "number" | "int_type" | "int_parsing" | "float_type" | "float_parsing":
            # Not for one letter: `n` is far more often a size than a YAML 1.1 "no".
            return next(
                (f": {text}" for inner in _leaves(value) if inner not in ("n", "y") and (text := hint(inner))), ""
            )
        case _:
            return ""


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _dotted(path: Path) -> str:
    """`groups[1].given.X`; people count from 1."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _shown(value: object) -> str:
    """A value as it stands in a YAML file, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str) if value is not None else "nothing"
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


# --- which keys there are ------------------------------------------------------------------------


def _known_keys(loc: Path) -> list[str]:
    """The keys of the mapping at an error's place, found by walking the model."""
    model: type[BaseModel] = Assignment
    for index, part in enumerate(loc[:-1]):
        if not isinstance(part, str):
            continue
        if part.strip("<>") in GENERATORS and part[0] == "<":
            model = GENERATORS[part.strip("<>")]
        elif part in CHECKS and loc[max(0, index - 2)] == "checks":
            model = CHECKS[part]
        else:
            field = next((field for name, field in model.model_fields.items() if part in (name, field.alias)), None)
            model = (field and _model_in(field.annotation)) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as `list[Group]` or `Draw | None` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(inner) for inner in getattr(annotation, "__args__", ()))
    return next((model for model in found if model is not None), None)
