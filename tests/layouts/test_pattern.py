"""A pattern of one's own: which groups there are, what it is tried on, and what is said of a bad one."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from trees import CODE, Place, folder_of

from grader.errors import UsageError
from grader.handin import HandIn, Student
from grader.intake import read_submission
from grader.layouts import find
from grader.layouts import pattern as patterns


def test_files_of_one_student_are_one_submission(place: Place) -> None:
    names = ["101-Ada Lovelace-attention.py", "101-Ada Lovelace-utils.py", "102-Bob-attention.ipynb", "notes.txt"]
    found = find(place(dict.fromkeys(names, CODE)), pattern=r"(?P<id>\d+)-(?P<student>[^-]+)-\w+")
    assert (found.layout, found.others) == ("pattern", ("notes.txt",))
    read = [read_submission(entry) for entry in found.entries]
    assert [(each.id, each.student, [file.name for file in each.files]) for each in read] == [
        ("Ada Lovelace_101", "Ada Lovelace", names[:2]),
        ("Bob_102", "Bob", names[2:3]),
    ]
    assert read[0].handed_in == HandIn(Student("Ada Lovelace", "101"), dated_by="mtime")


def test_all_groups(place: Place) -> None:
    pattern = r"(?P<section>\w)/(?P<group>g\d)_(?P<login>\w+)_(?P<email>[\w@.]+)_"
    pattern += r"(?P<student>\w+)_(?P<id>\d+)(?P<late>!?)"
    files = {"A/g1_ada_a@b.org_ada_7!/x.py": CODE, "A/g1_ada_a@b.org_ada_7!/lib/y.py": CODE}
    found = find(place(files), pattern=pattern)
    (entry,) = found.entries
    assert entry.id == "ada_7_g1"
    assert entry.handed_in == HandIn(Student("ada", "7", "ada", "a@b.org", "A", "g1"), late=True)
    assert [file.name for file in read_submission(entry).files] == ["lib/y.py", "x.py"]


def test_attempts(place: Place) -> None:
    names = ["ada_1.py", "ada_10.py", "ada_2.py", "bob_1.py"]
    found = find(place({name: name.encode() for name in names}), pattern=r"(?P<student>\w+)_(?P<attempt>\d+)")
    assert [(entry.id, entry.handed_in.attempt) for entry in found.entries if entry.handed_in] == [
        ("ada_attempt_1", 1),
        ("ada_attempt_2", 2),
        ("ada", 10),
        ("bob", 1),
    ]


def test_paths_are_tried_from_the_top(place: Place) -> None:
    files = {"s1/ada/hw/a.py": CODE, "s1/ada/notes/b.py": CODE, "s2/bob/hw/c.py": CODE, "s2/hw.py": CODE}
    found = find(place(files), pattern=r"s\d/(?P<student>[^/]+)/hw")
    assert [(entry.id, len(read_submission(entry).files)) for entry in found.entries] == [("ada", 1), ("bob", 1)]
    assert found.others == ("s1/ada/notes/b.py", "s2/hw.py")


def test_files_of_one_name_from_several_folders(place: Place) -> None:
    found = find(place({"1/ada.py": b"1", "2/ada.py": b"2", "3/ada/x.py": b"3"}), pattern=r"\d/(?P<student>\w+)")
    (entry,) = found.entries
    files = {file.name: file.data for file in read_submission(entry).files}
    assert files == {"1/ada.py": b"1", "2/ada.py": b"2", "ada/x.py": b"3"}


def test_who_handed_in_no_code_does_not_vanish(place: Place) -> None:
    found = find(place({"ada_hw.pdf": b"", "bob_hw.py": CODE}), pattern=r"(?P<student>\w+)_hw.*")
    assert [read_submission(entry).problem for entry in found.entries] == [
        "ada holds no .py or .ipynb file, only ada_hw.pdf; hand in your code as one",
        "",
    ]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(?P<student>", "is no regular expression: "),
        ("(?P<a>.)(?P<a>.)", "is no regular expression: "),
        ("(?P<student>.{4294967296})", "is no regular expression: "),
        (r"(\w+)", "needs a group `student` or `id`"),
        (r"(?P<login>\w+)", "needs a group `student` or `id`"),
        (r"(?P<studnet>\w+)", "no group `studnet`; did you mean `student`?; groups are: student, id,"),
        (r"(?P<student>(\w+)*)x", "may take for ever"),
        (r"(?P<student>(?:a*){2,})x", "may take for ever"),
        ("(?P<student>" + "a" * 1000 + ")", "may take for ever"),
        (r"(?P<student>\w+)_x", r"no name matches --pattern '(?P<student>\w+)_x'; it must match all of a name"),
        (r"(?P<student>)ada.*", "no name matches"),
        (r"(?P<student>\w+)(?P<attempt>\.py)", "the group `attempt` must be a number"),
    ],
)
def test_what_is_said_of_a_bad_one(tmp_path: Path, pattern: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(folder_of(tmp_path, {"ada.py": CODE}), pattern=pattern)
    assert said in str(caught.value)
    assert str(caught.value).startswith((f"{tmp_path}: ", "--pattern"))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="only Unix has timers")
def test_one_that_takes_for_ever_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.2)
    folder = folder_of(tmp_path, {"a" * 200 + ".py": CODE})
    with pytest.raises(UsageError, match="takes more than 0 s on these names; write it more simply"):
        find(folder, pattern="(?P<student>(?:a|a)+)b")
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_names_that_are_too_long_are_not_tried(tmp_path: Path) -> None:
    deep = "/".join(["d" * 200] * 3)
    found = find(folder_of(tmp_path, {f"{deep}/a.py": CODE, "ada.py": CODE}), pattern="(?P<student>.*)/a|(?P<id>ada)")
    assert [entry.id for entry in found.entries] == ["ada"]
