# attack: does not parse
# verdict: load_error
# score: 0
def compute_qkv(X, W_q, W_k, W_v:
    return X


def self_attention(Q, K, V):
    return V
