"""Every rule about keys of a spec that have to do with one another, by what its author reads and where."""

from __future__ import annotations

import pytest
from specs import SMALL, small, spoiled, told

GROUPS = "groups:\n"


def test_the_small_spec_is_right() -> None:
    assert small().assignment == "attention"
    assert told(SMALL) == []


# --- points ------------------------------------------------------------------------------------


def test_points_that_do_not_add_up() -> None:
    assert told(spoiled(("points: 3", "‸points: 4"))) == ["the groups' points add up to 3, not to 4"]


def test_points_that_are_not_said_are_ten() -> None:
    text = spoiled(("points: 3\n", ""), ("groups:", "‸groups:"))
    assert told(text) == ["the groups' points add up to 3, not to 10"]


def test_points_add_up_exactly() -> None:
    tenths = "".join(f"  - {{id: g{i}, points: 0.1, expect: reference}}\n" for i in range(10))
    head = SMALL[: SMALL.index(GROUPS)].replace("points: 3", "points: 1")
    assert told(head + GROUPS + tenths) == []
    off = tenths.replace("points: 0.1", "points: 0.10001", 1)
    assert told(head.replace("points", "‸points") + GROUPS + off) == ["the groups' points add up to 1.00001, not to 1"]


# --- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("released", "due"),
    [("2024-05-18", "2024-05-17"), ("2024-05-18", "2024-05-17T23:59Z"), ("2024-05-18T00:00Z", "2024-05-17")],
)
def test_due_before_it_is_released(released: str, due: str) -> None:
    text = SMALL + f"dates: {{released: {released}, ‸due: {due}}}\n"
    assert told(text) == ["it is due before it is released"]


@pytest.mark.parametrize("due", ["2024-05-17", "2024-05-18", "2024-05-17T00:00Z"])
def test_due_on_the_day_or_later(due: str) -> None:
    assert told(SMALL + f"dates: {{released: 2024-05-17, due: {due}}}\n") == []


NO_ZONE = "a time needs its zone: 2024-05-17T18:00+02:00 (or Z), or beside it `zone: Europe/Berlin`"


def test_a_time_has_a_zone() -> None:
    assert told(SMALL + "dates: {‸released: 2024-05-17T18:00}\n") == [NO_ZONE]
    assert told(SMALL + "dates: {‸due: 2024-05-17 18:00:00}\n") == [NO_ZONE]
    assert told(SMALL + "dates: {due: 2024-05-17T18:00, zone: UTC}\n") == []


def test_a_day_has_a_zone_where_it_costs_points() -> None:
    wanted = "when this day ends must be said where being late costs points: `zone: Europe/Berlin`"
    assert told(SMALL + "dates: {‸due: 2024-05-17, late: zero}\n") == [wanted]
    assert told(SMALL + "dates: {due: 2024-05-17, late: none, grace: 15min}\n") == []
    assert told(SMALL + "dates: {due: 2024-05-17, late: zero, zone: UTC}\n") == []


def test_lateness_needs_a_due_date() -> None:
    assert told(SMALL + "dates: {‸late: zero}\n") == ["`late` counts from `due`, which is missing"]
    assert told(SMALL + "dates: {‸grace: 15min}\n") == ["`grace` counts from `due`, which is missing"]


@pytest.mark.parametrize("cost", ["{}", "{most: 50%}", "{per_day: 10%, per_hour: 1%}"])
def test_either_days_or_hours_cost(cost: str) -> None:
    wanted = "give either `per_day` or `per_hour`, such as {per_day: 10%, most: 50%}"
    assert told(SMALL + f"dates: {{due: 2024-05-17T18:00Z, ‸late: {cost}}}\n") == [wanted]


# --- functions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aliases", "sentence"),
    [
        ("[‸project]", "`project` is a function of its own"),
        ("[‸attend]", "`attend` is a function of its own"),
        ("[a, ‸a]", "`a` is already an alias of `attend`"),
    ],
)
def test_an_alias_is_a_name_of_its_own(aliases: str, sentence: str) -> None:
    assert told(spoiled(("returns: [output]", f"returns: [output], aliases: {aliases}"))) == [sentence]


def test_one_alias_for_two_functions() -> None:
    text = spoiled(("[output]}", "[output], aliases: [‸other]}"), ("[Q]}", "[Q], aliases: [other]}"))
    assert told(text) == ["`other` is already an alias of `project`"]


def test_two_parameters_of_one_name() -> None:
    text = spoiled(("[Q, V], returns", "[Q, ‸Q], returns"))
    assert told(text) == ["there are two parameters `Q`"]


# --- groups ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("implied_by", "sentence"),
    [
        ("hole", "there is no group `hole`; did you mean `whole`?"),
        ("nothing", "there is no group `nothing`"),
        ("properties", "a group cannot imply itself: name another one"),
        ("advice", "`advice` has no points that could be earned"),
    ],
)
def test_implied_by(implied_by: str, sentence: str) -> None:
    text = spoiled(("    points: 1\n", f"    points: 1\n    ‸implied_by: {implied_by}\n"))
    assert told(text + "  - {id: advice, points: 0, checks: [deterministic]}\n") == [sentence]


