"""What a case needs of steps, inputs and sizes, by what its author reads when it is not there, and where."""

from __future__ import annotations

import pytest
from specs import small, spoiled, told

PROPERTIES = "    checks: [inputs_unchanged]\n"


# --- steps -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "sentences"),
    [
        ("Q = project(X, W)", []),
        ("Q = projct(X, W)", ["`projct` is not among the assignment's functions; did you mean `project`?"]),
        ("Q = f(X, W)", ["`f` is not among the assignment's functions"]),
        ("Q = project(X, W, W)", ["3 arguments for project(X, W)"]),
        ("Q, R = project(X, W)", ["2 names for what project returns: Q"]),
    ],
)
def test_steps(step: str, sentences: list[str]) -> None:
    mark = "‸" if sentences else ""
    assert told(spoiled(("  - Q = project(X, W)", f"  - {mark}{step}"))) == sentences


def test_one_argument_too_few() -> None:
    text = spoiled(("  - output = attend(Q, V)", "  - ‸output = attend(Q)"), ("  V: {", "  ‸V: {"))
    assert told(text) == ["1 argument for attend(Q, V)", "no step reads `V`"]


def test_steps_of_a_group() -> None:
    text = spoiled((PROPERTIES, PROPERTIES + "    steps: [‸'output = atend(X, V)']\n"))
    assert told(text) == ["`atend` is not among the assignment's functions; did you mean `attend`?"]


def test_what_a_function_returns_need_not_be_said() -> None:
    assert told(spoiled((", returns: [Q]", ""), ("- Q = project", "- Q, R = project"))) == []


def test_no_steps() -> None:
    steps = "steps:\n  - Q = project(X, W)\n  - output = attend(Q, V)\n"
    text = spoiled(
        (steps, ""),
        ("given:\n", "given: {}\n"),
        ("- id: whole", "- ‸id: whole"),
        ("- id: properties", "- ‸id: properties"),
    )
    text = text.replace(
        "  X: {normal: [n, d]}\n  W: {normal: [d, d]}\n  V: {normal: [n, d]}\nshapes: {output: [n, d]}\n", ""
    )
    assert told(text) == ["there are no `steps`, neither here nor above"] * 2


# --- what is looked at -------------------------------------------------------------------------


def test_nothing_is_looked_at() -> None:
    text = spoiled((PROPERTIES, ""), ("- id: properties", "- ‸id: properties"))
    assert told(text) == ["nothing is looked at: say `expect: reference`, `expect: {name: values}` or `checks:`"]


def test_nothing_is_looked_at_in_a_case() -> None:
    text = spoiled((PROPERTIES, "    cases: [{id: a, checks: [deterministic]}, ‸{id: b}]\n"))
    assert told(text) == ["nothing is looked at: say `expect: reference`, `expect: {name: values}` or `checks:`"]


def test_a_case_looks_at_what_its_group_looks_at() -> None:
    assert told(spoiled((PROPERTIES, PROPERTIES + "    cases: [{id: a}]\n"))) == []


@pytest.mark.parametrize(
    ("place", "line", "sentence"),
    [
        ("group", "expect: {‸outpt: [[1]]}", "`outpt` is looked at, but no step gives it; did you mean `output`?"),
        ("group", "expect: {output: [[1]], ‸V: [[1]]}", "`V` is looked at, but no step gives it"),
        ("group", "observe: [Q, ‸R]", "`R` is looked at, but no step gives it"),
        ("assignment", "observe: [‸R]", "`R` is looked at, but no step gives it"),
        ("case", "cases: [{id: a, expect: {‸R: [1]}}]", "`R` is looked at, but no step gives it"),
        ("case", "cases: [{id: a, observe: [‸R]}]", "`R` is looked at, but no step gives it"),
    ],
)
def test_what_is_looked_at_must_be_given_by_a_step(place: str, line: str, sentence: str) -> None:
    text = (
        spoiled(("groups:", f"{line}\ngroups:"))
        if place == "assignment"
        else spoiled((PROPERTIES, f"{PROPERTIES}    {line}\n"))
    )
    assert set(told(text)) == {sentence}


def test_expected_values_of_a_group_count_for_its_cases() -> None:
    text = spoiled((PROPERTIES, "    expect: {‸R: [1]}\n    cases: [{id: a}, {id: b}]\n"))
    assert told(text) == ["`R` is looked at, but no step gives it"]


def test_values_between_steps_can_be_observed() -> None:
    assert small(("groups:", "observe: [Q, output]\ngroups:")).observe == ["Q", "output"]


# --- inputs ------------------------------------------------------------------------------------


def test_an_input_is_missing() -> None:
    text = spoiled(
        ("  V: {normal: [n, d]}\n", ""), ("- id: whole", "- ‸id: whole"), ("- id: properties", "- ‸id: properties")
    )
    assert told(text) == ["the steps need `V`, which `given` does not have"] * 2


