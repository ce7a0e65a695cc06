"""Answers are taken in order, each for its own request; anything else is a breach."""

from __future__ import annotations

import os
import signal
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import wire
from grader.exchange import Exchange, Printed, describe_end
from grader.wire import WireError

BODY = wire.encode_body({"op": "run"})


def nonces(request: bytes) -> list[int]:
    """Of the frames of some requests."""
    found = []
    while request:
        header, payload, nonce = wire.parse_prefix(request[: wire.PREFIX.size], wire.Caps())
        found.append(nonce)
        request = request[wire.PREFIX.size + header + payload :]
    return found


def answer(nonce: int, number: int = 0) -> bytes:
    return wire.frame(wire.encode_body({"n": number}, [np.arange(3.0)]), nonce)


@given(st.lists(st.integers(1, 50), min_size=1))
def test_answers_come_out_whole_and_in_order_however_they_are_cut(cuts: list[int]) -> None:
    exchange = Exchange()
    data = b"".join(answer(nonce, n) for n, nonce in enumerate(nonces(exchange.request([BODY] * 3))))
    got: list[int] = []
    position = 0
    while position < len(data):
        size = cuts[len(got) % len(cuts)]
        exchange.feed(data[position : position + size])
        position += size
        while (message := exchange.answer()) is not None:
            got.append(message.fields["n"])
    assert got == [0, 1, 2]
    assert exchange.answer() is None


def test_every_request_has_another_nonce() -> None:
    exchange = Exchange()
    used = nonces(exchange.request([BODY] * 100)) + nonces(exchange.request([BODY] * 100))
    assert len(set(used)) == 200


def test_bytes_that_nobody_asked_for() -> None:
    with pytest.raises(WireError, match="nobody asked"):
        Exchange().feed(b"x")


def test_the_end_of_the_pipe_is_no_breach() -> None:
    Exchange().feed(b"")


def test_an_answer_to_a_later_request_first() -> None:
    exchange = Exchange()
    first, second = nonces(exchange.request([BODY] * 2))
    exchange.feed(answer(second) + answer(first))
    with pytest.raises(WireError, match="another request"):
        exchange.answer()


def test_the_same_answer_twice() -> None:
    exchange = Exchange()
    first, _ = nonces(exchange.request([BODY] * 2))
    exchange.feed(answer(first) * 2)
    assert exchange.answer() is not None
    with pytest.raises(WireError, match="another request"):
        exchange.answer()


@pytest.mark.parametrize("more", [b"x", b"GRD1", answer(5)])
def test_bytes_after_the_last_answer(more: bytes) -> None:
    exchange = Exchange()
    (nonce,) = nonces(exchange.request([BODY]))
    exchange.feed(answer(nonce) + more)
    with pytest.raises(WireError, match="after the answer"):
        exchange.answer()


def test_a_payload_that_no_array_names() -> None:
    exchange = Exchange()
    (nonce,) = nonces(exchange.request([BODY]))
    exchange.feed(wire.frame(wire.encode_body({}, [], b"more"), nonce))
    with pytest.raises(WireError, match="after the answer"):
        exchange.answer()


def test_lengths_beyond_the_caps_are_refused_from_the_prefix_alone() -> None:
    exchange = Exchange()
    (nonce,) = nonces(exchange.request([BODY]))
    exchange.feed(wire.PREFIX.pack(wire.MAGIC, 2**17, 0, nonce))
    with pytest.raises(WireError, match="header of 131072 bytes"):
        exchange.answer()


MEGABYTE = 1 << 20


def most_held(header: bytes, promised: int, sent: int) -> float:
    """Megabytes at most, while an answer of this header comes in as the judge reads it."""
    exchange = Exchange()
    (nonce,) = nonces(exchange.request([BODY]))
    piece = bytes(MEGABYTE)
    tracemalloc.start()
    try:
        exchange.feed(wire.PREFIX.pack(wire.MAGIC, len(header), promised, nonce) + header)
        while exchange.answer() is None and sent:
            exchange.feed(piece)
            sent -= 1
    except WireError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1] / MEGABYTE
        tracemalloc.stop()
    return peak


def test_an_answer_never_costs_more_than_twice_the_cap() -> None:
    cap = wire.Caps().payload // MEGABYTE
    full = b'{"arrays":[["<c16",%d]]}' % wire.MAX_EXTENT
    assert cap < most_held(full, cap * MEGABYTE, cap) < 2.1 * cap
    assert most_held(b"{}", cap * MEGABYTE, 2 * cap) < 2.1 * cap  # more than was asked for is not taken


def test_nothing_is_held_for_what_is_only_promised() -> None:
    assert most_held(b"{}", wire.Caps().payload, 3) < 8
    assert most_held(b"{}", wire.Caps().payload + 1, 10) < 2


@pytest.mark.parametrize("entry", [b"[]", b"{}", b'[{"":0}]', b'"a"', b"0.1", b'["|b1",0]'])
def test_a_header_costs_a_few_megabytes_whatever_is_in_it(entry: bytes) -> None:
    entries = b",".join([entry] * (60_000 // (len(entry) + 1)))
    assert most_held(b'{"arrays":[' + entries + b"]}", 0, 0) < 8


def test_printed_keeps_the_first_and_counts_all() -> None:
    printed = Printed()
    printed.feed(b"a" * Printed.KEPT)
    printed.feed(b"b" * 10)
    assert printed.take() == b"a" * Printed.KEPT
    printed.feed(b"c")
    assert (printed.take(), printed.flood) == (b"c", False)
    printed.feed(bytes(Printed.FLOOD))
    assert printed.flood
    assert len(printed.take()) == Printed.KEPT


@pytest.mark.parametrize(
    ("code", "described"),
    [
        ("os._exit(3)", "exit status 3"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        (f"os.kill(os.getpid(), {signal.SIGRTMIN + 5})", f"signal {signal.SIGRTMIN + 5}"),
    ],
)
def test_how_a_process_ended(code: str, described: str) -> None:
    statement = f"import os, resource, signal; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); {code}"
    pid = os.posix_spawn("/proc/self/exe", ["python", "-S", "-c", statement], {})
    _, status = os.waitpid(pid, 0)
    assert describe_end(status) == described
