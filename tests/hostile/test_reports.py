"""Whatever a student names, prints or raises: every report stays what it is, and nothing in it acts on its reader.

The real writers write real files, which are then read back as their readers do.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from reports import pages, samples
from reports.hostile import ALL, EVIL, FILES, FORMULAS, TEXTS, result_of
from warm import grader

from grader import reports
from grader.class_results import ClassResults
from grader.console import console
from grader.model import Result, SubmissionInfo
from grader.reports import gradebook, jsonl, terminal
from grader.reports.safe import csv_cell, file_stem, visible

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent.parent
JENKINS = xmlschema.XMLSchema(ROOT / "tests" / "reports" / "junit-10.xsd")

UNSEEN = re.compile(
    "[\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u3164\ufeff"
    "\uffa0\ufff0-\ufffb\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)

each_text = pytest.mark.parametrize("text", ALL.values(), ids=ALL)


def acting(text: str) -> set[str]:
    """Characters that would act on a terminal, a parser or a reader, or be none."""
    odd = {char for char in text if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char != "\n"}
    return odd | set(UNSEEN.findall(text)) | {char for char in text if ord(char) & 0xFFFE == 0xFFFE}


# --- files -----------------------------------------------------------------------------------------


@each_text
def test_junit_stays_valid_and_tells_the_same(text: str, tmp_path: Path) -> None:
    result = result_of(text)
    reports.write_all(ClassResults([result, samples.result()]), tmp_path)
    for path in (tmp_path / "junit.xml", tmp_path / "junit" / f"{file_stem(text)}.xml"):
        document = path.read_bytes()
        JENKINS.validate(document.decode("utf-8"))
        assert document.count(b"<!--") == 1  # ours
        (suite,) = [suite for suite in parsed(path) if len(suite.findall("testcase")) > 2]
        assert {element.tag for element in suite.iter()} <= TAGS
        assert len(suite.findall("testcase")) == len(result.cases)
        assert not acting("".join(said(suite)).replace("\t", ""))
        if text.strip():
            assert visible(text) in (suite.findtext("system-out") or "").replace("\r\n", "\n")


TAGS = {"testsuite", "testcase", "failure", "error", "skipped", "system-out", "system-err", "properties", "property"}


def parsed(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_bytes())


def said(element: ElementTree.Element) -> Iterable[str]:
    """All text and all attributes."""
    for each in element.iter():
        yield from (each.text or "", *each.attrib, *each.attrib.values())


@each_text
def test_json_lines_are_ascii_and_keep_the_text(text: str, tmp_path: Path) -> None:
    jsonl.write([result_of(text), samples.result()], tmp_path / "results.jsonl")
    data = (tmp_path / "results.jsonl").read_bytes()
    assert set(data) <= {0x0A, *range(0x20, 0x7F)}
    lines = [json.loads(line) for line in data.splitlines()]
    (found,) = [line for line in lines if line["submission"]["id"] != "a_right"]
    kept = re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)
    assert found["submission"]["id"] == found["notes"][0] == found["output"] == kept
    assert {case["message"] for case in found["cases"]} == {kept}


@each_text
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_the_gradebook_is_a_formula_wherever_it_is_cut(text: str, separator: str, tmp_path: Path) -> None:
    gradebook.write(ClassResults([result_of(text), samples.result()]), tmp_path / "gradebook.csv")
    table = (tmp_path / "gradebook.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table, newline=""), delimiter=separator))
    for row in rows:
        for cell in row:
            assert not cell.lstrip(' \t\r\n\u00a0\u3000\u200c\u200d"').startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20"))
            assert not acting(cell.replace("\r\n", "\n"))  # cut elsewhere, a cell may hold our line ends
            assert len(cell) < 32_767 or separator != ","
    if separator == ",":
        assert len(rows) == 3
        assert {len(row) for row in rows} == {len(rows[0])}
        (row,) = [row for row in rows[1:] if row[0] != "a_right"]
        assert row[:3] == [csv_cell(text)] * 3
        assert row[rows[0].index("notes")].startswith("likely cause: ")


@pytest.mark.parametrize("text", FORMULAS.values(), ids=FORMULAS)
def test_what_is_said_of_a_formula_is_still_readable(text: str) -> None:
    assert csv_cell(text).replace("'", "") == csv_cell("x" + text)[1:].replace("'", "")


NAMES = [
    *(
        "A.py",
        "a.py",
        "a.PY",
        "con.py",
        "NUL",
        "com1.py",
        "Aux.tar.gz",
        "..",
        ".",
        "",
        "-rf",
        "~",
        "a/b",
        "a\\b",
        "a:b",
    ),
    *(
        "a ",
        "a.",
        " a",
        "x" * 251 + ".py",
        "é" * 125 + ".py",
        "\U0001f600" * 63,
        "a\nb",
        "a\rb",
        "a\x00b",
        "\ud800",
        "a~b",
    ),
    *(text for name, text in ALL.items() if not name.startswith("enormous")),
]


def test_every_submission_has_its_own_file_in_the_folder_and_nothing_outside(tmp_path: Path) -> None:
    names = list(dict.fromkeys(NAMES))
    out = tmp_path / "deep" / "out"
    reports.write_all(ClassResults([samples.result(name) for name in names]), out)
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    junit = {name.removeprefix("deep/out/junit/") for name in files if name.startswith("deep/out/junit/")}
    beside = {name.replace("/junit/", "/feedback/").replace(".xml", ".html") for name in files if "/junit/" in name}
    assert files - beside - {f"deep/out/junit/{name}" for name in junit} == {
        f"deep/out/{name}" for name in ("results.jsonl", "junit.xml", "gradebook.csv", "report.html")
    }
    assert len(files & beside) == len(junit)
    assert len({name.casefold() for name in junit}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._~-]{0,89}\.xml", name) for name in junit)
    assert not any(re.match(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", name, re.IGNORECASE) for name in junit)


def test_two_submissions_that_look_alike_keep_their_own_reports(tmp_path: Path) -> None:
    first = samples.result("same", submission=SubmissionInfo("same", "s", "same", "1" * 64))
    second = samples.partial("same")
    for _ in range(2):
        reports.write_all(ClassResults([first, second]), tmp_path)
        assert sorted(path.name for path in (tmp_path / "junit").iterdir()) == ["same.xml", "same~2.xml"]
        texts = [(tmp_path / "junit" / name).read_text(encoding="utf-8") for name in ("same.xml", "same~2.xml")]
        assert [re.findall('"grader.score" value="(.*?)"', text) for text in texts] == [["2"], ["2.67"]]
        written = [json.loads(line)["score"] for line in (tmp_path / "results.jsonl").read_text().splitlines()]
        assert written == [2, 2.67]


def test_enormous_texts_take_no_time(tmp_path: Path) -> None:
    results = [result_of(text) for name, text in TEXTS.items() if name.startswith("enormous ")]
    began = time.process_time()
    reports.write_all(ClassResults(results), tmp_path)
    assert time.process_time() - began < 20


# --- terminals -------------------------------------------------------------------------------------

OURS = re.compile(r"\x1b\[[0-9;]*m")
"""The colours that rich writes."""


def shown(result: Result, width: int, color: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What `check` and `grade` print of a result."""
    page = io.StringIO()
    monkeypatch.setattr(sys, "stdout", page)
    monkeypatch.setenv("COLUMNS", str(width))
    terminal.show(result, console(color))
    terminal.show_class(ClassResults([result, samples.result()]), console(color))
    return page.getvalue()


