"""A check inside a notebook: in a real kernel, and what the sample class gets there beside what `check` gives it."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kernels import ROOT, Cell, executed
from reports.pages import parsed
from submissions_in_pytest import WRONG, course

import grader
from grader import cells, judge
from grader.assignments import load_assignment
from grader.checking import submission_at
from grader.exam import prepare
from grader.inprocess import InProcessRunner, Live
from grader.layouts import find
from grader.model import Result, Submission
from grader.notebook import HERE, Checked, NotChecked
from grader.notebooks import cell_sources, strip_magics
from grader.runner import LocalRunner
from grader.surroundings import ours

pytestmark = pytest.mark.unmeasured

RIGHT = (ROOT / "submissions" / "self_attention" / "softmax_helper.py").read_text(encoding="utf-8-sig")
UNSCALED = """\
def self_attention(Q, K, V):
    print("called")
    display("shown")
    scores = Q @ K.T
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
"""
UNTOUCHED = """\
# untouched
state = random.random()
random.seed(3)
print(sorted(name for name in set(dir()) - before if name[0] != "_"), np.geterr()["over"], state == random.random())
"""
OTHER_NAMES = """\
# other names
del self_attention, compute_qkv
def computeQKV(X, W_q, W_k, W_v):
    return X, X, X
class Model:
    def self_attention(self, Q, K, V):
        return V
"""


def show(text: str) -> str:
    """A page's text as it is read."""
    return re.sub(r"\s+", " ", parsed(text).text)


# --- in a kernel -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cell]:
    """Each cell by its first line, in the order in which they run."""
    sources = [
        "# setup\nimport grader\nimport numpy as np\nimport random\n" + RIGHT,
        "# settings\nnp.seterr(all='raise')\nrandom.seed(3)\ncounter = 0\nbefore = set(dir()) | {'before'}",
        "# right\nprint('above')\ngrader.check('self_attention')",
        UNTOUCHED,
        "# unscaled\nnp.seterr(all='warn')\n" + UNSCALED,
        "# wrong\ngrader.check()",
        "# misspelt\ngrader.check('self_atention')",
        "# load\n%load_ext grader",
        "%%grade self_attention\nprint('in the cell')\ndef self_attention(Q, K, V):\n    return 1 / 0",
        "%%grade\n1 / 0",
        "%grade a b",
        "# leaves\ndef self_attention(Q, K, V):\n    global counter\n    counter += 1\n    exit()",
        "%grade",
        "# alive\nprint('alive', counter)",
        OTHER_NAMES,
        "# none\ngrader.check()",
        "# missing\ngrader.check('self_attention')",
    ]
    ran = executed(sources, tmp_path_factory.mktemp("notebook"))
    return {source.partition("\n")[0]: cell for source, cell in zip(sources, ran, strict=True)}


def test_a_right_notebook_has_all_points_below_what_its_cell_prints(checks: dict[str, Cell]) -> None:
    cell = checks["# right"]
    assert cell.kinds == ["stream", "execute_result"]
    assert "10 of 10 points" in show(cell.html)
    assert "Indicative: checked inside this notebook, without isolation" in show(cell.html)
    assert "compute_qkv (In [1]), self_attention (In [1])" in show(cell.html)
    assert "10 of 10 points" in cell.text
    assert "\x1b" not in cell.text


def test_nothing_of_the_session_is_changed(checks: dict[str, Cell]) -> None:
    assert checks["# untouched"].text == "['state'] raise True\n"


def test_a_wrong_one_is_told_its_mistake_with_an_example_and_a_picture(checks: dict[str, Cell]) -> None:
    cell = checks["# wrong"]
    assert cell.kinds == ["execute_result"]  # neither what the function prints nor what it displays
    page = parsed(cell.html)
    assert "The scores are not scaled" in show(cell.html)
    assert "Yours" in show(cell.html)
    assert page.all("figure")
    assert "self_attention (In [5])" in show(cell.html)
    assert "Next: Mend the likely cause, then run its cell and this one again." in show(cell.html)
    assert "called" in page.all("pre")[-1].text


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("# misspelt", "grader: there is no assignment `self_atention`; did you mean `self_attention`?"),
        ("%grade a b", "grader: %grade takes the name of one assignment, and not 'a b'"),
        ("# none", "grader: no function of a known assignment is defined here: run the cells that define yours"),
    ],
)
def test_what_cannot_be_checked_is_a_sentence(checks: dict[str, Cell], cell: str, sentence: str) -> None:
    assert checks[cell].kinds == ["error"]
    assert checks[cell].error.startswith(sentence)
    assert "\n" not in checks[cell].error


