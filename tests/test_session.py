"""What a session keeps of one submission is bounded, whatever that returns (all else of it: tests/test_runner.py)."""

from __future__ import annotations

import numpy as np
import pytest
from test_runner import call, outcomes

from grader import session
from grader.model import Returned, Stopped
from grader.runner import LocalRunner


def test_a_submission_that_returns_too_much_in_all_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MOST_KEPT", 3 * 8000)
    source = "import numpy as np\ndef double(x):\n    return np.ones(1000 if x[0] else 3)\n"
    large, small = call(x=np.array([1.0])), call(x=np.array([0.0]))
    with LocalRunner() as runner:
        got = outcomes(runner, source, small, large, large, large, small)
    kinds = [outcome.values["y"].kind for outcome in got if isinstance(outcome, Returned)]
    assert kinds == ["array", "array", "array", "too_large", "too_large"]
    first, last = got[0], got[-1]
    assert isinstance(first, Returned)
    assert isinstance(last, Returned)
    assert first.values["y"].array is not None
    assert last.values["y"].array is None
    assert last.seconds > 0


def test_a_run_that_the_whole_time_ends_is_not_told_as_one_too_long() -> None:
    source = "import time\ndef double(x):\n    time.sleep(x[0])\n    return x\n"
    limits = session.Limits(case=50.0, submission=0.6)
    with LocalRunner() as runner:
        (stopped,) = outcomes(runner, source, call(x=np.array([60.0])), limits=limits)
    assert isinstance(stopped, Stopped)
    assert (stopped.reason, stopped.detail) == ("timeout", "submission")
