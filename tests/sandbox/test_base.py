"""What the judge decides for a zygote arrives there as it was sent."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.base import PLAN_LENGTH, Layer, Plan
from grader.sandbox.bounds import Bounds
from grader.sandbox.readable import Readable

texts = st.text(max_size=20)
lists = st.lists(texts, max_size=4).map(tuple)
programs = st.binary(max_size=64)
plans = st.builds(
    Plan,
    preload=lists,
    modules=lists,
    without=lists,
    missing=st.dictionaries(texts, texts, max_size=4),
    uid=st.integers(0, 2**31),
    cgroup=lists,
    programs=st.tuples(programs, programs),
)


@given(plans)
def test_a_plan_travels_as_json(plan: Plan) -> None:
    assert Plan.from_json(plan.to_json()) == plan
    assert isinstance(json.loads(plan.to_json()), dict)


@given(plans, plans)
def test_different_plans_are_different_on_the_way(one: Plan, other: Plan) -> None:
    assert (one.to_json() == other.to_json()) == (one == other)


def test_lists_are_still_hashable_when_they_arrive() -> None:
    """A zygote is looked up by what it preloaded."""
    arrived = Plan.from_json(Plan(preload=("nbformat",), cgroup=("/a", "/b")).to_json())
    assert {arrived.preload, arrived.cgroup} == {("nbformat",), ("/a", "/b")}


@given(plans)
def test_its_length_goes_before_it(plan: Plan) -> None:
    sent = PLAN_LENGTH.pack(len(plan.to_json())) + plan.to_json()
    (length,) = PLAN_LENGTH.unpack(sent[: PLAN_LENGTH.size])
    assert Plan.from_json(sent[PLAN_LENGTH.size :][:length]) == plan


def test_a_layer_does_nothing_but_what_it_overrides() -> None:
    layer = Layer(Plan())
    assert (layer.unavailable(), layer.details()) == ("", "")
    layer.enter_keeper()
    layer.look()
    layer.enter_zygote(Readable("", (), ()))
    layer.enter_worker(Bounds())
    layer.close()
