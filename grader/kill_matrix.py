"""What `verify` finds out of a spec: rows per mutant and per case, margins, times, and what falls short."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 1e6
"""Factors of a tolerance are looked for up to this: as good as any more."""


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
    broken: str = ""
    """Why it returns nothing that could be compared; empty when it does."""

    @property
    def is_named(self) -> bool:
        """Whether it is told from all others."""
        return self.named == (self.misconception,)

    @property
    def label(self) -> str:
        """Its name, with the number of the variant."""
        return self.misconception + (f" /{self.variant}" if self.variant else "")


@dataclass(frozen=True)
class Automatic:
    """A mutant that nobody thought of. One that survives is a gap, or right too: `why` is the spec's reason."""

    line: int
    text: str
    loses: tuple[str, ...]
    """Ids of the cases; none when it cannot be loaded."""
    keeps: float
    survives: bool
    """It loses no points."""
    why: str = ""


@dataclass(frozen=True)
class CaseRow:
    """What one case is good for."""

    id: str
    points: float
    kills: int
    """Known mistakes that it fails, each variant counted."""
    shows: int
    """Those that cases of the same functions fail: more it cannot see."""
    degenerate: tuple[str, ...]
    """Why it measures little; empty when it measures."""
    needed: bool
    """Some mutant fails no case with points but this one and its sisters (other draws of it)."""


@dataclass(frozen=True)
class Margins:
    """How far the tolerance is from being wrong, as factors; None where that cannot be measured."""

    looser: float | None
    """So many times as wide, a known mistake passes (below 1: one does); MOST stands for more."""
    first: str
    """The mistake, and the group that must catch it."""
    float32: float | None
    """So many times as tight, a right solution in float32 loses points (below 1: it does)."""
    float32_at: str
    """The case."""
    sums: float | None
    """The same of a right solution that sums in another order."""
    sums_at: str


@dataclass(frozen=True)
class Steady:
    """Whether the reference returns the same, and its cases get the same verdicts, when it is run again."""

    again: bool
    threads: int
    """BLAS threads of a third run; 0 where their number cannot be changed."""
    threaded: bool


@dataclass(frozen=True)
class Took:
    """What a right submission costs, from loading to verdicts."""

    seconds: float
    cases: int
    runs: int


@dataclass(frozen=True)
class Verified:
    """What `grader verify` found; empty `problems` mean that the spec measures."""

    assignment: str
    seed: int
    points: float
    reference_score: float
    problems: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    """Worth a look, and no fault."""
    rows: tuple[Row, ...] = ()
    automatic: tuple[Automatic, ...] = ()
    """Mutants that were made by changing the reference's syntax."""
    cases: tuple[CaseRow, ...] = ()
    margins: Margins | None = None
    steady: Steady | None = None
    took: Took | None = None

    @property
    def survivors(self) -> tuple[Automatic, ...]:
        """Automatic mutants that lose no points."""
        return tuple(mutant for mutant in self.automatic if mutant.survives)

    @property
    def mutation_score(self) -> float:
        """Of the automatic mutants that are not right too, the share that loses points."""
        wrong = len(self.automatic) - sum(bool(survivor.why) for survivor in self.survivors)
        return 1 - sum(not survivor.why for survivor in self.survivors) / wrong if wrong else 0.0

    @property
    def share_caught(self) -> float:
        """Of the mutants, how many lose points where they must."""
        return sum(row.caught for row in self.rows) / len(self.rows) if self.rows else 0.0

    @property
    def degenerate_points(self) -> float:
        """What cases are worth that measure little."""
        return sum(case.points for case in self.cases if case.degenerate)
