"""Layout "canvas": what an assignment's download holds, as folder and as zip."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from trees import CODE, Place, bytes_of_zip, folder_of
from zips import Part, zipped

from grader.handin import HandIn, Student
from grader.intake import read_submission
from grader.layouts import Found, canvas, find

CLASS = {
    "lovelaceada_101_9001_attention.py": CODE,
    "turingalan_LATE_102_9002_attention.ipynb": b"{}",
    "hoppergrace_103_9003_softmax_utils.py": CODE,
    "hoppergrace_103_9004_my attention.py": CODE,
    "noether_emmy_104_9005_12_attention-1.py": CODE,
}


def ids(found: Found) -> list[str]:
    return [entry.id for entry in found.entries]


def files(found: Found, number: int = 0) -> list[str]:
    return [file.name for file in read_submission(found.entries[number]).files]


def test_a_download(place: Place) -> None:
    found = find(place(CLASS))
    assert (found.layout, found.others) == ("canvas", ())
    read = [read_submission(entry) for entry in found.entries]
    assert [(each.id, each.student, [file.name for file in each.files]) for each in read] == [
        ("hoppergrace_103", "hoppergrace", ["my attention.py", "softmax_utils.py"]),
        ("lovelaceada_101", "lovelaceada", ["attention.py"]),
        ("noether_emmy_104", "noether_emmy", ["12_attention.py"]),
        ("turingalan_102", "turingalan", ["attention.ipynb"]),
    ]
    assert [each.handed_in for each in read] == [
        HandIn(Student("hoppergrace", "103"), 1, False, "mtime", "hoppergrace_103_9004_"),
        HandIn(Student("lovelaceada", "101"), 1, False, "mtime", "lovelaceada_101_9001_"),
        HandIn(Student("noether_emmy", "104"), 2, False, "mtime", "noether_emmy_104_9005_"),
        HandIn(Student("turingalan", "102"), 1, True, "mtime", "turingalan_LATE_102_9002_"),
    ]
    assert all(each.submitted_at and each.submitted_at.endswith("+00:00") for each in read)


def test_feedback_is_recognised_by_canvas(place: Place) -> None:
    """As `infer_comment_context_from_filename` takes a name apart."""
    for entry in find(place(CLASS | {"anon_Xy1_9_a.py": CODE, "LATE_anon_Zz2_8_a.py": CODE})).entries:
        assert entry.handed_in is not None
        parts = [part for part in (entry.handed_in.upload + "feedback.html").split("_") if part != "LATE"]
        if parts[0] == "anon":
            who, attachment = parts[1:3]
        else:
            who, attachment = [part for part in parts if re.fullmatch("[0-9]+", part)][:2]
        assert who == entry.handed_in.student.id
        assert attachment.isdecimal()
        assert not parts[-1].startswith("link")


def test_grading_without_names(place: Place) -> None:
    found = find(place({"anon_Xy1z2_9001_a.py": CODE, "LATE_anon_77777_9002_a-2.py": CODE, "anon_b_9003_b.txt": b""}))
    assert [(entry.id, entry.student) for entry in found.entries] == [
        (who, who) for who in ("anon_77777", "anon_Xy1z2", "anon_b")
    ]
    late = found.entries[0].handed_in
    assert late == HandIn(Student("anon_77777", "77777"), 3, True, "", "LATE_anon_77777_9002_")


def test_who_handed_in_no_code_does_not_vanish(place: Place) -> None:
    found = find(
        place(
            {
                "a_1_11_essay.pdf": b"%PDF",
                "b_2_text.html": b"<p>def f</p>",
                "c_LATE_3_link.html": b"<a>",
                "d_4_14_work.rar": b"Rar!",
                "e_5_15_attention.py": CODE,
                "e_5_16_notes.txt": b"",
            }
        )
    )
    read = [read_submission(entry) for entry in found.entries]
    assert [(each.id, each.problem) for each in read] == [
        ("a_1", "a_1 holds no .py or .ipynb file, only essay.pdf; hand in your code as one"),
        ("b_2", "b_2 holds no .py or .ipynb file, only b_2_text.html; hand in your code as one"),
        ("c_3", "c_3 holds no .py or .ipynb file, only c_LATE_3_link.html; hand in your code as one"),
        ("d_4", "work.rar is not looked into; hand in a .zip, or the files themselves"),
        ("e_5", ""),
    ]
    assert [entry.handed_in.late for entry in found.entries if entry.handed_in] == [False, False, True, False, False]


def test_a_students_zip_is_the_students_folder(place: Place, tmp_path: Path) -> None:
    inner = bytes_of_zip(
        tmp_path, {"hw/attention.py": CODE, "hw/lib/softmax.py": CODE, "__MACOSX/hw/._attention.py": b""}
    )
    found = find(place({"a_1_11_hw-1.zip": inner, "b_2_12_b.py": CODE}))
    assert files(found) == ["attention.py", "lib/softmax.py"]
    assert found.entries[0].handed_in == HandIn(Student("a", "1"), 2, upload="a_1_11_")


def test_ids_are_the_same_after_the_next_download(tmp_path: Path) -> None:
    first = find(folder_of(tmp_path / "1", {"a_1_11_x.py": CODE}))
    second = find(folder_of(tmp_path / "2", {"a_LATE_1_12_x-1.py": CODE}))
    assert ids(first) == ids(second) == ["a_1"]
    assert files(first) == files(second) == ["x.py"]


# --- several attempts --------------------------------------------------------------------------------


def test_several_downloads_in_one_folder_are_attempts(place: Place) -> None:
    found = find(
        place(
            {
                "a_1_11_attention.py": b"1",
                "a_1_12_utils.py": b"u",
                "a_1_13_attention-1.py": b"2",
                "a_LATE_1_14_attention-2.py": b"3",
            }
        )
    )
    read = [read_submission(entry) for entry in found.entries]
    assert [(each.id, each.handed_in.attempt, each.handed_in.late, each.handed_in.upload) for each in read] == [
        ("a_1", 3, True, "a_LATE_1_14_"),
        ("a_1_attempt_1", 1, False, "a_1_12_"),
        ("a_1_attempt_2", 2, False, "a_1_13_"),
    ]
    assert [{file.name: file.data for file in each.files} for each in read] == [
        {"attention.py": version, "utils.py": b"u"} for version in (b"3", b"1", b"2")
    ]


def test_two_of_one_name_are_told_apart_by_their_attachment(place: Place) -> None:
    found = find(place({"a_1_12_x.py": b"later", "a_1_11_x.py": b"first"}))
    assert [(entry.id, read_submission(entry).files[0].data) for entry in found.entries] == [
        ("a_1", b"later"),
        ("a_1_attempt_1", b"first"),
    ]


def test_numbers_of_the_students_own_are_no_attempts(place: Place) -> None:
    found = find(place({"a_1_11_part-1.py": CODE, "a_1_12_part-2.py": CODE, "b_2_13_x-1a.py": CODE}))
    assert ids(found) == ["a_1", "b_2"]
    assert files(found) == ["part-1.py", "part-2.py"]
    assert files(found, 1) == ["x-1a.py"]


def test_none_of_a_students_files_is_lost(place: Place) -> None:
    names = ["p-1.py", "p-2.py", "p-1-1.py", "q.py", "r-1.tar.py", "s-0f8fad5b-d9cb-469f-a165-70867728950e.py"]
    found = find(place({f"a_1_{11 + number}_{name}": CODE for number, name in enumerate(names)}))
    assert ids(found) == ["a_1"]
    assert len(files(found)) == len(names)
    assert {"q.py", "r.tar.py", "s.py", "p-2.py"} <= set(files(found))


# --- what is Canvas's --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "layout"),
    [
        (["a_1_2_x.py", "notes.txt", "b_2_3_x.py"], "canvas"),
        (["a_1_2_x.py", "b.py"], "plain"),
        (["a_1_x.py", "b_2_y.py"], "plain"),
        (["hw_1_2_x.py/a.py", "hw_1_3_x.py/a.py"], "plain"),
    ],
)
def test_what_is_taken_for_a_download(tmp_path: Path, names: list[str], layout: str) -> None:
    found = find(folder_of(tmp_path / "class", dict.fromkeys(names, CODE)))
    assert found.layout == layout


def test_what_else_lies_there_is_named(tmp_path: Path) -> None:
    names = ["a_1_2_x.py", "b_2_3_x.py", "c_3_4_x.py", "2026 Grades.csv", "old/a.py", ".hidden"]
    assert find(folder_of(tmp_path, dict.fromkeys(names, CODE))).others == ("2026 Grades.csv", "old")


def test_odd_names(tmp_path: Path) -> None:
    odd = ["a\n_1_2_x.py", "é名_2_3_\x1b.py", "=cmd_3_4_;.py", "_4_5_x.py", "5_6_x.py", f"{'z' * 200}_7_8_x.py"]
    found = find(folder_of(tmp_path, dict.fromkeys(odd, CODE)))
    assert ids(found) == ["4", "=cmd_3", "a\\n_1", f"{'z' * 200}_7", "é名_2"]
    assert found.others == ("5_6_x.py",)  # Canvas puts a name there
    assert all(read_submission(entry).files for entry in found.entries)


def test_whose_file_became_a_folder_does_not_vanish(tmp_path: Path) -> None:
    names = ["a_1_11_x.py", "b_2_12_x.py", "c_3_13_x.py", "mallory_6001_3_../x.py", "eve_7_14_../../a_1_11_x.py"]
    (tmp_path / "c.zip").write_bytes(zipped([Part(name) for name in names]))
    read = {entry.id: read_submission(entry) for entry in find(tmp_path / "c.zip").entries}
    assert [id_ for id_, each in read.items() if each.problem] == ["eve_7", "mallory_6001"]
    assert [file.name for file in read["a_1"].files] == ["x.py"]


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("4001_6001_1_f.py", "4001_6001"),
        ("4001_LATE_6001_1_f.py", "4001_6001"),
        ("x_4001_6001_1_f.py", "x_4001"),
        ("_4001_6001_1_f.py", "4001"),
        ("anon_4001_6001_1_f.py", "anon_4001"),
    ],
)
def test_no_name_leads_into_anothers_submission(place: Place, name: str, own: str) -> None:
    found = find(place({"leeann_4001_9001_a.py": b"hers", "bob_4002_9002_a.py": CODE, name: b"his"}))
    read = {entry.id: [file.data for file in read_submission(entry).files] for entry in found.entries}
    assert read == {"leeann_4001": [b"hers"], "bob_4002": [CODE], own: [b"his"]}
    is_hers = [entry.handed_in.student.id == "4001" for entry in found.entries if entry.handed_in]
    assert bool(found.others) == (is_hers.count(True) > 1)
    assert all(
        other.startswith("the user id 4001 twice (") and other.endswith(": look whose these are)")
        for other in found.others
    )


def test_an_attachment_is_there_once(place: Place) -> None:
    """A name that goes on as hers does: the numbers of the uploads say that they are none."""
    his = {f"leeann_4001_6001_{number}_f{number}.py": b"his" for number in (1, 2)}
    found = find(place({"leeann_4001_9001_a.py": b"hers"} | his))
    read = {entry.id: [file.data for file in read_submission(entry).files] for entry in found.entries}
    assert read == {"leeann_4001": [b"hers"], "leeann_4001_6001": [b"his", b"his"]}


def test_names_cannot_make_the_pattern_slow() -> None:
    for name in ("_1" * 120, "a_LATE" * 40, "1_" * 120, "anon_" * 50, "a-1" * 80 + "."):
        canvas.NAME.fullmatch(name)
        canvas.AGAIN.fullmatch(name)
