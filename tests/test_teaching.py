"""What a student reads of each thing that goes wrong: real submissions, graded by real workers, held to the word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from handed_in import ATTENTION, NUMPY, QKV, Grade, advice, body, changed, graded_by, lost
from warm import grader

from grader.runner import LocalRunner

CALL = "in `output = self_attention(Q, K, V)`"
SUBTRACT = "exp grew too large; subtract each row's maximum from the scores before it"


@pytest.fixture(scope="module")
def grade() -> Iterator[Grade]:
    with LocalRunner() as runner:
        yield graded_by(runner)


# --- NaN, with its likely cause ----------------------------------------------------------------------

SOFTMAX = "e = np.exp(s); return e / e.sum(-1, keepdims=True) @ V"
NAN: dict[str, tuple[str, str]] = {
    "overflow": (body("s = Q @ K.T * 1e4", SOFTMAX), f"mine.py, line 8: {SUBTRACT}"),
    "row_of_zeros": (
        body("s = Q @ K.T * 0 - 1e4", SOFTMAX),
        "mine.py, line 8: 0 / 0, or infinity by infinity; is the divisor a sum of weights, or a size?",
    ),
    "all_masked": (
        body("s = np.full((len(Q), len(K)), -np.inf)", "s = s - s.max(-1, keepdims=True)", SOFTMAX),
        "mine.py, line 8: infinity minus infinity; is there a row in which all scores are -infinity?",
    ),
    "mask_by_a_product": (
        body("s = Q @ K.T + np.zeros((len(Q), len(K))) * -np.inf", SOFTMAX),
        "mine.py, line 7: 0 times infinity; mask with np.where, not with a product",
    ),
    "root_of_a_negative": (
        body("s = np.sqrt(-1 - (Q @ K.T) ** 2)", SOFTMAX),
        "mine.py, line 7: the log, root or power of a negative number",
    ),
    "log_of_a_negative": (
        body("s = np.log(-1 - (Q @ K.T) ** 2)", SOFTMAX),
        "mine.py, line 7: the log, root or power of a negative number",
    ),
    "never_filled": (
        body("return np.full((len(Q), V.shape[1]), np.nan)"),
        (
            "it comes of 0 / 0, of infinity minus or by infinity (did exp grow too large?), "
            "or of the log or root of a negative number"
        ),
    ),
}


@pytest.mark.parametrize("name", NAN)
def test_nan_is_told_with_its_cause(grade: Grade, name: str) -> None:
    source, cause = NAN[name]
    assert f"`output` has NaN in 10 of 10 values: {cause}" in lost(grade(source))


def test_infinity_is_told_with_its_cause(grade: Grade) -> None:
    told = lost(grade(body("return (Q @ K.T) ** 2 / 0 @ abs(V)")))
    cause = "mine.py, line 7: something is divided by 0: a sum of weights, or a size?"
    assert f"`output` has infinity in 10 of 10 values: {cause}" in told


def test_rows_that_are_nan_are_named(grade: Grade) -> None:
    told = lost(
        grade(changed("return weights @ V", "weights[1] /= 0 * weights[1].sum()\n    return (weights - weights) @ V"))
    )
    assert any("values (row 1, all of it): mine.py, line 10" in message for message in told), told


# --- what comes back ---------------------------------------------------------------------------------

RIGHT_LIST = "`output` is a list; expected a numpy array: the numbers in it are right, wrap it in np.array(…)"
RETURNED = {
    "(weights @ V).tolist()": RIGHT_LIST,
    "[row for row in weights @ V]": RIGHT_LIST,
    "[0.0]": "`output` is a list; expected a numpy array: wrap it in np.array(…)",
    "weights @ V, weights": "self_attention returned 2 values; expected one: return `output` alone",
    "{'output': weights @ V}": "`output` is of type dict; expected a numpy array (return the array alone)",
    "str(weights @ V)": "`output` is of type str; expected a numpy array (return the numbers, not their text)",
    "(row for row in weights @ V)": (
        "`output` is of type generator; expected a numpy array (a `yield`, or round brackets around a `for`, "
        "makes values one by one; return them all in an array)"
    ),
    "weights.dot": (
        "`output` is of type builtin_function_or_method; expected a numpy array "
        "(a function is returned; call it, with (…))"
    ),
    "None": "`output` is None: self_attention returned nothing (is a `return` missing?)",
    "print(weights @ V)": "`output` is None: self_attention prints, but returns nothing: end it with `return`",
}


@pytest.mark.parametrize("returned", RETURNED)
def test_what_is_no_array_is_told_with_what_to_do(grade: Grade, returned: str) -> None:
    assert lost(grade(changed("return weights @ V", f"return {returned}")))[0] == RETURNED[returned]


@pytest.mark.parametrize(
    ("returned", "got"),
    [
        ("X @ W_q", "compute_qkv returned one array"),
        ("X @ W_q, X @ W_k", "compute_qkv returned a tuple of 2"),
        ("{'Q': X}", "compute_qkv returned a dict of 1"),
        ("print(X)", "compute_qkv prints, but returns nothing: end it with `return`"),
    ],
)
def test_another_number_of_values(grade: Grade, returned: str, got: str) -> None:
    told = lost(grade(changed("return X @ W_q, X @ W_k, X @ W_v", f"return {returned}")))
    assert f"{got}; expected (Q, K, V)" in told


# --- signatures and names ----------------------------------------------------------------------------

WANTED = "self_attention(Q, K, V)"
SIGNATURES = {
    "Q, K, V, d_k": "it gets 3 arguments; `d_k` must go, or have a default",
    "Q, K": "it gets 3 arguments, but takes 2 at most",
    "Q, K, V, *, d_k": (
        "it gets 3 arguments, none of them by name; what is behind the `*` needs a default, or its place before it"
    ),
}


@pytest.mark.parametrize("parameters", SIGNATURES)
def test_a_wrong_signature_is_told_once(grade: Grade, parameters: str) -> None:
    result = grade(changed("(Q, K, V)", f"({parameters})"))
    assert result.notes == (
        (
            f"mine.py, line 6: self_attention({parameters}) cannot be called as the assignment does, {WANTED}: "
            f"{SIGNATURES[parameters]}"
        ),
    )
    assert lost(result) == ["self_attention cannot be called as the assignment does: output = self_attention(Q, K, V)"]


INSIDE = ": write it at the top level of the file, in no class or other function"
FORWARD = "class SelfAttention:\n    def forward(self, Q, K, V): pass\n"
METHOD = "class Layer:\n    def self_attention(self, Q, K, V): pass\n"
NESTED = "def main():\n    def self_attention(Q, K, V): pass\n"


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        (ATTENTION.replace("self_attention", "attention_self"), "; found attention_self(Q, K, V)"),
        (ATTENTION.replace("self_attention", "selfAttention"), "; found selfAttention(Q, K, V)"),
        (ATTENTION.replace("self_attention", "mix"), "; found mix(Q, K, V)"),
        (FORWARD, f"; found SelfAttention.forward(self, Q, K, V){INSIDE}"),
        (METHOD, f"; found Layer.self_attention(self, Q, K, V){INSIDE}"),
        (NESTED, f"; found main.self_attention(Q, K, V){INSIDE}"),
        ("", ""),
    ],
    ids=["order", "case", "other", "method", "same_method", "nested", "nothing"],
)
def test_a_missing_function_is_told_with_what_is_nearest(grade: Grade, rest: str, found: str) -> None:
    result = grade(NUMPY + QKV + rest)
    assert result.notes == (f"{WANTED} is not defined{found}",)


def test_a_function_that_is_defined_in_a_script_only(grade: Grade) -> None:
    guarded = "if __name__ == '__main__':\n" + "".join(f"    {line}\n" for line in ATTENTION.splitlines())
    assert grade(NUMPY + QKV + guarded).notes == (
        f"{WANTED} is in the file, but not defined once the file has run (is it under an `if`, or replaced below?)",
    )


def test_a_definition_that_failed_is_named(grade: Grade) -> None:
    result = grade(NUMPY + "@jit\ndef helper(x): pass\n\n" + QKV + "@jit\n" + ATTENTION)
    assert result.notes == (
        "mine.py, line 4: the definition of `helper` raised NameError: name 'jit' is not defined",
        "mine.py, line 10: the definition of `self_attention` raised NameError: name 'jit' is not defined",
        f"{WANTED} is not defined, because its definition raised (mine.py, line 10)",
    )


# --- what functions raise ----------------------------------------------------------------------------

CACHED = changed("def self", "@functools.lru_cache\ndef self", "import functools\n" + NUMPY + QKV + ATTENTION)
RAISED: dict[str, tuple[str, str]] = {
    "not_written": (
        body("raise NotImplementedError"),
        "NotImplementedError (this is still to be written) (mine.py, line 7)",
    ),
    "typing_error": (
        changed("np.exp(scores)", "np.exp(score)"),
        "NameError: name 'score' is not defined. Did you mean `scores`? (mine.py, line 8)",
    ),
    "no_numpy": (
        QKV + ATTENTION,
        "NameError: name 'np' is not defined (is `import numpy as np` missing at the top?) (mine.py, line 5)",
    ),
    "no_softmax": (
        body("return softmax(Q @ K.T) @ V"),
        (
            "NameError: name 'softmax' is not defined "
            "(numpy has no softmax: write it as a function of your own) (mine.py, line 7)"
        ),
    ),
    "missing_inside": (
        body("import torch", "return Q"),
        (
            "ModuleNotFoundError: No module named 'torch' is available here "
            "(write what needs it with numpy) (mine.py, line 7)"
        ),
    ),
    "calls_itself": (
        body("return self_attention(Q, K, V)"),
        "RecursionError: maximum recursion depth exceeded (a function calls itself without end) (mine.py, line 7)",
    ),
    "its_own_assert": (
        body("assert Q.shape == (9, 9), 'nine'"),
        "AssertionError: nine (an `assert` of the code itself does not hold) (mine.py, line 7)",
    ),
    "torch_words": (
        changed("axis=-1, keepdims", "dim=-1, keepdim"),
        (
            "TypeError: _sum() got an unexpected keyword argument 'dim' "
            "(numpy says axis= and keepdims= where torch says dim= and keepdim=) (mine.py, line 9)"
        ),
    ),
    "used_too_early": (
        body("out = out + Q", "return out"),
        (
            "UnboundLocalError: cannot access local variable 'out' where it is not associated with a value "
            "(it gets its value in the function, but not before it is used there) (mine.py, line 7)"
        ),
    ),
    "exits": (
        body("import sys", "sys.exit('done')"),
        "SystemExit: done (it ends the program, as exit() and quit() do) (mine.py, line 8)",
    ),
    "cached": (
        CACHED,
        "TypeError: unhashable type: 'numpy.ndarray' (arrays cannot be keys: no lru_cache, set or dict of arrays)",
    ),
    "lists": (
        changed("K.T", "K.tolist().T"),
        "AttributeError: 'list' object has no attribute 'T' (make it an array: np.array(…)) (mine.py, line 7)",
    ),
}


@pytest.mark.parametrize("name", RAISED)
def test_an_exception_is_told_with_what_to_do(grade: Grade, name: str) -> None:
    source, told = RAISED[name]
    assert lost(grade(source))[0] == f"{told}, {CALL}"


@pytest.mark.parametrize("nothing", ["pass", "...", '"""Mix the values."""', "return None"])
def test_a_function_that_is_not_written_yet(grade: Grade, nothing: str) -> None:
    result = grade(body(nothing))
    assert lost(result) == ["`output` is None: self_attention is still to be written"]
    assert result.score == 1


def test_sizes_that_do_not_fit_are_told_as_columns_and_rows(grade: Grade) -> None:
    told = lost(grade(changed("K.T", "K")))
    said = "the left side of `@` has 5 columns, but the right side 6 rows; is a `.T` missing?"
    assert f"ValueError: {said} (mine.py, line 7), {CALL}" in told
    told = lost(grade(changed("Q @ K.T", "np.dot(Q, K)")))
    shapes = "shapes (6,5) and (6,5) not aligned: 5 (dim 1) != 6 (dim 0)"
    said = "the second has to be transposed, `.T`, for the product"
    assert f"ValueError: {shapes} ({said}) (mine.py, line 7), {CALL}" in told
    told = lost(grade(changed("Q @ K.T", "Q * K.T")))
    assert any("the product of matrices is `@`" in message for message in told)


def test_a_return_that_stands_too_far_left(grade: Grade) -> None:
    result = grade(changed("    return weights @ V", "return weights @ V"))
    assert [note.partition(" (mine")[0] for note in result.notes] == [
        "mine.py, line 10: this statement raised SyntaxError: 'return' outside function"
    ]
    assert "(indent the line like the rest of its function)" in result.notes[0]
    assert lost(result) == ["`output` is None: self_attention returned nothing (is a `return` missing?)"]


# --- files that cannot be read -----------------------------------------------------------------------

COLON = "expected ':': `def self_attention(Q, K, V)` (put a colon at the end of the line)"
SYNTAX = {
    "colon": (changed("V):", "V)"), 6, COLON),
    "below_magics": ("%matplotlib inline\n" + changed("V):", "V)"), 7, COLON),
    "bracket": (
        changed("np.exp(", "np.exp(("),
        8,
        "'(' was never closed: `weights = np.exp((scores)` (close it, in this line or below)",
    ),
    "python_2": (
        NUMPY + QKV + ATTENTION + "print 'x'\n",
        11,
        (
            "Missing parentheses in call to 'print'. Did you mean print(...)?: `print 'x'` "
            "(this is Python 2: write print(…))"
        ),
    ),
    "indent": (
        changed("    weights = np", "     weights = np"),
        8,
        (
            "unexpected indent: `weights = np.exp(scores)` "
            "(let all lines of a block begin with the same spaces, four for each level)"
        ),
    ),
    "merge": (
        "<<<<<<< HEAD\n" + NUMPY + QKV + "=======\n>>>>>>> mine\n",
        1,
        (
            "invalid syntax: `<<<<<<< HEAD` "
            "(a merge was not finished: keep one of the two versions, and take the marks out)"
        ),
    ),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_a_file_that_cannot_be_read(grade: Grade, name: str) -> None:
    source, line, told = SYNTAX[name]
    result = grade(source)
    assert result.score == 0
    assert lost(result) == [f"mine.py, line {line}: Python cannot read this: {told}"]


# --- advice ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "name"), [("Q /= 2.0", "Q"), ("K -= K.mean()", "K"), ("V[0] = 0", "V")])
def test_what_is_changed_in_place_is_named(grade: Grade, line: str, name: str) -> None:
    told = advice(grade(changed("    scores =", f"    {line}\n    scores =")))
    assert (
        f"the input `{name}` is changed in place: `{name} = {name} / 2` makes a new array, "
        f"`{name} /= 2` and `{name}[…] = …` write into the caller's"
    ) in told


def test_fractions_do_not_fit_into_whole_numbers_in_place(grade: Grade) -> None:
    told = lost(grade(changed("    scores =", "    Q *= 0.5\n    scores =")))
    assert any("`a = a / b` makes a new one, `a /= b` does not) (mine.py, line 7)" in message for message in told)


def test_what_is_not_the_same_twice(grade: Grade) -> None:
    told = advice(grade(changed("weights @ V", "weights @ V + np.random.rand(*V.shape)")))
    begins = "a second call on the same inputs gives another output (is something random, or kept from the first call?)"
    assert any(message.startswith(begins) for message in told)


# --- on the command line -----------------------------------------------------------------------------


def test_a_student_reads_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(NAN["overflow"][0], encoding="utf-8")
    done = grader("check", "mine.py", "-a", "self_attention", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    messages = [case["message"] for case in json.loads(done.stdout)["cases"]]
    assert f"`output` has NaN in 10 of 10 values: mine.py, line 8: {SUBTRACT}" in messages
