"""A statement's facts → the text of a spec and of its reference, for an author to go on from. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.generic_mistakes import equivalents, mistakes
from grader.shape_guess import SCALE, Guess, guess
from grader.statement import Function, Statement
from grader.statement_calls import Example
from grader.statement_values import ROUNDED, Value, decimals

MODELINE = "# yaml-language-server: $schema=../grader/spec.schema.json\n"
WIDEST = 110
LEFT_OPEN = "# a factor, or a divisor? Where the statement leaves it open, name both under `conventions:`"
GUESSED = "# guessed from names and use: see that no two sizes are alike that should differ"

BLANK = '''\
# {title}

This task is worth 10 points.

```python
def attention(Q, K, V):
    """Attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V. Put your own function in its place."""
    scores = Q @ K.T / np.sqrt(K.shape[-1])
    weights = np.exp(scores)
    return weights / weights.sum(axis=-1, keepdims=True) @ V

Q = np.array([[1, 0], [0, 1]])
K = np.array([[1, 0], [0, 1]])
V = np.array([[1, 2], [3, 4]])
output = attention(Q, K, V)
# Expected: [[1.660477, 2.660477], [2.339523, 3.339523]]
```
'''
"""What `grader new` starts from without a statement."""

HOW_TO = """\
# Name the mistakes that you expect: `grader verify` holds the cases to them, and who makes one is told which.
#  - id: no_scale
#    title: the scores are not scaled
#    hint: Divide Q·Kᵀ by √d_k before the softmax.
#    replace: {"text that the reference has exactly once": "what stands there instead"}
"""


@dataclass(frozen=True)
class Skeleton:
    """Two files' texts."""

    spec: str
    reference: str


def skeleton(name: str, statement: Statement, modeline: bool) -> Skeleton:
    """A spec and its reference; `modeline`: whether the schema is where the repository has it."""
    reference = _reference(name, statement)
    parts = [
        (MODELINE if modeline else "") + _head(name, statement),
        _functions(statement.functions),
        _groups(statement),
        _misconceptions(reference) if statement.is_complete else f"# misconceptions:\n{HOW_TO}",
    ]
    return Skeleton("\n".join(parts), reference)


def blank(name: str) -> str:
    """The statement of an assignment of which nothing is known but its name."""
    return BLANK.replace("{title}", name.replace("_", " ").replace("-", " ").title())


# --- the reference -------------------------------------------------------------------------------


def _reference(name: str, statement: Statement) -> str:
    title = _one_line(statement.title or name).replace('"', "'").replace("\\", "/")
    imports = [line for line in statement.imports if line != "import numpy as np"]
    parts = [f'"""{title}: the reference."""', "\n".join(["import numpy as np", *imports])]
    parts += [f"\n{function.source.strip()}" for function in statement.helpers]
    parts += [f"\n{function.source.strip() or _unfinished(function)}" for function in statement.functions]
    return "\n\n".join(parts) + "\n"


def _unfinished(function: Function) -> str:
    parameters = [
        f"{name}={function.defaults[name]!r}" if name in function.defaults else name for name in function.parameters
    ]
    said = _one_line(function.docstring).replace('"', "'").replace("\\", "/")
    docstring = f'    """{said}"""\n' if said else ""
    return (
        f"def {function.name}({', '.join(parameters)}):\n{docstring}"
        f"    # Fill this in, as close to the formula as you would teach it: return {', '.join(function.returns)}\n"
        f'    raise NotImplementedError("{function.name} is to be filled in")'
    )


def _one_line(text: str) -> str:
    return " ".join((text.strip().split("\n\n") or [""])[0].split())


# --- the spec ------------------------------------------------------------------------------------


def _head(name: str, statement: Statement) -> str:
    lines = [
        f"assignment: {name}",
        f"title: {_text(_one_line(statement.title or name))}",
        f"points: {statement.points or 10}",
        f"reference: reference/{name}.py",
    ]
    days = {"released": statement.released, "due": statement.due}
    if any(days.values()):
        lines.append(f"dates: {{{', '.join(f'{key}: {day}' for key, day in days.items() if day)}}}")
    return "\n".join(lines) + "\n"


def _functions(functions: Sequence[Function]) -> str:
    lines = ["functions:                            # students may name parameters otherwise, not functions"]
    for function in functions:
        says = {"parameters": function.parameters, "returns": function.returns, "aliases": function.aliases}
        parts = [f"{key}: [{_keys(names)}]" for key, names in says.items() if names or key == "parameters"]
        line = f"  {_key(function.name)}: {{{', '.join(parts)}}}"
        lines += [line] if len(line) <= WIDEST else [f"  {_key(function.name)}:", *(f"    {part}" for part in parts)]
    return "\n".join(lines) + "\n"


def _groups(statement: Statement) -> str:
    functions = {function.name: function for function in [*statement.functions, *statement.helpers]}
    shown = [example for example in [*statement.examples, *statement.samples] if _only_asked(example, statement)]
    examples = [example for example in statement.examples if _only_asked(example, statement)]
    steps = _steps(shown, statement.functions)
    total = Decimal(statement.points or 10)
    whole = _called(steps[0]) if len(steps) == 1 else ""
    alone = [function for function in statement.functions if function.name != whole]
    tenth = total / 10 ** len(str(len(alone) + 3))  # or a hundredth: a decimal that ends
    for_examples = 2 * tenth if examples else Decimal()
    lines = [
        "steps:                                # what a case runs, unless its group says otherwise",
        *(f"  - {step}" for step in steps),
        "",
        "tolerance: {rtol: 1e-5, atol: 1e-6}   # tighter, and right solutions in float32 lose points",
        "limits: {import: 3s, case: 3s, submission: 20s, memory: 512MB}",
        "seed: 53                              # the only seed; every input follows from it",
        "",
        "groups:",
        *_examples(examples, steps, for_examples),
    ]
    for function in alone:
        own = [f"{', '.join(function.returns)} = {function.name}({', '.join(function.parameters)})"]
        guessed = guess(own, functions, shown)
        lines += _drawn(function.name, f"{function.name} alone", tenth, guessed, own, count=2)
    rest = total - for_examples - tenth * len(alone)
    title = "Drawn inputs, compared with what the reference returns"
    lines += _drawn("drawn", title, rest, guess(steps, functions, shown), [], count=4)
    return "\n".join(lines)


