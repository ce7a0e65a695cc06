"""What to do is said where it is certain, in the words that Python and numpy really use."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import remedies
from grader.remedies import missing_module, plainly, remedy, syntax_remedy

KEEPDIMS = "sum, max and mean with keepdims=True keep the axis that they run over"
TORCH = "numpy says axis= and keepdims= where torch says dim= and keepdim="
NO_CALL = "in numpy, .shape and .size are written without ()"
NONE = "something is None: does a function that is called lack its `return`?"
NAMES = "there are more or fewer names before the `=` than values behind it"

WAYS = {
    "np.dot(A, A)": "the second has to be transposed, `.T`, for the product",
    "np.dot(A, np.ones((6, 3)))": "the first has to be transposed, `.T`, for the product",
    "np.dot(A, np.ones((4, 3)))": "the first has 5 columns, but the second 4 rows",
    "A * A.T": "`*`, `+` and `/` go entry by entry; the product of matrices is `@`",
    "A / A.sum(axis=1)": KEEPDIMS,
    "A + np.ones((6, 4))": "only sizes that are equal, or 1, fit each other entry by entry",
    "A.sum(dim=1)": TORCH,
    "A.sum(axis=1, keepdim=True)": TORCH,
    "A.shape(0)": NO_CALL,
    "A.size(-1)": NO_CALL,
    "A.softmax(-1)": "torch's tensors have it, numpy's arrays do not",
    "np.softmax(A)": "write it with np.exp and np.sum",
    "A.tolist().T": "make it an array: np.array(…)",
    "print(end='')[0]": NONE,
    "print(end='').T": NONE,
    "{A: 1}": "arrays cannot be keys: no lru_cache, set or dict of arrays",
    "if A: pass": "`if`, `and` and `or` want one truth value: use .any(), .all() or np.where",
    "W = np.ones(2, int)\nW /= 2": (
        "an array of whole numbers takes no fractions: `a = a / b` makes a new one, `a /= b` does not"
    ),
    "def f(): return f()\nf()": "a function calls itself without end",
    "def f(): y += 1\nf()": "it gets its value in the function, but not before it is used there",
    "A.shape[2]": "the array has fewer axes than that: look at its .shape",
    "a, b = (1, 2, 3)": NAMES,
    "a, b, c = (1, 2)": NAMES,
    "return 3": "indent the line like the rest of its function",
    "softmax": "numpy has no softmax: write it as a function of your own",
    "del np\nnp": "is `import numpy as np` missing at the top?",
    "other": "",
    "raise NotImplementedError('TODO')": "this is still to be written",
    "assert A is None": "an `assert` of the code itself does not hold",
    "import math\nmath.exp(1000)": "exp grew too large; subtract each row's maximum from the scores before it",
    "import my_softmax": "if it is a file of yours, hand it in as well",
    "1 / 0": "",
}
"""Code that raises → what is said of it."""


@pytest.mark.parametrize("source", WAYS)
def test_what_python_and_numpy_say_is_understood(source: str) -> None:
    with pytest.raises(BaseException) as raised:  # noqa: PT011  # whatever it is
        exec(compile(source, "mine.py", "exec"), {"np": np, "A": np.ones((6, 5))})
    assert remedy(raised.type.__name__, str(raised.value)) == WAYS[source]


def test_a_name_whose_absence_is_explained_needs_no_guess() -> None:
    assert remedy("NameError", "name 'np' is not defined (its import failed: a.py, line 1)") == ""
    assert remedy("NameError", "name 'softmax' is not defined. Did you mean `softmax_`?") == ""


@pytest.mark.parametrize("module", ["torch", "torch.nn.functional", "einops", "scipy.special"])
def test_what_is_known_is_to_be_written_with_numpy(module: str) -> None:
    assert missing_module(module) == "write what needs it with numpy"
    assert remedy("ModuleNotFoundError", f"No module named {module!r} is available here") == missing_module(module)


def test_a_product_that_does_not_fit_is_told_with_its_sizes() -> None:
    with pytest.raises(ValueError, match="core dimension") as raised:
        np.ones((6, 5)) @ np.ones((6, 5))
    told = "the left side of `@` has 5 columns, but the right side 6 rows; is a `.T` missing?"
    assert plainly(str(raised.value)) == told
    assert plainly("no") == "no"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def f(x)\n    pass", "put a colon at the end of the line"),
        ("x = (1,\ny = 2", "close it, in this line or below"),
        ("x = (1]", "count the brackets of the line"),
        ("x = 1)", "count the brackets of the line"),
        ("print 'x'", "this is Python 2: write print(…)"),
        ("def f():\nreturn 1", "indent what belongs to it; where nothing is written yet, write `pass`"),
        ("x = 1\n  y = 2", "let all lines of a block begin with the same spaces, four for each level"),
        ("if x:\n    y\n  z", "let all lines of a block begin with the same spaces, four for each level"),
        ("if x:\n        y\n\tz", "let all lines begin with spaces, four for each level"),
        ("x = 'a", "a quotation mark is missing at the end of a text"),
        ("x = '''a", "a quotation mark is missing at the end of a text"),
        ("x = “a”", "type plain quotation marks, ' or \""),
        ("x =\u00a01", "delete this character and type it again"),
        ("x = = 1", "look for a bracket, comma or operator that is missing here, or in the line before"),
        ("```python\nx", "take the Markdown fences (```) out"),
        (">>> x = 1", "take the prompts (>>>) out, and what Python answered"),
        ("<<<<<<< HEAD", "a merge was not finished: keep one of the two versions, and take the marks out"),
        ("%matplotlib inline", "take the notebook's command out"),
        ("!pip install torch", "take the notebook's command out"),
        ("if x = 1:\n    pass", ""),
    ],
)
def test_what_to_do_about_a_line_that_cannot_be_read(source: str, what: str) -> None:
    with pytest.raises(SyntaxError) as raised:
        compile(source, "a.py", "exec")
    assert syntax_remedy(str(raised.value.msg), (raised.value.text or "").strip()) == what


@given(st.sampled_from([name for name, _, _ in remedies.REMEDIES]), st.text(max_size=80))
def test_no_message_is_too_odd(names: str, message: str) -> None:
    for name in re.split(r"\|", names):
        assert isinstance(remedy(name, message), str)
    assert isinstance(plainly(message), str)
    assert isinstance(syntax_remedy(message, message), str)
