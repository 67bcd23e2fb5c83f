"""Runs scanners over fixtures/cases and prints how many of the expected secrets each finds, and what else it reports."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM, WORK = sys.argv[1], pathlib.Path(sys.argv[2])
EXPOSURE = {"client-side-secret", "public-env-secret", "hardcoded-secret"}
LINE = re.compile(r"^(\?)?\s*(\S.*?):([\d,]+)\s+([a-z-]+)(?:@\w+)?\s*$")

# A copy without the expectations, which would tell the answers, and outside of any repository.
CASES = WORK / "cases"
shutil.copytree(ROOT / "fixtures/cases", CASES, ignore=shutil.ignore_patterns("expected.txt"))


def expected():
    """What has to be reported, each a set of places of which one is enough, and all places where a report is no mistake."""
    wanted, fine = [], set()
    for file in sorted((ROOT / "fixtures/cases").glob("*/expected.txt")):
        for line in file.read_text().splitlines():
            match = LINE.match(line)
            if not match:
                continue
            places = {(f"{file.parent.name}/{match[2]}", int(number)) for number in match[3].split(",")}
            fine |= places
            if match[4] in EXPOSURE and not match[1]:
                wanted.append(places)
    return wanted, fine


PLACES = os.pathsep.join([str(place) for place in (WORK / "venv").glob("*/bin")] + [os.environ["PATH"]])


def run(*command):
    env = {**os.environ, "PATH": PLACES}
    return subprocess.run(command, cwd=CASES, env=env, capture_output=True, text=True, check=False).stdout


def mpcheck():
    # Each case is a repository of its own.
    for folder in sorted(CASES.iterdir()):
        log = json.loads(subprocess.run([PROGRAM, "-f", "json", "--no-config", "."], cwd=folder, capture_output=True, text=True,
                                        check=False).stdout)
        for finding in log["findings"]:
            if finding["rule"] in EXPOSURE:
                yield f"{folder.name}/{finding['path']}", finding["range"]["start"]["line"]


def detect_secrets():
    for path, found in json.loads(run("detect-secrets", "scan", "--all-files", "."))["results"].items():
        for one in found:
            yield path, one["line_number"]


def kingfisher():
    for line in run("kingfisher", "scan", ".", "--no-validate", "--format", "jsonl", "--confidence", "low", "--no-update-check").splitlines():
        try:
            finding = json.loads(line)
        except ValueError:
            continue
        where = finding.get("finding", finding) if isinstance(finding, dict) else {}
        if where.get("path") and where.get("line"):
            yield os.path.relpath(CASES / where["path"], CASES), int(where["line"])


def deepsecrets():
    out = WORK / "deepsecrets.json"
    run("deepsecrets", "--target-dir", str(CASES), "--outfile", str(out))
    for result in json.loads(out.read_text())["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        path = place["artifactLocation"]["uri"].removeprefix("file://")
        yield os.path.relpath(path, CASES) if path.startswith("/") else path, int(place["region"]["startLine"])


def trufflehog3():
    for one in json.loads(run("trufflehog3", "--no-history", "--format", "json", ".") or "[]"):
        yield one["path"], int(one["line"])


def gitleaks():
    out = WORK / "gitleaks.json"
    run("gitleaks", "dir", "--no-banner", "--report-format", "json", "--report-path", str(out), ".")
    for one in json.loads(out.read_text()):
        yield one["File"], int(one["StartLine"])


def trufflehog():
    for line in run("trufflehog", "filesystem", "--json", "--no-verification", "--no-update", ".").splitlines():
        file = json.loads(line).get("SourceMetadata", {}).get("Data", {}).get("Filesystem")
        if file:
            yield file["file"], int(file.get("line", 0))


wanted, fine = expected()
print(f"{len(wanted)} secrets in {len(list(CASES.iterdir()))} cases\n")
print("| scanner | secrets found | other lines reported |\n| --- | --- | --- |")
for scanner in (mpcheck, kingfisher, detect_secrets, deepsecrets, trufflehog3, gitleaks, trufflehog):
    name = scanner.__name__.replace("_", "-")
    if scanner is not mpcheck and not shutil.which(name, path=PLACES):
        continue
    try:
        found = {(str(pathlib.PurePath(path)), line) for path, line in scanner()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"| {name} | could not be run: {type(error).__name__} {error} | |")
        continue
    hit = sum(1 for places in wanted if places & found)
    print(f"| {name} | {hit} ({hit * 100 // len(wanted)} %) | {len(found - fine)} |")
