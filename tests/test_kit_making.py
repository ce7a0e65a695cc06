"""`grader kit`: nothing secret gets into a kit, and grading by it comes to what grading by its spec does."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from specs import HIDDEN, closed
from warm import grader

from grader import slot
from grader.assignments import load_all, load_gradable, must_be_spec
from grader.cases import build_cases
from grader.errors import GraderError, UsageError
from grader.exam import Exam, prepare
from grader.intake import Entry, read_submission
from grader.kit import load_kit
from grader.kit_making import kit, kit_text
from grader.model import Array, Result
from grader.runner import LocalRunner
from grader.spec import Dates
from grader.spec_loader import Spec, load_spec

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Closed:
    """An assignment with hidden groups, and its kit."""

    spec: Spec
    reference: str
    exam: Exam
    kit: Path

    @property
    def text(self) -> str:
        """All that students get."""
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.kit.parent.iterdir()))


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    with LocalRunner() as started:
        yield started


@pytest.fixture(scope="module", params=HIDDEN)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, runner: LocalRunner) -> Closed:
    name = request.param
    folder = tmp_path_factory.mktemp("closed")
    specs = closed(folder, name)
    written, _ = kit(name, folder / "kit", None, specs, False)
    spec = load_spec(specs / f"{name}.yaml")
    reference = spec.reference.read_text(encoding="utf-8")
    return Closed(spec, reference, prepare(spec, None, "public", runner), written)


# --- nothing secret ----------------------------------------------------------------------------


def lines(text: str) -> list[str]:
    """What of a text is long enough to be found by chance nowhere."""
    return [line.strip() for line in text.splitlines() if len(line.strip()) > 7]


def secret_words(spec: Spec, reference: str) -> set[str]:
    assignment = spec.assignment
    found = set(lines(reference))
    for known in assignment.misconceptions:
        found |= {known.title, known.hint, f'"{known.id}"'}
        for edit in known.edits:
            found |= {line for text in (*edit.replace, *edit.replace.values(), edit.define) for line in lines(text)}
    found |= {*assignment.equivalent, *assignment.equivalent.values()}
    for group in assignment.groups:
        if group.visibility == "hidden":
            found |= {f'"{group.id}', f"`{group.id}", f" {group.id} ", group.title}
    steps = {step.text for group in assignment.groups if group.visibility == "public" for step in group.steps}
    return found - steps - {""}


def as_text(array: Array) -> Iterator[str]:
    """Three numbers in a row, as JSON has them; of all numbers some are the same by chance."""
    rows = array.reshape(-1, array.shape[-1]).tolist() if array.ndim else []
    for row in rows:
        for at in range(len(row) - 2):
            if len(set(row[at : at + 3])) == 3:
                yield json.dumps(row[at : at + 3])[1:-1]


def as_base64(array: Array) -> Iterator[str]:
    """The bytes of three numbers in a row, wherever among other bytes they stand."""
    flat = np.ascontiguousarray(array).reshape(-1)
    for at in range(flat.size - 2):
        if len(set(flat[at : at + 3].tolist())) == 3:
            data = flat[at : at + 3].tobytes()
            for before in range(3):
                coded = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
                yield coded[4 if before else 0 : -2]


def arrays_of(exam: Exam, visibility: str) -> Iterator[Array]:
    """Inputs and expected values of the exam's cases; of those that run alone only."""
    for case in exam.cases:
        if case.visibility == visibility:
            for choice, reading in case.readings.items():
                values = [*reading.runs[""].inputs.values(), *exam.key.expected.get((case.id, choice), {}).values()]
                yield from (value for value in values if isinstance(value, np.ndarray))


def found_in(text: str, words: Sequence[str]) -> list[str]:
    return [word for word in words if word in text]


def test_a_kit_holds_nothing_of_what_students_must_not_see(made: Closed) -> None:
    words = secret_words(made.spec, made.reference)
    assert len(words) > 30
    assert found_in(made.text, sorted(words)) == []


def test_a_kit_holds_no_number_of_a_hidden_case(made: Closed) -> None:
    hidden = list(arrays_of(made.exam, "hidden"))
    numbers = [word for array in hidden for word in (*as_text(array), *as_base64(array))]
    assert len(numbers) > 100
    assert found_in(made.text, numbers) == []
    assert "base64" not in made.text  # all that is in it can be read


