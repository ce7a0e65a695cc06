# Aufgabe: Self-Attention
# Die Gewichte werden von aussen uebergeben.
import numpy as np

def compute_qkv(eingabe, gewichte_q, gewichte_k, gewichte_v):
	# Anfragen, Schluessel und Werte
	anfragen = np.matmul(eingabe, gewichte_q)
	schluessel = np.matmul(eingabe, gewichte_k)
	werte = np.matmul(eingabe, gewichte_v)
	return anfragen, schluessel, werte

def zeilenweise_normieren(matrix):
	# jede Zeile soll in Summe 1 ergeben
	for nummer in range(matrix.shape[0]):
		matrix[nummer] = matrix[nummer] / matrix[nummer].sum()
	return matrix

def self_attention(anfragen, schluessel, werte):
	wurzel = np.sqrt(schluessel.shape[1])
	aehnlichkeit = np.matmul(anfragen, schluessel.transpose()) / wurzel
	# Maximum abziehen, damit exp nicht ueberlaeuft
	groesster_wert = aehnlichkeit.max(axis=1).reshape(-1, 1)
	gewichte = zeilenweise_normieren(np.exp(aehnlichkeit - groesster_wert))
	ausgabe = np.matmul(gewichte, werte)
	return ausgabe

if __name__ == "__main__":
	zufall = np.random.RandomState(1)
	x = zufall.rand(3, 4)
	w = [zufall.rand(4, 4) for _ in range(3)]
	print("Ergebnis:", self_attention(*compute_qkv(x, *w)))
