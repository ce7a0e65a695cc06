"""The form that programs rely on keeps its fields."""

from __future__ import annotations

from grader.reports.result_form import ResultJson, SubmissionJson


def test_no_field_is_renamed_or_gone() -> None:
    """Fields may be added here; programs read each of these."""
    assert {"id", "student", "path", "sha256", "submitted_at"} <= SubmissionJson.__annotations__.keys()
    assert ResultJson.__annotations__.keys() >= {
        *("schema", "assignment", "spec_sha256", "grader", "seed", "submission", "status", "raw_score", "penalty"),
        *("score", "points", "scope", "isolation", "groups", "cases", "diagnoses", "notes", "lateness", "overrides"),
    }
