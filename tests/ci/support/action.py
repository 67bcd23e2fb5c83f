"""The action on made pull requests, with inputs and file names that try to run something or to forge annotations.

    action.py PROGRAM     PROGRAM is the mpcheck to run; the install step is tried on its own.
"""

import contextlib
import functools
import hashlib
import http.server
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading

from runner import Action, commands

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
ACTION = Action(ROOT)
SECRET = "8d31f0b9c2a7465e90d4b7e61f3a5c28"
OTHER = "4be09a7c15d2f8360e6b91c4a8d37f52"
LEAK = f"MIXPANEL_API_SECRET = '{SECRET}'\n"
INSTALLED = {"install": {"program": PROGRAM}}


def git(folder, *arguments):
    quiet = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    quiet |= {f"GIT_{who}_{what}": "t@t.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **quiet}, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


@contextlib.contextmanager
def folder(files):
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name)
        write(path, files)
        yield path


def check(workspace, inputs=None, **more):
    return ACTION.run(workspace, inputs, skip=INSTALLED.items(), **more)


def case(test):
    print(f"  {test.__name__.replace('_', ' ')}", flush=True)
    test()
    return test


@case
def a_tree_with_findings():
    with folder({"src/a b.py": LEAK, "src/user.py": "MIXPANEL_SA_USERNAME = 'reports.4be21c.mp-service-account'\n"}) as tree:
        outcome = check(tree)
        assert outcome.status == 1, outcome.log
        numbers = [outcome.outputs[name] for name in ("errors", "warnings", "notes", "exit-status")]
        assert numbers == ["1", "0", "1", "1"], outcome.outputs
        [error] = outcome.annotations("error")
        assert error.properties["file"] == "src/a b.py" and error.properties["line"] == "1", error
        assert error.properties["title"] == "mpcheck: hardcoded-secret"
        assert len(outcome.annotations("notice")) == 1
        assert len(outcome.outputs["sarif"]["runs"][0]["results"]) == 2
        for words in ("hardcoded-secret", "src/a b.py:1", "### Credentials", "project secret", "service account username"):
            assert words in outcome.summary, f"{words}\n{outcome.summary}"
        assert SECRET not in outcome.log + outcome.summary
        calm = check(tree, {"fail-on": "never"})
        assert (calm.status, calm.outputs["errors"], calm.outputs["exit-status"]) == (0, "1", "0"), calm.outputs


@case
def a_clean_tree():
    with folder({"a.py": "import os\nMIXPANEL_API_SECRET = os.environ['MIXPANEL_API_SECRET']\n"}) as tree:
        outcome = check(tree)
        assert outcome.status == 0 and not outcome.annotations(), outcome.log
        assert outcome.outputs["errors"] == "0" and "Nothing found" in outcome.summary


@case
def paths_and_arguments_are_lists():
    with folder({"one two/a.py": LEAK, "b.py": LEAK, "c.py": LEAK}) as tree:
        outcome = check(tree, {"paths": "one two\nb.py\n", "arguments": "--ignore=hardcoded-token\n--max-file-size\n1M\n"})
        found = sorted(one.properties["file"] for one in outcome.annotations())
        assert found == ["b.py", "one two/a.py"], outcome.log
        outcome = check(tree, {"paths": "gone.py"})
        assert outcome.status == 2 and outcome.outputs["exit-status"] == "2", outcome.log
        assert "gone.py" in outcome.annotations("error")[0].message


@case
def hostile_inputs_run_nothing():
    hostile = [
        "$(touch pwned)", "`touch pwned`", "'; touch pwned; '", '"; touch pwned; "', "$PWD && touch pwned", "| touch pwned",
        "%0A::error::forged", "::error::forged", "a\n::error::forged", "##[error]forged", "--output=human=pwned", "-opwned",
    ]
    with folder({"a.py": LEAK}) as tree:
        for text in hostile:
            for name in ACTION.action["inputs"]:
                if name == "version" or (name == "arguments" and text.startswith("-")):
                    continue
                outcome = check(tree, {name: text})
                assert not (tree / "pwned").exists(), f"{name}={text!r} ran something\n{outcome.log}"
                forged = [one for one in outcome.annotations() if one.message.startswith("forged")]
                assert not forged, f"{name}={text!r} forged {forged}\n{outcome.log}"
                titles = {one.properties.get("title", "").split(":")[0] for one in outcome.annotations()}
                assert titles <= {"mpcheck"}, f"{name}={text!r}\n{outcome.log}"
                assert SECRET not in outcome.log


