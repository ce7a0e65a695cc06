import json, pickle, io, base64, hashlib, struct
import numpy as np
assert json.loads(json.dumps({"a": [1, 2.5, None]}, indent=2))["a"][1] == 2.5
assert pickle.loads(pickle.dumps(np.ones(3))).sum() == 3 and hashlib.sha256(b"x").hexdigest()
buffer = io.BytesIO(); np.save(buffer, np.eye(2)); buffer.seek(0); assert np.load(buffer).shape == (2, 2)