def _only_asked(example: Example, statement: Statement) -> bool:
    """Whether it calls nothing but functions that are asked for."""
    asked = {function.name for function in statement.functions}
    return all(_called(step) in asked for step in example.steps)


def _called(step: str) -> str:
    return step.partition(" = ")[2].partition("(")[0]


def _steps(shown: Sequence[Example], functions: Sequence[Function]) -> tuple[str, ...]:
    """The longest chain of calls that the statement shows, else the last function."""
    last = functions[-1]
    alone = f"{', '.join(last.returns)} = {last.name}({', '.join(last.parameters)})"
    return max((example.steps for example in shown), key=len, default=(alone,))


def _examples(examples: Sequence[Example], steps: Sequence[str], points: Decimal) -> Iterator[str]:
    if not examples:
        yield "  # The statement has no example with values; its examples would be a group of `cases:` with few points."
        return
    yield "  - id: examples"
    yield "    title: The statement's examples"
    yield f"    points: {_points(points):<25} # few: students know them, and they accept many mistakes"
    yield "    award: all"
    yield "    cases:"
    ids: set[str] = set()
    for example in examples:
        name = f"line_{example.line}" if f"line_{example.line}" not in ids else f"line_{example.line}_{len(ids)}"
        ids.add(name)
        yield f"      - id: {name}"
        if example.steps != tuple(steps):
            yield f"        steps: {json.dumps(example.steps, ensure_ascii=False)}"
        yield from _mapping("given", example.given, "        ") if example.given else ()
        yield from _mapping("expect", example.expect, "        ")
        digits = decimals([*example.expect.values()])
        if digits in ROUNDED:
            yield f"        tolerance: {{rtol: 0, atol: {0.51 * 10**-digits:.2g}}}   # shown with {digits} decimals"
    yield ""


def _mapping(key: str, values: Mapping[str, Value], indent: str) -> Iterator[str]:
    written = {_key(name): json.dumps(value) for name, value in values.items()}
    line = f"{indent}{key}: {{{', '.join(f'{name}: {value}' for name, value in written.items())}}}"
    if len(line) <= WIDEST:
        yield line
        return
    yield f"{indent}{key}:"
    yield from (f"{indent}  {name}: {value}" for name, value in written.items())


def _drawn(name: str, title: str, points: Decimal, guessed: Guess, steps: Sequence[str], count: int) -> Iterator[str]:
    yield f"  - id: {name}"
    yield f"    title: {title}"
    yield f"    points: {_points(points)}"
    if steps:
        yield "    steps:"
        yield from (f"      - {step}" for step in steps)
    sizes = ", ".join(f"{size}: {number}" for size, number in guessed.sizes.items())
    yield f"    draw: {{count: {count}, sizes: {{{sizes}}}}}"
    if guessed.given:
        yield f"    given:                            {GUESSED}"
        yield from (f"      {_key(name)}: {written}{_open(name, written)}" for name, written in guessed.given.items())
    if guessed.shapes:
        shapes = ", ".join(f"{_key(name)}: [{', '.join(shape)}]" for name, shape in guessed.shapes.items())
        yield f"    shapes: {{{shapes}}}"
    yield "    expect: reference"
    yield ""


def _open(name: str, written: str) -> str:
    """What to say of a number that students may read in two ways."""
    is_scale = SCALE.fullmatch(name.lower()) and not written.startswith("{")
    return f"   {LEFT_OPEN}" if is_scale else ""


def _misconceptions(reference: str) -> str:
    found = mistakes(reference)
    if not found:
        return f"# misconceptions:\n{HOW_TO}"
    lines = ["misconceptions:                       # each is the reference with one mistake; add those you expect"]
    for mistake in found:
        lines += [f"  - id: {mistake.id}", f"    title: {mistake.title}", f"    hint: {_text(mistake.hint)}"]
        lines.append(f"    replace: {json.dumps(mistake.replace, ensure_ascii=False)}")
    right_too = equivalents(reference)
    if right_too:
        lines += [
            "",
            "equivalent:                           # changes by `grader verify` that are right too, and why",
        ]
        lines += [f"  {json.dumps(text, ensure_ascii=False)}: {why}" for text, why in right_too.items()]
    return "\n".join(lines) + "\n"


def _points(points: Decimal) -> str:
    return f"{points.normalize():f}"


def _key(name: str) -> str:
    """YAML reads some names as something else."""
    return json.dumps(name) if name.lower() in ("null", "true", "false") else name


def _keys(names: Sequence[str]) -> str:
    return ", ".join(map(_key, names))


def _text(text: str) -> str:
    plain = re.fullmatch(r"[A-Za-z][\w ,.'()√·ᵀ-]*[\w.)]", text) and _key(text) == text
    return text if plain else json.dumps(text, ensure_ascii=False)
