"""The class in figures, by value."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reports.classes import AXIS, SCALE, class_of, large, result, small
from reports.test_class_rows import rows

from grader.class_results import ClassResults
from grader.reports.class_people import MOST_LISTED
from grader.reports.class_view import View, percent, view


def of(class_: ClassResults) -> View:
    return view(class_, rows(class_))


def test_who_is_what() -> None:
    assert of(small()).tiles == (
        *(("graded", "6"), ("ungraded", "1"), ("missing", "1"), ("late", "1"), ("corrected by hand", "1")),
        ("not on the roster", "1"),
    )
    assert ("not on the roster", "0") not in of(class_of([result("a", "1111")])).tiles


def test_scores_of_those_on_the_roster() -> None:
    # 10, 2, 7 (corrected), 8 (late), 7, 0; the stranger's 8 does not count. Sorted 0 2 7 7 8 10.
    assert of(small()).scores == (
        *(("mean", "5.67"), ("median", "7"), ("lower quartile", "3.25"), ("upper quartile", "7.75")),
        *(("lowest", "0"), ("highest", "10")),
    )


def test_the_distribution_by_tenths_and_all_points_apart() -> None:
    bars = of(small()).bars
    assert {bar.label: bar.count for bar in bars if bar.count} == {"0–1": 1, "2–3": 1, "7–8": 2, "8–9": 1, "all 10": 1}
    assert [bar.label for bar in bars][:2] == ["0–1", "1–2"]
    assert len(bars) == 11


@pytest.mark.parametrize(("score", "label"), [(10.5, "all 10"), (-0.5, "0–1"), (9.99, "9–10"), (1.0, "1–2")])
def test_every_score_has_its_bar(score: float, label: str) -> None:
    bars = of(class_of([result("a", "1111", score=score)])).bars
    assert [bar.label for bar in bars if bar.count] == [label]


def test_nobody_has_a_score() -> None:
    found = of(class_of([]))
    assert (found.scores, found.bars, found.mistakes, found.matrix) == ((), (), (), ())


def test_mistakes_by_prevalence_with_who_made_them_and_what_they_cost() -> None:
    axis, scale = of(small()).mistakes
    # Seven were graded, the stranger too. no_scale: Bob and Cem have 2, and would have 10.
    assert (axis.id, axis.title, axis.count, axis.share) == ("axis", "Softmax over the wrong axis", 2, "29 %")
    assert (scale.id, scale.count, scale.mean, scale.total) == ("no_scale", 2, "8", "16")
    assert [person.name for person in scale.people] == ["Bob", "Cem"]
    assert of(small()).not_made == 1
    # Fay and the stranger lost points and nothing explains it; Dee lost none but for being late.
    assert of(small()).unexplained == 2


def test_long_lists_of_names_are_cut() -> None:
    class_ = class_of(result(f"s{n:03}", "1000", SCALE, *([AXIS] if n < 3 else [])) for n in range(MOST_LISTED + 2))
    scale, axis = of(class_).mistakes
    assert (scale.count, len(scale.people), scale.left) == (MOST_LISTED + 2, MOST_LISTED, 2)
    assert (axis.count, axis.left, axis.share) == (3, 0, "1 %")


def test_a_mistake_that_the_spec_does_not_list_has_its_own_title() -> None:
    found = of(replace(class_of([result("a", "1000", SCALE)]), misconceptions=()))
    assert [(each.title, found.not_made) for each in found.mistakes] == [("The scores are not scaled", 0)]


@pytest.mark.parametrize(
    ("share", "told"), [(0, "0 %"), (0.001, "< 1 %"), (0.5, "50 %"), (0.999, "> 99 %"), (1, "100 %")]
)
def test_nobody_and_everybody_are_told_from_nearly_so(share: float, told: str) -> None:
    assert percent(share) == told


def test_how_it_was_graded() -> None:
    facts = of(small()).facts
    assert facts["Late policy"] == "10 % a day"
    assert facts["Seed of all inputs"] == "53"
    assert "Layout" not in of(class_of([result("a", "1111")])).facts


def test_a_large_class_adds_up() -> None:
    found = of(large(300))
    assert sum(bar.count for bar in found.bars) == 300 == len(found.students)
    lost = {row.title: (row.count, sum(cell.wrong for cell in row.cells)) for row in found.matrix}
    assert lost["The scores are not scaled"] == (found.mistakes[1].count, 3 * found.mistakes[1].count)
