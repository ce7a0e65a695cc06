"""The class's page in a real browser: the table of all students works, nothing acts, nothing leaves the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from reports.browser import CONTRASTS, Browser
from reports.classes import EVIL, large, small
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from grader import reports
from grader.reports import class_page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All reports of the small class."""
    folder = tmp_path_factory.mktemp("class")
    reports.write_all(small(), folder)
    return folder


@pytest.fixture
def page(folder: Path, browser: Browser) -> Browser:
    browser.show(folder / "report.html")
    return browser


def shown(browser: Browser) -> list[str]:
    """Names in the table, from top to bottom."""
    names: list[str] = browser.ask("[...document.querySelectorAll('#students-table tbody th')].map(e => e.textContent)")
    return names


def heading(browser: Browser, text: str) -> Any:
    return browser.driver.find_element(By.XPATH, f"//*[@id='students-table']//thead//th[contains(., '{text}')]")


def test_nothing_acts_and_nothing_leaves_the_page(page: Browser) -> None:
    assert page.said() == []
    assert [url.rpartition("/")[2] for url in page.requests()] == ["report.html"]
    assert page.ask("document.title") == "Attention – the class"
    assert page.ask("document.querySelectorAll('img, [onerror], body [style*=color]').length") == 0
    assert EVIL in shown(page)


