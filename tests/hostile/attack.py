"""An attack: a submission that is made to do harm, and what must come of it.

Attacks stand in `attacks/`, one file each, and begin with comments that say

    # attack: what it tries, in a sentence
    # verdict: words of `Verdict` that its cases may have, `|` between them; `none` when all must pass
    # score: 8, or a range 0..1 where chance has a part in it
    # uncaged: breach     (it tells what it got to by printing BREACH, and without a cage it does; `maybe`: on some
                          machines; `none`: never. It prints `tried` when it is through, which must be seen.)
    # slow: yes           (it uses up a submission's time: it runs with the long tests)

What cannot stand in a text file is made by the functions of `made.py`, which say the same.
Words in capitals between two `@` are names of the bait that the test lays out (`bait.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.model import Result, Verdict

ATTACKS = Path(__file__).parent / "attacks"
FACT = re.compile(r"# (\w+): (.+)")

Make = Callable[[Path, Mapping[str, str]], Path]
"""Writes the submission into a folder, with the bait's names filled in; gives its path."""

MOST_WORDS = 100_000
"""Characters of messages and notes that a report may hold for one submission."""


@dataclass(frozen=True)
class Attack:
    """One attack. `verdicts` are those that its cases may have besides `passed`."""

    name: str
    what: str
    verdicts: frozenset[Verdict]
    lowest: float
    highest: float
    make: Make
    uncaged: str = ""
    slow: bool = False
    must_fail: bool = True

    @property
    def tells(self) -> bool:
        """Whether it says what it got to."""
        return bool(self.uncaged)

    def ran_out_of_time(self, result: Result) -> bool:
        """Whether it was stopped for the time that it took, though that is not what it is about."""
        stopped = any(case.verdict is Verdict.TIMEOUT for case in result.cases)
        return stopped and Verdict.TIMEOUT not in self.verdicts and "BREACH" not in result.output

    def complaints(self, result: Result) -> list[str]:
        """What is not as the attack's facts say."""
        told = {case.verdict for case in result.cases} - {Verdict.PASSED}
        found = [line for line in result.output.splitlines() if "BREACH" in line]
        if result.status != "graded":
            found.append(f"it is {result.status}: {result.notes}")
        if not self.lowest <= result.score <= self.highest:
            found.append(f"{result.score} points, not {self.lowest}..{self.highest}")
        if told - self.verdicts or (self.must_fail and not told):
            messages = {case.verdict.value: case.message for case in result.cases}
            found.append(f"verdicts {sorted(told)}, not {sorted(self.verdicts)}: {messages}; {result.notes}")
        if (size := sum(map(len, result.notes)) + sum(len(case.message) for case in result.cases)) > MOST_WORDS:
            found.append(f"its report would hold {len(result.notes)} notes, and {size} characters")
        if self.tells and "tried" not in result.output:
            found.append(f"it did not come to its end: {result.output[-300:]!r} {result.notes}")
        return found


def attack(name: str, facts: Mapping[str, str], make: Make) -> Attack:
    """An attack by its facts, as they are written."""
    unknown = set(facts) - {"attack", "verdict", "score", "uncaged", "slow"}
    assert not unknown, f"{name}: {unknown}"
    lowest, _, highest = facts["score"].partition("..")
    words = facts["verdict"].split("|")
    uncaged = facts.get("uncaged", "")
    assert uncaged in ("", "breach", "maybe", "none"), name
    return Attack(
        name=name,
        what=facts["attack"],
        verdicts=frozenset(Verdict(word) for word in words if word != "none"),
        lowest=float(lowest),
        highest=float(highest or lowest),
        make=make,
        uncaged=uncaged,
        slow=facts.get("slow", "no") == "yes",
        must_fail="none" not in words,
    )


def facts_of(path: Path) -> dict[str, str]:
    """What an attack's first lines say, or a notebook's metadata."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        said: dict[str, str] = json.loads(text)["metadata"]["hostile"]
        return said
    facts: dict[str, str] = {}
    for line in text.splitlines():
        fact = FACT.fullmatch(line)
        if fact is None:
            break
        facts[fact[1]] = fact[2]
    return facts


def from_file(path: Path) -> Attack:
    """The attack in a file of `attacks/`."""

    def make(folder: Path, bait: Mapping[str, str]) -> Path:
        text = path.read_text(encoding="utf-8")
        for name, value in bait.items():
            text = text.replace(f"@{name}@", value)
        written = folder / path.name
        written.write_text(text, encoding="utf-8")
        return written

    return attack(path.stem, facts_of(path), make)


def all_from_files() -> list[Attack]:
    """Every attack of `attacks/`, in the order of names."""
    return [from_file(path) for path in sorted(ATTACKS.iterdir()) if path.suffix in (".py", ".ipynb")]
