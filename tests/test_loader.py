"""A submission's statements run one by one, and its functions are found, whatever else goes wrong in it."""

from __future__ import annotations

import builtins
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from grader.faults import safe_str
from grader.loader import Program
from grader.units import Unreadable

WANTED = {"attention": ["attention", "self_attention"], "qkv": ["qkv"]}
ALLOWED = frozenset(sys.stdlib_module_names | {"numpy"})
F = "def attention(x):\n    return x\n"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """What loading a submission changes in this process, as it was."""
    modules, path = dict(sys.modules), list(sys.meta_path)
    yield
    sys.modules.clear()
    sys.modules.update(modules)
    sys.meta_path[:] = path
    for name in ("get_ipython", "display"):
        builtins.__dict__.pop(name, None)


def program(files: Mapping[str, str | bytes] | str, **options: Any) -> Program:
    """A program of some files, or of one."""
    named = {"mine.py": files} if isinstance(files, str) else files
    data = {name: text if isinstance(text, bytes) else text.encode() for name, text in named.items()}
    options.setdefault("progress", lambda number: None)
    return Program(files=data, wanted=options.pop("wanted", WANTED), allowed=ALLOWED, **options)


def load(files: Mapping[str, str | bytes] | str, main: str = "mine.py", **options: Any) -> tuple[Program, Any]:
    """The program after loading, and its main module."""
    made = program(files, **options)
    return made, made.load(main, options.get("cells"))


def notes(made: Program) -> list[tuple[str, str]]:
    """Kind and line of each problem."""
    return [(problem.kind, problem.fields.get("line", "")) for problem in made.problems]


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def names(made: Program, module: Any) -> dict[str, str]:
    """Function of the assignment → name under which it was found."""
    return {wanted: name for wanted, (name, _) in made.find(module).items()}


# --- statement by statement --------------------------------------------------------------------------


def test_a_statement_that_raises_is_noted_and_the_rest_runs() -> None:
    made, module = load("x = 1\n\ny = 1 / 0\nprint(undefined)\nz = 3\n")
    assert (module.x, module.z, hasattr(module, "y")) == (1, 3, False)
    assert [problem.fields for problem in made.problems] == [
        {"file": "mine.py", "line": "3", "exception": "ZeroDivisionError", "message": "division by zero"},
        {"file": "mine.py", "line": "4", "exception": "NameError", "message": "name 'undefined' is not defined"},
    ]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("raise SystemExit(3)", "statement_raised"),
        ("import sys; sys.exit()", "statement_raised"),
        ("exit()", "statement_raised"),
        ("raise KeyboardInterrupt", "statement_raised"),
        ("raise GeneratorExit", "statement_raised"),
        ("class E(BaseException): pass\nraise E()", "statement_raised"),
        ("def f(x=1/0): pass", "definition_failed"),
        ("class A:\n    x = 1/0", "definition_failed"),
        ("@undefined\ndef f(): pass", "definition_failed"),
        ("import torch", "module_not_available"),
        ("import torch.nn as nn", "module_not_available"),
        ("from numpy import nonesuch", "statement_raised"),
        ("await x", "statement_raised"),
        ("return 3", "statement_raised"),
        ("input()", "statement_raised"),
        ("open('/nonexistent/file')", "statement_raised"),
        ("assert False", "statement_raised"),
        ("x = " + "-" * 40 + "(" * 60 + "y" + ")" * 60, "statement_raised"),
    ],
)
def test_whatever_a_statement_raises(source: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "input", _no_input)  # pytest replaces stdin
    made, module = load(f"{source}\n{F}after = 1\n")
    assert [problem.kind for problem in made.problems] == [kind]
    assert module.after == 1
    assert names(made, module) == {"attention": "attention"}


def _no_input(*args: object) -> None:
    raise EOFError


HOSTILE_ERRORS = """
class Raising(Exception):
    def __str__(self): raise self
class Odd(str):
    def __getitem__(self, key): return 3
class Subclass(Exception):
    def __str__(self): return Odd("odd")
class Meta(type):
    @property
    def __name__(cls): raise SystemExit
class Nameless(Exception, metaclass=Meta): pass
class Missing(ModuleNotFoundError):
    @property
    def name(self): raise SystemExit
raise Raising()
raise Subclass()
raise Nameless("x")
raise Missing("y")
raise ValueError("z" * 10**6)
"""


