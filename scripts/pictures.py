"""Terminal pictures: a command is run on files of the sample class, and what it prints becomes an SVG.

The picture holds the command's own words and colours, no date, no path, no font from elsewhere: the same on each run.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "submissions" / "self_attention"
IMAGES = ROOT / "docs" / "images"


@dataclass(frozen=True)
class Picture:
    """A command, the files of the sample class that it finds, and how much of what it prints is shown."""

    command: str
    files: tuple[str, ...]
    columns: int = 80
    folder: str = "."
    """Where the files are, seen from where the command runs."""
    until: str = ""
    """The line from which on nothing is shown; empty: all is."""
    at_the_end: str = ""
    """What stands there instead."""


PICTURES = {
    "check": Picture(
        "grader check no_scale.py",
        ("no_scale.py",),
        until="To see it yourself",
        at_the_end="… lines to paste, the points of each group, what to do next",
    ),
    "check-whole": Picture("grader check no_scale.py", ("no_scale.py",), columns=92),
    "check-unnamed": Picture(
        "grader check --case square prints_instead_of_returning.py",
        ("prints_instead_of_returning.py",),
        until="To see it yourself",
        at_the_end="…",
    ),
    "grade": Picture(
        "grader grade submissions",
        (
            *("folder_of_files", "integer_truncation.py", "keys_and_values_swapped.py", "messy_notebook.ipynb"),
            *("no_scale.py", "only_compute_qkv.py", "statement_style.py", "syntax_error.py"),
        ),
        columns=100,
        folder="submissions",
    ),
}

LIGHT = TerminalTheme(
    (255, 255, 255),
    (16, 20, 24),
    [
        (16, 20, 24),
        (207, 34, 46),
        (26, 127, 55),
        (140, 90, 0),
        (9, 105, 218),
        (130, 80, 223),
        (27, 124, 131),
        (99, 99, 99),
    ],
)
"""Ink on white that can be read: rich's own yellow on white cannot."""

FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<!-- made by scripts/pictures -->
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def printed(picture: Picture) -> str:
    """What the command prints, with its colours, on a terminal as wide as the picture."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        (here / picture.folder).mkdir(exist_ok=True)
        for file in picture.files:
            copy = shutil.copytree if (SAMPLES / file).is_dir() else shutil.copy
            copy(SAMPLES / file, here / picture.folder / file)
        plain = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLORTERM", "LINES")}
        command = [sys.executable, "-m", "grader", *picture.command.split()[1:], "--color", "always"]
        environment = {**plain, "COLUMNS": str(picture.columns), "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, cwd=here, env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode > 1:
        raise SystemExit(f"pictures: {picture.command} ended with {done.returncode}\n{done.stderr}")
    return done.stdout


def drawn(name: str) -> str:
    """The picture as SVG."""
    picture = PICTURES[name]
    lines = [Text(f"$ {picture.command}", "bold")]
    for line in map(Text.from_ansi, printed(picture).splitlines()):
        if picture.until and picture.until in line.plain:
            lines.append(Text(picture.at_the_end, "dim"))
            break
        line.rstrip()
        lines.append(line)
    width = max(picture.columns, *(line.cell_len for line in lines))  # lines to paste are as long as they are
    console = Console(record=True, file=io.StringIO(), width=width, force_terminal=True)
    for line in (*lines, ""):  # without the empty one, the tails of the last line's letters are cut off
        console.print(line)
    svg = console.export_svg(title="", theme=LIGHT, code_format=FORMAT, unique_id=f"t-{name}")
    svg = svg.replace("rgba(255,255,255,0.35)", "#d0d7de")  # a frame that is seen on white
    # Another font's letters are made to fill their columns: else blocks of a bar stand apart.
    return svg.replace(' textLength="', ' lengthAdjust="spacingAndGlyphs" textLength="')


def main() -> None:
    """Draw and write."""
    parser = argparse.ArgumentParser(description="makes the terminal pictures of the documents")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(PICTURES)}; default: all")
    parser.add_argument("--out", type=Path, default=IMAGES)
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(PICTURES))
    if unknown:
        parser.error(f"there is no picture {', '.join(unknown)}")
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or PICTURES:
        path = options.out / f"{name}.svg"
        path.write_text(drawn(name), encoding="utf-8", newline="\n")
        print(path)


if __name__ == "__main__":
    main()
