"""What real student files taught: each is handed in to real workers, and its score and its words are held.

A test per finding; most files here do something that has nothing to do with attention, and must not cost a point.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

import pytest
from handed_in import ATTENTION, NUMPY, QKV, RIGHT, Grade, advice, body, changed, graded_by, lost, notebook

from grader.runner import LocalRunner

UNSTABLE = (
    "`output` is not finite for large inputs, as when exp grows too large (subtract each row's maximum before it)"
)
RAN_ON = "; the rest was graded"


@pytest.fixture(scope="module")
def grade() -> Iterator[Grade]:
    with LocalRunner() as runner:
        yield graded_by(runner)


def test_the_published_solution_earns_everything_and_gets_advice(grade: Grade) -> None:
    result = grade(RIGHT)
    assert (result.score, lost(result), advice(result)) == (10, [], [UNSTABLE])
    assert result.notes == ()
    assert result.diagnoses == ()


# --- files that Python does not like -----------------------------------------------------------------

TABS = "tabs and spaces are mixed in the indentation; they were read as spaces"
FENCES = "the file holds Markdown fences (```); they were left out, and what is no code around them"
MAGICS = "notebook commands (%, !) are no Python; they were left out"
INVISIBLE = "there are invisible characters; they were read as spaces, or left out"

ODD_TEXT: dict[str, tuple[str | bytes, list[str]]] = {
    "tabs": (changed("    weights = np", "\tweights = np"), [f"mine.py, line 8: {TABS}"]),
    "tabs_of_eight": (
        NUMPY + QKV + body("if True:", "    s = 1", head="").replace("        s = 1", "\ts = 1") + ATTENTION,
        [f"mine.py, line 8: {TABS}"],
    ),
    "fences": (f"```python\n{RIGHT}```\n", [f"mine.py, line 1: {FENCES}"]),
    "a_fence_left_over": (f"{RIGHT}```\n", [f"mine.py, line 11: {FENCES}"]),
    "an_answer_around_it": (f"Sure, here it is:\n```python\n{RIGHT}```\nThat's it.\n", [f"mine.py, line 1: {FENCES}"]),
    "magics": (f"%matplotlib inline\n!pip install einops\n{RIGHT}", [f"mine.py, line 1: {MAGICS}"]),
    "hard_spaces": (changed("    weights = np", "\u00a0   weights = np"), [f"mine.py, line 8: {INVISIBLE}"]),
    "windows_line_ends": (RIGHT.replace("\n", "\r\n"), []),
    "old_mac_line_ends": (RIGHT.replace("\n", "\r"), []),
    "no_line_end": (RIGHT.rstrip("\n"), []),
    "bom": (RIGHT.encode("utf-8-sig"), []),
    "utf_16": (f"# Übung\n{RIGHT}".encode("utf-16"), ["mine.py is not UTF-8; it was read as UTF-16"]),
    "latin_1": (f"# Übung\n{RIGHT}".encode("latin-1"), ["mine.py is not UTF-8; it was read as Windows-1252"]),
    "latin_1_declared": (f"# coding: latin-1\n# Übung\n{RIGHT}".encode("latin-1"), []),
}


@pytest.mark.parametrize("name", ODD_TEXT)
def test_how_a_file_is_written_costs_nothing(grade: Grade, name: str) -> None:
    data, notes = ODD_TEXT[name]
    result = grade(data)
    assert (result.score, list(result.notes)) == (10, notes)


@pytest.mark.parametrize(
    "name",
    [
        "my attention (final).py",
        "Übung 3 – Müller.py",
        "03_attention.py",
        "my-file (1).py",
        "class.py",
        "a.b.py",
        "HW.PY",
    ],
)
def test_a_file_may_have_any_name(grade: Grade, name: str) -> None:
    result = grade({name: RIGHT})
    assert (result.score, result.notes) == (10, ())


# --- demo code ---------------------------------------------------------------------------------------

PLOTS = """
fig, ax = plt.subplots(1, 2, figsize=(3, 3))
ax[0].imshow(self_attention(np.eye(2), np.eye(2), np.eye(2)))
plt.colorbar(ax=ax[1])
plt.savefig("weights.png")
plt.show()
sns.heatmap(np.eye(3))
"""

DEMOS: dict[str, tuple[str, list[str]]] = {
    "prints": (RIGHT + "for n in range(3):\n    print('hello', n)\n", []),
    "asks": (
        RIGHT + "input('n: ')\n",
        [
            (
                "mine.py, line 11: this statement raised EOFError: EOF when reading a line "
                f"(nobody answers `input()` while code is graded){RAN_ON}"
            )
        ],
    ),
    "loops_for_ever": (
        NUMPY + QKV + "while True:\n    pass\n" + ATTENTION,
        ["mine.py, line 6: this statement did not end in time; it was left out and the rest was graded"],
    ),
    "crashes_after_the_definitions": (
        RIGHT + "self_attention(np.ones((2, 3)), np.ones((2, 1)), 1)\n",
        [
            (
                "mine.py, line 11: this statement raised ValueError: the left side of `@` has 3 columns, "
                f"but the right side 1 rows; is a `.T` missing?{RAN_ON}"
            )
        ],
    ),
    "crashes_before_the_definitions": (
        NUMPY + "1 / 0\n" + QKV + ATTENTION,
        [f"mine.py, line 3: this statement raised ZeroDivisionError: division by zero{RAN_ON}"],
    ),
    "exits": (
        NUMPY + QKV + "import sys\nsys.exit()\n" + ATTENTION,
        [f"mine.py, line 7: this statement raised SystemExit (it ends the program, as exit() and quit() do){RAN_ON}"],
    ),
    "plots": ("import matplotlib.pyplot as plt\nimport seaborn as sns\n" + RIGHT + PLOTS, []),
    "opens_a_file": (
        RIGHT + "data = open('data.csv').read()\n",
        [
            (
                "mine.py, line 11: this statement raised FileNotFoundError: [Errno 2] No such file or directory: "
                f"'data.csv' (no files and no network can be reached while code is graded){RAN_ON}"
            )
        ],
    ),
    "needs_too_much_memory": (
        RIGHT + "np.ones((30000, 30000))\n",
        [
            (
                "mine.py, line 11: this statement raised MemoryError: Unable to allocate 6.71 GiB for an array "
                f"with shape (30000, 30000) and data type float64 (it needs more memory than is allowed){RAN_ON}"
            )
        ],
    ),
    "only_as_a_script": (RIGHT + "if __name__ == '__main__':\n    print(undefined)\n    input()\n", []),
    "asserts_wrongly": (
        RIGHT + "assert self_attention(np.eye(2), np.eye(2), np.eye(2)).sum() == 3, 'sum'\n",
        [
            (
                "mine.py, line 11: this statement raised AssertionError: sum "
                f"(an `assert` of the code itself does not hold){RAN_ON}"
            )
        ],
    ),
    "tests_its_examples": (
        changed("V):\n", 'V):\n    """Mix.\n\n    >>> 1 + 1\n    3\n    """\n') + "import doctest\ndoctest.testmod()\n",
        [],
    ),
    "makes_numpy_strict": (
        NUMPY + "import warnings\nnp.seterr(all='raise')\nwarnings.simplefilter('error')\n" + RIGHT,
        [],
    ),
    "logs": (changed("    scores", "    logging.warning('in it')\n    scores", "import logging\n" + RIGHT), []),
    "shows_progress": (
        changed("    scores", "    for _ in tqdm(range(2)): pass\n    scores", "from tqdm import tqdm\n" + RIGHT),
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DEMOS)
def test_demo_code_costs_nothing(grade: Grade, name: str) -> None:
    source, notes = DEMOS[name]
    result = grade(source)
    assert (result.score, list(result.notes)) == (10, notes)


def test_what_functions_print_disturbs_nobody(grade: Grade) -> None:
    result = grade(changed("    scores", "    print('{\"values\": 3}', Q, flush=True)\n    scores"))
    assert (result.score, result.notes) == (10, ())
    assert result.output.startswith('{"values": 3} [[1 0]\n [0 1]]\n')


def test_functions_may_use_what_demo_code_sets(grade: Grade) -> None:
    result = grade(changed("np.exp(scores)", "np.exp(scores) * factor") + "factor = 2.0\n")
    assert (result.score, result.notes) == (10, ())


def test_but_not_what_is_set_only_in_a_script(grade: Grade) -> None:
    source = changed("np.exp(scores)", "np.exp(scores) * factor") + "if __name__ == '__main__':\n    factor = 2.0\n"
    result = grade(source)
    assert result.score == 1
    assert lost(result) == [
        (
            "NameError: name 'factor' is not defined (it gets its value under `if __name__ == \"__main__\":` "
            "(mine.py, line 11), which does not run here) (mine.py, line 8), in `output = self_attention(Q, K, V)`"
        )
    ]


# --- notebooks ---------------------------------------------------------------------------------------

SOFTMAX = "def softmax(x):\n    e = np.exp(x)\n    return e / e.sum(axis=-1, keepdims=True)\n"
BY_HELPER = "def self_attention(Q, K, V):\n    return softmax(Q @ K.T / np.sqrt(K.shape[-1])) @ V\n"
OTHER = "def self_attention(Q, K, V, mask):\n    return V\n"


def before(cell: int) -> str:
    return f"n.ipynb: a later cell defines something again; graded are the cells before cell {cell}"


@pytest.mark.parametrize(
    ("cells", "notes"),
    [
        ([NUMPY, SOFTMAX, QKV, BY_HELPER, "def softmax(x):\n    return x / x.sum()\n"], [before(5)]),
        ([NUMPY, QKV, ATTENTION, OTHER], [before(4)]),
        ([NUMPY, QKV, ATTENTION, OTHER, OTHER, SOFTMAX, OTHER], [before(4)]),
        ([NUMPY, QKV, OTHER, ATTENTION], []),
        ([NUMPY, QKV, ATTENTION, *[OTHER] * 12], [before(4)]),
    ],
    ids=["helper", "function", "function_often", "last_is_right", "more_often_than_is_tried"],
)
def test_a_later_cell_may_define_something_again(grade: Grade, cells: list[str], notes: list[str]) -> None:
    result = grade({"n.ipynb": notebook(*cells)})
    assert (result.score, list(result.notes)) == (10, notes)


def test_an_export_of_a_notebook_is_read_like_one(grade: Grade) -> None:
    result = grade(f"# %%\n{RIGHT}# %%\n{OTHER}")
    note = "mine.py: something is defined again further down; graded is what stands above that"
    assert (result.score, list(result.notes)) == (10, [note])


def test_what_notebooks_are_full_of(grade: Grade) -> None:
    cells = [
        "!pip install einops\nfrom google.colab import drive\ndrive.mount('/content/drive')\n%cd /content",
        NUMPY,
        "%%time\n" + QKV + ATTENTION.replace("    scores", "    display(Q)\n    scores"),
        "%%bash\nls -l",
        "files = !ls\nself_attention?\ndisplay(files)",
        "X = np.eye(2)\nX",
    ]
    result = grade({"n.ipynb": notebook(*cells)})
    assert (result.score, result.notes) == (10, ())


def test_a_cell_that_cannot_be_read_costs_only_itself(grade: Grade) -> None:
    result = grade({"n.ipynb": notebook(NUMPY, QKV, "def broken(:", ATTENTION)})
    assert result.score == 10
    assert [note.partition(" (")[0] for note in result.notes] == [
        "n.ipynb cell 3, line 1: Python cannot read this: invalid syntax: `def broken(:`"
    ]


# --- what is missing ---------------------------------------------------------------------------------


def test_one_function_alone_earns_its_part(grade: Grade) -> None:
    result = grade(NUMPY + QKV + "def masked_attention(Q, K, V, mask):\n    return V\n")
    assert {group.id: group.earned for group in result.groups if group.earned} == {"projections": 1}
    assert result.notes == ("self_attention(Q, K, V) is not defined; found masked_attention(Q, K, V, mask)",)
    assert lost(result) == ["self_attention(Q, K, V) is not defined"]


def missing(line: int, module: str, what: str = "write what needs it with numpy") -> str:
    return f"mine.py, line {line}: the module `{module}` is not available here; {what}; all else was graded"


@pytest.mark.parametrize(
    ("head", "notes"),
    [
        (
            "import torch\nimport torch.nn as nn\nfrom einops import rearrange\n",
            [missing(1, "torch"), missing(3, "einops")],
        ),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None\n", []),
        ("import torch\ntorch.manual_seed(0)\n", [missing(1, "torch"), (
            "mine.py, line 2: this statement raised NameError: name 'torch' is not defined; the rest was graded"
        )]),
        ("import torch\nclass Net(torch.nn.Module):\n    pass\n", [missing(1, "torch"), (
            "mine.py, line 2: the definition of `Net` raised NameError: name 'torch' is not defined"
        )]),
    ],
    ids=["unused", "optional", "seeded", "model"],
)  # fmt: skip
def test_a_module_that_is_missing_costs_only_what_needs_it(grade: Grade, head: str, notes: list[str]) -> None:
    result = grade(head + RIGHT)
    assert (result.score, list(result.notes)) == (10, notes)


def test_a_module_that_one_function_needs(grade: Grade) -> None:
    result = grade("import torch\n" + changed("np.exp(scores)", "torch.exp(scores)"))
    assert {group.id: group.earned for group in result.groups if group.earned} == {"projections": 1}
    assert result.notes == (missing(1, "torch"),)
    assert lost(result) == [
        (
            "NameError: name 'torch' is not defined (its import failed: mine.py, line 1) (mine.py, line 9), "
            "in `output = self_attention(Q, K, V)`"
        )
    ]


def test_helpers_in_other_files(grade: Grade) -> None:
    main = "from helpers import softmax\n" + NUMPY + QKV + BY_HELPER
    assert grade({"main.py": main, "helpers.py": NUMPY + SOFTMAX}).score == 10
    alone = grade(main)
    assert alone.notes == (missing(1, "helpers", "if it is a file of yours, hand it in as well"),)
    assert lost(alone) == [
        (
            "NameError: name 'softmax' is not defined (its import failed: mine.py, line 1) (mine.py, line 8), "
            "in `output = self_attention(Q, K, V)`"
        )
    ]


# --- what the statement does not ask -----------------------------------------------------------------

STRICT = """
    assert all(type(a) is np.ndarray and a.ndim == 2 for a in (Q, K, V)), "no lists, no batch"
    assert Q.shape == K.shape and len(K) == len(V), "as many queries as keys"
