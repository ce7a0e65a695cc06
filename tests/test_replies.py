"""What a worker says is checked field by field: a proper value comes out, or a breach of protocol."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader import replies, wire
from grader.model import (
    RETURN_COUNT,
    Candidate,
    FoundFunction,
    Frame,
    Loaded,
    Missing,
    Name,
    Note,
    Raised,
    Returned,
    Run,
    Step,
    Stopped,
    Value,
)
from grader.wire import Message

RUN = Run((Step("f", (Name("x"), 2, None), ("y", "z"), "y, z = f(x, 2, None)"),), {"x": np.ones(2), "n": 3}, ("y", "z"))
ARRAY = np.arange(2.0)
LOADED: dict[str, Any] = {
    "main": "mine.py",
    "fatal": None,
    "problems": [["repaired", {"file": "mine.py", "line": "3"}]],
    "functions": {"f": ["F", ["a", "b"], 1, None, "mine.py:3"]},
    "others": ["g(x)"],
    "candidates": [["mine.py", None], ["mine.py", 3]],
}
VALUES: dict[str, Any] = {"values": [["y", "array", "ndarray", True], ["z", "none", "NoneType", False]]}


def message(fields: dict[str, Any], *arrays: Any) -> Message:
    return Message(fields, arrays, b"", 0)


def breach(outcome: object) -> bool:
    return isinstance(outcome, Stopped) and outcome.reason == "protocol"


# --- requests --------------------------------------------------------------------------------------


def test_a_run_request_says_what_to_run() -> None:
    header, payload = replies.run_request(RUN)
    sent = wire.parse_body(header, payload, 0)
    assert dict(sent.fields) == {
        "op": "run",
        "inputs": ["x"],
        "scalars": {"n": 3},
        "steps": [
            {
                "function": "f",
                "arguments": [{"name": "x"}, {"value": 2}, {"value": None}],
                "targets": ["y", "z"],
                "text": "y, z = f(x, 2, None)",
            }
        ],
        "observe": ["y", "z"],
    }
    assert [array.tolist() for array in sent.arrays] == [[1.0, 1.0]]
    assert replies.run_request(RUN)[0] is header  # once for a whole class


# --- right answers ---------------------------------------------------------------------------------


def test_values() -> None:
    outcome = replies.outcome(message(VALUES, ARRAY), RUN, 0.5)
    assert isinstance(outcome, Returned)
    assert outcome.seconds == 0.5
    first, second = outcome.values["y"], outcome.values["z"]
    assert (first.kind, first.type_name, first.array is ARRAY) == ("array", "ndarray", True)
    assert second == Value("none", "NoneType", None)


def test_an_exception() -> None:
    fields = {"raised": "ValueError", "message": "no", "step": "s", "memory": False, "frames": [["m.py", 3, "f"]]}
    expected = Raised("s", "ValueError", "no", (Frame("m.py", 3, "f"),), 0.5)
    assert replies.outcome(message(fields), RUN, 0.5) == expected
    outcome = replies.outcome(message({**fields, "memory": True}), RUN, 0.5)
    assert isinstance(outcome, Raised)
    assert outcome.exception == "MemoryError"


def test_a_wrong_count_and_a_missing_function() -> None:
    outcome = replies.outcome(message({"mismatch": "tuple of 3", "step": "s"}), RUN, 0.5)
    assert outcome == Raised("s", RETURN_COUNT, "tuple of 3", (), 0.5)
    assert replies.outcome(message({"missing": "f"}), RUN, 0.5) == Missing("f")


def test_loaded() -> None:
    assert replies.loaded(message(LOADED)) == Loaded(
        {"f": FoundFunction("F", ("a", "b"), 1, None, "mine.py:3")},
        ("g(x)",),
        (Note("repaired", {"file": "mine.py", "line": "3"}),),
        (Candidate("mine.py"), Candidate("mine.py", 3)),
        "mine.py",
    )


def test_nothing_that_could_be_loaded() -> None:
    fields = {"main": "m.py", "fatal": ["empty", {"file": "m.py"}], "problems": []}
    loaded = replies.loaded(message(fields))
    assert loaded == Loaded({}, (), (), (), "m.py", fatal=Note("empty", {"file": "m.py"}))


def test_names_that_are_text() -> None:
    assert replies.names(message({"names": ["a", 3, None, "b"]})) == ("a", "b")
    assert replies.names(message({"names": "ab"})) == ()
    assert replies.names(message({})) == ()


def test_text_is_cut_and_can_be_written_anywhere() -> None:
    outcome = replies.outcome(message({"missing": "\ud800" + "x" * 5000}), RUN, 0.0)
    assert outcome == Missing("?" + "x" * 999)
    assert replies.names(message({"names": ["\udfff"]})) == ("?",)


def test_of_long_lists_only_the_beginning_is_kept() -> None:
    lists = {
        "problems": [["repaired", {"n": str(n)}] for n in range(1000)],
        "others": [f"f{n}()" for n in range(1000)],
        "candidates": [["mine.py", n] for n in range(1000)],
        "functions": {"f": ["F", [f"p{n}" for n in range(1000)], 1, None, "mine.py:3"]},
    }
    loaded = replies.loaded(message({**LOADED, **lists}))
    assert isinstance(loaded, Loaded)
    kept = (loaded.notes, loaded.others, loaded.candidates, loaded.functions["f"].parameters)
    assert [len(entries) for entries in kept] == [20, 20, 9, 20]
    assert loaded.others[-1] == "f19()"


def test_of_a_long_traceback_the_innermost_lines_are_kept() -> None:
    frames = [["m.py", n, "f"] for n in range(1000)]
    fields = {"raised": "E", "message": "m", "step": "s", "memory": False, "frames": frames}
    outcome = replies.outcome(message(fields), RUN, 0.0)
    assert isinstance(outcome, Raised)
    assert [frame.line for frame in outcome.frames] == list(range(980, 1000))


# --- wrong answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "arrays"),
    [
        ({}, 0),
        ({"values": None}, 0),
        ({"values": {}}, 0),
        ({"values": []}, 0),
        ({"values": [[]]}, 0),
        ({"values": [{}, {}]}, 0),
        ({"values": ["y", "z"]}, 0),
        ({"values": [["y"], ["z"]]}, 0),
        (VALUES, 0),
        (VALUES, 2),
        ({"values": [["z", "none", "N", False], ["y", "none", "N", False]]}, 0),
        ({"values": [*VALUES["values"], ["w", "none", "N", False]]}, 1),
        ({"values": [["y", "array", "ndarray", 1], ["z", "none", "N", 0]]}, 1),
        ({"values": [["y", "pickle", "ndarray", True], ["z", "none", "N", False]]}, 1),
        ({"values": [["y", "none", "ndarray", True], ["z", "none", "N", False]]}, 1),
        ({"values": [["y", "too_large", "ndarray", True], ["z", "none", "N", False]]}, 1),
        ({"values": [["y", [], "ndarray", True], ["z", "none", "N", False]]}, 1),
        ({"values": [["y", "array", None, True], ["z", "none", "N", False]]}, 1),
        ({"missing": "f"}, 1),
        ({"missing": 3}, 0),
        ({"mismatch": None, "step": "s"}, 0),
        ({"raised": "E"}, 0),
        ({"raised": "E", "message": "m", "step": "s", "memory": False, "frames": [["m.py", "3", "f"]]}, 0),
        ({"raised": "E", "message": "m", "step": "s", "memory": False, "frames": [["m.py", 10**30, "f"]]}, 0),
        ({"raised": "E", "message": "m", "step": "s", "memory": False, "frames": [["m.py", True, "f"]]}, 0),
        ({"raised": "E", "message": "m", "step": "s", "memory": False, "frames": 3}, 0),
    ],
)
def test_answers_to_a_run_that_break_the_protocol(fields: dict[str, Any], arrays: int) -> None:
    outcome = replies.outcome(message(fields, *[ARRAY] * arrays), RUN, 0.0)
    assert breach(outcome), outcome


@pytest.mark.parametrize(
    "change",
    [
        {"main": None},
        {"problems": None},
        {"problems": [["kind"]]},
        {"problems": [["kind", []]]},
        {"problems": [["kind", {"a": 1}]]},
        {"fatal": True},
        {"fatal": ["kind", None]},
        {"functions": []},
        {"functions": None},
        {"functions": {"f": None}},
        {"functions": {"f": ["F", ["a"], -1, None, "w"]}},
        {"functions": {"f": ["F", ["a"], 1, 1.5, "w"]}},
        {"functions": {"f": ["F", [1], 1, 1, "w"]}},
        {"others": [1]},
        {"others": 1},
        {"candidates": [["a", -1]]},
        {"candidates": [["a"]]},
        {"candidates": {"a": 1}},
    ],
    ids=repr,
)
def test_answers_to_a_load_that_break_the_protocol(change: dict[str, Any]) -> None:
    assert breach(replies.loaded(message({**LOADED, **change})))
    for name in change:
        assert breach(replies.loaded(message({key: value for key, value in LOADED.items() if key != name})))


# --- anything at all ---------------------------------------------------------------------------------

TEXT = st.text() | st.sampled_from(["y", "z", "array", "scalar", "none", "list", "too_large"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=15,
)
KEYS = st.sampled_from([*LOADED, "values", "raised", "message", "step", "memory", "frames", "mismatch", "missing"])
VALUE_LISTS = st.lists(st.tuples(TEXT, TEXT, JSON, st.booleans()).map(list), max_size=3)
FIELDS = (
    st.dictionaries(KEYS, JSON | VALUE_LISTS, max_size=6)
    | st.dictionaries(KEYS, JSON, max_size=2).map(lambda change: {**LOADED, **change})
    | st.fixed_dictionaries({"values": VALUE_LISTS | JSON})
)


def judged(fields: dict[str, Any], count: int) -> None:
    arrays = [ARRAY] * count
    outcome = replies.outcome(message(fields, *arrays), RUN, 0.0)
    assert breach(outcome) or isinstance(outcome, Returned | Raised | Missing)
    if isinstance(outcome, Returned):
        assert list(outcome.values) == ["y", "z"]
        assert sum(value.array is not None for value in outcome.values.values()) == count
    loaded = replies.loaded(message(fields, *arrays))
    assert breach(loaded) or isinstance(loaded, Loaded)
    assert all(isinstance(name, str) for name in replies.names(message(fields)))
    (repr(outcome) + repr(loaded)).encode()  # can be written


@given(FIELDS, st.integers(0, 3))
@example({"values": [[], []]}, 0)
def test_any_answer_is_an_outcome_or_a_breach(fields: dict[str, Any], count: int) -> None:
    judged(fields, count)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(FIELDS, st.integers(0, 3))
def test_any_answer_at_length(fields: dict[str, Any], count: int) -> None:
    judged(fields, count)
