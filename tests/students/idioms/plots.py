import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(4, 3))
ax.imshow([[1]]); plt.colorbar(); plt.savefig("x.png"); plt.show()
