import numpy as np


class SelfAttention:
    """
    Single-head self attention layer.

    The weights are given from outside, so the layer can be compared with the
    example of the assignment.
    """

    def __init__(self, w_query, w_key, w_value):
        self.w_query = np.asarray(w_query)
        self.w_key = np.asarray(w_key)
        self.w_value = np.asarray(w_value)
        self.last_weights = None

    def project(self, x):
        return x @ self.w_query, x @ self.w_key, x @ self.w_value

    @staticmethod
    def _softmax(z):
        z = z - np.max(z, axis=1, keepdims=True)
        e = np.exp(z)
        return e / np.sum(e, axis=1, keepdims=True)

    @classmethod
    def attention_weights(cls, q, k):
        dim = k.shape[1]
        return cls._softmax(q @ k.T * dim ** -0.5)

    @classmethod
    def attend(cls, q, k, v):
        return cls.attention_weights(q, k) @ v

    def __call__(self, x):
        q, k, v = self.project(x)
        self.last_weights = self.attention_weights(q, k)
        return self.last_weights @ v


# the two functions asked for in the task just use the class

def compute_qkv(X, W_q, W_k, W_v):
    return SelfAttention(W_q, W_k, W_v).project(X)


def self_attention(Q, K, V):
    return SelfAttention.attend(Q, K, V)


def demo():
    rng = np.random.default_rng(0)
    layer = SelfAttention(*(rng.normal(size=(4, 4)) for _ in range(3)))
    sentence = rng.normal(size=(6, 4))
    print(layer(sentence))
    print("rows sum to:", layer.last_weights.sum(axis=1))


if __name__ == "__main__":
    demo()