def test_what_is_searched_for_would_be_found(made: Closed) -> None:
    """Numbers of public cases are in the kit; and bytes are found whatever stands before them."""
    public = [word for array in arrays_of(made.exam, "public") for word in as_text(array)]
    assert len(public) > 100
    assert found_in(made.text, public) == public
    array = next(array for array in arrays_of(made.exam, "hidden") if array.size > 10 and array.dtype == np.float64)
    for before in range(7):
        coded = base64.b64encode(b"\1" * before + array.tobytes()).decode()
        assert len(found_in(coded, list(as_base64(array)))) >= array.size - 2


def test_a_kit_tells_how_many_points_are_hidden_and_nothing_else_of_them(made: Closed) -> None:
    read = json.loads(made.kit.read_text(encoding="utf-8"))
    groups = made.spec.assignment.groups
    hidden = sum(group.points for group in groups if group.visibility == "hidden")
    assert (read["hidden_points"], read["points"], read["scope"]) == (hidden, 10, "public")
    assert [group["id"] for group in read["groups"]] == [g.id for g in groups if g.visibility == "public"]
    assert {group["implied_by"] for group in read["groups"]} == {None}
    assert f"; {hidden} more are hidden`" in made.text


# --- the same as by the spec -------------------------------------------------------------------


UNFIT = ("loops_forever", "none__dropout")
"""One is slow, one is random."""


def submissions(name: str) -> list[Path]:
    sample = [path for path in sorted((ROOT / "submissions" / name).glob("*")) if path.suffix != ".yaml"]
    students = sorted((ROOT / "tests" / "students" / name).glob("*/*.py"))[::10]
    masked = sorted((ROOT / "tests" / "students" / "self_attention").glob("*/*.py"))[:1] if not sample else []
    alike = [path for path in (*sample, *students, *masked) if path.stem not in UNFIT]
    return [*alike, ROOT / "reference" / f"{name}.py"]


def seen(result: Result) -> dict[str, Any]:
    """All of a result that a kit can know."""
    shown = {group.id for group in result.groups if group.possible or group.earned}
    return {
        "score": (result.score, result.points, result.hidden_points, result.status, result.scope),
        "what": (result.assignment, result.title, result.spec_sha256, result.seed, result.hints),
        "groups": [group for group in result.groups if group.id in shown],
        "cases": [
            (case.id, case.verdict, case.earned, case.possible, case.message, case.findings) for case in result.cases
        ],
        "notes": result.notes,
        "conventions": result.conventions,
        "output": result.output,
        "locations": result.locations,
        "looks": [clue for clue in result.clues if clue.kind == "property"],
    }


def test_grading_by_a_kit_is_grading_the_public_cases_by_the_spec(made: Closed, runner: LocalRunner) -> None:
    name = made.spec.assignment.assignment
    by_kit = prepare(load_kit(made.kit), None, "public", runner)
    scores = set()
    for path in submissions(name):
        submission = read_submission(Entry(path.name, path.stem, path))
        results = [slot.grade_one(submission, exam, runner).result for exam in (made.exam, by_kit)]
        assert seen(results[1]) == seen(results[0]), path
        scores.add(results[1].score)
    assert len(scores) > 1
    assert max(scores) == results[1].points == results[1].score  # the reference


def test_what_needs_no_reference_is_told(runner: LocalRunner, tmp_path: Path) -> None:
    written, _ = kit("self_attention", tmp_path, None, None, False)
    exam = prepare(load_kit(written), None, "public", runner)
    path = ROOT / "submissions" / "self_attention" / "returns_list.py"
    result = slot.grade_one(read_submission(Entry("s", "s", path)), exam, runner, searching=True).result
    assert [(found.misconception, found.score_if_mended) for found in result.diagnoses] == [("list_returned", 10)]
    assert (result.counterexample, result.pictures) == (None, ())


def test_inputs_and_values_are_the_specs_bit_by_bit(made: Closed) -> None:
    read = load_kit(made.kit)
    cases = [case for case in made.exam.cases if case.visibility == "public"]
    assert [case.id for case in read.cases] == [case.id for case in cases]
    for mine, theirs in zip(read.cases, cases, strict=True):
        assert (mine.checks, mine.tolerance, mine.observe) == (theirs.checks, theirs.tolerance, theirs.observe)
        assert list(mine.readings) == list(theirs.readings)
        for choice, reading in mine.readings.items():
            other = theirs.readings[choice]
            assert reading.layout == other.layout
            assert list(reading.runs) == list(other.runs)
            for run, same in zip(reading.runs.values(), other.runs.values(), strict=True):
                assert (run.steps, run.observe, bits(run.inputs)) == (same.steps, same.observe, bits(same.inputs))
            place = (mine.id, choice)
            assert bits(read.expected.get(place, {})) == bits(made.exam.key.expected.get(place, {}))


