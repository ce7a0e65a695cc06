"""A zip in place: members are read within caps, and what is wrong with one is told apart by whose fault it is."""

from __future__ import annotations

import gc
import io
import threading
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from zips import Part, zipped

from grader.archives import MOST_INSIDE, looked_through, open_zip, zip_of_a_student
from grader.nodes import Damaged, Node, Refused
from grader.zip_directory import NoZip

CODE = b"def attention(x):\n    return x\n"


def opened(folder: Path, data: bytes) -> Node:
    path = folder / "class.zip"
    path.write_bytes(data)
    return open_zip(path)


def at(root: Node, *names: str) -> Node:
    for name in names:
        root = next(node for node in root.children() if node.name == name)
    return root


def read(node: Node, largest: int = 1000) -> bytes:
    return node.read(largest, node.name)


def names(node: Node) -> Sequence[str]:
    return [child.name + "/" * child.is_folder for child in node.children()]


def test_members_are_nodes(tmp_path: Path) -> None:
    root = opened(
        tmp_path, zipped([Part("b/x.py", CODE), Part("a.py", CODE, method=0), Part("b/y/"), Part("b/y/z.py")])
    )
    assert names(root) == ["a.py", "b/"]
    assert names(at(root, "b")) == ["x.py", "y/"]
    assert read(at(root, "a.py")) == read(at(root, "b", "x.py")) == CODE
    assert (root.holds("b"), root.holds("a.py"), root.holds("c")) == (True, True, False)
    assert at(root, "a.py").modified() is not None
    assert root.modified() is None
    with pytest.raises(Refused, match="b is a folder"):
        read(at(root, "b"))


def test_names_can_be_shown(tmp_path: Path) -> None:
    root = opened(tmp_path, zipped([Part(b"\xff\n.py"), Part("a\0b.py"), Part("\x1b[31m/x.py")]))
    assert names(root) == ["\\x1b[31m/", "\\xff\\n.py", "a\\x00b.py"]


def test_of_two_members_of_one_name_the_later_counts_and_neither_case_nor_kind_is_mixed_up(tmp_path: Path) -> None:
    root = opened(
        tmp_path, zipped([Part("a.py", b"1"), Part("a.py", b"2"), Part("A.py", b"3"), Part("a.py/b.py", b"4")])
    )
    assert names(root) == ["A.py", "a.py", "a.py/"]
    assert [read(node) for node in root.children() if not node.is_folder] == [b"3", b"2"]


def test_a_file_is_closed_when_nobody_needs_it(tmp_path: Path) -> None:
    root = opened(tmp_path, zipped([Part("a.py")]))
    node = at(root, "a.py")
    del root
    gc.collect()
    assert read(node) == b"x = 1\n"
    del node
    gc.collect()  # an open file would be a warning, and so an error, here


def test_several_threads_may_read(tmp_path: Path) -> None:
    root = opened(tmp_path, zipped([Part(f"{n}.py", str(n).encode() * 5000) for n in range(40)]))
    wrong: list[str] = []

    def look() -> None:
        wrong.extend(node.name for node in root.children() if read(node, 10_000)[:1] != node.name[:1].encode())

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# --- what is not believed ----------------------------------------------------------------------------


def test_no_more_is_unpacked_than_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = bomb.compress(bytes(50_000_000)) + bomb.flush()
    root = opened(
        tmp_path, zipped([Part("said.py", packed=packed, size=50_000_000), Part("lied.py", packed=packed, size=9)])
    )
    made: list[int] = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self, bits: int) -> None:
            self.inner = real(bits)

        def decompress(self, data: bytes, most: int) -> bytes:
            made.append(len(out := self.inner.decompress(data, most)))
            return out

    monkeypatch.setattr(zlib, "decompressobj", Watched)
    with pytest.raises(Refused, match=r"said.py is too large \(50 MB; at most 1 MB"):
        read(at(root, "said.py"), 1_000_000)
    with pytest.raises(Damaged, match=r"lied.py is damaged in the zip; download the zip again"):
        read(at(root, "lied.py"), 1_000_000)
    assert made == [10]


