"""What `verify` finds out of a spec: a row per mutant, and what falls short."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What became of one mutant: cases that it loses, points that it keeps, misconceptions that explain it."""

    misconception: str
    variant: int
    """0, or the number of the variant in the spec."""
    caught_by: str
    caught: bool
    loses: tuple[str, ...]
    """Ids of the cases."""
    keeps: float
    named: tuple[str, ...]
    """Ids of the misconceptions that explain it."""

    @property
    def is_named(self) -> bool:
        """Whether it is told from all others."""
        return self.named == (self.misconception,)


@dataclass(frozen=True)
class Verified:
    """What `grader verify` found; empty `problems` mean that the spec measures."""

    assignment: str
    seed: int
    points: float
    reference_score: float
    rows: tuple[Row, ...]
    problems: tuple[str, ...]

    @property
    def share_caught(self) -> float:
        """Of the mutants, how many lose points where they must."""
        return sum(row.caught for row in self.rows) / len(self.rows) if self.rows else 0.0
