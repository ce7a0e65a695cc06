import json
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.safe import csv_cell, file_stem, number, one_line, points, visible

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
"""Lone surrogates and controls as well."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode 😀 Q·Kᵀ √d_k", "plain ünïcode 😀 Q·Kᵀ √d_k"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb", "a\nb"),
        ("50 %\r100 %", r"50 %\r100 %"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x00\x07\x7f\x85\x9b", r"\x00\x07\x7f\x85\x9b"),
        ("\b\f\v", r"\b\f\v"),
        ("\u202egpj.exe\u2066", r"\u202egpj.exe\u2066"),
        ("\ud800 \udfff", r"\ud800 \udfff"),
        ("\ufffe\uffff\ufdd0", r"\ufffe\uffff\ufdd0"),
        ("\U0001fffe", r"\U0001fffe"),
        ("\u2028\u2029\ufeff\u200b", r"\u2028\u2029\ufeff\u200b"),
        ("👩\u200d🚀 नी\u200c", "👩\u200d🚀 नी\u200c"),  # joiners are part of what is written
        ("❤\ufe0f\u200d🔥 1\ufe0f\u20e3 é\ufe0e", "❤\ufe0f\u200d🔥 1\ufe0f\u20e3 é\ufe0e"),  # and so are variants
        ("a\u200db\ufe0f1\ufe0f", r"a\u200db\ufe0f1\ufe0f"),  # not in ASCII
        ("é\u200d\u200d\u200b\u200d", "é\u200d" + r"\u200d\u200b\u200d"),
        ("\u034f\u115f\u3164\uffa0\U000e0100", r"\u034f\u115f\u3164\uffa0\U000e0100"),
        ("ệ e\u0323\u0302\u0301", "ệ e\u0323\u0302\u0301"),
        ("e" + "\u0301" * 5, "e\u0301\u0301\u0301" + r"\u0301\u0301"),  # a pile covers other lines
        ("]]> <script>", "]]> <script>"),  # for the XML or HTML writer to escape
    ],
)
def test_visible_escapes_what_acts_or_is_not_seen(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY_TEXT)
def test_visible_text_can_be_written_anywhere(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in shown if c not in "\n\t")
    assert visible(shown) == shown


@given(ANY_TEXT)
def test_ascii_is_escaped_alike_on_the_short_way(text: str) -> None:
    assert visible(text + "é") == visible(text) + "é" or text.endswith("\r")


@given(ANY_TEXT)
def test_one_line_is_one(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert "\t" not in one_line(text)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("a_right", "a_right"),
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-1.5", "'-1.5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", r"'\t=1"),
        ("\r=1", r"'\r=1"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("a;=1", "a;'=1"),  # `;` separates cells in half of Europe
        ('a;"=1;"', 'a;\'"=1;"'),  # doubled, the `"` is an empty cell's quotes there
        ("\u200d=1", r"'\u200d=1"),
        ("x" * 16_001, "x" * 16_000 + " …"),
        ("a=b; c-d", "a=b; c-d"),
        ("", ""),
        (None, ""),
        (-1.5, "-1.5"),
        (Fraction(5, 3), "1.67"),
        (0, "0"),
    ],
)
def test_csv_cell(value: str | Fraction | float | None, cell: str) -> None:
    assert csv_cell(value) == cell


@given(ANY_TEXT)
def test_no_text_begins_a_formula(text: str) -> None:
    assert not csv_cell(text).lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("id_", ["a_right", "A_right", "r05_T", "a.b-c_d", "2024-07-01", "s1234567", "x" * 80])
def test_plain_ids_are_their_own_file_names(id_: str) -> None:
    assert file_stem(id_) == id_


@pytest.mark.parametrize(
    ("id_", "start"),
    [
        ("größe und maß (2)", "groe_und_ma_2~"),
        ('say "hi"\n', "say_hi~"),
        ("a/b=c", "a_b_c~"),
        ("../../etc/passwd", "etc_passwd~"),
        ("..", "submission~"),
        ("", "submission~"),
        ("-rf", "rf~"),
        (".hidden", "hidden~"),
        ("ends.", "ends~"),
        ("nul", "_nul~"),
        ("com1.txt", "_com1.txt~"),
        ("李雷", "submission~"),
        ("\ud800\x00", "submission~"),
        ("x" * 300, "x" * 60 + "~"),
    ],
)
def test_other_ids_are_cleaned_and_marked(id_: str, start: str) -> None:
    stem = file_stem(id_)
    assert stem.startswith(start)
    assert len(stem) == len(start) + 12
    assert stem == file_stem(id_)


@given(st.lists(st.one_of(ANY_TEXT, st.text("aA. /~", max_size=4)), unique=True))
def test_no_two_ids_share_a_file_even_where_case_does_not_count(ids: list[str]) -> None:
    stems = [file_stem(id_, alone=False) for id_ in ids]
    assert len({stem.casefold() for stem in stems}) == len(ids)
    assert all(stem.isascii() and 0 < len(stem) <= 90 and "/" not in stem and stem[0] not in ".-" for stem in stems)


def test_an_id_that_looks_like_a_file_name_of_ours_does_not_take_it() -> None:
    assert file_stem(file_stem("A right")) != file_stem("A right")


def test_capitals_get_a_mark_where_case_alone_tells_two_ids_apart() -> None:
    assert file_stem("a_right", alone=False) == "a_right"
    assert file_stem("A_right", alone=False).startswith("A_right~")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1, "1"),
        (10.0, "10"),
        (0.5, "0.5"),
        (Fraction(5, 3), "1.67"),
        (Fraction(1, 8), "0.13"),
        (Fraction(-1, 8), "-0.13"),
        (1.1, "1.1"),
        (-0.001, "0"),
        (0.999, "1"),
        (1.05, "1.05"),
        (123.456, "123.46"),
    ],
)
def test_points(value: Fraction | float, shown: str) -> None:
    assert points(value) == shown


@pytest.mark.parametrize(
    ("value", "written"), [(Fraction(4, 2), "2"), (Fraction(1, 3), "0.3333"), (1.0, "1"), (0.25, "0.25"), (0, "0")]
)
def test_numbers_for_programs(value: Fraction | float, written: str) -> None:
    assert json.dumps(number(value)) == written
