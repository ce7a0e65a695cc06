"""
Homework: self attention mechanism
"""
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    """ computes query, key and value matrix """
    query = np.dot(X, W_q)
    key = np.dot(X, W_k)
    value = np.dot(X, W_v)
    return query, key, value


def self_attention(query, key, value):
    """ computes the attention output, formula from the lecture """
    d_k = key.shape[1]

    # scaled dot product
    score = np.dot(query, key.T) / d_k

    # softmax row by row
    att = np.zeros(score.shape)
    for r in range(score.shape[0]):
        row = np.exp(score[r] - max(score[r]))
        att[r] = row / sum(row)

    return np.dot(att, value)


np.random.seed(1)
x = np.random.randn(3, 4)
wq, wk, wv = np.random.randn(4, 5), np.random.randn(4, 5), np.random.randn(4, 2)
print("shape of output:", self_attention(*compute_qkv(x, wq, wk, wv)).shape)
