"""The reference with a misconception put in: its source text. Pure; a mutant is run like any submission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.spec import Misconception


def problems(reference: str, misconception: Misconception) -> Iterator[tuple[tuple[str, ...], str]]:
    """(place in the misconception, sentence) of every edit that does not fit the reference."""
    for old in misconception.replace:
        count = reference.count(old)
        if count != 1:
            what = "is not there" if count == 0 else f"is there {count} times: take more of the line"
            yield ("replace", old), f"this text must be in the reference exactly once, and it {what}"


def mutated(reference: str, misconceptions: Sequence[Misconception]) -> str | None:
    """The source with all of some mistakes in it; None when their edits do not go together."""
    source = reference
    for misconception in misconceptions:
        for old, new in misconception.replace.items():
            if source.count(old) != 1:  # the first of two has changed what the second would change
                return None
            source = source.replace(old, new)
    defined = [misconception.define for misconception in misconceptions if misconception.define]
    return "\n\n".join([source, *defined]) + "\n" if defined else source
