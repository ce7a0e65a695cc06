"""A wrong submission gets a small counterexample that shows nothing hidden, and a program that shows it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import fakes
import numpy as np
import pytest
from fakes import FakeRunner, session, submission

from grader import judge
from grader.assignments import load_assignment
from grader.conventions import combinations
from grader.counterexample import BOUNDS, UNSTEADY, Bounds, Found, find, places_of
from grader.exam import Exam, prepare
from grader.intake import Entry, read_submission
from grader.model import CaseResult, Clue, Counterexample, Note, Outcome, Raised, Result, Stopped, Verdict
from grader.runner import LocalRunner

SPEC = """
assignment: attention
title: Attention
points: 4
reference: reference/attention.py
functions:
  project: {parameters: [X, W], returns: [Q]}
  attend: {parameters: [Q, V], returns: [output], aliases: [attention]}
given:
  X: {normal: [n, m]}
  W: {normal: [m, d]}
  Q: {normal: [n, d]}
  V: {normal: [n, e]}
draw: {sizes: {n: 6, m: 5, d: 4, e: 3}}
groups:
  - id: whole
    points: 1
    steps: ["Q = project(X, W)", "output = attend(Q, V)"]
    expect: reference
  - {id: attention, points: 1, steps: ["output = attend(Q, V)"], expect: reference}
  - {id: projection, points: 1, steps: ["Q = project(X, W)"], expect: reference}
  - id: secret
    points: 1
    visibility: hidden
    steps: ["output = attend(Q, V)"]
    given: {Q: {uniform: [n, d]}}
    expect: reference
