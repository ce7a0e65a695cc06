"""Files that are none, folders that are traps, and names that are commands."""

from __future__ import annotations

import os
import socket
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hostile.attack import Attack, Make, attack
from hostile.made_sources import NONE, PLAIN, RIGHT, UNREADABLE, written

FILES: dict[str, tuple[str, tuple[str, str], Make]] = {}


def file(what: str, facts: tuple[str, str] = UNREADABLE) -> Callable[[Make], Make]:
    """Adds a function as the attack that bears its name."""

    def add(make: Make) -> Make:
        FILES[make.__name__] = (what, facts, make)
        return make

    return add


@file("is a pipe that nobody writes to")
def fifo(folder: Path, bait: Mapping[str, str]) -> Path:
    os.mkfifo(folder / "attack.py")
    return folder / "attack.py"


@file("is a folder with a pipe in it", ("none", "10"))
def fifo_in_a_folder(folder: Path, bait: Mapping[str, str]) -> Path:
    os.mkfifo(written(folder / "right.py", PLAIN).with_name("pipe.py"))
    return folder


@file("is a socket")
def unix_socket(folder: Path, bait: Mapping[str, str]) -> Path:
    reached = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{reached}/attack.py")  # the whole path may be too long for an address
    os.close(reached)
    return folder / "attack.py"


@file("is a link to a device without end")
def device(folder: Path, bait: Mapping[str, str]) -> Path:
    (folder / "attack.py").symlink_to("/dev/zero")
    return folder / "attack.py"


@file("is a sparse file of a terabyte")
def sparse(folder: Path, bait: Mapping[str, str]) -> Path:
    path = written(folder / "attack.py", PLAIN)
    os.truncate(path, 2**40)
    return path


@file("is a link to a secret")
def link_to_secret(folder: Path, bait: Mapping[str, str]) -> Path:
    (folder / "attack.py").symlink_to(bait["SECRET"])
    return folder / "attack.py"


@file("is a link to the reference")
def link_to_reference(folder: Path, bait: Mapping[str, str]) -> Path:
    (folder / "attack.py").symlink_to(bait["REFERENCE"])
    return folder / "attack.py"


@file("is a folder with a link to the reference in it")
def link_in_a_folder(folder: Path, bait: Mapping[str, str]) -> Path:
    (folder / "attack.py").symlink_to(bait["REFERENCE"])
    return folder


@file("is a folder with a link to the folder of references in it")
def link_to_folder(folder: Path, bait: Mapping[str, str]) -> Path:
    (folder / "more").symlink_to(Path(bait["REFERENCE"]).parent)
    return folder


@file("is a folder that links to itself, in itself", NONE)
def link_to_itself(folder: Path, bait: Mapping[str, str]) -> Path:
    (folder / "again").symlink_to(folder)
    (folder / "attack").symlink_to("attack")
    written(folder / "right.py", PLAIN)
    return folder


@file("is a dangling link")
def dangling(folder: Path, bait: Mapping[str, str]) -> Path:
    (folder / "attack.py").symlink_to("nowhere.py")
    return folder / "attack.py"


@file("is a folder called like a module")
def folder_called_like_a_file(folder: Path, bait: Mapping[str, str]) -> Path:
    (folder / "attack.py" / "attack.py").mkdir(parents=True)
    return folder / "attack.py"


@file("is an empty folder")
def nothing(folder: Path, bait: Mapping[str, str]) -> Path:
    return folder


@file("is a folder of 60 files")
def many(folder: Path, bait: Mapping[str, str]) -> Path:
    for number in range(60):
        written(folder / f"f{number}.py", PLAIN)
    return folder


@file("is a folder of 40 files of a megabyte")
def heavy(folder: Path, bait: Mapping[str, str]) -> Path:
    for number in range(40):
        written(folder / f"f{number}.py", PLAIN.ljust(999_999, b"#"))
    return folder


@file("is a folder of folders of folders")
def deep_folders(folder: Path, bait: Mapping[str, str]) -> Path:
    inner = folder / "/".join(["d"] * 200)
    inner.mkdir(parents=True)
    written(inner / "attack.py", PLAIN)
    return folder


@file("is an archive that would write beside itself, and a bomb")
def archives(folder: Path, bait: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(folder / "attack.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"../../{bait['MARK']}.py", RIGHT)
        made.writestr(f"{bait['OPEN_DIR']}/{bait['MARK']}.py", RIGHT)
        made.writestr("bomb.py", bytes(2**24))
    return folder


ODD_NAMES = (
    "-rf.py",
    "--out=x.py",
    "$(touch BREACH).py",
    "`id`;|&.py",
    "..py",
    "a\nb.py",
    "\x1b[31mred\x07.py",
    "\u202e\u2066yp.right.py",
    "<script>alert(1)</script>.py".replace("/", "\u2215"),
    "=HYPERLINK(1).py",
    "@everyone ]]>.py",
    "con.py",
    "n" * 250 + ".py",
    "ü\u0308é.PY",
    "%s%n{0}{x.__class__}.py",
    os.fsdecode(b"\xff\xfe\x80.py"),
)


@file("is a folder of files with odd names, all right", NONE)
def odd_names(folder: Path, bait: Mapping[str, str]) -> Path:
    for name in ODD_NAMES:
        written(folder / name, PLAIN)
    return folder


@file("is a folder with an odd name", NONE)
def odd_folder(folder: Path, bait: Mapping[str, str]) -> Path:
    odd = folder / os.fsdecode(b"\xff\n\x1b[2J=cmd|'-C calc'!A0")
    odd.mkdir()
    written(odd / "right.py", PLAIN)
    return odd


SHADOWED = (
    "numpy",
    "json",
    "os",
    "sys",
    "io",
    "ast",
    "struct",
    "builtins",
    "encodings",
    "importlib",
    "grader",
    "types",
)


@file("is a folder of files called like the modules that the worker lives on", ("missing|failed|crashed|none", "0..10"))
def shadows(folder: Path, bait: Mapping[str, str]) -> Path:
    for name in SHADOWED:
        written(folder / f"{name}.py", b"raise SystemExit('shadowed')\n")
    written(folder / "attention.py", b"".join(f"import {name}\n".encode() for name in SHADOWED[1:]) + PLAIN)
    return folder


@file("is a folder of packages called like the grader's own", ("missing|failed|crashed|none", "0..10"))
def package_shadows(folder: Path, bait: Mapping[str, str]) -> Path:
    for name in ("grader", "numpy", "numpy/linalg", "site-packages", "__pycache__", ".hidden"):
        (folder / name).mkdir()
        written(folder / name / "__init__.py", b"print('shadowed')\n")
    written(folder / "attention.py", b"import grader.worker, numpy.linalg\n" + PLAIN)
    return folder


@file("is compiled code that claims to be source", ("load_error", "0"))
def compiled(folder: Path, bait: Mapping[str, str]) -> Path:
    (folder / "__pycache__").mkdir()
    written(folder / "__pycache__" / "attack.cpython-311.pyc", bytes(100))
    return written(folder / "attack.py", b"\xa7\r\r\n\0\0\0\0" + bytes(range(256)))


def files() -> Iterator[Attack]:
    for name, (what, (verdict, score), make) in FILES.items():
        yield attack(f"file_{name}", {"attack": what, "verdict": verdict, "score": score}, make)
