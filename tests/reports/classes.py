"""Classes to report on: a small one with one of everything, and as large as is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from reports import samples

from grader.class_results import ClassResults, Standing
from grader.handin import HandIn, Lateness, Override, Student
from grader.insight import Diagnosis
from grader.model import Result, Verdict

EVIL = "<script>document.title='evil'</script><img src=x onerror=document.title='evil'>"
SCALE = Diagnosis("no_scale", "the scores are not scaled", "Divide.", 10.0)
AXIS = Diagnosis("axis", "softmax over the wrong axis", "Use axis=-1.", 6.0)
KNOWN = (("no_scale", SCALE.title), ("axis", AXIS.title), ("other", "nobody does this"))
WORTH = (("projections.1", 2), ("attention.1", 3), ("attention.2", 3), ("shapes.odd", 2))


def result(id_: str, passed: str, *diagnoses: Diagnosis, student: Student | None = None, **changes: Any) -> Result:
    """`passed` has a `1` or a `0` for each case, 10 points in all; an advice is never passed."""
    scored = [
        samples.case(name, Verdict.PASSED if ok == "1" else Verdict.FAILED, worth * int(ok), worth)
        for (name, worth), ok in zip(WORTH, passed, strict=True)
    ]
    cases = (*scored, samples.case("advice.1", Verdict.RAISED, 0, 0))
    earned = float(sum((case.earned for case in cases), Fraction(0)))
    plain = samples.result(
        id_,
        cases=cases,
        groups=tuple(samples.group(name, f"Group {name}", 0, 0) for name in ("projections", "attention", "shapes")),
        raw_score=earned,
        score=earned,
        points=10.0,
        diagnoses=diagnoses,
    )
    info = replace(plain.submission, handed_in=HandIn(student or Student(f"Name {id_}")))
    return replace(plain, **{"submission": info, **changes})


def standing(each: Result, student: Student | None = None, **changes: Any) -> Standing:
    """The line of who handed this in."""
    is_graded = each.status == "graded"
    plain = Standing(
        student or each.submission.handed_in.student,
        each.status,
        each.submission.id,
        each.submission.path,
        raw_score=each.raw_score if is_graded else None,
        penalty=each.penalty if is_graded else None,
        score=each.score if is_graded else None,
        points=each.points,
        reason=each.diagnoses[0].title if each.diagnoses else "",
        overridden=bool(each.overrides),
    )
    return replace(plain, **changes)


def class_of(results: Iterable[Result], standings: Sequence[Standing] | None = None, **changes: Any) -> ClassResults:
    """By id and by name, as every class is."""
    found = sorted(results, key=lambda each: each.submission.id)
    lines = [standing(each) for each in found] if standings is None else standings
    plain = ClassResults(found, sorted(lines, key=lambda line: line.student.name), title="Attention", points=10.0)
    return replace(plain, **{"assignment": "self_attention", "misconceptions": KNOWN, **changes})


LATE = Lateness(93_600.0, 2.0, "26 hours late, 2 days begun: 20 % of 10 points")
CORRECTED = Override(7.0, "agreed in office hours", None, "2026-10-02T10:00:00+00:00")


def small() -> ClassResults:
    """Six who were graded, one who was not, one missing, a stranger; one is evil."""
    results = [
        result("ada", "1111", student=Student("Ada", login="a1", section="Mon")),
        result("bob", "1000", SCALE, student=Student("Bob", login="b1", section="Tue")),
        result("cem", "1000", SCALE, AXIS, student=Student("Cem", login="c1", section="Mon"), score=7.0),
        result("dee", "1111", student=Student("Dee", login="d1", section="Tue"), penalty=2.0, score=8.0),
        result("eve & co", "1011", AXIS, student=Student(EVIL, login="e1", section="Mon")),
        result("fay", "0000", student=Student("Fay", login="f1", section="Tue"), seconds=3.5),
        samples.ungraded("gus"),
        result("stranger", "0111"),
    ]
    changed: dict[str, dict[str, Any]] = {"cem": {"overrides": (CORRECTED,)}, "dee": {"lateness": LATE}}
    results = [replace(each, **changed.get(each.submission.id, {})) for each in results]
    lines = [standing(each, reason="" if each.score == 10 else f"why {EVIL}") for each in results[:-1]]
    lines[6] = replace(lines[6], student=Student("Gus", login="g1", section="Mon"))
    lines.append(Standing(Student("Hal", login="h1", section="Tue"), "missing", reason="nothing was handed in"))
    return class_of(results, lines, unknown=("stranger",), policy="10 % a day", due="2026-10-01", layout="canvas")


def large(size: int) -> ClassResults:
    """So many students, of all scores."""
    patterns = ["1111", "1000", "1010", "1110", "0000", "1111", "0111"]
    known = {"1000": (SCALE,), "1010": (AXIS,)}
    return class_of(
        result(f"s{n:05}", pattern, *known.get(pattern, ()))
        for n, pattern in ((n, patterns[n * n % len(patterns)]) for n in range(size))
    )
