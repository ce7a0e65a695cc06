"""Which hand-in is whose, of the students of a roster. Nobody is guessed: what could be two students' is neither's."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.handin import Student


@dataclass(frozen=True)
class Matched:
    """Which hand-in is whose."""

    students: tuple[tuple[Student, tuple[str, ...]], ...]
    """All of the roster with the ids of what they, or others of their group, handed in; () where that is nothing."""
    owners: Mapping[str, int]
    """Id of a hand-in → number of its student on the roster; of a whole group's, the first of its members."""
    unmatched: tuple[str, ...]
    """Ids of hand-ins of nobody on the roster."""
    ambiguous: tuple[tuple[str, tuple[Student, ...]], ...]
    """Ids of hand-ins that could be several students', with these."""


def match(roster: Sequence[Student], handed_in: Mapping[str, Student]) -> Matched:
    """By group, id, login, e-mail address, then name. `handed_in`: id of a hand-in → the student its layout knows."""
    index = _Index(roster, handed_in.values())
    owners: dict[str, int] = {}
    unmatched, ambiguous = [], []
    for submission, student in handed_in.items():
        fitting = index.fitting(student)
        if len(fitting) == 1 or (fitting and len({roster[number].group or number for number in fitting}) == 1):
            owners[submission] = fitting[0]
        elif fitting:
            ambiguous.append((submission, tuple(roster[number] for number in fitting)))
        else:
            unmatched.append(submission)
    own: defaultdict[str | int, list[str]] = defaultdict(list)
    for submission, number in owners.items():
        own[roster[number].group or number].append(submission)
    students = tuple((student, tuple(own.get(student.group or number, ()))) for number, student in enumerate(roster))
    return Matched(students, owners, tuple(unmatched), tuple(ambiguous))


class _Index:
    """The roster by all that names a student; each gives numbers in the roster's order."""

    def __init__(self, roster: Sequence[Student], handed_in: Iterable[Student]) -> None:
        numbered = list(enumerate(roster))
        self._roster = roster
        self._ids = _by((student.id, number) for number, student in numbered)
        self._logins = _by((word(student.login), number) for number, student in numbered)
        self._emails = _by((word(student.email), number) for number, student in numbered)
        self._groups = _by((_folded(student.group), number) for number, student in numbered)
        self._written = _by((" ".join(_words(student.name)), number) for number, student in numbered)
        self._turned = _by((turned, number) for number, student in numbered for turned in _turned(student.name))
        self._same_ids = self._are_same_ids(handed_in)

    def fitting(self, student: Student) -> list[int]:
        """All students that a hand-in may be of, by the surest that is known of it."""
        for group in (student.group, student.name):
            if found := self._groups.get(_folded(group)):
                return found
        sure = [
            (self._ids, student.id if self._same_ids else ""),
            (self._logins, word(student.login)),
            (self._emails, word(student.email)),
        ]
        if not (student.id or student.login or student.email):  # a file is often called by what its student is known by
            called = word(student.name)
            sure = [(self._logins, called), (self._ids, student.name), (self._emails, called)]
        for index, key in sure:
            if key and (found := index.get(key)):
                return found
        return [number for number in self._called(student.name) if not self._is_another(self._roster[number], student)]

    def _are_same_ids(self, handed_in: Iterable[Student]) -> bool:
        """Whether ids are of one kind on both sides: a university's number may be another's number in an LMS."""
        right = wrong = 0
        for student in handed_in:
            for number in self._ids.get(student.id, ()):
                says_nothing = student.name in ("", student.id) or student.name.endswith(f" {student.id}")
                fits = says_nothing or _turned(student.name) & _turned(self._roster[number].name)
                right, wrong = right + bool(fits), wrong + (not fits)
        return right > 0 and right >= wrong

    def _called(self, name: str) -> list[int]:
        """As it is written first, where that is clear: Ann Lee is not Lee Ann, but leeann may be either."""
        words = _words(name)
        if len(words) > 1 and (found := self._written.get(" ".join(words))):
            return found
        return sorted({number for turned in _turned(name) for number in self._turned.get(turned, ())})

    def _is_another(self, known: Student, student: Student) -> bool:
        """Whether someone of that name is somebody else, by an id of the same kind."""
        return self._same_ids and bool(known.id and student.id) and known.id != student.id


def _by(pairs: Iterable[tuple[str, int]]) -> Mapping[str, list[int]]:
    index: defaultdict[str, list[int]] = defaultdict(list)
    for key, number in pairs:
        if key and number not in index[key][-1:]:
            index[key].append(number)
    return index


LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"})
"""Those that Unicode does not take apart."""


def word(text: str) -> str:
    """A login or address as it is compared: neither case nor blanks tell two people apart."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _words(name: str) -> list[str]:
    """The words of a name in the order in which they are spoken, without case, accents and punctuation."""
    last, comma, first = name.partition(",")
    plain = unicodedata.normalize("NFKD", f"{first} {last}" if comma else name).casefold().translate(LETTERS)
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'`.\u2019")
    return re.findall(r"[^\W_]+", kept)


def _folded(name: str) -> str:
    return "".join(_words(name))


def _turned(name: str) -> set[str]:
    """A name run together, from each of its words on: Canvas begins with the last name, others with the first."""
    words = _words(name)[:12]
    return {"".join(words[start:] + words[:start]) for start in range(len(words))}
