"""What a student reads: every kind of note, every end of a worker, every wrong signature has its sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import grader
from grader import feedback, remedies
from grader.model import (
    RETURN_COUNT,
    Candidate,
    Finding,
    FoundFunction,
    Frame,
    Loaded,
    Missing,
    Note,
    Raised,
    Returned,
    Stopped,
    Value,
    Verdict,
)
from grader.spec import Assignment

ASSIGNMENT = Assignment.model_validate(
    {
        "assignment": "a",
        "title": "A",
        "reference": "reference/a.py",
        "functions": {
            "compute_qkv": {"parameters": ["X", "W"], "returns": ["Q", "K", "V"]},
            "attention": {"parameters": ["Q", "K"], "aliases": ["attend", "self_attend"]},
        },
        "groups": [{"id": "g", "points": 10}],
    }
)


def said(kind: str, **fields: str) -> str:
    return feedback.note(Note(kind, fields))


# ------------------------------------------------------------------------------------------------ notes


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("empty", {"file": "a.py"}, "a.py is empty: there is no code in it"),
        ("nul", {"file": "a.py"}, "a.py holds NUL characters: it is no text file"),
        ("source_too_large", {"file": "a.py"}, "a.py holds more than 1 MB of code, which is not graded"),
        (
            "not_a_notebook",
            {"file": "a.ipynb", "message": "no cells"},
            "a.ipynb is no Jupyter notebook that can be read (no cells)",
        ),
        (
            "syntax_error",
            {"file": "a.py", "line": "3", "message": "invalid syntax", "text": "x ="},
            (
                "a.py, line 3: Python cannot read this: invalid syntax: `x =`"
                " (look for a bracket, comma or operator that is missing here, or in the line before)"
            ),
        ),
        (
            "syntax_error",
            {"file": "a.py", "line": "0", "message": "too deep", "text": ""},
            "a.py: Python cannot read this: too deep",
        ),
        ("encoding", {"file": "a.py", "encoding": "UTF-16"}, "a.py is not UTF-8; it was read as UTF-16"),
        (
            "repaired",
            {"file": "a.py", "line": "7", "repair": "tabs"},
            "a.py, line 7: tabs and spaces are mixed in the indentation; they were read as spaces",
        ),
        (
            "repaired",
            {"file": "a.py", "line": "7", "repair": "fences and magics"},
            (
                "a.py, line 7: the file holds Markdown fences (```); "
                "they were left out, and what is no code around them; "
                "notebook commands (%, !) are no Python; they were left out"
            ),
        ),
        ("repaired", {"file": "a.py", "line": "7", "repair": "glue"}, "a.py, line 7: the file was repaired"),
        (
            "statement_raised",
            {"file": "a.py", "line": "9", "exception": "ValueError", "message": "no"},
            "a.py, line 9: this statement raised ValueError: no; the rest was graded",
        ),
        (
            "statement_raised",
            {"file": "a.py", "line": "9", "exception": "SystemExit", "message": ""},
            (
                "a.py, line 9: this statement raised SystemExit (it ends the program, as exit() and quit() do); "
                "the rest was graded"
            ),
        ),
        (
            "definition_failed",
            {"file": "a.py", "line": "9", "exception": "NameError", "message": "name 'x' is not defined"},
            "a.py, line 9: this definition raised NameError: name 'x' is not defined",
        ),
        (
            "definition_failed",
            {"file": "a.py", "line": "9", "exception": "NameError", "message": "no `jit`", "name": "attend"},
            "a.py, line 9: the definition of `attend` raised NameError: no `jit`",
        ),
        (
            "hints_left_out",
            {"file": "a.py", "line": "9", "exception": "NameError", "message": "no `Tensor`"},
            "a.py, line 9: the type hints raised NameError: no `Tensor`; they were left out",
        ),
        (
            "module_not_available",
            {"file": "a.py", "line": "1", "module": "torch"},
            (
                "a.py, line 1: the module `torch` is not available here; write what needs it with numpy; "
                "all else was graded"
            ),
        ),
        (
            "module_not_available",
            {"file": "a.py", "line": "1", "module": "my_softmax"},
            (
                "a.py, line 1: the module `my_softmax` is not available here; "
                "if it is a file of yours, hand it in as well; all else was graded"
            ),
        ),
        ("function_elsewhere", {"function": "f", "file": "b.py"}, "`f` was found in b.py"),
        (
            "statement_stopped",
            {"file": "a.py", "line": "4", "reason": "timeout"},
            "a.py, line 4: this statement did not end in time; it was left out and the rest was graded",
        ),
        (
            "statement_stopped",
            {"file": "a.py", "line": "4", "reason": "output"},
            "a.py, line 4: this statement printed without end; it was left out and the rest was graded",
        ),
        (
            "statement_stopped",
            {"file": "a.py", "line": "4", "reason": "memory"},
            "a.py, line 4: this statement used too much memory; it was left out and the rest was graded",
        ),
        (
            "statement_stopped",
            {"file": "a.py", "line": "4", "reason": "crashed"},
            "a.py, line 4: this statement ended the process; it was left out and the rest was graded",
        ),
        ("definitions_only", {"file": "a.py"}, "a.py: only imports, functions and constants were loaded"),
    ],
)
def test_notes(kind: str, fields: dict[str, str], sentence: str) -> None:
    assert said(kind, **fields) == sentence


def test_every_kind_of_note_that_is_made_has_a_sentence() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(grader.__file__).parent.glob("*.py"))
    made = set(re.findall(r'\b(?:Note|Problem|Unreadable)\(\s*"(\w+)"', source))
    assert {"empty", "syntax_error", "statement_stopped", "function_elsewhere"} <= made
    assert made <= feedback.NOTES.keys()


@pytest.mark.parametrize("kind", feedback.NOTES)
def test_a_note_copes_with_missing_fields(kind: str) -> None:
    assert "?" in said(kind)
    assert said(kind, file="a.py").startswith(("a.py", "`?` was found in a.py"))
    assert "line" not in said(kind, file="a.py", line="0")
    assert "line" not in said(kind, file="a.py", line="")


@given(st.sampled_from([*feedback.NOTES, "unheard_of"]), st.dictionaries(st.text(max_size=8), st.text(max_size=8)))
def test_no_note_raises(kind: str, fields: dict[str, str]) -> None:
    assert said(kind, **{"file": "a.py", **fields})


def test_a_kind_that_is_unknown_is_not_repeated() -> None:
    assert said("You have earned 10 points", file="a.py", line="2") == (
        "a.py, line 2: something unusual, of no kind that is known"
    )
    assert said("unheard_of") == "?: something unusual, of no kind that is known"


# ------------------------------------------------------------------------------------------------ signatures


def loaded(functions: dict[str, FoundFunction], *others: str, fatal: Note | None = None) -> Loaded:
    return Loaded(functions, others, (), (), "a.py", fatal=fatal)


def found(name: str, required: int, maximum: int | None, *parameters: str) -> FoundFunction:
    return FoundFunction(name, parameters, required, maximum, "a.py:3")


RIGHT = {"compute_qkv": found("compute_qkv", 2, 2, "X", "W"), "attention": found("attend", 2, 2, "a", "b")}


def notes(*others: str, **functions: FoundFunction | None) -> list[str]:
    return feedback.signature_notes(
        ASSIGNMENT, loaded({name: f for name, f in {**RIGHT, **functions}.items() if f is not None}, *others)
    )


def test_right_signatures_need_no_words() -> None:
    assert notes() == []


@pytest.mark.parametrize(
    ("required", "maximum", "fits"),
    [
        *((2, 2, True), (0, None, True), (2, None, True), (1, 3, True), (0, 2, True), (2, 5, True)),
        *((3, 3, False), (3, None, False), (0, 1, False), (1, 1, False), (0, 0, False)),
    ],
)
def test_the_number_of_arguments(required: int, maximum: int | None, fits: bool) -> None:
    told = notes(attention=found("attend", required, maximum, "p", "q"))
    assert (
        [sentence.rpartition(": ")[0] for sentence in told] == []
        if fits
        else ["a.py, line 3: attend(p, q) cannot be called as the assignment does, attention(Q, K)"]
    )


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (found("f", 3, 3, "Q", "K", "d_k"), "it gets 2 arguments; `d_k` must go, or have a default"),
        (found("f", 4, 4, "Q", "K", "V", "d_k"), "it gets 2 arguments; `V`, `d_k` must go, or have a default"),
        (found("f", 3, 3), "it gets 2 arguments; all others must go, or have a default"),
        (found("f", 1, 1, "Q"), "it gets 2 arguments, but takes 1 at most"),
        (
            found("f", 3, 0, "Q", "K", "*", "d_k"),
            "it gets 2 arguments, none of them by name; what is behind the `*` needs a default, or its place before it",
        ),
    ],
)
def test_what_is_wrong_with_a_signature(function: FoundFunction, why: str) -> None:
    (told,) = notes(attention=function)
    assert told == (
        f"a.py, line 3: f({', '.join(function.parameters)}) cannot be called as the assignment does, "
        f"attention(Q, K): {why}"
    )


def test_a_function_of_no_known_line() -> None:
    (told,) = notes(attention=FoundFunction("f", (), 0, 0, "a.py"))
    assert told.startswith("a.py: f() cannot be called")


def test_a_missing_function_is_told_with_its_aliases() -> None:
    assert notes(compute_qkv=None, attention=None) == [
        "compute_qkv(X, W) is not defined",
        "attention(Q, K) (or attend, self_attend) is not defined",
    ]


def test_a_missing_function_is_told_with_the_nearest_name() -> None:
    assert notes("softmax(x)", "Compute_QKV(inputs)", "main()", compute_qkv=None) == [
        "compute_qkv(X, W) is not defined; found Compute_QKV(inputs)"
    ]


def test_or_with_the_first_three_that_there_are() -> None:
    assert notes("aa(x)", "bb(x, y)", "cc()", "dd()", compute_qkv=None) == [
        "compute_qkv(X, W) is not defined; found aa(x), bb(x, y), cc()"
    ]


INSIDE = ": write it at the top level of the file, in no class or other function"


@pytest.mark.parametrize(
    ("others", "found_there"),
    [
        (["SelfAttention.forward(self, Q, K)"], "SelfAttention.forward(self, Q, K)" + INSIDE),
        (["helper(x)", "Layer.attention(self, Q, K)"], "Layer.attention(self, Q, K)" + INSIDE),
        (["attention_(Q, K)", "Layer.attend(self, Q, K)"], "Layer.attend(self, Q, K)" + INSIDE),
        (["attentions(Q, K)", "Layer.call(self, Q, K)"], "attentions(Q, K)"),
        (["A.b(x)", "c(x)"], "A.b(x), c(x)"),
    ],
)
def test_a_method_that_looks_like_the_function(others: list[str], found_there: str) -> None:
    (told,) = notes(*others, attention=None)
    assert told == f"attention(Q, K) (or attend, self_attend) is not defined; found {found_there}"


def failed(line: str, **name: str) -> Note:
    fields = {"file": "a.py", "line": line, "exception": "NameError", "message": "no `jit`"}
    return Note("definition_failed", fields | name)


@pytest.mark.parametrize(
    ("happened", "why"),
    [
        ([failed("9")], "is not defined, because its definition raised (a.py, line 9)"),
        ([failed("9"), failed("12")], "is not defined, because its definition raised (a.py, line 9, or a.py, line 12)"),
        (
            [failed("9", name="softmax")],
            "is in the file, but not defined once the file has run (is it under an `if`, or replaced below?)",
        ),
        ([Note("definition_failed", {})], "is not defined, because its definition raised (?)"),
        (
            [Note("empty", {"file": "b.py"})],
            "is in the file, but not defined once the file has run (is it under an `if`, or replaced below?)",
        ),
        ([], "is in the file, but not defined once the file has run (is it under an `if`, or replaced below?)"),
    ],
)
@pytest.mark.parametrize("written", ["attention(Q, K)", "attend(q)"])
def test_a_function_whose_definition_failed_is_not_told_to_be_elsewhere(
    happened: list[Note], why: str, written: str
) -> None:
    functions = {"compute_qkv": RIGHT["compute_qkv"]}
    told = Loaded(functions, ("attend_to(x)", written), tuple(happened), (), "a.py")
    assert feedback.signature_notes(ASSIGNMENT, told) == [f"{written} {why}"]


def test_of_several_definitions_that_failed_its_own_is_named() -> None:
    notes = (failed("3", name="softmax"), failed("9", name="attend"))
    told = Loaded({"compute_qkv": RIGHT["compute_qkv"]}, ("attend(q)",), notes, (), "a.py")
    assert feedback.signature_notes(ASSIGNMENT, told) == [
        "attend(q) is not defined, because its definition raised (a.py, line 9)"
    ]


# ------------------------------------------------------------------------------------------------ what was graded


def test_the_plain_reading_needs_no_words() -> None:
    assert feedback.candidate_note(Candidate("a.py"), [], "a.py") == ""
    assert feedback.candidate_note(Candidate("a.py"), [Candidate("a.py"), Candidate("a.py", 3)], "a.py") == ""


def test_which_cells_were_graded() -> None:
    assert feedback.candidate_note(Candidate("a.ipynb", 3), [Candidate("a.ipynb")], "a.ipynb") == (
        "a.ipynb: a later cell defines something again; graded are the cells before cell 4"
    )


def test_which_part_of_an_export_was_graded() -> None:
    assert feedback.candidate_note(Candidate("a.py", 3), [Candidate("a.py")], "a.py") == (
        "a.py: something is defined again further down; graded is what stands above that"
    )


@pytest.mark.parametrize("chosen", ["a.py", "b.py"])
def test_which_file_was_graded(chosen: str) -> None:
    files = [Candidate("a.py"), Candidate("b.py"), Candidate("b.py", 2)]
    assert feedback.candidate_note(Candidate(chosen), files, "a.py") == (
        f"several files define the functions (a.py, b.py); graded is {chosen}"
    )


# ------------------------------------------------------------------------------------------------ ends and outcomes


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (Stopped("timeout", "submission", 60.0), "the time for the whole submission was used up"),
        (Stopped("timeout", "cpu", 60.0), "the CPU time for the whole submission was used up"),
        (Stopped("timeout", "", 5.2), "the code did not end within 5 s (is there an endless loop?)"),
        (Stopped("timeout", "", 1.0), "the code did not end within 1 s (is there an endless loop?)"),
        (Stopped("timeout", "", 0.25), "the code did not end within 0.2 s (is there an endless loop?)"),
        (Stopped("memory", "killed"), "the code used more memory than is allowed"),
        (Stopped("output", ""), "the code printed without end"),
        (Stopped("protocol", "no frame begins here"), "the code disturbed the grader's channel (no frame begins here)"),
        (Stopped("crashed", "SIGSEGV"), "the code ended the process (SIGSEGV)"),
    ],
)
def test_how_a_worker_ended(end: Stopped, sentence: str) -> None:
    assert feedback.stopped(end) == sentence
    assert feedback.outcome_message(end, ASSIGNMENT) == sentence
    assert feedback.load_failure(end) == f"while the file was loaded, {sentence}"


def test_every_reason_has_a_sentence_and_a_verdict() -> None:
    reasons = get_args(get_type_hints(Stopped)["reason"])
    assert len(reasons) == 5
    for reason in reasons:
        assert feedback.stopped(Stopped(reason, "why", 3.0)).startswith("the ")
        assert Verdict(reason)


def test_why_a_submission_could_not_be_loaded() -> None:
    assert feedback.load_failure(loaded({}, fatal=Note("empty", {"file": "a.py"}))).startswith("a.py is empty")
    assert feedback.load_failure(loaded({})) == "there is nothing to grade"


FRAMES = (Frame("a.py", 3, "outer"), Frame("b.py", 8, "inner"))
STEP = "Q, K, V = compute_qkv(X, W)"


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (Returned({}), ""),
        (Missing("attention"), "attention(Q, K) is not defined"),
        (Missing("made_up_by_a_worker"), "made_up_by_a_worker is not defined"),
        (Raised("y = f(x)", "ValueError", "no", FRAMES), "ValueError: no (b.py, line 8), in `y = f(x)`"),
        (Raised("y = f(x)", "ValueError", "no"), "ValueError: no, in `y = f(x)`"),
        (
            Raised("y = f(x)", "AssertionError", "", FRAMES),
            "AssertionError (an `assert` of the code itself does not hold) (b.py, line 8), in `y = f(x)`",
        ),
        (
            Raised(STEP, RETURN_COUNT, "NoneType"),
            "compute_qkv returned nothing (is a `return` missing?); expected (Q, K, V)",
        ),
        (Raised(STEP, RETURN_COUNT, "NoneType (empty)"), "compute_qkv is still to be written; expected (Q, K, V)"),
        (
            Raised(STEP, RETURN_COUNT, "NoneType (prints)"),
            "compute_qkv prints, but returns nothing: end it with `return`; expected (Q, K, V)",
        ),
        (
            Raised(STEP, "TypeError", "compute_qkv() missing 1 required positional argument: 'd_k'"),
            f"compute_qkv cannot be called as the assignment does: {STEP}",
        ),
        (
            Raised(STEP, "TypeError", "compute_qkv() takes 1 positional argument but 2 were given", FRAMES),
            f"TypeError: compute_qkv() takes 1 positional argument but 2 were given (b.py, line 8), in `{STEP}`",
        ),
        (Raised(STEP, "TypeError", "no"), f"TypeError: no, in `{STEP}`"),
        (Raised(STEP, RETURN_COUNT, "ndarray of 5"), "compute_qkv returned one array; expected (Q, K, V)"),
        (Raised(STEP, RETURN_COUNT, "ndarray"), "compute_qkv returned one array; expected (Q, K, V)"),
        (Raised(STEP, RETURN_COUNT, "tuple of 2"), "compute_qkv returned a tuple of 2; expected (Q, K, V)"),
        (Raised(STEP, RETURN_COUNT, "int"), "compute_qkv returned a value of type int; expected (Q, K, V)"),
        (
            Raised("a, b = attention(X, W)", RETURN_COUNT, "list of 3"),
            "attention returned a list of 3; expected several values",
        ),
        (Raised("nonsense", RETURN_COUNT, ""), " returned a value of type ; expected several values"),
    ],
)
def test_what_happened_in_a_case(outcome: Any, sentence: str) -> None:
    assert feedback.outcome_message(outcome, ASSIGNMENT) == sentence


# ------------------------------------------------------------------------------------------------ the rest


def test_the_first_objection_is_the_message() -> None:
    findings = [Finding("type", True), Finding("shape", False, "first"), Finding("values", False, "second")]
    assert feedback.finding_message(findings) == "first"
    assert feedback.finding_message(findings[:1]) == ""
    assert feedback.finding_message([]) == ""


def test_a_value_in_two_words() -> None:
    assert feedback.returned_kind(Value("list", "list", np.zeros((2, 3)))) == "list (2, 3)"
    assert feedback.returned_kind(Value("other", "DataFrame", None)) == "DataFrame"


def test_a_fault_of_the_reference() -> None:
    assert feedback.wrong_reference("r.py", "g.1", "no") == "r.py: the reference fails in case g.1: no"


@pytest.mark.parametrize(
    ("exception", "message", "says"),
    [
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'data.csv'", remedies.NO_FILES),
        ("BlockingIOError", "[Errno 11] Resource temporarily unavailable", remedies.NO_PROCESSES),
        ("RuntimeError", "can't start new thread", remedies.NO_PROCESSES),
        ("OSError", "[Errno 24] Too many open files", "only a few files"),
        ("EOFError", "EOF when reading a line", "nobody answers"),
        ("MemoryError", "", "more memory than is allowed"),
    ],
)
def test_what_the_bounds_refuse_is_explained(exception: str, message: str, says: str) -> None:
    told = feedback.outcome_message(Raised("y = f(x)", exception, message), ASSIGNMENT)
    assert says in told
    noted = {"file": "a.py", "line": "3", "exception": exception, "message": message}
    assert says in feedback.note(Note("statement_raised", noted))


@pytest.mark.parametrize(("exception", "message"), [("RuntimeError", "mine"), ("OSError", "mine"), ("ValueError", "")])
def test_other_exceptions_are_only_told(exception: str, message: str) -> None:
    told = feedback.outcome_message(Raised("y = f(x)", exception, message), ASSIGNMENT)
    assert told == f"{exception}{': mine' if message else ''}, in `y = f(x)`"