"""


def project(X: Any, W: Any) -> Any:
    return X @ W


def attend(Q: Any, V: Any) -> Any:
    weights = np.exp(Q @ Q.T / np.sqrt(Q.shape[-1]))
    return weights / weights.sum(axis=-1, keepdims=True) @ V


def unscaled(Q: Any, V: Any) -> Any:
    weights = np.exp(Q @ Q.T)
    return weights / weights.sum(axis=-1, keepdims=True) @ V


RIGHT = {"project": project, "attend": attend}


def search(
    spec: str = SPEC,
    bounds: Bounds = BOUNDS,
    results: Callable[[Result], list[CaseResult]] = lambda result: list(result.cases),
    clock: Callable[[], float] = lambda: 0.0,
    notes: tuple[Note, ...] = (),
    **wrong: Callable[..., Any] | Outcome,
) -> Found:
    """What comes of a search in the reference with these functions in place of its own."""
    exam = replace(fakes.exam(spec, RIGHT), reference=submission("reference.py"))
    theirs = session(RIGHT | wrong, notes)
    runner = FakeRunner({None: theirs}, second=FakeRunner({None: session(RIGHT)}))
    result = judge.grade(submission("mine.py"), exam, runner).result
    runner = FakeRunner({None: session(RIGHT | wrong, notes)}, second=runner.second)
    found = find(submission("mine.py"), exam, runner, (), None, results(result), bounds, clock)
    assert len(runner.opened) <= 2  # to search, and to run what was found once more
    assert runner.sessions[None].closed == bool(runner.opened)
    return found


def found(*given: Any, **named: Any) -> Counterexample | None:
    """The example that is found."""
    return search(*given, **named).example


def shapes(example: Counterexample) -> dict[str, tuple[int, ...]]:
    return {name: np.shape(value) for name, value in example.inputs.items()}


# --- what is found -----------------------------------------------------------------------------------


def test_the_smallest_function_that_is_wrong_is_shown_in_small_sizes_and_numbers() -> None:
    example = found(attend=unscaled)
    assert example is not None
    assert example.steps == ("output = attend(Q, V)",)
    assert shapes(example) == {"Q": (2, 2), "V": (2, 1)}
    assert all(set(np.ravel(array)) <= {0, 1, -1} for array in example.inputs.values())
    np.testing.assert_allclose(example.expected["output"], attend(example.inputs["Q"], example.inputs["V"]))
    np.testing.assert_allclose(example.got["output"], unscaled(example.inputs["Q"], example.inputs["V"]))
    assert "of `output` differ" in example.message
    assert "(allowed: 4.30238e-06)" in example.message  # the spec's tolerance, not that of the search
    assert example.reproducer.startswith("# paste") or "import attend" in example.reproducer


def test_the_same_submission_has_the_same_counterexample() -> None:
    one, other = found(attend=unscaled), found(attend=unscaled)
    assert one is not None
    assert other is not None
    assert one.reproducer == other.reproducer


@pytest.mark.parametrize(
    ("wrong", "message", "numbers"),
    [
        (lambda X, W: X @ W.T, "ValueError", 3),
        (lambda X, W: (X @ W).T, "`Q` has shape (1, 2); expected (2, 1)", 3),
        (lambda X, W: None, "`Q` is None", 2),
        (lambda X, W: X @ W + 1, "of `Q` differ", 2),
    ],
)
def test_every_way_to_fail(wrong: Callable[..., Any], message: str, numbers: int) -> None:
    example = found(project=wrong)
    assert example is not None
    assert example.steps == ("Q = project(X, W)",)
    assert message in example.message
    assert sum(np.size(value) for value in example.inputs.values()) == numbers
    assert bool(example.got) == ("`Q`" in example.message and "None" not in example.message)
    assert bool(example.expected) == ("None" not in example.message)  # no numbers beside what is none


def test_another_way_to_fail_at_small_sizes_is_not_taken_for_it() -> None:
    def wrong(Q: Any, V: Any) -> Any:
        if len(Q) < 3:
            raise ValueError("only for three tokens and more")
        return unscaled(Q, V)

    example = found(attend=wrong)
    assert example is not None
    assert shapes(example)["Q"][0] == 3
    assert "differ" in example.message


def test_nothing_is_shown_of_which_all_is_zero() -> None:
    example = found(project=lambda X, W: np.where(X @ W == 0, 0, 9))
    assert example is not None
    assert example.expected["Q"].any()


def test_a_right_submission_has_none_and_is_not_even_loaded() -> None:
    assert found() is None


def counting(wrong_from: int, wrong_to: int = 1000) -> Callable[..., Any]:
    """Attention that is off by one in its calls from one number to another."""
    seen: list[int] = []

    def attend_(Q: Any, V: Any) -> Any:
        seen.append(1)
        return attend(Q, V) + (wrong_from <= len(seen) <= wrong_to)

    return attend_


def rolled(Q: Any, V: Any) -> Any:
    return attend(Q, V) * (np.random.default_rng().random((len(Q), 1)) > 0.5)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(counting(2, 3), id="wrong when it was graded, right ever since"),
        pytest.param(counting(1, 4), id="wrong once in the search"),
        pytest.param(rolled, id="random"),
    ],
)
def test_what_does_not_do_the_same_twice_has_none_and_is_told(wrong: Callable[..., Any]) -> None:
    came = search(attend=wrong)
    assert came.example is None
    assert came.unsteady


def test_what_is_found_is_run_once_more_and_has_to_come_to_the_same() -> None:
    calls: list[int] = []

    def counted(Q: Any, V: Any) -> Any:
        calls.append(1)
        return unscaled(Q, V)

    assert found(attend=counted) is not None
    last = len(calls)
    calls.clear()
    seen = len(calls)

    def other_at_last(Q: Any, V: Any) -> Any:
        calls.append(1)
        return unscaled(Q, V) + (len(calls) == last)

    assert search(attend=other_at_last) == Found(unsteady=True)
    assert len(calls) - seen == last


def test_of_what_is_unsteady_only_the_place_is_told_besides() -> None:
    clues = (Clue("property", "Each row is off."), Clue("stage", "`attend` is wrong."))
    assert Found(unsteady=True).clues(clues) == (clues[1], UNSTEADY)
    assert Found().clues(clues) == clues


def test_a_call_that_cannot_be_made_has_none_and_the_next_mistake_is_shown() -> None:
    message = "attend() takes 1 positional argument but 2 were given"
    wrong = Raised("output = attend(Q, V)", "TypeError", message)
    assert search(attend=wrong) == Found()
    example = found(attend=wrong, project=lambda X, W: X @ W + 1)
    assert example is not None
    assert example.steps == ("Q = project(X, W)",)


@pytest.mark.parametrize(("exception", "is_shown"), [("NameError", False), ("ValueError", True)])
def test_a_name_that_a_statement_left_out_here_would_bind_is_no_example(exception: str, is_shown: bool) -> None:
    wrong = Raised("output = attend(Q, V)", exception, "name 'd_k' is not defined")
    left_out = Note("statement_raised", {"file": "mine.py", "line": "2", "exception": "EOFError", "message": ""})
    assert (found(notes=(left_out,), attend=wrong) is not None) == is_shown
    assert found(attend=wrong) is not None


def test_the_library_that_searches_is_loaded_for_a_search_alone() -> None:
    code = "import sys, grader.judge; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_integers_of_the_spec_stay_integers_and_floats_stay_floats() -> None:
    example = found(project=lambda X, W: X.astype(int) @ W.astype(int) * 2.0)
    assert example is not None
    assert {np.asarray(array).dtype.name for array in example.inputs.values()} == {"float64"}
    whole = SPEC.replace("{normal: [n, m]}", "{integers: [n, m], low: 1, high: 3}")
    example = found(whole, project=lambda X, W: X @ W * 2)
    assert example is not None
    assert np.asarray(example.inputs["X"]).dtype == np.int64
    assert np.asarray(example.inputs["X"]).min() >= 1


# --- bounds ------------------------------------------------------------------------------------------


def test_the_best_so_far_is_kept_when_the_calls_are_spent() -> None:
    calls: list[int] = []

    def wrong(Q: Any, V: Any) -> Any:
        calls.append(1)
        return unscaled(Q, V)

    for most in (1, 100, 300):
        calls.clear()
        example = found(bounds=Bounds(calls=most), attend=wrong)
        assert len(calls) <= most + 4  # three cases, and the example once more
        assert (example is None) == (most == 1)


def test_time_ends_it_too() -> None:
    ticks = iter(range(10_000))
    whole = found(bounds=Bounds(seconds=5000), clock=lambda: next(ticks), attend=unscaled)
    ticks = iter(range(10_000))
    part = found(bounds=Bounds(seconds=25), clock=lambda: next(ticks), attend=unscaled)
    ticks = iter(range(10_000))
    assert found(bounds=Bounds(seconds=0), clock=lambda: next(ticks), attend=unscaled) is None
    assert whole is not None
    assert part is not None
    assert sum(map(np.count_nonzero, part.inputs.values())) >= sum(map(np.count_nonzero, whole.inputs.values()))


def test_a_lost_worker_ends_it() -> None:
    def wrong(Q: Any, V: Any) -> Any:
        return unscaled(Q, V)

    def results(result: Result) -> list[CaseResult]:
        return [replace(case, verdict=Verdict.FAILED) for case in result.cases if not case.id.startswith("projection")]

    assert found(results=results, attend=Stopped("timeout", "")) is None
    assert found(results=results, attend=wrong) is not None


@pytest.mark.parametrize(("rows", "is_shown"), [(2, True), (30, False)])
def test_a_case_that_is_written_out_is_shown_itself_if_it_is_small(rows: int, is_shown: bool) -> None:
    Q, V = np.eye(rows), np.arange(rows)[:, None]
    given = {"Q": Q.tolist(), "V": V.tolist()}
    case = {"id": "one", "given": given, "expect": {"output": attend(Q, V).tolist()}}
    groups = [{"id": "example", "points": 4, "steps": ["output = attend(Q, V)"], "cases": [case]}]
    head = SPEC[: SPEC.index("given:")].replace("  project: {parameters: [X, W], returns: [Q]}\n", "")
    example = found(head + f"groups: {json.dumps(groups)}\n", attend=unscaled)
    assert (example is not None) == is_shown
    if example is not None:
        np.testing.assert_array_equal(example.inputs["Q"], Q)
        np.testing.assert_allclose(example.expected["output"], attend(Q, V))


# --- hidden cases ------------------------------------------------------------------------------------


def only_secret(result: Result) -> list[CaseResult]:
    return [case for case in result.cases if case.id.startswith("secret")]


def test_for_a_hidden_case_the_inputs_of_a_public_one_with_the_same_steps_are_used() -> None:
    example = found(results=only_secret, attend=unscaled)
    assert example is not None
    assert -1 in np.asarray(example.inputs["Q"]) or set(np.ravel(example.inputs["Q"])) <= {0, 1}


def test_where_no_public_case_has_these_steps_nothing_is_shown() -> None:
    before, hidden, after = SPEC.partition("    visibility: hidden\n")
    spec = before + hidden + after.replace("attend(Q, V)", "attend(Q, Q)")
    assert found(spec, results=only_secret, attend=unscaled) is None


def test_a_hidden_case_with_numbers_written_out_is_never_a_recipe() -> None:
    def order(spec: str) -> list[tuple[str, str]]:
        exam = fakes.exam(spec, RIGHT)
        results = [CaseResult("secret.1", Verdict.FAILED, Fraction(0), Fraction(1))]
        return [(place.failed.id, place.inputs_of.id) for place in places_of(exam, results)]

    assert order(SPEC) == [("secret.1", "attention.1"), ("secret.1", "secret.1")]
    assert order(SPEC.replace("{Q: {uniform: [n, d]}}", "{Q: [[1, 2], [3, 4]], V: [[1], [2]]}")) == [
        ("secret.1", "attention.1")
    ]


def test_an_array_of_a_hidden_case_is_not_shown_even_by_chance() -> None:
    plain = found(attend=unscaled)
    assert plain is not None
    secret = json.dumps({name: np.asarray(value).tolist() for name, value in plain.inputs.items()})
    example = found(SPEC.replace("{Q: {uniform: [n, d]}}", secret), attend=unscaled)
    assert example is not None
    for name, value in example.inputs.items():
        assert not np.array_equal(value, plain.inputs[name])


# --- student files, in real workers --------------------------------------------------------------------

STUDENTS = Path(__file__).parent / "students"
SAMPLE = (
    "self_attention/wrong/no_scale__class_with_state",
    "self_attention/wrong/keys_and_values_swapped__in_the_attention",
    "self_attention/wrong/values_are_inputs__class_keeps_x",
    "self_attention/wrong/none__cosine_similarity",
    "multi_head_self_attention/wrong/interleaved_heads__strided_slices",
    "multi_head_self_attention/wrong/batch_dropped__return_in_the_loop",
    "multi_head_self_attention/wrong/times_sqrt_d_head__factor_and_divisor_mixed",
)
ALL = tuple(str(path.relative_to(STUDENTS).with_suffix("")) for path in sorted(STUDENTS.glob("*attention/wrong/*.py")))


PATIENT = Bounds(seconds=60)
"""Only calls are bounded: how busy the machine is makes no difference."""


@dataclass(frozen=True)
class Shown:
    """A student's file with what was found for it."""

    path: Path
    exam: Exam
    result: Result
    found: Found

    @property
    def example(self) -> Counterexample | None:
        return self.found.example


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    with LocalRunner() as made:
        yield made


