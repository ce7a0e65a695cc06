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
    """By id, login, e-mail address, group, then name. `handed_in`: id of a hand-in → the student its layout knows."""
    index = _Index(roster, handed_in.values())
    fitting = {submission: index.fitting(student) for submission, student in handed_in.items()}
    owned = {submission: fits for submission, fits in fitting.items() if _are_one(roster, fits.numbers)}
    claims: defaultdict[str | int, list[str]] = defaultdict(list)
    for submission, fits in owned.items():
        claims[fits.group or fits.numbers[0]].append(submission)
    doubtful: set[str] = set()
    for claimed, claimants in claims.items():
        known = roster[claimed].name if isinstance(claimed, int) else claimed
        doubtful |= _doubtful(known, {each: (owned[each].sure, handed_in[each]) for each in claimants})
    owners = {submission: fits.numbers[0] for submission, fits in owned.items() if submission not in doubtful}
    own: defaultdict[str | int, list[str]] = defaultdict(list)
    for submission, number in owners.items():
        own[roster[number].group or number].append(submission)
    students = tuple((student, tuple(own.get(student.group or number, ()))) for number, student in enumerate(roster))
    left = {submission: fits.numbers for submission, fits in fitting.items() if submission not in owners}
    ambiguous = tuple((each, tuple(roster[number] for number in numbers)) for each, numbers in left.items() if numbers)
    return Matched(students, owners, tuple(each for each, numbers in left.items() if not numbers), ambiguous)


@dataclass(frozen=True, slots=True)
class _Fits:
    """Whom a hand-in may be of: numbers on the roster."""

    numbers: Sequence[int]
    sure: bool = False
    """By an id, a login or an address."""
    group: str = ""
    """The group that it is called like, folded."""


def _are_one(roster: Sequence[Student], numbers: Sequence[int]) -> bool:
    """One student, or students of one group."""
    return len(numbers) == 1 or (bool(numbers) and len({roster[number].group or number for number in numbers}) == 1)


def _doubtful(known: str, claimants: Mapping[str, tuple[bool, Student]]) -> set[str]:
    """Hand-ins for one student that are of several people: all of them but those that are his beyond doubt."""
    sure = {each: student for each, (is_sure, student) in claimants.items() if is_sure}
    called = {each: student for each, (is_sure, student) in claimants.items() if not is_sure}
    return _under_other_names(known, sure) | _of_several(sure, called)


def _of_several(sure: Mapping[str, Student], called: Mapping[str, Student]) -> set[str]:
    """Of those that are matched by a name alone: all where they are of several people; else those that are not his."""
    for values in map(_known_values, zip(*map(_identity, called.values()), strict=True)):
        if len(values) > 1 and not sure:
            return set(called)
    others = set()
    for each, student in called.items():
        for value, known in zip(_identity(student), zip(*map(_identity, sure.values()), strict=True), strict=False):
            if value and _known_values(known) - {value}:
                others.add(each)
    return others


def _under_other_names(known: str, sure: Mapping[str, Student]) -> set[str]:
    """One id under several names, as a name that ends in a number may feign: those that are not called like him."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for student in sure.values():
        names[student.id].add(_folded(student.name))
    return {
        each
        for each, student in sure.items()
        if student.id and len(names[student.id]) > 1 and not _turned(student.name) & _turned(known)
    }


def _identity(student: Student) -> tuple[str, str, str]:
    return student.id, word(student.login), word(student.email)


def _known_values(values: Iterable[str]) -> set[str]:
    return {value for value in values if value}


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

    def fitting(self, student: Student) -> _Fits:
        """All students that a hand-in may be of, by the surest that is known of it."""
        sure = [
            (self._ids, student.id if self._same_ids else ""),
            (self._logins, word(student.login)),
            (self._emails, word(student.email)),
        ]
        if known := _first(sure):
            beyond_doubt = student.login or student.email or self._is_called(student, known)
            named = [] if beyond_doubt else self._called(student.name)  # an id may be feigned
            return _Fits(sorted({*known, *named}), sure=not named)
        if members := self._groups.get(_folded(student.group)):
            return _Fits(members, group=_folded(student.group))
        surely: Sequence[int] = ()
        if not (student.id or student.login or student.email):  # a file is often called by what its student is known by
            called = word(student.name)
            surely = _first([(self._logins, called), (self._ids, student.name), (self._emails, called)])
        people = surely or [
            number for number in self._called(student.name) if not self._is_another(self._roster[number], student)
        ]
        if group := self._groups.get(_folded(student.name)):
            return _Fits(sorted({*group, *people}), group=_folded(student.name))
        return _Fits(people, sure=bool(surely))

    def _are_same_ids(self, handed_in: Iterable[Student]) -> bool:
        """Whether ids are of one kind on both sides: a university's number may be another's number in an LMS."""
        right = wrong = 0
        for student in handed_in:
            for number in self._ids.get(student.id, ()):
                says_nothing = student.name in ("", student.id) or student.name.endswith(f" {student.id}")
                fits = says_nothing or _turned(student.name) & _turned(self._roster[number].name)
                right, wrong = right + bool(fits), wrong + (not fits)
        return right > 0 and right >= wrong

    def _is_called(self, student: Student, numbers: Sequence[int]) -> bool:
        """Whether one of them has such a name."""
        return any(_turned(student.name) & _turned(self._roster[number].name) for number in numbers)

    def _called(self, name: str) -> list[int]:
        """As it is written first, where that is clear: Ann Lee is not Lee Ann, but leeann may be either."""
        words = _words(name)
        if len(words) > 1 and (found := self._written.get(" ".join(words))):
            return found
        return sorted({number for turned in _turned(name) for number in self._turned.get(turned, ())})

    def _is_another(self, known: Student, student: Student) -> bool:
        """Whether someone of that name is somebody else, by an id of the same kind, a login or an address."""
        kinds = list(zip(_identity(known), _identity(student), strict=True))
        return any(mine and his and mine != his for mine, his in (kinds if self._same_ids else kinds[1:]))


def _first(looked_up: Iterable[tuple[Mapping[str, list[int]], str]]) -> Sequence[int]:
    """The first that is found."""
    return next((found for index, key in looked_up if key and (found := index.get(key))), ())


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
