# misconception: scale_by_sqrt_seq
# loses: rectangular

# coding: utf-8

# In[2]:

import numpy as np


# In[5]:

def compute_qkv(X, W_q, W_k, W_v):
    stacked = np.concatenate((W_q, W_k, W_v), axis=1)
    P = X @ stacked
    a, b = W_q.shape[1], W_q.shape[1] + W_k.shape[1]
    return P[:, :a], P[:, a:b], P[:, b:]


# In[9]:

def self_attention(Q, K, V):
    K = K.T
    dim = K.shape[-1]
    S = np.matmul(Q, K)
    S = np.divide(S, np.power(dim, 0.5))
    S = S - S.max(axis=1, keepdims=True)
    return np.matmul(np.exp(S) / np.exp(S).sum(axis=1, keepdims=True), V)


# In[10]:

x = np.random.randn(4, 4)
w = np.random.randn(3, 4, 4)
self_attention(*compute_qkv(x, w[0], w[1], w[2]))
