"""What `import` gives in a submission: its own files, numpy, the standard library, stubs; nothing else. Worker only."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import types
from typing import Any, Protocol

STUBS = frozenset(
    {"matplotlib", "mpl_toolkits", "seaborn", "pylab", "plotly", "IPython", "google", "tqdm", "ipywidgets"}
)
"""Modules that attention code imports for show: their attributes and calls do nothing."""


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
        # A decorator must hand its function back; progress bars must hand their iterable back.
        if args and not kwargs and callable(args[0]):
            return args[0]
        return Nothing()

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int) and key > 1:  # ends unpacking: `fig, ax = plt.subplots()`
            raise IndexError(key)
        return Nothing()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exc: object) -> None:
        return None


class StubModule(types.ModuleType):
    """A plot library's place holder."""

    __path__: list[str] = []  # noqa: RUF012  # what makes it a package

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("tqdm", "trange", "tqdm_notebook"):
            return _iterable
        return Nothing()


def _iterable(iterable: Any = (), *_args: Any, **_kwargs: Any) -> Any:
    return range(iterable) if isinstance(iterable, int) else iterable


class Gate(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """First in `sys.meta_path`: serves the submission's files and stubs, refuses what is not allowed."""

    def __init__(self, files: Files, allowed: frozenset[str]) -> None:
        self._files = files
        self._allowed = allowed

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        root = fullname.partition(".")[0]
        if (name := self._files.module_file(fullname)) is not None:
            package = name.endswith("__init__.py")
            return importlib.machinery.ModuleSpec(fullname, self, origin=name, is_package=package)
        if self._files.is_folder(fullname):
            return importlib.machinery.ModuleSpec(fullname, self, origin="", is_package=True)
        if root in STUBS and root not in self._allowed:
            return importlib.machinery.ModuleSpec(fullname, self, origin="stub", is_package=True)
        if root in self._allowed:
            return None
        raise ModuleNotFoundError(f"No module named {fullname!r} is available here", name=fullname)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        return StubModule(spec.name) if spec.origin == "stub" else None

    def exec_module(self, module: types.ModuleType) -> None:
        spec = module.__spec__
        if spec is not None and spec.origin not in ("stub", "", None):
            self._files.execute_file(spec.origin, module)
