"""A notebook's bytes → the source of its code cells, and IPython's own commands made inert. Worker only.

Reading is as lenient as Jupyter's users are careless: what holds code that can be found is a notebook.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

CODE_MAGICS = frozenset({"time", "timeit", "capture", "prun", "grade"})
"""Cell magics whose body is Python."""


class NotANotebook(Exception):
    """No code cells can be had; the message says why, in the JSON reader's words."""


def cell_sources(data: bytes) -> list[str]:
    """Source of each code cell, in order. Raises NotANotebook."""
    try:
        text = data.decode(json.detect_encoding(data))
        refused = None
        try:
            found = _code(_cells_of_any_version(text))
        except Exception as error:  # noqa: BLE001  # nbformat raises whatever the JSON's shape makes it raise
            found, refused = [], error
        found = found if any(found) else _code(_cells_at_least(json.loads(text)))
        if refused is not None and not found:
            raise refused
        return found
    except Exception as error:  # noqa: BLE001  # the same
        raise NotANotebook(f"{type(error).__name__}: {error}"[:200]) from None


def _code(cells: list[Any]) -> list[str]:
    sources = (cell.get("source", cell.get("input")) for cell in cells if cell.get("cell_type") == "code")
    return [_joined(source).replace("\r\n", "\n").replace("\r", "\n") for source in sources]


def _cells_of_any_version(text: str) -> list[Any]:
    import nbformat  # 0.1 s: only the zygote that serves notebooks loads it beforehand

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # missing cell ids and the like: nothing to the student
        # `nbformat.reads` validates besides, which costs 30 ms, refuses nothing, and prints what it thinks.
        notebook = nbformat.convert(nbformat.reader.reads(text), 4)
    return [dict(cell) for cell in notebook["cells"]]


def _cells_at_least(notebook: Any) -> list[Any]:
    """Cells of what nbformat refuses for a field that we do not need, or for a version that it does not know."""
    if not isinstance(notebook, dict):
        return []
    sheets = notebook.get("worksheets", [])
    found = [notebook.get("cells"), *(sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))]
    return [cell for cells in found if isinstance(cells, list) for cell in cells if isinstance(cell, dict)]


def _joined(source: object) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


MAGIC_LINE = re.compile(r"^(\s*)([%!?]|[\w.]+\?{1,2}\s*$)")
MAGIC_VALUE = re.compile(r"^(\s*[\w, ]+=\s*)[!%].*$")
CELL_MAGIC = re.compile(r"^%%(\w+)")


def strip_magics(source: str) -> str:
    """Python code with IPython's `%`, `%%`, `!` and `?` lines made inert; line numbers hold."""
    lines = source.split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    if (magic := CELL_MAGIC.match(lines[start])) is not None:
        if magic[1] not in CODE_MAGICS:
            return "\n" * (len(lines) - 1)
        lines[start] = ""
    return "\n".join(_inert(lines))


def _inert(lines: Sequence[str]) -> Iterator[str]:
    continued = False
    for line in lines:
        ends_open = line.rstrip().endswith("\\")
        if continued:
            continued = ends_open
            yield ""
        elif (magic := MAGIC_LINE.match(line)) is not None:
            continued = ends_open
            yield f"{magic[1]}pass"
        elif (value := MAGIC_VALUE.match(line)) is not None:
            continued = ends_open
            yield f"{value[1]}None"
        else:
            yield line
