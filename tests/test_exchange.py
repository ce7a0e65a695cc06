"""Answers are taken in order, each for its own request; anything else is a breach."""

from __future__ import annotations

import os
import signal

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
