import numpy as np

def softmax(x, axis=-1):
    """Softmax along an axis."""
    exp_x = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return exp_x / exp_x.sum(axis=axis, keepdims=True)

def compute_qkv(X, W_q, W_k, W_v):
    """
    X:   Eingabe (Sequenzlänge x Dimension)
    W_*: Gewichte
    """
    queries = np.matmul(X, W_q)
    keys = np.matmul(X, W_k)
    values = np.matmul(X, W_v)
    return queries, keys, values

def self_attention(Q, K, V):
    """ Attention(Q, K, V) = softmax(Q K^T / √d_k) V """
    dim_k = K.shape[-1]                        # Größe der Schlüssel
    scores = np.matmul(Q, np.transpose(K))
    gewichte = softmax(scores / np.sqrt(dim_k))
    return np.matmul(gewichte, V)

def main():
    X = np.array([[1, 1], [1, 0]])
    W_q = np.eye(2)
    W_k = np.eye(2)
    W_v = np.array([[1, 2], [3, 4]])
    Q, K, V = compute_qkv(X, W_q, W_k, W_v)
    print(self_attention(Q, K, V))  # soll [[3.009 4.679] [2.5 4.]] sein

if __name__ == '__main__':
    main()
