"""Lists of numbers as arrays, by value."""

from __future__ import annotations

import numpy as np

from grader.diagnosis import Happened
from grader.forms import as_arrays
from grader.model import Missing, Returned, Value

PLACE = ("g.1", ())
ARRAY = Value("array", "ndarray", np.ones(2))
LIST = Value("list", "list", np.ones(2))
RAGGED = Value("list", "list", None)


def test_lists_of_numbers_become_arrays_and_all_else_stays() -> None:
    missing = Missing("f")
    happened: Happened = {PLACE: {"": Returned({"y": LIST, "z": RAGGED, "w": ARRAY}, 0.5), "0:changed": missing}}
    changed = as_arrays(happened)
    assert changed is not None
    outcome = changed[PLACE][""]
    assert isinstance(outcome, Returned)
    assert outcome.values["y"].kind == "array"
    assert outcome.values["y"].array is LIST.array
    assert (outcome.values["z"], outcome.values["w"], outcome.seconds) == (RAGGED, ARRAY, 0.5)
    assert changed[PLACE]["0:changed"] is missing


def test_where_no_list_is_nothing_changes() -> None:
    assert as_arrays({PLACE: {"": Returned({"y": ARRAY, "z": RAGGED}), "0:changed": Missing("f")}}) is None
    assert as_arrays({}) is None
