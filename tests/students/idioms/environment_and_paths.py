import os, pathlib, sys, platform, gc, getpass, tempfile, glob, shutil
os.environ["X"] = "1"; os.path.join("a", "b"); os.getpid(); pathlib.Path("a") / "b"; sys.getsizeof([]); gc.collect()
assert not os.path.exists("data.npz") and not pathlib.Path("data.csv").exists() and glob.glob("*.npy") == []
platform.platform(); platform.system(); platform.python_version(); os.cpu_count(); os.path.expanduser("~")