"""


def test_lists_batches_and_more_keys_than_queries_are_not_asked(grade: Grade) -> None:
    result = grade(
        changed("V):\n", f"V):{STRICT}").replace("W_v):\n", "W_v):\n    assert type(X) is np.ndarray and X.ndim == 2\n")
    )
    assert (result.score, advice(result)) == (10, [UNSTABLE])


def test_float32_need_not_be_kept_and_may_be_used(grade: Grade) -> None:
    single = "X, W_q, W_k, W_v = (np.asarray(a, np.float32) for a in (X, W_q, W_k, W_v))"
    for line in (single, single.replace("32", "64")):
        result = grade(changed("W_v):\n", f"W_v):\n    {line}\n"))
        assert (result.score, advice(result)) == (10, [UNSTABLE]), line


# --- ways to write it --------------------------------------------------------------------------------

SOFT = "e = np.exp(Q @ K.T / np.sqrt(K.shape[-1]))\nreturn e / e.sum(-1, keepdims=True) @ V\n"
RECURSION = """
def total(xs):
    return xs[0] + total(xs[1:]) if len(xs) > 1 else xs[0]
def self_attention(Q, K, V):
    e = np.exp(Q @ K.T / K.shape[1] ** 0.5)
    return np.array([total([w * v for w, v in zip(row / total(list(row)), V)]) for row in e])
