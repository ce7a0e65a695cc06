import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import junitparser
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import samples

from grader.model import CaseResult, Finding, Result, Verdict
from grader.reports import junit

JENKINS = xmlschema.XMLSchema(Path(__file__).with_name("junit-10.xsd"))
CLASS = [samples.partial(), samples.result(), samples.unreadable(), samples.ungraded(), samples.hidden()]
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


def parsed(*results: Result, combined: bool = False) -> ElementTree.Element:
    document = junit.suite_xml(results, combined=combined)
    JENKINS.validate(document.decode("utf-8"))
    return ElementTree.fromstring(document)


def one(case: CaseResult, **changes: Any) -> ElementTree.Element:
    """The only `<testcase>` of a result with this case."""
    (found,) = parsed(samples.result(cases=(case,), **changes)).iter("testcase")
    return found


def test_a_suite_without_lost_points_by_value() -> None:
    assert junit.suite_xml([samples.result(output="hi")], combined=False).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<!-- written by attention-grader -->\n"
        '<testsuites tests="2" failures="0" errors="0" time="0.251">\n'
        '  <testsuite errors="0" failures="0" name="self_attention: a_right" skipped="0" tests="2" time="0.251">\n'
        "    <properties>\n"
        '      <property name="grader.submission" value="a_right" />\n'
        '      <property name="grader.status" value="graded" />\n'
        '      <property name="grader.score" value="2" />\n'
        '      <property name="grader.points" value="2" />\n'
        '      <property name="grader.penalty" value="0" />\n'
        '      <property name="grader.scope" value="all" />\n'
        '      <property name="grader.seed" value="53" />\n'
        f'      <property name="grader.spec_sha256" value="{"ab" * 32}" />\n'
        '      <property name="grader.tier" value="full" />\n'
        '      <property name="grader.points.projections.1" value="1/1" />\n'
        '      <property name="grader.points.attention.1" value="1/1" />\n'
        "    </properties>\n"
        "    <system-out>hi</system-out>\n"
        '    <testcase name="projections.1" classname="self_attention.projections" time="0.001" />\n'
        '    <testcase name="attention.1" classname="self_attention.attention" time="0.250" />\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_lost_points_begin_message_and_text() -> None:
    findings = (Finding("values", False, "wrong"), Finding("finite", False, "NaN"), Finding("shape", True, "fine"))
    case = samples.case("a.1", Verdict.FAILED, "3/2", 3, message="wrong", findings=findings)
    failure = one(case, diagnoses=samples.partial().diagnoses).find("failure")
    assert failure is not None
    assert failure.attrib == {"type": "failed", "message": "1.5/3 points: wrong"}
    assert failure.text == (
        "1.5/3 points: wrong\nfinite: NaN\n"
        "Likely cause: the scores are not scaled. Divide Q·Kᵀ by √d_k before the softmax."
    )


@pytest.mark.parametrize("verdict", [v for v in Verdict if v not in (Verdict.UNGRADED, Verdict.SKIPPED)])
def test_lost_points_are_a_failure_whatever_the_verdict_and_even_without_a_message(verdict: Verdict) -> None:
    (failure,) = one(samples.case("a.1", verdict, 0, 1))
    assert failure.tag == "failure"
    assert failure.attrib["type"] == verdict.value
    assert failure.attrib["message"].startswith("0/1 points: ")
    assert len(failure.attrib["message"]) > len("0/1 points: ")


def test_a_fault_of_the_harness_is_an_error() -> None:
    (error,) = one(samples.case("a.1", Verdict.UNGRADED, 0, 1, message="the worker was lost"))
    assert (error.tag, error.attrib, error.text) == (
        "error",
        {"type": "ungraded", "message": "the worker was lost"},
        "the worker was lost",
    )


def test_skipped_is_never_a_pass() -> None:
    (skipped,) = one(samples.case("a.1", Verdict.SKIPPED, 0, 1, message="not asked for"))
    assert (skipped.tag, skipped.get("message")) == ("skipped", "not asked for")


@pytest.mark.parametrize(("earned", "possible"), [(0, 0), (1, 1)])
def test_what_costs_no_points_is_said_and_no_failure(earned: int, possible: int) -> None:
    (said,) = one(samples.case("advice.1", Verdict.FAILED, earned, possible, message="overflow at large logits"))
    assert (said.tag, said.text) == ("system-out", "no points lost; failed: overflow at large logits")


def test_names_tell_submissions_apart_in_the_class_and_cases_in_a_students_file() -> None:
    alone = parsed(samples.result("a_right"))
    together = parsed(samples.result("a_right"), samples.result("b_some"), combined=True)
    assert [case.get("name") for case in alone.iter("testcase")] == ["projections.1", "attention.1"]
    assert [case.get("name") for case in together.iter("testcase")] == [
        "a_right: projections.1",
        "a_right: attention.1",
        "b_some: projections.1",
        "b_some: attention.1",
    ]


def test_names_stay_unique_where_ids_look_alike() -> None:
    root = parsed(samples.result("a\x00"), samples.result(r"a\x00"), samples.result("a"), combined=True)
    names = [case.get("name") for case in root.iter("testcase")]
    assert names[::2] == [r"a\x00: projections.1", r"a\x00 (2): projections.1", "a: projections.1"]
    assert len(set(names)) == 6


