"""Proves the cage: runs the probes (`probes.py`) in a real worker and says which were stopped."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader import feedback, launcher, sandbox
from grader.errors import HarnessError, IsolationRefused
from grader.isolation import Isolation, Probe
from grader.model import Loaded, Outcome, Returned, Run, SourceFile, Step, Stopped, Submission
from grader.runner import Limits, Runner, Wanted
from grader.sandbox.limits import TYPICAL

SOURCE = Path(__file__).with_name("probes.py")
LIMITS = Limits(memory=64 * 1024 * 1024)
ONLY_FULL = frozenset({"see_this_machine"})
"""What the tier `restricted` does not promise."""


def must_suffice(isolation: Isolation, require: str | None, unsafe: bool) -> None:
    """Before anything is graded. `require` is the least tier, `unsafe` allows `process`. Raises IsolationRefused."""
    if require is not None and sandbox.TIERS.index(isolation.tier) < sandbox.TIERS.index(require):
        raise IsolationRefused(f"the isolation is `{isolation.tier}`, and `{require}` is required{_reasons(isolation)}")
    if isolation.tier == "process" and not unsafe and require is None:
        raise IsolationRefused(
            f"the isolation is `process`: submissions would run with your rights{_reasons(isolation)}\n"
            "grade them where there is more (Linux, a container, a virtual machine), or say --unsafe if you trust all"
        )


def _reasons(isolation: Isolation) -> str:
    """Why the layers of the next tier are not in force, and where to learn more."""
    wanted = sandbox.FULL if isolation.tier == "restricted" else sandbox.RESTRICTED
    missing = [f"{name}: {why}" for name, why in isolation.left_out.items() if name in wanted]
    return "".join(f"\n  {line}" for line in missing) + "\n`grader doctor` says what to do about it"


def run(runner: Runner) -> tuple[Probe, ...]:
    """Try every probe in a worker of a runner. Raises HarnessError when they cannot be tried.

    None where nothing can be forked: there the cage is none, and some calls mean something else (on Windows `os.kill`
    with 0 is a Ctrl-C).
    """
    isolation = runner.isolation()
    if isolation.tier == "process" and not launcher.can_fork():
        return ()
    sentences = probe_sentences()
    with _bait() as submission:
        session = runner.open(submission, Wanted({probe: (probe,) for probe in sentences}), LIMITS, None)
        try:
            _must_be_loaded(session.loaded, len(sentences))
            outcomes = session.run([_run(probe) for probe in sentences])
        finally:
            session.close()
    return tuple(_probe(*pair, isolation) for pair in zip(sentences.items(), outcomes, strict=True))


def _must_be_loaded(loaded: Loaded | Stopped, count: int) -> None:
    """Right code that cannot be loaded would lose its points. Raises HarnessError."""
    if isinstance(loaded, Stopped) or loaded.fatal is not None:
        raise HarnessError(f"the probes of the cage cannot be loaded in it: {feedback.load_failure(loaded)}")
    if loaded.notes or len(loaded.functions) < count:
        what = "; ".join(feedback.note(note) for note in loaded.notes) or "some are missing"
        raise HarnessError(f"the probes of the cage cannot be loaded in it: {what}")


def must_hold(runner: Runner) -> None:
    """Run the probes at the start of a batch. Raises HarnessError when one gets through that should not."""
    holes = [probe for probe in run(runner) if probe.is_hole]
    if holes:
        what = "; ".join(f"{probe.what.rstrip('.')} ({probe.name})" for probe in holes)
        raise HarnessError(f"the cage has holes, nothing was graded. Student code can: {what}. See `grader doctor`")


def probe_sentences() -> Mapping[str, str]:
    """Name → what it tries, of every probe in their file."""
    functions = (node for node in ast.parse(SOURCE.read_bytes()).body if isinstance(node, ast.FunctionDef))
    return {node.name: ast.get_docstring(node) or "" for node in functions if not node.name.startswith("_")}


@contextlib.contextmanager
def _bait() -> Iterator[Submission]:
    """The submission, and while it is graded the things that it reaches for. Raises HarnessError."""
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-canary-"))
            submission = _submission(_facts(Path(folder)))
        except OSError as error:
            raise HarnessError(f"the probes of the cage need a temporary folder: {error}") from None
        yield submission


def _facts(folder: Path) -> Mapping[str, str | int]:
    """Things to reach for, in a folder that goes away afterwards."""
    private, other, open_folder = folder / "private", folder / "submission.py", folder / "open"
    private.write_text("secret")
    private.chmod(0o600)
    other.write_text("def double(x): return 2 * x\n")
    open_folder.mkdir()
    open_folder.chmod(0o777)
    (open_folder / "there").write_text("")
    folder.chmod(0o755)
    return {
        "REFERENCE": str(SOURCE),  # any file of the installation will do: none may be read
        "PRIVATE": str(private),
        "SUBMISSION": str(other),
        "OPEN_FOLDER": str(open_folder),
        "JUDGE": os.getpid(),
        "MEMORY": LIMITS.memory + TYPICAL[0],
    }


def _submission(facts: Mapping[str, str | int]) -> Submission:
    told = "".join(f"{name} = {value!r}\n" for name, value in facts.items()).encode()
    files = (SourceFile("facts.py", told), SourceFile("probes.py", SOURCE.read_bytes()))
    digest = hashlib.sha256(b"".join(file.data for file in files)).hexdigest()
    return Submission("canary", "canary", "probes.py", files, digest)


def _run(probe: str) -> Run:
    return Run((Step(probe, (), ("through",), f"through = {probe}()"),), {}, ("through",))


def _probe(named: Sequence[str], outcome: Outcome, isolation: Isolation) -> Probe:
    name, what = named
    promised = isolation.tier == "full" or (isolation.tier == "restricted" and name not in ONLY_FULL)
    if isinstance(outcome, Returned):
        value = outcome.values["through"].array
        stopped = value is not None and not value.any()
        return Probe(name, what, stopped, promised, "" if stopped else "it worked")
    # A worker that is no more became another program, or the probe itself is wrong: neither proves anything.
    return Probe(name, what, False, promised, f"it was not stopped as it should: {outcome}"[:200])