@case
def hostile_file_names_forge_nothing():
    names = ["$(touch pwned).py", "`touch pwned`.py", "a%0A::error::forged.py", "::error file=x::forged.py", "l\n::error::forged.py",
             "##[error]forged.py", "a b,line=7.py", "quote\"'.py", "|<img src=x>|.py"]
    with folder({name: LEAK for name in names}) as tree:
        for inputs in ({}, {"annotations": "false"}, {"paths": "\n".join(name for name in names if "\n" not in name)}):
            outcome = check(tree, inputs)
            assert outcome.status == 1 and not (tree / "pwned").exists(), outcome.log
            expected = names if not inputs else [name for name in names if "\n" not in name] if "paths" in inputs else []
            files = sorted(one.properties["file"] for one in outcome.annotations())
            assert files == sorted(expected), f"{files}\n{outcome.log}"
            assert all(one.properties["title"] == "mpcheck: hardcoded-secret" for one in outcome.annotations())
            assert "<img" not in outcome.summary and "\n::error" not in outcome.summary


@case
def what_files_say_is_no_command():
    text = f"::error::forged\n##[error]forged\n{LEAK}::error::forged ##[warning]forged\n::stop-commands::x\n"
    with folder({"a.txt": text, "bad.py": f"::error::forged\n{LEAK}def (:\n##[error]forged mixpanel\n"}) as tree:
        for annotations in ("true", "false"):
            outcome = check(tree, {"annotations": annotations})
            assert not any("forged" in one.message for one in outcome.commands), outcome.log
            assert len(outcome.annotations("error")) == (2 if annotations == "true" else 0), outcome.log
            assert outcome.outputs["errors"] == "2"


def pull_request(tree, head="acme/shop"):
    base = git(tree, "rev-parse", "main")
    return {"event_name": "pull_request",
            "event": {"pull_request": {"base": {"sha": base}, "head": {"repo": {"full_name": head}}}}}


@contextlib.contextmanager
def repository(before, after):
    with folder(before) as tree:
        git(tree, "init", "--quiet")
        git(tree, "add", "--all")
        git(tree, "commit", "--quiet", "--message=before")
        git(tree, "checkout", "--quiet", "-b", "change")
        write(tree, after)
        git(tree, "add", "--all")
        git(tree, "commit", "--quiet", "--message=after")
        yield tree


@case
def a_pull_request_answers_for_what_it_adds():
    new = f"MIXPANEL_PROJECT_SECRET = '{OTHER}'\n"
    with repository({"old.py": LEAK}, {"new file.py": new}) as tree:
        outcome = check(tree, **pull_request(tree))
        assert [one.properties["file"] for one in outcome.annotations()] == ["new file.py"], outcome.log
        assert outcome.status == 1 and outcome.outputs["errors"] == "1"
        outcome = check(tree, {"pull-requests": "all"}, **pull_request(tree))
        assert outcome.outputs["errors"] == "2", outcome.log
    with repository({"old.py": LEAK}, {"readme.txt": "nothing\n"}) as tree:
        outcome = check(tree, **pull_request(tree))
        assert outcome.status == 0 and not outcome.annotations(), outcome.log


@case
def a_fork_does_not_loosen_its_own_judgement():
    loose = {"new.py": LEAK, "mpcheck.toml": "[rules]\nhardcoded-secret = \"off\"\n"}
    with repository({"a.txt": "\n", "mpcheck.toml": "[rules]\nhardcoded-token = \"off\"\n"}, loose) as tree:
        outcome = check(tree, **pull_request(tree, head="stranger/shop"))
        assert outcome.outputs["errors"] == "1" and outcome.status == 1, outcome.log
        outcome = check(tree, **pull_request(tree))
        assert outcome.outputs["errors"] == "0", outcome.log


@case
def a_base_that_is_not_there_is_named_with_its_remedy():
    with repository({"a.py": "\n"}, {"b.py": LEAK}) as tree:
        more = pull_request(tree)
        more["event"]["pull_request"]["base"]["sha"] = "0123456789abcdef0123456789abcdef01234567"
        outcome = check(tree, **more)
        assert outcome.status == 2 and "fetch-depth: 0" in outcome.annotations("error")[0].message, outcome.log


@case
def a_baseline_is_passed_on():
    with folder({"a.py": LEAK}) as tree:
        subprocess.run([PROGRAM, "--baseline", "known.json", "--update-baseline", "--quiet", "."], cwd=tree, check=False,
                       capture_output=True)
        assert (tree / "known.json").is_file()
        outcome = check(tree, {"baseline": "known.json"})
        assert outcome.status == 0 and outcome.outputs["errors"] == "0", outcome.log


