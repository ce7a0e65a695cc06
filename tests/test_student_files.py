"""Student files to measure with: right ones earn every point, wrong ones lose on the group that their header names.

`students/<assignment>/right` and `wrong` hold one submission per file, in styles unlike the reference and unlike one
another. A wrong one has one mistake, named in its first two lines:

    # misconception: no_scale      an id of the spec; `pair: a + b` for two at once; `none` for what nobody can name
    # loses: rectangular           the group that loses points; `advice`, worth none, where its check has to object
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from grader.assignments import load_assignment
from grader.exam import Exam, prepare
from grader.intake import Entry, read_submission
from grader.model import Result, Verdict
from grader.runner import LocalRunner
from grader.slot import grade_one
from grader.spec_loader import Spec

pytestmark = pytest.mark.unmeasured

STUDENTS = Path(__file__).parent / "students"
ASSIGNMENTS = ("self_attention", "multi_head_self_attention")
HEADER = re.compile(r"# misconception: (none|\w+|pair: \w+ \+ \w+)\n# loses: (\w+)\n")

ADVICE = {"integer_truncation": "integer_input", "inputs_changed": "inputs_unchanged"}
"""Misconception → the check of the group `advice` that has to object to it."""

BEYOND_SPEC = {
    "heads_from_tokens",  # no one function: how many tokens a head gets is each student's own
    "inputs_changed",  # returns what is right; the check `inputs_unchanged` says it already
}
"""Mistakes that the specs do not name."""


@cache
def spec_of(assignment: str) -> Spec:
    return load_assignment(assignment, None)


def files(assignment: str, kind: str) -> list[Path]:
    """All files of a kind ("right", "wrong")."""
    return sorted((STUDENTS / assignment / kind).glob("*.py"))


WRONG = [path for assignment in ASSIGNMENTS for path in files(assignment, "wrong")]
ALL = [path for assignment in ASSIGNMENTS for path in files(assignment, "right")] + WRONG


def named(path: Path) -> str:
    """`assignment-file`, to select tests by."""
    return f"{path.parts[-3]}-{path.stem}"


def header(path: Path) -> tuple[tuple[str, ...], str]:
    """The misconceptions of a wrong file (none, one or two), and the group that loses."""
    match = HEADER.match(path.read_text(encoding="utf-8"))
    assert match, f"{path.name} must begin with its misconception and with what loses"
    what, group = match.groups()
    return () if what == "none" else tuple(what.removeprefix("pair: ").split(" + ")), group


def objection(path: Path, result: Result) -> str:
    """What is not as the file promises; empty when all is."""
    if path.parent.name == "right":
        return "" if result.score == result.points else f"{path.stem} earns {result.score}"
    misconceptions, group = header(path)
    if group == "advice":
        check = ADVICE[misconceptions[0]]
        seen = any(entry.id.endswith(f".{check}") and entry.verdict is not Verdict.PASSED for entry in result.cases)
    else:
        seen = any(entry.id == group and entry.earned < entry.possible for entry in result.groups)
    return "" if seen else f"{path.stem} loses nothing on {group}"


# --- what is in the files ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", WRONG, ids=named)
def test_a_wrong_file_is_named_after_its_mistake_and_says_what_loses(path: Path) -> None:
    misconceptions, group = header(path)
    assignment = spec_of(path.parts[-3]).assignment
    known = {misconception.id for misconception in assignment.misconceptions} | BEYOND_SPEC
    assert set(misconceptions) <= known
    assert group in {entry.id for entry in assignment.groups}
    first = {0: "none", 2: "pair"}.get(len(misconceptions)) or misconceptions[0]
    assert re.fullmatch(rf"{first}__\w+", path.stem)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_misconception_of_the_spec_is_made_by_someone(assignment: str) -> None:
    made = [misconceptions for misconceptions, _ in map(header, files(assignment, "wrong"))]
    known = {misconception.id for misconception in spec_of(assignment).assignment.misconceptions}
    assert known <= {misconceptions[0] for misconceptions in made if len(misconceptions) == 1}
    assert sum(len(misconceptions) == 2 for misconceptions in made) >= 3
    assert sum(not misconceptions for misconceptions in made) >= 5
    assert len(files(assignment, "right")) >= 10


# --- what they earn ----------------------------------------------------------------------------------

Grade = Callable[[Path], Result]


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    with LocalRunner() as made:
        yield made


@pytest.fixture(scope="module")
def grade(runner: LocalRunner) -> Grade:
    """Grade a file with the spec's own seed."""

    @cache
    def exam(assignment: str) -> Exam:
        return prepare(spec_of(assignment), None, "all", runner)

    return lambda path: graded(path, exam(path.parts[-3]), runner)


def graded(path: Path, exam: Exam, runner: LocalRunner) -> Result:
    result = grade_one(read_submission(Entry(path.name, path.stem, path)), exam, runner).result
    assert result.status == "graded", result.notes
    return result


@pytest.mark.parametrize("path", ALL, ids=named)
def test_right_ones_earn_every_point_and_wrong_ones_lose_where_they_should(path: Path, grade: Grade) -> None:
    assert objection(path, grade(path)) == ""


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_mistakes_are_named_and_none_wrongly(assignment: str, grade: Grade) -> None:
    """A single mistake that the spec knows in 95 of 100 files, and nothing that was not made."""
    assert not [path for path in files(assignment, "right") if grade(path).diagnoses]
    known = {misconception.id for misconception in spec_of(assignment).assignment.misconceptions}
    hits = singles = 0
    for path in files(assignment, "wrong"):
        made, said = header(path)[0], {diagnosis.misconception for diagnosis in grade(path).diagnoses}
        assert said in (set(), set(made)), path.name
        if len(made) == 1 and made[0] in known:
            singles += 1
            hits += bool(said)
    assert hits >= 0.95 * singles
    assert singles >= 30


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_seed_lets_a_mistake_pass_or_costs_a_right_one_points(
    assignment: str, seed: int, runner: LocalRunner
) -> None:
    exam = prepare(spec_of(assignment), seed, "all", runner)
    hits = singles = 0
    known = {misconception.id for misconception in spec_of(assignment).assignment.misconceptions}
    for path in (path for path in ALL if path.parts[-3] == assignment):
        result = graded(path, exam, runner)
        assert objection(path, result) == ""
        made = header(path)[0] if path in WRONG else ()
        said = {diagnosis.misconception for diagnosis in result.diagnoses}
        assert said in (set(), set(made)), path.name
        singles += len(made) == 1 and made[0] in known
        hits += len(made) == 1 and made[0] in known and bool(said)
    assert hits >= 0.95 * singles
