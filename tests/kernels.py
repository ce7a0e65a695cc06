"""Notebooks that are run in a real kernel: nbclient and ipykernel, in a process of their own that leaves nothing."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RUN = """
import sys
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

class Ipc(AsyncKernelManager):
    transport = "ipc"  # files in a folder of its own, where ports could be taken

notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in SOURCES])
NotebookClient(notebook, timeout=100, kernel_name="python3", kernel_manager_class=Ipc, allow_errors=True).execute()
sys.stdout.write(nbformat.writes(notebook))
"""


@dataclass(frozen=True)
class Cell:
    """What a cell left: its outputs, in order."""

    outputs: Sequence[Mapping[str, Any]]

    @property
    def kinds(self) -> list[str]:
        """Of its outputs: stream, execute_result, display_data, error."""
        return [output["output_type"] for output in self.outputs]

    def _data(self, kind: str) -> str:
        return "".join(output.get("data", {}).get(kind, "") for output in self.outputs)

    @property
    def html(self) -> str:
        """All of it that is HTML."""
        return self._data("text/html")

    @property
    def text(self) -> str:
        """All of it that is text: the result's, and what was printed."""
        return self._data("text/plain") + "".join(output.get("text", "") for output in self.outputs)

    @property
    def error(self) -> str:
        """All that is shown of an exception."""
        return "\n".join(line for output in self.outputs for line in output.get("traceback", ()))


def executed(sources: Sequence[str], folder: Path) -> list[Cell]:
    """Run cells in a fresh kernel that is started in a folder; an exception stops none of those below it."""
    with contextlib.ExitStack() as stack:
        own = stack.enter_context(tempfile.TemporaryDirectory(prefix="k"))  # short: sockets have short names
        places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "HOME")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST_"))}
        environment |= {name: str(Path(own, name[:9])) for name in places}
        environment |= {"PYTHONPATH": str(ROOT), "PYDEVD_DISABLE_FILE_VALIDATION": "1", "PYTHONWARNINGS": "default"}
        script = RUN.replace("SOURCES", repr(list(sources)))
        command = [sys.executable, "-c", script]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=200, check=False
        )
    assert done.returncode == 0, done.stderr
    return [Cell([_joined(output) for output in cell["outputs"]]) for cell in json.loads(done.stdout)["cells"]]


def _joined(output: Mapping[str, Any]) -> dict[str, Any]:
    """Texts in one piece each; files have them as lists of lines."""

    def one(text: Any) -> Any:
        return "".join(text) if isinstance(text, list) else text

    joined = {key: one(value) if key == "text" else value for key, value in output.items()}
    return joined | {"data": {kind: one(text) for kind, text in output.get("data", {}).items()}}
