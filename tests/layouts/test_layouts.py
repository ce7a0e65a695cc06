"""A folder or a zip → its layout and submissions, and what is said where there is none."""

from __future__ import annotations

import codecs
import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ordinary_user import UID
from trees import CODE, Place, bytes_of_zip, folder_of, zip_of
from zips import Part, zipped

from grader import layouts
from grader.errors import UsageError
from grader.handin import Student
from grader.intake import read_submission
from grader.layouts import LAYOUTS, find, plain
from grader.nodes import OnDisk


def said(path: Path, layout: str | None = None, pattern: str | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        find(path, layout=layout, pattern=pattern)
    return str(caught.value)


def test_each_layout_is_a_module_of_its_own_name() -> None:
    assert {name: layout.__name__ for name, layout in LAYOUTS.items()} == {  # type: ignore[attr-defined]  # modules
        name: f"grader.layouts.{name}" for name in LAYOUTS
    }
    assert list(LAYOUTS)[-1] == "plain"


def test_plain_files_and_folders(place: Place, tmp_path: Path) -> None:
    found = find(
        place(
            {
                "ada.py": CODE,
                "bob.IPYNB": b"{}",
                "carol/main.py": CODE,
                "carol/hw.zip": bytes_of_zip(tmp_path, {"utils.py": CODE}),
                "dora.py/inner.py": CODE,
                "README.md": b"",
                ".hidden.py": CODE,
                "__MACOSX/x.py": CODE,
                "fay/pyvenv.cfg": b"",
                "notes.txt": b"",
                "eve.zip": b"",
            }
        )
    )
    assert (found.layout, found.others) == ("plain", ("eve.zip", "notes.txt"))
    read = [read_submission(entry) for entry in found.entries]
    assert [(each.id, each.student, [file.name for file in each.files]) for each in read] == [
        ("ada.py", "ada", ["ada.py"]),
        ("bob.IPYNB", "bob", ["bob.IPYNB"]),
        ("carol", "carol", ["main.py", "utils.py"]),
        ("dora.py", "dora", ["inner.py"]),
        ("fay", "fay", []),  # whoever writes that file must not vanish
    ]
    assert read[-1].problem.startswith("fay holds no .py or .ipynb file")
    assert read[0].handed_in.student == Student("ada")


def test_where_there_are_zips_alone_each_is_a_submission(place: Place, tmp_path: Path) -> None:
    inner = bytes_of_zip(tmp_path, {"hw/a.py": CODE})
    found = find(place({"ada.zip": inner, "bob.zip": b"no zip", "list.txt": b""}))
    assert ([entry.id for entry in found.entries], found.others) == (["ada.zip", "bob.zip"], ("list.txt",))
    ada, bob = (read_submission(entry) for entry in found.entries)
    assert ([file.name for file in ada.files], ada.student) == (["a.py"], "ada")
    assert bob.problem == "bob.zip is no zip; make the zip again, or hand in the files themselves"


def test_a_layout_can_be_forced(place: Place) -> None:
    path = place({"a_1_2_x.py": CODE, "b.py": CODE, "c.py": CODE})
    assert find(path).layout == "plain"
    found = find(path, layout="canvas")
    assert (found.layout, [entry.id for entry in found.entries], found.others) == ("canvas", ["a_1"], ("b.py", "c.py"))
    canvas = {"a_1_2_x.py": CODE, "b_2_3_x.py": CODE}
    assert [entry.id for entry in find(folder_of(path.parent / "more", canvas), layout="plain").entries] == list(canvas)


def test_a_download_in_a_folder_of_its_own_is_found(tmp_path: Path) -> None:
    folder_of(tmp_path, {"submissions/a_1_2_x.py": CODE, "submissions/b_2_3_x.py": CODE})
    assert find(tmp_path).layout == "canvas"
    assert find(folder_of(tmp_path / "plain", {"one/a.py": CODE, "one/b.py": CODE})).entries[0].id == "one"


def test_no_two_have_one_id(tmp_path: Path) -> None:
    names = [b"\xff.py", b"\\xff.py", b"\\xff.py (2)/a.py"]
    try:
        found = find(folder_of(tmp_path, {os.fsdecode(name): CODE for name in names}))
    except OSError:
        pytest.skip("this file system has no such names")
    assert sorted(entry.id for entry in found.entries) == ["\\xff.py", "\\xff.py (2)", "\\xff.py (3)"]


# --- what is said ------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "plain"])
def test_a_layout_that_it_is_not(tmp_path: Path, layout: str) -> None:
    message = said(folder_of(tmp_path, {"ada.py": CODE, "bob/a.py": CODE}), layout)
    assert message == f"{tmp_path}: there is nothing to grade in this folder ({LAYOUTS[layout].EXPECTS})"


def test_options_that_cannot_be(tmp_path: Path) -> None:
    assert said(tmp_path, "canvass").startswith("--layout: there is no `canvass`; did you mean `canvas`?; there are: ")
    assert said(tmp_path, "canvas", "(?P<id>.)") == "--layout and --pattern: give one of the two"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("nowhere.zip", None, "there is no such file or folder"),
        ("class.tar.gz", b"", "only .zip is read as it is; unpack this one, and grade the folder"),
        ("ada.py", CODE, "this is a file; `grade` takes a folder or a zip of submissions, `check` one file"),
        ("c.zip", b"", "is no zip; download it again"),
        ("c.zip", b"<!DOCTYPE html><title>Log in", "is no zip; download it again"),
        ("c.zip", zipped([Part("a.py", b"#" * 999, 0)])[:600], "is damaged or cut off; download it again"),
        ("c.zip", zipped([Part("a.py", flags=1)]), "is encrypted; unpack it with its password, and grade the folder"),
        ("c.zip", zipped([]), "there is nothing to grade in this folder (no .py, no .ipynb, no folders)"),
        ("c.zip", zipped([Part("a.py")], count=65_000)[:-22], "is damaged or cut off; download it again"),
    ],
)
def test_files_that_are_no_use(tmp_path: Path, name: str, data: bytes | None, expected: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert said(tmp_path / name) == f"{tmp_path / name}: {expected}"


def test_a_hundred_thousand_files_are_too_many(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "c.zip", {"a.py": CODE})
    assert len(find(path).entries) == 1
    many = zipped([Part(f"{n}.py", b"", 0) for n in range(3)])
    record = many.index(b"PK\x05\x06")
    end = b"PK\x06\x06" + bytes(20) + (100_000).to_bytes(8, "little") * 2
    end += (record - many.index(b"PK\x01\x02")).to_bytes(8, "little") + many.index(b"PK\x01\x02").to_bytes(8, "little")
    locator = b"PK\x06\x07" + bytes(4) + record.to_bytes(8, "little") + bytes(4)
    path.write_bytes(many[:record] + end + locator + many[record:])
    assert said(path) == f"{path}: holds 100,000 files and folders; at most 90,000 are read"


def test_one_student_with_a_hostile_file_costs_nobody_else(tmp_path: Path) -> None:
    parts = [
        Part("a_1_11_a.py", CODE),
        Part("b_2_12_b.py", CODE, crc=1),
        Part("c_3_13_c.py", mode=0o120777),
        Part("../../d_4_14_d.py"),
        Part("e_5_15_e.py", size=10**9),
        Part("f_6_16_f.py", method=14),
        Part("g_7_17_g.zip", b"no zip"),
        Part("h_8_18_h.zip", zipped([Part("x.py", flags=1), Part("deep.zip", zipped([Part("y.py")]))])),
        Part("i_9_19_i.py", CODE),
    ]
    (tmp_path / "c.zip").write_bytes(zipped(parts))
    found = find(tmp_path / "c.zip")
    read = {entry.id: read_submission(entry) for entry in found.entries}
    assert {id_ for id_, each in read.items() if each.files} == {"a_1", "i_9"}
    assert {id_: each.unreadable for id_, each in read.items() if each.unreadable} == {
        "b_2": "b.py is damaged in the zip; download the zip again, and grade it again",
        "f_6": "f.py is compressed in a way that is not read here (method 14) in the zip; download the zip again, "
        "and grade it again",
    }
    problems = {id_: each.problem.partition(";")[0] for id_, each in read.items() if each.problem}
    assert problems == {
        "c_3": "c.py is a link to another file",
        "d_4": "d.py has a name that leads out of the zip",
        "e_5": "e.py is too large (1,000 MB",
        "g_7": "g.zip is no zip",
        "h_8": "deep.zip is a zip in a zip (h.zip), which is not read",
    }


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(layouts, "open_zip", denied)
    assert "Permission denied" in said(zip_of(tmp_path / "c.zip", {"a.py": CODE}))


@pytest.fixture
def ordinary() -> Iterator[Path]:
    """A folder of somebody who is not root, whom a closed folder stops."""
    codecs.lookup("utf-8-sig")  # Python itself may lie in a closed folder
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        if os.geteuid():
            yield path
            return
        path.chmod(0o777)
        os.seteuid(UID)
        try:
            yield path
        finally:
            os.seteuid(0)


@pytest.mark.parametrize(
    ("ada", "bob", "layout"),
    [
        ("ada/a.py", "bob/a.py", "plain"),
        ("hw-ada/.git/HEAD", "hw-bob/.git/HEAD", "github"),
        ("submitted/ada/ps1/a.py", "submitted/bob/ps1/a.py", "nbgrader"),
        ("ada/ps1/timestamp.txt", "bob/ps1/timestamp.txt", "nbgrader"),
        ("Ada_1_assignsubmission_file_/a.py", "Bob_2_assignsubmission_file_/a.py", "moodle"),
    ],
)
def test_one_closed_folder_is_one_students(ordinary: Path, ada: str, bob: str, layout: str) -> None:
    more = [str(Path(bob.replace("bob", name).replace("Bob", name)).parent / "b.py") for name in ("cy", "di")]
    stamps = [bob.replace("bob", name).replace("Bob", name) for name in ("cy", "di")]
    folder = folder_of(ordinary / "class", dict.fromkeys([ada, bob, *more, *stamps], CODE))
    closed = folder / (Path(*Path(ada).parts[:2]) if ada.startswith("submitted") else Path(ada).parts[0])
    closed.chmod(0)
    try:
        found = find(folder)
        read = {entry.student.lower().removeprefix("hw-"): read_submission(entry) for entry in found.entries}
    finally:
        closed.chmod(0o700)
    assert (found.layout, list(read)) == (layout, ["ada", "bob", "cy", "di"])
    assert "cannot be read (Permission denied)" in read["ada"].unreadable
    assert [each.unreadable for each in read.values()][1:] == ["", "", ""]


def test_a_closed_folder_in_a_pattern_is_named(ordinary: Path) -> None:
    folder = folder_of(ordinary / "class", {"ada/a.py": CODE, "bob/a.py": CODE})
    (folder / "ada").chmod(0)
    try:
        found = find(folder, pattern="(?P<student>[^/]+)/a")
    finally:
        (folder / "ada").chmod(0o700)
    assert ([entry.id for entry in found.entries], found.others) == (["bob"], ("ada (may not be read)",))


def test_a_zip_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zip_of(tmp_path / "c.zip", {f"{n}.py": CODE for n in range(5)})
    found = find(path)
    monkeypatch.setattr(Path, "open", None)
    assert all(read_submission(entry).files for entry in found.entries)
    del found
    gc.collect()


def test_plain_is_what_is_left(tmp_path: Path) -> None:
    assert plain.recognises(OnDisk(tmp_path, True))