def test_an_input_is_misspelt() -> None:
    text = spoiled(
        (
            PROPERTIES,
            PROPERTIES + "    steps: ['out = attend(query, V)']\n    ‸given: {‸qery: [[1]]}\n    shapes: {out: [1]}\n",
        )
    )
    assert told(text) == [
        "the steps need `query`, which `given` does not have; did you mean `qery`?",
        "no step reads `qery`; did you mean `query`?",
    ]


@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        ("V: {permuted: X}", []),
        ("V: {permuted: Z}, Z: {scaled: X, by: 2}", []),
        ("‸Z: {normal: [n]}", ["no step reads `Z`"]),
        ("‸V: {permuted: Z}", ["`Z` is not given"]),
        ("‸V: {permuted: V}", ["`V` is made from itself"]),
        ("‸V: {permuted: Z}, Z: {padded: V, by: 1}", ["`V` is made from itself"]),
    ],
)
def test_inputs_made_from_inputs(given: str, sentences: list[str]) -> None:
    assert told(spoiled((PROPERTIES, f"{PROPERTIES}    given: {{{given}}}\n"))) == sentences


def test_an_inherited_input_may_be_made_from_a_nearer_one() -> None:
    text = spoiled(("  V: {normal: [n, d]}", "  V: {permuted: Z}\n  Z: {normal: [n, d]}"))
    assert told(text.replace(PROPERTIES, PROPERTIES + "    given: {Z: {ones: [n, d]}}\n")) == []


def test_an_inherited_mistake_is_told_once() -> None:
    assert told(spoiled(("  V: {normal: [n, d]}", "  ‸V: {permuted: Z}"))) == ["`Z` is not given"]


def test_an_input_that_no_group_reads() -> None:
    assert told(spoiled(("given:\n", "given:\n  ‸mask: {zeros: [n]}\n"))) == ["no step reads `mask`"]


def test_an_input_of_a_case_that_no_step_reads() -> None:
    text = spoiled((PROPERTIES, PROPERTIES + "    cases: [{id: a, given: {‸Xs: [[1]]}}]\n"))
    assert told(text) == ["no step reads `Xs`; did you mean `X`?"]


def test_a_shape_of_what_no_step_gives() -> None:
    text = spoiled(("shapes: {output: [n, d]}", "shapes: {‸outputs: [n, d]}"))
    assert told(text) == ["no step gives `outputs`; did you mean `output`?"]


# --- sizes -------------------------------------------------------------------------------------


def test_an_unknown_size() -> None:
    text = spoiled(("  V: {normal: [n, d]}", "  V: {normal: [n, ‸d_v], ‸std: 1 / sqrt(nn)}"))
    assert told(text) == ["there is no size `d_v`; defined are: n, d", "there is no size `nn`; did you mean `n`?"]


def test_a_group_with_sizes_of_its_own() -> None:
    text = spoiled(
        (PROPERTIES, PROPERTIES + "    draw: {sizes: {n_tokens: 2}}\n    given: {V: {ones: [‸n, n_tokens]}}\n"),
        ("  X: {normal: [n, d]}", "  X: {normal: [‸n, ‸d]}"),
        ("  W: {normal: [d, d]}", "  W: {normal: [‸d, ‸d]}"),
        ("shapes: {output: [n, d]}", "shapes: {output: [‸n, ‸d]}"),
    )
    sentences = set(told(text))
    assert sentences == {f"group `properties` has no size `{name}`; defined are: n_tokens" for name in "nd"}


def test_inputs_that_are_not_read_need_no_sizes() -> None:
    own = """\
    draw: {sizes: {k: 2}}
    steps: ['Q = project(X, W)']
    given: {X: {ones: [k, k]}, W: {ones: [k, k]}}
    shapes: {Q: [k, k]}
"""
    shapes = ("shapes: {output: [n, d]}", "shapes: {}")
    assert told(spoiled((PROPERTIES, PROPERTIES + own), shapes)) == []


@pytest.mark.parametrize(
    ("draw", "sentences"),
    [
        ("{sizes: {n: 4, d: n * 2}, where: [n != d]}", []),
        ("{sizes: {‸n: d, d: 3}}", ["no size `d` is written before this one; defined are: none"]),
        ("{sizes: {n: 4, ‸d: n * m}}", ["no size `m` is written before this one; defined are: n"]),
        ("{sizes: {n: 4, d: 3}, where: [n > d, ‸m > 2]}", ["there is no size `m`; defined are: n, d"]),
    ],
)
@pytest.mark.parametrize("place", ["assignment", "group"])
def test_sizes_of_a_draw(place: str, draw: str, sentences: list[str]) -> None:
    if place == "assignment":
        assert told(spoiled(("draw: {sizes: {n: 4, d: 3}}", f"draw: {draw}"))) == sentences
    else:
        assert told(spoiled((PROPERTIES, f"{PROPERTIES}    draw: {draw}\n"))) == sentences
