import json
from dataclasses import replace
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import samples

from grader.model import Finding, Result, Verdict
from grader.reports import jsonl

ALL = [
    samples.result(),
    samples.partial(),
    samples.unreadable(),
    samples.ungraded(),
    samples.hidden(),
    samples.unexplained(),
    samples.hostile(),
    samples.corrected(),
]


def test_a_result_by_value() -> None:
    finding = Finding("values", False, "wrong", "output")
    case = samples.case("attention.1", Verdict.FAILED, "1/3", 1, message="wrong", seconds=0.00123, findings=(finding,))
    groups = (samples.group("attention", "Attention", "1/3", 1, "end_to_end"),)
    result = samples.result(cases=(case,), groups=groups, score=0.33, points=10.0, conventions={"scale": "factor"})
    assert jsonl.to_dict(result) == {
        "schema": "grader.result/1",
        "assignment": "self_attention",
        "spec_sha256": "ab" * 32,
        "grader": "0.1.0",
        "seed": 53,
        "submission": {
            "id": "a_right",
            "student": "a_right",
            "path": "a_right.py",
            "sha256": "cd" * 32,
            "submitted_at": None,
            "student_id": "",
            "login": "",
            "attempt": 1,
            "late": False,
            "dated_by": "",
        },
        "status": "graded",
        "raw_score": 2,
        "penalty": 0,
        "score": 0.33,
        "points": 10,
        "scope": "all",
        "chosen": [],
        "isolation": {"tier": "full", "layers": ["namespaces", "seccomp"]},
        "groups": [
            {"id": "attention", "title": "Attention", "earned": 0.3333, "possible": 1, "implied_by": "end_to_end"}
        ],
        "cases": [
            {
                "id": "attention.1",
                "verdict": "failed",
                "earned": 0.3333,
                "possible": 1,
                "message": "wrong",
                "seconds": 0.0012,
                "findings": [{"check": "values", "passed": False, "message": "wrong", "where": "output"}],
                "visibility": "public",
            }
        ],
        "diagnoses": [],
        "clues": [],
        "counterexample": None,
        "notes": [],
        "conventions": {"scale": "factor"},
        "output": "",
        "seconds": 0.4,
        "title": "Self-Attention Mechanism",
        "lateness": None,
        "overrides": [],
    }


def test_who_handed_it_in_when_and_what_was_corrected() -> None:
    told = jsonl.to_dict(samples.corrected())
    assert told["submission"] == {
        "id": "g_late",
        "student": "g_late",
        "path": "g_late.py",
        "sha256": "cd" * 32,
        "submitted_at": "2024-05-18T20:00:00Z",
        "student_id": "101",
        "login": "ada",
        "attempt": 2,
        "late": True,
        "dated_by": "lms",
    }
    assert (told["raw_score"], told["penalty"], told["score"]) == (9, 2, 7)
    assert told["lateness"] == {
        "seconds": 93600,
        "penalty": 2,
        "sentence": "26 hours late, 2 days begun: 20 % of 10 points",
    }
    assert told["overrides"] == [
        {"points": 0.5, "reason": "a typing error", "case": "attention.2", "at": "2024-06-01T10:00:00+02:00"}
    ]


def test_keys_keep_their_order_and_whole_points_are_whole() -> None:
    line = jsonl.to_json(samples.result())
    assert line.startswith('{"schema": "grader.result/1", "assignment": "self_attention", "spec_sha256": "')
    assert '"raw_score": 2, "penalty": 0, "score": 2, "points": 2, "scope": "all"' in line


@pytest.mark.parametrize("result", ALL, ids=lambda result: result.submission.id[:5])
def test_every_result_fits_the_schema(result: Result) -> None:
    schema = jsonl.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(jsonl.to_dict(result))
    validator.validate(json.loads(jsonl.to_json(result)))


def test_the_schema_knows_every_verdict_and_requires_every_key() -> None:
    schema = jsonl.schema()
    assert schema["$defs"]["Verdict"]["enum"] == [verdict.value for verdict in Verdict]
    assert schema["required"] == list(jsonl.to_dict(samples.result()))


def test_hostile_text_stays_one_line_of_ascii_that_strict_readers_take() -> None:
    line = jsonl.to_json(samples.hostile())
    assert line.isascii()
    assert len(line.splitlines()) == 1
    loaded = json.loads(line)
    assert loaded["cases"][0]["message"] == samples.HOSTILE.replace("\ud800", r"\ud800").replace("\udfff", r"\udfff")
    assert loaded["submission"]["id"].encode("utf-8")


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_output_comes_back(text: str) -> None:
    loaded = json.loads(jsonl.to_json(samples.result(output=text)))["output"]
    assert loaded == text.encode("utf-8", "backslashreplace").decode("utf-8")


def test_a_line_each_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    jsonl.write([samples.ungraded("Zoe"), samples.result("a_right"), samples.partial("b_some")], path)
    lines = path.read_text(encoding="ascii").splitlines()
    assert [json.loads(line)["submission"]["id"] for line in lines] == ["Zoe", "a_right", "b_some"]
    assert path.read_bytes().endswith(b"}\n")


def test_no_results_are_an_empty_file(tmp_path: Path) -> None:
    jsonl.write([], tmp_path / "results.jsonl")
    assert (tmp_path / "results.jsonl").read_bytes() == b""


def test_a_counterexample_is_numbers_and_what_json_has_no_number_for_is_text() -> None:
    odd_one = samples.unexplained()
    assert odd_one.counterexample is not None
    odd = replace(odd_one.counterexample, got={"output": np.array([np.nan, np.inf, 1.5])}, inputs={"n": 2, "x": True})
    made = jsonl.to_dict(replace(odd_one, counterexample=odd))
    assert made["clues"][0] == {"kind": "stage", "text": "`compute_qkv` is right; `self_attention` is not."}
    assert made["counterexample"] is not None
    assert made["counterexample"]["got"] == {"output": ["nan", "inf", 1.5]}
    assert made["counterexample"]["expected"] == {"output": [[0.67, 0.33], [0.33, 0.67]]}
    assert made["counterexample"]["inputs"] == {"n": 2, "x": True}
