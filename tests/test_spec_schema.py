"""The JSON schema that editors check specs with: it is up to date, says yes to right specs and no to usual mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # comes with nbformat, without types
import pytest
from pydantic import TypeAdapter
from specs import SMALL, problems, spoiled

from grader import spec_schema
from grader.assignments import shipped_folder, spec_files
from grader.checks import CHECKS
from grader.inputs import GENERATORS
from grader.spec import Assignment, LimitsSpec
from grader.yaml_tree import read_tree

FILE = Path(spec_schema.__file__).parent / "spec.schema.json"
SCHEMA: dict[str, Any] = json.loads(spec_schema.schema_text())


def objections(text: str) -> list[str]:
    tree, found = read_tree(text)
    assert found == ()
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(tree.data)]


def test_the_file_is_what_the_models_say() -> None:
    """Otherwise: `grader schema > grader/spec.schema.json`."""
    assert FILE.read_text(encoding="utf-8") == spec_schema.schema_text()


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", spec_files(shipped_folder()).values(), ids=lambda path: path.stem)
def test_shipped_specs_fit_and_name_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert objections(text) == []
    start, name = text.splitlines()[0].split("=")
    assert start == "# yaml-language-server: $schema"
    assert (path.parent / name).resolve() == FILE.resolve()


WHOLE = """
dates: {released: 2024-05-03, due: 2024-05-17T18:00+02:00, zone: UTC, grace: 1h, late: {per_day: 10%, most: 12.5 %}}
limits: {import: 10s, case: 500ms, submission: 1min, memory: 1 GB}
tolerance: {rtol: 0, atol: 1e-6}
modules: [scipy]
seed: 3
observe: [output]
conventions:
  scale: {reference: a, choices: {a: {X2: 1 / sqrt(n), lead: [n, 2]}, b: {X2: 3, lead: []}}}
"""


@pytest.mark.parametrize(
    "text",
    [
        SMALL,
        SMALL + WHOLE,
        spoiled(("V: {normal: [n, d]}", "V: [[1, 2.5], [true, 4]]")),
        spoiled(("V: {normal: [n, d]}", "V: 3")),
        spoiled(("expect: reference", "expect: {output: [[1, 2]], Q: 3}")),
        spoiled(("[inputs_unchanged]", "[{token_permutation: {along: n}}, {deterministic: {}}]")),
        spoiled(("{n: 4, d: 3}", "{n: 2..7, d: n * 2}, count: 3, where: [n > 2]")),
    ],
)
def test_right_specs(text: str) -> None:
    assert objections(text) == []


@pytest.mark.parametrize(
    "text",
    [
        spoiled(("title: Attention\n", "")),
        spoiled(("title: Attention", "titel: Attention")),
        spoiled(("title: Attention", "title: 3")),
        spoiled(("assignment: attention", "assignment: the attention")),
        spoiled(("points: 3", "points: ten")),
        spoiled(("points: 3", "points: -1")),
        spoiled(("points: 3", "points: 99999")),
        spoiled(("  project:", "  my project:")),
        spoiled(("parameters: [X, W]", "parameters: X")),
        spoiled(("parameters: [X, W], ", "")),
        spoiled(("parameters: [X, W]", "parameters: [X, 1W]")),
        spoiled(("- Q = project(X, W)", "- Q: project(X, W)")),
        spoiled(("V: {normal: [n, d]}", "V: {norml: [n, d]}")),
        spoiled(("V: {normal: [n, d]}", "V: {normal: n}")),
        spoiled(("V: {normal: [n, d]}", "V: {normal: [n, d], stdd: 2}")),
        spoiled(("V: {normal: [n, d]}", "V: {normal: [n, d], zeros: [n, d]}")),
        spoiled(("V: {normal: [n, d]}", "V: {normal: [n, d], dtype: float63}")),
        spoiled(("V: {normal: [n, d]}", "V: hello")),
        spoiled(("V: {normal: [n, d]}", "my V: 3")),
        spoiled(("draw: {sizes:", "draw: {count: many, sizes:")),
        spoiled(("draw: {sizes:", "draw: {count: 0, sizes:")),
        spoiled(("{n: 4, d: 3}", "{n: -4, d: 3}")),
        spoiled(("{n: 4, d: 3}", "{n: [4], d: 3}")),
        spoiled(("expect: reference", "expect: refernce")),
        spoiled(("expect: reference", "expect: {output: text}")),
        spoiled(("expect: reference", "award: al")),
        spoiled(("[inputs_unchanged]", "[inputs_unchangd]")),
        spoiled(("[inputs_unchanged]", "inputs_unchanged")),
        spoiled(("[inputs_unchanged]", "[{token_permutation: {alon: n}}]")),
        spoiled(("[inputs_unchanged]", "[{deterministic: {}, convex_hull: {}}]")),
        SMALL[: SMALL.index("groups:")],
        SMALL[: SMALL.index("groups:")] + "groups: []\n",
        SMALL + "limits: {case: 5}\n",
        SMALL + "limits: {case: 5 sec}\n",
        SMALL + "limits: {memory: 512mb}\n",
        SMALL + "tolerance: {rtol: 2}\n",
        SMALL + "seed: -1\n",
        SMALL + "dates: {due: 17.5.2024}\n",
        SMALL + "dates: {due: 2024-05-17T18:00Z, late: {per_day: 10}}\n",
        SMALL + "conventions: {c: {choices: {}}}\n",
        SMALL + "conventions: {c: {choices: {a: {s: {x: 1}}}}}\n",
    ],
)
def test_usual_mistakes_are_objected_to_by_both(text: str) -> None:
    assert objections(text)
    assert problems(text)


# --- what editors show -----------------------------------------------------------------------------


MAPPINGS: list[tuple[str, dict[str, Any]]] = [("Assignment", SCHEMA), *SCHEMA["$defs"].items()]


@pytest.mark.parametrize(("name", "mapping"), MAPPINGS, ids=lambda value: value if isinstance(value, str) else "")
def test_every_key_is_described(name: str, mapping: dict[str, Any]) -> None:
    assert name.endswith("Entry") or mapping["description"].strip()
    for key, value in mapping.get("properties", {}).items():
        assert len(value.get("description", "")) > 10, key
        assert "\n" not in value["description"], key


@pytest.mark.parametrize("kind", [*CHECKS, *GENERATORS], ids=lambda kind: kind.__name__)
def test_checks_and_inputs_are_described_by_their_docstrings(kind: type) -> None:
    first = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
    assert " ".join(SCHEMA["$defs"][kind.__name__]["description"].split("\n\n")[0].split()) == first


def defaults(mapping: dict[str, Any]) -> dict[str, Any]:
    return {key: value["default"] for key, value in mapping["properties"].items() if "default" in value}


def test_defaults_are_written_as_an_author_would() -> None:
    limits = defaults(SCHEMA["$defs"]["LimitsSpec"])
    assert limits == {"import": "10s", "case": "5s", "submission": "60s", "memory": "512MB"}
    assert TypeAdapter(LimitsSpec).validate_python(limits) == LimitsSpec()
    assert defaults(SCHEMA)["points"] == 10
    assert defaults(SCHEMA)["limits"] == {}
    assert defaults(SCHEMA["$defs"]["Normal"]) == {"mean": 0, "std": 1, "dtype": "float64"}


def test_defaults_are_right_values() -> None:
    small = read_tree(SMALL)[0].data
    assert isinstance(small, dict)
    filled = defaults(SCHEMA) | small
    assert Assignment.model_validate(filled) is not None
