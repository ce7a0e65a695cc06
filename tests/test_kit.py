"""A kit that is read: what a hostile or damaged one comes to, and what grading finds in a good one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeRunner, exam
from specs import SMALL

from grader.errors import SpecError, UsageError
from grader.exam import prepare
from grader.kit import Kit, load_kit, parse_kit
from grader.kit_format import MAX_BYTES
from grader.kit_making import kit_text

SPEC = (
    SMALL.replace("id: properties", "id: properties\n    visibility: hidden")
    + """
  - id: scaled
    points: 0
    implied_by: whole
    steps: ["output = attend(Q, factor)"]
    given: {Q: {normal: [n, d]}}
    expect: reference
    checks: [{token_permutation: {along: n}}]
conventions:
  way:
    choices: {one: {factor: 1}, two: {factor: 2}}
"""
)
NAME = Path("attention.kit.json")
Change = Callable[[dict[str, Any]], object]


@cache
def text() -> str:
    made = exam(SPEC, {"project": lambda X, W: X @ W, "attend": lambda Q, V: Q * 2.0}, "public")
    return kit_text(made, "spec.yaml")


def fields() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(text())
    return read


def problems(data: bytes) -> list[str]:
    with pytest.raises(SpecError) as raised:
        parse_kit(data, NAME)
    assert all(problem.startswith(f"{NAME}: ") for problem in raised.value.problems)
    assert all(len(problem) < 250 and problem.isprintable() for problem in raised.value.problems)
    return [problem.removeprefix(f"{NAME}: ") for problem in raised.value.problems]


def changed(change: Change) -> bytes:
    data = copy.deepcopy(fields())
    change(data)
    return json.dumps(data).encode()


# --- a good one ----------------------------------------------------------------------------------


def test_what_is_in_it() -> None:
    kit = parse_kit(text().encode(), NAME)
    assert [(group.id, group.points) for group in kit.assignment.groups] == [
        ("whole", Fraction(2)),
        ("scaled", Fraction(0)),
    ]
    assert (kit.assignment.points, kit.hidden_points, kit.scope) == (Fraction(3), Fraction(1), "public")
    assert [case.id for case in kit.cases] == ["whole.1", "scaled.1"]
    assert list(kit.cases[1].readings) == [(("way", "one"),), (("way", "two"),)]
    assert [sorted(reading.runs) for reading in kit.cases[1].readings.values()] == [["", "5:changed"]] * 2
    assert sorted(kit.expected) == [
        ("scaled.1", (("way", "one"),)),
        ("scaled.1", (("way", "two"),)),
        ("whole.1", ()),
    ]
    assert kit.assignment.misconceptions == []


def test_a_byte_order_mark_is_no_matter() -> None:
    assert parse_kit(b"\xef\xbb\xbf" + text().encode(), NAME).sha256 == fields()["spec_sha256"]


def test_another_seed_is_refused_and_its_own_is_not() -> None:
    kit = parse_kit(text().encode(), NAME)
    with pytest.raises(UsageError, match=r"attention\.kit\.json: .* those of one seed: leave the seed 7 out, or say 0"):
        prepare(kit, 7, "public", FakeRunner({}))
    assert prepare(kit, 0, "all", FakeRunner({})).scope == "public"


def test_hidden_points_are_counted_for_the_whole_and_for_some_cases() -> None:
    made = prepare(parse_kit(text().encode(), NAME), None, "public", FakeRunner({}))
    assert (made.hidden_points, made.choose(["whole"]).hidden_points) == (Fraction(1), Fraction(1))


# --- no file, no kit -------------------------------------------------------------------------------


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone: the kit cannot be read \(No such file or directory\)"):
        load_kit(tmp_path / "gone")
    with pytest.raises(UsageError, match="the kit cannot be read"):
        load_kit(tmp_path)
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(SpecError, match="larger than 33,554,432 bytes"):
        load_kit(large)


def test_a_file_that_can(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(text(), encoding="utf-8")
    assert isinstance(load_kit(path), Kit)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "this is no kit, or a damaged one: Expecting value"),
        (b"\xff\xfe", "this is no kit, or a damaged one: 'utf-8'"),
        (b"[" * 100_000, "this is no kit, or a damaged one: "),
        (b'{"a": ' * 100_000, "this is no kit, or a damaged one: "),
        (b'{"format": "grader.kit/1", "format": "grader.kit/1"}', "a key stands twice"),
        (b'{"format": NaN}', "NaN is not JSON"),
        (b'{"format": 1e999}', "greater than can be held"),
        (b'{"seed": ' + b"9" * 10_000 + b"}", "this is no kit, or a damaged one: "),
        (b"\x80\x04}.", "this is no kit, or a damaged one: "),
        (b"[]", "the file is no kit of an assignment"),
        (b"{}", "the file is no kit of an assignment"),
        (b'{"format": ["grader.kit/1"]}', "the file is no kit of an assignment"),
        (b'{"format": "grader.kit/2"}', "was made by another version of the grader"),
    ],
)
def test_what_is_no_kit(data: bytes, sentence: str) -> None:
    (problem,) = problems(data)
    assert sentence in problem


# --- damaged ----------------------------------------------------------------------------------


def first(data: dict[str, Any]) -> dict[str, Any]:
    case: dict[str, Any] = data["cases"][0]
    return case


def second(data: dict[str, Any]) -> dict[str, Any]:
    case: dict[str, Any] = data["cases"][1]
    return case


def reading(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = first(data)["readings"][0]
    return found


DAMAGES: dict[str, tuple[Change, str]] = {
    "unknown key": (lambda d: d.update(replace={}), "replace: Extra inputs"),
    "missing key": (lambda d: d.pop("cases"), "cases: Field required"),
    "no points": (lambda d: d.update(points="ten"), "points: expected a number of points"),
    "negative points": (lambda d: d.update(hidden_points=-1), "hidden_points: expected a number of points"),
    "other points": (lambda d: d.update(points=4), "points: they are not the groups' and the hidden ones together"),
    "nothing hidden": (lambda d: d.update(scope="all"), "scope: it is `all`, but points are hidden"),
    "seed": (lambda d: d.update(seed=True), "seed: "),
    "hash": (lambda d: d.update(spec_sha256="0"), "spec_sha256: "),
    "long title": (lambda d: d.update(title="t" * 3000), "title: "),
    "id with a path": (lambda d: d.update(assignment="../x"), "assignment: expected a letter"),
    "time": (lambda d: d["limits"].update(case=0), "limits.case: "),
    "endless time": (lambda d: d["limits"].update(case="inf"), "limits.case: "),
    "no function": (lambda d: d.update(functions={}), "functions: "),
    "day": (lambda d: d["dates"].update(due="2024-02-30"), "dates.due: there is no such day"),
    "group twice": (lambda d: d["groups"].append(d["groups"][1]), "groups: `scaled` stands twice"),
    "group without a case": (lambda d: second(d).update(group="whole", id="whole.2"), "groups: `scaled` has no case"),
    "implied by nothing": (lambda d: d["groups"][1].update(implied_by="gone"), "is no other group"),
    "implied by itself": (lambda d: d["groups"][1].update(implied_by="scaled"), "is no other group"),
    "case twice": (lambda d: d["cases"].append(d["cases"][0]), "cases: `whole.1` stands twice"),
    "case of no group": (lambda d: first(d).update(group="gone"), "there is no group `gone`"),
    "case of another name": (lambda d: first(d).update(id="scaled.2"), "or the case is not named after it"),
    "step": (lambda d: first(d).update(steps=["import os"]), "is not one call whose result is named"),
    "long step": (lambda d: first(d).update(steps=["y = f(" + "(" * 10_000]), "a step of at most 2000 characters"),
    "unknown function": (lambda d: first(d).update(steps=["output = exec(X)"]), "`exec` is none of the functions"),
    "observed": (lambda d: first(d).update(observe=["gone"]), "`gone` is observed, but no step gives it"),
    "observed twice": (lambda d: first(d).update(observe=["output", "output"]), "a name is observed twice"),
    "check": (lambda d: first(d).update(checks=["eval"]), "expected one of the checks"),
    "check's input": (
        lambda d: first(d).update(checks=[{"rows_sum_to_one": {"value": "gone"}}]),
        "the check `rows_sum_to_one` cannot be made of this case: `gone` is no array",
    ),
    "tolerance": (lambda d: first(d)["tolerance"].update(rtol=float("1e9")), "tolerance.rtol: "),
    "reading missing": (lambda d: second(d)["readings"].pop(), "it has not one reading for each choice"),
    "reading twice": (
        lambda d: second(d)["readings"].append(second(d)["readings"][0]),
        "it has not one reading for each choice",
    ),
    "unknown choice": (
        lambda d: second(d)["readings"][0].update(choice={"way": "three"}),
        "it has not one reading for each choice",
    ),
    "unknown convention": (
        lambda d: second(d)["readings"][0].update(choice={"gone": "one"}),
        "its choices are none of the conventions",
    ),
    "input missing": (lambda d: reading(d)["inputs"].pop("X"), "its inputs are not those that the steps read"),
    "input too many": (lambda d: reading(d)["inputs"].update(Z=1), "its inputs are not those that the steps read"),
    "input is text": (lambda d: reading(d)["inputs"].update(X="1"), "inputs.X"),
    "input is infinite": (lambda d: reading(d)["inputs"].update(X={"dtype": "<f8"}), "expected an array"),
    "expected of another": (
        lambda d: reading(d).update(expected={"Q": reading(d)["expected"]["output"]}),
        "its expected values are not those that are observed",
    ),
    "expected by one reading": (
        lambda d: second(d)["readings"][1].update(expected=None),
        "some readings have expected values, and others none",
    ),
    "nothing to look at": (lambda d: reading(d).update(expected=None), "it has nothing to look at"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_kit(name: str) -> None:
    change, sentence = DAMAGES[name]
    head, *told = problems(changed(change))
    assert head == "the kit was changed or damaged: get it anew"
    assert any(sentence in problem for problem in told), told


def test_at_most_a_few_of_many_problems_are_told() -> None:
    told = problems(changed(lambda d: d["groups"].extend({} for _ in range(9))))
    assert (len(told), told[-1]) == (7, "and 40 more")


def test_a_kit_whose_check_would_fill_the_memory() -> None:
    wide = {"dtype": "<f8", "shape": [2**14, 1], "values": [[0.0]] * 2**14}

    def widen(data: dict[str, Any]) -> None:
        reading(data)["inputs"]["V"] = wide
        first(data)["checks"] = ["rows_sum_to_one"]

    assert problems(changed(widen))[1:] == ["case `whole.1`: its inputs are too large for its checks"]
