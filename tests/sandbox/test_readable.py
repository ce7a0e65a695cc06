"""Which files a worker may read: Python's own and numpy's, never a folder of packages as a whole."""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import json
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox import readable
from grader.sandbox.readable import Readable

ROOT = Path(__file__).resolve().parent.parent.parent


def tree(root: Path, *files: str) -> None:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def relative(root: Path, paths: Any) -> set[str]:
    return {str(Path(path).relative_to(root)) for path in paths if path not in readable.LOADER_FILES}


# --- what is granted ---------------------------------------------------------------------------------


def test_of_the_standard_library_all_but_packages_and_what_is_not_for_students(tmp_path: Path) -> None:
    left_out = ("site-packages/x.py", "dist-packages/x.py", "test/x.py", "idlelib/x.py", "__pycache__/x.pyc")
    tree(tmp_path, "lib/os.py", "lib/json/__init__.py", "lib/lib-dynload/x.so", *(f"lib/{file}" for file in left_out))
    granted = relative(tmp_path, Readable(str(tmp_path / "lib"), (), ()).granted())
    assert granted == {"lib/os.py", "lib/json", "lib/lib-dynload"}


def test_packages_are_granted_one_by_one(tmp_path: Path) -> None:
    tree(tmp_path, "lib/os.py")
    granted = list(Readable(str(tmp_path / "lib"), ("/x/site-packages/numpy", "/x/site-packages/six.py"), ()).granted())
    assert granted[-3:] == ["/x/site-packages/numpy", "/x/site-packages/six.py", "/etc/ld.so.cache"]


def test_of_a_folder_of_libraries_that_has_a_python_in_it_only_libraries(tmp_path: Path) -> None:
    tree(tmp_path, "py/os.py", "plain/libx.so.1", "plain/data/y")
    tree(tmp_path, "lib/libz.so", "lib/libz.so.1.2", "lib/python3/dist-packages/grader/x.py", "lib/secret.txt")
    folders = (str(tmp_path / "plain"), str(tmp_path / "lib"))
    granted = relative(tmp_path, Readable(str(tmp_path / "py"), (), folders).granted())
    assert granted == {"py/os.py", "plain", "lib/libz.so", "lib/libz.so.1.2"}


# --- what a process has loaded -----------------------------------------------------------------------


def module(name: str, origin: str | None) -> types.ModuleType:
    made = types.ModuleType(name)
    made.__spec__ = importlib.machinery.ModuleSpec(name, None, origin=origin)
    return made


Loaded = Callable[..., None]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """`sys.modules` with these in it, by name and origin."""

    def put(**origins: str | None) -> None:
        monkeypatch.setattr(sys, "modules", {name: module(name, origin) for name, origin in origins.items()})

    return put


def test_a_package_is_its_folder_a_module_its_file(tmp_path: Path, loaded: Loaded) -> None:
    tree(tmp_path, "pack/__init__.py", "single.py", "native.so", "inner/__init__.cpython-311.so")
    origins = {name: str(tmp_path / file) for name, file in (("pack", "pack/__init__.py"), ("single", "single.py"))}
    loaded(**origins, native=str(tmp_path / "native.so"), inner=str(tmp_path / "inner/__init__.cpython-311.so"))
    assert relative(tmp_path, readable._packages()) == {"pack", "single.py", "native.so", "inner"}


def test_libraries_that_a_wheel_brings_go_with_its_package(tmp_path: Path, loaded: Loaded) -> None:
    tree(tmp_path, "pack/__init__.py", "pack.libs/liby.so", "other.libs/libz.so")
    loaded(pack=str(tmp_path / "pack/__init__.py"))
    assert relative(tmp_path, readable._packages()) == {"pack", "pack.libs"}


def test_what_is_no_file_gives_nothing_away(tmp_path: Path, loaded: Loaded) -> None:
    tree(tmp_path, "grader/__init__.py", "main.py", "json/__init__.py")
    harness = {name: str(tmp_path / file) for name, file in (("grader", "grader/__init__.py"), ("__main__", "main.py"))}
    standard = {"json": str(tmp_path / "json/__init__.py")}
    loaded(**harness, **standard, namespace=None, built="built-in", gone=str(tmp_path / "gone.py"))
    assert list(readable._packages()) == []


def test_a_process_that_cannot_tell_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*args: object, **kwargs: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(builtins, "open", closed)
    assert readable._library_folders(()) == []


def test_libraries_are_in_folders_outside_of_what_is_granted_already(tmp_path: Path) -> None:
    folders = readable._library_folders(())
    assert folders
    assert folders == sorted({folder for folder in folders if Path(folder).is_dir()})
    inside = folders[0]
    assert inside not in readable._library_folders((inside,))


# --- on this machine ---------------------------------------------------------------------------------

AS_ZYGOTE = """
import json, sys
sys.path.insert(0, ROOT)
from grader import imports, worker
imports.load_for_workers(PRELOAD, ())
from grader.sandbox.readable import Readable
print(json.dumps(list(Readable.by_this_process().granted())))
"""


@pytest.fixture(scope="module", params=[(), ("nbformat",), ("numpy.random",)], ids=["plain", "notebooks", "random"])
def granted(request: pytest.FixtureRequest) -> list[Path]:
    """All that a zygote of this machine grants."""
    code = AS_ZYGOTE.replace("ROOT", repr(str(ROOT))).replace("PRELOAD", repr(request.param))
    # Isolated as a zygote is; and not measured: what is loaded for that would be granted as well.
    done = subprocess.run([sys.executable, "-I", "-c", code], env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [Path(path) for path in json.loads(done.stdout)]


def secrets() -> list[Path]:
    """What must stay out of reach, and a file for each folder of packages that stands for all that is in it."""
    own = [ROOT, *(ROOT / name for name in ("grader", "grader/worker.py", "reference", "test_specs", "tests"))]
    packages = {Path(place) for place in sys.path if Path(place).name in readable.PACKAGE_FOLDERS}
    installed = [place / name for place in packages for name in ("grader", "pytest", "pydantic", "some.pth")]
    shipped = [place / "grader" / "assignments" / "reference" for place in packages]
    return [*own, *packages, *installed, *shipped, Path("/etc/passwd"), Path("/etc/shadow"), Path("/root"), Path("/")]


def test_no_secret_is_granted_and_no_folder_that_one_is_in(granted: list[Path]) -> None:
    for secret in secrets():
        assert [path for path in granted if secret.resolve().is_relative_to(path.resolve())] == [], secret


def test_what_computing_needs_is_granted(granted: list[Path]) -> None:
    import numpy as np

    compiled = str(importlib.import_module("numpy.linalg._umath_linalg").__file__)
    for needed in (np.__file__, json.__file__, compiled):
        assert any(Path(needed).is_relative_to(path) for path in granted), needed


def test_no_package_of_the_judges_is_granted(granted: list[Path]) -> None:
    names = {path.name for path in granted if path.parent.name in readable.PACKAGE_FOLDERS}
    assert "numpy" in names
    assert not names & {"grader", "yaml", "pydantic", "typer", "rich", "pytest", "_pytest", "hypothesis", "junit_xml"}
