"""Classes of any size, as Canvas gives them out: the same in every run, and the smaller is the larger one's beginning.

Nearly half of the students are right, in many ways; the others made mistakes that students make; a few handed in a
notebook, or a file that cannot be read. Every file differs from all others. Nobody loops for ever: one such student
costs a deadline, whatever the grader does, and would be all that is measured.
"""

from __future__ import annotations

import csv
import functools
import json
import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "self_attention"
RIGHT, NOTEBOOK, BROKEN = 0.45, 0.04, 0.02
"""Shares of the class; notebooks are right."""
LATE, ABSENT = 0.06, 0.03
HANDED_IN = (2026, 3, 2, 20, 15, 0)
LEFT_OUT = ("loops_forever.py", "none__dropout.py")
"""The second returns something else each time, and two runs are to come to the same."""

FIRST = "Ada Bo Cem Dörte Emil Fatma Gül Hana Ivo Jörg Kofi Lin Mara Nils Olga Pia Quang Rosa Søren Tam Uwe Vera"
LAST = "Abel Bäcker Castro Dvořák Ekström Fuchs García Haddad Ito Jensen Kaya López Müller Ng O'Neill Popov Ruiz"


@dataclass(frozen=True)
class MadeClass:
    """The files that an instructor has."""

    zip: Path
    roster: Path
    gradebook: Path
    """As exported from Canvas, nothing entered."""
    submissions: int
    students: int
    """With those who handed in nothing."""


@dataclass(frozen=True)
class Person:
    """A student, by number from 0."""

    number: int
    name: str
    id: str
    login: str
    section: str

    @property
    def sortable(self) -> str:
        """Last name first."""
        first, _, last = self.name.rpartition(" ")
        return f"{last}, {first}"


def make(folder: Path, submissions: int) -> MadeClass:
    """Write a class with as many submissions."""
    students = submissions + round(ABSENT * submissions)
    made = MadeClass(folder / "submissions.zip", folder / "roster.csv", folder / "gradebook.csv", submissions, students)
    people = [person(number) for number in range(students)]
    with zipfile.ZipFile(made.zip, "w") as archive:
        for each in people[:submissions]:  # who is absent comes last: the smaller class is the larger one's beginning
            name, data = upload(each)
            archive.writestr(zipfile.ZipInfo(name, HANDED_IN), data, zipfile.ZIP_DEFLATED)
    _write(made.roster, _roster(people))
    _write(made.gradebook, _gradebook(people))
    return made


def person(number: int) -> Person:
    """The student of a number."""
    chance = random.Random(number)
    name = f"{chance.choice(FIRST.split())} {chance.choice(LAST.split())}"
    return Person(number, name, str(40_000 + number), f"user{number:05}", chance.choice("ABC"))


def upload(who: Person) -> tuple[str, bytes]:
    """What a student handed in: its name in Canvas's zip, and its bytes."""
    chance = random.Random(f"upload {who.number}")
    source = _chosen(chance)
    mark = f"handed in by {who.login}"
    if source.suffix == ".ipynb":
        notebook = json.loads(source.read_bytes())
        notebook["metadata"]["mark"] = mark
        data = json.dumps(notebook).encode()
    else:
        data = source.read_bytes() + f"\n# {mark}\n".encode()
    name = "".join(letter for letter in who.sortable.lower() if letter.isalpha())
    late = "_LATE" if chance.random() < LATE else ""
    return f"{name}{late}_{who.id}_{900_000 + who.number}_attention{source.suffix}", data


def _chosen(chance: random.Random) -> Path:
    kind = chance.random()
    right, notebooks, broken, wrong = sources()
    if kind < NOTEBOOK:
        return chance.choice(notebooks)
    if kind < RIGHT:
        return chance.choice(right)
    return chance.choice(broken if kind < RIGHT + BROKEN else wrong)


@functools.cache
def sources() -> tuple[Sequence[Path], Sequence[Path], Sequence[Path], Sequence[Path]]:
    """Right ones, notebooks, files that are no Python, wrong ones: one file each."""
    from grader.yaml_tree import read_tree

    sample, students = ROOT / "submissions" / ASSIGNMENT, ROOT / "tests" / "students" / ASSIGNMENT
    tree, _ = read_tree((sample / "expected.yaml").read_text(encoding="utf-8"))
    assert isinstance(tree.data, dict)
    is_right = {sample / name: entry["right"] for name, entry in tree.data["entries"].items()}
    files = [path for path in sorted(is_right) if path.is_file() and path.name not in LEFT_OUT]
    broken = [path for path in files if path.stem == "syntax_error"]
    notebooks = [path for path in files if path.suffix == ".ipynb" and is_right[path]]
    plain = [path for path in files if path.suffix == ".py" and path not in broken]
    more = {kind: sorted((students / kind).glob("*.py")) for kind in ("right", "wrong")}
    return (
        [path for path in plain if is_right[path]] + more["right"],
        notebooks,
        broken,
        [path for path in plain if not is_right[path]] + [p for p in more["wrong"] if p.name not in LEFT_OUT],
    )


def _roster(people: Sequence[Person]) -> Iterator[Sequence[str]]:
    yield "name", "id", "login", "section"
    for who in people:
        yield who.name, who.id, who.login, f"Section {who.section}"


def _gradebook(people: Sequence[Person]) -> Iterator[Sequence[str]]:
    yield "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Warm-up (90001)", "Self-Attention (90002)"
    yield "    Points Possible", "", "", "", "", "5.00", "10.00"
    for who in people:
        yield who.sortable, who.id, f"s{who.number:05}", who.login, f"Section {who.section}", "5.00", ""


def _write(path: Path, rows: Iterator[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
