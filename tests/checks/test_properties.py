"""The properties of attention: their further inputs, what must come back, and what they cannot be made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from checks import samples
from checks.samples import BATCHED, MASKED, PLAIN, WORDS, attention, drawn
from checks.trying import Case, finding, seen_by

from grader.checks import Check, CheckError, Layout
from grader.checks.properties import (
    BatchIndependence,
    ConstantValue,
    ConvexHull,
    MaskedKeysIgnored,
    RowsSumToOne,
    TokenPermutation,
    ZeroPaddedKeys,
    order_of,
)
from grader.model import Array, Value


def inputs(check: Check, case: Case, run: str = "changed") -> dict[str, Array]:
    """The inputs of a further run; the steps and what is observed must be the case's."""
    made = check.runs(case.run, case.layout)[run]
    assert (made.steps, made.observe) == (case.run.steps, case.run.observe)
    assert list(made.inputs) == list(case.inputs)
    return {name: np.asarray(value) for name, value in made.inputs.items()}


def unchanged(made: dict[str, Array], case: Case, *names: str) -> None:
    """These inputs, and only these, are the case's own."""
    assert {name for name in made if np.array_equal(made[name], case.inputs[name])} == set(names)


def fault(check: Check, case: Case) -> str:
    with pytest.raises(CheckError) as caught:
        check.runs(case.run, case.layout)
    return str(caught.value)


def without(case: Case, *names: str) -> Case:
    kept = {name: value for name, value in case.inputs.items() if name not in names}
    words = {name: dims for name, dims in case.layout.inputs.items() if name not in names}
    return replace(case, inputs=kept, layout=replace(case.layout, inputs=words))


def with_words(case: Case, outputs: Any = None, **words: tuple[str, ...]) -> Case:
    layout = replace(case.layout, inputs={**case.layout.inputs, **words})
    return replace(case, layout=layout if outputs is None else replace(layout, outputs=outputs))


# ------------------------------------------------------------------------------------------------ token_permutation


@pytest.mark.parametrize("size", range(2, 12))
def test_the_order_leaves_no_token_in_its_place(size: int) -> None:
    order = order_of(size)
    assert sorted(order.tolist()) == list(range(size))
    assert (order != np.arange(size)).all()


def test_the_order_of_nothing_and_of_one() -> None:
    assert order_of(0).tolist() == []
    assert order_of(1).tolist() == [0]
    assert order_of(6).tolist() == [4, 5, 0, 1, 2, 3]


def test_tokens_are_permuted_wherever_they_stand() -> None:
    made = inputs(TokenPermutation(), MASKED)
    order = order_of(5)
    for name in "QKV":
        assert np.array_equal(made[name], MASKED.inputs[name][order])
    assert np.array_equal(made["mask"], MASKED.inputs["mask"][order][:, order])
    unchanged(made, MASKED)


def test_the_size_to_permute_along_may_be_named() -> None:
    made = inputs(TokenPermutation(along="d_k"), PLAIN)
    unchanged(made, PLAIN, "V")
    assert np.array_equal(made["Q"], PLAIN.inputs["Q"][:, order_of(4)])
    assert finding(TokenPermutation(along="d_k"), PLAIN, attention).passed  # features in another order: same scores
    assert finding(TokenPermutation(along="d_v"), PLAIN, attention).passed
    assert not finding(TokenPermutation(along="d_v"), PLAIN, lambda Q, K, V: attention(Q, K, V) * [1, 2, 3]).passed


def test_tokens_stand_before_the_features_of_the_first_output() -> None:
    made = inputs(TokenPermutation(), BATCHED)
    assert np.array_equal(made["K"], BATCHED.inputs["K"][:, order_of(5)])
    assert finding(TokenPermutation(), BATCHED, attention).passed
    assert finding(TokenPermutation(along="batch"), BATCHED, attention).passed
    assert not finding(TokenPermutation(), BATCHED, samples.positional).passed


def test_what_an_output_without_tokens_must_be() -> None:
    case = replace(PLAIN, layout=Layout(WORDS, {"output": ("d_v",)}, {"output": (3,)}))
    pooled = TokenPermutation(along="n")
    assert finding(pooled, case, lambda Q, K, V: attention(Q, K, V).mean(axis=0)).passed
    assert not finding(pooled, case, lambda Q, K, V: attention(Q, K, V)[0]).passed


