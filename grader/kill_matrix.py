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
class Survivor:
    """A mutant that nobody thought of and that loses no points. `why` is the spec's reason: it is right too."""

    line: int
    text: str
    why: str


@dataclass(frozen=True)
class Verified:
    """What `grader verify` found; empty `problems` mean that the spec measures."""

    assignment: str
    seed: int
    points: float
    reference_score: float
    rows: tuple[Row, ...]
    problems: tuple[str, ...]
    automatic: int = 0
    """Mutants that were made by changing the reference's syntax."""
    survivors: tuple[Survivor, ...] = ()

    @property
    def mutation_score(self) -> float:
        """Of the automatic mutants that are not right too, the share that loses points."""
        wrong = self.automatic - sum(bool(survivor.why) for survivor in self.survivors)
        return 1 - sum(not survivor.why for survivor in self.survivors) / wrong if wrong else 0.0

    @property
    def share_caught(self) -> float:
        """Of the mutants, how many lose points where they must."""
        return sum(row.caught for row in self.rows) / len(self.rows) if self.rows else 0.0
