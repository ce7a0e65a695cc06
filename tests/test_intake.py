"""A path → a submission, whatever lies there; nothing a student can hand in follows a link, blocks or fills memory."""

from __future__ import annotations

import hashlib
import os
import socket
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from zips import Part, zipped

from grader import intake
from grader.handin import HandIn, Student
from grader.intake import MOST_FILES, Entry, mentioning, plain_name, read_reference, read_submission
from grader.model import Submission
from grader.nodes import OnDisk

CODE = b"def attention(x):\n    return x\n"


def read(path: Path) -> Submission:
    return read_submission(Entry(path.name, "someone", path))


def names(path: Path) -> list[str]:
    return [file.name for file in read(path).files]


def refused(path: Path) -> str:
    submission = read(path)
    assert submission.files == ()
    assert submission.unreadable == ""
    return submission.problem


def write(folder: Path, *files: str, data: bytes = CODE) -> Path:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


# --- what is read ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mine.py", "mine.ipynb", "MINE.PY", "N.IpYnB", "my file (1).py", "=cmd.py", "'\".py"])
def test_a_file_is_its_bytes(tmp_path: Path, name: str) -> None:
    submission = read(write(tmp_path, name) / name)
    assert (submission.id, submission.student, submission.path) == (name, "someone", name)
    assert [(file.name, file.data) for file in submission.files] == [(name, CODE)]
    assert (submission.problem, submission.unreadable) == ("", "")


def test_a_folder_is_its_code_files_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.py", "a.ipynb", "notes.txt", "data.csv", "sub/c.py", "sub/deeper/d.py", "x.pyc", "y.py.txt")
    assert names(tmp_path) == ["a.ipynb", "b.py", "sub/c.py", "sub/deeper/d.py"]


def test_what_is_left_out_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "a.py", ".hidden.py", ".git/b.py", ".ipynb_checkpoints/a-checkpoint.py", "__pycache__/c.py")
    write(tmp_path, "__MACOSX/._a.py", "venv/lib/d.py", "node_modules/e.py", "lib/site-packages/f.py")
    write(tmp_path, "env with a name/g.py", "env with a name/pyvenv.cfg")
    assert names(tmp_path) == ["a.py"]


def test_folders_deeper_than_anyone_needs_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "/".join("abcdef") + "/seen.py", "/".join("abcdefg") + "/unseen.py")
    assert names(tmp_path) == ["a/b/c/d/e/f/seen.py"]


def test_a_very_deep_tree_is_walked_in_no_time(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(200):
        folder /= "d"
    write(tmp_path, "a.py")
    folder.mkdir(parents=True)
    began = time.monotonic()
    assert names(tmp_path) == ["a.py"]
    assert time.monotonic() - began < 1


def test_a_folder_may_be_called_like_a_file(tmp_path: Path) -> None:
    assert names(write(tmp_path / "mine.py", "inner.py", "sub.py/more.py")) == ["inner.py", "sub.py/more.py"]


def test_a_folder_may_be_reached_through_a_link_of_the_staffs(tmp_path: Path) -> None:
    write(tmp_path / "real" / "ann", "a.py")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert names(tmp_path / "link" / "ann") == ["a.py"]


def test_the_digest_tells_contents_and_names_apart(tmp_path: Path) -> None:
    digests = set()
    for number, files in enumerate([{"a.py": b"xy"}, {"a.py": b"x", "b.py": b"y"}, {"b.py": b"xy"}, {"ab.py": b"xy"}]):
        for name, data in files.items():
            write(tmp_path / str(number), name, data=data)
        digests.add(read(tmp_path / str(number)).sha256)
    assert len(digests) == 4
    assert read(tmp_path / "0").sha256 == hashlib.sha256(b"4:2:a.pyxy").hexdigest()


def test_the_digest_covers_what_is_said_of_files_that_are_not_graded(tmp_path: Path) -> None:
    """Or a reason would be kept when what was handed in has another fault by now."""
    (tmp_path / "essay.pdf").write_bytes(b"%PDF")
    essay = read(tmp_path)
    (tmp_path / "a.py").write_bytes(b"#" * 1_000_001)
    too_large = read(tmp_path)
    assert essay.problem != too_large.problem
    assert essay.sha256 != too_large.sha256
    (tmp_path / "b.py").write_bytes(b"x")
    beside = read(tmp_path)
    (tmp_path / "a.py").unlink()
    assert (len(beside.left_out), len(read(tmp_path).left_out)) == (1, 0)
    assert beside.sha256 != read(tmp_path).sha256


def test_the_reference_is_a_submission(tmp_path: Path) -> None:
    submission = read_reference(write(tmp_path / "reference", "x.py") / "x.py")
    assert (submission.id, submission.student, submission.problem) == ("reference/x.py", "reference", "")


# --- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain.py", "plain.py"),
        ("Zoë ‌ 名前 🙂.py", "Zoë ‌ 名前 🙂.py"),
        ("a\nb\tc.py", "a\\nb\\tc.py"),
        ("a\x1b[31m.py", "a\\x1b[31m.py"),
        ("a\u2028b.py", "a\\u2028b.py"),
        (os.fsdecode(b"a\xff\xfe.py"), "a\\xff\\xfe.py"),
        (os.fsdecode("é.py".encode("latin-1")), "\\xe9.py"),
    ],
)
def test_names_can_be_shown_and_stay_apart(tmp_path: Path, name: str, shown: str) -> None:
    assert plain_name(name) == shown
    try:
        write(tmp_path, name, f"sub/{name}")
    except OSError:
        pytest.skip("this file system has no such names")
    assert sorted(names(tmp_path)) == sorted([shown, f"sub/{shown}"])
    assert [file.name for file in read(tmp_path / name).files] == [shown]
    shown.encode()


