"""The pages of students in a real browser: nothing acts, nothing leaves the page, all of it can be read.

How it is started, and what happens where there is none: `browser.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reports import samples
from reports.browser import CONTRASTS, Browser
from reports.hostile import TEXTS, result_of
from reports.pages import counterexample, enormous, picture, told

from grader.model import Result
from grader.reports import feedback_page
from grader.reports.page_arrays import DARK, LIGHT

EVIL = "<script>document.title='evil'</script><img src=x onerror=document.title='evil'><b style='color:red'>b</b>"
PAGES = {
    "told": told(),
    "full": samples.result(),
    "unreadable": samples.unreadable(),
    "ungraded": samples.ungraded(),
    "hostile": samples.hostile(),
    "html": result_of(TEXTS["html"]),
    "evil": result_of(EVIL),
    "wide": result_of(TEXTS["wide"]),
    "long": result_of("A" * 3000),
    "arrays": told(
        counterexample=counterexample(message=EVIL, reproducer="x" * 500),
        pictures=(picture(EVIL, *[enormous().pictures[0].got] * 2),),
    ),
}

each_page = pytest.mark.parametrize("result", PAGES.values(), ids=PAGES)


@each_page
def test_nothing_acts_and_nothing_leaves_the_page(result: Result, browser: Browser) -> None:
    browser.open(feedback_page.page(result))
    assert browser.said() == []
    assert [url.rpartition("/")[2] for url in browser.requests()] == ["page.html"]
    assert browser.ask("document.title") != "evil"
    assert browser.ask("document.querySelectorAll('script, img, [style], [onerror]').length") == 0
    assert browser.ask("document.compatMode") == "CSS1Compat"


def test_the_policy_stops_what_would_come_through(browser: Browser) -> None:
    """Were the escaping to fail, nothing would run still: here it is left out on purpose."""
    page = feedback_page.page(samples.result("a_name")).replace("a_name", EVIL + "<style>*{color:red}</style>")
    browser.open(page)
    said = browser.said()
    assert browser.ask("document.title") != "evil"
    assert browser.ask("getComputedStyle(document.querySelector('h1')).color") == "rgb(27, 31, 35)"
    assert any("script" in message for message in said)
    assert [url.rpartition("/")[2] for url in browser.requests()] == ["page.html"]


@each_page
@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_is_cut_off_at_the_side(result: Result, width: int, browser: Browser) -> None:
    browser.open(feedback_page.page(result), width=width)
    for summary in browser.driver.find_elements("css selector", "summary"):
        summary.click()
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.ask("[...document.querySelectorAll('details')].every(d => d.open)") is True


CASES_SHOWN = "document.querySelector('.ag-cases').checkVisibility()"


def test_what_is_folded_opens(browser: Browser) -> None:
    browser.open(feedback_page.page(told()))
    assert browser.ask(CASES_SHOWN) is False
    browser.driver.find_element("xpath", "//summary[text()='Every case']").click()
    assert browser.ask(CASES_SHOWN) is True


def test_on_paper_all_is_open_and_light(browser: Browser) -> None:
    browser.open(feedback_page.page(told()), theme="dark", media="print")
    assert browser.ask(CASES_SHOWN) is True
    assert browser.ask("getComputedStyle(document.querySelector('main')).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.ask("getComputedStyle(document.querySelector('h1')).color") == "rgb(27, 31, 35)"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_has_enough_contrast(theme: str, browser: Browser) -> None:
    browser.open(feedback_page.page(told()), theme=theme)
    for summary in browser.driver.find_elements("css selector", "summary"):
        summary.click()
    found = browser.ask(CONTRASTS)
    assert len(found) > 80
    assert [text for contrast, text in found if contrast < 4.5] == []


def test_two_themes(browser: Browser) -> None:
    papers = {}
    for theme in ("light", "dark"):
        browser.open(feedback_page.page(told()), theme=theme)
        papers[theme] = browser.ask("getComputedStyle(document.documentElement).backgroundColor")
        assert papers[theme] == browser.ask("getComputedStyle(document.querySelector('main')).backgroundColor")
    assert papers == {"light": "rgb(252, 251, 248)", "dark": "rgb(21, 24, 28)"}


def test_a_fragment_leaves_the_page_around_it_alone(browser: Browser) -> None:
    around = "<!doctype html><html lang=en><meta charset=utf-8><title>n</title><h1>Mine</h1><table><td>x</table>{}"
    properties = "['color', 'font', 'margin', 'padding', 'border', 'backgroundColor', 'textAlign', 'lineHeight']"
    ask = f"['h1', 'td'].map(s => {properties}.map(p => getComputedStyle(document.querySelector(s))[p]))"
    browser.open(around.format(""))
    before = browser.ask(ask)
    browser.open(around.format(feedback_page.fragment(told())))
    assert browser.ask(ask) == before
    assert browser.ask("document.querySelectorAll('.ag-feedback h2').length") > 3


@pytest.mark.parametrize(
    ("light", "ink", "fill"), [(True, "rgb(27, 31, 35)", LIGHT), (False, "rgb(232, 230, 225)", DARK)]
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_a_notebook_the_editors_theme_counts_and_its_tables_do_not(
    browser: Browser, theme: str, light: bool, ink: str, fill: Sequence[tuple[str, str]]
) -> None:
    """With rules that are JupyterLab's: of two classes, as `.jp-RenderedHTMLCommon tbody tr:nth-child(odd)`."""
    lab = ".a.b td, .a.b th { text-align: right; font-size: 9px; } .a.b table { table-layout: fixed; }"
    page = feedback_page.notebook(told(), "how", "what", "next")
    attribute = f'data-jp-theme-light="{str(light).lower()}"'
    browser.open(f'<!doctype html><body {attribute}><style>{lab}</style><div class="a b">{page}</div>', theme=theme)
    look = "getComputedStyle(document.querySelector('{}')).{}"
    assert browser.ask(look.format("h1", "color")) == ink
    assert browser.ask(look.format(".ag-list tbody th", "textAlign")) == "left"
    assert browser.ask(look.format(".ag-list tbody th", "fontSize")) == "16px"
    assert browser.ask(look.format(".ag-list", "tableLayout")) == "auto"
    red, green, blue = (int(fill[0][0][n : n + 2], 16) for n in (1, 3, 5))
    assert browser.ask(look.format(".ag-legend .ag-h0 rect", "fill")) == f"rgb({red}, {green}, {blue})"
