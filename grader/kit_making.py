"""What `grader kit` does: a spec in, a kit and a page for students out.

Nothing is taken from the spec that is not named here: what a kit has no key for cannot get into it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from grader import __version__, wire
from grader.assignments import load_assignment
from grader.cases import Case
from grader.checks import AGAINST_EXPECTED, WELL_FORMED
from grader.conventions import Choice
from grader.errors import GraderError, UsageError
from grader.exam import Exam, prepare
from grader.kit import parse_kit
from grader.kit_format import (
    FORMAT,
    MAX_BYTES,
    SUFFIX,
    KitCase,
    KitDates,
    KitFile,
    KitFunction,
    KitGroup,
    KitLayout,
    KitLimits,
    KitReading,
    KitTolerance,
    to_json,
)
from grader.reports.files import replacing, saying_what_to_do
from grader.reports.safe import one_line, points
from grader.runner import LocalRunner
from grader.spec import Group
from grader.spec_loader import SUFFIXES


def kit(name: str, out: Path, seed: int | None, specs: Path | None, force: bool) -> tuple[Path, ...]:
    """Write an assignment's kit and what its students read first; the files. Raises GraderError.

    Files that are there with other content stay, unless `force`.
    """
    spec = load_assignment(name, specs)
    if beside := [out / f"{name}{suffix}" for suffix in SUFFIXES if (out / f"{name}{suffix}").exists()]:
        raise UsageError(f"{beside[0]}: the spec is in this folder; choose another one, which can be handed out")
    with LocalRunner() as runner:
        exam = prepare(spec, seed, "public", runner)
    kit_file, page = out / f"{name}{SUFFIX}", out / f"{name}.kit.md"
    texts = {kit_file: kit_text(exam, str(spec.path)), page: page_text(exam, out.resolve().name)}
    if not force:
        for path, text in texts.items():
            _must_not_be_lost(path, text)
    with saying_what_to_do(out, "the kit"):
        out.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        with replacing(path, "the kit") as file:
            file.write(text.encode("utf-8"))
    return tuple(texts)


def _must_not_be_lost(path: Path, text: str) -> None:
    with saying_what_to_do(path, "the kit"):
        if (path.exists() or path.is_symlink()) and path.read_bytes() != text.encode("utf-8"):
            raise UsageError(f"{path}: this file is there already, and is another one; --force replaces it")


# --- the kit's file --------------------------------------------------------------------------


def kit_text(exam: Exam, spec: str) -> str:
    """The file of an exam's public part, which was read again. `spec` names it in errors. Raises UsageError."""
    assignment = exam.assignment
    public = [group for group in assignment.groups if group.visibility == "public"]
    if not public:
        raise UsageError(f"{spec}: all its groups are hidden: there is nothing to hand out")
    try:
        file = KitFile(
            format=FORMAT,
            made_by=f"attention-grader {__version__}",
            assignment=assignment.assignment,
            title=assignment.title,
            points=assignment.points,
            hidden_points=hidden_points(exam),
            scope=exam.scope,
            seed=exam.seed,
            spec_sha256=exam.spec_sha256,
            dates=KitDates(**assignment.dates.model_dump(include={"released", "due", "zone"})),
            hints=assignment.hints,
            functions={
                name: KitFunction(parameters=f.parameters, returns=f.returns, aliases=f.aliases)
                for name, f in assignment.functions.items()
            },
            modules=assignment.modules,
            conventions={name: list(convention.choices) for name, convention in assignment.conventions.items()},
            limits=KitLimits.model_validate(
                {name.rstrip("_"): value for name, value in dict(assignment.limits).items()}
            ),
            groups=list(_groups(public)),
            cases=[_case(exam, case) for case in exam.cases if case.visibility == "public"],
        )
        text = to_json(file)
        if len(text.encode()) > MAX_BYTES:
            raise UsageError(f"{spec}: a kit would be larger than {MAX_BYTES:,} bytes: make its public cases smaller")
        parse_kit(text.encode(), Path(SUFFIX))
    except (ValidationError, wire.WireError, GraderError) as error:
        raise UsageError(f"{spec}: no kit can be made of it: {error}") from None
    return text


def hidden_points(exam: Exam) -> Fraction:
    """What an assignment's hidden groups are worth."""
    return sum((g.points for g in exam.assignment.groups if g.visibility == "hidden"), Fraction(0))


def _groups(public: list[Group]) -> Iterator[KitGroup]:
    """What a hidden group implies is not said: it counts only where the hidden cases run."""
    shown = {group.id for group in public}
    for group in public:
        implied_by = group.implied_by if group.implied_by in shown else None
        yield KitGroup(id=group.id, title=group.title, points=group.points, award=group.award, implied_by=implied_by)


def _case(exam: Exam, case: Case) -> KitCase:
    compared = AGAINST_EXPECTED if case.expect is not None else WELL_FORMED
    own = next(iter(case.readings.values())).runs[""]
    return KitCase(
        id=case.id,
        group=case.group,
        title=case.title,
        steps=list(own.steps),
        observe=list(case.observe),
        checks=list(case.checks[len(compared) :]),
        tolerance=KitTolerance(rtol=case.tolerance.rtol, atol=case.tolerance.atol),
        readings=[_reading(exam, case, choice) for choice in case.readings],
    )


def _reading(exam: Exam, case: Case, choice: Choice) -> KitReading:
    reading = case.readings[choice]
    layout, expected = reading.layout, exam.key.expected.get((case.id, choice))
    # Constructed: pydantic would ask for arrays as a file has them.
    return KitReading.model_construct(
        choice=dict(choice),
        inputs=dict(reading.runs[""].inputs),
        expected=dict(expected) if expected is not None else None,
        layout=KitLayout(
            inputs=_lists(layout.inputs),
            outputs=_lists(layout.outputs),
            shapes={name: list(dims) for name, dims in layout.shapes.items()},
            sizes=dict(layout.sizes),
        ),
    )


def _lists(dims: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(words) for name, words in dims.items()}


# --- what students read first ------------------------------------------------------------------


def page_text(exam: Exam, folder: str) -> str:
    """The page that lies beside the kit, in Markdown; `folder` is what students get it in."""
    assignment = exam.assignment
    name, specs = assignment.assignment, shlex.quote(one_line(folder))
    hidden = hidden_points(exam)
    shown = points(assignment.points - hidden)
    score = (
        f"`public points: … of {shown}; {points(hidden)} more are hidden`. The hidden cases are not in this folder: "
        "they ask the same of other inputs."
        if hidden
        else f"`… of {shown} points`."
    )
    return f"""# {one_line(assignment.title)}: check your own work

In the folder that holds this one, with the grader installed (Python 3.11 or newer):

```sh
grader check my_attention.py --specs {specs}
grader show {name} --specs {specs}
```

The first grades your file (a module, a notebook, or a folder), says what differs, where and by how much, and ends in
{score}
The second shows what is asked for. In CI: `grader check . --assignment {name} --specs {specs}`; the exit code is 0
when all points are there.

`{name}{SUFFIX}` is for the grader: inputs and expected values of the public cases, for seed {exam.seed}.
"""
