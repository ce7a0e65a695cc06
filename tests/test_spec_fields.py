"""Points, quantities, names, sizes, dates: what is read, and what is said about the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from grader.spec_fields import (
    Bytes,
    Id,
    LongTime,
    Numbers,
    Points,
    PythonName,
    RelativePath,
    Seconds,
    Share,
    Size,
    When,
    Zone,
    zone_named,
)


def read(field: Any, written: object) -> Any:
    return TypeAdapter(field).validate_python(written)


def said(field: Any, written: object) -> str:
    with pytest.raises(ValidationError) as raised:
        read(field, written)
    (error,) = raised.value.errors()
    return error["msg"]


@pytest.mark.parametrize(
    ("written", "points"),
    [
        (0, Fraction(0)),
        (0.1, Fraction(1, 10)),
        (2.5, Fraction(5, 2)),
        (1e-3, Fraction(1, 1000)),
        (10_000, Fraction(10_000)),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_points_are_exact(written: object, points: Fraction) -> None:
    assert read(Points, written) == points
    assert type(read(Points, written)) is Fraction


def test_points_of_three_tenths_add_up() -> None:
    assert sum(read(Points, 0.1) for _ in range(3)) == read(Points, 0.3)


@pytest.mark.parametrize("written", [-1, -0.001, 10_001, True, "1", None, [], float("nan"), float("inf")])
def test_no_points(written: object) -> None:
    assert said(Points, written) == "expected a number of points, from 0 to 10,000"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("5s", 5.0), ("500ms", 0.5), ("1.5min", 90.0), ("2 s", 2.0), ("0.25s", 0.25)],
)
def test_seconds(written: str, seconds: float) -> None:
    assert read(Seconds, written) == seconds


@pytest.mark.parametrize(
    "written", [5, 5.0, "5", "5 sec", "5S", "-5s", "s", "5s\n", "1e3s", " 5s", "5  s", "9" * 400 + "s", None]
)
def test_no_seconds(written: object) -> None:
    assert said(Seconds, written) == "expected a number with a unit (ms, s, min), such as 5s"


@pytest.mark.parametrize(("written", "size"), [("512MB", 2**29), ("1GB", 2**30), ("64KB", 2**16), ("0.5 GB", 2**29)])
def test_bytes(written: str, size: int) -> None:
    assert read(Bytes, written) == size


@pytest.mark.parametrize("written", ["512", "512mb", "512MiB", 512])
def test_no_bytes(written: object) -> None:
    assert said(Bytes, written) == "expected a number with a unit (KB, MB, GB), such as 512MB"


@pytest.mark.parametrize(("field", "written"), [(Seconds, "0s"), (Seconds, "0.0min"), (Bytes, "0MB")])
def test_nothing_is_no_limit(field: object, written: str) -> None:
    assert said(field, written) == "expected more than 0"


@pytest.mark.parametrize(
    ("written", "seconds"), [("15min", 900.0), ("1.5h", 5400.0), ("2 d", 172_800.0), ("30s", 30.0), ("0s", 0.0)]
)
def test_long_time(written: str, seconds: float) -> None:
    assert read(LongTime, written) == seconds


@pytest.mark.parametrize("written", [15, "15", "15 minutes", "-5min", "1w", None])
def test_no_long_time(written: object) -> None:
    assert said(LongTime, written) == "expected a number with a unit (s, min, h, d), such as 15min"


def test_no_time_is_longer_than_a_year() -> None:
    assert read(LongTime, "366d") == 366 * 86_400
    assert said(LongTime, "367d") == "expected at most 366d"
    assert said(LongTime, "10000h") == "expected at most 8784h"


@pytest.mark.parametrize(
    ("written", "share"),
    [("10%", Fraction(1, 10)), ("12.5 %", Fraction(1, 8)), ("100%", Fraction(1)), (Fraction(1, 3), Fraction(1, 3))],
)
def test_shares_are_exact(written: object, share: Fraction) -> None:
    assert read(Share, written) == share


@pytest.mark.parametrize("written", ["0%", "100.1%", "-5%", "10", 10, 0.1, "10 percent", "1e1%", None])
def test_no_share(written: object) -> None:
    assert said(Share, written) == "expected a percentage above 0 % and up to 100 %, such as 10%"


@pytest.mark.parametrize("written", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "CET"])
def test_zone(written: str) -> None:
    assert read(Zone, written) == written
    assert datetime(2024, 5, 17, tzinfo=zone_named(written)).utcoffset() is not None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Berlin",
        "+02:00",
        "../UTC",
        "/etc/localtime",
        "localtime",
        "right/UTC",
        "Europe",
        "x" * 5000,
        "a\0b",
        3,
        None,
    ],
)
def test_no_zone(written: object) -> None:
    assert said(Zone, written) == "expected a time zone's name, such as Europe/Berlin or UTC"


@pytest.mark.parametrize("written", ["a", "self_attention", "_x", "A-1", "a" * 61])
def test_id(written: str) -> None:
    assert read(Id, written) == written


@pytest.mark.parametrize("written", ["", "1a", "-a", "a b", "a.b", "a/b", "../a", "a\n", "ä", "a" * 62])
def test_no_id(written: str) -> None:
    assert said(Id, written) == "expected a letter, then letters, digits, - and _ (at most 61 in all, no spaces)"


@pytest.mark.parametrize("written", ["X", "W_q", "_", "α", "x1"])
def test_python_name(written: str) -> None:
    assert read(PythonName, written) == written


@pytest.mark.parametrize("written", ["", "1x", "a b", "a-b", "a.b", "class", "None", "lambda"])
def test_no_python_name(written: str) -> None:
    assert said(PythonName, written) == "expected a name that Python allows"


@pytest.mark.parametrize("written", ["reference/x.py", "x.py", "a/b/c.ipynb"])
def test_relative_path(written: str) -> None:
    assert read(RelativePath, written) == written


@pytest.mark.parametrize("written", ["", ".", "/x.py", "../x.py", "reference/../../x.py", "reference\\x.py"])
def test_no_relative_path(written: str) -> None:
    expected = "expected a file below the folder that has `test_specs`, such as reference/name.py"
    assert said(RelativePath, written) == expected


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-05-17", date(2024, 5, 17)),
        ("2024-05-17T18:00Z", datetime(2024, 5, 17, 18, tzinfo=UTC)),
        ("2024-05-17 18:00:30+02:00", datetime(2024, 5, 17, 18, 0, 30, tzinfo=timezone(timedelta(hours=2)))),
        ("2024-05-17T00:00-05:30", datetime(2024, 5, 17, tzinfo=timezone(-timedelta(hours=5, minutes=30)))),
        ("2024-05-17T18:00", datetime(2024, 5, 17, 18)),  # noqa: DTZ001  # its zone stands beside it
        (date(2024, 5, 17), date(2024, 5, 17)),
    ],
)
def test_when(written: object, moment: date) -> None:
    assert read(When, written) == moment
    assert type(read(When, written)) is type(moment)


@pytest.mark.parametrize("written", [20240517, 1.5, "20240517", "17.5.2024", "May 17, 2024", "2024-5-17", "", None])
def test_no_day(written: object) -> None:
    assert said(When, written) == "expected a day, such as 2024-05-17, or a time, such as 2024-05-17T18:00+02:00"


@pytest.mark.parametrize("written", ["1969-12-31", "9999-01-01", "9999-12-31T23:59Z", "0001-01-01T00:00+14:00"])
def test_no_year_that_python_could_not_compute_with(written: str) -> None:
    assert said(When, written) == "expected a year from 1970 to 9998"


@pytest.mark.parametrize("written", ["2024-02-30", "2024-13-01", "2024-05-17T24:01Z", "0000-01-01"])
def test_there_is_no_such_day(written: str) -> None:
    assert said(When, written) == "there is no such day or time"


def test_numbers() -> None:
    matrix = read(Numbers, [[1, 2], [3, 4]])
    assert matrix.dtype == np.int64
    assert matrix.tolist() == [[1, 2], [3, 4]]
    assert read(Numbers, [1, 2.5]).tolist() == [1.0, 2.5]
    single = read(Numbers, 2.5)
    assert single.shape == ()
    assert single == 2.5


@pytest.mark.parametrize("written", ["1", [["a"]], [None], True, {}, 10**30])
def test_no_numbers(written: object) -> None:
    assert "number" in said(Numbers, written)


def test_ragged_rows() -> None:
    assert said(Numbers, [[1, 2], [3]]) == "the rows have different lengths"


def test_size() -> None:
    span, formula, number = (Size.parse(written) for written in ("2..7", "heads * d", 5))
    assert (span.span, span.formula) == ((2, 7), None)
    assert formula.span is None
    assert formula.formula is not None
    assert formula.formula.size({"heads": 2, "d": 3}) == 6
    assert number.formula is not None
    assert number.formula.size({}) == 5
    assert Size.parse(number) is number


@pytest.mark.parametrize("written", ["7..2", [3], None, True, "n +", "__import__('os')"])
def test_no_size(written: object) -> None:
    assert said(Size, written).startswith("Value error, ")  # the sentence is the expression's own; see spec_messages
