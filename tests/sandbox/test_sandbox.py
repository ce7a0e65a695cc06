"""Layers together: which tier they make, in which order they are entered, and why one is not in force."""

from __future__ import annotations

import itertools
import os

import pytest

from grader import sandbox
from grader.sandbox import FULL, LAYERS, RESTRICTED, Cage, Tier, tier_of
from grader.sandbox.base import CageError, Layer, Plan
from grader.sandbox.bounds import Bounds
from grader.sandbox.readable import Readable

NAMES = [layer.name for layer in LAYERS]


@pytest.mark.parametrize(
    ("entered", "tier"),
    [
        (NAMES, "full"),
        (["namespaces", "privileges", "limits", "landlock", "seccomp"], "full"),
        (["cgroups", "privileges", "limits", "landlock", "seccomp"], "restricted"),
        (["namespaces", "privileges", "limits", "seccomp"], "restricted"),
        (["privileges", "limits", "seccomp"], "restricted"),
        (["namespaces", "privileges", "limits", "landlock"], "process"),
        (["namespaces", "limits", "landlock", "seccomp"], "process"),
        (["namespaces", "privileges", "landlock", "seccomp"], "process"),
        (["limits"], "process"),
        ([], "process"),
    ],
)
def test_the_tier_is_what_was_entered(entered: list[str], tier: Tier) -> None:
    for order in (entered, entered[::-1]):
        assert tier_of(order) == tier


def test_more_layers_never_make_a_weaker_tier() -> None:
    for count in range(len(NAMES)):
        for entered in itertools.combinations(NAMES, count):
            for more in set(NAMES) - set(entered):
                assert sandbox.TIERS.index(tier_of({*entered, more})) >= sandbox.TIERS.index(tier_of(entered))


def test_tiers_name_layers_that_there_are() -> None:
    assert set(NAMES) >= FULL > RESTRICTED
    assert len(set(NAMES)) == len(NAMES)


def test_the_order_is_that_of_entry() -> None:
    """No /proc and no rights are left to the later ones; nothing can be entered any more after seccomp."""
    assert NAMES[-1] == "seccomp"
    assert NAMES.index("namespaces") < NAMES.index("privileges") < NAMES.index("landlock")


def test_every_zygote_of_root_is_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    users = [sandbox.slot_user(number) for number in range(64)]
    monkeypatch.setattr(os, "getpid", itertools.repeat(os.getpid() + 1).__next__)
    users += [sandbox.slot_user(number) for number in range(64)]
    assert len(set(users)) == 128


@pytest.mark.parametrize("pid", [1, 2**22 - 1, 2**22, 2**31 - 1])
def test_no_user_of_the_system_is_among_them(monkeypatch: pytest.MonkeyPatch, pid: int) -> None:
    monkeypatch.setattr(os, "getpid", lambda: pid)
    for number in (0, 63, 64, 10**6):
        assert 1_000_000_000 <= sandbox.slot_user(number) < 2**31


# --- the cage ----------------------------------------------------------------------------------------

Events = list[tuple[str, str]]


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Events:
    """Three layers that only tell what was done with them, in place of the real ones."""
    told: Events = []

    class Telling(Layer):
        def details(self) -> str:
            return f"{self.name} 1"

        def enter_keeper(self) -> None:
            told.append((self.name, "keeper"))

        def look(self) -> None:
            told.append((self.name, "look"))

        def enter_zygote(self, readable: Readable) -> None:
            told.append((self.name, "zygote"))

        def enter_worker(self, bounds: Bounds) -> None:
            told.append((self.name, f"worker {bounds.cpu_seconds}"))

        def close(self) -> None:
            told.append((self.name, "close"))

    class First(Telling):
        name = "first"

    class Never(Telling):
        name = "never"

        def unavailable(self) -> str:
            return "it never is"

    class Last(Telling):
        name = "last"

    monkeypatch.setattr(sandbox, "LAYERS", (First, Never, Last))
    return told


def live(cage: Cage) -> None:
    cage.enter_keeper()
    cage.enter_zygote()
    cage.enter_worker(Bounds(cpu_seconds=7))
    cage.close()


def test_layers_are_entered_in_their_order_moment_by_moment(events: Events) -> None:
    cage = Cage(Plan())
    live(cage)
    moments = ("keeper", "look", "zygote", "worker 7", "close")  # all look before one takes /proc away
    assert events == [(name, moment) for moment in moments for name in ("first", "last")]
    assert cage.entered == {"first": "first 1", "last": "last 1"}
    assert cage.left_out == {"never": "it never is"}


def test_a_layer_is_left_out_on_request_and_is_not_asked(events: Events) -> None:
    cage = Cage(Plan(without=("first", "never")))
    live(cage)
    assert {name for name, _ in events} == {"last"}
    assert cage.left_out == dict.fromkeys(("first", "never"), "left out on request")


def test_a_layer_is_left_out_for_a_reason_of_the_judges(events: Events) -> None:
    cage = Cage(Plan(missing={"last": "libseccomp is not installed"}))
    live(cage)
    assert cage.left_out["last"] == "libseccomp is not installed"
    assert list(cage.entered) == ["first"]


def test_a_layer_that_cannot_be_entered_ends_it_all(events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not left out in silence."""
    first = sandbox.LAYERS[0]

    def broken(self: Layer, readable: Readable) -> None:
        raise CageError("it was there when asked")

    monkeypatch.setattr(first, "enter_zygote", broken)
    cage = Cage(Plan())
    cage.enter_keeper()
    with pytest.raises(CageError, match="when asked"):
        cage.enter_zygote()
    assert ("last", "zygote") not in events


def test_every_layer_says_what_it_is_and_what_can_be_done() -> None:
    for layer in LAYERS:
        assert layer.name == layer.__module__.rpartition(".")[2]
        assert layer.advice.endswith((".", "...")) or len(layer.advice) > 10
