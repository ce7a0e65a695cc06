"""What YAML 1.2 says comes out, every trap is a problem with a place, and nothing raises."""

import json
import math
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.yaml_tree import MAX_CHARACTERS, MAX_DEPTH, Mark, Problem, Tree, hint, plain_value, read_tree


def data(text: str) -> object:
    tree, problems = read_tree(text)
    assert problems == ()
    return tree.data


def only_problem(text: str) -> Problem:
    _, problems = read_tree(text)
    assert len(problems) == 1, problems
    return problems[0]


# ------------------------------------------------------------------------------------------------ values


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null(text: str) -> None:
    assert data(f"a: {text}") == {"a": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)],
)
def test_booleans(text: str, expected: bool) -> None:
    assert data(f"- {text}") == [expected]
    assert type(plain_value(text)) is bool


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("-3", -3),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("0xff", 255),
        ("9" * 4300, 10**4300 - 1),
    ],
)
def test_integers(text: str, expected: int) -> None:
    assert data(f"- {text}") == [expected]
    assert type(plain_value(text)) is int


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e-5", 1e-5),
        ("1E5", 1e5),
        ("-1.5e+3", -1500.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("5.e1", 50.0),
        ("012.5", 12.5),
        (".inf", math.inf),
        ("+.Inf", math.inf),
        ("-.INF", -math.inf),
    ],
)
def test_floats(text: str, expected: float) -> None:
    assert data(f"- {text}") == [expected]
    assert type(plain_value(text)) is float


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number(text: str) -> None:
    value = plain_value(text)
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    "text",
    [
        *["yes", "on", "off", "No", "y", "tRUE", "nULL", "inf", "nan", ".Nan", "-.nan"],
        *["12:30:45", "2024-05-17", "1_000", "0b101", "0o8", "-0x1", ".", "e5", "1e", "1.2.3", "=", "\u0663"],
    ],
)
def test_all_else_is_text(text: str) -> None:
    assert data(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    "text", ["'12'", '"12"', "|-\n  12", ">-\n  12"], ids=["single", "double", "literal", "folded"]
)
def test_quoted_and_block_text_is_text(text: str) -> None:
    assert data(f"a: {text}") == {"a": "12"}


def test_quoted_nothing_is_text_and_not_an_empty_file() -> None:
    assert data("''") == ""


def test_the_shape_of_a_spec() -> None:
    text = """\
# a comment
%s
assignment: self_attention
functions:
  compute_qkv: {parameters: [X, W_q], returns: [Q, K, V]}
steps:
  - Q, K, V = compute_qkv(X, W_q, W_k, W_v)
tolerance: {rtol: 1e-5, atol: 1e-6}
limits: {import: 10s, memory: 512MB}
groups:
- id: one
  draw: {sizes: {n: 2..7}, where: ["different(n, d)"]}
  given:
    X: [[1, 0.5], [0, -1]]
  hint: |
    Divide
    first.
""".replace("%s", "---")
    assert data(text) == {
        "assignment": "self_attention",
        "functions": {"compute_qkv": {"parameters": ["X", "W_q"], "returns": ["Q", "K", "V"]}},
        "steps": ["Q, K, V = compute_qkv(X, W_q, W_k, W_v)"],
        "tolerance": {"rtol": 1e-5, "atol": 1e-6},
        "limits": {"import": "10s", "memory": "512MB"},
        "groups": [
            {
                "id": "one",
                "draw": {"sizes": {"n": "2..7"}, "where": ["different(n, d)"]},
                "given": {"X": [[1, 0.5], [0, -1]]},
                "hint": "Divide\nfirst.\n",
            }
        ],
    }


