"""The smallest is found, with few questions, and Hypothesis leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader import shrinking
from grader.shrinking import Numbers


def asked_for_sizes(greatest: Numbers, *least: int) -> list[Numbers]:
    """What was asked, for numbers of which each must be at least that."""
    asked: list[Numbers] = []

    def holds(numbers: Numbers) -> bool:
        asked.append(numbers)
        return all(number >= need for number, need in zip(numbers, least, strict=True))

    shrinking.sizes(greatest, holds, 60)
    return asked


@pytest.mark.parametrize("least", [(1, 1, 1), (1, 2, 2), (2, 1, 3), (2, 3, 1)])
def test_the_smallest_sizes_are_asked_for(least: Numbers) -> None:
    asked = asked_for_sizes((2, 4, 5), *least)
    assert least in asked
    assert len(asked) == len(set(asked)) < 60
    assert all(1 <= number <= most for numbers in asked for number, most in zip(numbers, (2, 4, 5), strict=True))


def test_the_same_question_is_asked_in_the_same_way() -> None:
    assert asked_for_sizes((3, 6, 6), 1, 3, 2) == asked_for_sizes((3, 6, 6), 1, 3, 2)


def test_nothing_is_found_where_nothing_holds() -> None:
    asked = asked_for_sizes((2, 2), 3, 3)
    assert set(asked) == {(1, 1), (1, 2), (2, 1), (2, 2)}


def test_no_sizes_at_all() -> None:
    assert asked_for_sizes(()) == [()]


@pytest.mark.parametrize("kinds", [2, 3])
def test_letters_become_zeros(kinds: int) -> None:
    found: list[Numbers] = []

    def holds(letters: Numbers) -> bool:
        assert len(letters) == 12
        assert set(letters) <= set(range(kinds))
        good = letters[3] > 0 and letters[7] == kinds - 1
        found.extend([letters] * good)
        return good

    shrinking.letters(12, kinds, holds, 60)
    assert min(sum(map(bool, letters)) for letters in found) == 2


class Enough(BaseException):
    """What a search is ended by."""


def test_whoever_has_seen_enough_ends_it() -> None:
    asked: list[Numbers] = []

    def holds(letters: Numbers) -> bool:
        asked.append(letters)
        if len(asked) == 9:
            raise Enough
        return sum(letters) >= 3

    with pytest.raises(Enough):
        shrinking.letters(10, 2, holds, 60)
    assert len(asked) == 9


SEARCH = """
import sys
from grader import counterexample, shrinking
assert "hypothesis" not in sys.modules
shrinking.letters(20, 3, lambda letters: letters[3] == 2, 60)
shrinking.sizes((9, 9, 9), lambda sizes: sizes[1] > 4, 60)
assert "hypothesis" in sys.modules
"""


def test_it_is_loaded_when_needed_prints_nothing_and_leaves_no_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SEARCH], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
