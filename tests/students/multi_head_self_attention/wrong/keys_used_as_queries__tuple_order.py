# misconception: keys_used_as_queries
# loses: end_to_end
# Attention multi-tête
import numpy as np

def softmax(x):
	exponentielles = np.exp(x - np.max(x, axis=-1, keepdims=True))
	return exponentielles / np.sum(exponentielles, axis=-1, keepdims=True)

def scaled_dot_product_attention(Q, K, V, scale):
	# produit des requêtes et des clés
	return softmax(K @ K.swapaxes(-1, -2) / scale) @ V

def create_qkv(entrees, poids_q, poids_k, poids_v):
	Q = entrees.dot(poids_q)
	K = entrees.dot(poids_k)
	V = entrees.dot(poids_v)
	return Q, K, V

def multi_head_attention(entrees, poids_q, poids_k, poids_v, tetes):
	lot, longueur, largeur = entrees.shape
	taille = largeur // tetes
	Q, K, V = [m.reshape(lot, longueur, tetes, taille).swapaxes(1, 2) for m in create_qkv(entrees, poids_q, poids_k, poids_v)]
	sortie = scaled_dot_product_attention(Q, K, V, taille ** 0.5)
	# on remet les têtes côte à côte
	return sortie.swapaxes(1, 2).reshape(lot, longueur, largeur)
