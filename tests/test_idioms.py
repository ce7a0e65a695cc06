"""What ordinary attention code does works in the cage: once it has closed, no file can be opened any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tiers import needs_tier
from workers import reply_to

from grader.launcher import Zygote
from grader.model import Stopped

pytestmark = pytest.mark.unmeasured

IDIOMS = sorted((Path(__file__).parent / "students" / "idioms").glob("*.py"))
"""Another that ordinary code uses is one more file."""


@pytest.fixture(scope="module", params=[(), ("namespaces",)], ids=["full", "restricted"])
def zygote(request: pytest.FixtureRequest) -> Iterator[Zygote]:
    needs_tier("restricted" if request.param else "full")
    made = Zygote(without=request.param)
    yield made
    made.close()


@pytest.mark.parametrize("idiom", IDIOMS, ids=lambda path: path.stem)
def test_it_works(zygote: Zygote, idiom: Path) -> None:
    """Nothing is raised, and nothing ends the worker."""
    reply = reply_to(zygote, idiom.read_text(encoding="utf-8"), 60.0)
    assert not isinstance(reply.message, Stopped), reply
    assert reply.message.fields["problems"] == []


def test_an_idiom_that_does_not_work_is_seen(zygote: Zygote) -> None:
    reply = reply_to(zygote, "import numpy as np\nassert np.ones(2).sum() == 3\n")
    assert not isinstance(reply.message, Stopped), reply
    assert [kind for kind, _ in reply.message.fields["problems"]] == ["statement_raised"]
