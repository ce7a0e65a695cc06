"""Corrections by hand: by any name, shown everywhere, kept over regrades, taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from doubling import RIGHT, SCORES, Course, graded, graded_once, results, runner, scores

from grader.errors import UsageError
from grader.overriding import Corrected, in_words, override

__all__ = ["graded", "graded_once", "runner"]  # fixtures

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def corrected(
    course: Course, who: str, points: float | None, case: str | None = None, reason: str = "why"
) -> Corrected:
    return override(course.out, who, case, points, reason, NOW)


def test_a_score_and_a_case_are_corrected_and_survive_a_regrade(graded: Course) -> None:
    assert in_words(corrected(graded, "bob", 9)) == "bob.py: 2 → 9 of 10"
    assert in_words(corrected(graded, "cy.py", 4, "rows.1", " typing error ")) == "cy.py: 2 → 6 of 10"
    assert scores(graded.out) == SCORES | {"bob.py": 9, "cy.py": 6}
    (noted,) = results(graded.out)["cy.py"]["overrides"]
    assert (noted["case"], noted["points"], noted["reason"]) == ("rows.1", 4, "typing error")
    assert "typing error" in (graded.out / "feedback" / "cy.py.html").read_text(encoding="utf-8")
    graded.grade(only=("cy",))
    graded.hand_in("bob.py", RIGHT)
    graded.grade()
    assert scores(graded.out) == SCORES | {"bob.py": 9, "cy.py": 6}
    assert in_words(corrected(graded, "bob", None)) == "bob.py: 9 → 10 of 10"
    corrected(graded, "cy", None, "rows.1")
    assert scores(graded.out) == SCORES | {"bob.py": 10}


def test_the_second_correction_takes_the_place_of_the_first(graded: Course) -> None:
    corrected(graded, "ada", 1)
    assert in_words(corrected(graded, "ada", 2.5)) == "ada.py: 1 → 2.5 of 10"
    (noted,) = results(graded.out)["ada.py"]["overrides"]
    assert noted["points"] == 2.5


@pytest.mark.parametrize(
    ("who", "points", "case", "reason", "why"),
    [
        ("bobb", 1, None, "x", "there is no submission of `bobb`; did you mean `bob`?"),
        ("zzz", 1, None, "x", "there is no submission of `zzz`"),
        ("bob", 11, None, "x", "11 is more than the assignment is worth, 10 points"),
        ("bob", 9, "rows.1", "x", "9 is more than"),
        ("bob", -1, None, "x", "-1"),
        ("bob", 1, "row.1", "x", "there is no case `row.1`; did you mean `rows.1`?"),
        ("bob", 1, None, " ", "a correction needs a reason"),
        ("bob", None, None, "", "bob.py: there is no correction to take back"),
        ("bob", None, "rows.1", "", "bob.py: there is no correction of `rows.1` to take back"),
    ],
)
def test_what_makes_no_sense_is_refused(
    graded_once: Course, who: str, points: float | None, case: str | None, reason: str, why: str
) -> None:
    with pytest.raises(UsageError) as told:
        corrected(graded_once, who, points, case, reason)
    assert why in str(told.value)
    assert scores(graded_once.out) == SCORES


def test_the_roster_s_names_are_known_and_twins_are_told_apart(graded: Course) -> None:
    roster = graded.here / "roster.csv"
    roster.write_text("id,name,login\n1,Sam,ada\n2,Sam,bob\n3,Cy Twombly,cy\n", encoding="utf-8")
    graded.grade(roster=roster)
    assert corrected(graded, "Cy Twombly", 3).after.submission.id == "cy.py"
    assert corrected(graded, "2", 3).after.submission.id == "bob.py"
    with pytest.raises(UsageError, match=r"Sam: these are several: ada\.py, bob\.py; say which"):
        corrected(graded, "Sam", 3)


def test_who_is_on_the_roster_is_never_taken_for_somebody_else(graded: Course) -> None:
    roster = graded.here / "roster.csv"
    roster.write_text("name,login,group\nAda,ada,G1\nAdam,adam,G1\nBobby,bobb,\n", encoding="utf-8")
    graded.grade(roster=roster)
    with pytest.raises(UsageError, match=r"^Adam: handed in with ada\.py \(group G1\); to correct .* say `ada\.py`$"):
        corrected(graded, "Adam", 3)
    with pytest.raises(UsageError, match=r"^bobb: handed in nothing; there is no submission to correct$"):
        corrected(graded, "bobb", 3)
    with pytest.raises(UsageError, match=r"^--only bobb: handed in nothing; there is no submission to grade$"):
        graded.grade(only=("bobb",))
    assert corrected(graded, "G1", 3).after.submission.id == "ada.py"