def test_numbers_are_not_permuted() -> None:
    case = replace(with_words(PLAIN, scale=("n",)), inputs={**PLAIN.inputs, "scale": 2})
    assert TokenPermutation().runs(case.run, case.layout)["changed"].inputs["scale"] == 2


@pytest.mark.parametrize(
    ("check", "case", "message"),
    [
        (TokenPermutation(along="seq"), PLAIN, "no input has a dimension `seq`"),
        (TokenPermutation(), with_words(PLAIN, {}), "say the `shapes:` of `output`"),
        (TokenPermutation(along="n"), with_words(PLAIN, {}), "say the `shapes:` of `output`"),
        (
            TokenPermutation(),
            with_words(PLAIN, {"output": ("d_v",)}),
            "say `along: SIZE`, or the `shapes:` of the outputs",
        ),
        (TokenPermutation(), without(PLAIN, "Q", "K", "V"), "no input has a dimension `n`"),
        (BatchIndependence(), with_words(BATCHED, {}), "say the `shapes:` of `output`"),
        (BatchIndependence(), PLAIN, "no input has a dimension `batch`"),
        (BatchIndependence(along="item"), BATCHED, "no input has a dimension `item`"),
    ],
)
def test_the_axes_must_be_known(check: Check, case: Case, message: str) -> None:
    assert fault(check, case) == message


# ------------------------------------------------------------------------------------------------ batch_independence


def test_the_first_item_stays_alone() -> None:
    made = inputs(BatchIndependence(), with_words(BATCHED, V=("n", "d_v")))
    assert np.array_equal(made["Q"], BATCHED.inputs["Q"][:1])
    assert np.array_equal(made["K"], BATCHED.inputs["K"][:1])
    assert np.array_equal(made["V"], BATCHED.inputs["V"])


def test_the_first_items_stay_alone_on_every_axis() -> None:
    pairs = replace(BATCHED, inputs={**BATCHED.inputs, "Q": drawn("pairs", 3, 3, 4)})
    made = inputs(BatchIndependence(), with_words(pairs, Q=("batch", "batch", "d_k")))
    assert np.array_equal(made["Q"], pairs.inputs["Q"][:1, :1])


def test_another_size_may_be_looked_at() -> None:
    made = inputs(BatchIndependence(along="n"), PLAIN)
    assert np.array_equal(made["V"], PLAIN.inputs["V"][:1])
    assert not finding(BatchIndependence(along="n"), PLAIN, attention).passed  # tokens do depend on one another


def test_an_output_of_another_shape_than_the_batch() -> None:
    found = finding(
        BatchIndependence(), replace(BATCHED, layout=replace(BATCHED.layout, shapes={})), lambda *a: np.zeros((3, 5, 2))
    )
    assert found.message == (
        "the first item of the batch alone gives another output than in the batch: "
        "`output` has shape (3, 5, 2) instead of (1, 5, 2)"
    )


# ------------------------------------------------------------------------------------------------ zero_padded_keys


def test_queries_and_keys_get_zeros() -> None:
    made = inputs(ZeroPaddedKeys(), PLAIN)
    unchanged(made, PLAIN, "V")
    for name in "QK":
        assert made[name].shape == (5, 8)
        assert np.array_equal(made[name][:, :4], PLAIN.inputs[name])
        assert not made[name][:, 4:].any()
    scaled = inputs(ZeroPaddedKeys(), PLAIN, "scaled")
    unchanged(scaled, PLAIN, "K", "V")
    assert np.array_equal(scaled["Q"], PLAIN.inputs["Q"] / np.sqrt(2))


