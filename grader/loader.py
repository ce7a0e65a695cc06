"""Runs a submission's code in the worker: statement by statement, in order, and goes on after an exception.

`Program` holds the parsed files; `load` executes the main one and finds the assignment's functions in it.
Other files of the submission are importable from memory; modules that are neither in the standard library
nor numpy nor allowed by the spec are "not available here", and plot libraries are stubs that do nothing.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import sys
import types
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader import faults, syntax, units
from grader.imports import Gate, Nothing, unshadow
from grader.units import ParsedFile, Problem, Unit, Unreadable
from grader.values import type_name

MAX_CANDIDATES = 8
PACKAGE = "__submission__"
"""The package that the files are in, for those that import one another with a leading dot."""
ANNOTATIONS = 0x1000000  # __future__.annotations.compiler_flag
FUTURE_FLAGS = {"annotations": ANNOTATIONS}


@dataclass
class Program:
    """A submission in the worker. `progress` is told the number of each statement before it runs."""

    files: Mapping[str, bytes]
    wanted: Mapping[str, Sequence[str]]
    """Function of the assignment → the names that it may have."""
    allowed: Container[str]
    progress: Callable[[int], None]
    skip: Mapping[int, str] = field(default_factory=dict)
    """Numbers of statements that did not end when they were tried, and how they were stopped."""
    definitions_only: bool = False
    problems: list[Problem] = field(default_factory=list)
    _parsed: dict[str, ParsedFile | Unreadable] = field(default_factory=dict)
    _main: str = ""
    _modules: dict[str, types.ModuleType] = field(default_factory=dict)
    _count: int = 0
    """Statements come to so far, in all files: their numbers are the same each time the submission is loaded."""
    _at: int = 0
    """The number of the statement that is being run."""
    unbound: dict[str, str] = field(default_factory=dict)
    """Names that have no value because something failed, and what."""

    def parsed(self, name: str) -> ParsedFile:
        """Raises Unreadable, the same one each time."""
        if name not in self._parsed:
            try:
                self._parsed[name] = units.parse_file(name, self.files[name])
            except Unreadable as error:
                self._parsed[name] = error
        known = self._parsed[name]
        if isinstance(known, Unreadable):
            raise known
        return known

    def statements(self) -> Iterator[ast.stmt]:
        """Top-level statements of all files that can be read."""
        for name in self.files:
            with contextlib.suppress(Unreadable):
                yield from (unit.node for unit in self.parsed(name).units)

    def code(self) -> dict[str, bytes]:
        """The code of every file that can be read, as it is written."""
        files = {}
        for name, data in self.files.items():
            with contextlib.suppress(Unreadable):
                parsed = self.parsed(name)
                files[name] = parsed.code.encode("utf-8", "replace") if parsed.notebook else data
        return files

    # --- which file ------------------------------------------------------------------------

    def outline(self) -> dict[str, list[str]]:
        """For every file that parses, the top-level names that it binds (nothing is executed)."""
        names: dict[str, list[str]] = {}
        for name in self.files:
            try:
                parsed = self.parsed(name)
            except Unreadable:
                names[name] = []
                continue
            names[name] = sorted({bound for unit in parsed.units for bound, _ in syntax.bound_names(unit.node)})
        return names

    def outline_of_wanted(self) -> list[str]:
        """The names asked for that any file binds."""
        wanted = {alias for names in self.wanted.values() for alias in names}
        return sorted(wanted.intersection(*[set().union(*self.outline().values())]))

    def mains(self) -> list[str]:
        """Files that may be the main one, best first: most of the functions, then the shallowest path."""
        if len(self.files) == 1:
            return list(self.files)
        bound = self.outline()

        def count(name: str) -> int:
            return sum(any(alias in bound[name] for alias in names) for names in self.wanted.values())

        ranked = sorted(self.files, key=lambda name: (-count(name), name.count("/"), name))
        best = [name for name in ranked if count(name) == count(ranked[0]) and count(name)]
        return best or [self._first_readable(ranked)]

    def _first_readable(self, names: Sequence[str]) -> str:
        for name in names:
            try:
                self.parsed(name)
            except Unreadable:
                continue
            return name
        return names[0]

    def candidates(self, mains: Sequence[str]) -> list[tuple[str, int | None]]:
        """Readings of the submission to try when the first does not earn everything (validity.md)."""
        found: list[tuple[str, int | None]] = [(name, None) for name in mains]
        for name in mains:
            try:
                parsed = self.parsed(name)
            except Unreadable:
                continue
            if parsed.replayed_by_cell:
                found += [(name, cell) for cell in reversed(syntax.redefining_cells(parsed.units))]
        # The latest states and the first: what lies between is what most likely nobody means.
        return found if len(found) <= MAX_CANDIDATES + 1 else [*found[:MAX_CANDIDATES], found[-1]]

    def module_file(self, fullname: str) -> str | None:
        """The submission's file that `import fullname` means: beside the main file, or at the root."""
        for path in self._paths(fullname):
            for name in (f"{path}.py", f"{path}/__init__.py".lstrip("/")):
                if name in self.files and name != self._main:
                    return name
        return None

    def is_folder(self, fullname: str) -> bool:
        """Whether `import fullname` means a folder without `__init__.py`."""
        return any(not path or name.startswith(f"{path}/") for path in self._paths(fullname) for name in self.files)

    def _paths(self, fullname: str) -> list[str]:
        """Where `import fullname` looks, best first; without an ending."""
        if fullname == PACKAGE:
            return [""]
        path = fullname.removeprefix(f"{PACKAGE}.").replace(".", "/")
        folder = self._main.rpartition("/")[0]
        return [path] if fullname.startswith(f"{PACKAGE}.") or not folder else [f"{folder}/{path}", path]

    # --- running it --------------------------------------------------------------------------

    def load(self, main: str, cells: int | None) -> types.ModuleType:
        """Executes the main file (only the cells before `cells`, if given). Raises Unreadable."""
        self._main = main
        parsed = self.parsed(main)
        module = self._main_module(parsed)
        unshadow(_stem(name) for name in self.files if self.module_file(_stem(name)) == name)
        sys.meta_path.insert(0, Gate(self, self.allowed))
        builtins.get_ipython = Nothing()  # type: ignore[attr-defined]  # what magics are exported as
        if parsed.replayed_by_cell or parsed.notebook:
            builtins.display = Nothing()  # type: ignore[attr-defined]  # Jupyter has it without an import
        self.problems += parsed.problems
        chosen = [unit for unit in parsed.units if cells is None or unit.cell < cells]
        if not parsed.notebook:
            self.unbound |= faults.only_as_a_script(chosen)
        self._execute(chosen, module)
        return module

    def _main_module(self, parsed: ParsedFile) -> types.ModuleType:
        """The main file's module, known by every name under which its other files may import it."""
        path = parsed.name.rpartition(".")[0]
        name = "__main__" if parsed.notebook else _stem(parsed.name)
        while name != "__main__" and (name in sys.stdlib_module_names or name in sys.modules):
            name += "_"  # `import random` in random.py means Python's own
        module = types.ModuleType(name)
        dotted = f"{PACKAGE}/{path}".replace("/", ".")
        module.__dict__.update(__file__=parsed.name, __package__=dotted.rpartition(".")[0])
        sys.modules |= dict.fromkeys((name, dotted), module)
        if "/" in path:
            sys.modules.setdefault(dotted.removeprefix(f"{PACKAGE}."), module)
        return module

    def execute_file(self, name: str, module: types.ModuleType) -> None:
        """A file of the submission that it imports."""
        try:
            parsed = self.parsed(name)
        except Unreadable as error:
            if error.problem.kind == "empty":  # as `__init__.py` often is
                return
            fields = error.problem.fields
            raise SyntaxError(f"{name}: {fields.get('message', error.problem.kind)}") from None
        module.__dict__["__file__"] = name
        self._modules[name] = module
        self._execute(parsed.units, module)

    def _execute(self, chosen: Sequence[Unit], module: types.ModuleType) -> None:
        flags, outer = 0, self._at
        for unit in chosen:
            if isinstance(unit.node, ast.ImportFrom) and unit.node.module == "__future__":
                flags |= sum(FUTURE_FLAGS.get(alias.name, 0) for alias in unit.node.names)
                continue
            self._count += 1
            if self._count in self.skip:
                fields = faults.statement(unit) | {"reason": self.skip[self._count]}
                self.problems.append(Problem("statement_stopped", fields))
                self.unbound |= faults.unbound_by(unit, "was left out")
                continue
            if self.definitions_only and not syntax.is_definition(unit.node):
                continue
            self._now_at(self._count)
            self._execute_unit(unit, module, flags)
        self._now_at(outer)  # of the file that imports this one

    def _now_at(self, number: int) -> None:
        self._at = number
        self.progress(number)

    def _execute_unit(self, unit: Unit, module: types.ModuleType, flags: int) -> None:
        error = _failure(unit, module, flags)
        if error is None:
            return
        hints = faults.has_hints(unit.node) and not flags & ANNOTATIONS
        if hints and _failure(unit, module, flags | ANNOTATIONS) is None:
            self.problems.append(Problem("hints_left_out", faults.problem_of(error, unit).fields))
            return
        problem = faults.problem_of(error, unit)
        said = {known.fields.get("module") for known in self.problems}
        if problem.kind != "module_not_available" or problem.fields["module"] not in said:
            self.problems.append(problem)
        self.unbound |= faults.unbound_by(unit, f"raised {type_name(error)}")

    def find(self, module: types.ModuleType) -> dict[str, tuple[str, Any]]:
        """The assignment's functions: (name under which it was found, callable)."""
        found: dict[str, tuple[str, Any]] = {}
        for wanted, names in self.wanted.items():
            sources = [module, *self._siblings_defining(names, module)]
            for source in sources:
                for name in names:
                    function = source.__dict__.get(name)
                    if wanted not in found and callable(function):
                        found[wanted] = (name, function)
        return found

    def _siblings_defining(self, names: Sequence[str], module: types.ModuleType) -> list[types.ModuleType]:
        """Other files of the submission that define a function which the main one lacks."""
        if len(self.files) == 1 or any(name in module.__dict__ for name in names):
            return []
        siblings = []
        for file, bound in self.outline().items():
            if file != self._main and any(name in bound for name in names):
                self.problems.append(Problem("function_elsewhere", {"function": names[0], "file": file}))
                if file not in self._modules:
                    sibling = types.ModuleType(_stem(file))
                    sys.modules.setdefault(sibling.__name__, sibling)
                    self.execute_file(file, sibling)
                siblings.append(self._modules[file])
        return siblings


def _failure(unit: Unit, module: types.ModuleType, flags: int) -> BaseException | None:
    """What a statement raises when it is run."""
    try:
        code = compile(ast.Module([unit.node], []), unit.file, "exec", flags, dont_inherit=True)
        exec(code, module.__dict__)
    except BaseException as error:  # noqa: BLE001  # whatever student code raises is its outcome, SystemExit included
        return error
    return None


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0]
