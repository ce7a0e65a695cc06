"""Parts of a class: each submission is in one, and in the same one on every machine."""

from __future__ import annotations

import pytest

from grader.selection import is_mine

IDS = [f"student {n}.py" for n in range(200)] + ["", "é\\x1b", "漢字"]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 100])
def test_every_submission_is_in_exactly_one_part(count: int) -> None:
    parts = [[id_ for id_ in IDS if is_mine(id_, (part, count))] for part in range(1, count + 1)]
    assert sorted(id_ for part in parts for id_ in part) == sorted(IDS)
    if count == 3:
        assert min(map(len, parts)) > len(IDS) // 6


def test_parts_stay_as_they_are() -> None:
    """Another rule would grade some twice and some never where machines have different versions."""
    assert [id_ for id_ in ("ada.py", "bob.py", "cy.py", "dora.py") if is_mine(id_, (1, 2))] == [
        "bob.py",
        "cy.py",
        "dora.py",
    ]


def test_without_parts_all_are_meant() -> None:
    assert all(is_mine(id_, None) for id_ in IDS)