def test_their_names_may_be_others() -> None:
    assert fault(ZeroPaddedKeys(query="queries"), PLAIN) == "`queries` is no array among this case's inputs (Q, K, V)"
    assert fault(ZeroPaddedKeys(key="keys"), PLAIN) == "`keys` is no array among this case's inputs (Q, K, V)"
    renamed = Case(
        {"a": PLAIN.inputs["Q"], "b": PLAIN.inputs["K"], "V": PLAIN.inputs["V"]}, PLAIN.layout, "output = f(a, b, V)"
    )
    assert finding(ZeroPaddedKeys(query="a", key="b"), renamed, attention).passed
    assert not finding(ZeroPaddedKeys(query="a", key="b"), renamed, samples.no_scale).passed


def test_the_difference_is_told_in_numbers() -> None:
    found = finding(ZeroPaddedKeys(), PLAIN, samples.no_scale)
    assert found.where == "output"
    assert found.message.startswith(
        "zeros appended to `Q` and `K` do not act as dividing `Q` by √2 does "
        "(as they do when the scores are divided by √d_k): "
    )
    assert " of 15 values of `output` differ; the largest difference is " in found.message
    assert ", should be " in found.message


# ------------------------------------------------------------------------------------------------ constant_value


@pytest.mark.parametrize("case", [PLAIN, BATCHED])
def test_all_values_are_the_first(case: Case) -> None:
    made = inputs(ConstantValue(), case)
    unchanged(made, case, "Q", "K")
    assert np.array_equal(made["V"], np.broadcast_to(case.inputs["V"][..., :1, :], case.inputs["V"].shape))
    assert finding(ConstantValue(), case, attention).passed
    assert not finding(ConstantValue(), case, samples.exp_only).passed


def test_the_output_must_be_that_value() -> None:
    case = replace(PLAIN, inputs={**PLAIN.inputs, "V": np.array([[1.0, 2.0, 3.0]] + [[7.0, 8.0, 9.0]] * 4)})
    assert finding(ConstantValue(), case, lambda Q, K, V: np.tile([1.0, 2.0, 3.0], (5, 1))).passed
    assert not finding(ConstantValue(), case, lambda Q, K, V: np.tile([1.0, 2.0, 3.01], (5, 1))).passed
    other_columns = replace(case, layout=replace(case.layout, shapes={}))
    found = finding(ConstantValue(), other_columns, lambda Q, K, V: attention(Q, K, V)[:, :2])
    assert found.message == (
        "with all rows of `V` alike, the output is not that row, as every weighted average of them is: "
        "`output` has shape (5, 2) instead of (5, 3)"
    )


def test_nothing_false_is_said_of_weights_that_are_right() -> None:
    """Imprecise arithmetic breaks both properties, though the scores are divided and the weights sum to one."""
    padded = finding(ZeroPaddedKeys(), PLAIN, lambda Q, K, V: attention(Q.astype(np.float16), K.astype(np.float16), V))
    assert padded.message.startswith("zeros appended to `Q` and `K` do not act as dividing `Q` by √2 does (as they do ")
    alike = finding(ConstantValue(), PLAIN, lambda Q, K, V: np.round(attention(Q, K, V), 2))
    assert alike.message.startswith("with all rows of `V` alike, the output is not that row, as every weighted average")


VALUE_CHECKS: list[Any] = [ConstantValue, RowsSumToOne, ConvexHull]


@pytest.mark.parametrize("check", VALUE_CHECKS)
def test_the_values_must_be_rows(check: Any) -> None:
    needed = ": two dimensions or more are needed, none of size 0"
    for shape, words in (((3,), "(3,)"), ((0, 3), "(0, 3)"), ((5, 0), "(5, 0)"), ((), "()")):
        case = replace(PLAIN, inputs={**PLAIN.inputs, "V": np.zeros(shape)})
        assert fault(check(), case) == f"`V` has shape {words}{needed}"
    assert fault(check(value="values"), PLAIN) == "`values` is no array among this case's inputs (Q, K, V)"
    assert fault(check(), without(PLAIN, "V")) == "`V` is no array among this case's inputs (Q, K)"


# ------------------------------------------------------------------------------------------------ rows_sum_to_one


def test_the_values_are_the_identity() -> None:
    made = inputs(RowsSumToOne(), PLAIN)
    unchanged(made, PLAIN, "Q", "K")
    assert np.array_equal(made["V"], np.eye(5))
    assert inputs(RowsSumToOne(), BATCHED)["V"].shape == (3, 5, 5)
    assert np.array_equal(inputs(RowsSumToOne(), BATCHED)["V"][2], np.eye(5))
    assert finding(RowsSumToOne(), BATCHED, attention).passed


