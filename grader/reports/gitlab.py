"""GitLab's Code Quality report (`artifacts:reports:codequality`): merge requests show each remark at its line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from grader.model import Result
from grader.reports.annotations import Annotation, annotate, in_repository, root_of
from grader.reports.safe import one_line, visible

SEVERITY = {"error": "major", "notice": "info"}


def to_json(result: Result, checked: Path) -> str:
    """The report; an empty list where all is right."""
    root = root_of("CI_PROJECT_DIR")
    taken: set[str] = set()
    return json.dumps([_issue(each, result, checked, root, taken) for each in annotate(result)], indent=1) + "\n"


def _issue(each: Annotation, result: Result, checked: Path, root: Path, taken: set[str]) -> dict[str, Any]:
    file = in_repository(checked, each.location, root) or one_line(result.submission.path)
    line = each.location.line if each.location else 1
    return {
        "description": visible(f"{each.title}: {each.message}" if each.message else each.title).replace("\n", " "),
        "check_name": f"{result.assignment}.{each.about}",
        "fingerprint": _fingerprint(result.assignment, each, file, taken),
        "severity": SEVERITY[each.level],
        "location": {"path": file.encode("utf-8", "backslashreplace").decode(), "lines": {"begin": line}},
    }


def _fingerprint(assignment: str, each: Annotation, file: str, taken: set[str]) -> str:
    """Tells the remark from all others, and stays when lines move: that is how GitLab knows what is mended."""
    number = 1
    while True:
        told = "\0".join((assignment, each.about, file, str(number)))
        found = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()
        if found not in taken:
            taken.add(found)
            return found
        number += 1
