# misconception: scale_by_d_head
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
	return [np.tensordot(inputs, w, axes=([2], [0])) for w in [weights_q, weights_k, weights_v]]

# Softmax zeilenweise
def softmax(matrix):
	for i in range(matrix.shape[0]):
		matrix[i] = np.exp(matrix[i] - np.max(matrix[i]))
		matrix[i] /= np.sum(matrix[i])
	return matrix

def scaled_dot_product_attention(Q, K, V, scale):
	scores = Q @ K.T / scale
	return softmax(scores) @ V

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
	Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
	d = Q.shape[2] // num_heads
	ausgabe = np.zeros(Q.shape)
	for satz in range(Q.shape[0]):
		for kopf in range(num_heads):
			von, bis = kopf * d, (kopf + 1) * d
			# skaliert wird mit der Groesse eines Kopfes
			ausgabe[satz, :, von:bis] = scaled_dot_product_attention(
				Q[satz, :, von:bis], K[satz, :, von:bis], V[satz, :, von:bis], d)
	return ausgabe
