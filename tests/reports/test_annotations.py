from dataclasses import replace
from pathlib import Path

import pytest
from reports import hostile, samples

from grader.insight import Clue, Location
from grader.model import Result
from grader.reports.annotations import annotate, causes, in_repository
from grader.reports.reading import score_words

AT = Location("b_some.py", 7)


def told(result: Result) -> list[tuple[str, str, str]]:
    return [(each.level, each.title, each.message) for each in annotate(result)]


def test_nothing_is_said_of_a_right_submission() -> None:
    assert annotate(samples.result()) == []


def test_the_cause_comes_first_then_each_reason_once() -> None:
    marked = replace(
        samples.partial(), locations={"": AT, "rectangular.3": AT, "rectangular.4": AT, "rectangular.5": AT}
    )
    found = annotate(marked)
    assert [(each.level, each.title, each.location) for each in found] == [
        ("error", "Likely cause: the scores are not scaled", AT),
        ("error", "0.5 points lost: Projections", None),
        ("error", "2.5 points lost: No two sizes alike", AT),
        ("error", "0.83 points lost: No two sizes alike", None),
        ("error", "4 points lost: Properties of attention", None),  # with the right case, which lost its points by it
        ("notice", "Advice: Advice", None),
    ]
    assert found[0].message == "Divide Q·Kᵀ by √d_k before the softmax."
    assert found[2].message == f"{samples.WRONG} (3 cases, such as rectangular.3)"


def test_one_reason_for_all_cases_is_said_once() -> None:
    (only,) = told(samples.unreadable())
    assert only[1] == "2 points lost: Projections, Attention"


def test_advice_that_repeats_what_costs_points_is_left_out() -> None:
    why = samples.unreadable().cases[0].message
    advice = samples.case("advice.1", samples.unreadable().cases[0].verdict, 0, 0, message=why)
    assert len(annotate(replace(samples.unreadable(), cases=(*samples.unreadable().cases, advice)))) == 1


def test_clues_where_the_mistake_has_no_name() -> None:
    expected = [("Where the mistake is", "`compute_qkv` is right; `self_attention` is not. It is cut off.")]
    assert causes(samples.unexplained()) == expected
    assert causes(samples.result()) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("b_some.py, line 4: no module `x`", Location("b_some.py", 4)),
        ("c.ipynb cell 3, line 4: no module `x`", Location("c.ipynb", 1)),
        ("other.py, line 4: no module `x`", AT),
        ("`f` is missing", AT),
    ],
)
def test_a_clue_that_names_a_line_stands_there(text: str, place: Location) -> None:
    clues = (Clue("stage", text), Clue("property", "It is cut off."))
    result = replace(samples.unexplained(), clues=clues, locations={"": AT, "attention.2": Location("c.ipynb", 1)})
    found = [(each.title, each.message, each.location) for each in annotate(result) if each.about == "cause"]
    if place == AT:
        assert found == [("Where the mistake is", f"{text}. It is cut off.", AT)]
    else:
        assert found == [
            ("Where the mistake is", f"{text}.", place),
            ("What is known of it", "It is cut off.", AT),
        ]


def test_hints_that_the_spec_keeps_are_kept() -> None:
    assert all("scaled" not in title for _, title, _ in told(replace(samples.partial(), hints="none")))


def test_what_is_ungraded_is_no_lost_point() -> None:
    (only,) = told(samples.ungraded())
    assert only[1:] == ("Could not be graded: this is no score", "the grader failed twice: the zygote was lost")


def test_a_result_without_cases_is_not_silent() -> None:
    nothing = replace(samples.result(), score=0.0, cases=(), groups=(), notes=("a.py is empty",))
    assert told(nothing) == [("error", "0 of 2 points", "a.py is empty")]


def test_hidden_cases_keep_their_secrets() -> None:
    assert "SECRET" not in str(annotate(samples.hidden()))


def test_messages_are_bounded() -> None:
    for each in annotate(hostile.result_of("A" * 100_000)):
        assert len(each.message) < 102_000 if each.about == "cause" else len(each.message) < 1100


def test_the_score_in_words() -> None:
    some = samples.result(chosen=("square.1",))
    assert score_words(some) == "2 of 2 points of the cases that were asked for"
    assert score_words(samples.partial()) == "2.67 of 10.5 points"
    public = replace(samples.result(), scope="public", hidden_points=4.0)
    assert score_words(public) == "public points: 2 of 2; 4 more are hidden"
    assert score_words(samples.ungraded()) == "could not be graded: this is no score"


@pytest.mark.parametrize(
    ("checked", "file", "expected"),
    [
        ("sub/a.py", "a.py", "sub/a.py"),
        ("sub", "a.py", "sub/a.py"),
        (".", "sub/a.py", "sub/a.py"),
        ("sub", "gone.py", ""),
        ("sub", "../../outside.py", ""),
        ("sub/a.py", "other.py", ""),
        ("../outside.py", "outside.py", ""),
    ],
)
def test_files_are_named_from_the_repositorys_root(tmp_path: Path, checked: str, file: str, expected: str) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "a.py").write_text("")
    (tmp_path / "outside.py").write_text("")
    assert in_repository(root / checked, Location(file, 1), root) == expected


def test_a_file_without_a_place_is_marked_itself(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    assert in_repository(tmp_path / "a.py", None, tmp_path) == "a.py"
    assert in_repository(tmp_path, None, tmp_path) == ""
