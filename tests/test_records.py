"""What the store keeps comes back with every bit, and bytes that are no record are said to be none."""

from __future__ import annotations

import struct
import zlib
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader import records, wire
from grader.handin import HandIn, Lateness, Override, Student, SubmissionInfo
from grader.insight import Counterexample, Location, Picture
from grader.model import (
    Candidate,
    CaseResult,
    Diagnosis,
    Finding,
    FoundFunction,
    Frame,
    GroupResult,
    Isolation,
    Loaded,
    Missing,
    Note,
    Outcome,
    Raised,
    Result,
    Returned,
    Stopped,
    Submission,
    Value,
    Verdict,
)
from grader.recording import Batch, Loading, Record
from grader.records import TooLarge, Unreadable
from grader.runner import Limits

ODD = 'lone \ud800 surrogate, NUL \0, \U0001f600, \u2028, quote " and \\'
RECORD = Record("here", Submission(ODD, ODD, "p", (), "0" * 64))


def kept(outcomes: dict[str, Outcome], **loading: Any) -> Record:
    """A record of some outcomes."""
    found = Loading(None, Stopped("crashed", ""), "", (), Limits(), (Batch(outcomes, ODD, (), Limits()),))
    return replace(RECORD, loadings={"k": replace(found, **loading)})


def back(record: Record) -> Record:
    """It, packed and unpacked."""
    return records.unpack(Record, records.pack(record))


def array_back(array: Any) -> Any:
    """An array that was returned."""
    record = back(kept({"a": Returned({"Y": Value("array", "ndarray", array)}, 0.5)}))
    outcome = record.loadings["k"].batches[0].outcomes["a"]
    assert isinstance(outcome, Returned)
    return outcome.values["Y"].array


def same(array: Any, other: Any) -> bool:
    """Every bit of them."""
    return bool(
        type(array) is np.ndarray
        and (array.dtype, array.shape, array.tobytes()) == (other.dtype, other.shape, other.tobytes())
    )


# --- there and back ------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(hnp.arrays(st.sampled_from(list(wire.DTYPES.values())), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0)))
def test_an_array_of_every_kind_keeps_every_bit(array: Any) -> None:
    assert same(array_back(array), array)


@pytest.mark.parametrize("kind", ["<f2", "<f4", "<f8"])
def test_what_a_nan_carries_is_kept(kind: str) -> None:
    bits = np.arange(1, 9, dtype=kind.replace("f", "u")) | np.full(8, np.nan, kind).view(kind.replace("f", "u"))
    assert same(array_back(bits.view(kind)), bits.view(kind))


def test_two_values_that_are_one_array_and_several_of_different_kinds_are_told_apart() -> None:
    one = np.arange(3)
    values = {name: Value("array", "ndarray", each) for name, each in (("a", one), ("b", np.array(True)), ("c", one))}
    outcome = back(kept({"k": Returned(values)})).loadings["k"].batches[0].outcomes["k"]
    assert isinstance(outcome, Returned)
    assert [same(outcome.values[name].array, values[name].array) for name in "abc"] == [True] * 3


@pytest.mark.parametrize(
    "outcome",
    [
        Returned({"Y": Value("none", "NoneType", None)}, 0.25),
        Returned({}),
        Raised("s", "ValueError", ODD, (Frame("f", 3, "g"), Frame("f", 4, "h")), 0.5),
        Raised("s", "E", ""),
        *(Stopped(reason, ODD, 1.5, 0.5) for reason in ("timeout", "memory", "crashed", "output", "protocol")),
        Missing("attention"),
    ],
    ids=lambda outcome: f"{type(outcome).__name__}-{getattr(outcome, 'reason', '')}",
)
def test_every_outcome_comes_back(outcome: Outcome) -> None:
    record = kept({"k": outcome}, failed=outcome if isinstance(outcome, Stopped) else None)
    assert back(record) == record