def test_exceptions_that_are_hostile_themselves() -> None:
    made, _ = load(HOSTILE_ERRORS)
    told = [(problem.kind, problem.fields["exception"], problem.fields["message"]) for problem in made.problems]
    assert told == [
        ("statement_raised", "Raising", "(its message cannot be shown)"),
        ("statement_raised", "Subclass", "odd"),
        ("statement_raised", "object", "x"),
        ("statement_raised", "Missing", "y"),
        ("statement_raised", "ValueError", "z" * 500),
    ]
    assert all(type(text) is str for problem in made.problems for text in problem.fields.values())


def test_safe_str_of_a_plain_exception() -> None:
    assert safe_str(ValueError("no")) == "no"


def test_the_module_looks_like_one_that_was_imported() -> None:
    _, module = load("name, file = __name__, __file__\nif __name__ == '__main__':\n    ran = True\n")
    assert (module.name, module.file, hasattr(module, "ran")) == ("mine", "mine.py", False)


def test_a_notebook_is_the_main_module_as_in_jupyter() -> None:
    made, module = load({"n.ipynb": notebook("x = __name__", "if __name__ == '__main__':\n    ran = True")}, "n.ipynb")
    assert (module.x, module.ran, made.problems) == ("__main__", True, [])


@pytest.mark.parametrize(
    "magic", ["get_ipython().run_line_magic('matplotlib', 'inline')", "get_ipython().system('ls')"]
)
def test_exported_magics_do_nothing(magic: str) -> None:
    made, module = load(f"{magic}\nx = 1\n")
    assert (made.problems, module.x) == ([], 1)


def test_a_notebook_can_display() -> None:
    made, module = load({"n.ipynb": notebook("display(1)\ndef attention(x):\n    display(x)\n    return x")}, "n.ipynb")
    assert made.problems == []
    assert made.find(module)["attention"][1](3) == 3


def test_a_module_is_no_notebook_and_cannot() -> None:
    made, _ = load("display(1)\n")
    assert notes(made) == [("statement_raised", "1")]


def test_a_module_that_is_not_available_is_noted_once() -> None:
    made, _ = load("import torch\nimport torch.nn as nn\nfrom torch import cat\nimport einops\nnn.x\n")
    assert notes(made) == [("module_not_available", "1"), ("module_not_available", "4"), ("statement_raised", "5")]


def test_futures_count_for_what_follows() -> None:
    source = "from __future__ import annotations\ndef attention(x: Undefined) -> Nonsense:\n    return x\n"
    made, module = load(source)
    assert made.problems == []
    assert module.attention.__annotations__ == {"x": "Undefined", "return": "Nonsense"}


@pytest.mark.parametrize(
    "source",
    [
        "def attention(x: Undefined) -> torch.Tensor:\n    return x\n",
        "class A:\n    n: Undefined = 1\n    def f(self, x: Undefined): return x\nattention = A().f\n",
        "scale: Undefined = 1\ndef attention(x):\n    return x * scale\n",
    ],
)
def test_hints_that_cannot_be_evaluated_decide_nothing(source: str) -> None:
    made, module = load(source)
    assert {kind for kind, _ in notes(made)} <= {"hints_left_out"}  # nothing to note where Python evaluates them later
    assert made.find(module)["attention"][1](3) == 3


def test_a_definition_that_fails_besides_its_hints_fails() -> None:
    made, _ = load("def attention(x: Undefined = nothing): pass\n")
    assert notes(made) == [("definition_failed", "1")]
    assert made.problems[0].fields["name"] == "attention"


NAMELESS = {
    "import torch\n": ("torch", "its import failed: mine.py, line 1"),
    "from numpy import nonesuch as n\n": ("n", "its import failed: mine.py, line 1"),
    "x = y = 1 / 0\n": ("y", "it gets its value in mine.py, line 1, which raised ZeroDivisionError"),
    "if __name__ == '__main__':\n    d_k = 4\n": (
        "d_k",
        'it gets its value under `if __name__ == "__main__":` (mine.py, line 1), which does not run here',
    ),
}


@pytest.mark.parametrize("source", NAMELESS)
def test_why_a_name_has_no_value_is_known(source: str) -> None:
    made, _ = load(source)
    name, why = NAMELESS[source]
    assert made.unbound[name] == why


