"""results.jsonl: one result per line, the form that programs rely on (`grader.result/1`).

The classes of `result_form` are the form: `to_dict` is checked against them by mypy, `schema()` is generated from them.
Points are numbers of at most four decimals. Text is kept as it is, control characters included (JSON escapes
them); only lone surrogates become visible escapes, since strict readers refuse them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from grader.handin import Lateness
from grader.model import Array, CaseResult, Counterexample, GroupResult, Result, SubmissionInfo
from grader.reports import parts
from grader.reports.files import replacing
from grader.reports.parts import Always, Job, Joined, Streamed
from grader.reports.result_form import (
    SCHEMA,
    CaseJson,
    CounterexampleJson,
    GroupJson,
    LatenessJson,
    ResultJson,
    SubmissionJson,
)
from grader.reports.safe import number

_HALVES = re.compile("[\ud800-\udfff]")


def to_dict(result: Result) -> ResultJson:
    """The result as plain values, keys in the order of the form."""
    return {
        "schema": SCHEMA,
        "assignment": result.assignment,
        "spec_sha256": result.spec_sha256,
        "grader": result.grader,
        "seed": result.seed,
        "submission": _submission(result.submission),
        "status": result.status,
        "raw_score": number(result.raw_score),
        "penalty": number(result.penalty),
        "score": number(result.score),
        "points": number(result.points),
        "scope": result.scope,
        "chosen": list(result.chosen),
        "isolation": {"tier": result.isolation.tier, "layers": list(result.isolation.layers)},
        "groups": [_group(group) for group in result.groups],
        "cases": [_case(case) for case in result.cases],
        "diagnoses": [
            {
                "misconception": diagnosis.misconception,
                "title": diagnosis.title,
                "hint": diagnosis.hint,
                "score_if_mended": number(diagnosis.score_if_mended),
                "score_if_all_mended": (
                    None if diagnosis.score_if_all_mended is None else number(diagnosis.score_if_all_mended)
                ),
            }
            for diagnosis in result.diagnoses
        ],
        "clues": [{"kind": clue.kind, "text": _text(clue.text)} for clue in result.clues],
        "counterexample": _counterexample(result.counterexample),
        "notes": [_text(note) for note in result.notes],
        "conventions": dict(result.conventions),
        "output": _text(result.output),
        "seconds": number(result.seconds),
        "title": result.title,
        "lateness": _lateness(result.lateness),
        "overrides": [
            {"points": number(each.points), "reason": _text(each.reason), "case": each.case, "at": each.at}
            for each in result.overrides
        ],
    }


def _submission(info: SubmissionInfo) -> SubmissionJson:
    return {
        "id": _text(info.id),
        "student": _text(info.student),
        "path": _text(info.path),
        "sha256": info.sha256,
        "submitted_at": info.submitted_at,
        "student_id": _text(info.handed_in.student.id),
        "login": _text(info.handed_in.student.login),
        "attempt": info.handed_in.attempt,
        "late": info.handed_in.late,
        "dated_by": info.handed_in.dated_by,
    }


def _lateness(found: Lateness | None) -> LatenessJson | None:
    if found is None:
        return None
    return {"seconds": number(found.seconds), "penalty": number(found.penalty), "sentence": _text(found.sentence)}


def _group(group: GroupResult) -> GroupJson:
    return {
        "id": group.id,
        "title": group.title,
        "earned": number(group.earned),
        "possible": number(group.possible),
        "implied_by": group.implied_by,
    }


def _case(case: CaseResult) -> CaseJson:
    return {
        "id": case.id,
        "verdict": case.verdict,
        "earned": number(case.earned),
        "possible": number(case.possible),
        "message": _text(case.message),
        "seconds": number(case.seconds),
        "findings": [
            {
                "check": finding.check,
                "passed": finding.passed,
                "message": _text(finding.message),
                "where": finding.where,
            }
            for finding in case.findings
        ],
        "visibility": case.visibility,
    }


def _counterexample(found: Counterexample | None) -> CounterexampleJson | None:
    if found is None:
        return None
    return {
        "steps": list(found.steps),
        "inputs": {name: _values(value) for name, value in found.inputs.items()},
        "expected": {name: _values(value) for name, value in found.expected.items()},
        "got": {name: _values(value) for name, value in found.got.items()},
        "message": _text(found.message),
        "reproducer": _text(found.reproducer),
    }


def _values(value: Array | complex) -> Any:
    """Numbers as JSON has them; what it has no number for as text."""
    if isinstance(value, np.ndarray):
        return _values_of(value.tolist())
    return _values_of(value)


def _values_of(value: Any) -> Any:
    if isinstance(value, list):
        return [_values_of(each) for each in value]
    return value if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)) else str(value)


def _text(text: str) -> str:
    return text if text.isascii() else _HALVES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def to_json(result: Result) -> str:
    """One line of ASCII, so that no reader takes U+2028 for its end and no terminal acts on it."""
    return json.dumps(to_dict(result), allow_nan=False)


def part(result: Result, _job: Job) -> bytes:
    """Its line of the file."""
    return to_json(result).encode("ascii") + b"\n"


@contextmanager
def joined(path: Path) -> Iterator[Joined]:
    """The file, to take lines. Raises UsageError."""
    with replacing(path) as file:
        yield Always(file.write)


def write(results: Iterable[Result], path: Path) -> None:
    """A line per result, in their order. Raises UsageError."""
    parts.write_one(results, path.parent, Streamed(path.name, part, lambda folder: joined(folder / path.name)))


def schema() -> dict[str, Any]:
    """The JSON schema of a line."""
    from pydantic import TypeAdapter  # slow to import, and nothing else here needs it

    generated = TypeAdapter(ResultJson).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **generated, "title": SCHEMA}
