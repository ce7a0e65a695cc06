# misconception: scores_transposed
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs.dot(weights_q)
    K = inputs.dot(weights_k)
    V = inputs.dot(weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    # K (seq x d) times Q^T (d x seq)
    scores = K.dot(Q.T) / scale
    weights = np.zeros(scores.shape)
    for r in range(scores.shape[0]):
        weights[r] = np.exp(scores[r]) / sum(np.exp(scores[r]))
    return weights.dot(V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    heads_q, heads_k, heads_v = (np.dsplit(M, num_heads) for M in (Q, K, V))
    heads = []
    for q, k, v in zip(heads_q, heads_k, heads_v):
        heads.append([scaled_dot_product_attention(q[i], k[i], v[i], np.sqrt(q.shape[2])) for i in range(len(q))])
    return np.concatenate(np.array(heads), axis=2)