def test_what_was_loaded_comes_back() -> None:
    function = FoundFunction("f", ("a", ODD), 1, None, "m.py:1")
    notes = (Note("odd", {"": ODD, "array": "of", ODD: ""}),)
    loaded = Loaded({"f": function}, (ODD,), notes, (Candidate("m.py"), Candidate("n", 3)), "m.py", ("x",), notes[0])
    record = kept({}, loaded=loaded, failed=None, limits=Limits(1, 2.5, 3, 4), stops=(Stopped("timeout", ""),))
    assert back(record) == record


def test_names_that_a_submission_chooses_are_no_arrays() -> None:
    """A mapping whose one key is "array" once stood for an array; a worker may send such a one."""
    for name in ("array", "all", "0"):
        function = FoundFunction(name, (), 0, 0, "m.py:1")
        loaded = Loaded({name: function}, (), (Note("n", {name: "0"}),), (), "m.py")
        record = kept({name: Returned({name: Value("none", "NoneType", None)})}, loaded=loaded, failed=None)
        assert back(record) == record


def full_result() -> Result:
    """A result in which every field has something."""
    finding = Finding("reference", False, ODD, "Y[0]")
    cases = (
        CaseResult("g.1", Verdict.FAILED, Fraction(1, 3), Fraction(2, 7), ODD, 0.5, (finding, Finding("x", True))),
        CaseResult("g.2", Verdict.PASSED, Fraction(10), Fraction(10), visibility="hidden"),
    )
    student = Student(ODD, "1", "l", "e@x", "A", "g", "2026-01-01")
    info = SubmissionInfo(
        "id", ODD, "p/ü.py", "0" * 64, "2026-01-01T00:00:00+00:00", HandIn(student, 2, True, "git", "u/")
    )
    return Result(
        *("a", ODD, "f" * 64, "1.0", 7, info, "graded", 0.1, 0.2, 0.3, 10.0, "all"),
        Isolation("full", ("limits",), {"limits": "x"}, {"seccomp": "y"}),
        chosen=("g.1",),
        hidden_points=1.5,
        groups=(GroupResult("g", "G", Fraction(1, 3), Fraction(1), "h"),),
        cases=cases,
        diagnoses=(Diagnosis("m", "t", "h", 1.0, 2.0),),
        hints="stage",
        notes=(ODD,),
        conventions={"array": "rows"},
        output=ODD,
        graded_file="p.py",
        locations={"": Location("p.py", 3), "array": Location("q.py", 4)},
        seconds=float("inf"),
        lateness=Lateness(60.0, 1.0, "late"),
        overrides=(Override(3.0, ODD, "g.1", "2026-01-01"), Override(0.0, "")),
    )


def test_a_result_comes_back_and_its_points_are_exact() -> None:
    result = full_result()
    found = records.unpack(Result, records.pack(result))
    assert found == result
    assert [type(case.earned) for case in found.cases] == [Fraction, Fraction]
    assert sum(case.earned for case in found.cases) == Fraction(31, 3)


def test_the_arrays_of_a_counterexample_and_of_pictures_come_back() -> None:
    inputs: dict[str, Any] = {"X": np.eye(2), "n": 3, "x": 0.1, "causal": True, "array": np.array([[1]])}
    example = Counterexample(("y = f(X)",), inputs, {"y": np.ones(2, "f4")}, {}, ODD, "print()")
    picture = Picture("t", np.array([[np.nan]]), np.zeros((0, 3)), "q", "k")
    result = replace(full_result(), counterexample=example, pictures=(picture,))
    found = records.unpack(Result, records.pack(result))
    assert found.counterexample is not None
    arrays = [*found.counterexample.inputs.values(), found.counterexample.expected["y"]]
    for one, other in zip(arrays, [*inputs.values(), np.ones(2, "f4")], strict=True):
        assert same(one, other) if isinstance(other, np.ndarray) else (one is other or one == other)
    assert [type(found.counterexample.inputs[name]) for name in ("n", "x", "causal")] == [int, float, bool]
    assert same(found.pictures[0].got, picture.got)
    assert same(found.pictures[0].expected, picture.expected)
    texts = [each.name for each in fields(Counterexample) if each.name not in ("inputs", "expected", "got")]
    assert [getattr(found.counterexample, name) for name in texts] == [getattr(example, name) for name in texts]


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(), max_size=30), st.fractions(), st.floats(allow_nan=False))
def test_any_text_fraction_and_number_comes_back(text: str, points: Fraction, number: float) -> None:
    case = CaseResult(text, Verdict.RAISED, points, points, text, number)
    assert records.unpack(CaseResult, records.pack(case)) == case


