"""What a submission will import is loaded before the cage closes; what it may not, and its own files, never are."""

from __future__ import annotations

import ast
import codecs
import encodings
import importlib
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from grader import imports

RARE = ("colorsys", "graphlib", "stringprep", "tabnanny", "trace", "wave", "xml.dom.pulldom", "email.policy", "this")
"""Modules of the standard library that nothing here needs."""
ALLOWED = frozenset(sys.stdlib_module_names | {"numpy"})


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`sys.modules` as it was; without the rare ones meanwhile."""
    modules = dict(sys.modules)
    for name in RARE:
        sys.modules.pop(name, None)
        package, _, last = name.rpartition(".")
        if package in sys.modules:  # which knows its parts as well
            monkeypatch.delattr(sys.modules[package], last, raising=False)
    yield
    sys.modules.clear()
    sys.modules.update(modules)


def load(source: str, allowed: frozenset[str] = ALLOWED, **others: str) -> set[str]:
    """Which of the rare modules are loaded by now."""
    files = {"main.py": source.encode()} | {f"{name}.py": text.encode() for name, text in others.items()}
    statements = [node for text in files.values() for node in ast.parse(text).body]
    imports.load_ahead(files, statements, allowed)
    return {name for name in RARE if name in sys.modules}


@pytest.mark.parametrize(
    ("source", "loaded"),
    [
        ("import colorsys", {"colorsys"}),
        ("import colorsys as c, graphlib", {"colorsys", "graphlib"}),
        ("from colorsys import rgb_to_hsv, no_such_name", {"colorsys"}),
        ("from wave import *", {"wave"}),
        ("def f():\n    import colorsys", {"colorsys"}),
        ("class A:\n    def f(self):\n        if 1:\n            import colorsys", {"colorsys"}),
        ("try:\n    import torch\nexcept ImportError:\n    import colorsys", {"colorsys"}),
        ("for i in x:\n    while y:\n        with z:\n            import trace\n", {"trace"}),
        ("match x:\n    case 1:\n        import trace\n", {"trace"}),
        ("async def f():\n    async with a:\n        import trace", {"trace"}),
        ("import xml.dom.pulldom", {"xml.dom.pulldom"}),
        ("from xml.dom import pulldom", {"xml.dom.pulldom"}),
        ("from email import policy as p", {"email.policy"}),
        ("m = __import__('colorsys')", {"colorsys"}),
        ('importlib.import_module("xml.dom.pulldom")', {"xml.dom.pulldom"}),
        ("f(import_module( 'trace' ))", {"trace"}),
        ("x = 1", set()),
        ("exec('import colorsys')", {"colorsys"}),
        ("import torch, colorsys_not, wave.no_such_part", {"wave"}),
    ],
)
def test_what_is_imported_somewhere_is_loaded(source: str, loaded: set[str]) -> None:
    assert load(source) == loaded


def test_what_other_files_import_is_loaded_too() -> None:
    assert load("import helper", helper="import colorsys") == {"colorsys"}


@pytest.mark.parametrize(
    "source", ["import this", "import antigravity", "import turtledemo.clock", "import idlelib.idle"]
)
def test_modules_that_do_something_when_imported_are_not(source: str) -> None:
    assert load(source) == set()
    assert not {"antigravity", "turtledemo", "idlelib"} & set(sys.modules)


def test_what_it_may_not_import_is_not() -> None:
    assert load("import colorsys, wave", allowed=frozenset({"wave"})) == {"wave"}
    assert load("import yaml.no_such_part_of_it, numpy.no_such_part_of_it") == {"wave"}


def test_its_own_files_are_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    load("import helper\nfrom helper import x\nimport folder.inner", helper="print('it runs')\nx = 1\n")
    assert "helper" not in sys.modules
    assert capsys.readouterr().out == ""


def test_what_cannot_be_imported_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise ValueError(name)

    monkeypatch.setattr(importlib, "import_module", broken)
    assert load("import colorsys") == set()


@pytest.mark.parametrize("part", ["fft", "polynomial", "ctypeslib", "testing", "rec", "char"])
def test_parts_of_numpy_are_loaded_where_they_are_mentioned(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    sys.modules.pop(f"numpy.{part}", None)
    monkeypatch.delattr(np, part, raising=False)
    load(f"import numpy as anything\nx = anything.{part}\n")
    assert f"numpy.{part}" in sys.modules


def test_a_part_that_is_only_a_piece_of_a_word_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(np, "ctypeslib", raising=False)  # looks for it first, which loads it
    sys.modules.pop("numpy.ctypeslib", None)
    load("import numpy as np\nx = np.ctypeslib_not, ctypeslib\n")
    assert "numpy.ctypeslib" not in sys.modules


@pytest.fixture
def codecs_known(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of codecs that were looked for."""
    asked: list[str] = []

    def look(name: str) -> codecs.CodecInfo | None:
        asked.append(name)
        return encodings.search_function(name)

    monkeypatch.setattr(codecs, "lookup", look)
    return asked


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("'x'.encode('latin-1')", ["latin_1"]),
        ('b"x".decode("cp1252", "ignore")', ["cp1252"]),
        ("open('x', encoding='utf-16')", ["utf_16"]),
        ("open('x', encoding = \"koi8_r\")", ["koi8_r"]),
        ("'x'.encode('no-such-codec')", []),
        ("for name in ('latin-1', 'rot13'): pass", ["latin_1", "rot13"]),
        ("x = 'an ordinary text'", []),
    ],
)
def test_codecs_are_looked_up_where_they_may_be_named(codecs_known: list[str], source: str, names: list[str]) -> None:
    load(source)
    assert codecs_known == names


def test_what_functions_of_c_import_is_loaded() -> None:
    sys.modules.pop("_strptime", None)
    load("from datetime import datetime\nx = datetime.strptime\n")
    assert "_strptime" in sys.modules


def test_a_part_that_is_there_already_is_left_alone() -> None:
    before = sys.modules["numpy.linalg"]
    load("import numpy.linalg\nfrom numpy import linalg, float64\n")
    assert sys.modules["numpy.linalg"] is before
    assert "numpy.float64" not in sys.modules
