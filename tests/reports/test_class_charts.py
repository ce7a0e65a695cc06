"""Charts as they stand in the page: no style, no id twice, colours of the theme, and words for who cannot see them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from grader.items import Measure
from grader.reports.class_cases import CaseRow
from grader.reports.class_charts import MOST_CASES, cases, distribution, for_page
from grader.reports.class_view import Bar

BARS = [Bar("0–1", 3), Bar("1–2", 0), Bar("all $2$", 12)]


def case(id_: str, share: float | None, telling: float | None) -> CaseRow:
    return CaseRow(id_, "g", False, "1", Measure(share), Measure(telling), "", "")


CASES = [case("a.1", 0.5, -0.25), case("b_$x$.2", 1.0, 0.75), case("c.1", 0.0, None), case("advice.1", None, None)]


def charts() -> list[str]:
    drawn = cases(CASES)
    assert drawn is not None
    return [str(distribution(BARS)), str(drawn)]


def test_nothing_in_them_that_a_strict_policy_forbids() -> None:
    for chart in charts():
        for element in ET.fromstring(chart).iter():
            assert element.tag in {"svg", "g", "path", "text", "use", "defs", "clipPath", "rect", "title"}
            assert not {"style", "class"} & element.attrib.keys() or element.tag == "svg"
            assert not any(name.startswith("on") or ":" in name or "}" in name for name in element.attrib)
        assert "http" not in chart


def test_all_colours_are_the_themes() -> None:
    for chart in charts():
        colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', chart))
        assert colours <= {"none", *(f"var(--{name})" for name in ("ink", "quiet", "line", "accent"))}
        assert "var(--accent)" in colours


def test_ids_are_those_that_are_used_and_differ_from_chart_to_chart() -> None:
    first, second = (re.findall(r' id="([^"]*)"', chart) for chart in charts())
    assert first
    assert not set(first) & set(second)
    for chart, ids in zip(charts(), (first, second), strict=True):
        assert len(ids) == len(set(ids))
        assert set(re.findall(r"#([\w-]+)", chart)) == set(ids)


def test_text_is_text_and_a_dollar_a_dollar() -> None:
    texts = [element.text for element in ET.fromstring(charts()[1]).iter("text")]
    assert {"a.1", "b_$x$.2", "Discrimination"} <= set(texts)
    assert "all $2$" in [element.text for element in ET.fromstring(charts()[0]).iter("text")]


def test_the_same_again_is_the_same() -> None:
    assert charts() == charts()


def test_what_they_show_is_told_in_words() -> None:
    first, second = (ET.fromstring(chart).attrib["aria-label"] for chart in charts())
    assert first == "Distribution of scores. Students by points. 0–1: 3; all $2$: 12."
    assert "a.1: 50 %, −0.25; b_$x$.2: 100 %, 0.75; c.1: 0 %, no discrimination." in second


@pytest.mark.parametrize("rows", [[], CASES[3:], [case(f"a.{n}", 0.5, 0.5) for n in range(MOST_CASES + 1)]])
def test_no_chart_of_nothing_and_of_too_much(rows: list[CaseRow]) -> None:
    assert cases(rows) is None


def test_where_nothing_discriminates_there_is_one_panel() -> None:
    (drawn,) = [cases([case("a.1", 1.0, None)])]
    assert drawn is not None
    assert "Discrimination" not in re.findall(r">([^<]+)</text>", drawn)


def test_fonts_as_older_releases_write_them() -> None:
    words = """<text style="font: 10px 'DejaVu Sans', sans">x</text>"""
    old = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{words}</svg>'
    (text,) = ET.fromstring(for_page(old, "t", "d")).iter("text")
    assert text.attrib == {"font-size": "10px"}
