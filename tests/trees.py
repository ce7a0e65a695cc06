"""The same tree as a folder and as a zip: a layout must find the same in both."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

Place = Callable[[Mapping[str, bytes]], Path]
CODE = b"def attention(x):\n    return x\n"


def folder_of(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        file = path / name
        if name.endswith("/"):
            file.mkdir(parents=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    return path


def zip_of(path: Path, files: Mapping[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def bytes_of_zip(path: Path, files: Mapping[str, bytes]) -> bytes:
    data = zip_of(path / "inner.zip", files).read_bytes()
    (path / "inner.zip").unlink()
    return data
