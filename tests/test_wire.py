"""What crosses between judge and worker: it comes back as it was, and nothing else comes through."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader import wire
from grader.wire import Caps, Message, WireError

NONCE = 7


def sent(fields: dict[str, Any], *arrays: Any, payload: bytes = b"") -> Message:
    """A message that went over the wire."""
    data = wire.frame(wire.encode_body(fields, arrays, payload), NONCE)
    header, body, nonce = wire.parse_prefix(data[: wire.PREFIX.size], Caps())
    rest = data[wire.PREFIX.size :]
    assert len(rest) == header + body
    return wire.parse_body(rest[:header], rest[header:], nonce)


def refused(header: bytes | object, payload: bytes = b"") -> str:
    """Why a body is refused."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    with pytest.raises(WireError) as caught:
        wire.parse_body(text, payload, NONCE)
    return str(caught.value)


# --- round trips -----------------------------------------------------------------------------------

ARRAYS = hnp.arrays(
    dtype=st.sampled_from([*wire.DTYPES.values(), np.dtype(">f8"), np.dtype(">i2"), np.dtype(">c8")]),
    shape=hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4),
)


@given(st.lists(ARRAYS, max_size=3), st.binary(max_size=20))
def test_arrays_of_every_dtype_and_the_payload_come_back(arrays: list[Any], payload: bytes) -> None:
    message = sent({"op": "x"}, *arrays, payload=payload)
    assert message.fields == {"op": "x"}
    assert (message.payload, message.nonce) == (payload, NONCE)
    assert len(message.arrays) == len(arrays)
    for back, array in zip(message.arrays, arrays, strict=True):
        assert type(back) is np.ndarray
        assert back.shape == array.shape
        assert back.dtype == array.dtype.newbyteorder("<")
        assert back.tobytes() == array.astype(back.dtype).tobytes()


def test_what_comes_back_is_plain_writable_memory_of_its_own() -> None:
    array = np.arange(6.0).reshape(2, 3)
    for given_ in (array.T, array[:, ::2], np.broadcast_to(1.5, (3, 2)), np.ma.masked_array(array), np.array(2.0)):
        (back,) = sent({}, given_).arrays
        assert type(back) is np.ndarray
        assert back.flags.writeable
        assert back.flags.owndata
        assert back.flags.c_contiguous
        assert np.array_equal(back, given_)


def test_an_unaligned_array_is_aligned_again() -> None:
    _, back = sent({}, np.array([True]), np.arange(3.0)).arrays
    assert back.flags.aligned
    assert back.tolist() == [0.0, 1.0, 2.0]


@given(st.dictionaries(st.text(max_size=5).filter(lambda key: key != "arrays"), st.none() | st.text() | st.integers()))
def test_header_fields_come_back(fields: dict[str, Any]) -> None:
    assert sent(fields).fields == fields


def test_bools_are_zero_or_one_whatever_bytes_were_sent() -> None:
    message = wire.parse_body(b'{"arrays":[["|b1",4]]}', bytes([0, 1, 2, 255]), NONCE)
    assert message.arrays[0].view(np.uint8).tolist() == [0, 1, 1, 1]
    scalar = wire.parse_body(b'{"arrays":[["|b1"]]}', b"\x80", NONCE).arrays[0]
    assert (type(scalar), scalar.shape, scalar.view(np.uint8).tolist()) == (np.ndarray, (), 1)


# --- what may not be sent ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "array",
    [
        np.array([object()]),
        np.array(["text"]),
        np.array([b"bytes"]),
        np.zeros(2, dtype=[("a", "f8")]),
        np.array(["2020-01-01"], dtype="M8[D]"),
        np.zeros(1, dtype="V8"),
        np.empty((0, 2**31)),
        np.empty((wire.MAX_EXTENT + 1, 0)),
        np.zeros(wire.MAX_EXTENT + 1, np.int8),
        np.zeros(1, np.longdouble),
    ],
    ids=lambda array: str(array.dtype),
)
def test_arrays_that_may_not_cross_are_not_described(array: Any) -> None:
    with pytest.raises(WireError):
        wire.describe(array)


@pytest.mark.skipif(np.__version__ < "2", reason="numpy 1 has no more than 32 dimensions")
def test_an_array_of_more_dimensions_than_may_cross_is_not_described() -> None:
    with pytest.raises(WireError):
        wire.describe(np.zeros((1,) * 33))


def test_a_number_that_json_has_not_is_not_sent() -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.encode_body({"x": float("nan")})


# --- prefixes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prefix",
    [
        b"",
        b"GRD1",
        b"GRD2" + bytes(20),
        bytes(24),
        b"GRD1" + bytes(21),
        wire.PREFIX.pack(wire.MAGIC, 11, 0, 0),
        wire.PREFIX.pack(wire.MAGIC, 0, 21, 0),
        wire.PREFIX.pack(wire.MAGIC, 2**32 - 1, 2**64 - 1, 0),
    ],
)
def test_prefixes_that_break_the_rules(prefix: bytes) -> None:
    with pytest.raises(WireError):
        wire.parse_prefix(prefix, Caps(header=10, payload=20))