# --- what is too large, and what is none ---------------------------------------------------------


def test_what_is_larger_than_it_may_be_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    record = kept({"k": Returned({"Y": Value("array", "ndarray", np.zeros(1000))})})
    assert records.unpack(Record, records.pack(record, 8000)).loadings
    with pytest.raises(TooLarge):
        records.pack(record, 7999)
    monkeypatch.setattr(records, "LARGEST", 1000)
    assert records.unpack(str, records.pack("x" * 900)) == "x" * 900
    with pytest.raises(TooLarge):
        records.pack("x" * 1000)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = records.pack("x" * 10_000)
    monkeypatch.setattr(records, "LARGEST", 9_000)
    with pytest.raises(Unreadable, match="end"):
        records.unpack(str, bomb)


GOOD = records.pack(kept({"k": Returned({"Y": Value("array", "ndarray", np.arange(50))})}))


def damaged() -> dict[str, bytes]:
    """Bytes that are no record, by what is wrong with them."""

    def of(plain: bytes) -> bytes:
        header = b'{"arrays":[["<f8",1]]}'
        return zlib.compress(struct.pack("<I", len(header)) + header + bytes(8) + plain)

    batch = b'{"outcomes":{"k":["Returned",{"values":{"Y":%s}}]},"output":"","stops":[],"limits":{}}'
    loading = b'{"loaded":null,"failed":null,"output":"","stops":[],"limits":{},"batches":[' + batch + b"]}"
    whole = b'{"environment":"","submission":%s,"loadings":{"k":' + loading + b"}}"
    whole %= (b'{"id":"","student":"","path":"","files":[],"sha256":""}', b'{"kind":"a","type_name":"","array":%s}')
    assert records.unpack(Record, of(whole % b"0")).loadings["k"].batches  # so the others differ in what they say
    return {
        "empty": b"",
        "truncated": GOOD[: len(GOOD) // 2],
        "longer": GOOD + b"x",
        "not compressed": b"results",
        "a bit": GOOD[:30] + bytes([GOOD[30] ^ 1]) + GOOD[31:],
        "nothing in it": zlib.compress(b""),
        "a length without a header": zlib.compress(struct.pack("<I", 2**32 - 1)),
        "deep": of(b"[" * 100_000),
        "no JSON": of(b"{"),
        "another type": records.pack([1, 2]),
        "no such array": of(whole % b"1"),
        "an array from the end": of(whole % b"-1"),
        "an array that is none": of(whole % b"[[1.0]]"),
        "no number of one": of(whole % b"true"),
        "no such outcome": of(whole.replace(b'"Returned"', b'"Result"') % b"0"),
        "an object that executes": b"cos\nsystem\n(S'true'\ntR.",
    }


DAMAGED = damaged()


@pytest.mark.parametrize("what", DAMAGED)
def test_what_is_no_record_is_said_to_be_none(what: str) -> None:
    with pytest.raises(Unreadable, match="a record cannot be read"):
        records.unpack(Record, DAMAGED[what])


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_byte_that_flipped_is_found(at: int, bits: int) -> None:
    with pytest.raises(Unreadable):
        records.unpack(Record, GOOD[:at] + bytes([GOOD[at] ^ bits]) + GOOD[at + 1 :])


def test_one_that_is_damaged_leaves_nothing_behind_for_the_next() -> None:
    with pytest.raises(Unreadable):
        records.unpack(Record, DAMAGED["no such array"])
    assert records.unpack(Record, GOOD).loadings["k"].batches
    with pytest.raises(TypeError):
        records.pack({"x": object()})
    assert records.pack(records.unpack(Record, GOOD)) == GOOD
