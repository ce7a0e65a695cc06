"""`grader.check("self_attention")` in a notebook: checks the functions that are defined there, where they are.

    import grader
    grader.check("self_attention")      or      %load_ext grader      and      %grade self_attention

Public cases only, without isolation: indicative. See docs/notebook.md.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import io
import reprlib
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import cells, inference, judge
from grader.assignments import Gradable, load_all, load_gradable
from grader.errors import GraderError, UsageError
from grader.exam import prepare, wanted_of
from grader.feedback import nearest_name
from grader.inprocess import InProcessRunner, Live, found_in
from grader.model import Result, Submission
from grader.reports.reading import is_wanting, next_step
from grader.surroundings import ours

WIDTH = 92
"""Columns of the text."""
HERE = "this notebook"
INDICATIVE = (
    "Indicative: checked inside this notebook, without isolation and without limits of time. What counts is the "
    "grader's own run of the file that you hand in; restart the kernel and run all cells before you do."
)
SEEDS = range(2**31)
AGAIN = "then run its cell and this one again."


class NotChecked(UsageError):
    """Nothing could be checked; the message says why, and IPython shows it alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"grader: {self}"]


@dataclass(frozen=True, repr=False)
class Checked:
    """What a check found. A notebook shows it as a page, a plain console as text."""

    result: Result
    defined: str
    """Which functions were checked, and where they are defined."""

    @property
    def score(self) -> float:
        """Points earned in the public cases."""
        return self.result.score

    @property
    def points(self) -> float:
        """What the public cases are worth."""
        return self.result.points

    @property
    def next(self) -> str:
        """What to do now."""
        return next_step(self.result, self.result.hidden_points, AGAIN)

    def __repr__(self) -> str:
        text, hidden = io.StringIO(), self.result.hidden_points
        with ours({}):  # loading rich draws random numbers
            from rich.console import Console

            from grader.reports import terminal

            console = Console(file=text, width=WIDTH, force_jupyter=False, color_system=None)
            terminal.show(self.result, console, hidden_points=hidden, again=AGAIN)
        lines = [line.rstrip() for line in text.getvalue().rstrip().split("\n")]
        return "\n".join([*lines, "", self.defined, *textwrap.wrap(INDICATIVE, WIDTH)])

    def _repr_html_(self) -> str:
        step = self.next if is_wanting(self.result) else ""
        with ours({}):
            from grader.reports import feedback_page

            return feedback_page.notebook(self.result, INDICATIVE, self.defined, step)


def check(
    assignment: str | None = None,
    *,
    specs: str | Path | None = None,
    seed: int | None = None,
    namespace: MutableMapping[str, Any] | None = None,
) -> Checked:
    """Check the functions that are defined where this is called, or in `namespace`, by an assignment's public cases.

    `specs` is a folder of specs or kits to be used instead of the shipped ones. Without an `assignment` the functions
    tell which one it is. Raises NotChecked when nothing can be checked.
    """
    _refuse(assignment, specs, seed, namespace)
    space = sys._getframe(1).f_globals if namespace is None else namespace
    try:
        return _checked(assignment, None if specs is None else Path(specs), seed, space)
    except NotChecked:
        raise
    except GraderError as error:
        raise NotChecked(_in_python(str(error))) from None


def _refuse(assignment: object, specs: object, seed: object, namespace: object) -> None:
    """Raises NotChecked for an argument of the wrong kind, as the command line would."""
    if not (assignment is None or isinstance(assignment, str)):
        raise NotChecked(f'`assignment` is a text, as in grader.check("self_attention"), and not {_short(assignment)}')
    if not (specs is None or isinstance(specs, (str, Path))):
        raise NotChecked(f'`specs` is the path of a folder, as in specs="course", and not {_short(specs)}')
    if seed is not None and (type(seed) is not int or seed not in SEEDS):
        raise NotChecked(f"`seed` is a whole number from 0 to {SEEDS[-1]}, and not {_short(seed)}")
    if not (namespace is None or isinstance(namespace, MutableMapping)):
        raise NotChecked(f"`namespace` is a dict, such as vars(module), and not {_short(namespace)}")


def _short(value: object) -> str:
    return reprlib.repr(value)