@pytest.fixture(scope="module")
def shown(runner: LocalRunner) -> Callable[[str], Shown]:
    @cache
    def exam(assignment: str) -> Exam:
        return prepare(load_assignment(assignment, None), None, "all", runner)

    def one(name: str) -> Shown:
        path = (STUDENTS / name).with_suffix(".py")
        work = read_submission(Entry(path.name, path.stem, path))
        examined = exam(name.partition("/")[0])
        result = judge.grade(work, examined, runner).result
        [choices] = [c for c in combinations(examined.assignment) if dict(c) == result.conventions] or [()]
        return Shown(path, examined, result, find(work, examined, runner, choices, None, result.cases, PATIENT))

    return one


def ends(folder: Path, programs: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """How programs end that stand beside a module of their name: the exception's name, or nothing."""
    for name, (module, program) in programs.items():
        beside = folder / f"{name}_folder"
        beside.mkdir()
        (beside / f"{name}.py").write_text(module, encoding="utf-8")
        (beside / "show.py").write_text(program, encoding="utf-8")
    code = (
        "import contextlib, io, json, runpy, sys\n"
        "ended = {}\n"
        "for name in sys.argv[1:]:\n"
        "    sys.path.insert(0, name + '_folder')\n"
        "    with contextlib.redirect_stdout(io.StringIO()):\n"
        "        try:\n"
        "            runpy.run_path(name + '_folder/show.py')\n"
        "            ended[name] = ''\n"
        "        except Exception as error:\n"
        "            ended[name] = type(error).__name__\n"
        "    del sys.path[0]\n"
        "    sys.modules.pop(name, None)\n"
        "print(json.dumps(ended))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *programs], cwd=folder, capture_output=True, check=True)
    told: dict[str, str] = json.loads(done.stdout)
    return told


def hold(found: list[Shown], folder: Path) -> None:
    """What is promised of all counterexamples."""
    examples = [(each, each.example) for each in found if each.example is not None]
    sizes = []
    for each, example in examples:
        hidden = [case for case in each.exam.cases if case.visibility == "hidden"]
        assert not hidden  # the shipped specs hide nothing; see above for those that do
        sizes.append(sum(np.size(value) for value in example.inputs.values()))
    assert statistics.median(sizes) <= 20
    assert max(sizes) <= 60
    theirs = {e.path.stem: (e.path.read_text(encoding="utf-8"), example.reproducer) for e, example in examples}
    (folder / "theirs").mkdir()
    wrong = ends(folder / "theirs", theirs)
    assert {name for name, end in wrong.items() if not end} == set()
    ours = {
        e.path.stem: (reference(e), example.reproducer)
        for e, example in examples
        if e.result.conventions.get("scale", "factor") == "factor"  # the reference takes no other
    }
    (folder / "ours").mkdir()
    assert {name: end for name, end in ends(folder / "ours", ours).items() if end} == {}


def reference(shown: Shown) -> str:
    assert shown.exam.reference is not None
    [file] = shown.exam.reference.files
    named = [f"{alias} = {name}" for name, f in shown.exam.assignment.functions.items() for alias in f.aliases]
    return "\n".join([file.data.decode(), *named])


@pytest.mark.unmeasured
def test_student_files_get_small_counterexamples_that_run(shown: Callable[[str], Shown], tmp_path: Path) -> None:
    found = [shown(name) for name in SAMPLE]
    assert [each.path.stem for each in found if each.example is None] == []
    hold(found, tmp_path)


STATEFUL = """
import numpy as np
kept = {}
def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v
def self_attention(Q, K, V):
    weights = np.exp(Q @ K.T / np.sqrt(K.shape[1]))
    return kept.setdefault("output", weights / weights.sum(axis=1, keepdims=True) @ V)
"""


def test_a_file_that_keeps_its_first_answer_is_right_once_and_told_to_be_unsteady(
    runner: LocalRunner, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(STATEFUL, encoding="utf-8")
    work = read_submission(Entry("mine.py", "mine", tmp_path / "mine.py"))
    exam = prepare(load_assignment("self_attention", None), None, "all", runner)
    result = judge.grade(work, exam, runner, searching=True).result
    assert result.counterexample is None
    assert [clue for clue in result.clues if clue.kind == "property"] == [UNSTEADY]


@pytest.mark.long
def test_all_student_files_that_lose_points_get_one(shown: Callable[[str], Shown], tmp_path: Path) -> None:
    found = [shown(name) for name in ALL]
    lost = [each for each in found if each.result.score < each.result.points]
    assert len(lost) >= 120
    assert [each.path.stem for each in lost if each.example is None and not each.found.unsteady] == []
    assert {each.path.stem.partition("__dropout")[0] for each in lost if each.found.unsteady} == {"none"}
    hold(found, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("assignment", ["self_attention", "multi_head_self_attention", "masked_self_attention"])
def test_every_known_mistake_has_one(assignment: str, runner: LocalRunner) -> None:
    from grader.mutants import mutated

    exam = prepare(load_assignment(assignment, None), None, "all", runner)
    assert exam.reference is not None
    [file] = exam.reference.files
    for known in exam.assignment.misconceptions:
        for edit in known.edits:
            source = mutated(file.data.decode(), [edit])
            assert source is not None
            work = replace(exam.reference, files=(replace(file, data=source.encode()),))
            result = judge.grade(work, exam, runner).result
            [choices] = [c for c in combinations(exam.assignment) if dict(c) == result.conventions] or [()]
            if result.score < result.points:
                assert find(work, exam, runner, choices, None, result.cases, PATIENT).example is not None, known.id