@each_text
@pytest.mark.parametrize(("width", "color"), [(80, "never"), (1, "never"), (100, "always")])
def test_nothing_acts_on_a_terminal(text: str, width: int, color: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = shown(result_of(text), width, color, monkeypatch)
    plain = OURS.sub("", page) if color == "always" else page
    assert not acting(plain)
    assert not re.search("[\u0300-\u036f\u0483-\u0489]{4}", plain)
    assert len(plain) < 1_000_000
    assert ("\x1b" in page) is (color == "always")


@pytest.mark.parametrize("name", ["markup", "formats", "html"])
def test_markup_is_shown_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(result_of(TEXTS[name]), 1000, "never", monkeypatch).count(TEXTS[name]) > 5


def test_lines_of_a_students_text_never_begin_where_ours_do(monkeypatch: pytest.MonkeyPatch) -> None:
    forged = "x\n\n10 of 10 points\nall 1 graded: mean 10\ngrader: 10"
    all_alike = replace(samples.unreadable("forged"), notes=(forged,), output=forged)
    cases = tuple(replace(case, message=forged) for case in all_alike.cases)
    for result in (replace(all_alike, cases=cases), replace(samples.partial(), notes=(forged,), output=forged)):
        lines = shown(result, 100, "never", monkeypatch).splitlines()
        assert not any(line.startswith(("10 of 10", "grader: ", "all 1 graded")) for line in lines)
        assert any("10 of 10 points" in line for line in lines)


# --- the command line ------------------------------------------------------------------------------

RIGHT = (ROOT / "submissions" / "self_attention" / "statement_style.py").read_text(encoding="utf-8")


def test_a_folder_of_hostile_names_and_outputs_is_graded_and_reported(tmp_path: Path) -> None:
    folder, out = tmp_path / "class", tmp_path / "out"
    folder.mkdir()
    (folder / "honest.py").write_text(RIGHT, encoding="utf-8")
    for name in FILES:
        (folder / os.fsdecode(name)).write_text(EVIL, encoding="utf-8")
    (folder / "\x1b[2J=1+1\n.txt").write_text("no code")
    options = ["-a", "self_attention", "-o", str(out), "--color=never"]
    done = grader("grade", folder, *options)
    assert done.returncode == 0, done.stderr
    for stream in (done.stdout, done.stderr):
        assert not acting(stream)
        assert "\ngrader: all 1 graded" not in stream
    results = [json.loads(line) for line in (out / "results.jsonl").read_bytes().splitlines()]
    assert {r["submission"]["id"]: r["score"] for r in results}["honest.py"] == 10
    assert len(results) == len(FILES) + 1
    assert all("[2J" in r["output"] for r in results if r["submission"]["id"] != "honest.py")
    rows = list(csv.reader(io.StringIO((out / "gradebook.csv").read_bytes().decode("utf-8-sig"), newline="")))
    assert len(rows) == len(FILES) + 2
    assert not any(acting(cell) or cell.startswith(tuple("=+-@")) for row in rows for cell in row)
    written = [path for path in out.rglob("*") if path.is_file()]
    assert len(written) == 5 + 2 * len(results)  # and the store
    assert not acting((out / "report.html").read_text(encoding="utf-8").rpartition("<script")[0])  # ours is the last
    for path in (out / "feedback").iterdir():
        assert not acting(path.read_text(encoding="utf-8"))
        pages.parsed(path.read_text(encoding="utf-8"))
    for path in (path for path in written if path.suffix == ".xml"):
        JENKINS.validate(path.read_text(encoding="utf-8"))
        assert not acting("".join(said(parsed(path))).replace("\t", ""))
