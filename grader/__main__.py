"""`python -m grader`, and the script `grader`. Can be read by Pythons that are too old, so that they can say so."""

from __future__ import annotations

import os
import sys

from grader import needs


def _leave_out_the_current_folder() -> None:
    """`-m` puts it first on the path, where a student's `random.py` would take the place of the real one."""
    if getattr(sys.flags, "safe_path", False):  # something else is first
        return
    try:
        here = os.getcwd()  # noqa: PTH109  # a student may have a pathlib.py as well
    except OSError:  # it was removed
        here = ""
    if sys.path and sys.path[0] in ("", here):
        del sys.path[0]


def start() -> None:
    """Load what the command line needs, run it, and exit. An interrupt is told in a word from the beginning."""
    try:
        _start()
    except KeyboardInterrupt:
        sys.stderr.write("grader: interrupted\n")
        sys.exit(needs.INTERRUPTED)


def _start() -> None:
    why = needs.lacking_python()
    if not why:
        _leave_out_the_current_folder()
        try:
            from grader.cli import main
        except ModuleNotFoundError as error:
            why = needs.lacking(error)
        else:
            main()
    sys.stderr.write("grader: " + why + "\n")
    sys.exit(needs.FAULT)


if __name__ == "__main__":
    start()
