"""What to do about an exception, a syntax error or a missing module: pure, from the words of Python and numpy."""

from __future__ import annotations

import re
from collections.abc import Callable

NO_FILES = "no files and no network can be reached while code is graded"
NO_PROCESSES = "no processes and no threads can be started while code is graded"

KNOWN = {"torch", "torchvision", "tensorflow", "keras", "jax", "einops", "scipy", "pandas", "sklearn", "numba", "cupy"}
"""Packages that attention code is also written with."""


def missing_module(module: str) -> str:
    """What to do where a module is not available."""
    if module.partition(".")[0] in KNOWN:
        return "write what needs it with numpy"
    return "if it is a file of yours, hand it in as well"


def what_of_module(module: str) -> str:
    """The same, as what to do next."""
    name = module.partition(".")[0]
    return f"Write what needs {name} with numpy" if name in KNOWN else f"Hand in {name}.py as well, if it is yours"


def _dot(found: re.Match[str]) -> str:
    rows, columns, other_rows, other_columns = found.groups()
    if columns == other_columns:
        return "the second has to be transposed, `.T`, for the product"
    if rows == other_rows:
        return "the first has to be transposed, `.T`, for the product"
    return f"the first has {columns} columns, but the second {other_rows} rows"


def _entrywise(found: re.Match[str]) -> str:
    one, other = ([size for size in found[n].split(",") if size] for n in (1, 2))
    if len(one) > 1 and len(other) > 1 and one[-1] == other[-2]:
        return "`*`, `+` and `/` go entry by entry; the product of matrices is `@`"
    if len(one) != len(other):
        return "sum, max and mean with keepdims=True keep the axis that they run over"
    return "only sizes that are equal, or 1, fit each other entry by entry"


def _module(found: re.Match[str]) -> str:
    return missing_module(found[1])


TORCH = (
    "unsqueeze softmax mm bmm matmul permute masked_fill detach numpy exp contiguous t float numel chunk size view_as"
)

REMEDIES: tuple[tuple[str, str, str | Callable[[re.Match[str]], str]], ...] = (
    ("FileNotFoundError|PermissionError", "", NO_FILES),
    ("BlockingIOError", r"\[Errno 11\]", NO_PROCESSES),
    ("RuntimeError", "can't start new thread", NO_PROCESSES),
    ("OSError", r"\[Errno 24\]", "only a few files and pipes may be open at a time while code is graded"),
    ("OSError", r"\[Errno 27\]", "files may not grow beyond 1 MB while code is graded"),
    ("EOFError", "reading a line", "nobody answers `input()` while code is graded"),
    ("MemoryError", "", "it needs more memory than is allowed"),
    ("NotImplementedError", "", "this is still to be written"),
    ("ModuleNotFoundError", r"No module named '([\w.]+)'", _module),
    ("NameError", r"^name '(?:np|numpy)' is not defined(?! \()", "is `import numpy as np` missing at the top?"),
    ("NameError", r"^name 'softmax' is not defined$", "numpy has no softmax: write it as a function of your own"),
    ("UnboundLocalError", "", "it gets its value in the function, but not before it is used there"),
    ("AttributeError", "module 'numpy' has no attribute 'softmax'", "write it with np.exp and np.sum"),
    (
        "AttributeError",
        rf"'numpy\.ndarray' object has no attribute '(?:{TORCH.replace(' ', '|')})'",
        "torch's tensors have it, numpy's arrays do not",
    ),
    (
        "AttributeError",
        "'(?:list|tuple)' object has no attribute '(?:T|shape|ndim|dot)'",
        "make it an array: np.array(…)",
    ),
    ("AttributeError|TypeError", "NoneType", "something is None: does a function that is called lack its `return`?"),
    ("TypeError", "argument '(?:dim|keepdim)'", "numpy says axis= and keepdims= where torch says dim= and keepdim="),
    ("TypeError", "'(?:int|tuple)' object is not callable", "in numpy, .shape and .size are written without ()"),
    ("TypeError", "unhashable type: 'numpy.ndarray'", "arrays cannot be keys: no lru_cache, set or dict of arrays"),
    (
        "ValueError",
        "truth value of an array",
        "`if`, `and` and `or` want one truth value: use .any(), .all() or np.where",
    ),
    ("ValueError", r"^shapes \((\d+),(\d+)\) and \((\d+),(\d+)\) not aligned", _dot),
    ("ValueError", r"^operands could not be broadcast together with shapes \(([\d,]+)\) \(([\d,]+)\)", _entrywise),
    ("ValueError", "values to unpack", "there are more or fewer names before the `=` than values behind it"),
    (
        r"\w*UFunc\w*Error",
        r"output from dtype\('float\d+'\) to dtype\('u?int",
        "an array of whole numbers takes no fractions: `a = a / b` makes a new one, `a /= b` does not",
    ),
    ("OverflowError", "math range error", "exp grew too large; subtract each row's maximum from the scores before it"),
    ("RecursionError", "", "a function calls itself without end"),
    ("AssertionError", "", "an `assert` of the code itself does not hold"),
    ("SystemExit", "", "it ends the program, as exit() and quit() do"),
    ("SyntaxError", r"'(?:return|yield)' outside function", "indent the line like the rest of its function"),
    ("IndexError", "tuple index out of range", "the array has fewer axes than that: look at its .shape"),
)
"""Class of exception, part of its message, what to say of it: the first that fits."""


