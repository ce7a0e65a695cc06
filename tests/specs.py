"""A small spec, ways to spoil it, and what its author is then told: `‸` marks where a problem must be told."""

from __future__ import annotations

from pathlib import Path

from grader.errors import SpecError
from grader.spec import Assignment
from grader.spec_loader import parse_spec

ROOT = Path(__file__).parent.parent

SMALL = """\
assignment: attention
title: Attention
points: 3
reference: reference/attention.py
functions:
  project: {parameters: [X, W], returns: [Q]}
  attend: {parameters: [Q, V], returns: [output]}
steps:
  - Q = project(X, W)
  - output = attend(Q, V)
draw: {sizes: {n: 4, d: 3}}
given:
  X: {normal: [n, d]}
  W: {normal: [d, d]}
  V: {normal: [n, d]}
shapes: {output: [n, d]}
groups:
  - id: whole
    points: 2
    expect: reference
  - id: properties
    points: 1
    checks: [inputs_unchanged]
"""


def spoiled(*changes: tuple[str, str]) -> str:
    """The small spec with other text in places that must be there, once."""
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def small(*changes: tuple[str, str]) -> Assignment:
    """The small spec, changed, as it is read."""
    return parse_spec(spoiled(*changes), "spec.yaml")


def problems(text: str) -> list[str]:
    """`line:column: sentence` of everything that is wrong with a spec."""
    try:
        parse_spec(text, "spec.yaml")
    except SpecError as error:
        found = error.problems
    else:
        found = ()
    assert all(problem.startswith("spec.yaml:") for problem in found)
    return [problem.removeprefix("spec.yaml:") for problem in found]


def told(text: str) -> list[str]:
    """The sentences told about a spec, after checking that they are told at its marks, and nowhere else."""
    lines = text.split("\n")
    places = [
        f"{number}:{sum(len(part) for part in parts[: index + 1]) + 1}"
        for number, line in enumerate(lines, 1)
        for parts in [line.split("‸")]
        for index in range(len(parts) - 1)
    ]
    found = [problem.split(": ", 1) for problem in problems(text.replace("‸", ""))]
    assert sorted({place for place, _ in found}) == sorted(set(places)), found
    return [sentence for _, sentence in found]


HIDDEN = {
    "self_attention": ("rectangular", "edge_sizes"),
    "multi_head_self_attention": ("end_to_end", "edge_sizes"),
    "masked_self_attention": ("any_mask",),
}
"""Groups that are hidden in copies of the shipped specs."""


def closed(folder: Path, name: str) -> Path:
    """A copy of a shipped assignment, with hidden groups."""
    text = (ROOT / "test_specs" / f"{name}.yaml").read_text(encoding="utf-8")
    for group in HIDDEN[name]:
        assert text.count(f"  - id: {group}\n") == 1
        text = text.replace(f"  - id: {group}\n", f"  - id: {group}\n    visibility: hidden\n")
    for part, content in (
        (f"test_specs/{name}.yaml", text),
        (f"reference/{name}.py", (ROOT / "reference" / f"{name}.py").read_text(encoding="utf-8")),
    ):
        (folder / part).parent.mkdir(exist_ok=True)
        (folder / part).write_text(content, encoding="utf-8")
    return folder / "test_specs"
