"""Files → assignments: everything that is wrong with one is told at once, at its line and column."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from specs import SMALL, problems, small, spoiled, told

from grader.errors import SpecError, UsageError
from grader.spec_loader import MAX_BYTES, load_spec, parse_spec
from grader.yaml_tree import MAX_CHARACTERS

PROPERTIES = "    checks: [inputs_unchanged]\n"

# --- all at once -------------------------------------------------------------------------------

MISTAKES = """\
assignment: attention
title: Attention
title: Again
points: 3
reference: reference/attention.py
functions:
  attend: {parameters: [Q, V], returns: [output]}
steps:
  - output = atend(Q, V)
draw: {sizes: {n: 4, d: 3}}
given:
  Q: {normal: [n, d], stdd: 2}
  V: {normal: [n, d]}
tolerance: {rtol: 1e-5, atol: tiny}
groups:
  - id: whole
    points: 2
    awrd: all
    expect: refernce
"""
KEYS = (
    "steps, observe, given, shapes, tolerance, id, title, points, award, visibility, implied_by, draw, expect, checks, "
    "cases"
)
EXPECT = "expected `reference`, or values by name such as {output: [[1, 2], [3, 4]]}"


def test_all_mistakes_are_told_at_once() -> None:
    assert problems(MISTAKES) == [
        "3:1: the key 'title' is in line 2 and again in line 3: keep one of them",
        "4:1: the groups' points add up to 2, not to 3",
        "9:5: `atend` is not among the assignment's functions; did you mean `attend`?",
        "12:23: unknown key `stdd`; did you mean `std`? (known here: normal, mean, std, dtype)",
        '14:25: `tolerance.atol`: expected a number; got "tiny"',
        f"18:5: unknown key `awrd`; did you mean `award`? (known here: {KEYS})",
        f'19:5: `groups[1].expect`: {EXPECT}; got "refernce"; did you mean `reference`?',
    ]


def test_what_rules_find_is_told_beside_wrong_values() -> None:
    assert told(spoiled(("points: 3", "‸points: 4"), ("expect: reference", "expect: reference\n    ‸award: al"))) == [
        "the groups' points add up to 3, not to 4",
        '`groups[1].award`: expected `proportional` or `all`; got "al"; did you mean `all`?',
    ]


def test_another_groups_faults_are_told_beside_wrong_values() -> None:
    text = spoiled(
        ("    expect: reference", "    expect: reference\n    ‸award: al"),
        (PROPERTIES, PROPERTIES + "    ‸implied_by: hole\n    steps: [‸'Q = project(X)']\n"),
    )
    assert [sentence.split(";")[0] for sentence in told(text)] == [
        "`groups[1].award`: expected `proportional` or `all`",
        "there is no group `hole`",
        "1 argument for project(X, W)",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    expect: reference", "    ‸expct: reference"),  # else: nothing is looked at
        ("    expect: reference", "    ‸expect: refernce"),
        (PROPERTIES, "    ‸check: [inputs_unchanged]\n"),
        (PROPERTIES, "    checks: [‸inputs_unchangd]\n"),
        (PROPERTIES, PROPERTIES + "    ‸gven: {W: {ones: [d, d]}}\n    steps: ['output = attend(W, V)']\n"),
        (PROPERTIES, PROPERTIES + "    given: {W: {ones: [k, k]}}\n    draw: {‸size: {k: 2}}\n"),
        ("steps:", "‸stesp:"),  # else: no steps anywhere, inputs that nobody reads
        ("given:", "‸givn:"),
        ("draw: {", "‸drow: {"),
        ("[Q, V], returns: [output]}", "[Q, V], returns: [output], ‸alias: [x]}"),
        ("  - Q = project(X, W)", "  - ‸project(X, W)"),
        ("  V: {normal: [n, d]}", "  ‸V: {normal: [n, d], zeros: [n]}"),
    ],
)
def test_what_only_follows_from_a_wrong_key_is_not_told(old: str, new: str) -> None:
    assert len(told(spoiled((old, new)))) == 1


def test_an_unrelated_key_too_many_hides_nothing() -> None:
    text = spoiled(("points: 3", "‸author: me\npoints: 3"), ("  V: {normal", "  ‸mask: {ones: [n]}\n  V: {normal"))
    assert [sentence.split(" (")[0] for sentence in told(text)] == ["unknown key `author`", "no step reads `mask`"]


def test_problems_are_in_the_order_of_the_file() -> None:
    found = problems(spoiled(("title: Attention", "title: 1")) + "seed: -1\nlimits: {memory: 1, import: 1}\n")
    places = [tuple(map(int, problem.split(":")[:2])) for problem in found]
    assert places == [(2, 1), (24, 1), (25, 10), (25, 21)]


# --- what YAML could hide ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SMALL + "‸title: Again\n", "the key 'title' is in line 2 and again in line 24: keep one of them"),
        (SMALL + "seed: ‸&s 3\n", "names for parts (&name) and their use (*name) are not allowed"),
        (SMALL + "seed: ‸!!int 3\n", "tags (!name) are not allowed"),
        (SMALL + "‸<<: {seed: 3}\n", '"<<" (merging) is not allowed: write it all out'),
        (SMALL + "seed: ‸1e999\n", "this number is too large"),
        (SMALL + "dates: " + "[" * 49 + "‸[" + "]" * 50 + "\n", "more than 50 lists and mappings are inside"),
        (SMALL + "‸\tseed: 3\n", "there is a tab character here"),
        (SMALL + "‸---\ntitle: Again\n", "a second document begins here"),
        (SMALL + "seed: ‸'3\n", "the quote that opens here is never closed"),
        ("‸", "the file is empty"),
        ("‸# nothing but a comment\n", "the file is empty"),
        (spoiled(("V: {normal: [n, d]}", "V: ‸*X")), "names for parts (&name) and their use (*name) are not allowed"),
        (spoiled(("V: {normal: [n, d]}", "V: [[1, ‸1e999]]")), "this number is too large"),
        (spoiled(("V: {normal: [n, d]}", "V: [[1, ‸*X]]")), "names for parts (&name) and their use"),
    ],
)  # fmt: skip
def test_traps_of_yaml_are_told_once_and_with_their_place(text: str, sentence: str) -> None:
    found = told(text)
    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_what_is_missing_because_of_a_merge_is_not_told() -> None:
    text = spoiled(
        ("project: {parameters: [X, W], returns: [Q]}", "project: {‸<<: {parameters: [X, W]}, returns: [Q]}")
    )
    assert told(text) == ['"<<" (merging) is not allowed: write it all out']


def test_a_number_as_a_key() -> None:
    found = told(SMALL + "‸3: x\n")
    assert [sentence.split(" (")[0] for sentence in found] == [
        'the key 3 is not a text: write it in quotes, "3"',
        "unknown key `3`",
    ]


def test_numbers_are_those_of_yaml_1_2() -> None:
    assignment = small(("points: 3", "points: 3\nseed: 012\ntolerance: {rtol: 1e-5, atol: 1E-7}"))
    assert assignment.seed == 12
    assert assignment.tolerance is not None
    assert (assignment.tolerance.rtol, assignment.tolerance.atol) == (1e-5, 1e-7)


def test_words_stay_words() -> None:
    assert small(("title: Attention", "title: on")).title == "on"


# --- cases that cannot be built ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  V: {normal: [n, d]}", "  V: {normal: [n, ‸m]}", "there is no size `m`; defined are: n, d"),
        (PROPERTIES, PROPERTIES + "    given: {‸V: {normal: [n, d - 5]}}\n",
         "`V` cannot be made: `d - 5` is -2: a size is a whole number from 0 to 1,000,000"),
        (PROPERTIES, PROPERTIES + "    given: {‸V: {normal: [n, d / 2]}}\n",
         "`V` cannot be made: `d / 2` is 1.5: a size is a whole number from 0 to 1,000,000"),
        (PROPERTIES, PROPERTIES + "    given: {‸V: {normal: [n, 1 / (d - 3)]}}\n",
         "`V` cannot be made: `1 / (d - 3)` cannot be computed: division by zero"),
        (PROPERTIES, PROPERTIES + "    given: {‸V: {identity: [n]}}\n",
         "`V` cannot be made: identity needs two dimensions or more"),
        (PROPERTIES, PROPERTIES + "    draw: {‸where: [n > 9], sizes: {n: 2..5, d: 3}}\n",
         "in 10,000 draws no sizes fulfilled `where`"),
        (PROPERTIES, PROPERTIES + "    draw: {sizes: {‸n: -3, d: 3}}\n",
         "`-3` is -3: a size is a whole number from 0 to 1,000,000"),
        ("draw: {sizes: {n: 4,", "draw: {sizes: {‸n: 2.5,",
         "`2.5` is 2.5: a size is a whole number from 0 to 1,000,000"),
        (PROPERTIES, "    ‸checks: [rows_sum_to_one, {convex_hull: {value: Z}}]\n",
         "the check `convex_hull` cannot be made of this case: `Z` is no array among this case's inputs (X, W, V)"),
        (PROPERTIES, "    cases: [{id: a, ‸checks: [batch_independence]}]\n",
         "the check `batch_independence` cannot be made of this case: no input has a dimension `batch`"),
        ("shapes: {output: [n, d]}", "shapes: {output: [n, d]}\nlimits: {‸case: 0s}",
         '`limits.case`: expected more than 0; got "0s"'),
    ],
)  # fmt: skip
def test_a_case_that_cannot_be_built(old: str, new: str, sentence: str) -> None:
    assert told(spoiled((old, new))) == [sentence]


def test_every_group_that_cannot_be_built_is_told() -> None:
    text = spoiled(
        ("    expect: reference", "    expect: reference\n    given: {‸V: {identity: [n]}}"),
        (PROPERTIES, PROPERTIES + "    given: {‸X: {permutation: [n, d]}}\n"),
    )
    assert told(text) == [
        "`V` cannot be made: identity needs two dimensions or more",
        "`X` cannot be made: permutation needs two dimensions of one size",
    ]


def test_an_inherited_input_is_told_at_the_group_that_cannot_build_it() -> None:
    text = spoiled(
        ("  V: {normal: [n, d]}", "  V: {permutation: [n, n - d]}"), ("- id: w", "- ‸id: w"), ("- id: p", "- ‸id: p")
    )
    assert told(text) == ["`V` cannot be made: permutation needs two dimensions of one size"] * 2


# --- files -------------------------------------------------------------------------------------


def spec_file(folder: Path, data: bytes) -> Path:
    path = folder / "test_specs" / "attention.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(SpecError) as raised:
        load_spec(path)
    assert raised.value.exit_code == 2
    return str(raised.value).removeprefix(f"{path}:")


def test_a_file(tmp_path: Path) -> None:
    path = spec_file(tmp_path, SMALL.encode())
    spec = load_spec(path)
    assert spec.assignment.title == "Attention"
    assert spec.path == path
    assert spec.sha256 == hashlib.sha256(SMALL.encode()).hexdigest()
    assert spec.reference == tmp_path.resolve() / "reference" / "attention.py"


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_marks_and_line_ends_of_windows(tmp_path: Path, start: bytes, end: bytes) -> None:
    data = start + SMALL.encode().replace(b"\n", end)
    spec = load_spec(spec_file(tmp_path, data))
    assert spec.assignment.assignment == "attention"
    assert spec.sha256 == hashlib.sha256(data).hexdigest()


def test_problems_name_the_file(tmp_path: Path) -> None:
    path = spec_file(tmp_path, SMALL.replace("points: 3", "points: 4").encode())
    assert refused(path) == "3:1: the groups' points add up to 3, not to 4"


def test_not_utf_8(tmp_path: Path) -> None:
    path = spec_file(tmp_path, SMALL.replace("Attention", "Prüfung").encode("latin-1"))
    assert refused(path) == "2:1: this line is not UTF-8 text: save the file as UTF-8"
    path = spec_file(tmp_path, SMALL.encode("utf-16"))
    assert refused(path) == "1:1: this line is not UTF-8 text: save the file as UTF-8"


def test_an_empty_file(tmp_path: Path) -> None:
    assert refused(spec_file(tmp_path, b"")).startswith("1:1: the file is empty")
    assert refused(spec_file(tmp_path, b"\xef\xbb\xbf\n")).startswith("1:1: the file is empty")


def test_a_large_file(tmp_path: Path) -> None:
    path = spec_file(tmp_path, SMALL.encode() + b"#" * 2_000_000)
    assert refused(path) == f"1:1: the file is longer than {MAX_CHARACTERS:,} characters"
    path = spec_file(tmp_path, b"#" * (MAX_BYTES + 1))
    assert refused(path) == f"1:1: the file is larger than {MAX_BYTES:,} bytes: it is no spec"


def test_zero_bytes(tmp_path: Path) -> None:
    assert refused(spec_file(tmp_path, SMALL.replace("points: 3", "points: \0").encode())).startswith("3:9: ")


def unreadable(path: Path) -> str:
    with pytest.raises(UsageError) as raised:
        load_spec(path)
    assert not isinstance(raised.value, SpecError)
    return str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    assert unreadable(path) == f"{path}: the spec cannot be read (No such file or directory)"


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.mkdir()
    assert unreadable(path) == f"{path}: the spec cannot be read (Is a directory)"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:  # root, as which containers run, may read everything
        raise PermissionError(13, "Permission denied")

    path = spec_file(tmp_path, SMALL.encode())
    monkeypatch.setattr(Path, "open", refuse)
    assert unreadable(path) == f"{path}: the spec cannot be read (Permission denied)"


@pytest.mark.parametrize(("folder", "name"), [("test_specs", "attention.yaml"), (".", "test_specs/attention.yaml")])
def test_the_reference_of_a_spec_with_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, name: str
) -> None:
    spec_file(tmp_path, SMALL.encode())
    monkeypatch.chdir(tmp_path / folder)
    assert load_spec(Path(name)).reference == tmp_path.resolve() / "reference" / "attention.py"


def test_a_linked_spec_has_the_reference_of_the_folder_it_is_in(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text(SMALL, encoding="utf-8")
    path = tmp_path / "test_specs" / "attention.yaml"
    path.parent.mkdir()
    path.symlink_to(elsewhere)
    assert load_spec(path).reference == tmp_path.resolve() / "reference" / "attention.py"


def test_a_text_has_the_name_that_it_is_given() -> None:
    with pytest.raises(SpecError) as raised:
        parse_spec("{}", "here")
    assert raised.value.problems[0] == "here:1:1: `assignment` is missing"
    assert len(raised.value.problems) == 5
