"""A note to all who made the same mistake: whom to send it to, what it costs them, and a text that fits them all."""

from __future__ import annotations

from grader.class_results import ClassResults
from grader.errors import UsageError, did_you_mean
from grader.mistake_costs import Loss, MistakeCost, costs
from grader.reports.safe import one_line, points, visible


def note_text(class_: ClassResults, misconception: str) -> str:
    """For stdout, ends in a newline: who made it (for staff), then below a line what can be sent to all of them.

    The text to send names nobody, holds no score and no input. Raises UsageError for a mistake that nobody knows, and
    where nobody made it.
    """
    found = costs(class_)
    for cost in found:
        if cost.misconception == misconception:
            return visible("\n".join([*_for_staff(cost), "", "-- the text --", "", *_to_send(class_, cost), ""]))
    known = {**dict(class_.misconceptions), **{cost.misconception: cost.title for cost in found}}
    if misconception in known:
        raise UsageError(f"nobody made this mistake: {one_line(known[misconception])}")
    made = "".join(f"\n  {one_line(cost.misconception)}: {one_line(cost.title)}" for cost in found) or " none"
    raise UsageError(
        f"no mistake is called {one_line(misconception)}{did_you_mean(misconception, known)}; made were:{made}"
    )


def _for_staff(cost: MistakeCost) -> list[str]:
    who = "1 student" if cost.students == 1 else f"{cost.students} students"
    average = f", {points(cost.mean)} each on average" if cost.students > 1 else ""
    lost = f"{points(cost.lost)} {'point' if cost.lost == 1 else 'points'} in all{average}"
    mails = [mail for mail in dict.fromkeys(loss.student.email for loss in cost.losses) if mail]
    return [
        f"{one_line(cost.title)} ({one_line(cost.misconception)}): {who}, {lost}",
        "",
        *(f"  {_named(loss)}" for loss in cost.losses),
        *(
            []
            if cost.is_named
            else ["", "The spec's `hints` do not tell students what their mistake is; this text does."]
        ),
        *(["", f"Bcc: {', '.join(map(one_line, mails))}"] if mails else []),
    ]


def _named(loss: Loss) -> str:
    student = loss.student
    name = student.name or student.login or student.id or loss.submission
    more = [text for text in dict.fromkeys((student.login, student.email)) if text and text != name]
    told = f"{name} ({', '.join(more)})" if more else name
    return f"{one_line(told)}: {points(loss.lost)}"


def _to_send(class_: ClassResults, cost: MistakeCost) -> list[str]:
    title = one_line(class_.title or class_.assignment)
    about = f" for {title}" if title else ""
    shared = "a mistake that several of you made" if cost.students > 1 else "a mistake"
    return [
        f"Your submission{about} contains {shared}: {one_line(cost.title)}.",
        "",
        *([visible(cost.hint).strip(), ""] if cost.hint else []),
        "What it does to your own results is on your feedback page.",
    ]
