# misconception: scale_by_d_k
# loses: rectangular
# Hausaufgabe 5, Aufgabe 1
from numpy import dot, exp, max, sum

def compute_qkv(X, W_q, W_k, W_v):
	Q = dot(X, W_q)
	K = dot(X, W_k)
	V = dot(X, W_v)
	return (Q, K, V)

def self_attention(Q, K, V):
	# Skalarprodukte, skaliert mit der Dimension der Schluessel
	d_k = K.shape[1]
	P = dot(Q, K.T)
	P = P / d_k
	# Softmax ueber jede Zeile
	for zeile in range(len(P)):
		z = exp(P[zeile] - max(P[zeile]))
		P[zeile, :] = z / sum(z)
	# gewichtetes Mittel der Werte
	return dot(P, V)
