"""Plants random secrets in an application, and finds them again: in what clients are served, and in mpcheck's report."""

import json
import re
import secrets
import subprocess
import sys

PLACEHOLDER = re.compile(r"@@([a-z0-9-]+)@@")
# A variable that is defined with a planted value goes by its name, too.
DEFINED = re.compile(r"^([A-Z][A-Z0-9_]+)=@@([a-z0-9-]+)@@$", re.MULTILINE)
SHIPS = ("client-side-secret", "public-env-secret")


class Planted:
    """A secret: its text, and the variables that hold it."""

    def __init__(self):
        self.text = secrets.token_hex(16)
        self.variables = []


def plant(template, folder):
    """Copies an application, with random secrets for the placeholders; each by its name."""
    planted = {}
    for source in sorted(path for path in template.rglob("*") if path.is_file()):
        target = folder / source.relative_to(template)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text()
        for name in PLACEHOLDER.findall(text):
            planted.setdefault(name, Planted())
        for variable, name in DEFINED.findall(text):
            planted[name].variables.append(variable)
        target.write_text(PLACEHOLDER.sub(lambda match: planted[match[1]].text, text))
    return planted


def found(bodies, planted):
    """The names of those secrets that stand in what clients are served: address and bytes of each."""
    shipped = set()
    for _, body in bodies:
        shipped.update(name for name, secret in planted.items() if secret.text.encode() in body)
    return shipped


def verdict(mpcheck, folder, planted):
    """The names of those secrets that ship by mpcheck's verdict."""
    command = [mpcheck, "--quiet", "--fail-on", "never", "--format", "sarif"]
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    shipped, somewhere = set(), set()
    for result in json.loads(done.stdout)["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        lines = (folder / place["artifactLocation"]["uri"]).read_text().splitlines()
        names = pointed_at(lines, place["region"], planted)
        if not names and result["ruleId"] in SHIPS:
            sys.exit(f"ships: {place['artifactLocation']['uri']}:{place['region']['startLine']} "
                     f"{result['ruleId']} points at no planted secret")
        somewhere.update(names)
        if result["ruleId"] in SHIPS:
            shipped.update(names)
    return shipped


def pointed_at(lines, region, planted):
    """The secrets that a region of a file holds, or touches, or whose variable it names."""
    line = lines[region["startLine"] - 1]
    start = region.get("startColumn", 1) - 1
    one = region.get("endLine", region["startLine"]) == region["startLine"]
    end = region.get("endColumn", len(line) + 1) - 1 if one else len(line)
    names = set()
    for name, secret in planted.items():
        at = line.find(secret.text)
        if at >= 0 and at < end and start < at + len(secret.text):
            names.add(name)
        if any(re.search(rf"\b{variable}\b", line[start:end]) for variable in secret.variables):
            names.add(name)
    return names