def test_keys_stay_in_order_and_may_be_words_of_yaml_1_1() -> None:
    tree, problems = read_tree("on: 1\nyes: 2\n'1': 3\n'<<': 4\n'': 5\n? b\n: 6\n")
    assert not problems
    assert list(tree.data.items()) == [  # type: ignore[attr-defined]
        ("on", 1),
        ("yes", 2),
        ("1", 3),
        ("<<", 4),
        ("", 5),
        ("b", 6),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_byte_order_mark_and_line_ends(end: str) -> None:
    tree, problems = read_tree(f"\ufeffa: 1{end}b: 2{end}")
    assert (tree.data, problems) == ({"a": 1, "b": 2}, ())
    assert (tree.mark(("a",)), tree.mark(("b",))) == (Mark(1, 1), Mark(2, 1))


def test_a_yaml_directive_and_an_end_marker_are_harmless() -> None:
    assert data("%YAML 1.2\n---\na: 1\n...\n") == {"a": 1}


# ------------------------------------------------------------------------------------------------ places


@pytest.fixture(scope="module")
def placed() -> Tree:
    return read_tree("a:\n  - x\n  -   {b: 1, 'c': [2, 3]}\nd:\n  e: |\n    text\n")[0]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), Mark(1, 1)),
        (("a",), Mark(1, 1)),
        (("a", 0), Mark(2, 5)),
        (("a", 1), Mark(3, 7)),
        (("a", 1, "b"), Mark(3, 8)),
        (("a", 1, "c"), Mark(3, 14)),
        (("a", 1, "c", 1), Mark(3, 23)),
        (("d", "e"), Mark(5, 3)),
    ],
)
def test_place_of_a_value_is_that_of_its_key(placed: Tree, path: tuple[str | int, ...], expected: Mark) -> None:
    assert placed.mark(path) == expected


def test_unknown_places_are_those_of_the_nearest_parent(placed: Tree) -> None:
    assert placed.mark(("d", "missing", 3)) == Mark(4, 1)
    assert placed.mark(("a", 1, "literal", "b")) == Mark(3, 7)
    assert placed.mark(("nowhere",)) == Mark(1, 1)
    assert Tree(None, {}).mark(("a",)) == Mark(1, 1)


# ---------------------------------------------------------------------------- problems that do not end it


def test_duplicate_keys_name_both_lines_and_the_first_counts() -> None:
    tree, problems = read_tree("a: 1\nb: 2\n\na: {x: 3}\n'a': 4\n")
    assert tree.data == {"a": 1, "b": 2}
    assert problems == (
        Problem(("a",), "the key 'a' is in line 1 and again in line 4: keep one of them", Mark(4, 1)),
        Problem(("a",), "the key 'a' is in line 1 and again in line 5: keep one of them", Mark(5, 1)),
    )


def test_equal_keys_of_different_mappings_are_no_duplicates() -> None:
    assert data("- {a: 1}\n- {a: 2}\n- a: {a: 3}\n") == [{"a": 1}, {"a": 2}, {"a": {"a": 3}}]


@pytest.mark.parametrize("key", ["1", "0x1F", "1.5", "true", "null", "~", ".inf"])
def test_keys_that_are_no_text_ask_for_quotes(key: str) -> None:
    tree, problems = read_tree(f"a:\n  {key}: b\n")
    assert tree.data == {"a": {key: "b"}}
    message = f'the key {key} is not a text: write it in quotes, "{key}"'
    assert problems == (Problem(("a", key), message, Mark(2, 3)),)


@pytest.mark.parametrize("text", ["[a]: b", "{a: b}: c", "{{a}}", "? [a]\n: b", "? - a\n: b"])
def test_lists_and_mappings_as_keys(text: str) -> None:
    tree, problems = read_tree(text)
    assert tree.data == {}
    assert [problem.message.split(":")[0] for problem in problems] == ["a list or mapping cannot be a key"]


def test_after_a_list_as_key_the_rest_is_read() -> None:
    tree, problems = read_tree("{? [a, [b]] : [c, {d: 1, d: 2}], e: 5}")
    assert tree.data == {"e": 5}
    assert [problem.message.split(":")[0] for problem in problems] == [
        "a list or mapping cannot be a key",
        "the key 'd' is in line 1 and again in line 1",
    ]


