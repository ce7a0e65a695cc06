from __future__ import annotations
from typing import Optional, Tuple, List, Dict, NamedTuple, Any, Callable, TypeVar, Generic, Protocol, get_type_hints
import numpy.typing as npt
import numpy as np
class Result(NamedTuple):
    out: "npt.NDArray"
    weights: Optional[List[int]] = None
def f(x: npt.NDArray[np.float64], m: Optional[Tuple[int, ...]] = None) -> Dict[str, Any]: return {}
assert "x" in get_type_hints(f) and Result(1).weights is None
