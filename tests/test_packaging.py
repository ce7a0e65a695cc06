"""What users get: the wheel is the package with its assignments, the sdist what builds that wheel, nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent


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


def test_the_wheel_works_away_from_the_checkout(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    submission = tmp_path / "mine.py"
    submission.write_bytes((ROOT / "submissions" / "self_attention" / "statement_style.py").read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", submission],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "10 of 10 points" in done.stdout