def remedy(exception: str, message: str) -> str:
    """What to do about an exception; empty when nothing certain can be said."""
    for name, part, what in REMEDIES:
        found = re.search(part, message) if re.fullmatch(name, exception) else None
        if found is not None:
            return what if isinstance(what, str) else what(found)
    return ""


MATMUL = re.compile(
    r"^matmul: Input operand 1 has a mismatch in its core dimension 0.*\(size (\d+) is different from (\d+)"
)


def plainly(message: str) -> str:
    """An exception's message; one of numpy's in words that say what is meant."""
    found = MATMUL.search(message)
    if found is None:
        return message
    sides = f"the left side of `@` has {found[2]} columns, but the right side {found[1]} rows"
    return f"{sides}; is a `.T` missing?"


SYNTAX: tuple[tuple[str, str, str], ...] = (
    ("", "```", "take the Markdown fences (```) out"),
    ("", r">>>|\.\.\. ", "take the prompts (>>>) out, and what Python answered"),
    ("", "<<<<<<<|=======|>>>>>>>", "a merge was not finished: keep one of the two versions, and take the marks out"),
    ("", "[%!]", "take the notebook's command out"),
    ("expected ':'", "", "put a colon at the end of the line"),
    ("was never closed", "", "close it, in this line or below"),
    ("unmatched|does not match opening", "", "count the brackets of the line"),
    ("Missing parentheses in call to 'print'", "", "this is Python 2: write print(…)"),
    ("expected an indented block", "", "indent what belongs to it; where nothing is written yet, write `pass`"),
    ("unexpected indent|unindent", "", "let all lines of a block begin with the same spaces, four for each level"),
    ("inconsistent use of tabs", "", "let all lines begin with spaces, four for each level"),
    ("unterminated|EOL while|EOF while", "", "a quotation mark is missing at the end of a text"),
    (r"invalid character .*U\+20(?:18|19|1C|1D)", "", "type plain quotation marks, ' or \""),
    ("invalid (?:non-printable )?character", "", "delete this character and type it again"),
    ("^invalid syntax$", "", "look for a bracket, comma or operator that is missing here, or in the line before"),
)
"""Part of Python's message, beginning of the line, what to do: the first that fits."""


def syntax_remedy(message: str, text: str) -> str:
    """What to do about a line that Python cannot read; empty when its message says all."""
    fits = (what for part, begin, what in SYNTAX if re.search(part, message) and re.match(begin, text))
    return next(fits, "")


def is_consequence(message: str) -> bool:
    """Whether what a case says follows from what `obstacles` tells once: no call, or no module."""
    return bool(re.match(r"\w+(?:\(.*\) is not defined$| cannot be called as the)|.*\(its import failed: ", message))