def test_a_prefix_at_its_caps() -> None:
    assert wire.parse_prefix(wire.PREFIX.pack(wire.MAGIC, 10, 20, 3), Caps(header=10, payload=20)) == (10, 20, 3)


# --- bodies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"3",
        b'{"a":1}x',
        b'{"a":1,"a":1}',
        b'{"b":{"a":1,"a":2}}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":-1e999}',
        b"\xff{}",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
    ids=lambda header: repr(header[:20]),
)
def test_headers_that_are_no_strict_json_object(header: bytes) -> None:
    assert "header" in refused(header)


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        3,
        None,
        "<f8",
        ["<f8"],
        [[]],
        [[3]],
        [[["<f8"], 1]],
        [["|O", 1]],
        [["object", 1]],
        [["float64", 1]],
        [[">f8", 1]],
        [["<f16", 1]],
        [["<f8", -1]],
        [["<f8", 1.0]],
        [["<f8", True]],
        [["<f8", "1"]],
        [["<f8", None]],
        [["<f8", [1]]],
        [["<f8", 2**31]],
        [["<f8", 2**31 - 1, 0]],
        [["<f8", 0, wire.MAX_EXTENT + 1]],
        [["<f8", 2**12, 0, 2**11]],
        [["<f8", 10**30]],
        [["<f8", 2]],
        [["<f8", 1], ["<f8", 1]],
        [["<f8", *[2**31 - 1] * 32]],
        [["<f8", *[1] * 33]],
        [["<f8", 0, *[2**31 - 1] * 3]],
        [["|u1", 2**31 - 1, 2**31 - 1, 4]],
    ],
    ids=repr,
)
def test_descriptions_that_break_the_rules(arrays: object) -> None:
    refused({"arrays": arrays}, bytes(8))


def test_an_array_without_elements_is_as_large_as_what_may_be_computed_from_it() -> None:
    (array,) = wire.parse_body(b'{"arrays":[["<f8",2048,0,2048]]}', b"", NONCE).arrays
    assert array.shape == (2048, 0, 2048)
    assert "product" in refused({"arrays": [["<f8", 2048, 0, 2049]]})


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    assert len(refused(b'{"a":1' + b"0" * 60_000 + b"e999}")) < 100


def test_what_fits_exactly_and_nothing_more_is_read() -> None:
    message = wire.parse_body(b'{"arrays":[["<f8",1],["|u1",0,5],["<i2",2]]}', bytes(12) + b"rest", NONCE)
    assert [array.shape for array in message.arrays] == [(1,), (0, 5), (2,)]
    assert message.payload == b"rest"
    assert "larger" in refused(b'{"arrays":[["<f8",1],["<i2",2]]}', bytes(11))


# --- hostile bytes ---------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(list(wire.DTYPES)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
DESCRIPTIONS = st.lists(
    st.tuples(st.sampled_from([*wire.DTYPES, "|O", 1, None]), st.lists(st.integers(-1, 2**33), max_size=34)).map(
        lambda pair: [pair[0], *pair[1]]
    ),
    max_size=4,
)
HEADERS = st.one_of(
    st.binary(max_size=60),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries({"arrays": DESCRIPTIONS | JSON}).map(lambda value: json.dumps(value).encode()),
)


@given(HEADERS, st.binary(max_size=80))
def test_any_body_is_a_message_or_a_wire_error(header: bytes, payload: bytes) -> None:
    try:
        message = wire.parse_body(header, payload, NONCE)
    except WireError:
        return
    assert sum(array.nbytes for array in message.arrays) + len(message.payload) == len(payload)


@given(st.binary(max_size=40) | st.binary(min_size=20, max_size=20).map(lambda rest: wire.MAGIC + rest))
def test_any_prefix_is_lengths_within_the_caps_or_a_wire_error(prefix: bytes) -> None:
    try:
        header, payload, _ = wire.parse_prefix(prefix, Caps())
    except WireError:
        return
    assert header <= Caps().header
    assert payload <= Caps().payload


@pytest.mark.parametrize("name", ["y", "y" * wire.SHORT])
def test_messages_of_one_header_have_their_own_numbers(name: str) -> None:
    headers, payloads = zip(
        *(wire.encode_body({"name": name}, [np.full(2, value)]) for value in (1.0, 2.0)), strict=True
    )
    assert headers[0] == headers[1]
    first, second = (wire.parse_body(header, payload, NONCE) for header, payload in zip(headers, payloads, strict=True))
    first.arrays[0][:] = 3.0
    assert (first.fields, second.fields) == ({"name": name},) * 2
    assert second.arrays[0].tolist() == [2.0, 2.0]
    for _ in range(2):
        with pytest.raises(WireError, match="larger than its payload"):
            wire.parse_body(headers[0], payloads[0][:-1], NONCE)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(HEADERS, st.binary(max_size=80))
def test_any_body_at_length(header: bytes, payload: bytes) -> None:
    try:
        wire.parse_body(header, payload, NONCE)
    except WireError:
        return