def test_the_magics_cell_runs_and_is_checked_and_its_lines_keep_their_numbers(checks: dict[str, Cell]) -> None:
    cell = checks["%%grade self_attention"]
    assert cell.kinds == ["stream", "display_data"]
    assert "ZeroDivisionError: division by zero (In [9], line 4)" in show(cell.html)


def test_a_cell_that_raises_is_not_checked(checks: dict[str, Cell]) -> None:
    cell = checks["%%grade"]
    assert cell.kinds == ["error", "error"]
    assert "ZeroDivisionError" in cell.error
    assert cell.error.endswith("\ngrader: the cell raised an exception, see above: nothing was checked")


def test_a_function_that_leaves_ends_no_kernel(checks: dict[str, Cell]) -> None:
    assert "SystemExit (it ends the program, as exit() and quit() do) (In [12], line 5)" in show(checks["%grade"].html)
    assert checks["# alive"].text == "alive 0\n"


def test_functions_under_other_names_are_found(checks: dict[str, Cell]) -> None:
    said = show(checks["# missing"].html)
    assert "compute_qkv(X, W_q, W_k, W_v) is not defined; found computeQKV(X, W_q, W_k, W_v)" in said
    assert "self_attention(Q, K, V) is not defined; found Model.self_attention(self, Q, K, V)" in said
    assert "None of its functions is defined here." in said


