"""Wrong values in words of the file: the sentence and the place, and never a word of pydantic's."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from specs import SMALL, problems, spoiled, told

from grader.checks import CHECKS
from grader.inputs import GENERATORS
from grader.yaml_tree import read_tree

PROPERTIES = "    checks: [inputs_unchanged]\n"
GROUP_KEYS = (
    "steps, observe, given, shapes, tolerance, id, title, points, award, visibility, implied_by, draw, expect, checks, "
    "cases"
)


def in_group(line: str) -> str:
    """The small spec with a line more in its second group."""
    return spoiled((PROPERTIES, f"{PROPERTIES}    {line}\n"))


# --- unknown and missing keys ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (in_group("‸titel: x"), f"unknown key `titel`; did you mean `title`? (known here: {GROUP_KEYS})"),
        (in_group("‸zzz: x"), f"unknown key `zzz` (known here: {GROUP_KEYS})"),
        (
            spoiled(("V: {normal: [n, d]}", "V: {normal: [n, d], ‸stdd: 2}")),
            "unknown key `stdd`; did you mean `std`? (known here: normal, mean, std, dtype)",
        ),
        (
            spoiled(("[inputs_unchanged]", "[{token_permutation: {‸alon: n}}]")),
            "unknown key `alon`; did you mean `along`? (known here: along)",
        ),
        (spoiled(("[inputs_unchanged]", "[{deterministic: {‸x: 1}}]")), "unknown key `x` (known here: none)"),
        (
            spoiled(("draw: {", "draw: {‸cuont: 2, ")),
            "unknown key `cuont`; did you mean `count`? (known here: count, sizes, where)",
        ),
        (
            SMALL + "limits: {‸imports: 5s}\n",
            "unknown key `imports`; did you mean `import`? (known here: import, case, submission, memory)",
        ),
        (
            SMALL + "conventions: {c: {choices: {a: {s: 1}}, ‸referenc: a}}\n",
            "unknown key `referenc`; did you mean `reference`? (known here: choices, reference)",
        ),
        (
            spoiled(("project: {", "deterministic: {‸retuns: [a], "), ("= project(", "= deterministic(")),
            "unknown key `retuns`; did you mean `returns`? (known here: parameters, returns, aliases)",
        ),
    ],
)
def test_unknown_keys(text: str, sentence: str) -> None:
    assert told(text) == [sentence]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (spoiled(("assignment: attention\ntitle: Attention\n", "‸assignment: attention\n")), "`title` is missing"),
        (spoiled(("- id: properties\n    points", "- ‸points")), "`groups[2].id` is missing"),
        (spoiled(("project: {parameters: [X, W], ", "‸project: {")), "`functions.project.parameters` is missing"),
        (
            spoiled(("V: {normal: [n, d]}", "‸V: {padded: X}")),
            "`given.V.by` is missing",
        ),
        (SMALL + "conventions: {‸c: {}}\n", "`conventions.c.choices` is missing"),
    ],
)
def test_missing_keys(text: str, sentence: str) -> None:
    assert told(text) == [sentence]


# --- wrong values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            spoiled(("title: Attention", "‸title: 3")),
            '`title`: expected a text, such as "3" in quotes; got 3',
        ),
        (spoiled(("title: Attention", "‸title:")), "`title`: expected a text; got nothing"),
        (
            in_group("‸award: al"),
            '`groups[2].award`: expected `proportional` or `all`; got "al"; did you mean `all`?',
        ),
        (in_group("‸visibility: 3"), "`groups[2].visibility`: expected `public` or `hidden`; got 3"),
        (
            spoiled(("[n, d]}\nshapes", "[n, d], ‸dtype: float63}\nshapes")),
            '`given.V.dtype`: expected `float64`, `float32` or `float16`; got "float63"; did you mean `float64`?',
        ),
        (
            in_group("‸points: ten").replace("    points: 1\n", ""),
            '`groups[2].points`: expected a number of points, from 0 to 10,000; got "ten"',
        ),
        (
            SMALL + "limits: {‸case: 5}\n",
            "`limits.case`: expected a number with a unit (ms, s, min), such as 5s; got 5",
        ),
        (in_group("draw: {‸count: 0}"), "`groups[2].draw.count`: expected 1 or more; got 0"),
        (in_group("draw: {‸count: 201}"), "`groups[2].draw.count`: expected 200 or less; got 201"),
        (in_group("draw: {‸count: 2.5}"), "`groups[2].draw.count`: expected a whole number; got 2.5"),
        (in_group("draw: {‸count: '2'}"), '`groups[2].draw.count`: expected a whole number; got "2"'),
        (in_group("draw: {‸count: true}"), "`groups[2].draw.count`: expected a whole number; got true"),
        (SMALL + "tolerance: {‸rtol: 2}\n", "`tolerance.rtol`: expected less than 1; got 2"),
        (SMALL + "tolerance: {‸atol: -1}\n", "`tolerance.atol`: expected 0 or more; got -1"),
        (SMALL + "tolerance: {‸atol: .nan}\n", "`tolerance.atol`: expected a number; got NaN"),
        (SMALL + "tolerance: {‸atol: small}\n", '`tolerance.atol`: expected a number; got "small"'),
        (SMALL + "‸tolerance: 1e-5\n", "`tolerance`: expected keys with values (`key: value`); got 1e-05"),
        (SMALL + "‸seed: 99999999999\n", "`seed`: expected less than 2147483648; got 99999999999"),
        (SMALL + "‸modules: scipy\n", '`modules`: expected a list, such as [scipy]; got "scipy"'),
        (SMALL + "dates: {‸due: 17.5.2024}\n",
         '`dates.due`: expected a day, such as 2024-05-17, or a time, such as 2024-05-17T18:00+02:00; got "17.5.2024"'),
        # Nothing is said that only follows from the wrong zone.
        (SMALL + "dates: {due: 2024-05-17, late: zero, ‸zone: Europe/Berln}\n",
         ("`dates.zone`: expected a time zone's name, such as Europe/Berlin or UTC; got \"Europe/Berln\""
          "; did you mean `Europe/Berlin`?")),
        (SMALL + "dates: {due: 2024-05-17T18:00Z, ‸late: zeros}\n",
         ("`dates.late`: expected `none`, `zero`, or what a day costs, such as {per_day: 10%, most: 50%}; "
          'got "zeros"; did you mean `zero`?')),
        (SMALL + "dates: {due: 2024-05-17T18:00Z, ‸late: null}\n",
         "`dates.late`: expected `none`, `zero`, or what a day costs, such as {per_day: 10%, most: 50%}; got nothing"),
        (SMALL + "dates: {due: 2024-05-17T18:00Z, late: {‸per_day: 10}}\n",
         "`dates.late.per_day`: expected a percentage above 0 % and up to 100 %, such as 10%; got 10"),
        (SMALL + "dates: {due: 2024-05-17T18:00Z, late: {per_day: 10%, ‸max: 50%}}\n",
         "unknown key `max` (known here: per_day, per_hour, most)"),
        (SMALL + "conventions: {c: {‸choices: {}}}\n", "`conventions.c.choices`: expected at least 1 entry; got {}"),
        (
            SMALL + "conventions: {c: {choices: {a: {‸s: {}}}}}\n",
            "`conventions.c.choices.a.s`: expected a number or a formula such as `heads * d_head`",
        ),
        (SMALL + "conventions: {c: {choices: {a: {s: [n, ‸n +]}}}}\n",
         "`conventions.c.choices.a.s[2]`: `n +` is no formula"),
        (spoiled(("- Q = project(X, W)", "- ‸Q = project(X, W")),
         ("`steps[1]`: `Q = project(X, W` cannot be read "
         "(in a list in [ ] a comma splits it: put it in quotes, or on a line after `- `); "
         "a step is written as `Q, K, V = compute_qkv(X, W_q, W_k, W_v)`")),
        (spoiled(("project: {parameters: [X, W]", "project: {‸parameters: X")),
         '`functions.project.parameters`: expected a list, such as [X]; got "X"'),
        (spoiled(("  project: {", "  ‸class: {"), ("= project", "= attend")),
         '`functions.class`: expected a name that Python allows; got "class"'),
        (spoiled(("- id: whole", "- ‸id: the whole")),
         ("`groups[1].id`: expected a letter, then letters, digits, - and _ (at most 61 in all, no spaces); "
         'got "the whole"')),
        (spoiled(("reference: reference/attention.py", "‸reference: ../a.py")),
         ("`reference`: expected a file below the folder that has `test_specs`, such as reference/name.py; "
         'got "../a.py"')),
        ("‸- a\n", 'the file: expected keys with values (`key: value`); got ["a"]'),
        ("‸null\n", "the file: expected keys with values (`key: value`); got nothing"),
        (SMALL[: SMALL.index("groups:")] + "‸groups: []\n", "`groups`: expected at least 1 entry; got []"),
        (SMALL[: SMALL.index("groups:")] + "‸groups:\n", "`groups`: expected a list; got nothing"),
        (SMALL[: SMALL.index("groups:")] + "groups: [‸whole]\n",
         '`groups[1]`: expected keys with values (`key: value`); got "whole"'),
    ],
)  # fmt: skip
def test_wrong_values(text: str, sentence: str) -> None:
    assert told(text) == [sentence]


# --- values that can be written in several ways ------------------------------------------------

NUMBERS = "expected numbers, such as [[1, 2], [3, 4]], or how to draw them, such as {normal: [n, d]}"
KINDS = "expected numbers or one of: " + ", ".join(f"{{{generator.KEY}: …}}" for generator in GENERATORS)
NAMES = "expected one of the checks: " + ", ".join(check.NAME for check in CHECKS)
EXPECT = "expected `reference`, or values by name such as {output: [[1, 2], [3, 4]]}"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("‸V: hello", f'`given.V`: {NUMBERS}; got "hello"'),
        ("‸V:", f"`given.V`: {NUMBERS}; got nothing"),
        ("‸V: {norml: [n, d]}", f'`given.V`: {KINDS}; got {{"norml": ["n", "d"]}}; did you mean `normal`?'),
        ("‸V: {}", f"`given.V`: {KINDS}; got {{}}"),
        (
            "‸V: {ones: [n], zeros: [n]}",
            f'`given.V`: {KINDS}; got {{"ones": ["n"], "zeros": ["n"]}}: write one of ones, zeros',
        ),
        ("‸V: [[1, 2], [3]]", "`given.V`: the rows have different lengths; got [[1, 2], [3]]"),
        ("‸V: [[1, n]]", '`given.V`: expected a (nested) list of numbers; got [[1, "n"]]'),
        ("V: {‸normal: n}", '`given.V.normal`: expected a list, such as [n]; got "n"'),
        ("V: {normal: [n, ‸[d]]}", "`given.V.normal[2]`: expected a number or a formula such as `heads * d_head`"),
        ("V: {normal: [n, d], ‸std: 1 /}", "`given.V.std`: `1 /` is no formula"),
    ],
)
def test_inputs(given: str, sentence: str) -> None:
    assert told(spoiled(("V: {normal: [n, d]}", given))) == [sentence]


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        ("‸row_sum_to_one", f'`groups[2].checks[1]`: {NAMES}; got "row_sum_to_one"; did you mean `rows_sum_to_one`?'),
        ("deterministic, ‸3", f"`groups[2].checks[2]`: {NAMES}; got 3"),
        ("‸{}", f"`groups[2].checks[1]`: {NAMES}; got {{}}: write one check in each entry of the list"),
        (
            "‸{convex_hul: {}}",
            f'`groups[2].checks[1]`: {NAMES}; got {{"convex_hul": {{}}}}; did you mean `convex_hull`?',
        ),
        (
            "{‸convex_hull: [V]}",
            '`groups[2].checks[1].convex_hull`: expected keys with values (`key: value`); got ["V"]',
        ),
        (
            "{convex_hull: {‸value: 3}}",
            '`groups[2].checks[1].convex_hull.value`: expected a text, such as "3" in quotes; got 3',
        ),
    ],
)
def test_checks(check: str, sentence: str) -> None:
    assert told(spoiled(("[inputs_unchanged]", f"[{check}]"))) == [sentence]


@pytest.mark.parametrize(
    ("expect", "sentence"),
    [
        ("‸expect: refernce", f'{EXPECT}; got "refernce"; did you mean `reference`?'),
        ("‸expect: [1, 2]", f"{EXPECT}; got [1, 2]"),
        ("expect: {‸output: [[1, a]]}", 'expected a (nested) list of numbers; got [[1, "a"]]'),
        ("expect: {‸output: [[1, 2], [3]]}", "the rows have different lengths; got [[1, 2], [3]]"),
        ("expect: {‸a b: [1]}", 'expected a name that Python allows; got "a b"'),
    ],
)
def test_expected_values(expect: str, sentence: str) -> None:
    (found,) = told(spoiled(("    expect: reference", f"    {expect}")))
    assert found.split(": ", 1)[1] == sentence


# --- YAML's surprises --------------------------------------------------------------------------

DIGITS = "write true or false, or a number in plain decimal digits"


@pytest.mark.parametrize("written", ["yes", "1_000", "12:30", "0b11"])
def test_what_yaml_once_took_for_a_number_or_truth(written: str) -> None:
    assert told(SMALL + f"‸seed: {written}\n") == [f'`seed`: expected a whole number; got "{written}": {DIGITS}']
    assert told(spoiled(("points: 3", f"‸points: {written}"))) == [
        f'`points`: expected a number of points, from 0 to 10,000; got "{written}": {DIGITS}'
    ]
    assert told(spoiled(("V: {normal: [n, d]}", f"‸V: [[1, {written}]]"))) == [
        f'`given.V`: expected a (nested) list of numbers; got [[1, "{written}"]]: {DIGITS}'
    ]


def test_long_values_are_cut() -> None:
    (sentence,) = told(spoiled(("title: Attention", f"‸title: [{'a' * 100}]")))
    assert sentence == f'`title`: expected a text; got ["{"a" * 57}…'


# --- anything --------------------------------------------------------------------------------------

JARGON = re.compile(
    "(?i:input should|value error|valid (list|string|dict|integer|number)|should have|after validation|pydantic|"
    "discriminator|instance of|<[a-z_]+>|function-|tagged|Traceback)|None|True|False"
)
ODDITIES: list[Any] = [
    None, True, -1, 2.5, 10**30, "", "x", "1e400", "(-8) ** 0.5", [], [[]], ["n"], {}, {"x": 1}, {"normal": "n"},
    {"permuted": "X", "axis": "x"}, {"large_logits": {"inputs": "X", "factor": "x"}}, [{"convex_hull": 1}],
    {"integers": [2], "low": 3, "high": 1}, {"mask": ["n"], "kind": "x"}, float("inf"), "2..1", "Y = f(X)",
]  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (list or mapping, key) inside a value."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@pytest.mark.parametrize("seed", range(6))
def test_no_mistake_is_told_in_words_of_pydantic(seed: int) -> None:
    whole = (
        SMALL
        + """
dates: {released: 2024-05-03, due: 2024-05-17, zone: UTC, grace: 5min, late: {per_day: 10%, most: 50%}}
limits: {case: 5s}
tolerance: {rtol: 1e-5}
conventions: {c: {reference: a, choices: {a: {s: [n]}}}}
modules: [scipy]
observe: [output]
"""
    )
    data, draw = read_tree(whole)[0].data, random.Random(seed)
    for oddity in ODDITIES:
        wrong = copy.deepcopy(data)
        for _ in range(3):
            parent, key = draw.choice(list(places(wrong)))
            parent[key] = copy.deepcopy(oddity)
        text = re.sub("Infinity", ".inf", json.dumps(wrong))
        for problem in problems(text):
            assert not JARGON.search(problem.split("; got")[0].replace("`None`", "")), problem
            assert re.match(r"\d+:\d+: \S", problem)
