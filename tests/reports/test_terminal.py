import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import samples
from reports.samples import WRONG
from rich.console import Console

from grader.model import Result, Verdict
from grader.reports.terminal import show

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
ALL = [
    samples.result(),
    samples.partial(),
    samples.unreadable(),
    samples.ungraded(),
    samples.hidden(),
    samples.unexplained(),
    samples.hostile(),
]


def shown(result: Result, width: int = 90, encoding: str = "utf-8", **options: Any) -> str:
    """What a terminal of this kind gets, without trailing spaces. Fails if it cannot be encoded."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    show(result, Console(file=file, width=width), **options)
    file.flush()
    return "\n".join(line.rstrip() for line in raw.getvalue().decode(encoding).split("\n"))


def test_all_points_by_value() -> None:
    assert shown(samples.result(), width=50) == (
        "Self-Attention Mechanism\n"
        "a_right.py\n"
        "\n"
        "2 of 2 points   ████████████████████\n"
        "\n"
        "✓ Projections                                  1/1\n"
        "✓ Attention                                    1/1\n"
        "\n"
        "Next\n"
        "  All points: hand it in.\n"
    )


def test_of_several_files_the_one_that_was_graded_is_to_be_handed_in() -> None:
    several = samples.result(graded_file="b/final\n.py")
    assert shown(several).split("\n")[1] == "a_right.py (b/final\\n.py)"
    assert "\n  All points: hand in b/final\\n.py, the file that was graded.\n" in shown(several)
    assert "other inputs: hand in b/final\\n.py, the file" in " ".join(shown(several, hidden_points=2.0).split())


def test_lost_points_by_value() -> None:
    wrong = (
        "   3 of 6 cases: `output` differs in 12 of 20 entries; the greatest difference is\n"
        "   0.31 at [2, 3]: got 1.31, expected 1\n"
    )
    assert shown(samples.partial()) == (
        "Self-Attention Mechanism\n"
        "b_some.py\n"
        "\n"
        "2.67 of 10.5 points   █████░░░░░░░░░░░░░░░\n"
        "\n"
        "Likely cause\n"
        "  the scores are not scaled\n"
        "  Divide Q·Kᵀ by √d_k before the softmax.\n"
        "  mending this alone: 2.67 → 9 of 10.5 points\n"
        "\n"
        "✗ Projections                                                                        0.5/1\n"
        "   1 of 2 cases (projections.2): ValueError: shapes (2,3) and (2,3) not aligned\n"
        "✗ No two sizes alike                                                                1.67/5\n"
        f"{wrong}"
        "   1 of 6 cases (rectangular.6): the code did not end within 5 s\n"
        "✗ Properties of attention                                                              0/4\n"
        "✓ Recommended functions  (given, because “No two sizes alike” has all points)      0.5/0.5\n"
        "! Advice                                                                            advice\n"
        "   large logits overflow\n"
        "\n"
        "Notes\n"
        "  - line 40: the demo code raised ValueError; the functions above it were graded\n"
        "\n"
        "Your code was read with\n"
        "  scale = factor\n"
        "\n"
        "What it printed first\n"
        "  │ Q:\n"
        "  │ [[1 2]\n"
        "  │  [3 4]]\n"
        "\n"
        "Next\n"
        "  Mend the likely cause, then run `grader check` again.\n"
    )


def test_one_reason_for_all_cases_is_said_once() -> None:
    page = shown(samples.unreadable())
    assert page.count("was never closed") == 1
    assert "Make the file load, then run `grader check` again." in page


def test_an_ungraded_result_shows_no_score() -> None:
    page = shown(samples.ungraded())
    assert "could not be graded: this is no score" in page
    assert page.count("the zygote was lost") == 1
    assert "0 of" not in page
    assert "0/1" not in page


def test_hidden_cases_tell_no_values() -> None:
    page = shown(samples.hidden())
    assert "SECRET" not in page
    assert "(a hidden case: inputs and values are not shown)" in page


def test_public_points_say_what_else_counts() -> None:
    page = shown(samples.result(scope="public"), hidden_points=4)
    assert "public points: 2 of 2; 4 more are hidden" in page
    assert "Hidden cases ask the same of other inputs" in page
    assert "public points: 2 of 2 " in shown(samples.result(scope="public"))
    assert "\n2 of 2 points " in shown(samples.result(scope="public"), hidden_points=0)


def test_a_deduction_is_told() -> None:
    page = shown(samples.result(raw_score=2.0, penalty=0.5, score=1.5))
    assert "1.5 of 2 points (raw 2, 0.5 off for being late)" in page
    page = shown(samples.corrected())
    assert "7 of 10 points (raw 9, 2 off for being 26 hours late, corrected by hand)" in page
    assert (
        "\n  corrected by hand (attention.2): a typing error\n  26 hours late, 2 days begun: 20 % of 10 points\n"
        in page
    )


def test_all_cases_and_many_messages() -> None:
    same = tuple(samples.case(f"a.{n}", Verdict.FAILED, 0, 1, message="wrong") for n in range(3))
    other = tuple(samples.case(f"b.{n}", Verdict.FAILED, 0, 1, message=f"message {'abcdef'[n]}") for n in range(6))
    groups = (samples.group("a", "A", 0, 3), samples.group("b", "B", 0, 6))
    page = shown(samples.result(cases=same + other, groups=groups, score=0.0, points=9.0))
    assert "all 3 cases: wrong" in page
    assert "1 of 6 cases (b.3): message d" in page
    assert "message e" not in page
    assert "2 more cases with other messages" in page
    assert "Begin with “B” (6 points to gain), then run" in page


def test_messages_that_differ_in_numbers_only_are_folded() -> None:
    cases = tuple(
        samples.case(f"a.{n}", Verdict.FAILED, 0, 1, message=f"off by -{n}.5e-0{n} at [{n}, 0]") for n in range(1, 4)
    )
    result = samples.result(cases=cases, groups=(samples.group("a", "A", 0, 3),), score=0.0)
    assert "\n   all 3 cases, such as a.1: off by -1.5e-01 at [1, 0]\n" in shown(result)
    assert "off by -2" not in shown(result)


def test_a_point_is_singular() -> None:
    assert "“Attention” (1 point to gain)" in shown(samples.hidden())


def test_long_messages_and_output_are_cut() -> None:
    case = samples.case("a.1", Verdict.RAISED, 0, 1, message="m" * 5000)
    groups = (samples.group("a", "A", 0, 1),)
    output = "".join(f"line {n}\n" for n in range(50))
    page = shown(samples.result(cases=(case,), groups=groups, score=1.0, output=output))
    assert 500 < page.count("m") < 700
    assert "line 7\n" in page
    assert "line 8" not in page
    assert "… 42 more lines" in page


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
@pytest.mark.parametrize("result", ALL, ids=lambda result: result.submission.id[:5])
def test_old_encodings_get_marks_that_they_have(result: Result, encoding: str) -> None:
    page = shown(result, encoding=encoding)
    assert "✓" not in page
    assert "Next" in page


def test_ascii_marks() -> None:
    page = shown(samples.partial(), encoding="ascii")
    assert "\nx Projections " in page
    assert "\n+ Recommended functions " in page
    assert "#####..............." in page
    assert "Divide Q*K^T by sqrt d_k" in page


def test_hostile_text_is_shown_not_obeyed() -> None:
    page = shown(samples.hostile(), width=400)
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert r"\x00\x1b[31mred\x1b[0m\x07 \ud800 \udfff \ufffe\uffff \u202eevil" in page
    assert "[bold]x[/bold] :smile: 😀" in page


def test_output_cannot_pose_as_the_graders_words() -> None:
    page = shown(samples.result(score=1.0, output="\n\nfine\n\x85Next\r\n  All points: hand it in.\n"))
    assert "\n  │ fine\n  │ \\x85Next\n  │   All points: hand it in.\n\nNext\n  Read the notes" in page


@pytest.mark.parametrize("width", [1, 2, 5, 10, 20, 40, 79, 300])
@pytest.mark.parametrize("result", ALL, ids=lambda result: result.submission.id[:5])
def test_no_line_is_wider_than_the_terminal(result: Result, width: int) -> None:
    page = shown(result, width, encoding="ascii")
    pasted = result.counterexample.reproducer.split("\n") if result.counterexample else []  # those may not be broken
    assert max(len(line) for line in page.split("\n") if line not in pasted) <= width


@given(ANY_TEXT, st.integers(1, 120), st.sampled_from(["utf-8", "ascii", "cp932"]))
@settings(max_examples=60, deadline=None)
def test_any_text_is_shown_anywhere(text: str, width: int, encoding: str) -> None:
    case = samples.case("attention.1", Verdict.RAISED, 0, 1, message=text)
    page = shown(samples.result(text, cases=(case,), notes=(text,), output=text, score=0.0), width, encoding)
    assert "\x1b" not in page


def test_what_is_known_of_an_unnamed_mistake_comes_before_the_groups() -> None:
    text = shown(samples.unexplained(), 60)
    assert text.index("What is known of it") < text.index("A small example") < text.index("✗ Attention ")
    assert "- `compute_qkv` is right; `self_attention` is not." in text
    assert WRONG[:20] in text  # no name explains the cases, so each says what is wrong


def test_a_name_explains_the_cases_that_only_return_wrong_values() -> None:
    named = replace(samples.unexplained(), diagnoses=samples.partial().diagnoses)
    text = shown(named, 60)
    assert "Likely cause" in text
    assert "What is known of it" not in text
    assert WRONG[:20] not in text


def test_lines_to_paste_are_neither_indented_nor_broken() -> None:
    example = samples.unexplained().counterexample
    assert example is not None
    long = f"Q = np.array([{', '.join(map(str, range(40)))}])"
    page = shown(replace(samples.unexplained(), counterexample=replace(example, reproducer=f"{long}\nprint(Q)\n")), 40)
    assert f"\n{long}\nprint(Q)\n" in page
