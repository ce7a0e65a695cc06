import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.dot(X, W_q)
    K = np.dot(X, W_k)
    V = np.dot(X, W_v)
    print("Q:\n", Q)
    print("K:\n", K)
    print("V:\n", V)
    return Q, K, V

def self_attention(Q, K, V):
    dimension = K.shape[1]
    skor = np.dot(Q, K.T) / np.sqrt(dimension)
    bobot = np.exp(skor) / np.sum(np.exp(skor), axis=1, keepdims=True)
    hasil = np.dot(bobot, V)
    print("hasil:\n", hasil)

X = np.array([[1, 0], [0, 1]])
W_q = np.array([[1, 0], [0, 1]])
W_k = np.array([[1, 0], [0, 1]])
W_v = np.array([[1, 2], [3, 4]])
Q, K, V = compute_qkv(X, W_q, W_k, W_v)
output = self_attention(Q, K, V)