def test_missing_keys() -> None:
    tree, problems = read_tree("a: 1\n? \n: 2\nb: 3")
    assert tree.data == {"a": 1, "b": 3}
    assert [problem.message for problem in problems] == ["a key is missing before the colon"]


def test_anchors_aliases_and_merging_are_each_refused() -> None:
    tree, problems = read_tree("a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\nf: &y 3\n")
    assert tree.data == {"a": {"b": 1}, "c": None, "d": {"e": 2}, "f": 3}
    assert [(problem.path, problem.message.split(" ")[0]) for problem in problems] == [
        (("a",), "names"),
        (("c",), "names"),
        (("d", "<<"), '"<<"'),
        (("d", "<<"), "names"),
        (("f",), "names"),
    ]
    assert [problem.mark for problem in problems[:2]] == [Mark(1, 4), Mark(2, 4)]


def test_billion_laughs_are_not_laughed() -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    tree, problems = read_tree("\n".join(lines))
    assert len(problems) == 9 + 8 * 9
    assert isinstance(tree.data, dict)
    assert tree.data["a8"] == [None] * 9


@pytest.mark.parametrize("tag", ["!!str", "!!python/object/apply:os.system", "!x", "!", "!<tag:x>", "!!binary"])
@pytest.mark.parametrize("value", ["1", "[1]", "{a: 1}"])
def test_tags_are_refused(tag: str, value: str) -> None:
    problem = only_problem(f"a:\n  b: {tag} {value}\n")
    assert problem.message.startswith("tags (!name) are not allowed")
    assert (problem.path, problem.mark) == (("a", "b"), Mark(2, 6))


@pytest.mark.parametrize("number", ["9" * 4301, "-" + "0" * 4301, "0x" + "f" * 4000, "1e309", "-1e999"])
def test_numbers_out_of_range(number: str) -> None:
    tree, problems = read_tree(f"a: {number}\nb: 1\n")
    assert tree.data == {"a": None, "b": 1}
    assert problems[0].message.startswith("this number is too large")
    assert len(problems) == 1
    with pytest.raises(ValueError, match=r"digits|largest"):
        plain_value(number)


def test_keys_are_shown_without_their_control_characters() -> None:
    message = only_problem('"a\\e[31m\\n": 1\n"a\\e[31m\\n": 2\n').message
    assert message.startswith(r"the key 'a\x1b[31m\n' is in line 1")


def test_huge_numbers_as_keys_are_not_repeated_in_full() -> None:
    _, problems = read_tree(f"{'9' * 900}: 1")
    assert all(len(problem.message) < 200 for problem in problems)


def test_odd_spaces() -> None:
    tree, problems = read_tree("points: 10\xa0\n\u3000a: 1\n")
    assert tree.data == {"points": 10, "a": 1}
    assert [problem.message.split(" (")[0] for problem in problems] == ["an odd space"] * 2


def test_characters_that_json_writes_as_two_escapes() -> None:
    assert data(r'{"\ud83d\ude00": "\ud83d\ude00 \u00e9"}') == {"😀": "😀 é"}
    assert only_problem(r'["\ud83d"]').message.startswith("this is half of a character")


def test_all_problems_come_at_once_in_order() -> None:
    _, problems = read_tree("1: a\nb: &x 1\nb: 2\nc: !t d\ne: [\n")
    assert [problem.mark.line for problem in problems if problem.mark] == [1, 2, 3, 4, 6]


# ------------------------------------------------------------------------------- problems that end reading


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n  # comments\n", "---\n", "--- # x\n...\n", "\ufeff"])
def test_an_empty_file_says_so(text: str) -> None:
    assert only_problem(text) == Problem((), "the file is empty: it has nothing, or nothing but comments", Mark(1, 1))


@pytest.mark.unmeasured
@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "[{a: ", "{a: [", "a: ["])
def test_deep_nesting_ends_at_once(opening: str) -> None:
    began = time.perf_counter()
    tree, problems = read_tree(opening * 5000)
    assert time.perf_counter() - began < 10
    assert tree.data is None
    assert problems[-1].message.startswith(f"more than {MAX_DEPTH} lists")


