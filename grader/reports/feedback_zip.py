"""A zip of feedback pages, named as an LMS wants them for upload: each student gets the page of what was handed in.

Canvas takes `name_userid_attachmentid_…` (Upload Submissions), Moodle `Full Name_123_assignsubmission_file_/…` (Upload
multiple feedback files in a zip). The same pages make the same bytes.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from grader.class_results import ClassResults, PackedResults, Standing
from grader.errors import UsageError
from grader.reports.files import names, replacing
from grader.reports.safe import file_stem, visible

PAGE = "feedback.html"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*]')
"""What Windows cannot unpack."""


def write(class_: ClassResults, folder_of_pages: Path, out: Path) -> int:
    """Write the zip; how many pages are in it. `folder_of_pages` is the `feedback/` of a class's reports.

    Of several students of one submission each gets its page; where the LMS has one name for them all, it is there once.
    Ungraded ones get none. Raises UsageError, and has then written nothing.
    """
    stems = names(_ids(class_))
    taken: set[str] = set()
    with replacing(out, "the zip") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, submission in sorted(set(_entries(class_, stems))):
            free = _free(name, taken)
            archive.writestr(_entry(free), _page(folder_of_pages / f"{stems[submission]}.html"))
            taken.add(free.casefold())
    return len(taken)


def _ids(class_: ClassResults) -> Iterator[str]:
    """Of all submissions that have a page: together they decide how the pages are called."""
    if isinstance(class_.results, PackedResults):
        yield from class_.results.ids()
    else:
        yield from (result.submission.id for result in class_.results)


def _entries(class_: ClassResults, stems: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each student's name in the zip, and the submission whose page it is."""
    several = Counter(standing.submission for standing in class_.standings)
    for standing in class_.standings:
        id_ = standing.submission
        if id_ in stems and standing.status == "graded":
            yield _name(standing, stems[id_], several[id_] == 1), id_


def _name(standing: Standing, stem: str, alone: bool) -> str:
    if standing.upload:
        parts = [_safe(part) for part in (standing.upload + PAGE).split("/")]
        return "/".join(part for part in parts if part)
    student = standing.student
    member = "" if alone else f"{file_stem(student.login or student.id or student.email or student.name)}_"
    return f"{stem}_{member}{PAGE}"


def _safe(part: str) -> str:
    """A part of the name that unpacks into the zip's own folder everywhere; what LMSs make is left as it is."""
    plain = _UNSAFE.sub("_", visible(part)).strip(" ")
    return "" if plain.strip(".") == "" else plain


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number where another submission has it: none may take another's place."""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name.removesuffix('.html')}-{number}.html"
    return free


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the day, the machine or the person."""
    info = zipfile.ZipInfo(name, _FIRST_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def _page(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: this page cannot be read ({error.strerror}); make the reports again") from error
