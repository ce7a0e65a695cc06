"""junit.xml for CI systems: built with the junit-xml package, then mended where its output misleads or is invalid.

A suite is a submission, a test case a case. No consumer computes points, so they stand where people read them:
at the start of a failure's message and of its text, and as properties of the suite. Valid against Jenkins' schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from grader.model import CaseResult, Diagnosis, Result, Verdict
from grader.reports import files
from grader.reports.files import OURS, replacing
from grader.reports.reading import by_id, first_reason, for_student, group_of, loses_points, reason
from grader.reports.safe import one_line, points, visible

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TOTALS = ("tests", "failures", "errors")
"""The schema has no `skipped` at the root."""


class Entry(NamedTuple):
    """One `<testcase>`, before a name that is unique in the file is found for it."""

    name: str
    group: str
    seconds: float
    kind: Literal["failure", "error", "skipped", "said", "passed"]
    """`said`: no points lost, but something was seen."""
    verdict: Verdict
    message: str = ""
    text: str = ""


def suite_xml(results: Sequence[Result], *, combined: bool) -> bytes:
    """The document for these results.

    Combined, it is the instructor's, and each case's name begins with the submission. Otherwise the student may
    see it: of hidden cases it tells the points, but no values.
    """
    from xml.etree import ElementTree

    root = ElementTree.Element("testsuites")
    taken: set[tuple[str, str]] = set()
    for result in results:
        root.append(_suite(result if combined else for_student(result), combined, taken))
    _add_totals(root)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode").encode("utf-8")
    return b"\n".join([b'<?xml version="1.0" encoding="UTF-8"?>', OURS, body, b""])


def write(results: Sequence[Result], path: Path, *, combined: bool = True) -> None:
    """The class's file, or that of one student. Raises UsageError."""
    with replacing(path) as file:
        file.write(suite_xml(by_id(results), combined=combined))


def write_each(results: Sequence[Result], folder: Path) -> None:
    """A file for each submission; ours of submissions that are gone are removed. Raises UsageError."""
    files.write_each(results, folder, ".xml", lambda result: suite_xml([result], combined=False))


# --- what is said ------------------------------------------------------------------------------


def _entries(result: Result) -> Iterator[Entry]:
    for case in result.cases:
        yield _entry(case, result.diagnoses)
    is_told = any(case.verdict is Verdict.UNGRADED for case in result.cases)
    if result.status == "ungraded" and not is_told:
        why = first_reason(result)
        yield Entry("grading", "grading", result.seconds, "error", Verdict.UNGRADED, why, why)
    elif not result.cases and result.score < result.points:  # or a file without a failure would look like success
        why = f"{points(result.score)}/{points(result.points)} points: {'; '.join(result.notes) or 'nothing was run'}"
        yield Entry("grading", "grading", result.seconds, "failure", Verdict.LOAD_ERROR, why, why)


def _entry(case: CaseResult, diagnoses: Sequence[Diagnosis]) -> Entry:
    said = reason(case)
    seen = "\n".join([said, *_other_findings(case, said)])
    shared = (case.id, group_of(case), case.seconds)
    if case.verdict is Verdict.UNGRADED:
        return Entry(*shared, "error", case.verdict, said, seen)
    if case.verdict is Verdict.SKIPPED:
        return Entry(*shared, "skipped", case.verdict, said)
    if loses_points(case):
        share = f"{points(case.earned)}/{points(case.possible)} points: "
        causes = [f"Likely cause: {d.title}. {d.hint}".strip() for d in diagnoses if case.verdict is Verdict.FAILED]
        return Entry(*shared, "failure", case.verdict, share + said, "\n".join([share + seen, *causes]))
    if case.verdict is not Verdict.PASSED:
        return Entry(*shared, "said", case.verdict, text=f"no points lost; {case.verdict}: {seen}")
    return Entry(*shared, "passed", case.verdict)


def _other_findings(case: CaseResult, said: str) -> list[str]:
    """What further checks objected to; the first is the case's message."""
    objections = [finding for finding in case.findings if not finding.passed and finding.message not in ("", said)]
    return [f"{finding.check}: {finding.message}" for finding in objections]


def _properties(result: Result) -> dict[str, str]:
    shown = {
        "grader.submission": one_line(result.submission.id),
        "grader.status": result.status,
        "grader.score": points(result.score),
        "grader.points": points(result.points),
        "grader.penalty": points(result.penalty),
        "grader.scope": result.scope,
        "grader.seed": str(result.seed),
        "grader.spec_sha256": result.spec_sha256,
        "grader.tier": result.isolation.tier,
    }
    if result.status == "ungraded":
        del shown["grader.score"]  # 0 would be read as a score
    for case in result.cases:
        shown[f"grader.points.{case.id}"] = f"{points(case.earned)}/{points(case.possible)}"
    return shown


def _words(result: Result) -> str:
    """What is said of the whole submission, for the suite's `<system-err>`."""
    causes = [f"Likely cause: {diagnosis.title}. {diagnosis.hint}".strip() for diagnosis in result.diagnoses]
    conventions = [f"Read with {name}: {choice}" for name, choice in result.conventions.items()]
    return "\n".join([*result.notes, *causes, *conventions])


# --- through junit-xml -------------------------------------------------------------------------


def _suite(result: Result, combined: bool, taken: set[tuple[str, str]]) -> Element:
    from junit_xml import TestSuite

    entries = list(_entries(result))
    prefix = f"{one_line(result.submission.id)}: " if combined else ""
    cases = []
    for entry in entries:
        classname = f"{result.assignment}.{entry.group}"
        cases.append(_case(entry, _unique(prefix + one_line(entry.name), classname, taken), classname))
    suite = TestSuite(
        f"{result.assignment}: {one_line(result.submission.id)}",
        cases,
        properties=_properties(result),
        stdout=visible(result.output),
        stderr=visible(_words(result)),
    )
    return _mended(suite.build_xml_doc(), [entry.seconds for entry in entries])


def _unique(name: str, classname: str, taken: set[tuple[str, str]]) -> str:
    """GitLab drops all but one of the cases of a name; two ids may look alike once they are made visible."""
    number = 2
    found = name
    while (classname, found) in taken:
        found = f"{name} ({number})"
        number += 1
    taken.add((classname, found))
    return found


def _case(entry: Entry, name: str, classname: str) -> Any:
    from junit_xml import TestCase

    case = TestCase(name, classname)
    message, text = visible(entry.message), visible(entry.text)
    match entry.kind:
        case "failure":
            case.add_failure_info(message, text, entry.verdict.value)
        case "error":
            case.add_error_info(message, text, entry.verdict.value)
        case "skipped":
            case.add_skipped_info(message)
        case "said":
            case.stdout = text
        case "passed":
            pass
    return case


def _mended(suite: Element, seconds: Sequence[float]) -> Element:
    """What junit-xml 1.9 gets wrong: `disabled` is in no schema, a time of 0 is dropped, totals are not rounded."""
    del suite.attrib["disabled"]
    for element, spent in zip(suite.iter("testcase"), seconds, strict=True):
        element.set("time", f"{spent:.3f}")
    suite.set("time", f"{sum(seconds):.3f}")
    return suite


def _add_totals(root: Element) -> None:
    for name in _TOTALS:
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in root):.3f}")
