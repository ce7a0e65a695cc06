"""The grader's settings and a person's, in one process: neither sees the other's, and nothing stays changed."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest

from grader.surroundings import ours


def settings() -> tuple[Any, ...]:
    return np.geterr(), np.get_printoptions(), list(warnings.filters), random.getstate(), str(np.random.get_state())


def changed() -> None:
    with ours({}):
        np.seterr(all="ignore")
        np.set_printoptions(precision=5)
        warnings.simplefilter("always")
        random.random()
        np.random.random()
        raise KeyboardInterrupt


def test_everything_is_as_it_was_however_it_ends() -> None:
    with np.errstate(all="raise"), np.printoptions(precision=2), warnings.catch_warnings():
        warnings.simplefilter("error")
        before = settings()
        with pytest.raises(KeyboardInterrupt):
            changed()
        assert settings() == before


def test_ours_are_those_of_a_fresh_interpreter_and_theirs_are_theirs() -> None:
    with np.errstate(all="raise"), np.printoptions(precision=2), warnings.catch_warnings():
        warnings.simplefilter("error")
        with ours({}) as theirs:
            assert str(np.array([0.123456])) == "[0.123456]"
            np.array([1e308]) * 10  # neither raised nor told
            with theirs(), pytest.raises(FloatingPointError):
                np.array([1e308]) * 10
            with theirs(), np.errstate(all="warn"), pytest.raises(RuntimeWarning):
                np.array([1e308]) * 10
            np.array([1e308]) * 10


def test_names_are_bound_as_before() -> None:
    kept = object()
    space = {"same": kept, "changed": 1, "gone": 2}
    with ours(space):
        space.update(changed=3, new=4)
        del space["gone"]
    assert space == {"same": kept, "changed": 1, "gone": 2}
