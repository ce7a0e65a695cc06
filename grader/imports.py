"""What `import` gives in a submission: its own files, numpy, the standard library, stubs; nothing else. Worker only."""

from __future__ import annotations

import ast
import codecs
import contextlib
import importlib
import importlib.machinery
import re
import sys
import types
from collections.abc import Container, Iterable, Iterator, Mapping
from encodings import aliases
from typing import TYPE_CHECKING, Any, Protocol

from grader import syntax, units

if TYPE_CHECKING:
    from importlib.abc import Loader
else:
    Loader = object  # with `importlib.abc` come 20 modules; one of them, `random`, has something to do after each fork

STUBS = frozenset(
    {"matplotlib", "mpl_toolkits", "seaborn", "pylab", "plotly", "IPython", "google", "tqdm", "ipywidgets", "grader"}
)
"""Modules that attention code imports for show, or to check itself: their attributes and calls do nothing."""


class Files(Protocol):
    """The submission's files, as far as importing them goes."""

    def module_file(self, fullname: str) -> str | None:
        """The file that `import fullname` means."""

    def is_folder(self, fullname: str) -> bool:
        """Whether `import fullname` means a folder without `__init__.py`."""

    def execute_file(self, name: str, module: types.ModuleType) -> None:
        """Run a file as a module."""


class Nothing:
    """What a stub's attributes are: can be called, indexed, entered and iterated, and does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # A decorator must hand its function back.
        if args and not kwargs and callable(args[0]):
            return args[0]
        return Nothing()

    def __getitem__(self, key: Any) -> Any:
        return Nothing()

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter((Nothing(), Nothing()))  # `fig, ax = plt.subplots()`

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exc: object) -> None:
        return None


class ProgressBar(Nothing):
    """`tqdm(range(3))` and `trange(3)` give back what they go through; all else about them does nothing."""

    def __init__(self, iterable: Any = (), *_args: Any, **_kwargs: Any) -> None:
        self._iterable = range(iterable) if isinstance(iterable, int) else iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)


class Passing(Nothing):
    """What `grader` gives: `assert checked.score == checked.points` and the like hold, whichever way they are put."""

    __hash__ = object.__hash__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Passing()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        given = super().__call__(*args, **kwargs)
        return Passing() if type(given) is Nothing else given

    def __format__(self, how: str) -> str:
        return ""  # `f"{checked.score:.1f}"`

    def _holds(self, other: object) -> bool:
        return True

    def _itself(self, *others: object) -> Any:
        return self

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _holds
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __round__ = _itself

    def __float__(self) -> float:
        return 0.0


class StubModule(types.ModuleType):
    """A plot library's place holder."""

    __path__: list[str] = []  # noqa: RUF012  # what makes it a package

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.__name__.partition(".")[0] == "grader":
            return Passing()
        return ProgressBar if name in ("tqdm", "trange", "tqdm_notebook") else Nothing()


class Allowed:
    """Names of the modules that a submission may import: the standard library's, numpy and those of its assignment."""

    def __init__(self, modules: Iterable[str] = ()) -> None:
        self._more = frozenset({"numpy", *modules})
        self._standard = sys.stdlib_module_names  # as it is: a set of both would touch the memory of 300 names

    def __contains__(self, name: object) -> bool:
        return name in self._more or name in self._standard


class Gate(Loader):
    """First in `sys.meta_path`: serves the submission's files and stubs, refuses what is not allowed."""

    def __init__(self, files: Files, allowed: Container[str]) -> None:
        self._files = files
        self._allowed = allowed

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        root = fullname.partition(".")[0]
        if (name := self._files.module_file(fullname)) is not None:
            package = name.endswith("__init__.py")
            return importlib.machinery.ModuleSpec(fullname, self, origin=name, is_package=package)
        if root in self._allowed or root.startswith("_sysconfigdata"):  # the standard library's, by system
            return None
        if self._files.is_folder(fullname):
            return importlib.machinery.ModuleSpec(fullname, self, origin="", is_package=True)
        if root in STUBS:
            return importlib.machinery.ModuleSpec(fullname, self, origin="stub", is_package=True)
        raise ModuleNotFoundError(f"No module named {fullname!r} is available here", name=fullname)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        return StubModule(spec.name) if spec.origin == "stub" else None

    def exec_module(self, module: types.ModuleType) -> None:
        spec = module.__spec__
        if spec is not None and spec.origin not in ("stub", "", None):
            self._files.execute_file(spec.origin, module)


