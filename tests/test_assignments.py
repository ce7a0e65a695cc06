"""Which assignments there are: shipped, local, or in a folder that is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from specs import SMALL

from grader import assignments
from grader.assignments import load_all, load_assignment, must_be_spec, shipped_folder, spec_files
from grader.errors import SpecError, UsageError

SHIPPED = ["masked_self_attention", "multi_head_self_attention", "self_attention"]


def write(folder: Path, name: str = "attention.yaml", text: str = SMALL) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(specs: Path | None) -> tuple[list[str], list[str]]:
    """The ids that can be used, and what was told of the others."""
    told: list[str] = []
    return list(load_all(specs, told.append)), told


def refused(name: str, specs: Path | None = None) -> str:
    with pytest.raises(UsageError) as raised:
        load_assignment(name, specs)
    assert raised.value.exit_code == 2
    return str(raised.value)


# --- shipped -----------------------------------------------------------------------------------


def test_shipped_assignments_are_found_from_anywhere(empty: Path) -> None:
    assert list(spec_files(None)) == SHIPPED
    told: list[str] = []
    found = load_all(None, told.append)
    assert [spec.assignment.assignment for spec in found.values()] == SHIPPED
    assert all(must_be_spec(spec).reference.is_file() for spec in found.values())
    assert told == []


def test_in_the_checkout_local_is_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shipped_folder().parent)
    assert list(spec_files(None)) == SHIPPED


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's folder as a wheel installs it: the assignments inside."""
    package = tmp_path / "site-packages" / "grader"
    monkeypatch.setattr(assignments, "PACKAGE", package)
    write(package / "assignments" / "test_specs")
    write(package / "assignments" / "reference", "attention.py", "")
    return package


def test_assignments_inside_the_package(wheel: Path, empty: Path) -> None:
    assert shipped_folder() == wheel / "assignments" / "test_specs"
    spec = load_assignment("attention", None)
    assert spec.reference == (wheel / "assignments" / "reference" / "attention.py").resolve()
    assert spec.reference.is_file()


def test_assignments_beside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignments, "PACKAGE", tmp_path / "grader")
    assert shipped_folder() == tmp_path / "test_specs"


def test_no_assignment_at_all(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignments, "PACKAGE", empty / "grader")
    assert spec_files(None) == {}
    assert loaded(None) == ([], [])
    assert refused("attention") == "there is no assignment `attention` (there are: none)"


# --- local -------------------------------------------------------------------------------------


def test_a_local_assignment_comes_after_the_shipped_ones(empty: Path) -> None:
    write(empty / "test_specs")
    assert list(spec_files(None)) == [*SHIPPED, "attention"]
    assert load_assignment("attention", None).reference == (empty / "reference" / "attention.py").resolve()


@pytest.mark.parametrize("name", ["self_attention.yaml", "self_attention.yml"])
def test_a_local_spec_takes_no_shipped_ones_place(empty: Path, name: str) -> None:
    write(empty / "test_specs", name, SMALL.replace("assignment: attention", "assignment: self_attention"))
    expected = (
        f"test_specs/{name}: `self_attention` is also a shipped assignment; "
        "say `--specs test_specs` to use the local one"
    )
    assert refused("self_attention") == expected
    assert refused("multi_head_self_attention") == expected
    with pytest.raises(UsageError, match="is also a shipped assignment"):
        loaded(None)


def test_unless_its_folder_is_named(empty: Path) -> None:
    write(empty / "test_specs", "self_attention.yaml", SMALL.replace(": attention", ": self_attention"))
    spec = load_assignment("self_attention", Path("test_specs"))
    assert spec.assignment.title == "Attention"
    assert list(spec_files(Path("test_specs"))) == ["self_attention"]


def test_a_local_folder_without_specs(empty: Path) -> None:
    (empty / "test_specs").mkdir()
    assert refused("self_attention") == (
        "test_specs: there is no spec (a file that ends in .yaml) and no kit (.kit.json) in this folder"
    )


# --- a folder that is named --------------------------------------------------------------------


def test_a_named_folder_counts_alone(tmp_path: Path) -> None:
    write(tmp_path, "b.yml")
    write(tmp_path, "a.yaml")
    write(tmp_path, "notes.txt")
    write(tmp_path, "._a.yaml")
    assert spec_files(tmp_path) == {"a": tmp_path / "a.yaml", "b": tmp_path / "b.yml"}


def test_a_named_folder_that_is_none(tmp_path: Path) -> None:
    gone, file = tmp_path / "gone", write(tmp_path)
    assert refused("attention", gone) == f"{gone}: there is no such folder of specs"
    assert refused("attention", file) == f"{file}: there is no such folder of specs"


def test_a_named_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:  # root, as which containers run, may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert refused("attention", tmp_path) == f"{tmp_path}: the folder cannot be read (Permission denied)"


def test_two_files_of_one_name(tmp_path: Path) -> None:
    write(tmp_path, "attention.yaml")
    write(tmp_path, "attention.yml")
    expected = (
        f"{tmp_path}/attention.yml: `attention` is also the name of {tmp_path}/attention.yaml: remove one of the two"
    )
    assert refused("attention", tmp_path) == expected


def test_an_unknown_assignment(tmp_path: Path) -> None:
    write(tmp_path)
    assert refused("atention", tmp_path) == (
        "there is no assignment `atention`; did you mean `attention`? (there are: attention)"
    )


def test_a_file_is_called_like_its_assignment(tmp_path: Path) -> None:
    path = write(tmp_path, "other.yaml")
    assert refused("other", tmp_path) == f"{path}: the file is called other, its `assignment:` is `attention`"


def test_a_folder_called_like_a_spec(tmp_path: Path) -> None:
    path = tmp_path / "attention.yaml"
    path.mkdir()
    assert refused("attention", tmp_path) == f"{path}: the spec cannot be read (Is a directory)"


def test_problems_of_all_specs_are_told_at_once_where_none_can_be_used(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "")
    write(tmp_path, "b.yaml", SMALL.replace("points: 3", "points: 4"))
    write(tmp_path, "c.yaml")
    with pytest.raises(SpecError) as raised:
        loaded(tmp_path)
    assert [problem.split(": ")[0] for problem in raised.value.problems] == [
        f"{tmp_path}/a.yaml:1:1",
        f"{tmp_path}/b.yaml:3:1",
        f"{tmp_path}/c.yaml",
    ]


def test_what_cannot_be_used_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    write(tmp_path, "attention.yaml")
    write(tmp_path, "empty.yaml", "")
    write(tmp_path, "named_otherwise.yaml")
    write(tmp_path, "wrong.yaml", SMALL.replace("title", "titel").replace("points: 3", "points: three"))
    found, told = loaded(tmp_path)
    assert found == ["attention"]
    assert [sentence.partition(": ")[0] for sentence in told] == [
        f"the assignment `{name}` is left out" for name in ("empty", "named_otherwise", "wrong")
    ]
    assert f"{tmp_path}/empty.yaml:1:1: the file is empty" in told[0]
    assert told[1].endswith(": the file is called named_otherwise, its `assignment:` is `attention`")
    assert f"{tmp_path}/wrong.yaml:1:1: `title` is missing" in told[2]
    assert told[2].endswith("(and 2 more: `--assignment wrong` tells them)")
    assert len(refused("wrong", tmp_path).splitlines()) == 3
    assert load_assignment("attention", tmp_path).assignment.points == 3
