"""A spec and a seed become cases: ids, sizes, inputs, what is inherited, readings, and what cannot be built."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cases import MAX_DRAWS, Case, CaseFault, build_cases, observed, steps_of
from grader.checks import AGAINST_EXPECTED, WELL_FORMED
from grader.compare import Tolerance
from grader.inputs.base import Source, rounded
from grader.spec import Assignment, Part
from grader.spec_loader import parse_spec

BASE: dict[str, Any] = {
    "assignment": "a",
    "title": "A",
    "reference": "reference/a.py",
    "functions": {"f": {"parameters": ["x"]}, "g": {"parameters": ["x", "w"]}},
    "steps": ["y = f(x)"],
    "given": {"x": {"normal": ["n"]}},
    "draw": {"sizes": {"n": 3}},
}
DRAWN = {"id": "drawn", "points": 1, "expect": "reference"}


def spec(*groups: dict[str, Any], **more: Any) -> Assignment:
    return Assignment.model_validate({**BASE, **more, "groups": [{"points": 1, **group} for group in groups]})


def build(*groups: dict[str, Any], seed: int = 53, **more: Any) -> dict[str, Case]:
    cases = build_cases(spec(*groups, **more), seed)
    assert len({case.id for case in cases}) == len(cases)
    return {case.id: case for case in cases}


def only(*groups: dict[str, Any], seed: int = 53, **more: Any) -> Case:
    (case,) = build(*groups, seed=seed, **more).values()
    return case


def inputs(case: Case, run: str = "", choice: Any = None) -> dict[str, Any]:
    """A run's inputs, as lists, under the case's only choice unless told otherwise."""
    reading = case.readings[next(iter(case.readings)) if choice is None else choice]
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in reading.runs[run].inputs.items()
    }


def fault_of(*groups: dict[str, Any], **more: Any) -> CaseFault | None:
    try:
        build(*groups, **more)
    except CaseFault as error:
        return error
    return None


def fault(*groups: dict[str, Any], **more: Any) -> tuple[tuple[str | int, ...], str]:
    error = fault_of(*groups, **more)
    assert error is not None
    assert str(error) == error.message
    return error.path, error.message


# ------------------------------------------------------------------------------------------------ ids


@pytest.mark.parametrize(
    ("group", "ids"),
    [
        ({"expect": "reference"}, ["g.1"]),
        ({"expect": "reference", "draw": {"count": 3, "sizes": {"n": 2}}}, ["g.1", "g.2", "g.3"]),
        ({"expect": "reference", "checks": ["deterministic"]}, ["g.1"]),
        ({"checks": ["inputs_unchanged", "deterministic"]}, ["g.inputs_unchanged", "g.deterministic"]),
        (
            {"checks": ["inputs_unchanged", "deterministic"], "draw": {"count": 2, "sizes": {"n": 2}}},
            ["g.inputs_unchanged.1", "g.deterministic.1", "g.inputs_unchanged.2", "g.deterministic.2"],
        ),
        (
            {"checks": ["deterministic", {"large_logits": {"factor": 2}}, "large_logits", "large_logits"]},
            ["g.deterministic", "g.large_logits", "g.large_logits_2", "g.large_logits_3"],
        ),
        ({"expect": "reference", "cases": [{"id": "b"}, {"id": "a"}]}, ["g.b", "g.a"]),
        ({"cases": [{"id": "b", "checks": ["deterministic"]}]}, ["g.b"]),
    ],
)
def test_ids(group: dict[str, Any], ids: list[str]) -> None:
    cases = build({"id": "g", **group})
    assert list(cases) == ids
    assert {case.group for case in cases.values()} == {"g"}


def test_cases_stand_in_the_specs_order() -> None:
    assert list(build({**DRAWN, "id": "z"}, {**DRAWN, "id": "a"}, {"id": "m", "checks": ["deterministic"]})) == [
        "z.1",
        "a.1",
        "m.deterministic",
    ]


def test_what_a_case_takes_from_its_group() -> None:
    case = only({**DRAWN, "visibility": "hidden", "title": "group"})
    assert (case.visibility, case.title, case.path) == ("hidden", "", ("groups", 0))
    cases = build(DRAWN, {"id": "g", "expect": "reference", "cases": [{"id": "a", "title": "case"}, {"id": "b"}]})
    assert (cases["g.a"].title, cases["g.a"].path) == ("case", ("groups", 1, "cases", 0))
    assert (cases["g.b"].title, cases["g.b"].path) == ("", ("groups", 1, "cases", 1))
    assert cases["g.b"].visibility == "public"


# ------------------------------------------------------------------------------------------------ inputs and seeds


def test_the_inputs_of_a_seed_are_the_same_on_every_machine() -> None:
    case = only(DRAWN)
    assert [1024 * number for number in inputs(case)["x"]] == [-758.0, 287.0, -26.0]


def test_an_input_is_drawn_from_seed_group_number_and_name() -> None:
    cases = build({**DRAWN, "draw": {"count": 2, "sizes": {"n": 4}}})
    for number, case in enumerate(cases.values()):
        expected = rounded(Source(53, "drawn", number, "x").random.standard_normal(4))
        assert inputs(case) == {"x": expected.tolist()}


def test_another_seed_makes_other_inputs() -> None:
    assert inputs(only(DRAWN)) == inputs(only(DRAWN))
    assert inputs(only(DRAWN)) != inputs(only(DRAWN, seed=54))
    assert inputs(only(DRAWN, seed=0)) != inputs(only(DRAWN, seed=2**31 - 1))


def test_more_groups_and_draws_change_no_other_inputs() -> None:
    one = {**DRAWN, "draw": {"count": 2, "sizes": {"n": "2..9"}}}
    before = build(one)
    for after in (
        build({**DRAWN, "id": "new"}, one, {"id": "last", "checks": ["deterministic"]}),
        build({**one, "draw": {"count": 7, "sizes": {"n": "2..9"}}}),
        build({**one, "points": 5, "title": "other", "award": "all"}),
    ):
        for name, case in before.items():
            assert inputs(after[name]) == inputs(case)


def test_another_input_changes_no_other_input() -> None:
    one = only({**DRAWN, "steps": ["y = f(x)"]})
    two = only({**DRAWN, "steps": ["y = g(x, w)"], "given": {"w": {"normal": [5]}}})
    assert inputs(two)["x"] == inputs(one)["x"]
    assert list(inputs(two)) == ["x", "w"]


def test_cases_that_look_at_one_draw_have_its_inputs() -> None:
    cases = build({"id": "g", "checks": ["deterministic", "inputs_unchanged"], "draw": {"count": 2, "sizes": {"n": 3}}})
    assert inputs(cases["g.deterministic.1"]) == inputs(cases["g.inputs_unchanged.1"])
    assert inputs(cases["g.deterministic.1"]) != inputs(cases["g.deterministic.2"])


def test_only_what_the_steps_need_is_made_in_the_order_of_need() -> None:
    case = only({**DRAWN, "steps": ["y = g(b, a)", "z = f(y)"], "given": {"a": 1, "b": 2, "c": {"one_hot": []}}})
    assert inputs(case) == {"b": 2, "a": 1}
    assert list(inputs(case)) == ["b", "a"]


def test_a_name_is_read_before_a_step_gives_it_another_value() -> None:
    assert list(inputs(only({**DRAWN, "steps": ["x = f(x)", "z = f(x)"]}))) == ["x"]


@given(st.integers(0, 2**31 - 1))
@settings(max_examples=20)
def test_every_seed_can_be_used(seed: int) -> None:
    cases = build({**DRAWN, "draw": {"count": 2, "sizes": {"n": "1..9", "m": "2 * n"}}}, seed=seed)
    assert all(1 <= len(inputs(case)["x"]) <= 9 for case in cases.values())


# ------------------------------------------------------------------------------------------------ sizes


def sizes(case: Case) -> tuple[int, ...]:
    return np.shape(inputs(case)["x"])


def with_sizes(*shape: object, **draw: Any) -> dict[str, Any]:
    return {**DRAWN, "given": {"x": {"zeros": list(shape)}}, "draw": draw}


def test_ranges_are_drawn_with_both_ends() -> None:
    cases = build(with_sizes("n", count=60, sizes={"n": "2..4"}))
    assert {sizes(case) for case in cases.values()} == {(2,), (3,), (4,)}


def test_sizes_are_drawn_from_a_stream_of_their_own() -> None:
    case = only(with_sizes("a", "b", "c", sizes={"a": "0..1000", "b": "0..1000", "c": 7}))
    random = Source(53, "drawn", 0, "sizes").random
    assert sizes(case) == (random.randint(0, 1001), random.randint(0, 1001), 7)


def test_formulas_use_the_sizes_before_them() -> None:
    cases = build(with_sizes("a", "b", "c", count=9, sizes={"a": "1..9", "b": "2 * a", "c": "b + a"}))
    assert {(3 * a, 2 * a, a) for a, _, _ in map(sizes, cases.values())} == {
        (c, b, a) for a, b, c in map(sizes, cases.values())
    }


def test_conditions_hold_for_every_draw() -> None:
    draw = {"count": 50, "sizes": {"a": "1..4", "b": "1..4"}, "where": ["different(a, b)", "a < 4"]}
    drawn = {sizes(case) for case in build(with_sizes("a", "b", **draw)).values()}
    assert drawn == {(a, b) for a in range(1, 4) for b in range(1, 5) if a != b}


def test_a_condition_changes_no_draw_that_fulfils_it() -> None:
    free = build(with_sizes("a", count=30, sizes={"a": "1..9"}))
    held = build(with_sizes("a", count=30, sizes={"a": "1..9"}, where=["a > 3"]))
    for name, case in free.items():
        assert sizes(held[name]) == sizes(case) if sizes(case) > (3,) else sizes(held[name]) > (3,)


def test_conditions_that_nothing_fulfils() -> None:
    group = with_sizes("a", sizes={"a": "1..9"}, where=["a > 9"])
    assert fault(DRAWN, group) == (("groups", 1, "draw", "where"), f"in {MAX_DRAWS:,} draws no sizes fulfilled `where`")


@pytest.mark.parametrize(
    ("draw", "path", "message"),
    [
        (
            {"sizes": {"a": 1, "b": "a / 2"}},
            ("sizes", "b"),
            "`a / 2` is 0.5: a size is a whole number from 0 to 1,000,000",
        ),
        ({"sizes": {"a": "b", "b": 1}}, ("sizes", "a"), "the size `b` is not defined; defined are: none"),
        ({"sizes": {"a": 1}, "where": ["a > 0", "c > 1"]}, ("where",), "the size `c` is not defined; defined are: a"),
    ],
)
def test_draws_that_cannot_be(draw: dict[str, Any], path: tuple[str, ...], message: str) -> None:
    assert fault(with_sizes("a", **draw)) == (("groups", 0, "draw", *path), message)
    inherited = {name: value for name, value in with_sizes("a").items() if name != "draw"}
    assert fault(inherited, draw=draw) == (("draw", *path), message)


def test_the_nearest_draw_counts_as_a_whole() -> None:
    cases = build(DRAWN, {**DRAWN, "id": "own", "draw": {"sizes": {"n": 5}}}, draw={"count": 2, "sizes": {"n": 3}})
    assert {name: sizes(case) for name, case in cases.items()} == {"drawn.1": (3,), "drawn.2": (3,), "own.1": (5,)}
    assert fault({**DRAWN, "draw": {"count": 2}})[1].startswith("`x` cannot be made: the size `n` is not defined")


def test_no_draw_at_all() -> None:
    case = only({**DRAWN, "given": {"x": [1, 2]}}, draw=None)
    assert inputs(case) == {"x": [1, 2]}


def test_cases_that_are_written_out_share_one_draw_of_sizes() -> None:
    group = {"id": "g", "expect": "reference", "draw": {"sizes": {"n": "2..50"}}, "cases": [{"id": "a"}, {"id": "b"}]}
    cases = build(group)
    assert sizes(cases["g.a"]) == sizes(cases["g.b"])


# ------------------------------------------------------------------------------------------------ inheritance


def test_the_nearest_description_of_an_input_counts() -> None:
    groups: list[dict[str, Any]] = [
        {**DRAWN, "id": "far"},
        {**DRAWN, "id": "near", "given": {"x": [1, 2]}},
        {
            "id": "g",
            "expect": "reference",
            "given": {"x": [1, 2]},
            "cases": [{"id": "a"}, {"id": "b", "given": {"x": [3]}}],
        },
    ]
    cases = build(*groups, given={"x": [0]})
    assert {name: inputs(case)["x"] for name, case in cases.items()} == {
        "far.1": [0],
        "near.1": [1, 2],
        "g.a": [1, 2],
        "g.b": [3],
    }


def test_inputs_are_inherited_one_by_one() -> None:
    group = {
        "id": "g",
        "expect": "reference",
        "given": {"w": 2},
        "cases": [{"id": "a"}, {"id": "b", "given": {"w": 3}}],
    }
    cases = build(group, steps=["y = g(x, w)"], given={"x": 1, "w": 1})
    assert [inputs(case) for case in cases.values()] == [{"x": 1, "w": 2}, {"x": 1, "w": 3}]


def test_an_inherited_input_may_be_made_from_a_nearer_one() -> None:
    case = only({**DRAWN, "given": {"base": [1, 2]}}, given={"x": {"scaled": "base", "by": 3}, "base": [7]})
    assert inputs(case) == {"x": [3, 6]}


def test_the_nearest_steps_count() -> None:
    groups: list[dict[str, Any]] = [
        {**DRAWN, "id": "far"},
        {**DRAWN, "id": "near", "steps": ["z = f(x)"]},
        {
            "id": "g",
            "expect": "reference",
            "steps": ["z = f(x)"],
            "cases": [{"id": "a"}, {"id": "b", "steps": ["u = f(x)", "v = f(u)"]}],
        },
    ]
    found = {name: (case.readings[()].runs[""].steps[-1].text, case.observe) for name, case in build(*groups).items()}
    assert found == {
        "far.1": ("y = f(x)", ("y",)),
        "near.1": ("z = f(x)", ("z",)),
        "g.a": ("z = f(x)", ("z",)),
        "g.b": ("v = f(u)", ("v",)),
    }


def test_shapes_are_inherited_one_by_one() -> None:
    case = only({**DRAWN, "shapes": {"y": ["n", 2]}}, shapes={"y": ["n"], "z": [4]})
    assert case.readings[()].shapes == {"y": (3, 2), "z": (4,)}
    assert case.readings[()].layout.shapes == case.readings[()].shapes
    assert case.readings[()].layout.outputs == {"y": ("n", "2"), "z": ("4",)}


def test_the_nearest_tolerance_counts_as_a_whole() -> None:
    groups: list[dict[str, Any]] = [
        {**DRAWN, "id": "far"},
        {**DRAWN, "id": "near", "tolerance": {"atol": 0.5}},
        {"id": "g", "expect": "reference", "cases": [{"id": "a", "tolerance": {"rtol": 0.25, "atol": 0.0}}]},
    ]
    cases = build(*groups, tolerance={"rtol": 0.125})
    assert [case.tolerance for case in cases.values()] == [
        Tolerance(0.125, 1e-6),
        Tolerance(1e-5, 0.5),
        Tolerance(0.25, 0.0),
    ]
    assert only(DRAWN).tolerance == Tolerance()


def test_what_is_expected() -> None:
    group = {"id": "g", "expect": "reference", "cases": [{"id": "a"}, {"id": "b", "expect": {"y": [1.0, 2.0]}}]}
    cases = build(group, {"id": "p", "checks": ["deterministic"]})
    assert cases["g.a"].expect == "reference"
    expected = cases["g.b"].expect
    assert isinstance(expected, dict)
    assert expected["y"].tolist() == [1.0, 2.0]
    assert cases["p.deterministic"].expect is None


def test_checks_of_group_and_case_follow_those_that_are_always_made() -> None:
    group = {
        "id": "g",
        "expect": "reference",
        "checks": ["deterministic"],
        "cases": [{"id": "a", "checks": ["inputs_unchanged"]}],
    }
    names = [check.NAME for check in only(group).checks]
    assert names == [*(check.NAME for check in AGAINST_EXPECTED), "deterministic", "inputs_unchanged"]
    cases = build({"id": "p", "checks": ["deterministic", "inputs_unchanged"]})
    always = [check.NAME for check in WELL_FORMED]
    assert [check.NAME for check in cases["p.deterministic"].checks] == [*always, "deterministic"]
    assert [check.NAME for check in cases["p.inputs_unchanged"].checks] == [*always, "inputs_unchanged"]


@pytest.mark.parametrize(
    ("parts", "steps", "names"),
    [
        ([{}], [], ()),
        ([{"steps": ["a, b = f(x)"]}], ["a, b = f(x)"], ("a", "b")),
        ([{"steps": ["a = f(x)", "b = f(a)"]}], ["a = f(x)", "b = f(a)"], ("b",)),
        ([{}, {"steps": ["a = f(x)"]}, {"steps": ["b = f(x)"]}], ["a = f(x)"], ("a",)),
        ([{"observe": ["a"]}, {"steps": ["a = f(x)", "b = f(a)"]}], ["a = f(x)", "b = f(a)"], ("a",)),
        ([{"steps": ["a = f(x)"]}, {"observe": ["b"], "steps": ["b = f(x)"]}], ["a = f(x)"], ("a",)),
        ([{"steps": ["a = f(x)", "b = f(a)"], "observe": ["a", "b"]}], ["a = f(x)", "b = f(a)"], ("a", "b")),
        ([{}, {"observe": ["c"]}, {"steps": ["b = f(x)"]}], ["b = f(x)"], ("c",)),
    ],
)
def test_steps_and_what_is_observed(parts: list[dict[str, Any]], steps: list[str], names: tuple[str, ...]) -> None:
    read = [Part.model_validate(part) for part in parts]
    assert [step.text for step in steps_of(*read)] == steps
    assert observed(*read) == names


def test_expected_values_say_what_is_observed() -> None:
    group = {"id": "g", "steps": ["a = f(x)", "b = f(a)"], "cases": [{"id": "a", "expect": {"a": [1.0]}}]}
    case = only(group)
    assert case.observe == ("a",)
    assert case.readings[()].runs[""].observe == ("a",)


# ------------------------------------------------------------------------------------------------ further runs


def test_the_runs_of_checks_stand_under_their_position() -> None:
    case = only({**DRAWN, "checks": ["deterministic", "integer_input"]})
    first = len(AGAINST_EXPECTED)
    assert list(case.readings[()].runs) == ["", f"{first}:changed", f"{first + 1}:floats", f"{first + 1}:changed"]
    for run in case.readings[()].runs:
        name = run.partition(":")[0]
        assert not name or case.checks[int(name)].NAME in ("deterministic", "integer_input")
    assert inputs(case, f"{first + 1}:floats")["x"] == [round(2 * number) for number in inputs(case)["x"]]


def test_the_words_of_shapes_reach_the_checks() -> None:
    given = {"x": {"normal": ["n", "d"]}, "w": {"permuted": "x"}, "unused": {"normal": ["n"]}, "k": 2}
    layout = (
        only({**DRAWN, "steps": ["y = g(x, w)"]}, given=given, draw={"sizes": {"n": 3, "d": 2}}).readings[()].layout
    )
    assert layout.inputs == {"x": ("n", "d"), "w": ("n", "d")}
    assert layout.sizes == {"n": 3, "d": 2}


def test_an_inherited_input_that_no_step_needs_is_no_matter() -> None:
    group = {"id": "g", "checks": ["batch_independence", {"token_permutation": {"along": "batch"}}]}
    given = {"x": {"normal": ["batch", "n"]}, "w": {"normal": ["batch", "n"]}}
    case = build(group, given=given, shapes={"y": ["batch", "n"]}, draw={"sizes": {"batch": 2, "n": 3}})[
        "g.batch_independence"
    ]
    assert inputs(case, f"{len(WELL_FORMED)}:changed")["x"] == inputs(case)["x"][:1]


def test_a_check_that_cannot_be_made_is_told_at_its_group_or_case() -> None:
    sentence = "the check `batch_independence` cannot be made of this case: say the `shapes:` of `y`"
    assert fault(DRAWN, {"id": "g", "checks": ["batch_independence"]}) == (("groups", 1, "checks"), sentence)
    group = {"id": "g", "expect": "reference", "cases": [{"id": "a"}, {"id": "b", "checks": ["batch_independence"]}]}
    assert fault(group) == (("groups", 0, "cases", 1, "checks"), sentence)


@pytest.mark.parametrize("check", ["zero_padded_keys", "masked_keys_ignored", "rows_sum_to_one", "convex_hull"])
def test_no_check_fails_on_inputs_that_it_does_not_expect(check: str) -> None:
    values: list[Any] = [1, [1, 2], True, [], [[]], [[[1.0]]], {"zeros": []}]
    for value in values:
        group = {
            "id": "g",
            "checks": [check],
            "steps": ["y = f(Q)", "y = f(K)", "y = f(V)", "y = f(mask)"],
            "given": dict.fromkeys(("Q", "K", "V", "mask"), value),
        }
        error = fault_of(group)
        if error is not None:
            assert error.path == ("groups", 0, "checks")
            assert error.message.startswith(f"the check `{check}` cannot be made of this case: ")


# ------------------------------------------------------------------------------------------------ faults of inputs


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"normal": ["m"]}, "the size `m` is not defined; defined are: n"),
        ({"normal": ["n / 2"]}, "`n / 2` is 1.5: a size is a whole number from 0 to 1,000,000"),
        ({"normal": [1000, 1000, 1000]}, "an input of 1,000,000,000 numbers; at most 4,000,000 are allowed"),
        ({"one_hot": []}, "one_hot needs a last dimension of at least 1"),
        ({"integers": ["n"], "low": 10}, "integers from 10 to 9: there are none"),
        ({"zeros": [1] * 65}, ""),
    ],
)
def test_an_input_that_cannot_be_made_is_told_by_its_name(written: Any, message: str) -> None:
    path, told = fault({**DRAWN, "given": {"x": written}})
    assert path == ("groups", 0, "given", "x")
    assert told.startswith("`x` cannot be made: ")
    assert message in told


def test_a_shape_that_cannot_be() -> None:
    assert fault({**DRAWN, "shapes": {"y": ["m"]}})[1] == "the size `m` is not defined; defined are: n"


def test_an_input_that_nothing_gives() -> None:
    message = "the steps need `w`, which is no input and stands for no number"
    assert fault({**DRAWN, "steps": ["y = g(x, w)"]}) == (("groups", 0), message)


# ------------------------------------------------------------------------------------------------ conventions

SCALE = {"choices": {"factor": {"scale": "1 / sqrt(d)"}, "divisor": {"scale": "sqrt(d)"}}, "reference": "factor"}
AXES = {"choices": {"all": {"lead": ["batch", "heads"]}, "one": {"lead": ["batch"]}, "none": {"lead": []}}}
OPEN: dict[str, Any] = {
    "conventions": {"scale": SCALE, "axes": AXES},
    "draw": {"sizes": {"n": 3, "d": 4, "batch": 2, "heads": 5}},
}


def test_a_case_has_one_reading_for_each_choice_that_matters() -> None:
    case = only({**DRAWN, "steps": ["y = g(x, scale)"], "given": {"x": {"normal": ["lead", "n"]}}}, **OPEN)
    shapes = {"all": (2, 5, 3), "one": (2, 3), "none": (3,)}
    scales = {"factor": 0.5, "divisor": 2.0}
    assert list(case.readings) == [(("scale", s), ("axes", a)) for s in scales for a in shapes]
    for ((_, scale), (_, axes)), reading in case.readings.items():
        made = reading.runs[""].inputs
        assert made["scale"] == scales[scale]
        assert np.shape(made["x"]) == shapes[axes]
        assert reading.layout.inputs == {
            "x": {"all": ("batch", "heads", "n"), "one": ("batch", "n"), "none": ("n",)}[axes],
            "scale": (),
        }


def test_a_case_that_no_convention_matters_to_has_one_reading() -> None:
    assert list(only(DRAWN, **OPEN).readings) == [()]


def test_readings_differ_in_nothing_else() -> None:
    case = only({**DRAWN, "steps": ["y = g(x, scale)"], "given": {"x": {"normal": ["n"]}}}, **OPEN)
    factor, divisor = (inputs(case, choice=choice) for choice in case.readings)
    assert factor["x"] == divisor["x"]
    assert factor["scale"] != divisor["scale"]


def test_what_is_given_counts_more_than_the_convention() -> None:
    case = only({**DRAWN, "steps": ["y = g(x, scale)"], "given": {"scale": 7}}, **OPEN)
    assert list(case.readings) == [()]
    assert inputs(case)["scale"] == 7


def test_shapes_follow_the_reading_and_properties_find_their_axes() -> None:
    group = {
        "id": "g",
        "checks": ["batch_independence"],
        "given": {"x": {"normal": ["lead", "n"]}},
        "shapes": {"y": ["lead", "n"]},
    }
    conventions = {"axes": {"choices": {"all": {"lead": ["batch", "heads"]}, "one": {"lead": ["batch"]}}}}
    case = only(group, **{**OPEN, "conventions": conventions})
    assert {choice[0][1]: reading.shapes for choice, reading in case.readings.items()} == {
        "all": {"y": (2, 5, 3)},
        "one": {"y": (2, 3)},
    }
    for reading in case.readings.values():
        changed = reading.runs[f"{len(WELL_FORMED)}:changed"].inputs["x"]
        assert np.shape(changed) == (1, *np.shape(reading.runs[""].inputs["x"])[1:])


def test_the_part_of_all_choices_that_matters_to_a_case() -> None:
    cases = build(
        DRAWN,
        {**DRAWN, "id": "scaled", "steps": ["y = g(x, scale)"]},
        {**DRAWN, "id": "led", "given": {"x": {"normal": ["lead", "n"]}}},
        **OPEN,
    )
    everything = (("scale", "divisor"), ("axes", "one"))
    assert cases["drawn.1"].choice_among(everything) == ()
    assert cases["scaled.1"].choice_among(everything) == (("scale", "divisor"),)
    assert cases["led.1"].choice_among(everything) == (("axes", "one"),)
    assert all(case.choice_among(everything) in case.readings for case in cases.values())


def test_a_list_of_sizes_is_no_argument() -> None:
    message = "the steps need `lead`, which is no input and stands for no number"
    assert fault({**DRAWN, "steps": ["y = g(x, lead)"]}, **OPEN) == (("groups", 0), message)


def test_a_choice_that_cannot_be_computed() -> None:
    open_scale = {**OPEN, "conventions": {"scale": {"choices": {"one": {"scale": "1 / m"}}}}}
    path, message = fault({**DRAWN, "steps": ["y = g(x, scale)"]}, **open_scale)
    assert path == ("groups", 0)
    assert message.startswith("the size `m` is not defined; defined are: n, d, batch, heads")


# ------------------------------------------------------------------------------------------------ as YAML


def test_a_spec_that_is_read_builds_its_cases() -> None:
    text = """
assignment: a
title: A
points: 1
reference: reference/a.py
functions: {f: {parameters: [x]}}
groups:
  - {id: g, points: 1, steps: ["y = f(x)"], given: {x: {normal: [n]}}, draw: {sizes: {n: 3}}, expect: reference}
"""
    case = build_cases(parse_spec(text, "spec.yaml"), 53)[0]
    assert case.id == "g.1"
    assert inputs(case) == inputs(only({**DRAWN, "id": "g"}))