def test_so_it_is_of_a_statement_that_was_left_out() -> None:
    made, _ = load("x = 1\n", skip={1: "timeout"})
    assert made.unbound == {"x": "it gets its value in mine.py, line 1, which was left out"}


def test_a_notebook_runs_what_is_under_main() -> None:
    made, _ = load({"n.ipynb": notebook("if __name__ == '__main__':\n    d_k = 4\n")}, "n.ipynb")
    assert made.unbound == {}


def test_dataclasses_enums_and_named_tuples_find_their_module() -> None:
    source = """
from __future__ import annotations
import dataclasses, enum, typing, pickle
@dataclasses.dataclass
class Config:
    heads: int = 2
    kind: typing.ClassVar[int] = 3
class Mode(enum.Enum):
    A = 1
class Pair(typing.NamedTuple):
    a: int
size = len(dataclasses.fields(Config))
copy = pickle.loads(pickle.dumps(Config(4)))
"""
    made, module = load(source)
    assert (made.problems, module.size, module.copy.heads) == ([], 1, 4)


def test_a_function_keeps_the_globals_that_are_set_later() -> None:
    made, module = load("def attention(x):\n    return x * scale\nscale = 3\n")
    assert made.find(module)["attention"][1](2) == 6


def test_only_the_cells_before() -> None:
    files = {"n.ipynb": notebook("x = 1", F, "x = 2", "x = 3")}
    made = program(files)
    assert made.load("n.ipynb", 3).__dict__["x"] == 2
    assert made.load("n.ipynb", 0).__dict__.get("x") is None


# --- statements that do not end ----------------------------------------------------------------------


def test_every_statement_is_announced_by_its_number() -> None:
    told: list[int] = []
    load("import os\nx = 1\ndef f(): pass\nprint\n", progress=told.append)
    assert told == [1, 2, 3, 4, 0]


def test_statements_of_other_files_count_and_the_importing_one_comes_back() -> None:
    told: list[int] = []
    files = {"mine.py": "x = 1\nimport other\ny = 2\n", "other.py": "a = 1\nb = 2\n"}
    load(files, progress=told.append)
    assert told == [1, 2, 3, 4, 2, 5, 0]


def test_statements_that_did_not_end_are_left_out_and_said() -> None:
    made, module = load("x = 1\nwhile True: pass\ny = 2\n", skip={2: "timeout"})
    assert (module.x, module.y) == (1, 2)
    assert [(problem.kind, problem.fields) for problem in made.problems] == [
        ("statement_stopped", {"file": "mine.py", "line": "2", "reason": "timeout"})
    ]


def test_definitions_only() -> None:
    made, module = load("import os\nx = 3\ny = f()\nwhile True: pass\n" + F, definitions_only=True)
    assert (module.x, hasattr(module, "y"), names(made, module)) == (3, False, {"attention": "attention"})
    assert made.problems == []


# --- other files -------------------------------------------------------------------------------------