BY_WORD = re.compile(rb"\bimport\s+([A-Za-z_][\w.]*)")
"""Also in text that is executed later."""
BY_NAME = re.compile(rb"""(?:__import__|import_module)\(\s*['"]([\w.]+)""")
NUMPY_PARTS = re.compile(rb"\.\s*(fft|ma|polynomial|random|testing|rec|char|strings|ctypeslib|emath|matlib|typing)\b")
"""Parts of numpy that it loads only when they are asked for."""
QUOTED = re.compile(rb"""['"]([A-Za-z][\w-]{1,20})['"]""")
"""What may be the name of a codec."""
BEHIND = {
    (b"strptime",): ("_strptime",),
    (b"argparse", b"gettext", b"unittest"): ("gettext", "locale", "shutil"),
    (b"loadtxt", b"genfromtxt"): ("urllib.error", "urllib.request"),
    (b".load(", b"savez"): ("zipfile", "encodings.cp437"),
    (b"help(", b"np.info", b"numpy.info"): ("pydoc",),
    (b"profile", b"Profile"): ("pstats",),
    (b"show_runtime",): ("pprint",),
    (b"most_common",): ("heapq",),
    (b"nanmedian", b"nanpercentile", b"nanquantile"): ("numpy.ma",),
    (b"socket", b"urllib", b"http"): ("encodings.idna",),
    (b"multiprocessing",): ("multiprocessing.pool",),
    (b"namereplace", rb"\N{"): ("unicodedata",),
    (b"concurrent",): ("concurrent.futures.process", "concurrent.futures.thread"),
}
"""What functions load when they are first called, by what their callers have to write."""
NOT_LOADED_AHEAD = frozenset({"antigravity", "idlelib", "this", "turtledemo"})
"""Modules that do something when they are imported."""


def load_ahead(files: Mapping[str, bytes], statements: Iterable[ast.stmt], allowed: Container[str]) -> None:
    """Import what a submission will: once the cage is closed nothing can be read any more.

    Only modules that it may import. Its own files are not, and run later: `unshadow` makes way for them. What cannot
    be imported is its own affair.
    """
    names = set(syntax.imported_names(statements))
    for data in files.values():
        names.update(match[1].decode() for match in BY_WORD.finditer(data))
        quoted = [match[1].decode() for match in QUOTED.finditer(data)]
        if b"import_module" in data or b"__import__" in data:
            names.update(quoted, (match[1].decode() for match in BY_NAME.finditer(data)))
        names.update(f"numpy.{match[1].decode()}" for match in NUMPY_PARTS.finditer(data))
        names.update(*(modules for words, modules in BEHIND.items() if any(word in data for word in words)))
        _load_codecs(word.lower().replace("-", "_") for word in quoted)
    for name in sorted(names):
        root = name.partition(".")[0]
        if name not in sys.modules and root in allowed and root not in NOT_LOADED_AHEAD:
            _try_to_import(name)


def _try_to_import(name: str) -> None:
    parent, _, last = name.rpartition(".")
    package = sys.modules.get(parent)
    # Not there, not for this system, `from x import name` of a package, or a `__main__`, which exits.
    with contextlib.suppress(BaseException):
        if last == "*":
            for public in importlib.import_module(parent).__all__:
                _try_to_import(f"{parent}.{public}")
        elif package is None or not hasattr(package, last):  # looking loads what a package keeps for later
            importlib.import_module(name)


def _load_codecs(words: Iterable[str]) -> None:
    for word in words:
        if word in aliases.aliases or word in CODECS:
            with contextlib.suppress(Exception):  # not on this system
                codecs.lookup(word)


CODECS = frozenset(aliases.aliases.values())


NOTEBOOK = (
    b'{"cells": [{"cell_type": "code", "id": "a", "execution_count": null, "metadata": {}, "outputs": [],'
    b' "source": "x = 1"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
)


def load_for_workers(preload: Iterable[str], modules: Iterable[str]) -> tuple[str, ...]:
    """Load what a worker needs and what its submission may have; names of modules that it must forget after reading.

    `preload` and `modules` are as in `sandbox.base.Plan`.
    """
    for name in preload:
        __import__(name)
    own = own_modules()
    if "nbformat" in preload:
        units.parse_file("warm_up.ipynb", NOTEBOOK)  # nbformat imports more at the first use
    else:
        forget(own)
        own = ()  # only nbformat looks for itself in `sys.modules` each time that it is used
    for name in modules:
        try:
            __import__(name)
        except Exception:  # noqa: BLE001  # a module that is not installed, or broken, is "not available here"
            continue
    return own


def own_modules() -> tuple[str, ...]:
    """Names of the loaded modules that only the harness needs: they are not for `import` in a submission."""
    kept = {*sys.stdlib_module_names, "numpy", "__main__"}
    return tuple(name for name in sys.modules if name.partition(".")[0] not in kept)


def forget(names: Iterable[str]) -> None:
    """Make modules unknown; who has one at hand can still use it."""
    for name in names:
        sys.modules.pop(name, None)


def unshadow(names: Iterable[str]) -> None:
    """Make way for files of the submission that are named like modules that the harness has loaded.

    What the interpreter itself starts with stays, as it would where the student works.
    """
    for name in names:
        spec = getattr(sys.modules.get(name), "__spec__", None)
        if spec is not None and spec.origin not in ("built-in", "frozen") and name != "numpy":
            del sys.modules[name]