def bits(values: Any) -> dict[str, Any]:
    return {
        name: (value.dtype, value.shape, value.tobytes()) if isinstance(value, np.ndarray) else (type(value), value)
        for name, value in values.items()
    }


def test_an_assignment_with_nothing_hidden_makes_a_kit_of_all_of_it(tmp_path: Path, runner: LocalRunner) -> None:
    written, page = kit("masked_self_attention", tmp_path, None, None, False)
    made = prepare(load_kit(written), None, "public", runner)
    assert made.scope == "all"
    assert not made.hidden_points
    assert "of 10 points`" in page.read_text(encoding="utf-8")


def test_another_seed_makes_another_kit(tmp_path: Path) -> None:
    written, _ = kit("masked_self_attention", tmp_path, 7, None, False)
    read = load_kit(written)
    spec = load_spec(ROOT / "test_specs" / "masked_self_attention.yaml")
    same = build_cases(spec.assignment, 7)
    assert read.assignment.seed == 7
    mine, theirs = (next(iter(cases[0].readings.values())).runs[""].inputs["Q"] for cases in (read.cases, same))
    assert np.array_equal(mine, theirs)


def test_dates_go_along(runner: LocalRunner) -> None:
    spec = must_be_spec(load_gradable("masked_self_attention", None))
    dates = Dates(released=date(2024, 5, 3), due=datetime(2024, 5, 17, 18, tzinfo=UTC), zone="CET", late="zero")
    made = prepare(spec, None, "public", runner)
    changed = Exam(
        made.assignment.model_copy(update={"dates": dates}), "0" * 64, 53, made.cases, made.key, made.isolation
    )
    read = json.loads(kit_text(changed, "spec"))
    assert read["dates"] == {"released": "2024-05-03", "due": "2024-05-17T18:00:00+00:00", "zone": "CET"}


# --- writing it --------------------------------------------------------------------------------


def refused(*arguments: Any) -> str:
    with pytest.raises(UsageError) as raised:
        kit(*arguments)
    assert raised.value.exit_code == 2
    return str(raised.value)


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    name, out = "masked_self_attention", tmp_path / "kit"
    first, page = kit(name, out, None, None, False)
    before = first.read_bytes()
    assert kit(name, out, None, None, False) == (first, page)  # the same again
    page.write_text("mine", encoding="utf-8")
    there = "this file is there already, and is another one; --force replaces it"
    assert refused(name, out, 7, None, False) == f"{first}: {there}"
    assert refused(name, out, None, None, False) == f"{page}: {there}"
    assert (first.read_bytes(), page.read_text(encoding="utf-8")) == (before, "mine")
    kit(name, out, 7, None, True)
    assert first.read_bytes() != before
    assert page.read_text(encoding="utf-8").startswith("# Masked Self-Attention")
    assert sorted(path.name for path in out.iterdir()) == [first.name, page.name]  # nothing is left beside them


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert re.match(
        rf"{file}.*: the kit could not be written", refused("masked_self_attention", file, None, None, True)
    )


def test_a_kit_does_not_lie_beside_its_spec(tmp_path: Path) -> None:
    specs = closed(tmp_path, "masked_self_attention")
    assert "the spec is in this folder; choose another one" in refused(
        "masked_self_attention", specs, None, specs, True
    )


def test_there_must_be_something_public(tmp_path: Path) -> None:
    specs = closed(tmp_path, "masked_self_attention")
    path = specs / "masked_self_attention.yaml"
    text = path.read_text(encoding="utf-8").replace("    visibility: hidden\n", "")
    path.write_text(re.sub(r"(  - id: \w+\n)(?=    title.*\n    points)", r"\1    visibility: hidden\n", text))
    told = refused("masked_self_attention", tmp_path / "kit", None, specs, False)
    assert told.endswith("masked_self_attention.yaml: all its groups are hidden: there is nothing to hand out")
    assert not (tmp_path / "kit").exists()


# --- on the command line -----------------------------------------------------------------------


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A student's folder with a kit in it, made by an instructor elsewhere."""
    specs = closed(tmp_path, "self_attention")
    folder = tmp_path / "student"
    done = grader("kit", "self_attention", "--out", folder / "kit", "--specs", specs, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(folder / "kit" / f"self_attention.kit.{end}") for end in ("json", "md")]
    for name in ("no_scale.py", "statement_style.py"):
        (folder / name).write_bytes((ROOT / "submissions" / "self_attention" / name).read_bytes())
    return folder


