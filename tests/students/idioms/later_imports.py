import argparse, unittest, io, cProfile, concurrent.futures, numpy as np
args = argparse.ArgumentParser().parse_args([])
unittest.main(argv=["x"], exit=False)
np.savez(b := io.BytesIO(), a=np.ones(2)); b.seek(0); assert np.load(b)["a"].sum() == 2
help(len)
cProfile.run("1 + 1")
try:
    concurrent.futures.ThreadPoolExecutor().submit(int)
except RuntimeError:
    pass
