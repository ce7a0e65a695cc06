# -*- coding: utf-8 -*-
# TP n°4 : auto-attention
import numpy as np

# fonction auxiliaire : produit matriciel (ligne par colonne)
produit = lambda a, b: np.tensordot(a, b, axes=(1, 0))


def compute_qkv(X, W_q, W_k, W_v):
    """Renvoie les requêtes, les clés et les valeurs."""
    requetes = produit(X, W_q)
    cles = produit(X, W_k)
    valeurs = produit(X, W_v)
    return requetes, cles, valeurs


def self_attention(requetes, cles, valeurs):
    """Renvoie la somme pondérée des valeurs."""
    dimension = np.shape(cles)[1]
    poids = np.tensordot(requetes, cles, axes=(1, 1)).astype('float64')
    poids /= np.sqrt(dimension)
    poids -= poids.max(1)[:, None]      # pour éviter les dépassements
    np.exp(poids, poids)
    poids /= poids.sum(1)[:, None]
    return produit(poids, valeurs)


# petit test de l'énoncé
if __name__ == '__main__':
    I = np.eye(2)
    print(self_attention(*compute_qkv(I, I, I, np.array([[1, 2], [3, 4]]))))
