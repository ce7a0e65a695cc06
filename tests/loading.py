"""Requests to load a submission, as a worker gets them, and answers as the judge reads them."""

from __future__ import annotations

from typing import Any

from grader import wire


def message(body: tuple[bytes, bytes]) -> wire.Message:
    return wire.parse_body(*body, 0)


def request(*sources: str, **fields: Any) -> wire.Message:
    """A load request."""
    named = fields.pop("named", None) or {f"file{n}.py": source for n, source in enumerate(sources)}
    given = {"functions": {"f": ["f", "g"]}, "modules": [], "main": None, "cells": None, "skip": []} | fields
    files = [[name, len(source.encode())] for name, source in named.items()]
    given |= {"op": "load", "files": files, "definitions_only": fields.get("definitions_only", False)}
    return message(wire.encode_body(given, (), "".join(named.values()).encode()))
