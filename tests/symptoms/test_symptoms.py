"""Of many observations: only what all of them show, of whom, how much, and nothing where nothing can be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from symptoms.samples import drawn, said, seen

from grader.compare import Tolerance
from grader.symptoms import MOST_SENTENCES, symptoms


def test_of_right_values_and_of_none_nothing_is_said() -> None:
    assert symptoms([]) == ()
    assert said(np.array) == ()


@pytest.mark.parametrize("seed", range(20))
def test_of_other_numbers_nothing_is_said(seed: int) -> None:
    assert (
        symptoms([seen(lambda a: drawn(*a.shape, seed=seed + 50), shape, seed) for shape in ((2, 5, 6), (4, 3))]) == ()
    )


def test_what_one_observation_does_not_show_is_not_said() -> None:
    reversed_rows = seen(lambda a: a[:, ::-1], (2, 5, 6), 1)
    assert symptoms([reversed_rows]) == ("In `output`, the rows are in reversed order.",)
    assert symptoms([reversed_rows, seen(lambda a: a + 1, (2, 5, 6), 2)]) == ()


def test_right_observations_are_no_evidence_but_are_mentioned() -> None:
    wrong, right = seen(lambda a: -a, (5, 6), 1), seen(np.array, (5, 6), 2)
    assert symptoms([wrong, right]) == ("Where `output` is wrong, every value has the opposite sign.",)
    others = [replace(one, name="weights") for one in (wrong, right)]
    assert symptoms([wrong, right, *others]) == (
        "Where `output` and `weights` are wrong, every value has the opposite sign.",
    )


def test_names_of_which_the_same_holds_are_put_together() -> None:
    one = seen(lambda a: -a, (5, 6))
    seen_all = [replace(one, name=name) for name in "QKV"]
    assert symptoms(seen_all) == ("In `Q`, `K` and `V`, every value has the opposite sign.",)


def test_there_are_a_few_sentences_at_most() -> None:
    right = drawn(5, 6)
    many = [seen(np.array, (5, 6), got=(k + 3) * right, expected=right, name=f"v{k}", sizes={}) for k in range(6)]
    assert len(symptoms(many)) == MOST_SENTENCES


@pytest.mark.parametrize("expected", [np.zeros((3, 4)), np.ones((3, 4)), np.eye(2), np.array(3.0), np.zeros((0, 4))])
def test_plain_expectations_tell_nothing(expected: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    assert said(lambda a: expected * 2 + 1, (3, 4), expected=expected, dims=()) == ()


def test_plain_observations_can_refute() -> None:
    telling = seen(lambda a: 2 * a, (5, 6))
    plain = seen(lambda a: np.full((3, 4), 5.0), (3, 4), expected=np.ones((3, 4)))
    assert symptoms([telling, replace(plain, got=np.full((3, 4), 2.0))]) == symptoms([telling])
    assert symptoms([telling, plain]) == ()


def test_the_tolerance_is_the_cases_own() -> None:
    noisy = seen(lambda a: 2 * a + 1e-4 * np.sin(99 * a), (5, 6))
    assert symptoms([noisy]) == ()
    assert symptoms([replace(noisy, tolerance=Tolerance(1e-3, 1e-3))]) == (
        "In `output`, every value is 2 times what is expected.",
    )


def test_numbers_too_large_to_compare_are_no_trouble() -> None:
    assert said(lambda a: a * 1e307) == ()
