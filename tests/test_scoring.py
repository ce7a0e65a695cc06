"""Verdicts and points: shares, awards, what one group implies of another, exact to the end."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import CaseResult, Verdict
from grader.scoring import Score, rounded, score
from grader.spec import Assignment

PASSED, FAILED = Verdict.PASSED, Verdict.FAILED


def assignment(*groups: dict[str, Any]) -> Assignment:
    return Assignment.model_validate(
        {
            "assignment": "a",
            "title": "A",
            "points": sum(group["points"] for group in groups),
            "reference": "reference/a.py",
            "functions": {"f": {"parameters": ["x"]}},
            "groups": list(groups),
        }
    )


def cases(group: str, *verdicts: Verdict) -> list[CaseResult]:
    return [CaseResult(f"{group}.{n}", verdict, Fraction(0), Fraction(0)) for n, verdict in enumerate(verdicts, 1)]


def earned(made: Score) -> dict[str, Any]:
    """(earned, possible) of each group; Any: integers are compared with fractions."""
    return {group.id: (group.earned, group.possible) for group in made.groups}


# ------------------------------------------------------------------------------------------------ shares and awards


@pytest.mark.parametrize(
    ("award", "verdicts", "expected"),
    [
        ("proportional", [PASSED, PASSED, PASSED], [1, 1, 1]),
        ("proportional", [PASSED, FAILED, PASSED], [1, 0, 1]),
        ("proportional", [FAILED, FAILED, FAILED], [0, 0, 0]),
        ("all", [PASSED, PASSED, PASSED], [1, 1, 1]),
        ("all", [PASSED, FAILED, PASSED], [0, 0, 0]),
        ("all", [FAILED, PASSED, PASSED], [0, 0, 0]),
    ],
)
def test_awards(award: str, verdicts: list[Verdict], expected: list[int]) -> None:
    made = score(assignment({"id": "g", "points": 7, "award": award}), cases("g", *verdicts), {"g": 3})
    share = Fraction(7, 3)
    assert [case.earned for case in made.cases] == [share * n for n in expected]
    assert [case.possible for case in made.cases] == [share] * 3
    assert earned(made) == {"g": (share * sum(expected), Fraction(7))}
    assert made.earned == share * sum(expected)
    assert made.possible == 7


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not PASSED])
def test_only_passed_earns(verdict: Verdict) -> None:
    made = score(assignment({"id": "g", "points": 4}), cases("g", PASSED, verdict), {"g": 2})
    assert earned(made) == {"g": (Fraction(2), Fraction(4))}
    assert [case.verdict for case in made.cases] == [PASSED, verdict]


def test_proportional_is_the_default() -> None:
    made = score(assignment({"id": "g", "points": 1}), cases("g", PASSED, FAILED), {"g": 2})
    assert made.earned == Fraction(1, 2)


def test_points_are_exact() -> None:
    spec = assignment({"id": "a", "points": 0.1}, {"id": "b", "points": 0.2})
    made = score(spec, [*cases("a", *[PASSED] * 3), *cases("b", *[PASSED] * 7)], {"a": 3, "b": 7})
    assert made.earned == made.possible == Fraction(3, 10)
    assert made.cases[0].possible == Fraction(1, 30)


def test_groups_and_cases_keep_the_specs_order_and_their_own_cases() -> None:
    spec = assignment({"id": "b", "title": "Bee", "points": 2}, {"id": "a", "points": 1}, {"id": "b2", "points": 0})
    run = [*cases("a", PASSED), *cases("b2", FAILED), *cases("b", FAILED, PASSED)]
    made = score(spec, run, {"a": 1, "b": 2, "b2": 1})
    assert [case.id for case in made.cases] == ["b.1", "b.2", "a.1", "b2.1"]
    assert [(group.id, group.title) for group in made.groups] == [("b", "Bee"), ("a", "a"), ("b2", "b2")]
    assert earned(made) == {"b": (1, 2), "a": (1, 1), "b2": (0, 0)}


def test_what_else_a_case_has_is_kept() -> None:
    case = CaseResult("g.1", FAILED, Fraction(0), Fraction(0), "message", 1.5, (), "hidden")
    (scored,) = score(assignment({"id": "g", "points": 1}), [case], {"g": 1}).cases
    assert (scored.message, scored.seconds, scored.visibility) == ("message", 1.5, "hidden")


def test_an_unscored_group_can_pass_and_earns_nothing() -> None:
    made = score(assignment({"id": "g", "points": 0}), cases("g", PASSED), {"g": 1})
    assert earned(made) == {"g": (0, 0)}
    assert made.cases[0].verdict is PASSED


# ------------------------------------------------------------------------------------------------ public scope


def test_a_group_that_was_not_run_is_not_out_of_anything() -> None:
    spec = assignment({"id": "open", "points": 6}, {"id": "secret", "points": 4, "visibility": "hidden"})
    made = score(spec, cases("open", PASSED, FAILED), {"open": 2, "secret": 3})
    assert earned(made) == {"open": (3, 6), "secret": (0, 0)}
    assert made.earned == 3
    assert made.possible == 6


def test_a_group_that_was_run_in_part_is_out_of_that_part() -> None:
    made = score(assignment({"id": "g", "points": 6}), cases("g", PASSED), {"g": 3})
    assert earned(made) == {"g": (2, 2)}


# ------------------------------------------------------------------------------------------------ implied groups


def implied(award: str = "proportional", **more: Any) -> Assignment:
    return assignment(
        {"id": "parts", "points": 3, "implied_by": "whole", "award": award},
        {"id": "whole", "points": 7, **more},
    )


@pytest.mark.parametrize("award", ["proportional", "all"])
@pytest.mark.parametrize("verdicts", [[FAILED, FAILED], [PASSED, FAILED], [Verdict.MISSING, Verdict.RAISED]])
def test_the_full_score_of_one_group_gives_the_others_points(award: str, verdicts: list[Verdict]) -> None:
    made = score(implied(award), [*cases("parts", *verdicts), *cases("whole", PASSED)], {"parts": 2, "whole": 1})
    assert earned(made) == {"parts": (3, 3), "whole": (7, 7)}
    assert [group.implied_by for group in made.groups] == ["whole", None]
    assert [(case.earned, case.possible) for case in made.cases] == [(Fraction(3, 2), Fraction(3, 2))] * 2 + [(7, 7)]
    assert [case.verdict for case in made.cases[:2]] == verdicts


def test_what_was_earned_anyway_is_not_implied() -> None:
    made = score(implied(), [*cases("parts", PASSED), *cases("whole", PASSED)], {"parts": 1, "whole": 1})
    assert made.earned == 10
    assert [group.implied_by for group in made.groups] == [None, None]


@pytest.mark.parametrize("verdicts", [[FAILED, FAILED], [PASSED, FAILED], [FAILED, PASSED]])
def test_less_than_the_full_score_implies_nothing(verdicts: list[Verdict]) -> None:
    run = [*cases("parts", PASSED, FAILED), *cases("whole", *verdicts)]
    made = score(implied(), run, {"parts": 2, "whole": 2})
    assert earned(made)["parts"] == (Fraction(3, 2), 3)
    assert all(group.implied_by is None for group in made.groups)


def test_a_group_that_was_not_run_in_full_implies_nothing() -> None:
    run = [*cases("parts", FAILED), *cases("whole", PASSED)]
    assert earned(score(implied(), run, {"parts": 1, "whole": 2}))["parts"] == (0, 3)
    hidden = implied(visibility="hidden")
    assert earned(score(hidden, cases("parts", FAILED), {"parts": 1, "whole": 1})) == {"parts": (0, 3), "whole": (0, 0)}


def test_a_group_that_was_not_run_is_given_nothing() -> None:
    made = score(implied(), cases("whole", PASSED), {"parts": 2, "whole": 1})
    assert earned(made) == {"parts": (0, 0), "whole": (7, 7)}
    assert all(group.implied_by is None for group in made.groups)


def test_it_does_not_matter_which_of_the_two_stands_first() -> None:
    spec = assignment({"id": "whole", "points": 7}, {"id": "parts", "points": 3, "implied_by": "whole"})
    made = score(spec, [*cases("whole", PASSED), *cases("parts", FAILED)], {"parts": 1, "whole": 1})
    assert made.earned == 10


def test_only_the_groups_that_say_so_are_implied() -> None:
    spec = assignment({"id": "whole", "points": 7}, {"id": "other", "points": 3})
    made = score(spec, [*cases("whole", PASSED), *cases("other", FAILED)], {"other": 1, "whole": 1})
    assert made.earned == 7


# ------------------------------------------------------------------------------------------------ in general

verdicts_of_groups = st.lists(
    st.lists(st.sampled_from([PASSED, FAILED]), min_size=1, max_size=5), min_size=1, max_size=4
)


@given(verdicts_of_groups, st.lists(st.integers(0, 20), min_size=4, max_size=4))
def test_sums_hold(verdicts: Sequence[Sequence[Verdict]], points: Sequence[int]) -> None:
    ids = [f"g{n}" for n in range(len(verdicts))]
    spec = assignment(*({"id": name, "points": worth} for name, worth in zip(ids, points, strict=False)))
    run = [case for name, each in zip(ids, verdicts, strict=True) for case in cases(name, *each)]
    made = score(spec, run, {name: len(each) for name, each in zip(ids, verdicts, strict=True)})
    assert made.possible == sum(case.possible for case in made.cases) == sum(points[: len(ids)])
    assert made.earned == sum(case.earned for case in made.cases)
    expected = [Fraction(w * list(v).count(PASSED), len(v)) for w, v in zip(points, verdicts, strict=False)]
    assert [group.earned for group in made.groups] == expected


# ------------------------------------------------------------------------------------------------ rounding


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (Fraction(0), 0.0),
        (Fraction(10), 10.0),
        (Fraction(2, 3), 0.67),
        (Fraction(1, 3), 0.33),
        (Fraction(1, 200), 0.01),
        (Fraction(3, 200), 0.02),
        (Fraction(5, 200), 0.03),
        (Fraction(1, 8), 0.13),
        (Fraction(1, 1000), 0.0),
        (Fraction(4999, 1_000_000), 0.0),
        (Fraction(5000, 1_000_000), 0.01),
        (Fraction(1005, 1000), 1.01),
        (Fraction(2675, 1000), 2.68),
        (Fraction(9995, 1000), 10.0),
        (Fraction(99949, 10000), 9.99),
    ],
)
def test_two_decimals_halves_up(points: Fraction, expected: float) -> None:
    shown = rounded(points)
    assert shown == expected
    assert type(shown) is float


@given(st.fractions(0, 1000))
def test_rounding_is_off_by_half_a_hundredth_at_most(points: Fraction) -> None:
    hundredths = Fraction(rounded(points)).limit_denominator(100)
    assert rounded(points) == float(hundredths)
    assert -Fraction(1, 200) < hundredths - points <= Fraction(1, 200)
