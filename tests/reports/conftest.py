"""One browser for all tests of pages that run in the same process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from reports.browser import Browser, started


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with started(tmp_path_factory.mktemp("browser")) as browser:
        yield browser
