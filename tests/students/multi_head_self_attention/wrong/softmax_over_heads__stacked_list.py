# misconception: softmax_over_heads
# loses: end_to_end
import numpy as np


def create_qkv(x, wq, wk, wv):
    return x.dot(wq), x.dot(wk), x.dot(wv)


def one_sentence(q, k, v, num_heads):
    qs, ks, vs = (np.array(np.hsplit(m, num_heads)) for m in (q, k, v))
    logits = np.array([a.dot(b.T) / np.sqrt(a.shape[1]) for a, b in zip(qs, ks)])
    # softmax: the first axis sums to one
    weights = np.exp(logits) / sum(np.exp(logits))
    return np.hstack([w.dot(c) for w, c in zip(weights, vs)])


def multi_head_attention(x, wq, wk, wv, num_heads):
    q, k, v = create_qkv(x, wq, wk, wv)
    return np.array([one_sentence(q[i], k[i], v[i], num_heads) for i in range(len(x))])
