"""Whole streams from a worker that was taken over, in pieces of any size: answers, or a breach, and nothing else.

Bytes go through `wire`, `exchange` and `replies`, as they do in the judge; their own tests look at each alone.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import replies, wire
from grader.exchange import Exchange
from grader.model import Loaded, Missing, Name, Raised, Returned, Run, Step, Stopped

RUN = Run((Step("f", (Name("x"),), ("y", "z"), "y, z = f(x)"),), {"x": np.ones(2)}, ("y", "z"))
ARRAY = np.arange(6.0).reshape(2, 3)

RUN_ANSWERS: list[tuple[dict[str, Any], list[Any]]] = [
    ({"values": [["y", "array", "ndarray", True], ["z", "scalar", "int64", True]]}, [ARRAY, np.array(True)]),
    ({"values": [["y", "list", "list", True], ["z", "none", "NoneType", False]]}, [np.zeros((0, 3), np.complex64)]),
    ({"raised": "E", "message": "no", "step": "s", "memory": False, "frames": [["m.py", 3, "f"]]}, []),
    ({"mismatch": "tuple of 3", "step": "s"}, []),
    ({"missing": "f"}, []),
]
LOAD_ANSWERS: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "main": "m.py",
            "fatal": None,
            "problems": [["repaired", {"file": "m.py", "line": "3"}]],
            "functions": {"f": ["F", ["a", "b"], 1, None, "m.py:3"]},
            "others": ["g(x)"],
            "candidates": [["m.py", None], ["m.py", 3]],
        },
        [],
    ),
    ({"main": "m.py", "fatal": ["empty", {"file": "m.py"}], "problems": []}, []),
]
NAMES_ANSWER: tuple[dict[str, Any], list[Any]] = ({"names": ["f", "g"]}, [])

# --- headers changed in their structure ------------------------------------------------------------

RAW = [
    *b'NaN -Infinity 1e999 -1e999 1e-999 1.5 -0 01 0x10 1_0 +1 1. \'a\' , ] } " {"a":1,"a":1} \xef\xbb\xbf1'.split(),
    *(b"9" * 18, b"9" * 19, b"9" * 4300, b"9" * 4301, b"-" + b"9" * 60_000, b"1" * 60_000 + b".5", b"9" * 400 + b"e9"),
    *(b'"\\ud800"', b'"\\udfff\\ud800"', b'"\xff"', b'"\xed\xa0\x80"', b'"\x00"', b'"\x7f\xc2\x9b"', b'"\\u0000"'),
    *(b"[" * 60_000, b"[" * 900 + b"]" * 900, b'{"a":' * 5000, b'{"a":' * 300 + b"1" + b"}" * 300, b"[[]," * 9000),
    *(b"", b"[" + b"[]," * 20_000 + b"[]]"),
]
"""What stands in a value's place as it is; no JSON writer gives most of it."""
NUMBERS = [0, 1, 2, 3, 6, -1, -6, True, 1.0, 0.5, 2**22, 2**22 + 1, 2**31 - 1, 2**31, 2**63, 2**64, 10**30, False, None]
TEXTS = ["", "y", "z", "f", "array", "too_large", "|b1", "<f8", "<c16", ">f8", "|O", "x" * 5000, "\u202e\ud800\x1b"]
LISTS: list[Any] = [
    *([], {}, [[]], [["y"]], {"y": 1}, ["y", "array", "ndarray", True], [1] * 40, [["<f8", 0, 2**22, 2]]),
    *(["<f8"], ["<f8", 1], ["|u1", 0, 2**22], ["|b1", 6], ["<c8", 2**21, 2], ["fffff", "fffff"], "yarr"),
]
DROPPED, DOUBLED = "dropped", "doubled"
"""Instead of another value: the entry is left out, or stands twice."""
ANYTHING = [*RAW, *NUMBERS, *TEXTS, *LISTS, *[DROPPED, DOUBLED] * 10]


def changes(old: object) -> st.SearchStrategy[Any]:
    """What may come in a value's place; what is like it gets further than what is not."""
    alike = LISTS if isinstance(old, list | dict) else TEXTS if isinstance(old, str) else NUMBERS
    return st.sampled_from(alike) | st.sampled_from(alike) | st.sampled_from(ANYTHING)


