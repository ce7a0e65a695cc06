"""Which assignments there are: the shipped ones, those in `./test_specs`, or those in a folder that is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from grader.errors import SpecError, UsageError, did_you_mean
from grader.spec_loader import SUFFIXES, Spec, load_spec

PACKAGE = Path(__file__).resolve().parent


def shipped_folder() -> Path:
    """`test_specs` in the wheel, or beside the package in a checkout."""
    inside = PACKAGE / "assignments" / "test_specs"
    return inside if inside.is_dir() else PACKAGE.parent / "test_specs"


def spec_files(specs: Path | None) -> Mapping[str, Path]:
    """Id (the file's name) → file. Raises UsageError for a folder without specs, or an id that is shipped too.

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
        files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.name[0] != ".")
    except OSError as error:
        raise UsageError(f"{folder}: the folder cannot be read ({error.strerror})") from None
    if not files:
        raise UsageError(f"{folder}: there is no spec (a file that ends in .yaml) in this folder")
    found: dict[str, Path] = {}
    for path in files:
        if path.stem in found:
            raise UsageError(f"{path}: `{path.stem}` is also the name of {found[path.stem]}: remove one of the two")
        found[path.stem] = path
    return found


def load_assignment(name: str, specs: Path | None) -> Spec:
    """The spec of an assignment by its id. Raises UsageError (unknown id) and SpecError."""
    files = spec_files(specs)
    if name not in files:
        known = ", ".join(files) or "none"
        raise UsageError(f"there is no assignment `{name}`{did_you_mean(name, files)} (there are: {known})")
    return _named(name, files[name])


def load_all(specs: Path | None, tell: Callable[[str], None]) -> Mapping[str, Spec]:
    """Every assignment that can be used; of each other one `tell` gets a sentence.

    Raises UsageError, and SpecError with the problems of all specs where none can be used.
    """
    loaded: dict[str, Spec] = {}
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


def _named(name: str, path: Path) -> Spec:
    spec = load_spec(path)
    if spec.assignment.assignment != name:
        raise UsageError(f"{path}: the file is called {name}, its `assignment:` is `{spec.assignment.assignment}`")
    return spec