def test_what_is_said_of_an_odd_name_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / "a\n\x1b.py").symlink_to("/etc/passwd")
    assert refused(tmp_path).startswith("a\\n\\x1b.py is a link")


# --- what is refused ---------------------------------------------------------------------------------


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt") / "secret.txt"
    folder = write(tmp_path / "folder", "a.py")
    (tmp_path / "link.py").symlink_to(secret)
    (tmp_path / "dangling.py").symlink_to("nowhere")
    (tmp_path / "loop.py").symlink_to("loop.py")
    for name in ("link.py", "dangling.py", "loop.py"):
        assert refused(tmp_path / name) == f"{name} is a link to another file; hand in the file itself"
    (folder / "link.py").symlink_to(secret)
    (folder / "a.py").unlink()
    assert "link.py is a link" in refused(folder)


def test_an_odd_file_in_a_folder_is_left_out_and_the_others_are_graded(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", "a.py")
    (folder / "link.py").symlink_to("a.py")
    os.mkfifo(folder / "pipe.py")
    submission = read(folder)
    assert [file.name for file in submission.files] == ["a.py"]
    assert submission.problem == ""
    assert [sentence.partition(" is ")[0] for sentence in submission.left_out] == ["link.py", "pipe.py"]


def test_linked_folders_are_not_walked(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", "secret.py")
    folder = write(tmp_path / "folder", "a.py")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "up").symlink_to("..")
    assert names(folder) == ["a.py"]


def test_pipes_sockets_and_devices_are_refused_and_never_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "fifo.py")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.py")
        for name in ("fifo.py", "socket.py"):
            assert refused(tmp_path / name) == f"{name} is no regular file"
            assert refused(tmp_path) == "fifo.py is no regular file"
    try:
        os.mknod(tmp_path / "device.py", 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero has no end
    except OSError:
        return
    assert refused(tmp_path / "device.py") == "device.py is no regular file"


def test_a_file_that_turns_into_a_pipe_after_it_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.py") / "a.py"
    really_open = os.open

    def swapped(name: Any, flags: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return really_open(name, flags)

    monkeypatch.setattr(os, "open", swapped)
    assert refused(path) == "a.py is no regular file"


def test_a_file_that_turns_into_a_link_after_it_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.py", "secret") / "a.py"
    really_open = os.open

    def swapped(name: Any, flags: int) -> int:
        path.unlink()
        path.symlink_to("secret")
        return really_open(name, flags)

    monkeypatch.setattr(os, "open", swapped)
    assert read(path).files == ()


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("a.py", 1_000_001, "1,000,001 bytes; at most 1 MB"),
        ("a.PY", 200_000_000, "200 MB; at most 1 MB"),
        ("a.ipynb", 20_000_001, "20 MB; at most 20 MB"),
        ("a.py", 2**40, "1,099,512 MB; at most 1 MB"),
    ],
)
def test_files_that_are_too_large_are_not_read(tmp_path: Path, name: str, size: int, said: str) -> None:
    with (tmp_path / name).open("wb") as file:
        try:
            file.truncate(size)
        except OSError:
            pytest.skip("this file system has no files of that size")
    began = time.monotonic()
    assert said in refused(tmp_path / name)
    assert time.monotonic() - began < 1