@case
def many_findings_fit_into_the_summary():
    lines = "".join(f"MIXPANEL_API_SECRET_{n} = '{hashlib.md5(str(n).encode()).hexdigest()}'\n" for n in range(3000))
    with folder({"a.py": lines}) as tree:
        outcome = check(tree)
        assert outcome.outputs["errors"] == "3000", outcome.outputs
        assert len(outcome.summary.encode()) < 1_000_000 and "more are left out" in outcome.summary
        assert "GitHub shows the first 10" in outcome.log


def triple():
    return {"Linux": "unknown-linux-gnu", "Darwin": "apple-darwin"}[platform.system()]


@contextlib.contextmanager
def releases(files):
    """A server with releases below acme/mpcheck."""
    with folder({}) as served:
        for path, contents in files.items():
            target = served / "acme/mpcheck/releases/download" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(contents)
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=served))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"action_repository": "acme/mpcheck", "server_url": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()


def install(inputs, context, action=ACTION):
    with folder({"a.py": LEAK}) as tree, folder({}) as temporary:
        outcome = action.run(tree, inputs, context=context, environment={"RUNNER_TEMP": str(temporary)},
                             skip={"check": {}}.items())
        unpacked = any(temporary.rglob("mpcheck-9.8.7-*/mpcheck"))
        return outcome, unpacked


@case
def a_release_is_installed_only_by_its_checksum():
    machine = {"arm64": "aarch64"}.get(platform.machine(), platform.machine())
    name = f"mpcheck-9.8.7-{machine}-{triple()}"
    with folder({}) as work:
        (work / name).mkdir()
        shutil.copy(PROGRAM, work / name / "mpcheck")
        with tarfile.open(work / "archive.tar.gz", "w:gz", compresslevel=1) as archive:
            archive.add(work / name, name)
        archive = (work / "archive.tar.gz").read_bytes()
    sums = f"{hashlib.sha256(archive).hexdigest()}  {name}.tar.gz\n".encode()
    good = {f"v9.8.7/{name}.tar.gz": archive, "v9.8.7/SHA256SUMS": sums}
    with releases(good) as context:
        outcome, unpacked = install({"version": "9.8.7"}, context)
        assert outcome.status == 0 and unpacked and "mpcheck 0." in outcome.log, outcome.log
        outcome, unpacked = install({"version": "9.9.9"}, context)
        assert outcome.status == 2 and "no release 9.9.9" in outcome.annotations("error")[0].message, outcome.log
        outcome, _ = install({"version": "1.0.0/../..$(touch pwned)\n::error::forged"}, context)
        assert outcome.status == 2 and len(outcome.annotations()) == 1, outcome.log
        # A checksum that is committed with the action goes before the one beside the archive.
        with folder({}) as copy:
            shutil.copy(ROOT / "action.yml", copy)
            shutil.copytree(ROOT / ".github/action", copy / ".github/action")
            shutil.copy(ROOT / "Cargo.toml", copy)
            (copy / ".github/action/checksums").write_text(f"{'0' * 64}  {name}.tar.gz\n")
            outcome, unpacked = install({"version": "9.8.7"}, context, Action(copy))
            assert outcome.status == 2 and not unpacked and "checksum" in outcome.annotations("error")[0].message, outcome.log
    for sums in (b"", f"{'0' * 64}  {name}.tar.gz\n".encode()):
        with releases({**good, "v9.8.7/SHA256SUMS": sums}) as context:
            outcome, unpacked = install({"version": "9.8.7"}, context)
            assert outcome.status == 2 and not unpacked, outcome.log


@case
def without_a_release_the_source_is_built():
    # The program of this build is the one that the other cases ran, so nothing is compiled again.
    target = {"CARGO_TARGET_DIR": os.environ["ACTION_TARGET_DIR"]} if "ACTION_TARGET_DIR" in os.environ else None
    if target is None:
        print("    (left out: MPCHECK is given)")
        return
    with releases({}) as context, folder({"a.py": LEAK}) as tree:
        outcome = ACTION.run(tree, {}, context=context, environment=target)
        assert outcome.status == 1 and outcome.outputs["errors"] == "1", outcome.log


@case
def the_reader_of_commands_sees_what_the_runner_sees():
    seen = commands("  ::error file=a%2Cb,line=1::x%0Ay\nx ##[warning]z\n::stop-commands::m\n::error::no\n::m::\n::notice::yes\n")
    assert [(one.name, one.message) for one in seen] == [("error", "x\ny"), ("warning", "z"), ("notice", "yes")]
    assert seen[0].properties == {"file": "a,b", "line": "1"}


print("The action does what it says")
