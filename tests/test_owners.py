"""Which hand-in is whose: the surest name counts, and where two fit, neither is taken."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from grader.handin import Student
from grader.roster import match

ADA = Student("Lovelace, Ada", "101", "ada", "ada@b.org")
ALAN = Student("Turing, Alan", "102", "alan", "alan@b.org")
GRACE = Student("Grace Hopper", "103", "grace", "grace@b.org")
CLASS = (ADA, ALAN, GRACE)


def whose(student: Student, roster: Sequence[Student] = CLASS) -> list[Student]:
    """One where it is certain, several where it is not, none where there is nobody."""
    found = match(roster, {"x": student})
    assert len(found.owners) + len(found.unmatched) + len(found.ambiguous) == 1
    if found.ambiguous:
        return list(found.ambiguous[0][1])
    return [roster[number] for number in found.owners.values()]


@pytest.mark.parametrize(
    "student",
    [
        Student("lovelaceada", "101"),
        Student("", "101"),
        Student("101", "101"),
        Student("Participant 101", "101"),
        Student("somebody", login="ada"),
        Student("somebody", login="ADA "),
        Student("somebody", email="Ada@B.org"),
        Student("ada"),
        Student("101"),
        Student("ada@b.org"),
        Student("Ada Lovelace"),
        Student("ADA_LOVELACE"),
        Student("lovelace, ada"),
        Student("Lovelace Ada"),
        Student("lovelaceada"),
        Student("adalovelace"),
        Student("Àda-Lovelace."),
    ],
)
def test_all_that_names_a_student(student: Student) -> None:
    assert whose(student) == [ADA]


@pytest.mark.parametrize("name", ["", "a", "lovelace", "Ada", "Ada L", "lovela ceada x", "99", "Hopper", "...", ", "])
def test_nobody_is_guessed(name: str) -> None:
    assert whose(Student(name), [Student("Lovelace, Ada", "101"), GRACE]) == []


@pytest.mark.parametrize(
    ("known", "handed_in"),
    [
        ("O'Neil, Shaun", "oneilshaun"),
        ("O\u2019Neil, Shaun", "Shaun O'Neil"),
        ("Jean-Luc Picard", "picardjeanluc"),
        ("Søren Kierkegaard", "Soren Kierkegaard"),
        ("Łukasz Żółw", "zolwlukasz"),
        ("Großmann, Jürgen", "Jurgen Grossmann"),
        ("von der Leyen, Ursula", "vonderleyenursula"),
        ("Ursula von der Leyen", "vonderleyenursula"),
        ("王, 小明", "王小明"),
        ("Zoe\u0308 Li", "Zoë Li"),
        ("İpek Y\u0131lmaz", "yilmazipek"),
    ],
)
def test_ways_to_write_a_name(known: str, handed_in: str) -> None:
    assert whose(Student(handed_in), [Student(known), GRACE]) == [Student(known)]


def test_the_surest_counts() -> None:
    assert whose(Student("Alan Turing", "101")) == [ALAN]  # the only id that fits is somebody else's by name
    others = {"a": Student("lovelaceada", "101"), "b": Student("turingalan", "102"), "x": Student("?", "103", "ada")}
    assert match(CLASS, others).owners == {"a": 0, "b": 1, "x": 2}


def test_two_of_one_name() -> None:
    first, second = Student("Ann Lee", "1"), Student("Lee, Ann", "2")
    assert whose(Student("Ann Lee"), [first, second]) == [first, second]
    assert whose(Student("leeann", "2"), [first, second]) == [second]
    found = match([first, second], {"x": Student("annlee"), "y": Student("Ann Lee", "1")})
    assert found.ambiguous == (("x", (first, second)),)
    assert found.owners == {"y": 0}
    turned = Student("Lee Ann", "3")
    assert whose(Student("Ann Lee"), [first, turned]) == [first]
    assert whose(Student("leeann"), [first, turned]) == [first, turned]


def test_an_id_of_another_kind_says_nothing() -> None:
    """A university's numbers may be somebody else's ids in an LMS."""
    roster = [Student("Ada Lovelace", "103"), Student("Alan Turing", "101"), Student("Grace Hopper", "9")]
    handed_in = {
        "a": Student("lovelaceada", "101"),
        "b": Student("turingalan", "102"),
        "c": Student("hoppergrace", "103"),
    }
    assert match(roster, handed_in).owners == {"a": 0, "b": 1, "c": 2}


def test_a_namesake_with_another_id_is_somebody_else() -> None:
    handed_in = {"a": Student("turingalan", "102"), "b": Student("lovelaceada", "555")}
    found = match(CLASS, handed_in)
    assert (found.owners, found.unmatched) == ({"a": 1}, ("b",))


def test_groups() -> None:
    roster = [
        Student("Ada", "1", group="Team 1"),
        Student("Bob", "2", group="Team 1"),
        Student("Cy", "3", group="Team 2"),
        Student("Di", "4"),
    ]
    found = match(
        roster, {"by a member": Student("Bob", "2"), "by the team": Student("team_2", "17"), "z": Student("Di")}
    )
    assert found.students == (
        (roster[0], ("by a member",)),
        (roster[1], ("by a member",)),
        (roster[2], ("by the team",)),
        (roster[3], ("z",)),
    )
    assert match(roster, {"x": Student("?", group="Team 1")}).owners == {"x": 0}
    both = match(roster, {"x": Student("Ada"), "y": Student("Bob")})
    assert both.students[0][1] == both.students[1][1] == ("x", "y")


def test_who_is_missing_and_what_is_nobodys() -> None:
    found = match(CLASS, {"x": Student("Grace Hopper"), "y": Student("Nobody")})
    assert [student.name for student, mine in found.students if not mine] == ["Lovelace, Ada", "Turing, Alan"]
    assert (found.unmatched, found.ambiguous) == (("y",), ())
    assert match((), {"y": ADA}).unmatched == ("y",)
    assert match(CLASS, {}).students == tuple((student, ()) for student in CLASS)


def test_order_does_not_matter() -> None:
    roster = [Student(f"Name {n} Of{n % 40}", str(n), f"l{n}", f"l{n}@b.org") for n in range(120)]
    handed_in = {f"s{n}": Student(f"of{n % 40}name{n}", str(n) if n % 3 else "") for n in range(0, 140, 2)}
    expected = {key: roster[number].id for key, number in match(roster, handed_in).owners.items()}
    assert len(expected) == 60
    for seed in range(5):
        mixed, order = roster[:], list(handed_in)
        random.Random(seed).shuffle(mixed)
        random.Random(seed).shuffle(order)
        found = match(mixed, {key: handed_in[key] for key in order})
        assert {key: mixed[number].id for key, number in found.owners.items()} == expected


# --- what a student can call himself -----------------------------------------------------------------


def test_whoever_is_called_like_a_group_does_not_hand_in_for_it() -> None:
    ann, mallory = Student("Ann Lee", "4001", group="team1"), Student("Mallory", "6001")
    handed_in = {"a": Student("leeann", "4001"), "m": Student("team1", "6001")}
    assert match([ann, mallory], handed_in).owners == {"a": 0, "m": 1}
    namesake = Student("team1", "7")
    assert whose(Student("team1"), [ann, namesake]) == [ann, namesake]
    assert whose(Student("team1"), [ann, Student("Bob", login="team1")]) == [ann, Student("Bob", login="team1")]
    assert whose(Student("team 1", "17"), [ann, mallory]) == [ann]


@pytest.mark.parametrize(
    ("known", "handed_in"),
    [
        (Student("Anna Lee", login="annl33"), Student("annalee", login="annalee")),
        (Student("Anna Lee", email="a@b.org"), Student("Anna Lee", email="c@d.org")),
        (Student("Anna Lee", "1", "annl33"), Student("annalee", login="annalee")),
    ],
)
def test_a_namesake_with_another_login_or_address_is_somebody_else(known: Student, handed_in: Student) -> None:
    assert whose(handed_in, [known, GRACE]) == []
    assert whose(Student(handed_in.name), [known, GRACE]) == [known]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Student("leeann", "4001"), Student("Ann Lee", "6001")),
        (Student("ann-lee", login="ann-lee"), Student("annlee", login="annlee")),
    ],
)
def test_two_people_of_one_name_on_the_roster_are_neither(first: Student, second: Student) -> None:
    ann = Student("Ann Lee")
    found = match([ann, GRACE], {"x": first, "y": second})
    assert (found.owners, found.ambiguous) == ({}, (("x", (ann,)), ("y", (ann,))))
    assert found.students[0] == (ann, ())
    assert match([ann], {"x": first, "y": first}).owners == {"x": 0, "y": 0}  # two attempts


def test_a_namesake_takes_nothing_from_whoever_is_known_for_sure() -> None:
    ann = Student("Ann Lee", login="ann")
    found = match([ann], {"sure": Student("leeann", "4001", "ann"), "x": Student("leeann", "6001")})
    assert (found.owners, found.ambiguous) == ({"sure": 0}, (("x", (ann,)),))


def test_an_id_under_another_name_is_not_hers() -> None:
    """A name that ends like an id may be read as one."""
    handed_in = {"own": Student("lovelaceada", "101"), "b": Student("turingalan", "102"), "x": Student("x", "101")}
    found = match(CLASS, handed_in)
    assert (found.owners, found.ambiguous) == ({"own": 0, "b": 1}, (("x", (ADA,)),))
    others = {"b": Student("turingalan", "102"), "c": Student("hoppergrace", "103")}
    both = match(CLASS, {**others, "x": Student("x", "101"), "y": Student("y", "101")})
    assert (both.owners, both.ambiguous) == ({"b": 1, "c": 2}, (("x", (ADA,)), ("y", (ADA,))))


def test_an_id_with_the_name_of_somebody_else_is_neithers() -> None:
    """Canvas: `annlee_101_103_9_f.py` is of whoever calls himself `annlee_101`, or of 101 herself."""
    handed_in = {"b": Student("turingalan", "102"), "x": Student("hoppergrace", "101")}
    found = match(CLASS, handed_in)
    assert (found.owners, found.ambiguous) == ({"b": 1}, (("x", (ADA, GRACE)),))


@pytest.mark.parametrize("student", [Student("alanturing", login="ada"), Student("alanturing", email="ada@b.org")])
def test_a_login_or_address_counts_though_it_reads_like_somebody_elses_name(student: Student) -> None:
    assert whose(student) == [ADA]
