"""Every attack, in every tier: it earns what its honest parts earn, reaches nothing, leaves nothing, stalls nobody."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from hostile import bait
from hostile.attack import Attack, all_from_files
from hostile.conftest import LEFT_OUT, Tier
from hostile.made import all_made

pytestmark = pytest.mark.unmeasured

ATTACKS = [*all_from_files(), *all_made()]
FAMILIES = frozenset(
    ("crash", "disk", "exit", "file", "flood", "forge", "lie", "memory", "notebook", "peek", "process", "reach")
) | {"source", "time"}


ALIKE = frozenset(("crash", "exit", "flood", "forge", "lie", "notebook", "source", "time"))
"""Families that meet the same layers in both tiers: what `restricted` goes without is not what they try."""


def params(attacks: Iterable[Attack]) -> list[ParameterSet]:
    """Attacks as parameters of a test; those that take long are marked so."""
    return [pytest.param(a, id=a.name, marks=[pytest.mark.long] if a.slow else []) for a in attacks]


def in_tiers() -> list[ParameterSet]:
    """Each attack in each tier; in the weaker one some only in the long run."""
    pairs = [(tier, attack) for tier in LEFT_OUT for attack in ATTACKS]
    later = [a.slow or (tier == "restricted" and a.name.partition("_")[0] in ALIKE) for tier, a in pairs]
    return [
        pytest.param(tier, attack, id=f"{tier}-{attack.name}", marks=[pytest.mark.long] * is_later)
        for (tier, attack), is_later in zip(pairs, later, strict=True)
    ]


@pytest.mark.parametrize(("tier", "attack"), in_tiers(), indirect=["tier"])
def test_it_gains_nothing_and_harms_nothing(attack: Attack, tier: Tier, laid: bait.Bait, tmp_path: Path) -> None:
    result, wrong = tier.attacked(attack, laid, tmp_path)
    assert not wrong, "\n".join(wrong)
    assert result.isolation.tier == tier.name


@pytest.mark.parametrize("attack", params(a for a in ATTACKS if a.uncaged == "breach"))
def test_the_suite_can_fail(attack: Attack, uncaged: Tier, laid: bait.Bait, tmp_path: Path) -> None:
    """Without a cage, what an attack tries works, and is seen: a cage that lets it through would be seen too."""
    result, wrong = uncaged.attacked(attack, laid, tmp_path)
    assert "BREACH" in result.output, result.notes
    assert wrong != []


def test_every_family_has_its_attacks_each_with_a_name_of_its_own() -> None:
    names = [attack.name for attack in ATTACKS]
    assert {name.partition("_")[0] for name in names} == FAMILIES
    assert len(names) == len(set(names))
