"""What is lacking, in a sentence with what was found and what to do; and that old Pythons can read it."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import sysconfig
import types
import venv
from pathlib import Path

import numpy as np
import pytest

from grader import needs

ROOT = Path(__file__).parent.parent
RIGHT = ROOT / "submissions" / "self_attention" / "statement_style.py"


def numpy_of(version: object) -> types.ModuleType:
    made = types.ModuleType("numpy")
    made.__file__ = "/where/numpy/__init__.py"
    if version is not None:
        made.__version__ = version  # type: ignore[attr-defined]
    return made


def test_this_machine_lacks_nothing() -> None:
    assert (needs.lacking_python(), needs.lacking_numpy()) == ("", "")
    assert needs.explain(ValueError("a bug")).startswith("internal error: ValueError: a bug; please report it")


@pytest.mark.parametrize(("version", "enough"), [((3, 10, 13), False), ((3, 11, 0), True), ((4, 0, 0), True)])
def test_pythons(version: tuple[int, ...], enough: bool) -> None:
    why = needs.lacking_python(version)
    assert (why == "") is enough
    assert enough or "needs Python 3.11 or newer, and this is Python 3.10.13" in why


@pytest.mark.parametrize(("version", "enough"), [("1.26.0", True), ("2.5.0.dev0", True), ("10.0", True)])
def test_numpys_that_will_do(version: str, enough: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", numpy_of(version))
    assert needs.lacking_numpy() == ""


@pytest.mark.parametrize("version", ["1.21.0", "1.9", "0.9.8", "unknown", None])
def test_numpys_that_will_not_do(version: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", numpy_of(version))
    why = needs.lacking_numpy()
    assert why.startswith(f"numpy {version or 'of no version'} (/where/numpy/__init__.py) is too old, 1.26 or newer")
    assert '-m pip install --upgrade "numpy>=1.26"' in why


def test_what_is_not_installed_or_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert needs.lacking_numpy().startswith("numpy cannot be loaded") or "is not installed" in needs.lacking_numpy()
    assert "yaml is not installed in this Python" in needs.explain(ModuleNotFoundError("no", name="yaml.nodes"))
    assert "numpy" in needs.explain(ModuleNotFoundError("a bug of ours", name="grader.gone"))


def test_a_text_for_any_terminal() -> None:
    assert needs.plain("too old: ü\x1b[1m\n") == r"too old: \xfc\x1b[1m\n"


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    code = "import os; os.rmdir(os.getcwd()); from grader.cli import main; main()"
    gone = tmp_path / "gone"
    gone.mkdir()
    command = [sys.executable, "-c", code, "check"]
    done = subprocess.run(command, cwd=gone, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("grader: the current folder cannot be used")
    assert len(done.stderr.splitlines()) == 1


# --- the command line ----------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment of its own that sees the packages of this one, and its folder of packages."""
    venv.create(tmp_path / "env")
    (packages,) = (tmp_path / "env" / "lib").glob("python3*/site-packages")
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n", encoding="utf-8")
    return packages


def check(python: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-m", "grader", "check", str(RIGHT)]
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("COV", "PYTHON"))} | more
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("__version__ = '1.21.0'\n", "numpy 1.21.0 (%s) is too old, 1.26 or newer is needed; run: "),
        ("raise ImportError('made for\\nanother Python')\n", "numpy cannot be loaded (ImportError: made for another"),
    ],
)
def test_an_old_or_broken_numpy_is_told_and_nothing_is_graded(
    environment: Path, tmp_path: Path, content: str, words: str
) -> None:
    (environment / "numpy").mkdir()
    fake = environment / "numpy" / "__init__.py"
    fake.write_text(content, encoding="utf-8")
    done = check(tmp_path / "env" / "bin" / "python", tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert words.replace("%s", str(fake)) in done.stderr
    assert "Traceback" not in done.stderr


def test_numpy_that_only_this_user_has_is_found_by_workers(environment: Path, tmp_path: Path) -> None:
    """`pip install --user`: an isolated interpreter does not look there, and is told."""
    user = tmp_path / "home" / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    user.mkdir(parents=True)
    (environment / "dependencies.pth").rename(user / "dependencies.pth")
    for name in ("numpy", "numpy.libs"):
        if (place := Path(np.__file__).parent.parent / name).exists():
            (user / name).symlink_to(place)
    config = tmp_path / "env" / "pyvenv.cfg"
    config.write_text(
        config.read_text().replace("include-system-site-packages = false", "include-system-site-packages = true")
    )
    done = check(tmp_path / "env" / "bin" / "python", tmp_path, PYTHONUSERBASE=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    assert "10 of 10 points" in done.stdout


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py", "needs.py"])
def test_what_old_pythons_must_read_is_written_for_them(name: str) -> None:
    ast.parse((ROOT / "grader" / name).read_text(encoding="utf-8"), feature_version=(3, 8))


AS_OLD = "import runpy, sys; sys.version_info = (3, 10, 13); runpy.run_module('grader', run_name='__main__')"


def test_an_old_python_is_told_so_in_one_sentence() -> None:
    done = subprocess.run([sys.executable, "-c", AS_OLD], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("grader: needs Python 3.11 or newer, and this is Python 3.10.13 (")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10"])
def test_a_real_old_python_is_told_the_same(version: str) -> None:
    found = next((str(path) for path in Path.home().glob(f".pyenv/versions/{version}.*/bin/python")), None)
    if found is None:
        pytest.skip(f"there is no Python {version} here")
    done = check(found, ROOT)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"grader: needs Python 3.11 or newer, and this is Python {version}.")
    assert len(done.stderr.splitlines()) == 1


def test_a_python_without_the_packages_is_told_so_in_one_sentence(environment: Path, tmp_path: Path) -> None:
    (environment / "dependencies.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    done = check(tmp_path / "env" / "bin" / "python", tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("grader: typer is not installed in this Python (")
    assert len(done.stderr.splitlines()) == 1
