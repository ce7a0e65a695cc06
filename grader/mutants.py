"""The reference with misconceptions put in: its source text. Pure; a mutant is run like any submission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.spec import Edit, Misconception


def problems(reference: str, misconception: Misconception) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(place in the misconception, sentence) of every edit that does not fit the reference."""
    for number, edit in enumerate(misconception.edits):
        place: tuple[str | int, ...] = ("variants", number - 1) if number else ()
        for old in edit.replace:
            count = reference.count(old)
            if count != 1:
                what = "is not there" if count == 0 else f"is there {count} times: take more of the line"
                yield (*place, "replace", old), f"this text must be in the reference exactly once, and it {what}"


def mutated(reference: str, edits: Sequence[Edit]) -> str | None:
    """The source with all of some edits made; None when they do not go together."""
    source = reference
    for edit in edits:
        for old, new in edit.replace.items():
            if source.count(old) != 1:  # the first of two has changed what the second would change
                return None
            source = source.replace(old, new)
    defined = [edit.define for edit in edits if edit.define]
    return "\n\n".join([source, *defined]) + "\n" if defined else source