WEIGHTS = "with `V` the identity, the output is to be the attention weights: "


def weights_instead(weights: Any) -> Any:
    """Finds what a submission would be told whose weights are these."""
    case = replace(PLAIN, layout=replace(PLAIN.layout, shapes={}))
    seen = seen_by(RowsSumToOne(), case, attention)
    values = {"output": Value("array", "ndarray", weights)}
    return RowsSumToOne().find(replace(seen, returned={**seen.returned, "changed": values}))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.full((5, 5), 0.2), ""),
        (np.eye(5)[[1, 0, 2, 4, 3]], ""),
        (np.eye(5) > 0, ""),
        (np.eye(5) - 1e-7, ""),
        (np.full((5, 5), 0.25), f"{WEIGHTS}a row of `output` sums to 1.25 instead of 1"),
        (np.full((5, 5), 1 / 3), f"{WEIGHTS}a row of `output` sums to 1.66667 instead of 1"),
        (np.eye(5) * [1, 1, 0.5, 1, 1], f"{WEIGHTS}a row of `output` sums to 0.5 instead of 1"),
        (np.eye(5) * np.nan, f"{WEIGHTS}a row of `output` sums to nan instead of 1"),
        (
            np.array([[1.5, -0.5], [0.0, 1.0]]),
            f"{WEIGHTS}-0.5 is among the values of `output`, and no weight is negative",
        ),
        (
            np.zeros(()),
            "with `V` the identity, the output is not the attention matrix: `output` is no array of numbers",
        ),
        (None, "with `V` the identity, the output is not the attention matrix: `output` is no array of numbers"),
        (
            np.eye(5) + 0j,
            "with `V` the identity, the output is not the attention matrix: `output` is no array of numbers",
        ),
    ],
)
def test_the_output_is_the_attention_matrix(weights: Any, message: str) -> None:
    found = weights_instead(weights)
    assert found.message == message
    assert found.passed is not bool(message)


# ------------------------------------------------------------------------------------------------ convex_hull


def test_the_hull_needs_no_further_run() -> None:
    assert ConvexHull().runs(PLAIN.run, PLAIN.layout) == {}


V = np.array([[0.0, -1.0, 5.0], [2.0, 1.0, 5.0], [1.0, 0.0, 5.0]])


def hull(output: Any, values: Any = V) -> str:
    case = Case({"V": values}, Layout({}, {}), "output = f(V)")
    return finding(ConvexHull(), case, lambda V: np.asarray(output)).message


@pytest.mark.parametrize(
    "output",
    [
        [[0, -1, 5]],
        [[2, 1, 5]],
        [[1, 0, 5.00004], [1, 0, 4.99996]],
        [[0.0, 1.0, 5.0]] * 7,
        np.zeros((0, 3)),
        [[[1, 0, 5.0]]],
    ],
)
def test_between_the_smallest_and_the_largest_value_of_a_column(output: Any) -> None:
    assert hull(output) == ""


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ([[2.01, 0, 5]], "1 of 3 values of `output` lie outside the values of `V`"),
        ([[-0.01, 1.01, 5], [1, 0, 5.1]], "3 of 6 values of `output` lie outside the values of `V`"),
        ([[0.0, 0.0]], "`output` has other columns than `V`"),
        ([[0.0, 0.0, 0.0, 0.0]], "`output` has other columns than `V`"),
        ([[0.0]], "`output` has other columns than `V`"),
        (1.0, "`output` has other columns than `V`"),
        ([1.0, 0.0, 5.0], "`output` has other columns than `V`"),
        ([[1j, 0, 5]], "`output` has other columns than `V`"),
    ],
)
def test_outside_of_the_hull(output: Any, message: str) -> None:
    assert hull(output) == message


