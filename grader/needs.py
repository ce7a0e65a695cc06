"""What the grader needs of the Python that runs it: its own version, and numpy's. Can be read by older Pythons."""

from __future__ import annotations

import os
import sys

PYTHON = (3, 11)
NUMPY = (1, 26)
FAULT = 3
"""Exit code: the machine cannot grade, and nobody's score is touched."""
INTERRUPTED = 130
"""Exit code, as shells give it after Ctrl-C."""


def lacking_python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> str:
    """Why this Python cannot run the grader, in a sentence; empty when it can."""
    if version[:2] >= PYTHON:
        return ""
    found, wanted = _dotted(version), _dotted(PYTHON)
    return f"needs Python {wanted} or newer, and this is Python {found} ({sys.executable}); start it with a newer one"


def lacking_numpy() -> str:
    """Why numpy will not do, in a sentence; empty when it will. Loads it."""
    try:
        import numpy
    except ModuleNotFoundError as error:
        if error.name == "numpy":
            return f"numpy is not installed in this Python ({sys.executable}); {_install('numpy')}"
        return _broken(error)
    except Exception as error:  # noqa: BLE001  # it is loaded half, or made for another Python: it says so in many ways
        return _broken(error)
    version = str(getattr(numpy, "__version__", "of no version"))
    if _numbers(version) >= NUMPY:
        return ""
    place = getattr(numpy, "__file__", None) or "a folder named numpy"
    wanted = _dotted(NUMPY)
    return f"numpy {version} ({place}) is too old, {wanted} or newer is needed; {_install(f'numpy>={wanted}')}"


def lacking(error: ModuleNotFoundError) -> str:
    """What to do about a module that is not installed."""
    name = (error.name or "a module").partition(".")[0]
    return f"{name} is not installed in this Python ({sys.executable}): install the grader in it, or use another"


def explain(error: Exception) -> str:
    """What is lacking, where that may be why something failed unexpectedly; else that it is a bug."""
    bug = f"internal error: {type(error).__name__}: {error}; please report it (GRADER_DEBUG=1 shows where)"
    try:
        os.getcwd()  # noqa: PTH109  # what pathlib asks as well
    except OSError as lost:
        return f"the current folder cannot be used ({lost.strerror}); go to another one"
    if isinstance(error, ModuleNotFoundError) and str(error.name).partition(".")[0] not in ("grader", "numpy"):
        return lacking(error)
    return lacking_numpy() or bug


def plain(text: str) -> str:
    """A text that acts on no terminal, where `reports.safe` cannot be had."""
    return "".join(c if c.isascii() and c.isprintable() else ascii(c)[1:-1] for c in text)


def _install(what: str) -> str:
    return f'run: "{sys.executable}" -m pip install --upgrade "{what}"'


def _broken(error: Exception) -> str:
    said = " ".join(str(error).split())[:200]
    return f"numpy cannot be loaded ({type(error).__name__}: {said}); {_install('numpy')}"


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (0,)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version)
