"""The directory of a zip: what zipfile and zip write is read, and nothing that a hostile one says is believed."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from datetime import datetime

import pytest
from zips import Part, zipped

from grader import zip_directory
from grader.zip_directory import Member, NoZip, members


def read(data: bytes, most: int = 1000) -> tuple[Member, ...]:
    return members(io.BytesIO(data), len(data), most)


def one(**about: object) -> Member:
    (member,) = read(zipped([Part(**{"name": "a.py", **about})]))  # type: ignore[arg-type]  # a part's fields
    return member


def made(*names: str, **about: object) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **about) as archive:  # type: ignore[call-overload]  # whatever a test wants
        for name in names:
            archive.writestr(name, f"# {name}\n")
    return file.getvalue()


def test_what_others_write() -> None:
    data = made("b.py", "deep/er/a.py", "Zoë/名前.py", "empty/")
    found = read(data)
    assert [member.parts for member in found] == [("b.py",), ("deep", "er", "a.py"), ("Zoë", "名前.py"), ("empty",)]
    assert [member.is_folder for member in found] == [False, False, False, True]
    assert [member.size for member in found][:2] == [len("# b.py\n"), len("# deep/er/a.py\n")]
    assert {member.fault + member.damage for member in found} == {""}


def test_an_empty_zip_has_no_members() -> None:
    assert read(made()) == ()


def test_bytes_before_and_after_do_not_matter() -> None:
    plain = zipped([Part("a.py"), Part("b.py")])
    moved = zipped([Part("a.py"), Part("b.py")], comment=b"a note PK\x05\x06", before=b"#!/bin/sh\n" * 9)
    assert [member.place + 90 for member in read(plain)] == [member.place for member in read(moved)]
    assert len(read(plain + b"\0" * 100)) == 2


def test_members_of_more_than_four_gigabytes_say_so_in_64_bits() -> None:
    extra = struct.pack("<HHQ", 1, 8, 5 * 10**9)
    assert one(size=0xFFFF_FFFF, extra=extra).size == 5 * 10**9
    assert one(size=0xFFFF_FFFF).damage == "is damaged"
    assert one(size=0xFFFF_FFFF, extra=struct.pack("<HH", 1, 0)).damage == "is damaged"


def test_an_end_record_of_64_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)  # else it takes 65,536 members to get one
    data = made("a.py", "b.py", "c.py")
    assert b"PK\x06\x06" in data
    assert len(read(data)) == 3
    assert len(read(b"before" + data)) == 3


@pytest.mark.parametrize(
    ("raw", "flags", "shown"),
    [
        ("é.py".encode(), 0x800, "é.py"),
        ("é.py".encode(), 0, "é.py"),  # as many programs do
        ("é.py".encode("cp437"), 0, "é.py"),
        (b"\xff.py", 0x800, "\udcff.py"),
    ],
)
def test_names_in_several_encodings(raw: bytes, flags: int, shown: str) -> None:
    assert one(name=raw, flags=flags).parts == (shown,)


def test_times() -> None:
    assert one(extra=struct.pack("<HHBi", 0x5455, 5, 1, 1_700_000_000)).modified == 1_700_000_000
    day = (2026 - 1980) << 9 | 3 << 5 | 4
    expected = datetime(2026, 3, 4, 10, 20, 30).astimezone().timestamp()  # DOS has no zones
    assert one(time=(10 << 11 | 20 << 5 | 15, day)).modified == expected
    assert one(time=(0, 0)).modified is None


# --- odd members -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("../../etc/cron.d/a.py", ("etc", "cron.d", "a.py")),
        ("/etc/passwd.py", ("etc", "passwd.py")),
        ("C:\\windows\\a.py", ("C:", "windows", "a.py")),
        ("c:a.py", ("c:a.py",)),
        ("a\\..\\..\\b.py", ("a", "b.py")),
    ],
)
def test_names_that_lead_elsewhere_are_refused_and_lead_nowhere(name: str, parts: tuple[str, ...]) -> None:
    member = one(name=name)
    assert "leads out of the zip" in member.fault
    assert member.parts == parts


def test_names_that_are_only_odd() -> None:
    assert one(name="a\\b.py").parts == ("a", "b.py")  # as .NET wrote them
    assert one(name="./a//b.py").parts == ("a", "b.py")
    assert one(name="./a//b.py").fault == ""
    assert one(name=b"..").parts == ()
    deep = one(name="d/" * 5000 + "a.py")
    assert "deeper than 16" in deep.fault
    assert len(deep.parts) == 16
    long = one(name="a" * 60_000 + ".py")
    assert "more than 255 characters" in long.fault
    assert len(long.parts[0]) == 201


@pytest.mark.parametrize(
    ("about", "fault", "damage"),
    [
        ({"mode": 0o120777}, "is a link to another file; hand in the file itself", ""),
        ({"mode": 0o010644}, "is no regular file", ""),
        ({"mode": 0}, "", ""),
        ({"flags": 1}, "", "is encrypted"),
        ({"flags": 0x41}, "", "is encrypted"),
        ({"method": 12}, "", "is compressed in a way that is not read here (method 12)"),
        ({"method": 99}, "", "is compressed in a way that is not read here (method 99)"),
        ({"place": 10**6}, "", "is cut off"),
        ({"extra": b"\x01\x00\xff\xff"}, "", "is damaged"),
    ],
)
def test_what_is_wrong_with_a_member_is_said_of_it_alone(about: dict[str, object], fault: str, damage: str) -> None:
    odd, right = read(zipped([Part(**{"name": "odd.py", **about}), Part("right.py")]))  # type: ignore[arg-type]
    assert (odd.fault, odd.damage) == (fault, damage)
    assert (right.fault, right.damage) == ("", "")


def test_members_that_share_bytes() -> None:
    kernel, *rest = read(zipped([Part("a.py"), *(Part(f"{n}.py", place=0, header=b"", packed=b"") for n in range(9))]))
    assert kernel.damage == ""
    assert {member.damage for member in rest} == {"shares its bytes with another file"}


# --- files that are no use ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no zip"),
        (b"<!DOCTYPE html><title>Log in</title>", "is no zip"),
        (zipped([Part("a.py")])[:-10], "is damaged or cut off"),
        (zipped([Part("a.py", data=b"#" * 999, method=0)])[:500], "is damaged or cut off"),
        (zipped([Part("a.py")])[30:], "is damaged or cut off"),
        (zipped([Part("a.py")]).replace(b"PK\x01\x02", b"PK\x01\x03"), "is damaged or cut off"),
        (zipped([Part("a.py")], count=60_000), "holds 60,000 files and folders; at most 1,000 are read"),
        (zipped([Part(f"{n}.py") for n in range(1001)], count=3), "holds more than 1,000 files and folders"),
    ],
)
def test_a_file_that_is_of_no_use(data: bytes, said: str) -> None:
    with pytest.raises(NoZip) as caught:
        read(data)
    assert str(caught.value) == said


def test_a_directory_that_claims_to_be_huge(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(zipped([Part("a.py")]))
    data[-10:-6] = struct.pack("<I", 4_000_000_000)
    with pytest.raises(NoZip, match="a directory of 4,000 MB; at most 64 MB"):
        read(bytes(data))
    monkeypatch.setattr(zip_directory, "LARGEST_DIRECTORY", 10)
    with pytest.raises(NoZip, match="directory"):
        read(zipped([Part("a.py")]))


def test_whatever_the_bytes_are_it_is_members_or_a_sentence() -> None:
    rng = random.Random(7)
    whole = zipped([Part("a/b.py", extra=struct.pack("<HHBi", 0x5455, 5, 1, 9)), Part("c.py")], comment=b"note")
    ends = set()
    for _ in range(3000):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.choice((0, 1, 0x7F, 0xFF, rng.randrange(256)))
        try:
            found = read(bytes(data[: rng.choice((len(data), rng.randrange(len(data))))]))
        except NoZip as error:
            ends.add(str(error).partition(" ")[0])
        else:
            ends.add("members")
            assert all(".." not in member.parts and "" not in member.parts for member in found)
    assert {"members", "is"} <= ends
