"""Layout "moodle": folders of participants, of old and new versions, or all files in one folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from trees import CODE, Place, bytes_of_zip, folder_of

from grader.handin import HandIn, Student
from grader.intake import read_submission
from grader.layouts import find


def moodle_reads(path: str) -> tuple[str, str, str]:
    """Participant, kind and name, as assignfeedback_file_zip_importer takes a path apart."""
    first, _, rest = path.partition("/")
    info = first.split("_", 4)
    name = "/".join(filter(None, [*info[4:], rest]))
    return info[1], "_".join(info[2:4]), name


@pytest.mark.parametrize("end", ["", "_"])
def test_a_download_with_folders(place: Place, end: str, tmp_path: Path) -> None:
    kind = "assignsubmission_file" + end
    found = find(
        place(
            {
                f"Ada Lovelace_101_{kind}/attention.py": CODE,
                f"Ada Lovelace_101_{kind}/lib/softmax.py": CODE,
                f"Ada Lovelace_101_assignsubmission_onlinetext{end}/onlinetext.html": b"see the file",
                f"Emmy Noether_102_{kind}/work.zip": bytes_of_zip(tmp_path, {"hw/a.py": CODE}),
                f"Grace Hopper_103_assignsubmission_onlinetext{end}/onlinetext.html": b"def f",
                f"Alan Turing_104_{kind}/essay.pdf": b"%PDF",
            }
        )
    )
    assert (found.layout, found.others) == ("moodle", ())
    read = [read_submission(entry) for entry in found.entries]
    assert [(each.id, each.student, [file.name for file in each.files], each.problem) for each in read] == [
        ("Ada Lovelace_101", "Ada Lovelace", ["attention.py", "lib/softmax.py"], ""),
        (
            "Alan Turing_104",
            "Alan Turing",
            [],
            "Alan Turing_104 holds no .py or .ipynb file, only essay.pdf; hand in your code as one",
        ),
        ("Emmy Noether_102", "Emmy Noether", ["a.py"], ""),
        ("Grace Hopper_103", "Grace Hopper", [], "Grace Hopper_103 holds no .py or .ipynb file"),
    ]
    upload = f"Ada Lovelace_101_{kind}/"
    assert read[0].handed_in == HandIn(Student("Ada Lovelace", "101"), dated_by="mtime", upload=upload)
    assert moodle_reads(upload + "feedback.html") == ("101", "assignsubmission_file", "feedback.html")


def test_a_download_without_folders(place: Place) -> None:
    found = find(
        place(
            {
                "Ada Lovelace_101_assignsubmission_file_attention.py": CODE,
                "Ada Lovelace_101_assignsubmission_file_my_utils.py": CODE,
                "Alan Turing_102_assignsubmission_file_a.ipynb": b"{}",
                "Alan Turing_102_assignsubmission_onlinetext_onlinetext.html": b"hello",
            }
        )
    )
    read = [read_submission(entry) for entry in found.entries]
    assert [(each.id, [file.name for file in each.files]) for each in read] == [
        ("Ada Lovelace_101", ["attention.py", "my_utils.py"]),
        ("Alan Turing_102", ["a.ipynb"]),
    ]
    upload = read[0].handed_in.upload
    assert moodle_reads(upload + "feedback.html") == ("101", "assignsubmission_file", "feedback.html")


def test_groups_and_blind_marking(place: Place) -> None:
    names = ["Team 3_17", "Default group", "Participant_104"]
    found = find(place({f"{name}_assignsubmission_file/a.py": CODE for name in names}))
    assert [(entry.id, entry.handed_in.student) for entry in found.entries if entry.handed_in] == [
        ("Default group", Student("Default group")),
        ("Participant_104", Student("Participant 104", "104")),
        ("Team 3_17", Student("Team 3", "17")),
    ]


def test_what_is_taken_for_a_download(tmp_path: Path) -> None:
    mixed = {"Ada_1_assignsubmission_file_/a.py": CODE, "bob/a.py": CODE, "carl.py": CODE}
    assert find(folder_of(tmp_path / "mixed", mixed)).layout == "plain"
    mixed["Bea_2_assignsubmission_file_/a.py"] = CODE
    mixed["Cy_3_assignsubmission_file_/a.py"] = CODE
    found = find(folder_of(tmp_path / "more", mixed))
    assert (found.layout, found.others) == ("moodle", ("bob", "carl.py"))