def test_every_item_has_its_own_hull() -> None:
    values = np.array([[[0.0], [1.0]], [[2.0], [3.0]]])
    assert hull([[[0.0], [1.0]], [[2.0], [3.0]]], values) == ""
    assert hull([[[2.0], [3.0]], [[0.0], [1.0]]], values).startswith("4 of 4 values")
    assert hull(np.ones((3, 2, 1)), values) == "`output` has other columns than `V`"
    assert hull(np.ones((2, 1)), values) == "`output` has other columns than `V`"


def test_the_margin_grows_with_the_values() -> None:
    assert hull([[1e6 + 1]], np.array([[1e6], [0.0]])) == ""
    assert hull([[1e6 + 100]], np.array([[1e6], [0.0]])) != ""


# ------------------------------------------------------------------------------------------------ masked_keys_ignored


def test_hidden_keys_and_values_are_others() -> None:
    made = inputs(MaskedKeysIgnored(), MASKED)
    unchanged(made, MASKED, "Q", "mask")
    for name in "KV":
        assert np.array_equal(made[name][:3], MASKED.inputs[name][:3])
        assert np.array_equal(made[name][3:], MASKED.inputs[name][3:] + 3)


@pytest.mark.parametrize("dtype", ["int64", "float32", "float64", "int8"])
def test_hidden_keys_keep_their_dtype(dtype: str) -> None:
    case = replace(MASKED, inputs={**MASKED.inputs, "K": np.ones((5, 4), dtype)})
    made = inputs(MaskedKeysIgnored(), case)["K"]
    assert made.dtype == dtype
    assert made[:, 0].tolist() == [1, 1, 1, 4, 4]


def masked_by(mask: Any) -> Case:
    return replace(MASKED, inputs={**MASKED.inputs, "mask": np.asarray(mask)})


def test_a_key_is_hidden_when_no_query_may_look_at_it() -> None:
    causal_but_last = np.tri(5, 5)
    causal_but_last[4, 4] = 0.0
    changed = inputs(MaskedKeysIgnored(), masked_by(causal_but_last))["K"] != MASKED.inputs["K"]
    assert changed.all(axis=1).tolist() == [False, False, False, False, True]
    batched = inputs(
        MaskedKeysIgnored(), masked_by(np.stack([np.eye(5) * [1, 0, 0, 1, 1], np.eye(5) * [1, 1, 0, 1, 0]]))
    )
    assert (batched["K"] != MASKED.inputs["K"]).all(axis=1).tolist() == [False, False, True, False, False]
    one_row = inputs(MaskedKeysIgnored(), masked_by([1, 1, 1, 1, 0]))
    assert (one_row["K"] != MASKED.inputs["K"]).all(axis=1).tolist() == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (masked_by(np.tri(5, 5)), "`mask` hides no key from all queries (use kind: padding)"),
        (masked_by(np.ones((5, 5), bool)), "`mask` hides no key from all queries (use kind: padding)"),
        (masked_by(np.zeros((5, 4))), "`K` has 5 rows, `mask` is for 4"),
        (masked_by(0.0), "`K` has 5 rows, `mask` is for 1"),
        (PLAIN, "`mask` is no array among this case's inputs (Q, K, V)"),
        (without(MASKED, "V"), "`V` is no array among this case's inputs (Q, K, mask)"),
    ],
)
def test_masks_that_hide_nothing(case: Case, message: str) -> None:
    assert fault(MaskedKeysIgnored(), case) == message


# ------------------------------------------------------------------------------------------------ several values


def test_every_observed_value_is_looked_at() -> None:
    case = Case(
        PLAIN.inputs,
        Layout(WORDS, {"weights": ("n", "n"), "output": ("n", "d_v")}),
        "weights, output = f(Q, K, V)",
        ("weights", "output"),
    )

    def both(Q: Array, K: Array, V: Array) -> Any:
        return samples.softmax(samples.scores_of(Q, K)), attention(Q, K, V)

    def second_wrong(Q: Array, K: Array, V: Array) -> Any:
        return samples.softmax(samples.scores_of(Q, K)), samples.causal(Q, K, V)

    assert finding(TokenPermutation(), case, both).passed
    found = finding(TokenPermutation(), case, second_wrong)
    assert found.where == "output"
    assert found.message.startswith("with the tokens in another order, the outputs are not the same in that order: ")
