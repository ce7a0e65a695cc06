"""What users get: the wheel is the package with its assignments, the sdist what builds that wheel, nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from grader import __version__

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
ASSIGNMENTS = ("masked_self_attention", "multi_head_self_attention", "self_attention")
PARTS = ("feedback.css", "feedback.html", "fragment.html", "parts.html")
CLASS = ("class.css", "class.html", "class.js", "class_early.js")
TEMPLATES = (*PARTS, *CLASS, "notebook.css", "notebook.html", "page.css", "page.html")
DATA = ("py.typed", "spec.schema.json", *(f"reports/templates/{name}" for name in TEMPLATES))
"""What is in the package and no module."""


def files(folder: str) -> set[str]:
    found = (ROOT / folder).rglob("*")
    return {path.relative_to(ROOT).as_posix() for path in found if path.is_file() and "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", out], cwd=ROOT, check=True, capture_output=True)
    return out


def test_wheel(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    data = {f"grader/assignments/{name}" for name in files("test_specs") | files("reference")}
    assert shipped == files("grader") | data


def test_sdist(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        shipped = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in archive.getnames()}
    single = {name for name in shipped if "/" not in name}
    assert shipped - single == files("grader") | files("test_specs") | files("reference")
    known = {".gitignore", "PKG-INFO", "pyproject.toml", "requirements.lock"}
    assert single <= known | {f"{name}.md" for name in ("CHANGELOG", "CONTRIBUTING", "README")} | {"LICENSE"}


def test_what_is_shipped_beside_modules_is_known_by_name(built: Path) -> None:
    """A file that was left in a folder by mistake would be shipped to everybody."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    info = {name.partition("/")[2] for name in names if ".dist-info/" in name}
    assert info == {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    data = {name for name in names if not name.endswith(".py") and ".dist-info/" not in name}
    assignments = {f"grader/assignments/test_specs/{name}.yaml" for name in ASSIGNMENTS}
    assert data == assignments | {f"grader/{name}" for name in DATA}
    references = {name for name in names if name.startswith("grader/assignments/reference/")}
    assert references == {f"grader/assignments/reference/{name}.py" for name in ASSIGNMENTS}


def test_the_sdist_builds_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "again")]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (one,), (other,) = built.glob("*.whl"), (tmp_path / "again").glob("*.whl")
    with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
        assert {name: first.read(name) for name in first.namelist()} == {n: second.read(n) for n in second.namelist()}


# --- one-shot use, as `pipx run` and `uvx` have it ---------------------------------------------------


@pytest.fixture(scope="module")
def installed(built: Path) -> Iterator[Path]:
    """An environment with the wheel in it, which sees the packages of this one, in a folder that all may read."""
    (wheel,) = built.glob("*.whl")
    with tempfile.TemporaryDirectory(prefix="grader installed ü ") as name:
        Path(name).chmod(0o755)
        venv.create(Path(name) / "env")
        python = Path(name) / "env" / "bin" / "python"
        (packages,) = (Path(name) / "env" / "lib").glob("python3*/site-packages")
        (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
        install = ["install", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
        subprocess.run(
            [sys.executable, "-m", "pip", "--python", str(python), *install], check=True, capture_output=True
        )
        (Path(name) / "mine.py").write_bytes((ROOT / "submissions/self_attention/statement_style.py").read_bytes())
        yield Path(name)


def one_shot(installed: Path, *arguments: object, user: bool = False) -> subprocess.CompletedProcess[str]:
    """The script named like the distribution, from another folder, with no network and nobody's settings."""
    become = [sys.executable, str(ROOT / "tests" / "ordinary_user.py")] if user and os.geteuid() == 0 else []
    environment = {"PATH": os.defpath, "HOME": "/nonexistent", "COLUMNS": "120", "https_proxy": "http://127.0.0.1:9"}
    return subprocess.run(
        [*become, str(installed / "env" / "bin" / "attention-grader"), *map(str, arguments)],
        cwd=installed,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_script_named_like_the_distribution(installed: Path) -> None:
    shown = one_shot(installed, "--version")
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, f"grader {__version__}\n", "")
    code = "import grader; print(grader.__file__)"
    where = subprocess.run([installed / "env/bin/python", "-I", "-c", code], capture_output=True, text=True, check=True)
    assert where.stdout.startswith(str(installed))
    listed = one_shot(installed, "list")
    assert all(name in listed.stdout for name in ASSIGNMENTS)


@pytest.mark.parametrize("user", [False, True], ids=["", "ordinary_user"])
def test_the_wheel_works_away_from_the_checkout(installed: Path, user: bool) -> None:
    done = one_shot(installed, "check", "mine.py", user=user)
    assert done.returncode == 0, done.stderr
    assert "10 of 10 points" in done.stdout
