# Tarea: self attention
# version con bucles para entender bien que pasa en cada paso
import math
import numpy as np


def multiplicar(A, B):
    filas = len(A)
    columnas = len(B[0])
    resultado = np.zeros((filas, columnas))
    for i in range(filas):
        for j in range(columnas):
            suma = 0.0
            for k in range(len(B)):
                suma += A[i][k] * B[k][j]
            resultado[i][j] = suma
    return resultado


def compute_qkv(X, W_q, W_k, W_v):
    Q = multiplicar(X, W_q)
    K = multiplicar(X, W_k)
    V = multiplicar(X, W_v)
    return Q, K, V


def self_attention(Q, K, V):
    n = len(Q)
    d_k = len(K[0])
    print("n =", n, "d_k =", d_k)
    salida = []
    for i in range(n):
        # puntuacion de la palabra i con todas las palabras
        puntos = []
        for j in range(len(K)):
            s = 0
            for t in range(d_k):
                s = s + Q[i][t] * K[j][t]
            puntos.append(s / math.sqrt(d_k))
        # softmax
        exps = [math.exp(p) for p in puntos]
        total = sum(exps)
        pesos = [e / total for e in exps]
        print("pesos de la palabra", i, ":", pesos)
        # media ponderada de los valores
        fila = [0.0] * len(V[0])
        for j in range(len(pesos)):
            for c in range(len(V[0])):
                fila[c] += pesos[j] * V[j][c]
        salida.append(fila)
    return np.array(salida)


# prueba
X = np.array([[1, 0], [0, 1]])
W_q = np.array([[1, 0], [0, 1]])
W_k = np.array([[1, 0], [0, 1]])
W_v = np.array([[1, 2], [3, 4]])
Q, K, V = compute_qkv(X, W_q, W_k, W_v)
print(self_attention(Q, K, V))
