"""What all tests share."""

from __future__ import annotations

import sys
from pathlib import Path

# Fakes stand beside the tests; in importlib mode pytest does not put this folder on the path.
sys.path.insert(0, str(Path(__file__).parent))