def test_five_thousand_brackets_are_one_problem() -> None:
    assert only_problem("[" * 5000).mark == Mark(1, MAX_DEPTH + 1)


def test_nesting_up_to_the_limit() -> None:
    assert read_tree("[" * MAX_DEPTH + "]" * MAX_DEPTH)[1] == ()
    assert read_tree("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[1] != ()


@pytest.mark.parametrize("text", ["a: 1\n---\nb: 2\n", "---\na: 1\n...\n---\n", "--- a\n--- b\n--- [\n"])
def test_several_documents(text: str) -> None:
    problem = only_problem(text)
    assert problem.message.startswith("a second document begins here")
    assert problem.mark
    assert text.splitlines()[problem.mark.line - 1].startswith("---")


def test_too_long_is_refused_before_it_is_parsed() -> None:
    problem = only_problem("[" + "1," * (MAX_CHARACTERS // 2))
    assert problem.message == "the file is longer than 1,000,000 characters"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\ud800", "\ufffe"], ids=ascii)
def test_unprintable_characters(character: str) -> None:
    problem = only_problem(f"a: 1\r\nb: x{character}y\n")
    assert problem == Problem((), f"{character!a} cannot be in a file like this: delete it", Mark(2, 5))


def test_what_would_be_a_value_error_in_pyyaml() -> None:
    assert only_problem('a:\n  "\\UFFFFFFFF"').mark == Mark(2, 4)
    assert "%YAML" in only_problem(f"%YAML {'9' * 5000}.1\n--- a").message
    assert data('"\\U0010ffff"') == "\U0010ffff"


COLON, INDENT, QUOTE, TAB = (
    "a colon too many",
    "this fits nothing above",
    "the quote that opens",
    "a tab char",
)
BEGINS, ENTRY, AFTER, STRAY = "begins like this", '"key: value"', "nothing can follow", "does not belong here"


@pytest.mark.parametrize(
    ("text", "place", "fragment"),
    [
        ("title: Foo: bar\n", (1, 11), COLON),
        ("a: b\n  c: d\n", (2, 4), COLON),
        ('a: "x": y\n', (1, 7), COLON),
        ("a: - b\n", (1, 4), "a list cannot begin in the middle of a line"),
        ("a: ? b\n", (1, 4), BEGINS),
        ("a: 1\nkey:value\nb: 2\n", (2, 1), ENTRY),
        ("hint: Divide\nby it\n", (2, 1), ENTRY),
        ("a:\n\tb: 1\n", (2, 1), TAB),
        ("a: 1\n\tb: 1\n", (2, 1), TAB),
        ("a:\n  - b\n\t- c\n", (3, 1), TAB),
        ("a: b\t\n", (1, 5), TAB),
        ("a: @x\n", (1, 4), BEGINS),
        ("a: `x`\n", (1, 4), BEGINS),
        ("a: %x\n", (1, 4), BEGINS),
        ("a: *very* bad\n", (1, 4), BEGINS),
        ("a: * 2\n", (1, 4), BEGINS),
        ("a: & b\n", (1, 4), BEGINS),
        ("a: !a!b c\n", (1, 4), BEGINS),
        ("a: > 3\n", (1, 4), BEGINS),
        ("a: |x\n", (1, 4), BEGINS),
        ("%TAG x\n", (1, 1), BEGINS),
        ('a: "abc\nb: 1\n', (1, 4), QUOTE),
        ("a: 'abc\n---\n", (1, 4), QUOTE),
        ('a: "\\sqrt"\n', (1, 4), "backslash"),
        ('a: "\\xzz"\n', (1, 4), "backslash"),
        ("a: 'it's'\n", (1, 8), AFTER),
        ('a: "x" y\n', (1, 8), AFTER),
        ("a: [1] [2]\n", (1, 8), AFTER),
        ("a: ]\n", (1, 4), STRAY),
        ("a: [1]]\n", (1, 7), STRAY),
        ("[a,,b]\n", (1, 4), STRAY),
        ("a:\n    b: 1\n  c: 2\n", (3, 3), INDENT),
        ("  a: 1\nb: 2\n", (2, 1), INDENT),
        ("- a\nb: 2\n", (2, 1), INDENT),
        ("- - a\n - b\n", (2, 2), INDENT),
        ("%YAML 3.0\n--- a\n", (1, 1), "cannot be read as YAML (found incompatible"),
    ],
)
def test_syntax_errors_are_understandable(text: str, place: tuple[int, int], fragment: str) -> None:
    problem = only_problem(text)
    assert problem.mark == Mark(*place)
    assert fragment in problem.message


@pytest.mark.parametrize("text", ["a: [1, 2", "a: [1,", "a: {x: 1", "a: {x: [1], y:", "a: [1, 2\nb: 3\nc: 4\n"])
def test_an_open_bracket_says_where_it_was_opened(text: str) -> None:
    assert "line 1, column 4" in only_problem(text).message


def test_after_a_syntax_error_there_is_no_data_but_places() -> None:
    tree, _ = read_tree("a: 1\nb: [\n")
    assert tree.data is None
    assert tree.mark(("b",)) == Mark(2, 1)


# ------------------------------------------------------------------------------------------------- hints


@pytest.mark.parametrize("text", ["yes", "No", "ON", "off", "y", "1_000", "12:30", "12:30:45", "0b101"])
def test_hint_for_what_yaml_1_1_reads_otherwise(text: str) -> None:
    assert hint(text) == "write true or false, or a number in plain decimal digits"


@pytest.mark.parametrize("value", ["", "2024-05-17", "nothing", "1 / sqrt(n)", "2..7", 1, None, True, ["yes"]])
def test_no_hint_for_the_rest(value: object) -> None:
    assert hint(value) == ""


# -------------------------------------------------------------------------------------------- properties

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=40), inner, max_size=4),
    max_leaves=20,
)
MARKS_OF_YAML = st.lists(
    st.sampled_from("[]{}:,?-&*!|>%@`#'\"\\~a1 \n\t\r\ufeff\xa0\x85\x00")
    | st.sampled_from(["!!", "!<", "\\U", "\\x", "<<", "0x", "---", "...", "%YAML ", "%TAG ", "1.1", "9" * 30])
    | st.sampled_from([": ", "- ", "? ", "\n  ", "a: ", "\n- ", "&a ", "*a "]),
    max_size=60,
).map("".join)


