"""Moodle: the grading worksheet of an assignment (Submissions → Download grading worksheet).

As Moodle's own importer reads it: `Participant 123`, `Grade` and `Last modified (grade)` by their headings, which are
in the language of whoever downloaded it. Rows whose grade was changed in Moodle since then are skipped there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.errors import UsageError
from grader.gradebooks.sheet import Column, Gradebook, Row, Sheet, forms, number
from grader.gradebooks.table import Table, shown


@dataclass(frozen=True, slots=True)
class _Language:
    """What Moodle calls the columns."""

    id: str
    name: str
    grade: str
    maximum: str
    scale: str
    changeable: str
    no: str
    modified: str


_LANGUAGES = (
    _Language(
        "Identifier", "Full name", "Grade", "Maximum Grade", "Scale", "Grade can be changed", "No",
        "Last modified (grade)",
    ),
    _Language(
        "ID", "Vollständiger Name", "Bewertung", "Bestwertung", "Skala", "Bewertung kann geändert werden", "Nein",
        "Zuletzt geändert (Bewertung)",
    ),
    _Language(
        "Identifiant", "Nom complet", "Note", "Note maximale", "Barème", "La note peut être modifiée", "Non",
        "Dernière modification (note)",
    ),
    _Language(
        "Identificador", "Nombre completo", "Calificación", "Calificación máxima", "Escala",
        "La calificación puede ser cambiada", "No", "Última modificación (calificación)",
    ),
)  # fmt: skip

_PARTICIPANT = re.compile(r"\D*(\d+)")


def recognises(headings: Sequence[str]) -> bool:
    """Whether the headings are those of a worksheet in one of the languages that are known here."""
    return _language(headings) is not None


def read(table: Table) -> Sheet:
    """Raises UsageError where it is graded by a scale, or a row is broken."""
    language = _language(table.headings)
    assert language is not None
    at = {title: index for index, title in enumerate(table.headings)}
    if language.maximum not in at:
        why = "is graded by a scale" if language.scale in at else f"has no column {language.maximum}"
        raise UsageError(f"{table.path}: this assignment {why}; scores are points, so that they fit no cell of it")
    for title in (language.id, language.grade):
        if table.headings.count(title) > 1:
            raise UsageError(f"{table.path}: there are several columns {title}; download the worksheet again")
    records = range(1, len(table.records))
    rows = [_row(table, record, language, at) for record in records]
    return Sheet("Moodle", "moodle", table, rows, [_column(table, language, at)], has_ids_of_groups=True, of_one=True)


def _language(headings: Sequence[str]) -> _Language | None:
    there = set(headings)
    return next((each for each in _LANGUAGES if {each.id, each.grade, each.modified} <= there), None)


def _row(table: Table, record: int, language: _Language, at: Mapping[str, int]) -> Row:
    place = f"{table.path}:{table.lines[record]}"
    if len(table.records[record]) != len(table.headings):
        raise UsageError(f"{place}: this row has not as many cells as there are headings; download the worksheet again")
    cells = {title: table.value(record, index).strip() for title, index in at.items()}
    found = _PARTICIPANT.fullmatch(cells[language.id])
    if found is None:
        raise UsageError(f"{place}: “{shown(cells[language.id])}” is no participant's identifier")
    # Which fields name a student besides, and in which order, each Moodle decides for itself.
    known = {language.id, language.name, language.grade, language.maximum}
    between = table.headings[at[language.id] + 1 : at[language.grade]]
    logins = tuple(cells[title] for title in between if title not in known and _is_login(title, cells[title]))
    closed = "Moodle has locked the grade" if cells.get(language.changeable) == language.no else ""
    return Row(record, forms(cells.get(language.name, "")), found[1], logins, closed)


def _is_login(title: str, cell: str) -> bool:
    """E-mail addresses, user names and ID numbers; not a status, a group, a marker or a department."""
    return "@" in cell or (title in _LOGINS and bool(cell))


_LOGINS = frozenset(
    {"Username", "ID number", "Anmeldename", "ID-Nummer", "Nom d'utilisateur", "Numéro d'identification"}
    | {"Nombre de usuario", "Número de ID"}
)


def _column(table: Table, language: _Language, at: Mapping[str, int]) -> Column:
    records = range(1, len(table.records))
    worth = [table.value(record, at[language.maximum]) for record in records]
    most = {number(cell) for cell in worth}
    if len(most) > 1 or None in most:
        raise UsageError(
            f"{table.path}: {language.maximum} is not one number in all rows; download the worksheet again"
        )
    maximum: Fraction | None = next(iter(most), None) or None
    return Column(at[language.grade], language.grade, language.grade, maximum=maximum, worth=next(iter(worth), ""))


MOODLE = Gradebook("Moodle", "Identifier, Grade, Last modified (grade)", recognises, read)
