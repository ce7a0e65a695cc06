"""The pages of students: what they say, in which order, and that nothing in them acts."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from reports import samples
from reports.hostile import ALL, TEXTS, result_of
from reports.pages import Element, counterexample, enormous, parsed, picture, told

from grader import slot
from grader.assignments import load_assignment
from grader.exam import prepare
from grader.model import Result, SourceFile, Submission, Verdict
from grader.reports import feedback_page
from grader.reports.safe import visible
from grader.runner import LocalRunner

ROOT = Path(__file__).parent.parent.parent
FULL = replace(samples.result(), cases=(*samples.result().cases, samples.case("advice.1", Verdict.FAILED, 0, 0)))
ORDINARY = {
    "told": told(),
    "partial": samples.partial(),
    "full": FULL,
    "unreadable": samples.unreadable(),
    "ungraded": samples.ungraded(),
    "hidden": samples.hidden(),
    "nothing came back": told(counterexample=counterexample(got={})),
}

each_result = pytest.mark.parametrize("result", ORDINARY.values(), ids=ORDINARY)


def body(result: Result) -> Element:
    return parsed(feedback_page.page(result)).one("body")


def headings(element: Element) -> list[tuple[str, str]]:
    """In the order of the document."""
    found = []
    for child in element.children:
        if isinstance(child, Element):
            found += [(child.tag, child.text)] if re.fullmatch("h[1-6]", child.tag) else headings(child)
    return found


# --- what it says ------------------------------------------------------------------------------


def test_in_the_order_in_which_a_student_wants_it() -> None:
    assert headings(body(told())) == [
        ("h1", "Self-Attention Mechanism"),
        ("h2", "The scores are not scaled"),
        ("h2", "A small example that goes wrong"),
        ("h3", "Inputs"),
        ("h3", "Expected"),
        ("h3", "Yours"),
        ("h3", "See it yourself"),
        ("h2", "What it looks like"),
        ("h2", "Points"),
        ("h2", "More"),
    ]
    assert [summary.text for summary in body(told()).all("summary")] == [
        "Further clues",
        "Notes",
        "Every case",
        "What it printed first",
        "How it was graded",
    ]
    assert not any("open" in details.attributes for details in body(told()).all("details"))


def test_the_score_is_said_and_drawn() -> None:
    page = body(told())
    assert page.one("p", "ag-score").text == "2.67 of 10.5 points"
    bar = page.one("svg", "ag-bar")
    assert bar.attributes["aria-label"] == "2.67 of 10.5 points"
    assert bar.one("rect", "ag-filled").attributes["width"] == "254"
    assert page.one("p", "ag-gain").text == "Mending this alone: 2.67 → 9 of 10.5 points"


def test_what_differs_is_marked_by_a_sign() -> None:
    (cell,) = body(told()).all("td", "ag-off")
    assert cell.text == "≠3"
    assert body(told()).one("pre", "ag-copy").text.endswith("# should be <= 1")


def test_full_scores_get_a_short_friendly_page() -> None:
    assert headings(body(samples.result())) == [
        ("h1", "Self-Attention Mechanism"),
        ("h2", "All points – well done."),
        ("h2", "More"),
    ]
    assert ("h2", "Good to know") in headings(body(FULL))


def test_ungraded_says_so_and_is_no_score() -> None:
    page = body(samples.ungraded())
    assert page.one("p", "ag-score").text == "No score"
    assert page.all("svg") == []
    assert "This is no score" in page.one("section", "ag-lead").text
    assert "points" not in page.one("header").text


@each_result
def test_headings_go_down_by_one(result: Result) -> None:
    levels = [int(tag[1]) for tag, _ in headings(body(result))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@each_result
def test_tables_have_headers_with_scope_and_pictures_have_words(result: Result) -> None:
    page = body(result)
    assert all(header.attributes["scope"] in ("row", "col") for header in page.all("th"))
    for drawing in page.all("svg"):
        assert drawing.attributes["role"] == "img"
        assert drawing.attributes["aria-label"].strip()
    for mark in page.all("td", "ag-mark"):
        (seen,) = [span for span in mark.all("span") if "aria-hidden" in span.attributes]
        assert seen.text in ("✓", "✗", "!")


def test_a_picture_has_a_title_a_description_and_a_legend() -> None:
    figure = body(told()).one("figure")
    assert [title.text for title in figure.all("title")] == ["Attention weights, yours", "Attention weights, expected"]
    assert all("queries × keys, from 0.000 to 0.900" in description.text for description in figure.all("desc"))
    assert figure.one("p", "ag-legend").text == "0.0000.900Outlined: not as expected"


def test_what_stands_between_backticks_is_code() -> None:
    result = told(diagnoses=(), clues=(), cases=(samples.case("a.1", Verdict.FAILED, 0, 1, message="`<b>` `"),))
    heading = body(result).one("section", "ag-lead").one("h2")
    assert heading.one("code").text == "<b>"
    assert heading.text == "<b> `"


# --- a page by itself ----------------------------------------------------------------------------


@each_result
def test_styles_are_let_in_by_their_hash_and_nothing_else_is(result: Result) -> None:
    page = feedback_page.page(result)
    head = parsed(page).one("head")
    (policy,) = [m.attributes["content"] for m in head.all("meta") if "http-equiv" in m.attributes]
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert "@import" not in style
    assert not re.search("https?:|//", page.replace("<!doctype html>", ""))
    assert page.startswith(
        '<!doctype html>\n<!-- written by attention-grader -->\n<html lang="en">\n<head>\n<meta charset'
    )


def test_styles_of_a_fragment_touch_nothing_else() -> None:
    fragment = feedback_page.fragment(told())
    root = parsed(fragment).one("div", "ag-feedback")
    css = re.sub(r"@(media|page)[^{]*\{", "", root.one("style").text)
    selectors = [one.strip() for rule in re.findall(r"([^{}]+)\{", css) for one in rule.split(",")]
    assert len(selectors) > 50
    assert all(re.match(r"\.ag-feedback\b", selector) for selector in selectors)
    assert "<html" not in fragment
    assert "<body" not in fragment


def test_a_fragment_says_what_the_page_says() -> None:
    for result in ORDINARY.values():
        page, fragment = parsed(feedback_page.page(result)), parsed(feedback_page.fragment(result))
        alone = [child for child in page.one("main").children if not isinstance(child, str)]
        inside = [child for child in fragment.one("div", "ag-feedback").children if not isinstance(child, str)]
        assert [child.tag for child in inside if child.tag != "style"] == [child.tag for child in alone]
        assert page.one("main").text.strip() == "".join(c.text for c in inside if c.tag != "style") or headings(
            page
        ) == headings(fragment)


def test_a_notebooks_page_says_how_it_was_checked_and_what_is_next_and_styles_nothing_else() -> None:
    hostile = "<script>alert(1)</script>\n"
    root = parsed(feedback_page.notebook(told(), hostile, hostile, hostile)).one("div", "ag-notebook")
    first, last = root.all("div", "ag-notice")
    assert first.text.count("<script>") == 2
    assert last.text.strip().startswith("Next: <script>")
    assert len(parsed(feedback_page.notebook(told(), "a", "b", "")).all("div", "ag-notice")) == 1
    css = re.sub(r"@media[^{]*\{", "", root.one("style").text)
    selectors = [one.strip() for rule in re.findall(r"([^{}]+)\{", css) for one in re.split(r",(?![^(]*\))", rule)]
    assert len(selectors) > 50
    assert all(".ag-notebook" in selector for selector in selectors)


def test_no_template_lets_text_through_unescaped() -> None:
    templates = list(feedback_page.TEMPLATES.iterdir())
    assert {path.name for path in templates} >= {"page.html", "fragment.html", "feedback.html", "parts.html"}
    for path in templates:
        text = path.read_text(encoding="utf-8")
        if path.name == "class.html":  # the instructor's page has scripts, which are ours
            text = re.sub(r"<script( type=\"module\")?>\{\{ look\.\w+ \}\}</script>", "", text)
        assert not re.search(r"\|\s*safe|autoescape|<script|style=|\son\w+=", text), path


def test_a_class_is_graded_without_loading_jinja2_and_the_page_loads_it_once() -> None:
    code = (
        "import sys, grader.reports, grader.checking, grader.commands; print('jinja2' in sys.modules);"
        "from grader.reports import feedback_page as f; print('jinja2' in sys.modules);"
        "print(f._look() is f._look(), 'jinja2' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False", "True", "True"]


# --- what students write ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_whatever_a_student_writes_is_text(text: str) -> None:
    page = feedback_page.page(result_of(text))
    root = parsed(page)  # refuses scripts, addresses, inline styles and tags that are not closed
    plain = parsed(feedback_page.page(result_of("plain")))
    assert {e.tag for e in root.all("section")} == {e.tag for e in plain.all("section")}
    page.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", page)
    assert len(page.encode()) < 300_000
    if text.strip() and len(text) < 300:
        shown = visible(text).strip("\n")
        assert any(pre.text == shown for pre in root.all("pre"))


@pytest.mark.parametrize("name", ["html", "bidi", "entities"])
def test_in_an_example_and_a_picture_too(name: str) -> None:
    text = TEXTS[name]
    found = counterexample(message=text, reproducer=text, steps=(text,), inputs={text: 1.0}, expected={}, got={})
    root = parsed(feedback_page.page(told(counterexample=found, pictures=(picture(text),))))
    assert root.one("pre", "ag-copy").text == visible(text)
    assert "alert" not in {element.tag for element in root.all("img")}


def test_a_page_stays_small_whatever_a_student_prints() -> None:
    page = feedback_page.page(enormous())
    parsed(page)
    assert len(page.encode("utf-8")) < 300_000
    assert "… (cut)" in page


# --- the files ------------------------------------------------------------------------------------


def test_a_file_each_and_only_ours_of_the_past_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "feedback"
    feedback_page.write_each([samples.result("a_right"), samples.result("A_right"), samples.result("../x")], folder)
    assert len(list(folder.iterdir())) == 3
    (folder / "theirs.html").write_text("<p>mine</p>")
    feedback_page.write_each([samples.result("a_right")], folder)
    assert sorted(path.name for path in folder.iterdir()) == ["a_right.html", "theirs.html"]


def test_a_page_tells_of_no_other_student(tmp_path: Path) -> None:
    class_ = [told(submission=replace(told().submission, id=name, path=f"{name}.py")) for name in ("anna", "bert")]
    feedback_page.write_each(class_, tmp_path)
    assert "bert" not in (tmp_path / "anna.html").read_text(encoding="utf-8")
    assert "anna" not in (tmp_path / "bert.html").read_text(encoding="utf-8")


SOURCES = [
    *sorted((ROOT / "tests" / "students" / "self_attention" / "wrong").glob("*.py"))[::12],
    *(
        ROOT / "submissions" / "self_attention" / name
        for name in ("no_scale.py", "syntax_error.py", "imports_torch.py")
    ),
]


def test_pages_of_real_submissions_tell_no_path_of_this_machine() -> None:
    with LocalRunner() as runner:
        exam = prepare(load_assignment("self_attention", None), None, "all", runner)
        for path in SOURCES:
            source = SourceFile(path.name, path.read_bytes())
            submission = Submission(path.stem, path.stem, str(path), (source,), "0" * 64)
            page = feedback_page.page(slot.grade_one(submission, exam, runner).result)
            parsed(page)
            assert str(ROOT) not in page, path
            assert not re.search(r"(?<![\w.])/(home|root|tmp|usr|work|proc)/", page), path
            assert path.name in page


def test_an_example_without_numbers_has_no_empty_columns() -> None:
    assert ("h3", "Expected") in headings(body(told(counterexample=counterexample())))
    found = headings(body(told(counterexample=counterexample(expected={}, got={}))))
    assert ("h3", "Expected") not in found
    assert ("h3", "Yours") not in found
    assert ("h3", "See it yourself") in found
