"""Reads a page strictly, and refuses what has no place in one; results with all that a page shows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
from reports import samples

from grader.insight import Clue, Counterexample, Picture
from grader.model import Result, Verdict

VOID = {"meta", "br", "hr", "img", "input", "link"}
DRAWN = {"rect", "path"}
NEVER = {"script", "iframe", "object", "embed", "form", "base", "link", "img", "a", "audio", "video", "use", "image"}


@dataclass
class Element:
    """A tag with what is in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text, tags left out."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, tag: str, class_: str = "") -> list[Element]:
        """Elements in it, in order."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag and (not class_ or class_ in child.attributes.get("class", "").split()):
                    found.append(child)
                found += child.all(tag, class_)
        return found

    def one(self, tag: str, class_: str = "") -> Element:
        """The only such element."""
        (found,) = self.all(tag, class_)
        return found


class _Strict(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in NEVER, tag
        assert [name for name, count in Counter(name for name, _ in attrs).items() if count > 1] == []
        for name, value in attrs:
            assert value is not None, name
            assert name != "style", value
            assert not name.startswith("on"), name
            assert name not in ("href", "src", "srcset", "action", "xlink:href", "id"), (name, value)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in DRAWN, f"<{tag}/> is no element without content"
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def parsed(page: str) -> Element:
    """The page's tree. An AssertionError when a tag is not closed, or is one that a page must not have."""
    parser = _Strict()
    parser.feed(page)
    parser.close()
    (root,) = parser.open
    assert all(re.fullmatch(r" written by attention-grader (\w{24} )?", comment) for comment in parser.comments)
    assert len(parser.comments) <= 1
    return root


WEIGHTS = np.array([[0.25, 0.75], [0.5, 0.5]])


def picture(title: str = "Attention weights", got: Any = None, expected: Any = WEIGHTS) -> Picture:
    """Weights of which the first row is wrong."""
    return Picture(title, np.array([[0.9, 0.1], [0.5, 0.5]]) if got is None else got, expected, "queries", "keys")


def counterexample(**changes: Any) -> Counterexample:
    """Two tokens of two numbers, the second wrong."""
    found = Counterexample(
        steps=("Q, K, V = compute_qkv(X, W_q, W_k, W_v)", "output = self_attention(Q, K, V)"),
        inputs={"X": np.eye(2), "W_q": np.array([[1, -1], [0, 1]]), "heads": 2},
        expected={"output": np.array([[0.5, 0.25], [1.0, 2.0]])},
        got={"output": np.array([[0.5, 0.25], [1.0, 3.0]])},
        message="`output` is not right for the second token",
        reproducer="X = np.eye(2)\nprint(self_attention(X, X, X))  # should be <= 1",
    )
    return replace(found, **changes)


def told(**changes: Any) -> Result:
    """A wrong submission with all that a page can show."""
    clues = (Clue("stage", "`compute_qkv` is right"), Clue("property", "rows do not sum to one"))
    more: dict[str, Any] = {"clues": clues, "counterexample": counterexample(), "pictures": (picture(),), **changes}
    return replace(samples.partial(), **more)


def enormous() -> Result:
    """As much as a page can be asked to show, of the text that takes most room in HTML."""
    text = "\"'<" * 3_500_000
    arrays = {f"n{number}": np.linspace(1e-300, 1e300, 243).reshape(3, 9, 9) for number in range(9)}
    off = {name: array * 1.001 for name, array in arrays.items()}
    weights = np.linspace(0, 1, 144).reshape(12, 12)
    wrong = weights.copy()
    wrong[1:] += 1
    return told(
        title=text,
        cases=tuple(samples.case(f"g{n}.1", Verdict.FAILED, 0, 1, message=text) for n in range(400)),
        groups=tuple(samples.group(f"g{n}", text, 0, 1) for n in range(80)),
        diagnoses=(replace(samples.partial().diagnoses[0], title=text, hint=text),) * 9,
        clues=(Clue("stage", text),) * 99,
        notes=(text,) * 99,
        conventions={text: text},
        output=text,
        pictures=(picture(text, wrong, weights),) * 5,
        counterexample=counterexample(
            steps=(text,) * 3, inputs=arrays, expected=arrays, got=off, message=text, reproducer=text
        ),
    )