LAYOUTS: list[dict[str, str]] = [  # the main file first
    {"mine.py": "from helper import h\n", "helper.py": "h = 1\n"},
    {"mine.py": "import helper\nh = helper.h\n", "helper.py": "h = 1\n"},
    {"mine.py": "from helper import *\n", "helper.py": "h = 1\n"},
    {"src/mine.py": "from helper import h\n", "src/helper.py": "h = 1\n"},
    {"src/mine.py": "from helper import h\n", "helper.py": "h = 1\n"},
    {"src/mine.py": "from src.helper import h\n", "src/helper.py": "h = 1\n"},
    {"src/mine.py": "from parts.helper import h\n", "src/parts/helper.py": "h = 1\n"},
    {"mine.py": "from pack import h\n", "pack/__init__.py": "from .inner import h\n", "pack/inner.py": "h = 1\n"},
    {"mine.py": "import pack.inner\nh = pack.inner.h\n", "pack/__init__.py": "", "pack/inner.py": "h = 1\n"},
    {"mine.py": "from pack.inner import h\n", "pack/inner.py": "h = 1\n"},
    {"mine.py": "from pack import inner\nh = inner.h\n", "pack/inner.py": "h = 1\n"},
    {"mine.py": "from .helper import h\n", "helper.py": "h = 1\n"},
    {"mine.py": "from . import helper\nh = helper.h\n", "helper.py": "h = 1\n"},
    {"mine.py": "from .helper import h\n", "helper.py": "from .more import h\n", "more.py": "h = 1\n"},
    {"a/b/mine.py": "from ..helper import h\n", "a/helper.py": "h = 1\n"},
    {"a/b/mine.py": "from .helper import h\n", "a/b/helper.py": "h = 1\n", "a/__init__.py": ""},
    {"mine.py": "g = 1\nfrom helper import h\n", "helper.py": "import mine\nh = mine.g\n"},
    {"mine.py": "g = 1\nfrom .helper import h\n", "helper.py": "from .mine import g as h\n"},
    {"s/mine.py": "g = 1\nfrom helper import h\n", "s/helper.py": "from s.mine import g as h\n"},
    {"my file.py": "from helper import h\n", "helper.py": "h = 1\n"},
    {"mine.py": "import importlib\nh = importlib.import_module('my-helper').h\n", "my-helper.py": "h = 1\n"},
    {"mine.py": "from token import h\n", "token.py": "h = 1\n"},
    {"mine.py": "from tokenize import h\n", "tokenize.py": "h = 1\n"},
    {"mine.py": "from inspect import h\n", "inspect.py": "h = 1\n"},
    {"mine.py": "import numpy\nh = int(numpy.ones(1)[0])\n", "numpy.py": "h = 2\n"},
    {"numpy.py": "import numpy as np\nh = int(np.ones(1)[0])\n"},
    {"random.py": "import random\nh = random.choice([1])\n"},
    {"mine.py": "import json\nh = json.loads('1')\n", "json/data.py": "h = 2\n"},
    {"mine.py": "import os.path\nh = 1\n", "os/path.py": "h = 2\n"},
]  # fmt: skip


@pytest.mark.parametrize("files", LAYOUTS, ids="+".join)
def test_imports_among_the_files_of_a_submission(files: dict[str, str]) -> None:
    made, module = load(files, next(iter(files)))
    assert made.problems == []
    assert module.h == 1


def test_files_that_import_each_other() -> None:
    files = {
        "mine.py": "import helper\n" + F + "g = helper.h\n",
        "helper.py": "import mine\ndef h(x):\n    return mine.attention(x)\n",
    }
    made, module = load(files)
    assert made.problems == []
    assert module.g(3) == 3


def test_a_file_that_raises_when_it_is_imported_gives_what_it_has() -> None:
    files = {"mine.py": "from helper import a, b\n", "helper.py": "a = 1\n1 / 0\nb = 2\n"}
    made, module = load(files)
    assert (module.a, module.b) == (1, 2)
    assert [(problem.fields["file"], problem.fields["line"]) for problem in made.problems] == [("helper.py", "2")]


def test_a_file_that_cannot_be_read_fails_its_import() -> None:
    made, module = load({"mine.py": "import helper\n" + F, "helper.py": "def f(:\n"})
    assert notes(made) == [("statement_raised", "1")]
    assert made.problems[0].fields["exception"] == "SyntaxError"
    assert "helper.py" in made.problems[0].fields["message"]
    assert names(made, module) == {"attention": "attention"}


# --- which file, which function ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "mains"),
    [
        ({"mine.py": F}, ["mine.py"]),
        ({"b.py": F, "a.py": "x = 1"}, ["b.py"]),
        ({"a.py": F, "b.py": F + "def qkv(): pass\n"}, ["b.py"]),
        ({"b.py": F, "a.py": F}, ["a.py", "b.py"]),
        ({"deep/a.py": F, "z.py": F}, ["z.py", "deep/a.py"]),
        ({"a.py": "x = 1", "b.py": "y = 1"}, ["a.py"]),
        ({"a.py": "def f(:", "b.py": "y = 1"}, ["b.py"]),
        ({"a.py": "def f(:", "b.py": "def g(:"}, ["a.py"]),
        ({"a.py": "self_attention = 3", "b.py": "x = 1"}, ["a.py"]),
    ],
)
def test_the_file_with_most_of_the_functions_is_the_main_one(files: dict[str, str], mains: list[str]) -> None:
    assert program(files).mains() == mains


def test_functions_of_several_files_are_put_together() -> None:
    files = {"mine.py": F + "a = b = 1\n", "other.py": "def qkv():\n    return help()\ndef help():\n    return 7\n"}
    made, module = load(files)
    found = made.find(module)
    assert found["qkv"][1]() == 7
    assert [(problem.kind, problem.fields) for problem in made.problems] == [
        ("function_elsewhere", {"function": "qkv", "file": "other.py"})
    ]


