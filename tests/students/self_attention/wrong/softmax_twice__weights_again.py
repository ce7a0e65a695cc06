# misconception: softmax_twice
# loses: rectangular
import numpy as np


def softmax(scores):
    exps = np.exp(scores)
    return exps / np.sum(exps, axis=1, keepdims=True)


def attention_scores(Q, K):
    return softmax(np.inner(Q, K) / np.sqrt(np.shape(K)[1]))


def self_attention(Q, K, V):
    weights = softmax(attention_scores(Q, K))
    return np.matmul(weights, V)


def compute_qkv(X, W_q, W_k, W_v):
    return np.matmul(X, W_q), np.matmul(X, W_k), np.matmul(X, W_v)
