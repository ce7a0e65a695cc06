import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from grader.reports.ink import Ink, score_style

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "✓ Q·Kᵀ / √d_k … 😀"),
        ("cp1252", r"+ Q·K^T / sqrt d_k … \U0001f600"),
        ("ascii", r"+ Q*K^T / sqrt d_k ... \U0001f600"),
    ],
)
def test_what_an_encoding_lacks_is_written_otherwise(encoding: str, shown: str) -> None:
    assert Ink(encoding).line("✓ Q·Kᵀ / √d_k … 😀").plain == shown


@given(ANY_TEXT, st.sampled_from(["utf-8", "ascii", "cp1252", "cp437", "latin-1", "cp932"]))
def test_any_text_can_be_encoded(text: str, encoding: str) -> None:
    ink = Ink(encoding)
    for written in (ink.text(text), ink.line(text), ink.excerpt(text), ink.bar(len(text) / 50, 10)):
        written.plain.encode(encoding)


def test_markup_is_text() -> None:
    assert Ink("utf-8").line("[bold]x[/bold] :smile:").plain == "[bold]x[/bold] :smile:"


def test_what_is_appended_has_a_style_of_its_own() -> None:
    assert Ink("utf-8").line("a", "red").append("b").style == ""


def test_the_consoles_file_decides_the_encoding() -> None:
    def encoding(name: str) -> str:
        return Ink.of(Console(file=io.TextIOWrapper(io.BytesIO(), encoding=name))).encoding

    assert encoding("latin-1") == "latin-1"
    assert Ink.of(Console(file=io.StringIO())).encoding == "utf-8"


class OddFile(io.StringIO):
    encoding = "no-such-codec"


def test_an_unknown_encoding_is_taken_for_ascii() -> None:
    assert Ink.of(Console(file=OddFile())).encoding == "ascii"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("short", "short"),
        ("\n\ntwo\nlines\n", "two\nlines"),
        ("1\n2\n3\n4", "1\n2 …"),
        ("abcdefghijk", "abcdefghij …"),
        ("", ""),
    ],
)
def test_an_excerpt_says_that_it_is_one(words: str, shown: str) -> None:
    assert Ink("utf-8").excerpt(words, lines=2, chars=10).plain == shown


@pytest.mark.parametrize(("share", "bar"), [(0, "░░░░"), (0.5, "██░░"), (0.999, "███░"), (1, "████"), (1.2, "████")])
def test_a_bar_is_full_only_with_all_points(share: float, bar: str) -> None:
    assert Ink("utf-8").bar(share, 4).plain == bar


def test_colours() -> None:
    assert [score_style(share) for share in (1, 0.99, 0.5, 0.49)] == ["green", "yellow", "yellow", "red"]