def _checked(assignment: str | None, specs: Path | None, seed: int | None, space: MutableMapping[str, Any]) -> Checked:
    with ours(space) as theirs, cells.quiet(space):
        spec = load_gradable(assignment, specs) if assignment else _inferred(load_all(specs, _say), space)
        wanted, others = wanted_of(spec.assignment).functions, cells.signatures(space)
        found = found_in(space, wanted)
        if not found and not _alike(wanted, others):
            raise NotChecked(
                f"no function of {spec.assignment.assignment} is defined in this notebook: "
                f"run the cells that define them ({', '.join(wanted)})"
            )
        submission = Submission(HERE, HERE, HERE, (), _sha256(found))
        runner = InProcessRunner(Live(submission, space, theirs, cells.name_of, others))
        exam = prepare(spec, seed, "public", runner)
        result = judge.grade(submission, exam, runner, searching=True).result
        return Checked(result, _defined(found))


def _alike(wanted: Iterable[str], signatures: Sequence[str]) -> bool:
    """Whether a function may be one of those that are wanted, under another name: the report says which."""
    names = [text.partition("(")[0] for text in signatures]
    return any(nearest_name(name, names) for name in wanted)


def _inferred(known: Mapping[str, Gradable], space: Mapping[str, Any]) -> Gradable:
    """The assignment of whose functions most are defined. Raises NotChecked when that is none, or several."""
    counts = {name: sum(callable(space.get(each)) for each in inference.names_of(spec)) for name, spec in known.items()}
    most = max(counts.values(), default=0)
    best = [name for name, count in counts.items() if count == most]
    if not most:
        raise NotChecked(
            "no function of a known assignment is defined here: run the cells that define yours, or say which "
            f'assignment it is, as in grader.check("{next(iter(known))}") (there are: {", ".join(known)})'
        )
    if len(best) > 1:
        raise NotChecked(
            f"functions of several assignments are defined here ({', '.join(best)}); say which is meant, "
            f'as in grader.check("{best[0]}")'
        )
    return known[best[0]]


def _defined(found: Mapping[str, tuple[str, Any]]) -> str:
    places: dict[str, None] = {}
    for name, function in found.values():
        place = _place(function)
        places[f"{name} ({place})" if place else name] = None
    return (
        f"Checked as they are defined now: {', '.join(places)}." if places else "None of its functions is defined here."
    )


def _place(function: Any) -> str:
    code = getattr(function, "__code__", None)
    return cells.name_of(code.co_filename) if code is not None else ""


def _sha256(found: Mapping[str, tuple[str, Any]]) -> str:
    """Of the functions' sources, as far as they can be had."""
    digest = hashlib.sha256()
    for _, function in found.values():
        try:
            digest.update(inspect.getsource(function).encode())
        except (OSError, TypeError):
            digest.update(repr(getattr(function, "__code__", function)).encode())
    return digest.hexdigest()


def _in_python(sentence: str) -> str:
    """A sentence of the command line's, in the words of this one."""
    return sentence.replace("`--specs test_specs`", '`specs="test_specs"`')


def _say(sentence: str) -> None:
    sys.stderr.write(f"grader: {sentence}\n")


# --- magics --------------------------------------------------------------------------------------


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext grader`: `%grade ASSIGNMENT`, and `%%grade ASSIGNMENT` above the code of a cell."""
    shell.register_magic_function(functools.partial(_grade, shell), "line_cell", "grade")


def _grade(shell: Any, line: str, cell: str | None = None) -> Checked | None:
    words = line.split()
    if len(words) > 1:
        raise NotChecked(f"%grade takes the name of one assignment, and not {line.strip()!r}")
    asked: Callable[[], Checked] = functools.partial(check, *words, namespace=shell.user_ns)
    if cell is None:
        return asked()
    if not _ran(shell, cell):
        raise NotChecked("the cell raised an exception, see above: nothing was checked")
    from IPython.display import display

    display(asked())
    return None


def _ran(shell: Any, cell: str) -> bool:
    """Run a cell whose first line was a magic, under its own number: a run within a run has the next one's."""
    count = shell.execution_count
    shell.execution_count = len(shell.history_manager.input_hist_raw) - 1
    try:
        return bool(shell.run_cell(f"# %%grade\n{cell}").success)  # lines keep their numbers; an empty one would go
    finally:
        shell.execution_count = count
