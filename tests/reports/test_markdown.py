import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from reports import hostile, samples

from grader.model import Result, Verdict
from grader.reports.markdown import MOST_BYTES, code, document, fence, problem, prose

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=())) | st.text("`\\|<>[]()!@#*_~&; \n\tax1:/.w-=+$^")
OURS = re.compile(r"<details><summary>[^<>]*</summary>|</details>")


def tokens(text: str) -> list[Token]:
    found = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    return [inner for token in found for inner in (token, *(token.children or ()))]


def harmless(text: str) -> list[Token]:
    """Nothing in it but what we write: no HTML of others, no link, no image, and nothing that GitHub makes one."""
    found = tokens(text)
    assert not {token.type for token in found} & {"link_open", "image", "html_inline", "hr", "s_open", "em_open"}
    assert all(OURS.fullmatch(token.content.strip()) for token in found if token.type == "html_block")
    plain = [token.content for token in found if token.type == "text"]
    assert not [words for words in plain if re.search(r"[@#]\w|://|www\.", words)]
    return found


def structure(result: Result) -> list[str]:
    """What the document is made of, whatever stands in it."""
    return [token.type + token.tag for token in harmless(document(result)) if token.block and token.type != "inline"]


def test_all_points_by_value() -> None:
    assert document(samples.result()) == (
        "## Self-Attention Mechanism: 2 of 2 points\n\n"
        "`a_right.py`\n\n"
        "| | Part | Points |\n|:-:|---|--:|\n| ✅ | Projections | 1 / 1 |\n| ✅ | Attention | 1 / 1 |\n\n"
        "**Next:** All points: hand it in.\n"
    )


def test_the_one_main_message_comes_first() -> None:
    lines = document(samples.partial()).split("\n\n")
    assert lines[:4] == [
        "## Self-Attention Mechanism: 2.67 of 10.5 points",
        "`b_some.py`",
        "**Likely cause: the scores are not scaled.** Divide Q·Kᵀ by √d\\_k before the softmax.",
        "Mending this alone: 2.67 → 9 of 10.5 points.",
    ]
    assert "| ✅ | Recommended functions (given, because “No two sizes alike” has all points) | 0.5 / 0.5 |" in lines[4]
    assert "| ⚠️ | Advice | advice |" in lines[4]
    assert lines[5].startswith("<details>")
    assert lines[-1] == "**Next:** Mend the likely cause, then run `grader check` again.\n"


def test_without_a_name_for_the_mistake_the_first_reason_and_the_example() -> None:
    assert "**First:** `` c_locked.py, line 3: Python cannot" in document(samples.unreadable())
    text = document(samples.unexplained())
    assert "**Where the mistake is.** `compute_qkv` is right; `self_attention` is not. It is cut off." in text
    assert "```python\nQ = np.eye(2)\nprint(self_attention(Q, Q, Q))\n```" in text


def test_what_is_ungraded_has_no_points() -> None:
    text = document(samples.ungraded())
    assert "could not be graded: this is no score" in text
    assert "| Part |" not in text


def test_a_student_sees_no_hidden_case() -> None:
    assert "SECRET" not in document(samples.hidden())


@pytest.mark.parametrize("text", hostile.ALL.values(), ids=hostile.ALL)
def test_nobody_breaks_out(text: str) -> None:
    result = hostile.result_of(text)
    # Folded output is there only when something was printed.
    assert structure(result) == structure(hostile.result_of("x" if text.strip() else text))


@given(ANY_TEXT)
def test_any_text_is_inert(text: str) -> None:
    harmless(f"## {prose(text)}\n\n{code(text)} and {prose(text)}\n\n- {code(text)}: {code(text)}\n\n{fence(text)}\n")
    assert [token.type for token in tokens(fence(text))] == ["fence"]
    rows = [token.type for token in tokens(f"| a | b |\n|---|---|\n| {prose(text)} | c |\n") if token.type == "td_open"]
    assert len(rows) == 2


def test_words_stay_readable() -> None:
    inner = tokens(prose("use `K.T` in a*b_c, [x](y) <b> | @you & 1 < 2"))
    assert "".join(token.content for token in inner if token.type in ("text", "code_inline")) == (
        "use K.T in a*b_c, [x](y) <b> | @\u200byou & 1 < 2"
    )
    assert code("a `b`") == "`` a `b` ``"
    assert code("") == "(empty)"
    assert fence("a\n```\nb") == "````text\na\n```\nb\n````"


def test_a_document_fits_the_room_that_is_left() -> None:
    many = tuple(samples.case(f"g.{n}", Verdict.FAILED, 0, 1, message="é" * 5000) for n in range(2000))
    large = replace(samples.partial(), cases=many, notes=("n" * 100_000,) * 100, output="o\n" * 100_000)
    whole = len(document(large).encode())
    assert whole < 200_000 < MOST_BYTES
    brief = document(large, whole - 1)
    assert "<details>" not in brief
    assert "Likely cause" in brief
    assert document(large, 100) == ""


def test_a_problem() -> None:
    assert problem("Could not be graded", "x: ```\n") == "## Could not be graded\n\n````text\nx: ```\n````\n"


def test_lateness_and_corrections_stand_below_the_score() -> None:
    lines = document(samples.corrected()).split("\n\n")
    assert lines[0].endswith("7 of 10 points (raw 9, 2 off for being 26 hours late, corrected by hand)")
    assert lines[1:4] == [
        "`g_late.py`",
        "`corrected by hand (attention.2): a typing error`",
        "`26 hours late, 2 days begun: 20 % of 10 points`",
    ]