def test_the_policy_stops_what_would_come_through(folder: Path, browser: Browser, tmp_path: Path) -> None:
    """Were the escaping to fail, nothing would run still: here it is left out on purpose."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    (tmp_path / "report.html").write_text(page.replace("Ada", EVIL), encoding="utf-8")
    browser.show(tmp_path / "report.html")
    assert browser.ask("document.title") == "Attention – the class"
    assert any("script" in message for message in browser.said())
    assert [url.rpartition("/")[2] for url in browser.requests()] == ["report.html"]


def test_every_link_leads_somewhere(folder: Path, page: Browser) -> None:
    links = page.ask("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    assert len([link for link in links if link.startswith("feedback/")]) > 9
    for link in links:
        if link.startswith("#"):
            assert page.ask(f"document.getElementById({link[1:]!r}) !== null"), link
        else:
            assert (folder / unquote(urlsplit(link).path)).is_file(), link


def test_a_name_leads_to_the_students_page(page: Browser) -> None:
    page.driver.find_element(By.LINK_TEXT, EVIL).click()
    assert "eve" in page.ask("document.querySelector('.ag-who').textContent")


def test_sorting(page: Browser) -> None:
    score = heading(page, "Score")
    score.click()
    assert score.get_attribute("aria-sort") == "ascending"
    assert shown(page)[:3] == ["Hal", "Gus", "Fay"]
    score.click()
    assert score.get_attribute("aria-sort") == "descending"
    assert shown(page)[0] == "Ada"


def test_sorting_by_the_keyboard(page: Browser) -> None:
    button = heading(page, "Student").find_element(By.CSS_SELECTOR, "[role=button]")
    button.send_keys(Keys.ENTER)
    assert heading(page, "Student").get_attribute("aria-sort") == "ascending"
    button.send_keys(Keys.ENTER)
    assert shown(page)[:2] == ["Name stranger", "Hal"]


@pytest.mark.parametrize(
    ("kind", "choice", "names"),
    [
        ("flags", "missing", ["Hal"]),
        ("flags", "late", ["Dee"]),
        ("flags", "overridden", ["Cem"]),
        ("flags", "unknown", ["Name stranger"]),
        ("flags", "graded", [EVIL, "Ada", "Bob", "Cem", "Dee", "Fay", "Name stranger"]),
        ("mistakes", "The scores are not scaled", ["Bob", "Cem"]),
        ("section", "Tue", ["Bob", "Dee", "Fay", "Hal"]),
    ],
)
def test_filtering(page: Browser, kind: str, choice: str, names: list[str]) -> None:
    Select(page.driver.find_element(By.CSS_SELECTOR, f"[data-filter={kind}]")).select_by_visible_text(choice)
    assert sorted(shown(page)) == sorted(names)
    page.driver.find_element(By.ID, "reset").click()
    assert len(shown(page)) == 9


def test_searching_and_filtering_at_once(page: Browser) -> None:
    search = page.driver.find_element(By.ID, "search")
    search.send_keys("why not scaled")
    assert shown(page) == []
    search.clear()
    search.send_keys("why")
    found = shown(page)
    assert "Bob" in found
    assert "Ada" not in found
    Select(page.driver.find_element(By.CSS_SELECTOR, "[data-filter=mistakes]")).select_by_value("axis")
    assert sorted(shown(page)) == sorted([EVIL, "Cem"])
    search.clear()
    search.send_keys("e1")
    assert shown(page) == [EVIL]


def test_from_a_mistake_to_those_who_made_it(page: Browser) -> None:
    page.driver.find_element(By.CSS_SELECTOR, "button[data-value=axis]").click()
    assert sorted(shown(page)) == sorted([EVIL, "Cem"])
    page.driver.find_element(By.XPATH, "//summary[contains(., '2 names')]").click()
    assert page.driver.find_element(By.LINK_TEXT, "Cem").is_displayed()


@pytest.fixture
def without_script(browser: Browser) -> Iterator[Browser]:
    browser.do("Emulation.setScriptExecutionDisabled", value=True)
    try:
        yield browser
    finally:
        browser.do("Emulation.setScriptExecutionDisabled", value=False)


def test_without_script_everything_is_there_but_what_needs_it(folder: Path, without_script: Browser) -> None:
    without_script.show(folder / "report.html")
    find = without_script.driver.find_element
    assert find(By.ID, "students-table").is_displayed()
    assert find(By.LINK_TEXT, "Ada").is_displayed()
    assert not find(By.ID, "search").is_displayed()
    assert not find(By.CSS_SELECTOR, "button[data-show]").is_displayed()


def unfolded(browser: Browser) -> None:
    browser.ask("document.querySelectorAll('details').forEach(e => { e.open = true })")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_has_enough_contrast(folder: Path, theme: str, browser: Browser) -> None:
    browser.show(folder / "report.html", theme=theme)
    unfolded(browser)
    found = browser.ask(CONTRASTS)
    assert len(found) > 200
    assert {text for contrast, text in found if contrast < 4.5} == set()


@pytest.mark.parametrize("width", [320, 1200])
def test_nothing_is_cut_off_at_the_side(folder: Path, width: int, browser: Browser) -> None:
    browser.show(folder / "report.html", width=width)
    unfolded(browser)
    assert browser.ask("document.documentElement.scrollWidth") <= width


def test_what_a_reader_of_the_screen_needs(page: Browser) -> None:
    assert page.ask("['header', 'main', 'nav', 'footer'].every(n => document.querySelectorAll(n).length >= 1)")
    assert page.ask("[...document.querySelectorAll('table')].filter(t => !t.caption).length") == 0
    assert page.ask("[...document.querySelectorAll('th')].filter(t => !t.scope).length") == 0
    unnamed = "[...document.querySelectorAll('svg')].filter(s => !s.ariaLabel && !s.ariaHidden).length"
    assert page.ask(unnamed) == 0
    ids = page.ask("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert page.ask("[...document.querySelectorAll('input, select')].filter(e => !e.labels.length).length") == 0


def test_a_large_class_has_pages_but_not_on_paper(browser: Browser, tmp_path: Path) -> None:
    class_page.write(large(120), tmp_path / "report.html")
    browser.show(tmp_path / "report.html")
    assert browser.said() == []
    assert len(shown(browser)) == 50
    browser.driver.find_element(By.CSS_SELECTOR, ".dt-paging-button.next").click()
    assert shown(browser)[0] == "Name s00050"
    browser.ask("dispatchEvent(new Event('beforeprint'))")
    assert len(shown(browser)) == 120
    browser.ask("dispatchEvent(new Event('afterprint'))")
    assert len(shown(browser)) == 50
