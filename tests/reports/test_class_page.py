"""The class's page as a document; in a real browser: test_class_browser.py."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from reports.classes import EVIL, class_of, large, result, small
from reports.hostile import ALL

from grader.class_results import ClassResults
from grader.errors import UsageError
from grader.handin import Student
from grader.reports import class_page
from grader.reports.safe import visible


def written(class_: ClassResults, folder: Path) -> str:
    class_page.write(class_, folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of the small class."""
    return written(small(), tmp_path_factory.mktemp("class"))


def test_the_policy_lets_in_our_own_bytes_alone(page: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(rule.strip().split(" ", 1) for rule in unescape(policy).split(";"))
    parts = {
        "style-src": re.findall(r"<style>(.*?)</style>", page, re.DOTALL),
        "script-src": re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL),
    }
    assert [len(found) for found in parts.values()] == [1, 2]
    for name, found in parts.items():
        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in found]
        assert rules.pop(name) == " ".join(f"'sha256-{each}'" for each in hashes)
    assert rules == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}


def test_it_says_for_whom_it_is(page: str) -> None:
    assert "<strong>For staff only.</strong>" in page


def without_ours(page: str) -> str:
    return re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)


def test_markup_in_a_name_is_text(page: str) -> None:
    page = without_ours(page)
    assert EVIL not in page
    assert "&lt;script&gt;document.title" in page
    assert not re.search(r"<(script|img|style)|<[^<>]*\s(on\w+|style)=|javascript:", page)


def test_texts_of_every_kind_are_made_visible(tmp_path: Path) -> None:
    results = [
        result(f"s{n:02}", "0000", student=Student(text, login=text, section=text))
        for n, text in enumerate(ALL.values())
    ]
    class_ = class_of(results, title="".join(ALL.values())[:150], policy=EVIL, due=EVIL)
    page = unescape(without_ours(written(class_, tmp_path)))
    assert visible(page) == page


def test_every_list_has_an_end(tmp_path: Path) -> None:
    """However much students write."""
    text = "<&" * 100_000
    one = result("a", "0000", student=Student(text, login=text, section=text), notes=(text,))
    bare = len(written(class_of([result("a", "0000")]), tmp_path))
    assert len(written(class_of([one], policy=text), tmp_path)) < bare + 20_000


def test_the_same_class_is_the_same_page_in_any_order(tmp_path: Path) -> None:
    class_ = large(30)
    first = written(class_, tmp_path)
    assert written(replace(class_, results=[*class_.results][::-1]), tmp_path) == first


def test_a_class_of_nobody_and_one_of_a_few(tmp_path: Path) -> None:
    assert "Nobody has a score." in written(class_of([]), tmp_path)
    assert "n/a (fewer than 3 students)" in written(class_of([result("a", "1000")]), tmp_path)


def test_the_library_of_tables_is_made_a_part_of_the_page() -> None:
    script = class_page.tables()
    assert re.search(r"\nconst \$ = [\w$]+;\n$", script)
    assert not re.search(r"<!--|</?script|\bexport\s*\{", script, re.IGNORECASE)


def test_a_release_of_it_that_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "dt_bundle.js").write_text("export{a as DataTable}")
    monkeypatch.setattr(class_page, "resources", lambda _: tmp_path)
    with pytest.raises(UsageError, match=r"pip install itables==\d"):
        class_page.tables()


def test_a_thousand_students_are_not_too_much(tmp_path: Path) -> None:
    assert len(written(large(1000), tmp_path).encode()) < 5_000_000
