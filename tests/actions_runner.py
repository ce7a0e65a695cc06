"""What GitHub's runner does with a composite action: expressions, the environment, files, commands that it prints."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

REGISTERED = {
    "error",
    "warning",
    "notice",
    "debug",
    "group",
    "endgroup",
    "set-output",
    "add-mask",
    "set-env",
    "add-path",
}
REGISTERED |= {"save-state", "echo", "add-matcher", "remove-matcher", "stop-commands"}


@dataclass(frozen=True)
class Command:
    """A workflow command as the runner understands it."""

    name: str
    properties: Mapping[str, str]
    data: str


@dataclass
class Done:
    """How an action went."""

    outputs: dict[str, str] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    used: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Actions that it uses, which are not run here, with their inputs."""
    summary: str = ""
    code: int = 0
    log: str = ""

    def annotations(self, *levels: str) -> list[Command]:
        return [command for command in self.commands if command.name in (levels or ("error", "warning", "notice"))]


def run(
    action: Path,
    inputs: Mapping[str, str],
    workspace: Path,
    runner: Path,
    environment: Mapping[str, str],
    only: str = "",
    skip: str = "",
) -> Done:
    """Run an action's steps in a workspace, or `only` the step of that name, or all but the one to `skip`."""
    described = yaml.safe_load((action / "action.yml").read_text(encoding="utf-8"))
    unknown = set(inputs) - set(described["inputs"])
    assert not unknown, unknown
    values = {name: str(inputs.get(name, entry.get("default", ""))) for name, entry in described["inputs"].items()}
    known = {f"inputs.{name}": value for name, value in values.items()} | {"github.action_path": str(action)}
    done = Done()
    for number, step in enumerate(described["runs"]["steps"]):
        if (
            step["name"] == skip
            or (only and step["name"] != only)
            or not _is_due(step.get("if", "success()"), known, done.code)
        ):
            continue
        if "uses" in step:
            done.used.append((step["uses"], {name: _text(value, known) for name, value in step["with"].items()}))
            continue
        outputs = _step(step, number, known, done, workspace, runner, environment)
        known |= {f"steps.{step.get('id', number)}.outputs.{name}": value for name, value in outputs.items()}
    done.outputs = {name: _text(entry["value"], known) for name, entry in described["outputs"].items()}
    return done


def _step(
    step: dict[str, Any],
    number: int,
    known: Mapping[str, str],
    done: Done,
    workspace: Path,
    runner: Path,
    environment: Mapping[str, str],
) -> dict[str, str]:
    """Run a step's script as the runner does; what it put out."""
    assert step["shell"] == "bash"
    assert "${{" not in step["run"], "an expression in a script is code of whoever gives its value"
    files = runner / "files"
    files.mkdir(exist_ok=True)
    output, summary = files / f"output-{number}", files / f"summary-{number}"
    output.write_bytes(b"")
    summary.write_bytes(b"")
    script = files / f"script-{number}.sh"
    script.write_text(step["run"], encoding="utf-8")
    given = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION": "__OWNER_attention-grader",
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "RUNNER_TEMP": str(runner),
    }
    own = {name: _text(value, known) for name, value in step.get("env", {}).items()}
    ran = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        cwd=workspace,
        env={**os.environ, **environment, **given, **own},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    done.code = done.code or ran.returncode
    found = commands(ran.stdout.decode(), ran.stderr.decode())
    done.commands += found
    done.log += ran.stdout.decode() + ran.stderr.decode()
    done.summary += summary.read_text(encoding="utf-8")
    said = {c.properties.get("name", ""): c.data for c in found if c.name == "set-output"}
    return said | outputs(output.read_text(encoding="utf-8"))


def _is_due(condition: str, known: Mapping[str, str], failed: int) -> bool:
    """Conditions of the few kinds that we use, joined by `&&`."""
    parts = [part.strip() for part in condition.removeprefix("${{").removesuffix("}}").split("&&")]
    due = "always()" in parts or not failed
    for part in parts:
        if part not in ("always()", "success()"):
            compared = re.fullmatch(r"(\S+) != ''", part)
            assert compared, part
            due = due and known.get(compared[1], "") != ""
    return due


def _text(value: object, known: Mapping[str, str]) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda found: known.get(found[1], ""), text)


def outputs(text: str) -> dict[str, str]:
    """What a file of outputs says: `name=value`, or `name<<end`, lines, `end`."""
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        name, equals, value = line.partition("=")
        if equals and "<<" not in name:
            found[name] = value
        elif line:
            name, _, end = line.partition("<<")
            assert name
            assert end
            taken: list[str] = []
            while (following := next(lines)) != end:
                taken.append(following)
            found[name] = "\n".join(taken)
    return found


def commands(*streams: str) -> list[Command]:
    """The commands that are carried out, as `ActionCommandManager` reads the streams, one after the other."""
    found: list[Command] = []
    token = ""
    for line in (line for stream in streams for line in re.split(r"\r\n|\r|\n", stream)):
        command = _parsed(line, REGISTERED | ({token} if token else set()))
        if command is None:
            continue
        if token:
            token = "" if command.name == token else token
        elif command.name == "stop-commands":
            token = command.data
        else:
            found.append(command)
    return found


def _parsed(line: str, registered: set[str]) -> Command | None:
    text = line.lstrip()
    if text.startswith("::") and "::" in text[2:]:
        head, _, data = text[2:].partition("::")
        name, _, rest = head.partition(" ")
        if name.lower() in registered:
            pairs = [pair.partition("=") for pair in rest.strip().split(",") if pair]
            known = {key: _plain(value, ":,") for key, _, value in pairs if value}
            return Command(name.lower(), known, _plain(data))
    _, bracket, old = line.partition("##[")
    head, closed, data = old.partition("]")
    name, _, rest = head.partition(" ")
    if bracket and closed and name.lower() in registered:
        pairs = [pair.partition("=") for pair in rest.split(";") if pair]
        return Command(name.lower(), {key: _plain(value, ";]") for key, _, value in pairs}, _plain(data, ";]"))
    return None


def _plain(text: str, more: str = "") -> str:
    for char in "\r\n" + more + "%":  # the percent sign last, or what it stands before would be read again
        text = text.replace(f"%{ord(char):02X}", char)
    return text
