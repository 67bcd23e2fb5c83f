"""Runs a composite action as GitHub's runner does, as far as this project's action goes.

Steps are taken from action.yml; expressions are those that name inputs, the event and outputs of earlier steps. What a step
prints is read for workflow commands by the runner's own rules.
"""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import tempfile

import yaml

EXPRESSION = re.compile(r"\$\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}")
# The commands that the runner knows, in the form `::name properties::message`.
COMMAND = re.compile(r"^::([a-z-]+)(?: ([^:]*))?::(.*)$")
# Its older form, which it finds anywhere in a line.
OLD_COMMAND = re.compile(r"##\[([a-z-]+)( [^\]]*)?\](.*)$")
KNOWN = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "add-matcher", "remove-matcher",
         "stop-commands", "echo", "save-state", "set-output", "set-env", "add-path"}


@dataclasses.dataclass
class Command:
    name: str
    properties: dict
    message: str


@dataclasses.dataclass
class Outcome:
    status: int
    outputs: dict
    summary: str
    log: str
    commands: list

    def annotations(self, level=None):
        return [one for one in self.commands if one.name in ("error", "warning", "notice") and level in (None, one.name)]


def unescape(text, also=()):
    for code, character in [*also, ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]:
        text = text.replace(code, character)
    return text


def commands(log):
    """The workflow commands in a log. While they are stopped, only the mark that was agreed on starts them again."""
    found, mark = [], None
    for line in log.splitlines():
        line = line.lstrip()
        if mark is not None:
            if line == f"::{mark}::":
                mark = None
            continue
        match = COMMAND.match(line) or OLD_COMMAND.search(line)
        if not match or match[1] not in KNOWN:
            continue
        if match[1] == "stop-commands":
            mark = match[3]
            continue
        pairs = (pair.partition("=") for pair in (match[2] or "").strip().split(",") if pair)
        colons = [("%3A", ":"), ("%2C", ",")]
        properties = {name.strip(): unescape(value, colons) for name, _, value in pairs}
        found.append(Command(match[1], properties, unescape(match[3])))
    return found


def assignments(text):
    """The contents of GITHUB_OUTPUT: `name=value`, or `name<<MARK`, lines, `MARK`."""
    values, lines = {}, iter(text.splitlines())
    for line in lines:
        if "<<" in line and "=" not in line.split("<<")[0]:
            name, mark = line.split("<<", 1)
            values[name] = "\n".join(iter(lambda: next(lines), mark))
        else:
            name, equals, value = line.partition("=")
            assert equals, f"GITHUB_OUTPUT has a line that is no assignment: {line!r}"
            values[name] = value
    return values


class Action:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.action = yaml.safe_load((self.root / "action.yml").read_text())
        assert self.action["runs"]["using"] == "composite"
        for step in self.action["runs"]["steps"]:
            assert step.get("shell") == "bash", f"{step}: a composite step names its shell"
            assert "${{" not in step["run"], f"{step['name']}: what others wrote must not become part of a script"

    def run(self, workspace, inputs=None, event_name="push", event=None, repository="acme/shop", environment=None,
            context=None, skip=()):
        """Runs the steps but those to skip, whose outputs are given instead."""
        unknown = set(inputs or {}) - set(self.action["inputs"])
        assert not unknown, f"no such inputs: {unknown}"
        values = {name: str(given.get("default", "")) for name, given in self.action["inputs"].items()}
        values.update(inputs or {})
        github = {"event": event or {}, "event_name": event_name, "repository": repository, **(context or {})}
        steps = {name: {"outputs": outputs} for name, outputs in dict(skip).items()}
        contexts = {"inputs": values, "github": github, "steps": steps}

        def evaluated(text):
            def value(match):
                at = contexts
                for name in match[1].split("."):
                    at = at.get(name, "") if isinstance(at, dict) else ""
                return "" if at is None else str(at)
            result = EXPRESSION.sub(value, str(text))
            return result

        log, summary, status = "", "", 0
        with tempfile.TemporaryDirectory() as temporary:
            temporary = pathlib.Path(temporary)
            (temporary / "event.json").write_text(json.dumps(event or {}))
            for number, step in enumerate(self.action["runs"]["steps"]):
                if step.get("id") in steps:
                    continue
                files = {name: temporary / f"{name}-{number}" for name in ("output", "summary", "env", "path")}
                for file in files.values():
                    file.touch()
                script = temporary / f"step-{number}.sh"
                script.write_text(step["run"])
                keep = {name: os.environ[name] for name in ("PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME") if name in os.environ}
                env = {
                    **keep,
                    "CI": "true",
                    "GITHUB_ACTIONS": "true",
                    "GITHUB_ACTION_PATH": str(self.root),
                    "GITHUB_ENV": str(files["env"]),
                    "GITHUB_EVENT_NAME": event_name,
                    "GITHUB_EVENT_PATH": str(temporary / "event.json"),
                    "GITHUB_OUTPUT": str(files["output"]),
                    "GITHUB_PATH": str(files["path"]),
                    "GITHUB_REPOSITORY": repository,
                    "GITHUB_STEP_SUMMARY": str(files["summary"]),
                    "GITHUB_WORKSPACE": str(workspace),
                    "RUNNER_TEMP": os.environ.get("RUNNER_TEMP") or str(temporary),
                    **(environment or {}),
                    **{name: evaluated(value) for name, value in step.get("env", {}).items()},
                }
                done = subprocess.run(
                    ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                    cwd=workspace, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                )
                log += done.stdout.decode("utf-8", "replace")
                summary += files["summary"].read_text()
                steps[step.get("id")] = {"outputs": assignments(files["output"].read_text())}
                assert not files["env"].read_text() and not files["path"].read_text(), "no step alters later steps"
                if done.returncode != 0:
                    status = done.returncode
                    break
            outputs = {name: evaluated(given["value"]) for name, given in self.action["outputs"].items()}
            sarif = outputs.get("sarif-file")
            if sarif and pathlib.Path(sarif).is_file():
                outputs["sarif"] = json.loads(pathlib.Path(sarif).read_text())
            return Outcome(status, outputs, summary, log, commands(log))