@pytest.mark.parametrize(
    "about",
    [
        {"crc": 1},
        {"size": 5},
        {"size": 7},
        {"packed": b"no deflate"},
        {"packed": b""},
        {"header": bytes(34)},
        {"header": b"PK\x03\x04" + bytes(30)},
        {"method": 0, "size": 7},
        {"packed": bytes(2_000_000), "method": 0, "size": 6},
    ],
)
def test_bytes_that_are_not_as_promised(tmp_path: Path, about: dict[str, object]) -> None:
    data = zipped([Part(**{"name": "a.py", **about}), Part("right.py")])  # type: ignore[arg-type]
    root = opened(tmp_path, data)
    with pytest.raises(Damaged, match=r"a\.py is damaged in the zip; download the zip again, and grade it again"):
        read(at(root, "a.py"))
    assert read(at(root, "right.py")) == b"x = 1\n"
    with pytest.raises(Refused, match=r"a\.py is damaged in its zip; make an ordinary zip, or hand in the files"):
        read(at(zip_of_a_student(data, "mine.zip"), "a.py"))


def test_whose_fault_it_is(tmp_path: Path) -> None:
    data = zipped([Part("link.py", mode=0o120777), Part("../out.py"), Part("odd.py", method=14), Part("e.py", flags=1)])
    theirs, ours = zip_of_a_student(data, "mine.zip"), opened(tmp_path, data)
    for root in (theirs, ours):
        with pytest.raises(Refused, match=r"link.py is a link to another file; hand in the file itself"):
            read(at(root, "link.py"))
        with pytest.raises(Refused, match=r"out.py has a name that leads out of the zip"):
            read(at(root, "out.py"))
    for name, why in (("odd.py", r"not read here \(method 14\)"), ("e.py", "is encrypted")):
        with pytest.raises(Refused, match=why):
            read(at(theirs, name))
        with pytest.raises(Damaged, match=why):
            read(at(ours, name))


def test_an_entry_of_five_gigabytes_is_refused_by_what_it_says(tmp_path: Path) -> None:
    extra = b"\x01\x00\x08\x00" + (5 * 10**9).to_bytes(8, "little")
    root = opened(tmp_path, zipped([Part("a.py", size=2**32 - 1, extra=extra)]))
    with pytest.raises(Refused, match="5,000 MB"):
        read(at(root, "a.py"))


# --- whole zips --------------------------------------------------------------------------------------


def test_a_zip_that_is_encrypted_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(NoZip, match="is encrypted; unpack it with its password, and grade the folder"):
        opened(tmp_path, zipped([Part("a/"), Part("a/a.py", flags=1), Part("a/b.py", flags=1)]))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK", "mine.zip is no zip; make the zip again, or hand in the files themselves"),
        (
            zipped([Part("a.py")], count=MOST_INSIDE + 1),
            "mine.zip holds 10,001 files and folders; at most 10,000 are read",
        ),
    ],
)
def test_a_students_zip_that_is_of_no_use(data: bytes, said: str) -> None:
    with pytest.raises(Refused) as caught:
        zip_of_a_student(data, "mine.zip")
    assert str(caught.value).startswith(said)


def test_the_zip_of_a_folder_is_the_folder() -> None:
    data = zipped([Part("work/"), Part("work/a.py"), Part("__MACOSX/._a.py"), Part(".DS_Store")])
    assert names(zip_of_a_student(data, "mine.zip")) == ["a.py"]
    assert names(zip_of_a_student(zipped([Part("a/x.py"), Part("b/y.py")]), "mine.zip")) == ["a/", "b/"]
    deep = zip_of_a_student(zipped([Part("a/b/c/d/e/f.py")]), "mine.zip")
    assert names(deep) == ["d/"]
    assert looked_through(at(deep, "d")).holds("f.py")


def test_what_zipfile_writes_is_read(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.py", CODE)
        with archive.open("b.py", "w", force_zip64=True) as member:
            member.write(CODE)
    root = opened(tmp_path, file.getvalue())
    assert [read(node) for node in root.children()] == [CODE, CODE]


def test_what_zipfile_streams_is_read(tmp_path: Path) -> None:
    class Stream(io.BytesIO):
        """Sizes come after the bytes where a zip cannot be gone back in, as Moodle's."""

        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

    file = Stream()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.py", CODE)
    assert read(at(opened(tmp_path, file.getvalue()), "a.py")) == CODE
