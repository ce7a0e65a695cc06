# Multi-Head Self-Attention
# alles mit 2D Matrizen, dann ist K.T wirklich die Transponierte

from math import sqrt
import numpy as np


def softmax_zeilenweise(matrix):
    ergebnis = np.empty(matrix.shape)
    for i, zeile in enumerate(matrix):
        e = np.exp(zeile - zeile.max())
        ergebnis[i] = e / e.sum()
    return ergebnis


def create_qkv(inputs, weights_q, weights_k, weights_v):
    """Q, K und V berechnen"""
    return (np.dot(inputs, weights_q),
            np.dot(inputs, weights_k),
            np.dot(inputs, weights_v))


def scaled_dot_product_attention(Q, K, V, scale):
    """Ein Kopf, ein Satz: Q, K, V haben die Form (seq, d_head)"""
    punkte = np.dot(Q, K.T) / scale
    return np.dot(softmax_zeilenweise(punkte), V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    anzahl_saetze, laenge, hidden = inputs.shape
    d_head = hidden // num_heads
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)

    output = np.zeros((anzahl_saetze, laenge, hidden))
    for satz in range(anzahl_saetze):
        for kopf in range(num_heads):
            s = slice(kopf * d_head, (kopf + 1) * d_head)
            output[satz, :, s] = scaled_dot_product_attention(
                Q[satz, :, s], K[satz, :, s], V[satz, :, s], sqrt(d_head))
    return output


def main():
    np.random.seed(0)
    hidden_dim = 32
    inputs = np.random.rand(1, 5, hidden_dim)
    w = [np.random.rand(hidden_dim, hidden_dim) for _ in range(3)]
    print(multi_head_attention(inputs, *w, num_heads=4))


if __name__ == "__main__":
    main()
