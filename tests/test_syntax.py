"""What a syntax tree tells, statement by statement."""

from __future__ import annotations

import ast
import time

import pytest

from grader import syntax
from grader.units import Unit


def statement(source: str) -> ast.stmt:
    return ast.parse(source).body[0]


def units(*cells: str) -> list[Unit]:
    return [Unit(node, number, "n.ipynb") for number, cell in enumerate(cells) for node in ast.parse(cell).body]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x): y = 1", [("f", True)]),
        ("async def f(): pass", [("f", True)]),
        ("class A: x = 1", [("A", True)]),
        ("import a.b.c, d as e", [("a", True), ("e", True)]),
        ("from m import x, y as z", [("x", True), ("z", True)]),
        ("a = b = 1", [("a", False), ("b", False)]),
        ("(a, [b, *c]) = x", [("a", False), ("b", False), ("c", False)]),
        ("x: int = 3", [("x", False)]),
        ("print(x)", []),
        ("a += 1", []),
    ],
)
def test_bound_names(source: str, names: list[tuple[str, bool]]) -> None:
    assert list(syntax.bound_names(statement(source))) == names


@pytest.mark.parametrize(
    ("source", "definition"),
    [
        ("import x", True),
        ("from x import y", True),
        ("def f(): pass", True),
        ("class A: pass", True),
        ("'''text'''", True),
        ("pass", True),
        ("x = 3", True),
        ("x = -3", True),
        ("x = [1, (2, {'a': 3})]", True),
        ("f = lambda x: x + g()", True),
        ("attention = self_attention", True),
        ("pi = np.pi", True),
        ("x: float = 1.5", True),
        ("x: float", True),
        ("try:\n    import a\nexcept ImportError:\n    a = None\nelse:\n    b = 1\nfinally:\n    c = 2", True),
        ("if True:\n    import a\nelse:\n    def f(): pass", True),
        ("x = f()", False),
        ("x = 1 + 1", False),
        ("x = [i for i in y]", False),
        ("print(1)", False),
        ("while True: pass", False),
        ("for i in x: pass", False),
        ("with a: pass", False),
        ("if True:\n    f()", False),
        ("try:\n    import a\nexcept ImportError:\n    f()", False),
        ("try:\n    import a\nfinally:\n    f()", False),
        ("x += 1", False),
        ("del x", False),
    ],
)
def test_what_is_loaded_when_only_definitions_are(source: str, definition: bool) -> None:
    assert syntax.is_definition(statement(source)) is definition


def test_a_chain_too_long_to_look_through_is_no_definition() -> None:
    assert not syntax.is_definition(statement("if a: pass\n" + "elif a: pass\n" * 1000))


@pytest.mark.parametrize(
    ("cells", "redefining"),
    [
        (["def f(): pass", "def g(): pass"], []),
        (["def f(): pass", "def f(): pass"], [1]),
        (["def f(): pass", "f = 3"], [1]),
        (["f = 3", "def f(): pass"], [1]),
        (["def f(): pass\ndef f(): pass"], []),
        (["import numpy as np", "import numpy as np"], []),
        (["import numpy as np", "np = 3"], [1]),
        (["x = 1", "x = 2"], []),
        (["scale = 1\ndef f(): return scale", "scale = 2"], [1]),
        (["scale = 1\ndef f(scale): return 1", "scale = 2"], []),
        (["x = 1", "y = 1", "def f(): return x", "x = 2", "y = 2"], [3]),
        (["class A: pass", "class A: pass", "class A: pass"], [1, 2]),
        (["def f(): pass", "x = 1", "def f(): pass\ndef f(): pass"], [2]),
    ],
)
def test_cells_that_define_again(cells: list[str], redefining: list[int]) -> None:
    assert syntax.redefining_cells(units(*cells)) == redefining


def test_many_cells_that_define_again_are_found_in_time() -> None:
    cells = units(*(f"def f{n % 100}(): pass" for n in range(20_000)))
    began = time.process_time()
    assert len(syntax.redefining_cells(cells)) == 19_900
    assert time.process_time() - began < 3


def test_signatures() -> None:
    source = "def f(a, /, b, *args, c=1, **d): pass\nasync def g(): pass\nx = 1\n"
    source += "class A:\n    def __init__(self): pass\n    def call(self, x): pass\n    y = 1\n"
    assert syntax.signatures(units(source)) == [
        ("f", "f(a, b, *args)"),
        ("g", "g()"),
        ("A.call", "A.call(self, x)"),
    ]


def test_signatures_of_what_is_further_in() -> None:
    source = "def main():\n    def f(a): pass\n    def __g(): pass\nif x:\n    def h(b): pass\n"
    source += (
        "elif y:\n    def i(): pass\nelse:\n    try:\n        def j(): pass\n    except E:\n        def k(): pass\n"
    )
    assert [text for _, text in syntax.signatures(units(source))] == [
        "main()",
        "h(b)",
        "i()",
        "j()",
        "k()",
        "main.f(a)",
    ]


def test_long_signatures_are_cut() -> None:
    ((_, text),) = syntax.signatures(units(f"def f({', '.join(f'argument_{n}' for n in range(99))}): pass"))
    assert len(text) == 120


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a", ["a"]),
        ("import a.b as c, d", ["a.b", "d"]),
        ("from a import b, c as d", ["a", "a.b", "a.c"]),
        ("from a.b import *", ["a.b", "a.b.*"]),
        ("from . import a", []),
        ("from .a import b", []),
        ("from ..a.b import c", []),
        ("def f():\n    import a\n    def g():\n        import b", ["a", "b"]),
        ("class A:\n    import a\n    async def f(self):\n        from b import c", ["a", "b", "b.c"]),
        ("if x:\n    import a\nelif y:\n    import b\nelse:\n    import c", ["a", "b", "c"]),
        (
            "try:\n    import a\nexcept E:\n    import b\nelse:\n    import c\nfinally:\n    import d",
            ["a", "b", "c", "d"],
        ),
        ("for i in x:\n    import a\nelse:\n    import b", ["a", "b"]),
        ("while x:\n    with y:\n        import a", ["a"]),
        ("match x:\n    case 1:\n        import a\n    case _:\n        import b", ["a", "b"]),
        ("f = lambda body: body\nx = (y if z else w)", []),
        ("x = [i for i in y]\n__import__('a')", []),
    ],
)
def test_imported_names(source: str, names: list[str]) -> None:
    assert sorted(syntax.imported_names(ast.parse(source).body)) == names


def test_places_are_those_of_the_last_binding_and_of_the_def_below_decorators() -> None:
    source = "f = 1\nimport f\nclass C: pass\n@a\n@b\ndef g(): pass\nf, h = 2, 3\n"
    places = syntax.places(Unit(node, 0, "a.py") for node in ast.parse(source).body)
    assert places == {"f": "a.py:7", "h": "a.py:7", "C": "a.py:3", "g": "a.py:6", "a.py:4": "a.py:6"}


def test_imports_at_any_depth_are_found_without_recursion() -> None:
    inner: ast.stmt = statement("import a")
    for _ in range(50_000):
        inner = ast.If(test=ast.Constant(True), body=[inner], orelse=[])
    assert list(syntax.imported_names([inner])) == ["a"]
