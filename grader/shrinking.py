"""The smallest for which something holds, found by Hypothesis, which is loaded when first asked.

Only its coin flips are drawn from: for numbers it would read the constants of all modules that are loaded, whatever
they are, and keep them in a folder. Nothing is written, nothing printed, and the same question has the same answer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Numbers = tuple[int, ...]
Holds = Callable[[Numbers], bool]
"""Asked once for the same numbers. What it raises that is no Exception ends the search."""


def load() -> None:
    """Load Hypothesis now, so that a search that is bounded in time need not wait for it: 0.3 s and more."""
    import hypothesis  # noqa: F401  # kept by Python


def sizes(greatest: Sequence[int], holds: Holds, examples: int) -> None:
    """Ask whether it holds for numbers from 1 to `greatest`: few and large at first, then ever smaller ones."""
    from hypothesis import strategies

    @strategies.composite
    def drawn(draw: Callable[[SearchStrategy[bool]], bool]) -> Numbers:
        flip = strategies.booleans()
        numbers = []
        for most in greatest:
            number = 1
            while number < most and draw(flip):
                number += 1
            numbers.append(number)
        return tuple(numbers)

    _find(drawn(), holds, examples)


def letters(count: int, kinds: int, holds: Holds, examples: int) -> None:
    """Ask whether it holds for `count` letters of two or three `kinds` (0, 1, 2), then with ever more zeros."""
    from hypothesis import strategies

    flip = strategies.booleans()

    @strategies.composite
    def letter(draw: Callable[[SearchStrategy[bool]], bool]) -> int:
        return 1 + draw(flip) if draw(flip) else 0

    kind: SearchStrategy[Any] = letter() if kinds > 2 else flip
    _find(strategies.tuples(*[kind] * count), lambda drawn: holds(tuple(map(int, drawn))), examples)


def _find(strategy: SearchStrategy[Numbers], holds: Holds, examples: int) -> None:
    from hypothesis import Phase, Verbosity, errors, find, settings

    known: dict[Numbers, bool] = {}

    def condition(numbers: Numbers) -> bool:
        if numbers not in known:
            known[numbers] = holds(numbers)
        return known[numbers]

    quiet = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        verbosity=Verbosity.quiet,
    )
    with contextlib.suppress(errors.HypothesisException):  # nothing was found, or too little that could be asked
        find(strategy, condition, settings=quiet, random=Random(0))
