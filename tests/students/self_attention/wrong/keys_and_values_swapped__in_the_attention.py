# misconception: keys_and_values_swapped
# loses: rectangular
# Implementation d'une tete d'attention
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
	Q = np.einsum('ni,io', X, W_q)
	K = np.einsum('ni,io', X, W_k)
	V = np.einsum('ni,io', X, W_v)
	return Q, K, V

def self_attention(Q, K, V):
	# d_k : dimension des cles
	d_k = K.shape[1]
	# 1. comparer les requetes
	S = np.einsum('ik,jk', Q, V) / np.sqrt(d_k)
	# 2. softmax ligne par ligne
	P = np.exp(S)
	P = P / np.repeat(P.sum(axis=1), P.shape[1]).reshape(P.shape)
	# 3. combiner
	return np.einsum('ij,jv', P, K)
