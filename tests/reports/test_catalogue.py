"""`grader list` and `grader show`: what people copy from them stands there whole."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

import pytest
from rich.console import Console

from grader.assignments import load_all
from grader.kit import Kit
from grader.reports.catalogue import show_list, show_spec
from grader.spec import Dates
from grader.spec_loader import Spec


def shipped() -> Mapping[str, Spec | Kit]:
    return load_all(None, pytest.fail)


def console(width: int) -> Console:
    return Console(file=io.StringIO(), width=width)


def text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [10, 30, 60, 80, 200])
def test_ids_are_never_cut(width: int) -> None:
    specs = {**shipped()}
    long = "an_assignment_with_an_id_that_is_longer_than_a_terminal_of_the_usual_eighty_columns_is_wide"
    specs[long] = specs["self_attention"]
    shown = console(width)
    show_list(specs, shown)
    first = [line.split(" ")[0] for line in text(shown).splitlines()]
    assert set(specs) <= set(first)


def test_nor_are_those_of_groups() -> None:
    shown = console(40)
    show_spec(shipped()["multi_head_self_attention"], shown)
    first = {line.split(" ")[0] for line in text(shown).splitlines()}
    groups = {group.id for group in shipped()["multi_head_self_attention"].assignment.groups}
    assert groups <= first


def test_a_wide_list_is_a_line_for_each() -> None:
    shown = console(200)
    show_list(shipped(), shown)
    assert len(text(shown).splitlines()) == 1 + len(shipped())


def test_due_dates_with_their_zone_and_what_being_late_costs() -> None:
    spec = shipped()["multi_head_self_attention"]
    assert isinstance(spec, Spec)
    shown = console(200)
    show_spec(spec, shown)
    assert "due: 2024-05-17\n" in text(shown)
    assert "late" not in text(shown)
    said = {"due": "2024-05-17", "zone": "Europe/Berlin", "late": {"per_day": "10%"}}
    dated = spec.assignment.model_copy(update={"dates": Dates.model_validate(said)})
    shown = console(200)
    show_spec(replace(spec, assignment=dated), shown)
    assert "due: 2024-05-17 (Europe/Berlin)\n" in text(shown)
    assert "late: 10 % of the points for each day begun after the due date\n" in text(shown)
