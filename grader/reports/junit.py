"""junit.xml for CI systems: built with the junit-xml package, then mended where its output misleads or is invalid.

A suite is a submission, a test case a case. No consumer computes points, so they stand where people read them:
at the start of a failure's message and of its text, and as properties of the suite. Valid against Jenkins' schema.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from grader.model import CaseResult, Diagnosis, Result, Verdict
from grader.reports import parts
from grader.reports.files import OURS, replacing, saying_what_to_do
from grader.reports.parts import Always, Job, Joined, Map, Streamed, unique
from grader.reports.reading import adjustments, first_reason, for_student, group_of, loses_points, reason
from grader.reports.safe import one_line, points, visible

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

IN_MEMORY = 1 << 20
"""Bytes of a class's suites before they go to a file."""
_END = b"</testsuites>\n"


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


class Suite(NamedTuple):
    """A submission's `<testsuite>` as it stands in a file, and what it adds to the totals of the root."""

    xml: bytes
    tests: int
    failures: int
    errors: int
    milliseconds: int


def suite_xml(results: Iterable[Result], *, combined: bool) -> bytes:
    """The document for these results.

    Combined, it is the instructor's, and each case's name begins with the submission. Otherwise the student may
    see it: of hidden cases it tells the points, but no values.
    """
    shown = set[str]()
    suites = [
        _suite(result, f"{unique(one_line(result.submission.id), shown)}: ")
        if combined
        else _suite(for_student(result))
        for result in results
    ]
    return b"".join([_begin(_Totals().after(*suites)), *(suite.xml for suite in suites), _END if suites else b""])


def class_part(result: Result, job: Job) -> Suite:
    """A suite of the class's file. GitLab drops all but one of the cases of a name: those of submissions differ."""
    return _suite(result, f"{job.name}: ")


def student_part(result: Result, _job: Job) -> bytes:
    """A student's own file."""
    return suite_xml([result], combined=False)


def write(results: Iterable[Result], path: Path, *, combined: bool = True) -> None:
    """The class's file, in the order of the results, or that of one student. Raises UsageError."""
    if not combined:
        with replacing(path) as file:
            file.write(suite_xml(results, combined=False))
        return
    parts.write_one(results, path.parent, Streamed(path.name, class_part, lambda folder: joined(folder / path.name)))


def write_each(results: Iterable[Result], folder: Path, map_: Map = map) -> None:
    """A file for each submission; ours of submissions that are gone are removed. Raises UsageError."""
    parts.write_one(results, folder, Streamed("", student_part, lambda folder: parts.in_folder(folder, ".xml")), map_)


@contextmanager
def joined(path: Path) -> Iterator[Joined]:
    """The class's file, to take suites. They wait for the totals above them, on disk. Raises UsageError."""
    with saying_what_to_do(path), SpooledTemporaryFile(IN_MEMORY, dir=str(path.parent)) as spool:
        totals = _Totals()

        def add(suite: Suite) -> None:
            nonlocal totals
            totals = totals.after(suite)
            spool.write(suite.xml)

        yield Always(add)
        spool.seek(0)
        with replacing(path) as file:
            file.write(_begin(totals))
            shutil.copyfileobj(spool, file)
            file.write(_END if totals.suites else b"")


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
    if case.verdict is Verdict.PASSED and not loses_points(case):  # most are
        return Entry(case.id, group_of(case), case.seconds, "passed", case.verdict)
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
    return Entry(*shared, "said", case.verdict, text=f"no points lost; {case.verdict}: {seen}")


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
    elif result.penalty or result.overrides:
        shown["grader.raw_score"] = points(result.raw_score)
    for case in result.cases:
        shown[f"grader.points.{case.id}"] = f"{points(case.earned)}/{points(case.possible)}"
    return shown


def _words(result: Result) -> str:
    """What is said of the whole submission, for the suite's `<system-err>`."""
    causes = [f"Likely cause: {diagnosis.title}. {diagnosis.hint}".strip() for diagnosis in result.diagnoses]
    conventions = [f"Read with {name}: {choice}" for name, choice in result.conventions.items()]
    return "\n".join([*adjustments(result), *result.notes, *causes, *conventions])


# --- through junit-xml -------------------------------------------------------------------------


def _suite(result: Result, prefix: str = "") -> Suite:
    from xml.etree import ElementTree

    from junit_xml import TestSuite

    entries, taken = list(_entries(result)), set[tuple[str, str]]()
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
    element = _mended(suite.build_xml_doc(), [entry.seconds for entry in entries])
    ElementTree.indent(element, level=1)
    xml = f"  {ElementTree.tostring(element, encoding='unicode')}\n".encode()
    tests, failures, errors = (int(element.get(name, "0")) for name in ("tests", "failures", "errors"))
    return Suite(xml, tests, failures, errors, int(element.get("time", "0").replace(".", "")))


def _unique(name: str, classname: str, taken: set[tuple[str, str]]) -> str:
    """GitLab drops all but one of the cases of a name; those of submissions differ in how they begin."""
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


class _Totals(NamedTuple):
    """Of the root; the schema has no `skipped` there."""

    suites: int = 0
    tests: int = 0
    failures: int = 0
    errors: int = 0
    milliseconds: int = 0

    def after(self, *suites: Suite) -> _Totals:
        """With these suites, too."""
        return _Totals(
            self.suites + len(suites), *map(sum, zip(self[1:], *(suite[1:] for suite in suites), strict=True))
        )


def _begin(totals: _Totals) -> bytes:
    """What stands above the suites."""
    counts = f'tests="{totals.tests}" failures="{totals.failures}" errors="{totals.errors}"'
    seconds = f"{totals.milliseconds // 1000}.{totals.milliseconds % 1000:03d}"
    root = f'<testsuites {counts} time="{seconds}"{">" if totals.suites else " />"}\n'
    return b"\n".join([b'<?xml version="1.0" encoding="UTF-8"?>', OURS, root.encode("ascii")])