def test_a_file_of_just_the_greatest_size_is_read(tmp_path: Path) -> None:
    assert len(read(write(tmp_path, "a.py", data=b"#" * 1_000_000) / "a.py").files[0].data) == 1_000_000


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.py") / "a.py"
    really_stat = os.fstat

    def grown(descriptor: int) -> os.stat_result:
        status = really_stat(descriptor)
        path.write_bytes(b"#" * 3_000_000)
        return status

    monkeypatch.setattr(os, "fstat", grown)
    assert "too large" in refused(path)


def test_too_many_files_are_seen_before_any_is_read(tmp_path: Path) -> None:
    most = write(tmp_path / "most", *(f"{number}/a.py" for number in range(50)))
    write(most, *(f"{number}.txt" for number in range(50)), ".hidden.py", "__pycache__/a.py")
    assert not intake.holds_too_many(most)
    assert intake.holds_too_many(write(most, "b.ipynb"))
    assert not intake.holds_too_many(most / "b.ipynb")
    assert not intake.holds_too_many(tmp_path / "nowhere")


def test_a_folder_that_cannot_be_listed_is_left_to_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:  # root, as which containers run, may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert not intake.holds_too_many(tmp_path)


def test_folders_of_too_many_files_or_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = write(tmp_path / "many", *(f"f{n:02}.py" for n in range(50)))
    assert len(names(many)) == 50
    write(many, "one more.py")
    assert refused(many) == "many holds more than 50 code files; hand in only what is asked for"
    large = write(tmp_path / "large", "a.py", "b.py", data=b"#" * 600)
    monkeypatch.setattr(intake, "LARGEST_TOTAL", 1000)
    assert "of code and notebooks" in refused(large)


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n"])
def test_empty_files(tmp_path: Path, data: bytes) -> None:
    submission = read(write(tmp_path, "a.py", data=data) / "a.py")
    assert submission.problem == "a.py is empty: there is no code in it"


def test_folders_without_code(tmp_path: Path) -> None:
    write(tmp_path, "notes.txt")
    assert refused(tmp_path).endswith("holds no .py or .ipynb file, only notes.txt; hand in your code as one")
    assert refused(write(tmp_path / "caches", "__pycache__/a.py")) == "caches holds no .py or .ipynb file"


# --- what the machine cannot do ----------------------------------------------------------------------


@pytest.mark.parametrize("call", ["open", "scandir"])
def test_what_may_not_be_read_is_not_the_students_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    folder = write(tmp_path / "folder", "a.py")

    def denied(*args: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, call, denied)
    submission = read(folder)
    assert (submission.problem, submission.files) == ("", ())
    assert submission.unreadable == (
        "folder: cannot be read (Permission denied); give the grader permission and grade it again"
    )


def test_what_is_gone_by_now_is_unreadable(tmp_path: Path) -> None:
    assert "No such file" in read(tmp_path / "gone.py").unreadable