def test_implied_by_an_implied_group() -> None:
    text = spoiled(
        ("points: 2", "points: 1\n    ‸implied_by: properties"),
        ("    points: 1\n    checks", "    points: 1\n    implied_by: third\n    checks"),
    )
    third = "  - {id: third, points: 1, expect: reference}\n"
    assert told(text + third) == ["`properties` is itself implied: name a group that earns its own points"]


def test_implied_by_a_group_with_points() -> None:
    assert small(("    points: 1\n", "    points: 1\n    implied_by: whole\n")).groups[1].implied_by == "whole"


def test_two_groups_of_one_name() -> None:
    text = spoiled(("- id: properties", "- ‸id: whole"))
    assert told(text) == ["there is another group `whole` above"]


def test_two_cases_of_one_name() -> None:
    cases = "cases: [{id: a, expect: reference}, {id: b}, {‸id: a}]"
    assert told(spoiled(("    expect: reference", f"    expect: reference\n    {cases}"))) == [
        "there is another case `a` above"
    ]


def test_cases_of_one_name_in_two_groups() -> None:
    text = spoiled(
        ("    expect: reference", "    cases: [{id: a, expect: reference}]"),
        ("    checks: [inputs_unchanged]", "    cases: [{id: a, expect: reference}]"),
    )
    assert told(text) == []


def test_cases_written_out_are_not_drawn() -> None:
    text = spoiled(
        ("    expect: reference", "    cases: [{id: a, expect: reference}]\n    draw: {sizes: {n: 4, d: 3}}")
    )
    assert told(text) == []
    assert told(text.replace("{sizes: {n: 4, d: 3}}\n  -", "{‸count: 2, sizes: {n: 4, d: 3}}\n  -")) == [
        "cases that are written out are not drawn: leave out `count` or the cases"
    ]


def test_a_property_twice_would_be_one_case_twice() -> None:
    text = spoiled(("[inputs_unchanged]", "[deterministic, inputs_unchanged, ‸{deterministic: {}}]"))
    assert told(text) == ["`deterministic` is there twice, and each is a case: make two groups"]


def test_a_property_twice_beside_expected_values() -> None:
    checks = "checks: [{token_permutation: {along: n}}, {token_permutation: {along: d}}]\n    expect: reference"
    assert told(spoiled(("checks: [inputs_unchanged]", checks))) == []


# --- conventions -------------------------------------------------------------------------------


def with_convention(convention: str) -> str:
    """The small spec with a third argument whose meaning is open."""
    return spoiled(
        ("parameters: [Q, V]", "parameters: [Q, V, scale]"),
        ("attend(Q, V)", "attend(Q, V, scale)"),
        ("groups:", f"conventions: {convention}\ngroups:"),
    )


@pytest.mark.parametrize(
    ("convention", "sentences"),
    [
        ("{s: {choices: {a: {scale: sqrt(d)}, b: {scale: d}}, reference: a}}", []),
        ("{s: {choices: {a: {scale: sqrt(d)}, b: {scale: d}}}}", []),
        (
            "{s: {choices: {factor: {scale: d}, divisor: {scale: d}}, ‸reference: facter}}",
            ["there is no choice `facter`; did you mean `factor`?"],
        ),
        ("{s: {choices: {a: {scale: d}}, ‸reference: z}}", ["there is no choice `z`; there are: a"]),
        (
            "{s: {choices: {a: {scale: d, ‸other: d}, ‸b: {scale: d}}}}",
            ["no step, input or shape uses `other`", "`b` gives `other` no value, as another choice does"],
        ),
        (
            "{s: {choices: {a: {scale: d}}}, t: {choices: {b: {‸scale: n}}}}",
            ["`scale` has its values from the convention `s` already"],
        ),
        (
            "{s: {choices: {a: {scale: d}}}, t: {‸choices: {b: {}}}}",
            ["the choices give no name a value, such as factor: {scale: 1 / sqrt(d)}"],
        ),
        (
            "{s: {choices: {a: {scale: d}}}, t: {choices: {b: {‸scales: n}}}}",
            ["no step, input or shape uses `scales`; did you mean `scale`?"],
        ),
        ("{s: {choices: {a: {‸scale: dd}}}}", ["there is no size `dd`; did you mean `d`?"]),
    ],
)
def test_conventions(convention: str, sentences: list[str]) -> None:
    assert told(with_convention(convention)) == sentences


def test_a_convention_for_shapes_alone() -> None:
    lead = "{axes: {choices: {heads: {lead: [n, 2]}, single: {lead: []}}}}"
    text = spoiled(
        ("groups:", f"conventions: {lead}\ngroups:"),
        ("shapes: {output: [n, d]}", "shapes: {output: [lead, n, d]}"),
    )
    assert told(text) == []


def test_a_list_of_sizes_is_no_argument() -> None:
    text = with_convention("{s: {choices: {a: {scale: [n, d]}}}}").replace("- id:", "- ‸id:")
    assert told(text) == ["`scale` stands for a list of sizes; a step cannot pass it"] * 2
