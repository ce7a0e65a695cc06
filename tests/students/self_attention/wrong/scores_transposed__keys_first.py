# misconception: scores_transposed
# loses: rectangular
import numpy as np

def main():
    np.random.seed(3)
    x = np.random.rand(6, 4)
    w1, w2, w3 = np.random.rand(3, 4, 4)
    a, b, c = compute_qkv(x, w1, w2, w3)
    print("shape:", self_attention(a, b, c).shape)

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.matmul(X, W_q)
    K = np.matmul(X, W_k)
    V = np.matmul(X, W_v)
    return Q, K, V

def self_attention(Q, K, V):
    n_features = Q.shape[1]
    similarities = np.matmul(K, Q.T)
    similarities = similarities / np.sqrt(n_features)
    return np.matmul(softmax(similarities), V)

def softmax(m):
    m = np.exp(m)
    totals = np.sum(m, axis=1)
    return (m.T / totals).T

if __name__ == '__main__':
    main()
