"""Which assignments there are: the shipped ones, those in `./test_specs`, or those in a folder that is named.

A folder has specs, kits (what students get of a closed assignment), or both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from grader import kit_format
from grader.errors import SpecError, UsageError, did_you_mean
from grader.kit import Kit, load_kit
from grader.spec_loader import SUFFIXES, Spec, load_spec

Gradable: TypeAlias = Spec | Kit
"""What submissions can be graded by."""

PACKAGE = Path(__file__).resolve().parent


def shipped_folder() -> Path:
    """`test_specs` in the wheel, or beside the package in a checkout."""
    inside = PACKAGE / "assignments" / "test_specs"
    return inside if inside.is_dir() else PACKAGE.parent / "test_specs"


def spec_files(specs: Path | None) -> Mapping[str, Path]:
    """Id (the file's name) → file, of a spec or a kit. Raises UsageError for a folder without, or a shipped id.

    A local spec may not take the place of a shipped one unless its folder is named: a student must not bring
    a kinder spec along.
    """
    if specs is not None:
        return _files_of(specs)
    shipped = shipped_folder()
    found = dict(_files_of(shipped)) if shipped.is_dir() else {}
    local = Path("test_specs")
    if local.is_dir() and local.resolve() != shipped.resolve():
        for name, path in _files_of(local).items():
            if name in found:
                raise UsageError(
                    f"{path}: `{name}` is also a shipped assignment; say `--specs {local}` to use the local one"
                )
            found[name] = path
    return found


def _files_of(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder of specs")
    try:
        # Hidden files are what editors and file managers leave beside a spec.
        files = sorted(path for path in folder.iterdir() if _id(path) and path.name[0] != ".")
    except OSError as error:
        raise UsageError(f"{folder}: the folder cannot be read ({error.strerror})") from None
    if not files:
        kit = kit_format.SUFFIX
        raise UsageError(f"{folder}: there is no spec (a file that ends in .yaml) and no kit ({kit}) in this folder")
    found: dict[str, Path] = {}
    for path in files:
        name = _id(path)
        if name in found:
            raise UsageError(f"{path}: `{name}` is also the name of {found[name]}: remove one of the two")
        found[name] = path
    return found


def _id(path: Path) -> str:
    """The assignment that a file is for by its name; empty when it is no spec and no kit."""
    if path.name.endswith(kit_format.SUFFIX):
        return path.name.removesuffix(kit_format.SUFFIX)
    return path.stem if path.suffix in SUFFIXES else ""


def load_assignment(name: str, specs: Path | None) -> Spec:
    """The spec of an assignment by its id. Raises UsageError (unknown id, a kit) and SpecError."""
    return must_be_spec(load_gradable(name, specs))


def must_be_spec(found: Gradable) -> Spec:
    """Raises UsageError for a kit."""
    if isinstance(found, Kit):
        raise UsageError(
            f"{found.path}: a kit holds no reference and no known mistakes; name the spec that it was made from"
        )
    return found


def load_gradable(name: str, specs: Path | None) -> Gradable:
    """The spec or the kit of an assignment by its id. Raises UsageError (unknown id) and SpecError."""
    files = spec_files(specs)
    if name not in files:
        known = ", ".join(files) or "none"
        raise UsageError(f"there is no assignment `{name}`{did_you_mean(name, files)} (there are: {known})")
    return _named(name, files[name])


def load_all(specs: Path | None, tell: Callable[[str], None]) -> Mapping[str, Gradable]:
    """Every assignment that can be used; of each other one `tell` gets a sentence.

    Raises UsageError, and SpecError with the problems of all specs where none can be used.
    """
    loaded: dict[str, Gradable] = {}
    broken: dict[str, Sequence[str]] = {}
    for name, path in spec_files(specs).items():
        try:
            loaded[name] = _named(name, path)
        except SpecError as error:
            broken[name] = error.problems
        except UsageError as error:
            broken[name] = [str(error)]
    if broken and not loaded:
        raise SpecError(tuple(problem for problems in broken.values() for problem in problems))
    for name, (first, *others) in broken.items():
        more = f" (and {len(others)} more: `--assignment {name}` tells them)" if others else ""
        tell(f"the assignment `{name}` is left out: {first}{more}")
    return loaded


def _named(name: str, path: Path) -> Gradable:
    found = load_kit(path) if path.name.endswith(kit_format.SUFFIX) else load_spec(path)
    if found.assignment.assignment != name:
        raise UsageError(f"{path}: the file is called {name}, its `assignment:` is `{found.assignment.assignment}`")
    return found