def places(value: object) -> Iterator[tuple[Any, ...]]:
    """The way to every entry of a header."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (key,)
        yield from ((key, *rest) for rest in places(entry))


def change(draw: Callable[[Any], Any], header: Any) -> None:
    """Put something else in some entry's place."""
    there = list(places(header))
    if not there:
        return
    *above, last = draw(st.sampled_from(there))
    for key in above:
        header = header[key]
    new = draw(changes(header[last]))
    if new == DROPPED:
        del header[last]
    elif new == DOUBLED:
        again = written(header[last])
        key = written(last) + b":" if isinstance(header, dict) else b""
        header[last] = again + b"," + key + again
    else:
        header[last] = copy.deepcopy(new)


def written(value: Any) -> bytes:
    """JSON, in which bytes stand as they are."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict):
        return b"{" + b",".join(written(key) + b":" + written(entry) for key, entry in value.items()) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(written, value)) + b"]"
    return json.dumps(value).encode()


@st.composite
def bodies(draw: Callable[[Any], Any]) -> tuple[bytes, bytes, bool]:
    """Header and payload of an answer, and whether it is as it should be."""
    fields, arrays = draw(st.sampled_from([*RUN_ANSWERS, *LOAD_ANSWERS, NAMES_ANSWER]))
    header = copy.deepcopy({**fields, "arrays": [wire.describe(array) for array in arrays]})
    count = draw(st.sampled_from([0, 0, 1, 1, 1, 2, 3]))
    for _ in range(count):
        change(draw, header)
    payload = b"".join(array.tobytes() for array in arrays)
    extra = draw(st.sampled_from([*[0] * 20, -1, 1, 100]))
    return written(header), payload[:extra] if extra < 0 else payload + bytes(extra), not count and not extra


# --- frames damaged --------------------------------------------------------------------------------

LENGTHS = [0, 1, 23, 64 * 1024, 64 * 1024 + 1, 2**26, 2**26 + 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1]
INTACT = 20
DAMAGES = st.tuples(
    st.sampled_from(
        [*["intact"] * INTACT, "flip", "cut", "insert", "cross", "twice", "drop", "lengths", "by_one", "nonce", "magic"]
    ),
    st.integers(0, 2**16),
    st.binary(min_size=1, max_size=40),
)
Frames = list[tuple[tuple[bytes, bytes, bool], tuple[str, int, bytes]]]
CHUNKS = st.lists(st.sampled_from([1, 2, 7, 23, 24, 25, 100, 4096, 1 << 16, 1 << 20]), min_size=1, max_size=6)


def streams(least: int, most: int) -> st.SearchStrategy[Frames]:
    """Some answers, each with a damage."""
    return st.lists(st.tuples(bodies(), DAMAGES), min_size=least, max_size=most)


def damaged(frame: bytes, kind: str, number: int, noise: bytes) -> bytes:  # noqa: C901  # a table
    """A frame's bytes after something happened to them."""
    header, payload, nonce = wire.PREFIX.unpack(frame[: wire.PREFIX.size])[1:]
    place = number % len(frame)
    body = frame[wire.PREFIX.size :]
    odd = LENGTHS[number % len(LENGTHS)]
    match kind:
        case "flip":
            return frame[:place] + bytes([frame[place] ^ (noise[0] or 1)]) + frame[place + 1 :]
        case "cut":
            return frame[:place]
        case "insert":
            return frame[:place] + noise + frame[place:]
        case "cross":
            return frame[:place] + frame[number % 97 :]
        case "twice":
            return frame + frame
        case "drop":
            return b""
        case "lengths":
            lengths = (min(odd, 2**32 - 1), payload) if noise[0] % 2 else (header, odd)
            return wire.PREFIX.pack(wire.MAGIC, *lengths, nonce) + body
        case "by_one":
            by = -1 if noise[0] % 2 else 1
            return wire.PREFIX.pack(wire.MAGIC, max(header + by, 0), max(payload - by, 0), nonce) + body
        case "nonce":
            return wire.PREFIX.pack(wire.MAGIC, header, payload, odd) + body
        case "magic":
            return noise[:4].ljust(4, b"G") + frame[4:]
        case _:
            return frame


