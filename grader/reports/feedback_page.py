"""feedback/<submission>.html: what a student gets. One file that needs nothing else, no script and no network.

A text is made visible and cut by `page_view`, and escaped by jinja2: by every template, always. Styles are let in by
their hash alone, so that a style, a script or an address in a student's text would do nothing if it came through.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model import Result
from grader.reports import files
from grader.reports.page_arrays import DARK, LIGHT
from grader.reports.page_view import BAR, view

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"

_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class _Look:
    """The templates, compiled, and the styles of a page with their hash."""

    page: Template
    fragment: Template
    page_style: Markup
    style: Markup
    style_hash: str


def page(result: Result) -> str:
    """The whole document."""
    look = _look()
    return look.page.render(view=view(result), style=look.page_style, style_hash=look.style_hash, ours=_ours())


def fragment(result: Result) -> str:
    """The same as a part of another page, such as a notebook's output: a `<div>` with styles for nothing else."""
    look = _look()
    return look.fragment.render(view=view(result), style=look.style)


def write_each(results: Sequence[Result], folder: Path) -> None:
    """A page for each submission; ours of submissions that are gone are removed. Raises UsageError."""
    files.write_each(results, folder, ".html", lambda result: page(result).encode("utf-8"))


def _ours() -> Markup:
    from markupsafe import Markup

    return Markup(files.OURS.decode())


@functools.cache
def _look() -> _Look:
    """Made when the first page is: jinja2 takes a tenth of a second to load, and most commands write no page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    environment.globals |= {"bar": BAR, "steps": [fill for fill, _ in LIGHT]}
    # The only markup that is not a template's: our own styles.
    style = Markup("\n") + Markup(environment.get_template("feedback.css").render(dark=DARK))
    page_style = style + Markup(environment.get_template("page.css").render())
    digest = hashlib.sha256(page_style.encode("utf-8")).digest()
    return _Look(
        environment.get_template("page.html"),
        environment.get_template("fragment.html"),
        page_style,
        style,
        f"sha256-{base64.b64encode(digest).decode('ascii')}",
    )


def _code(text: str) -> Markup:
    """Text in which what stands between backticks is code; all of it is escaped."""
    from markupsafe import Markup, escape

    parts = _CODE.split(text)  # every other one was between backticks
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )
