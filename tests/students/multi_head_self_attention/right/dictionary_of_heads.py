import numpy as np
from typing import Dict, Iterator, Tuple

Triple = Tuple[np.ndarray, np.ndarray, np.ndarray]


def head_weights(wq: np.ndarray, wk: np.ndarray, wv: np.ndarray, num_heads: int) -> Iterator[Triple]:
    """Yield the columns of the weights that belong to each head."""
    width, rest = divmod(wq.shape[1], num_heads)
    if rest:
        raise ValueError(f"{wq.shape[1]} columns cannot be shared by {num_heads} heads")
    for first in range(0, wq.shape[1], width):
        chosen = np.arange(first, first + width)
        yield np.take(wq, chosen, axis=1), np.take(wk, chosen, axis=1), np.take(wv, chosen, axis=1)


def create_qkv(inputs: np.ndarray, weights_q: np.ndarray, weights_k: np.ndarray, weights_v: np.ndarray) -> tuple:
    """Queries, keys and values."""
    return np.inner(inputs, weights_q.T), np.inner(inputs, weights_k.T), np.inner(inputs, weights_v.T)


def attend(Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    """Scaled dot-product attention of a single sentence."""
    logits = np.inner(Q, K) / np.sqrt(K.shape[1])
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds @ V / odds.sum(axis=1, keepdims=True)


def multi_head_attention(
    inputs: np.ndarray,
    weights_q: np.ndarray,
    weights_k: np.ndarray,
    weights_v: np.ndarray,
    num_heads: int,
) -> np.ndarray:
    """Multi-head self-attention, every head with its own projections."""
    heads: Dict[int, np.ndarray] = {}
    for number, weights in enumerate(head_weights(weights_q, weights_k, weights_v, num_heads)):
        sentences = [attend(*create_qkv(sentence, *weights)) for sentence in inputs]
        heads[number] = np.stack(sentences)
    return np.concatenate([heads[number] for number in sorted(heads)], axis=-1)