def sent(exchange: Exchange, frames: Frames) -> tuple[bytes, list[int]]:
    """What a worker writes that was asked as often as it answers, and the nonces of the requests."""
    stream, nonces = [], []
    for (header, payload, _), damage in frames:
        request = exchange.request([wire.encode_body({"op": "run"})])
        nonces.append(wire.PREFIX.unpack(request[: wire.PREFIX.size])[-1])
        stream.append(damaged(wire.frame((header, payload), nonces[-1]), *damage))
    return b"".join(stream), nonces


def cut_up(data: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    """The data in pieces; single bytes only for the beginning, which is where they matter."""
    position = number = 0
    while position < len(data):
        size = sizes[number % len(sizes)] if position < 5000 else 1 << 16
        yield data[position : position + size]
        position, number = position + size, number + 1


# --- what has to hold --------------------------------------------------------------------------------


def texts(value: object) -> Iterator[str]:
    """All text in an outcome."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in (*value, *value.values()):
            yield from texts(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from texts(entry)


def believed(message: wire.Message) -> tuple[bool, bool]:
    """Whether a message is an outcome, and whether it is a loaded submission; what comes of it must be proper."""
    for array in message.arrays:
        assert type(array) is np.ndarray
        assert array.dtype in wire.DTYPES.values()
        assert array.flags.owndata
        assert wire.extent(array.shape) <= wire.MAX_EXTENT
    outcome, loaded = replies.outcome(message, RUN, 0.5), replies.loaded(message)
    assert isinstance(outcome, Returned | Raised | Missing | Stopped)
    assert isinstance(loaded, Loaded | Stopped)
    said = [*texts(asdict(outcome)), *texts(asdict(loaded)), *replies.names(message)]
    assert max(map(len, said)) <= replies.LONGEST_TEXT
    "".join(said).encode()  # can be written
    if isinstance(outcome, Returned):
        assert list(outcome.values) == ["y", "z"]
        kept = [value.array for value in outcome.values.values() if value.array is not None]
        assert list(map(id, kept)) == list(map(id, message.arrays))
    return not isinstance(outcome, Stopped), not isinstance(loaded, Stopped)


def taken(frames: Frames, sizes: Sequence[int]) -> tuple[list[wire.Message], str]:
    """The answers in a stream up to its first breach, if there is one, taken as the judge does."""
    exchange = Exchange()
    messages: list[wire.Message] = []
    data, nonces = sent(exchange, frames)
    try:
        for chunk in cut_up(data, sizes):
            exchange.feed(chunk)
            while (message := exchange.answer()) is not None:
                assert message.nonce == nonces[len(messages)]
                messages.append(message)
    except wire.WireError as error:
        return messages, str(error)
    return messages, ""


def judged(frames: Frames, sizes: Sequence[int]) -> Counter[str]:
    """What came of the frames. After a breach the rest goes to a new worker, so that each frame is looked at."""
    tally: Counter[str] = Counter()
    while frames:
        messages, breach = taken(frames, sizes)
        assert len(messages) <= len(frames)
        assert len(breach) < 200
        is_right = [right and damage == "intact" for (_, _, right), (damage, _, _) in frames]
        undamaged = [*is_right, False].index(False)
        assert len(messages) >= undamaged  # what comes before any damage is not lost
        for number, message in enumerate(messages):
            known = any(believed(message)) or bool(replies.names(message))
            assert known or number >= undamaged
            tally["answers" if known else "malformed"] += 1
        if len(messages) < len(frames):
            tally["breaches" if breach else "unfinished"] += 1
        frames = frames[len(messages) + 1 :]
    return tally


@pytest.mark.unmeasured
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(streams(1, 5), CHUNKS)
def test_any_stream_is_answers_or_a_breach(frames: Frames, sizes: list[int]) -> None:
    judged(frames, sizes)


@pytest.mark.long
def test_a_hundred_thousand_frames() -> None:
    tally: Counter[str] = Counter()

    @settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
    @given(streams(5, 5), CHUNKS)
    def feed(frames: Frames, sizes: list[int]) -> None:
        tally.update(judged(frames, sizes))

    feed()
    assert tally.total() >= 100_000
    assert min(tally[what] for what in ("answers", "malformed", "breaches", "unfinished")) >= 1000, tally