def test_the_documents_cells_run(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8"), re.DOTALL)
    first, *others = executed([RIGHT, *blocks], tmp_path)
    assert [cell.error for cell in (first, *others)] == [""] * (1 + len(blocks))
    assert all("10 of 10" in cell.text for cell in (others[0], others[-1]))


# --- without one -------------------------------------------------------------------------------------


def test_a_folder_of_specs_a_namespace_and_a_seed(tmp_path: Path) -> None:
    course(tmp_path)
    space: dict[str, Any] = {}
    exec(WRONG, space)
    checked = grader.check("doubling", specs=tmp_path / "test_specs", namespace=space, seed=3)
    assert isinstance(checked, Checked)
    assert (checked.score, checked.points, checked.result.seed, checked.result.scope) == (1, 4, 3, "public")
    assert checked.result.hidden_points == 2
    assert [known.misconception for known in checked.result.diagnoses] == ["tripled"]
    assert "public points: 1 of 4; 2 more are hidden" in repr(checked)
    assert "\nChecked as they are defined now: double.\nIndicative: " in repr(checked)


def test_the_callers_functions_are_meant(tmp_path: Path) -> None:
    course(tmp_path)
    space: dict[str, Any] = {"grader": grader, "specs": tmp_path / "test_specs"}
    exec("def double(X): return 2 * X\nchecked = grader.check(specs=specs)", space)
    assert space["checked"].score == 4


def test_functions_of_several_assignments() -> None:
    known = {name: lambda: None for name in ("compute_qkv", "self_attention", "masked_self_attention")}
    with pytest.raises(NotChecked, match="functions of several assignments are defined here"):
        grader.check(namespace={"self_attention": known["self_attention"], "masked_attention": known["compute_qkv"]})


@pytest.mark.parametrize("seed", ["x", -1, 2**40, 2**31, 1.5, True])
def test_a_seed_that_is_none(seed: Any) -> None:
    with pytest.raises(NotChecked, match=f"^`seed` is a whole number from 0 to 2147483647, and not {seed!r}$"):
        grader.check("self_attention", seed=seed)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"assignment": 5}, '`assignment` is a text, as in grader.check("self_attention"), and not 5'),
        ({"assignment": ["x"]}, "`assignment` is a text, as in grader.check(\"self_attention\"), and not ['x']"),
        ({"specs": 5}, '`specs` is the path of a folder, as in specs="course", and not 5'),
        ({"namespace": 3}, "`namespace` is a dict, such as vars(module), and not 3"),
    ],
)
def test_arguments_of_another_kind(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(NotChecked) as raised:
        grader.check(**arguments)
    assert str(raised.value) == sentence


def test_with_nothing_defined_a_named_assignment_is_a_sentence() -> None:
    space: dict[str, Any] = {"__name__": "session"}
    exec("def unrelated(a): return a", space)
    with pytest.raises(NotChecked) as raised:
        grader.check("self_attention", namespace=space)
    assert str(raised.value) == (
        "no function of self_attention is defined in this notebook: run the cells that define them "
        "(compute_qkv, self_attention)"
    )


def test_no_such_folder_and_no_such_attribute(tmp_path: Path) -> None:
    with pytest.raises(NotChecked, match="there is no such folder of specs"):
        grader.check("doubling", specs=tmp_path / "none")
    with pytest.raises(AttributeError, match="module 'grader' has no attribute 'chek'"):
        grader.chek  # type: ignore[attr-defined]  # noqa: B018


def test_grader_itself_loads_nothing() -> None:
    command = "import sys, grader; print(sorted(name for name in sys.modules if name[:6] in ('grader', 'numpy')))"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "['grader']\n"


def test_a_numpy_that_will_not_do_is_said(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("x = 1\n", encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    command = [sys.executable, "-c", "import grader; grader.check()"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith("ImportError: the grader cannot start: numpy of no version (")


# --- the sample class --------------------------------------------------------------------------------

NEED_A_WORKER = {
    "loops_forever.py": "no time is limited here",
    "messy_notebook.ipynb": "a function is defined again below: a worker also tries the cells above alone",
    "syntax_error.py": "defines nothing in a session",
    "tabs_and_spaces.py": "Python itself cannot read it: a worker's reader mends it",
    "folder_of_files": "its files import one another from the folder that was handed in",
}


def namespace_of(path: Path) -> dict[str, Any]:
    """What a person has in a session after running the file; what raises is passed over."""
    data = path.read_bytes()
    sources = map(strip_magics, cell_sources(data)) if path.suffix == ".ipynb" else [data.decode("utf-8-sig")]
    space: dict[str, Any] = {"__name__": "session"}
    for source in sources:
        for statement in ast.parse(source).body:
            with contextlib.suppress(Exception), contextlib.redirect_stdout(None):
                exec(compile(ast.Module([statement], []), "cell", "exec"), space)
    return space


def verdicts(result: Result) -> Any:
    """All that a student is told of points."""
    known = [(each.misconception, each.score_if_mended) for each in result.diagnoses]
    return result.score, [(case.id, case.verdict, case.earned) for case in result.cases], known


@pytest.mark.parametrize(
    "assignment", ["self_attention", pytest.param("multi_head_self_attention", marks=pytest.mark.long)]
)
def test_the_sample_class_gets_what_check_gives_it(assignment: str) -> None:
    spec = load_assignment(assignment, None)
    entries = {entry.path.name: entry for entry in find(ROOT / "submissions" / assignment).entries}
    with LocalRunner() as runner:
        exam = prepare(spec, None, "public", runner)
        said = {
            name: verdicts(judge.grade(submission_at(entry.path), exam, runner).result)
            for name, entry in entries.items()
            if name not in NEED_A_WORKER
        }
    here = {}
    for name in said:
        space = namespace_of(entries[name].path)
        with warnings.catch_warnings(action="default"), ours(space) as theirs:
            live = Live(Submission(HERE, "", HERE, (), ""), space, theirs, cells.name_of, cells.signatures(space))
            runner_here = InProcessRunner(live)
            exam_here = prepare(spec, None, "public", runner_here)
            here[name] = verdicts(judge.grade(live.submission, exam_here, runner_here).result)
    assert here == said
    assert len(said) > 15
    assert np.geterr()["over"] == "warn"
