"""report.html: a class, for its staff. One file that works offline, under a policy that lets in our own bytes alone.

Text of students is made visible, cut, and escaped by jinja2, as on their own pages. The table of all students is plain
HTML, which works without script; DataTables makes it one to sort and to search. It comes out of itables, a package that
ships it as one file for offline use; of that package nothing else is used.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path
from typing import TYPE_CHECKING

from grader.class_results import ClassResults
from grader.errors import UsageError
from grader.reports import class_charts, parts
from grader.reports.class_people import FLAGS
from grader.reports.class_rows import Rows, Table
from grader.reports.class_rows import part as part
from grader.reports.class_view import view
from grader.reports.feedback_page import TEMPLATES, hash_of, templates
from grader.reports.files import replacing
from grader.reports.parts import Always, Joined, Streamed

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

KNOWN = "2.9.1"
"""A release of itables with which the page was tested."""
_EXPORTS = re.compile(r"export\s*\{([^}]*)\};?")
_JQUERY = re.compile(r"([\w$]+) as jQuery\b")


@dataclass(frozen=True)
class _Look:
    """The template, compiled, with the styles and scripts of the page and the policy that lets in just these."""

    page: Template
    style: Markup
    early: Markup
    script: Markup
    policy: str


@contextmanager
def joined(path: Path, class_: ClassResults) -> Iterator[Joined]:
    """The file, to take parts of the results. Raises UsageError."""
    table = Table()
    yield Always(table.add)
    with replacing(path) as file:
        file.writelines(chunk.encode("utf-8") for chunk in page(class_, table.rows(class_)))


def write(class_: ClassResults, path: Path) -> None:
    """The page as a file. Raises UsageError."""
    parts.write_one(class_.results, path.parent, Streamed(path.name, part, lambda _: joined(path, class_)))


def page(class_: ClassResults, rows: Rows) -> Iterator[str]:
    """The document, in pieces: whole, that of a large class is some megabytes. Raises UsageError."""
    look, seen = _look(), view(class_, rows)
    return look.page.generate(
        view=seen,
        look=look,
        flags=FLAGS,
        distribution=class_charts.distribution(seen.bars) if seen.bars else None,
        cases_chart=class_charts.cases(seen.cases.rows),
    )


@functools.cache
def _look() -> _Look:
    from markupsafe import Markup

    environment = templates()
    # The only markup that is not a template's: our own styles and scripts, and DataTables.
    style = "\n".join(environment.get_template(f"{name}.css").render() for name in ("feedback", "page", "class"))
    early = (TEMPLATES / "class_early.js").read_text("utf-8")
    script = tables() + (TEMPLATES / "class.js").read_text("utf-8")
    policy = (
        f"default-src 'none'; style-src '{hash_of(style)}'; script-src '{hash_of(early)}' '{hash_of(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return _Look(environment.get_template("class.html"), Markup(style), Markup(early), Markup(script), policy)


def tables() -> str:
    """DataTables, with jQuery as `$`, as the beginning of a script of type module. Raises UsageError."""
    bundle = (resources("itables") / "html" / "dt_bundle.js").read_text("utf-8")
    exports = list(_EXPORTS.finditer(bundle))
    jquery = _JQUERY.search(exports[-1][1]) if exports else None
    if jquery is None:
        raise UsageError(
            "report.html needs a release of itables that this grader knows; one is had by: "
            f"pip install itables=={KNOWN}"
        )
    # An inline module exports to nobody. What would end or nest the element is written otherwise: it stands in strings.
    bundle = bundle[: exports[-1].start()] + bundle[exports[-1].end() :]
    return re.sub(r"<(?=!--|/?script)", r"\\x3C", bundle, flags=re.IGNORECASE) + f"\nconst $ = {jquery[1]};\n"
