"""A running IPython session, as far as grading in it goes: what its cells are called, what they defined, its quiet."""

from __future__ import annotations

import builtins
import contextlib
import inspect
import re
import sys
import sysconfig
import types
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any, NoReturn

from grader.calls import parameters_of

_NUMBERED = re.compile(r"ipython-input-(\d+)-|\[(\d+)\]")
_UNNUMBERED = re.compile(r"[/\\<](ipykernel|xpython|ipython-input)[-_]")
_PATHS = (sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib"))
_INSTALLED = (Path(__file__).parent, *(Path(path) for path in (*_PATHS, sys.prefix)))
MOST_OTHERS = 50


def shell() -> Any:
    """IPython's session in this process; None where there is none."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def name_of(filename: str) -> str:
    """The name of a code object's file → `In [3]`, or a file beside the notebook; nothing for what is installed."""
    described = getattr(getattr(shell(), "compile", None), "format_code_name", lambda _: None)(filename)
    numbered = _NUMBERED.search(described[1] if described else filename)
    if numbered is not None:
        return f"In [{numbered[1] or numbered[2]}]"
    if described or _UNNUMBERED.search(filename):
        return "a cell"
    if filename.startswith("<"):
        return filename if filename.startswith(("<stdin>", "<python-input")) else ""
    path = Path(filename).absolute()
    if any(path.is_relative_to(folder) for folder in _INSTALLED) or not path.is_relative_to(Path.cwd()):
        return ""
    return path.relative_to(Path.cwd()).as_posix()


def signatures(namespace: Mapping[str, Any]) -> tuple[str, ...]:
    """`name(parameters)` of functions that were defined in a namespace, then of its classes' methods."""
    top, inner = [], []
    for name, value in list(namespace.items())[:5000]:
        if name.startswith("_"):
            continue
        if isinstance(value, types.FunctionType) and value.__globals__ is namespace:
            top.append(_signature(name, value))
        elif inspect.isclass(value) and value.__module__ == namespace.get("__name__"):
            for method, function in vars(value).items():
                if isinstance(function, types.FunctionType) and not method.startswith("__"):
                    inner.append(_signature(f"{name}.{method}", function))
    return tuple([*top, *inner][:MOST_OTHERS])


def _signature(name: str, function: types.FunctionType) -> str:
    parameters, _, _ = parameters_of(function)
    return f"{name}({', '.join(parameters)})"[:120]


@contextlib.contextmanager
def quiet(namespace: MutableMapping[str, Any]) -> Iterator[None]:
    """Functions that show, ask or leave do so in every run: nothing is shown, asked for or ended here meanwhile."""
    asked, figures = builtins.input, _figures()
    left = {name: namespace[name] for name in ("exit", "quit") if _leaves(namespace.get(name))}
    try:
        builtins.input = _nothing_to_read
        namespace.update(dict.fromkeys(left, _leave))  # IPython's would end the kernel once the cell is done
        with _shown_nowhere():
            yield
    finally:
        builtins.input = asked
        namespace.update(left)
        for number in _figures() - figures:
            sys.modules["matplotlib.pyplot"].close(number)


def _leaves(value: object) -> bool:
    return type(value).__module__.partition(".")[0] in ("IPython", "ipykernel")


def _leave(*_: object) -> NoReturn:
    raise SystemExit


def _nothing_to_read(*_: object) -> NoReturn:
    raise EOFError("EOF when reading a line")


def _figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot is not None else set()


def _shown_nowhere() -> contextlib.AbstractContextManager[object]:
    """What `display` is given is kept back; printed is another matter."""
    if shell() is None:
        return contextlib.nullcontext()
    from IPython.utils.capture import capture_output

    captured: contextlib.AbstractContextManager[object] = capture_output(stdout=False, stderr=False)
    return captured
