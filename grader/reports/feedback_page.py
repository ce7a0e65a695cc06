"""feedback/<submission>.html: what a student gets. One file that needs nothing else, no script and no network.

A text is made visible and cut by `page_view`, and escaped by jinja2: by every template, always. Styles are let in by
their hash alone, so that a style, a script or an address in a student's text would do nothing if it came through.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.model import Result
from grader.reports import files, parts
from grader.reports.page_arrays import DARK, LIGHT
from grader.reports.page_view import BAR, view
from grader.reports.parts import Job, Map, Streamed
from grader.reports.safe import one_line

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"

LIGHT_COLOURS = (
    "--paper: #fcfbf8; --ink: #1b1f23; --quiet: #5c6168; --line: #e4e0d6; --wash: #f4f2ec; --accent: #2a5d84; "
    "--tint: #e6eef4;"
)
DARK_COLOURS = (
    "--paper: #15181c; --ink: #e8e6e1; --quiet: #a0a6ad; --line: #30363d; --wash: #1e2328; --accent: #8bbbe0; "
    "--tint: #1f3242;"
)

_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class _Look:
    """The templates, compiled, and the styles of a page with their hash."""

    page: Template
    fragment: Template
    notebook: Template
    page_style: Markup
    style: Markup
    notebook_style: Markup
    style_hash: str


def page(result: Result) -> str:
    """The whole document."""
    look = _look()
    return look.page.render(view=view(result), style=look.page_style, style_hash=look.style_hash, ours=_ours())


def fragment(result: Result) -> str:
    """The same as a part of another page, such as a notebook's output: a `<div>` with styles for nothing else."""
    look = _look()
    return look.fragment.render(view=view(result), style=look.style)


def notebook(result: Result, notice: str, defined: str, next_step: str) -> str:
    """The same as what a cell of a notebook shows: between how it was checked and, if there is one, the next step."""
    look = _look()
    return look.notebook.render(
        view=view(result),
        style=look.notebook_style,
        notice=notice,
        defined=one_line(defined),
        next=one_line(next_step),
    )


def part(result: Result, _job: Job) -> bytes:
    """The page as a file."""
    return page(result).encode("utf-8")


def write_each(results: Iterable[Result], folder: Path, map_: Map = map) -> None:
    """A page for each submission; ours of submissions that are gone are removed. Raises UsageError."""
    parts.write_one(results, folder, Streamed("", part, lambda folder: parts.in_folder(folder, ".html")), map_)


def _ours() -> Markup:
    from markupsafe import Markup

    return Markup(files.OURS.decode())


@functools.cache
def templates() -> Environment:
    """Those of all pages. Jinja2 takes a tenth of a second to load, and most commands write no page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    environment.globals |= {"bar": BAR, "steps": [fill for fill, _ in LIGHT], "light": LIGHT, "dark": DARK}
    environment.globals |= {"light_colours": LIGHT_COLOURS, "dark_colours": DARK_COLOURS}
    return environment


def hash_of(text: str) -> str:
    """What a policy lets a style or a script in by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


@functools.cache
def _look() -> _Look:
    """Made when the first page is."""
    from markupsafe import Markup

    environment = templates()
    # Most cases of most pages of a class are alike, and to fill a template for each is a fifth of what a page costs.
    parts_of_pages: Any = environment.get_template("parts.html").module
    environment.globals["case_row"] = functools.lru_cache(1024)(parts_of_pages.case_row)
    # The only markup that is not a template's: our own styles.
    style = Markup("\n") + Markup(environment.get_template("feedback.css").render())
    page_style = style + Markup(environment.get_template("page.css").render())
    return _Look(
        environment.get_template("page.html"),
        environment.get_template("fragment.html"),
        environment.get_template("notebook.html"),
        page_style,
        style,
        _weighty(environment.get_template("notebook.css").render(feedback_style=style)),
        hash_of(page_style),
    )


def _weighty(style: str) -> Markup:
    """Rules that count for more than those which a notebook has for the tables and the code of every output."""
    from markupsafe import Markup

    return Markup(style.replace(".ag-feedback", ".ag-notebook.ag-notebook .ag-feedback"))


def _code(text: str) -> Markup:
    """Text in which what stands between backticks is code; all of it is escaped."""
    from markupsafe import Markup, escape

    parts = _CODE.split(text)  # every other one was between backticks
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )
