"""Layouts are tried as folders and as zips."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from trees import Place, folder_of, zip_of


@pytest.fixture(params=["folder", "zip", "zip of a folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Puts files somewhere."""

    def put(files: Mapping[str, bytes]) -> Path:
        if request.param == "folder":
            return folder_of(tmp_path / "class", files)
        inside = "download/" if request.param == "zip of a folder" else ""
        return zip_of(tmp_path / "class.zip", {inside + name: data for name, data in files.items()})

    return put
