"""Settings that a person's session and the grader share while they run in one process: each has its own.

numpy's error state and print options, the filters of warnings, the global random numbers and the names that are bound.
"""

from __future__ import annotations

import contextlib
import random
import sys
import warnings
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias, cast

import numpy as np

Theirs: TypeAlias = Callable[[], AbstractContextManager[None]]
"""Brings the person's settings back, for code of theirs."""


@contextlib.contextmanager
def ours(namespace: MutableMapping[str, Any]) -> Iterator[Theirs]:
    """Settings as in a fresh interpreter; afterwards they are the person's again, and so are the names bound.

    What is inside of the objects in the namespace is not looked after.
    """
    errors, filters = np.geterr(), list(warnings.filters)

    @contextlib.contextmanager
    def theirs() -> Iterator[None]:
        with np.errstate(**errors), warnings.catch_warnings():
            warnings.resetwarnings()
            cast("list[Any]", warnings.filters).extend(filters)
            yield

    fresh = np.errstate(all="warn", under="ignore")
    with _bindings(namespace), _random(), fresh, _printing(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield theirs


def _printing() -> AbstractContextManager[object]:
    return np.printoptions(
        precision=8,
        threshold=1000,
        edgeitems=3,
        linewidth=75,
        suppress=False,
        nanstr="nan",
        infstr="inf",
        sign="-",
        formatter=None,
        floatmode="maxprec",
        legacy=False,
    )


@contextlib.contextmanager
def _random() -> Iterator[None]:
    plain = random.getstate()
    loaded = "numpy.random" in sys.modules  # newer numpys load it when it is asked for
    state = np.random.get_state(legacy=False) if loaded else None
    try:
        yield
    finally:
        random.setstate(plain)
        if state is not None:
            np.random.set_state(state)


@contextlib.contextmanager
def _bindings(namespace: MutableMapping[str, Any]) -> Iterator[None]:
    before = dict(namespace)
    try:
        yield
    finally:
        for name in [name for name in namespace if name not in before]:
            del namespace[name]
        for name, value in before.items():
            if name not in namespace or namespace[name] is not value:
                namespace[name] = value
