"""`grader doctor`: which isolation this machine gives, what was proved of it, and what to do about the rest."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata

from rich.console import Console
from rich.text import Text

from grader import __version__, sandbox
from grader.isolation import Isolation, Probe
from grader.reports.ink import Ink

MEANING = {
    "full": "student code sees nothing of this machine and can change nothing",
    "restricted": "student code can read, write, reach and start nothing; it is not in a world of its own",
    "process": "student code runs with your rights: only for your own code, or in a virtual machine",
}
PACKAGES = ("numpy", "pydantic", "nbformat", "PyYAML")


def show(isolation: Isolation, probes: Sequence[Probe], console: Console) -> None:
    """Print tier, layers, probes and versions, with what to do about each that falls short."""
    ink = Ink.of(console)
    style = "bold green" if isolation.tier == "full" else "bold yellow"
    lines = [
        ink.line(f"isolation: {isolation.tier}", style),
        ink.line(f"  {MEANING[isolation.tier]}"),
        ink.line("layers", "bold"),
        *_layers(isolation, ink),
        ink.line(
            "probes, run in a real worker: can student code ..." if probes else "probes: none, without a cage", "bold"
        ),
        *(_probe(probe, ink) for probe in probes),
        ink.line("versions", "bold"),
        ink.line(f"  {_versions()}"),
    ]
    for line in lines:
        console.print(line, soft_wrap=True)  # to be copied into a report as it is


def _layers(isolation: Isolation, ink: Ink) -> Iterator[Text]:
    for layer in sandbox.LAYERS:
        if layer.name in isolation.layers:
            details = isolation.details.get(layer.name, "")
            yield _marked(True, f"{layer.name:<11} {details}".rstrip(), ink)
        else:
            yield _marked(False, f"{layer.name:<11} {isolation.left_out.get(layer.name, 'not in force')}", ink)
            yield ink.line(f"    {layer.advice}", "dim")


def _probe(probe: Probe, ink: Ink) -> Text:
    if probe.stopped:
        return _marked(True, f"{probe.what}: no", ink)
    promise = "the tier promises to stop it: please report this" if probe.promised else "this tier does not stop it"
    return _marked(False, f"{probe.what}: YES ({probe.name}: {probe.happened}; {promise})", ink)


def _marked(good: bool, words: str, ink: Ink) -> Text:
    return ink.line("  ✓ " if good else "  ✗ ", "green" if good else "red").append_text(ink.line(words))


def _versions() -> str:
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    python = ".".join(map(str, sys.version_info[:3]))
    return f"grader {__version__}, Python {python}, {packages}, {platform.system()} {platform.release()}"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not installed)"