def test_of_a_large_folder_the_files_that_mention_a_name(tmp_path: Path) -> None:
    for folder, name, text in (
        ("a", "mine.py", "def attend(x): pass\n"),
        ("a", "used.py", "y = 1\n"),
        ("b", "other.py", "def attended(x): pass\n"),
        ("b", "data.txt", "attend"),
        (".git", "hidden.py", "attend = 1\n"),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(text)
    (tmp_path / "b" / "link.py").symlink_to(tmp_path / "a" / "mine.py")
    assert mentioning(tmp_path, ["attend", "a.*"]) == {"a/mine.py", "a/used.py"}
    assert mentioning(tmp_path, ["nothing"]) == frozenset()
    for number in range(MOST_FILES):
        (tmp_path / "a" / f"{number}.py").write_text("")
    among = mentioning(tmp_path, ["attend"])
    assert among == {"a/mine.py"}  # all that are beside it would be too many
    files = read_submission(Entry("s", "s", tmp_path), among).files
    assert [file.name for file in files] == ["a/mine.py"]


def test_windows_is_told_not_to_change_ends_of_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_bytes(b"x = 1\r\n\x1ay = 2\r\n")
    opened: list[int] = []
    real = os.open
    monkeypatch.setattr(os, "O_BINARY", 1 << 30, raising=False)

    def on_windows(path: Path, flags: int) -> int:
        opened.append(flags)
        return real(path, flags & ~(1 << 30))

    monkeypatch.setattr(os, "open", on_windows)
    (file,) = read_submission(Entry("mine.py", "mine", tmp_path / "mine.py")).files
    assert file.data == b"x = 1\r\n\x1ay = 2\r\n"
    assert [bool(flags & (1 << 30)) for flags in opened] == [True]


# --- zips in a submission ----------------------------------------------------------------------------


def files_of(path: Path) -> dict[str, bytes]:
    return {file.name: file.data for file in read(path).files}


def test_a_zip_is_read_as_the_folder_in_which_it_lies(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "hw.ZIP").write_bytes(
        zipped([Part("hw/b.py", b"b"), Part("hw/lib/c.py", b"c"), Part("hw/d.txt")])
    )
    assert files_of(tmp_path) == {"a.py": CODE, "sub/b.py": b"b", "sub/lib/c.py": b"c"}
    assert files_of(tmp_path / "sub" / "hw.ZIP") == {"b.py": b"b", "lib/c.py": b"c"}


def test_a_zip_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    write(tmp_path, "b.py", "z.py")
    (tmp_path / "a.zip").write_bytes(zipped([Part("b.py", b"old"), Part("z.py", CODE), Part("more.py", b"m")]))
    submission = read(tmp_path)
    assert files_of(tmp_path) == {"b.py": CODE, "z.py": CODE, "more.py": b"m"}
    assert submission.left_out == ("b.py in a.zip is left out: the one beside the zip is graded",)


def test_a_zip_in_a_zip_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    deep = zipped([Part("deep.py")])
    (tmp_path / "hw.zip").write_bytes(zipped([Part("a.py"), Part("more/deep.zip", deep)]))
    submission = read(tmp_path)
    assert [file.name for file in submission.files] == ["a.py"]
    assert submission.left_out == ("more/deep.zip is a zip in a zip (hw.zip), which is not read; hand in its files",)


def test_a_zip_that_is_odd_costs_only_itself(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", "a.py")
    many = zipped([Part(f"{n}.py", str(n).encode()) for n in range(51)])
    for name, data in {
        "1.zip": b"no zip",
        "2.zip": many,
        "3.zip": zipped([Part(f"{n}.py", str(n).encode()) for n in range(50)]),
        "4.zip": zipped([Part("ok.py", b"ok"), Part("bad.py", crc=7), Part("link.py", mode=0o120777)]),
        "5.zip": zipped([Part("x.py", flags=1)]),
        "6.zip": zipped([Part("y.py")]),
    }.items():
        (folder / name).write_bytes(data)
    submission = read(folder)
    assert [file.name for file in submission.files] == ["a.py", "ok.py"]
    assert [sentence.partition(";")[0] for sentence in submission.left_out] == [
        "1.zip is no zip",
        "2.zip holds more than 50 code files",
        "3.zip is left out: with it there are more than 50 code files",
        "bad.py is damaged in its zip",
        "link.py is a link to another file",
        "x.py is encrypted in its zip",
        "6.zip is not read: 5 zips of a submission are",
    ]


def test_a_zip_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(5 * 10**9)
    assert refused(tmp_path) == "a.zip is too large (5,000 MB; at most 50 MB are graded)"


def test_a_bomb_in_a_students_zip_costs_its_own_file(tmp_path: Path) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = bomb.compress(bytes(100_000_000)) + bomb.flush()
    parts = [Part("a.py", CODE), Part("b.py", packed=packed, size=999_999), Part("c.py", packed=packed, size=10**8)]
    (tmp_path / "hw.zip").write_bytes(zipped(parts))
    submission = read(tmp_path)
    assert [file.name for file in submission.files] == ["a.py"]
    assert [sentence[:20] for sentence in submission.left_out] == ["b.py is damaged in i", "c.py is too large (1"]


@pytest.mark.parametrize("name", ["work.rar", "work.7z", "work.tar.gz"])
def test_other_archives_are_named_where_there_is_no_code(tmp_path: Path, name: str) -> None:
    write(tmp_path / "hw", name, "notes.txt")
    assert refused(tmp_path / "hw") == f"{name} is not looked into; hand in a .zip, or the files themselves"
    assert read(write(tmp_path / "hw", "a.py")).left_out == ()


def test_links_to_zips_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real.zip").write_bytes(zipped([Part("a.py")]))
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "a.zip").symlink_to(tmp_path / "real.zip")
    assert refused(tmp_path / "hw") == "a.zip is a link to another file; hand in the file itself"


# --- by whom and when --------------------------------------------------------------------------------


def test_the_newest_code_file_dates_a_submission(tmp_path: Path) -> None:
    write(tmp_path, "old.py", "new.py", "newest.txt")
    for name, time_ in (("old.py", 1_000_000_000), ("new.py", 1_700_000_000), ("newest.txt", 1_800_000_000)):
        os.utime(tmp_path / name, (time_, time_))
    submission = read(tmp_path)
    assert submission.submitted_at == "2023-11-14T22:13:20+00:00"
    assert submission.handed_in == HandIn(Student("someone"), dated_by="mtime")
    for odd in (-(2**40), 2**60):
        try:
            os.utime(tmp_path / "old.py", (0, 0))
            os.utime(tmp_path / "new.py", ns=(0, 0))
            os.utime(tmp_path / "old.py", (odd, odd))
        except (OSError, OverflowError):
            continue
        assert read(tmp_path).problem == ""


@pytest.mark.parametrize(
    ("seconds", "at"),
    [(None, None), (0, "1970-01-01T00:00:00+00:00"), (1e300, None), (-1e18, None), (2.9, "1970-01-01T00:00:02+00:00")],
)
def test_moments(seconds: float | None, at: str | None) -> None:
    assert intake.moment(seconds) == at


def test_who_knows_better_dates_it(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py") / "a.py"
    by_git = HandIn(Student("Ada", "7"), 2, True, upload="x_")
    entry = Entry("a", "Ada", path, None, by_git, lambda: intake.Dated("2026-03-04T10:20:30+01:00", "git"))
    submission = read_submission(entry)
    assert submission.submitted_at == "2026-03-04T10:20:30+01:00"
    assert submission.handed_in == replace(by_git, dated_by="git")
    assert read_submission(replace(entry, dated=lambda: None)).handed_in.dated_by == "mtime"
    gone = read_submission(replace(entry, path=tmp_path / "gone.py", dated=None))
    assert (gone.handed_in, gone.submitted_at) == (by_git, None)


def test_parts_are_named_by_the_layout(tmp_path: Path) -> None:
    write(tmp_path, "1_a.py", "2_a.py", "3_b.pdf", "f/x.py")
    nodes = {node.name: node for node in OnDisk(tmp_path, True).children()}
    parts = (("a.py", nodes["1_a.py"]), ("a.py", nodes["2_a.py"]), ("b.pdf", nodes["3_b.pdf"]), ("f/", nodes["f"]))
    submission = read_submission(Entry("id", "Ada", tmp_path, parts))
    assert [file.name for file in submission.files] == ["a.py", "f/x.py"]
    assert submission.left_out == ("a.py is there twice; one of the two is left out",)
    assert read_submission(Entry("id", "Ada", tmp_path, ())).problem == "id holds no .py or .ipynb file"