def test_totals_and_times() -> None:
    root = parsed(*CLASS, combined=True)
    counts = {name: root.get(name) for name in ("tests", "failures", "errors", "time")}
    assert counts == {"tests": "19", "failures": "10", "errors": "1", "time": "0.251"}
    assert {case.get("time") for case in root.iter("testcase")} == {"0.000", "0.001", "0.250"}
    assert [suite.get("failures") for suite in root] == ["7", "0", "2", "0", "1"]


def test_points_are_properties() -> None:
    properties = {p.get("name"): p.get("value") for p in parsed(samples.partial()).iter("property")}
    assert properties["grader.score"] == "2.67"
    assert properties["grader.points"] == "10.5"
    assert properties["grader.points.projections.2"] == "0/0.5"


def test_an_ungraded_submission_has_no_score_and_is_seen_even_without_cases() -> None:
    root = parsed(samples.ungraded(with_cases=False))
    (case,) = root.iter("testcase")
    (error,) = case
    assert (case.get("name"), case.get("classname")) == ("grading", "self_attention.grading")
    assert (error.tag, error.get("message")) == ("error", "the grader failed twice: the zygote was lost")
    assert root.get("errors") == "1"
    assert "grader.score" not in {p.get("name") for p in root.iter("property")}


def test_an_ungraded_submission_whose_cases_all_ran_is_an_error_still() -> None:
    assert parsed(samples.result(status="ungraded")).get("errors") == "1"


def test_lost_points_without_cases_do_not_look_like_success() -> None:
    root = parsed(samples.result(cases=(), score=0.0, notes=("the file is too large",)))
    assert [f.get("message") for f in root.iter("failure")] == ["0/2 points: the file is too large"]


def test_words_on_the_whole_submission_are_on_stderr() -> None:
    (words,) = parsed(samples.partial()).iter("system-err")
    assert words.text == (
        "line 40: the demo code raised ValueError; the functions above it were graded\n"
        "Likely cause: the scores are not scaled. Divide Q·Kᵀ by √d_k before the softmax.\n"
        "Read with scale: factor"
    )


def test_only_the_instructors_file_tells_of_hidden_cases() -> None:
    assert b"SECRET" not in junit.suite_xml([samples.hidden()], combined=False)
    assert junit.suite_xml([samples.hidden()], combined=True).count(b"ValueError: SECRET") == 2


@pytest.mark.parametrize("combined", [True, False])
def test_hostile_text_breaks_nothing(combined: bool) -> None:
    root = parsed(samples.hostile(), samples.result(), combined=combined)
    assert [len(suite.findall("testcase")) for suite in root] == [4, 2]
    text = root[0].findtext("system-out") or ""
    assert text.startswith(r"\x00\x1b[31mred\x1b[0m\x07 \ud800 \udfff \ufffe\uffff \u202eevil\u202c ]]> <script>")


@given(ANY_TEXT)
@settings(max_examples=50)
def test_any_text_of_a_student_is_valid(text: str) -> None:
    case = samples.case("a.1", Verdict.RAISED, 0, 1, message=text)
    parsed(samples.result(text, cases=(case,), output=text, notes=(text,)), combined=True)


def test_junitparser_counts_the_same(tmp_path: Path) -> None:
    junit.write(sorted(CLASS, key=lambda result: result.submission.id), tmp_path / "junit.xml")
    suites = list(junitparser.JUnitXml.fromfile(str(tmp_path / "junit.xml")))
    assert [suite.name.partition(": ")[2] for suite in suites] == [
        "a_right",
        "b_some",
        "c_locked",
        "d_lost",
        "e_hidden",
    ]
    kinds = [type(case.result[0]).__name__ if case.result else "passed" for suite in suites for case in suite]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"passed": 8, "Failure": 10, "Error": 1}


def test_one_students_file(tmp_path: Path) -> None:
    junit.write([samples.result()], tmp_path / "mine.xml", combined=False)
    assert b'name="projections.1"' in (tmp_path / "mine.xml").read_bytes()


def test_a_file_each_and_only_ours_of_the_past_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "junit"
    junit.write_each([samples.result("a_right"), samples.result("A_right"), samples.result("../x")], folder)
    assert len(list(folder.iterdir())) == 3
    (folder / "theirs.xml").write_text("<testsuites/>")
    (folder / "notes.txt").write_text("mine")
    junit.write_each([samples.result("a_right")], folder)
    assert sorted(path.name for path in folder.iterdir()) == ["a_right.xml", "notes.txt", "theirs.xml"]


def test_a_large_class_is_written_in_seconds(tmp_path: Path) -> None:
    cases = tuple(samples.case(f"rectangular.{n}", Verdict.FAILED, "1/3", 1, message=samples.WRONG) for n in range(20))
    results = [samples.result(f"student{n}", cases=cases, output="0.1 0.2\n" * 100) for n in range(1000)]
    began = time.process_time()
    junit.write(results, tmp_path / "junit.xml")
    assert time.process_time() - began < 3


def test_lateness_and_corrections_are_told() -> None:
    (suite,) = parsed(samples.corrected())
    shown = {each.attrib["name"]: each.attrib["value"] for each in suite.iter("property")}
    assert [shown[f"grader.{name}"] for name in ("score", "penalty", "raw_score")] == ["7", "2", "9"]
    assert (suite.findtext("system-err") or "").startswith(
        "corrected by hand (attention.2): a typing error\n26 hours late, 2 days begun: 20 % of 10 points"
    )
    assert not [each for each in parsed(samples.result()).iter("property") if each.attrib["name"] == "grader.raw_score"]
