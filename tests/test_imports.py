"""What `import` gives in a submission, and what place holders of plot libraries stand."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from grader import imports
from grader.imports import Gate


class Folder:
    """A submission with some files and folders; it remembers what was executed."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.executed: list[str] = []

    def module_file(self, fullname: str) -> str | None:
        path = fullname.replace(".", "/")
        return next((name for name in (f"{path}.py", f"{path}/__init__.py") if name in self.names), None)

    def is_folder(self, fullname: str) -> bool:
        return any(name.startswith(fullname.replace(".", "/") + "/") for name in self.names)

    def execute_file(self, name: str, module: types.ModuleType) -> None:
        self.executed.append(name)
        module.__dict__["value"] = name


@pytest.fixture
def restored() -> Iterator[None]:
    """`sys.modules` and `sys.meta_path` as they were."""
    modules, path = dict(sys.modules), list(sys.meta_path)
    yield
    sys.modules.clear()
    sys.modules.update(modules)
    sys.meta_path[:] = path


@pytest.fixture
def gate(restored: None) -> Iterator[Folder]:
    """A gate before a folder."""
    folder = Folder("own.py", "pack/__init__.py", "pack/inner.py", "space/leaf.py", "tomllib/x.py", "google/own.py")
    sys.meta_path.insert(0, Gate(folder, frozenset({"json", "tomllib", "numpy"})))
    return iter([folder])


def test_own_files_packages_and_folders(gate: Iterator[Folder]) -> None:
    folder = next(gate)
    for name, file in (("own", "own.py"), ("pack.inner", "pack/inner.py"), ("space.leaf", "space/leaf.py")):
        assert importlib.import_module(name).__dict__["value"] == file
    importlib.import_module("own")
    assert folder.executed == ["own.py", "pack/__init__.py", "pack/inner.py", "space/leaf.py"]


def test_a_folder_does_not_hide_a_module_but_a_stub(gate: Iterator[Folder]) -> None:
    sys.modules.pop("tomllib", None)
    assert hasattr(importlib.import_module("tomllib"), "loads")
    assert importlib.import_module("google.own").__dict__["value"] == "google/own.py"


@pytest.mark.parametrize("name", ["torch", "scipy.special", "pydantic", "pytest_no", "space.none", "own.sub"])
def test_what_is_not_available_is_called_by_its_name(gate: Iterator[Folder], name: str) -> None:
    for known in [known for known in sys.modules if known.partition(".")[0] in ("pydantic", "scipy")]:
        del sys.modules[known]
    with pytest.raises(ModuleNotFoundError) as caught:
        importlib.import_module(name)
    assert caught.value.name == (name if name != "scipy.special" else "scipy")


STUBBED = """
import matplotlib.pyplot as plt
import matplotlib
import seaborn as sns
from mpl_toolkits.mplot3d import Axes3D
from matplotlib import cm, animation
from IPython.display import display, HTML, clear_output
from google.colab import drive, files
import plotly.express as px
from tqdm import tqdm, trange
from tqdm.auto import tqdm as bar
import tqdm as module
from tqdm.notebook import tqdm_notebook
import ipywidgets as widgets
import grader

grader.check('self_attention')
drive.mount('/content/drive')
matplotlib.use('Agg')
plt.rcParams['figure.figsize'] = (8, 6)
plt.style.use('ggplot')
fig, ax = plt.subplots()
fig, axes = plt.subplots(2, 2, figsize=(8, 8))
axes[0, 1].imshow([[1]], cmap=cm.viridis)
axes[3].set_title('later')
for axis in axes.flat:
    axis.plot([1], [2])
image = ax.imshow([[1]])
fig.colorbar(image, ax=ax)
with plt.style.context('dark'):
    plt.plot([1])
plt.title(f'{fig}')
plt.show()
sns.heatmap([[1]], annot=True)
display(HTML('<b>'))
uploaded = files.upload()
for name in uploaded.keys():
    uploaded[name]

@widgets.interact(x=3)
def show(x):
    return x

@animation.something
def animate(i):
    return i

steps = [i for i in tqdm(range(3), desc='x')] + [i for i in trange(2)] + list(bar([7])) + list(module.tqdm([8]))
steps += list(tqdm_notebook([9]))
progress = tqdm(range(4), total=4)
progress.set_description('d')
progress.update(1)
progress.close()
with tqdm(total=10) as p:
    p.update(3)
length = len(tqdm([1, 2]))
both = list(zip(tqdm([1, 2]), 'ab'))
numbered = list(enumerate(tqdm('ab')))
"""


def test_stubs_bear_what_plotting_code_does(gate: Iterator[Folder]) -> None:
    for known in [known for known in sys.modules if known.partition(".")[0] in imports.STUBS]:
        del sys.modules[known]
    space: dict[str, Any] = {"__name__": "mine"}
    exec(STUBBED, space)
    assert space["steps"] == [0, 1, 2, 0, 1, 7, 8, 9]
    assert (space["length"], space["both"], space["numbered"]) == (2, [(1, "a"), (2, "b")], [(0, "a"), (1, "b")])
    assert space["animate"](5) == 5
    assert bool(space["fig"])


CHECKED = """
import grader
from grader import check
checked = grader.check("self_attention", seed=7)
assert checked.score == checked.points
assert check().score >= 9.5 and 10 <= grader.check().score
assert float(checked.score) / checked.points == 1
print(f"{checked.score:.1f} of {checked.points}", round(checked.score, 1))
@grader.something
def kept(x): return x
"""


def test_what_a_notebook_asserts_of_its_own_check_holds(
    gate: Iterator[Folder], capsys: pytest.CaptureFixture[str]
) -> None:
    for known in [known for known in sys.modules if known.partition(".")[0] == "grader"]:
        del sys.modules[known]
    space: dict[str, Any] = {"__name__": "mine"}
    exec(CHECKED, space)
    assert space["kept"](5) == 5
    assert " of " in capsys.readouterr().out


def test_a_stub_has_no_special_attributes_of_its_own() -> None:
    with pytest.raises(AttributeError):
        imports.Nothing().__array__  # noqa: B018  # numpy would take it for an array
    with pytest.raises(AttributeError):
        imports.StubModule("m").__wrapped__  # noqa: B018  # inspect would follow it


def test_own_modules_are_neither_the_standard_library_nor_numpy(restored: None) -> None:
    import pydantic  # noqa: F401  # something that is the harness's

    own = imports.own_modules()
    assert {"grader.imports", "pydantic", "pytest"} <= set(own)
    assert not {name for name in own if name.partition(".")[0] in ("numpy", "json", "os", "encodings", "__main__")}
    imports.forget([*own, "never.heard.of"])
    assert not imports.own_modules()


def test_files_named_like_modules_get_their_turn(restored: None) -> None:
    import colorsys  # noqa: F401  # a module that nothing here needs

    numpy, sys_, abc = sys.modules["numpy"], sys.modules["sys"], sys.modules["abc"]
    imports.unshadow(["colorsys", "numpy", "sys", "abc", "never_loaded"])
    assert "colorsys" not in sys.modules
    assert (sys.modules["numpy"], sys.modules["sys"], sys.modules["abc"]) == (numpy, sys_, abc)