def test_a_file_that_was_imported_does_not_run_again_when_a_function_is_found_in_it() -> None:
    files = {
        "mine.py": "import other\n" + F,
        "other.py": "import sys\nsys.ran = getattr(sys, 'ran', 0) + 1\ndef qkv(): pass",
    }
    made, module = load(files)
    made.find(module)
    assert sys.__dict__.pop("ran") == 1


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def self_attention(x): return x", "self_attention"),
        ("def self_attention(x): return 0\ndef attention(x): return x", "attention"),
        ("attention = lambda x: x", "attention"),
        ("import functools\nattention = functools.partial(lambda a, x: x, 1)", "attention"),
        ("class A:\n    def __call__(self, x): return x\nattention = A()", "attention"),
        ("class A:\n    @staticmethod\n    def f(x): return x\nattention = A.f", "attention"),
        ("class A:\n    def f(self, x): return x\nattention = A().f", "attention"),
        ("import functools\n@functools.lru_cache\ndef attention(x): return x", "attention"),
        ("attention = 3\ndef self_attention(x): return x", "self_attention"),
        ("if True:\n    def attention(x): return x", "attention"),
        ("try:\n    import torch\nexcept ImportError:\n    def attention(x): return x", "attention"),
        ("globals()['attention'] = lambda x: x", "attention"),
    ],
)
def test_functions_of_every_make(source: str, found: str) -> None:
    made, module = load(source)
    name, function = made.find(module)["attention"]
    assert (name, function(5)) == (found, 5)


def test_what_is_no_function_is_not_found() -> None:
    made, module = load("attention = 3\nqkv = None\n")
    assert made.find(module) == {}


def test_outline_runs_nothing() -> None:
    made = program({"a.py": "raise SystemExit\nimport b as c\nx: int = 1\n" + F, "bad.py": "def f(:", "n.ipynb": b"[]"})
    assert made.outline() == {"a.py": ["attention", "c", "x"], "bad.py": [], "n.ipynb": []}
    assert made.outline_of_wanted() == ["attention"]


@pytest.mark.parametrize(
    ("files", "candidates"),
    [
        ({"n.ipynb": notebook(F, "x = 1", F, F)}, [("n.ipynb", None), ("n.ipynb", 3), ("n.ipynb", 2)]),
        ({"mine.py": F + F}, [("mine.py", None)]),
        ({"mine.py": f"# In[1]:\n{F}# In[ ]:\n{F}"}, [("mine.py", None), ("mine.py", 2)]),
        ({"mine.py": f"# %%\n{F}# %%\n{F}"}, [("mine.py", None), ("mine.py", 2)]),
        ({"mine.py": f'"""Automatically generated by Colab."""\n{F}{F}'}, [("mine.py", None), ("mine.py", 2)]),
        ({"a.py": F, "b.py": F}, [("a.py", None), ("b.py", None)]),
        ({"a.py": "def f(:"}, [("a.py", None)]),
    ],
)
def test_candidates(files: dict[str, str | bytes], candidates: list[tuple[str, int | None]]) -> None:
    made = program(files)
    assert made.candidates(made.mains()) == candidates


def test_there_are_not_more_candidates_than_eight_besides_the_plain_one() -> None:
    made = program({"n.ipynb": notebook(*[F] * 50)})
    latest_and_first = [*range(49, 42, -1), 1]
    assert made.candidates(["n.ipynb"]) == [("n.ipynb", None)] + [("n.ipynb", cell) for cell in latest_and_first]


def test_an_unreadable_file_is_unreadable_each_time() -> None:
    made = program("def f(:")
    for _ in range(2):
        with pytest.raises(Unreadable):
            made.parsed("mine.py")


def test_of_a_notebook_only_its_cells_are_code() -> None:
    written = ("x = 1", "%magic\ny")
    cells: list[Any] = [{"cell_type": "code", "source": source, "outputs": [], "metadata": {}} for source in written]
    notebook = {"cells": cells, "metadata": {"widgets": "import torch"}, "nbformat": 4, "nbformat_minor": 4}
    files = {"a.ipynb": json.dumps(notebook).encode(), "b.py": b"import numpy\n", "c.ipynb": b"no notebook"}
    assert program(files).code() == {"a.ipynb": b"x = 1\n%magic\ny", "b.py": b"import numpy\n"}