def same(left: object, right: object) -> bool:
    """Equality that tells 1 from 1.0 and from True, and 0.0 from -0.0."""
    return json.dumps(left) == json.dumps(right)


@pytest.mark.parametrize("dump", [json.dumps, lambda value: json.dumps(value, indent=2)], ids=["line", "lines"])
@settings(deadline=None)
@given(value=JSON)
def test_json_comes_back(dump: Callable[[object], str], value: object) -> None:
    assert same(data(dump(value)), value)


@settings(deadline=None)
@given(value=JSON)
def test_every_value_of_json_has_a_place(value: object) -> None:
    tree, _ = read_tree(json.dumps(value))
    paths: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    for path, part in paths:
        assert path in tree.marks
        entries = part.items() if isinstance(part, dict) else enumerate(part if isinstance(part, list) else [])
        paths += [((*path, key), inner) for key, inner in entries]
    assert len(tree.marks) == len(paths)


@settings(deadline=None, max_examples=500)
@given(text=st.text() | st.text(st.characters()) | MARKS_OF_YAML)
def test_any_text_gives_data_or_problems_with_places(text: str) -> None:
    tree, problems = read_tree(text)
    lines = len(text) + 1
    assert all(p.mark and 1 <= p.mark.line <= lines and 1 <= p.mark.column <= lines for p in problems)
    assert all(len(p.message) < 250 and p.message.isprintable() for p in problems)
    assert isinstance(tree.data, None | bool | int | float | str | list | dict)
