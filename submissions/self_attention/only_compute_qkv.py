import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.dot(X, W_q)
    K = np.dot(X, W_k)
    V = np.dot(X, W_v)
    return Q, K, V

# TODO: self_attention, did not understand the softmax part yet
# def self_attention(Q, K, V):
#     d = Q.shape[1]
#     scores =

X = np.array([[1, 0], [0, 1]])
W_q = np.array([[1, 0], [0, 1]])
W_k = np.array([[1, 0], [0, 1]])
W_v = np.array([[1, 2], [3, 4]])
Q, K, V = compute_qkv(X, W_q, W_k, W_v)
print(Q)
print(K)
print(V)
