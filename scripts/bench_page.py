"""A class's page in a headless Chromium: until it can be read, and until its table is ready. See `bench`."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
TIMES = 5
READY = """
const done = arguments[0], look = () => {
  const ready = document.documentElement.classList.contains("ag-ready");
  if (!ready) return setTimeout(look, 1);
  requestAnimationFrame(() => setTimeout(() => done([performance.now(),
    performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd])));
};
look();
"""


def measure(page: Path) -> dict[str, float]:
    """Medians of some times; nothing where there is no browser."""
    try:
        from reports.browser import CHROMIUM, DRIVER, started
    except ModuleNotFoundError:
        return {}
    if not (CHROMIUM and DRIVER):
        return {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, started(Path(name)) as browser:
        found = []
        for _ in range(TIMES):
            browser.driver.get("about:blank")
            browser.driver.get(page.as_uri())
            found.append(browser.driver.execute_async_script(READY))
    ready, loaded = (statistics.median(each[index] for each in found) for index in (0, 1))
    return {"report.html, DOMContentLoaded, s": loaded / 1000, "report.html, table ready, s": ready / 1000}