"""
GENERATORS = """
def self_attention(Q, K, V):
    out = []
    for q in Q:
        scores = (sum(a * b for a, b in zip(q, k)) / len(q) ** 0.5 for k in K)
        e = [np.exp(score) for score in scores]
        out.append([sum(w / sum(e) * v[j] for w, v in zip(e, V)) for j in range(len(V[0]))])
    return np.array(out)
"""
WRAPPED = """
def timed(f):
    @functools.wraps(f)
    def timing(*args, **kwargs):
        began = time.perf_counter()
        result = f(*args, **kwargs)
        print(f.__name__, time.perf_counter() > began)
        return result
    return timing
"""
CALLABLE = "class SelfAttention:\n    def __call__(self, Q, K, V):\n" + textwrap.indent(SOFT, " " * 8)
METHODS = (
    "class A:\n    @staticmethod\n    def qkv(X, a, b, c):\n        return X @ a, X @ b, X @ c\n"
    "    @classmethod\n    def mix(cls, Q, K, V):\n" + textwrap.indent(SOFT, " " * 8)
)

BOTH = QKV + ATTENTION
LAMBDAS = """
compute_qkv = lambda X, *W: tuple(X @ w for w in W)
soft = lambda s: np.exp(s) / np.exp(s).sum(-1)[:, None]
self_attention = lambda Q, K, V: soft(Q @ K.T / np.sqrt(K.shape[1])) @ V
"""
ANY_ARGUMENTS = """
def compute_qkv(X, *W):
    return [X @ w for w in W]

