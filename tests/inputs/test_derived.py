"""Inputs made from other inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inputs.making import Spec, build_some

from grader.expressions import ExpressionError
from grader.inputs import Literally


def derived(written: dict[str, Any], source: Any, **sizes: Any) -> Any:
    """`y`, made from `x: source`, and `x` itself."""
    made = build_some({"y": written, "x": source}, sizes)
    return made["y"], made["x"]


def refused(written: dict[str, Any], source: Any, **sizes: Any) -> str:
    with pytest.raises(ExpressionError) as caught:
        derived(written, source, **sizes)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ permuted


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_permuted_has_the_same_slices_in_another_order(axis: int) -> None:
    permuted, source = derived({"permuted": "x", "axis": axis}, {"normal": [6, 7, 8]})
    assert permuted.shape == source.shape
    found = [slice_.tolist() for slice_ in np.moveaxis(permuted, axis, 0)]
    slices = [slice_.tolist() for slice_ in np.moveaxis(source, axis, 0)]
    assert found != slices
    assert sorted(found) == sorted(slices)


def test_permuted_by_default_along_the_tokens() -> None:
    assert derived({"permuted": "x"}, [[1, 2], [3, 4], [5, 6], [7, 8]])[0].tolist() == [[5, 6], [3, 4], [1, 2], [7, 8]]


def test_permuted_is_drawn_from_a_stream_of_its_own() -> None:
    made = build_some({"y": {"permuted": "x", "axis": 0}, "z": {"permuted": "x", "axis": 0}, "x": {"normal": [9]}})
    assert made["y"].tolist() != made["z"].tolist()
    assert made["x"].tolist() == build_some({"x": {"normal": [9]}})["x"].tolist()


@pytest.mark.parametrize("axis", [2, -3])
def test_permuted_needs_the_axis(axis: int) -> None:
    assert refused({"permuted": "x", "axis": axis}, [[1, 2]]) == f"`x` has no axis {axis}"


def test_permuted_tells_that_a_row_has_no_tokens() -> None:
    assert refused({"permuted": "x"}, [1, 2]) == "`x` has no axis -2"
    assert refused({"permuted": "x", "axis": 0}, 5) == "`x` has no axis 0"


# ------------------------------------------------------------------------------------------------ padded


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"by": 2}, [[1, 2, 0, 0], [3, 4, 0, 0]]),
        ({"by": "d - 2"}, [[1, 2, 0], [3, 4, 0]]),
        ({"by": 1, "axis": 0}, [[1, 2], [3, 4], [0, 0]]),
        ({"by": 1, "axis": -2}, [[1, 2], [3, 4], [0, 0]]),
        ({"by": 0}, [[1, 2], [3, 4]]),
    ],
)
def test_padded_has_zeros_at_the_end(more: dict[str, Any], expected: Any) -> None:
    padded, source = derived({"padded": "x", **more}, [[1, 2], [3, 4]], d=3)
    assert padded.tolist() == expected
    assert padded.dtype == source.dtype == np.int64


def test_padded_refuses_what_cannot_be() -> None:
    assert refused({"padded": "x", "by": 1, "axis": 2}, [[1]]) == "`x` has no axis 2"
    assert refused({"padded": "x", "by": 1}, 5) == "`x` has no axis -1"
    assert refused({"padded": "x", "by": -1}, [1]).startswith("`-1` is -1: a size is")
    assert refused({"padded": "x", "by": "n / 2"}, [1], n=3).startswith("`n / 2` is 1.5: a size is")


# ------------------------------------------------------------------------------------------------ scaled


@pytest.mark.parametrize(
    ("source", "by", "expected", "dtype"),
    [
        ([[1, 2]], 1000, [[1000, 2000]], "int64"),
        ([[1, 2]], 0.5, [[0.5, 1.0]], "float64"),
        ([[1.5, 2]], "n", [[6.0, 8.0]], "float64"),
        (3, "1 / n", 0.75, "float64"),
        ({"normal": [2], "dtype": "float32"}, 2, [3.69921875, -0.994140625], "float32"),
    ],
)
def test_scaled(source: Any, by: object, expected: Any, dtype: str) -> None:
    scaled, _ = derived({"scaled": "x", "by": by}, source, n=4)
    assert isinstance(scaled, np.ndarray)
    assert scaled.tolist() == pytest.approx(np.array(expected))
    assert scaled.dtype == dtype


# ------------------------------------------------------------------------------------------------ chains


def test_what_is_made_from_what_is_made() -> None:
    made = build_some(
        {
            "z": {"scaled": "y", "by": 2},
            "y": {"padded": "x", "by": 1},
            "x": {"normal": [2]},
            "w": {"scaled": "x", "by": 2},
        }
    )
    assert made["z"].tolist() == [*(2 * made["x"]).tolist(), 0.0]
    assert made["w"].tolist() == (2 * made["x"]).tolist()


@pytest.mark.parametrize("written", [{"permuted": "x"}, {"padded": "x", "by": 1}, {"scaled": "x", "by": 1}])
def test_they_need_their_source(written: dict[str, Any]) -> None:
    assert Spec.model_validate({"given": {"y": written}}).given["y"].needs() == ("x",)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"permuted": "x"}, ("batch", "n", "d")),
        ({"scaled": "x", "by": 2}, ("batch", "n", "d")),
        ({"padded": "x", "by": "k"}, ("batch", "n", "d + k")),
        ({"padded": "x", "by": 1, "axis": -2}, ("batch", "n + 1", "d")),
        ({"padded": "x", "by": 1, "axis": 0}, ("batch + 1", "n", "d")),
        ({"padded": "x", "by": 1, "axis": 3}, ("batch", "n", "d")),
        ({"padded": "x", "by": 1, "axis": -4}, ("batch", "n", "d")),
    ],
)
def test_the_words_of_their_shapes_come_from_their_source(written: dict[str, Any], words: tuple[str, ...]) -> None:
    made = Spec.model_validate({"given": {"y": written}}).given["y"]
    assert not isinstance(made, Literally)
    assert made.symbols([("batch", "n", "d")]) == words
    assert made.symbols([()]) == ()