def test_a_student_checks_by_a_kit(course: Path) -> None:
    done = grader("check", "statement_style.py", "--specs", "kit", cwd=course)
    assert done.returncode == 0, done.stderr
    assert "public points: 7 of 7; 3 more are hidden" in done.stdout
    done = grader("check", "no_scale.py", "--specs", "kit", "--assignment", "self_attention", cwd=course)
    assert done.returncode == 1, done.stderr
    assert "public points: 1 of 7; 3 more are hidden" in done.stdout
    assert "`compute_qkv` is right; `self_attention` is not." in done.stdout
    assert "not scaled" not in done.stdout  # mistakes are known to the spec alone


def test_the_commands_of_the_page_run(course: Path) -> None:
    (course / "no_scale.py").unlink()
    (course / "statement_style.py").rename(course / "my_attention.py")
    page = (course / "kit" / "self_attention.kit.md").read_text(encoding="utf-8")
    commands = re.findall(r"grader [a-z]+ [^`\n]*--specs kit", page)
    assert [command.split()[1] for command in commands] == ["check", "show", "check"]
    for command in commands:
        done = grader(*command.split()[1:], cwd=course)
        assert done.returncode == 0, done.stderr


def test_grade_says_that_a_kit_is_the_public_part(course: Path) -> None:
    done = grader("grade", ".", "--specs", "kit", "--out", "reports", "-a", "self_attention", "--unsafe", cwd=course)
    assert done.returncode == 0, done.stderr
    assert "a kit: only the public cases are graded, the hidden ones are not in it" in done.stderr
    results = [json.loads(line) for line in (course / "reports" / "results.jsonl").read_text().splitlines()]
    assert {(result["scope"], result["points"]) for result in results} == {("public", 7)}


def test_what_takes_a_kit_and_what_does_not(course: Path) -> None:
    listed = grader("list", "--specs", "kit", "--color", "never", cwd=course)
    assert listed.returncode == 0
    assert "(kit)" in listed.stdout
    shown = grader("show", "self_attention", "--specs", "kit", cwd=course)
    assert "kit: kit/self_attention.kit.json; 3 points are hidden\n" in shown.stdout
    assert "reference" not in shown.stdout
    for command in (["verify"], ["kit", "self_attention", "--out", "other"]):
        done = grader(*command, "--specs", "kit", cwd=course)
        assert done.returncode == 2
        assert "a kit holds no reference and no known mistakes; name the spec that it was made from" in done.stderr
    seeded = grader("check", "no_scale.py", "--specs", "kit", "--seed", "7", cwd=course)
    assert seeded.returncode == 2
    assert "the values in a kit are those of one seed: leave the seed 7 out, or say 53" in seeded.stderr
    assert grader("check", "statement_style.py", "--specs", "kit", "--seed", "53", cwd=course).returncode == 0


def test_verify_of_all_leaves_kits_out(tmp_path: Path) -> None:
    specs = closed(tmp_path, "masked_self_attention")
    kit("self_attention", specs, None, None, False)
    done = grader("verify", "--json", "--specs", specs, cwd=tmp_path)
    assert [json.loads(line)["assignment"] for line in done.stdout.splitlines()] == ["masked_self_attention"]
    assert "self_attention.kit.json: a kit, which has no known mistakes, is left out" in done.stderr


# --- where it is found -------------------------------------------------------------------------


def test_kits_are_found_as_specs_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written, _ = kit("masked_self_attention", tmp_path / "test_specs", None, None, False)
    with pytest.raises(UsageError, match="is also a shipped assignment; say `--specs test_specs`"):
        load_gradable("masked_self_attention", None)
    assert list(load_all(Path("test_specs"), pytest.fail)) == ["masked_self_attention"]
    text = written.read_text(encoding="utf-8").replace('"masked_self_attention"', '"ours"')
    written.with_name("ours.kit.json").write_text(text, encoding="utf-8")
    written.unlink()
    assert load_gradable("ours", None).assignment.title == "Masked Self-Attention"
    Path("test_specs/ours.yaml").write_text("")
    with pytest.raises(UsageError, match=r"`ours` is also the name of test_specs/ours.kit.json: remove one of the two"):
        load_gradable("ours", None)


def test_a_kit_is_called_like_its_assignment(tmp_path: Path) -> None:
    written, _ = kit("masked_self_attention", tmp_path, None, None, False)
    written.rename(tmp_path / "other.kit.json")
    with pytest.raises(GraderError, match="the file is called other, its `assignment:` is `masked_self_attention`"):
        load_gradable("other", tmp_path)