def self_attention(*args, **kwargs):
    Q, K, V = args
"""
PARTIAL = "from functools import partial\nself_attention = partial(mix, 1, mask=None)\n"
HINTS = "(Q: torch.Tensor, K: List[float], V: ndarray) -> Optional[Tensor]:"
HINTED = CALLABLE.replace("Q, K, V):", "Q: Tensor, K, V) -> Tensor:")

WAYS: Mapping[str, str] = {
    "all_of_numpy": "from numpy import *\n" + BOTH.replace("np.", ""),
    "some_of_numpy": "from numpy import exp, sqrt\n" + BOTH.replace("np.", ""),
    "numpy_by_other_names": "import numpy, numpy as n\n" + BOTH.replace("np.exp", "numpy.exp").replace("np.", "n."),
    "defaults_and_extras": changed("(Q, K, V)", "(Q, K, V, mask=None, *, scale=None, **more)"),
    "any_arguments": NUMPY + ANY_ARGUMENTS + textwrap.indent(SOFT, "    "),
    "wrapped": "import functools, time\n" + NUMPY + WRAPPED + "@timed\n" + QKV + "@timed\n" + ATTENTION,
    "lambdas": NUMPY + LAMBDAS,
    "partial": changed("self_attention(Q, K, V)", "mix(n, Q, K, V, mask)") + PARTIAL,
    "callable_object": NUMPY + QKV + CALLABLE + "self_attention = SelfAttention()\n",
    "static_methods": NUMPY + METHODS + "compute_qkv, self_attention = A.qkv, A.mix\n",
    "recursion": NUMPY + QKV + RECURSION,
    "generators": NUMPY + QKV + GENERATORS,
    "list_of_arrays": changed("return X @ W_q, X @ W_k, X @ W_v", "return [X @ W_q, X @ W_k, X @ W_v]"),
    "matrix": changed("weights @ V", "np.matrix(weights) * np.matrix(V)"),
    "long_double": changed("np.exp(scores)", "np.exp(scores.astype(np.longdouble))"),
    "masked_array": changed("return weights @ V", "return np.ma.masked_array(weights @ V)"),
    "other_memory_order": changed("return weights @ V", "return np.asfortranarray(weights @ V)"),
    "hints_without_imports": changed("(Q, K, V):", HINTS),
    "hints_in_a_class": NUMPY + QKV + HINTED + "self_attention = SelfAttention()\n",
}


@pytest.mark.parametrize("name", WAYS)
def test_any_way_to_write_it_is_right(grade: Grade, name: str) -> None:
    result = grade(WAYS[name])
    assert (result.score, lost(result)) == (10, [])
    assert all("the type hints raised" in note for note in result.notes)
