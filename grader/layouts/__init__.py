"""A folder → the submissions in it. One module per way of handing in; `plain` is the only one so far."""

from __future__ import annotations

from grader.layouts.plain import Found, find

__all__ = ["Found", "find"]
