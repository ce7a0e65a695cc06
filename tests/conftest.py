"""What all tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import launcher

# Fakes stand beside the tests; in importlib mode pytest does not put this folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


@pytest.fixture(scope="session", autouse=True)
def _workers_are_measured() -> Iterator[None]:
    """Let coverage into the zygotes that tests start in this process: their environment is clean otherwise."""
    clean = launcher.clean_environment
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launcher, "clean_environment", lambda *threads: clean(*threads) | MEASURED)
        yield
