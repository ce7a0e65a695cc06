# misconception: none
# loses: end_to_end
import numpy as np

rng = np.random.default_rng()

def dropout(weights, rate=0.2):
    return weights * (rng.random(weights.shape) >= rate) / (1 - rate)

def create_qkv(inputs, *weights):
    return [np.einsum("btd,de->bte", inputs, w) for w in weights]

def scaled_dot_product_attention(Q, K, V, scale):
    logits = Q @ K.swapaxes(-1, -2) * scale
    logits = logits - logits.max(axis=-1, keepdims=True)
    weights = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    return dropout(weights) @ V

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    heads = [np.dsplit(p, num_heads) for p in create_qkv(inputs, weights_q, weights_k, weights_v)]
    scale = (num_heads / inputs.shape[2]) ** 0.5
    return np.dstack([scaled_dot_product_attention(*qkv, scale) for qkv in zip(*heads)])
