"""Where NaN and infinity come from, by the warnings that numpy gave while the code ran."""

from __future__ import annotations

import re

CAUSES: tuple[tuple[str, str], ...] = (
    ("overflow encountered in exp", "exp grew too large; subtract each row's maximum from the scores before it"),
    ("overflow encountered in", "the numbers grew too large for floats"),
    ("divide by zero encountered in log", "the log of 0 is -infinity"),
    ("divide by zero encountered in (?:scalar )?power", "0 to a negative power"),
    ("divide by zero encountered in", "something is divided by 0: a sum of weights, or a size?"),
    (
        "invalid value encountered in (?:scalar |true_)?divide",
        "0 / 0, or infinity by infinity; is the divisor a sum of weights, or a size?",
    ),
    ("invalid value encountered in (?:scalar )?(?:log|sqrt|power)", "the log, root or power of a negative number"),
    (
        "invalid value encountered in (?:scalar )?subtract",
        "infinity minus infinity; is there a row in which all scores are -infinity?",
    ),
    ("invalid value encountered in (?:scalar )?multiply", "0 times infinity; mask with np.where, not with a product"),
    ("invalid value encountered in", "infinity or NaN went into it"),
)
"""Part of a warning, what it means."""

UNKNOWN = {
    "NaN": "it comes of 0 / 0, of infinity minus or by infinity (did exp grow too large?), or of the log or root of "
    "a negative number",
    "infinity": "it comes of exp of a large number, or of a division by 0",
}
"""What can be said when nothing warned."""


def cause_of(what: str, warned: str) -> str:
    """The likely cause of "NaN" or "infinity", from the warnings of a run as the worker tells them, the first first.

    `overflow encountered in exp: mine.py, line 8; invalid value encountered in divide: mine.py, line 9`
    """
    warnings = [part.partition(": ") for part in warned.split("; ") if " encountered in " in part]
    # A mask is often made by a log of 0, which does no harm: what comes next is the cause.
    harmless = [
        entry for entry in warnings if what == "NaN" and entry[0].startswith("divide by zero encountered in log")
    ]
    warnings = [entry for entry in warnings if entry not in harmless] or harmless
    for text, _, place in warnings:
        for part, meaning in CAUSES:
            if re.match(part, text):
                return f"{place}: {meaning}"
    return UNKNOWN[what]
