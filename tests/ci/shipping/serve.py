"""A server on this machine, and all that a client would fetch from it."""

import contextlib
import html
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from . import install

START = 120
MOST = 4000

# What a page or a module names: attributes, imports, and paths in texts that a loader asks for.
ATTRIBUTE = re.compile(r"""(?:src|href|component-url|renderer-url|before-hydration-url)\s*=\s*["']([^"']+)["']""")
IMPORT = re.compile(r"""(?:\bfrom|\bimport|\bimport\s*\(|\bnew URL\s*\()\s*["'`]([^"'`\s]+)["'`]""")
PATH = re.compile(r"""["'`(=\\]((?:/|\./|\.\./|_next/|static/|node_modules/)[\w@$.,:+%~/\[\]()!-]*\.[a-z0-9]+(?:\?[\w=&.%-]*)?)""")
INLINE_MAP = re.compile(rb"""(?:#|@) sourceMappingURL=data:[^\s"']+""")
LEAVE = (".map", ".png", ".ico", ".svg", ".woff", ".woff2", ".d.ts")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def run(command, folder, **environment):
    """Runs a program of the application; what it says is shown if it fails."""
    done = subprocess.run(
        command, cwd=folder, env=install.environment(**environment), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )
    if done.returncode != 0:
        raise SystemExit(f"ships: {' '.join(map(str, command))} failed in {folder.name}:\n{done.stdout[-6000:]}")


@contextlib.contextmanager
def server(command, folder, port, **environment):
    """A server while the block runs; its address."""
    log = folder / "server.log"
    with open(log, "wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=install.environment(**environment), stdin=subprocess.DEVNULL,
            stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"ships: {' '.join(map(str, command))} did not start:\n{log.read_text()[-6000:]}")
            time.sleep(0.2)
        try:
            yield address
        except SystemExit as stop:
            raise SystemExit(f"{stop}\n{log.read_text(errors='replace')[-6000:]}") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.unlink()


def get(address, **headers):
    """Status and body."""
    request = urllib.request.Request(address, headers={"Accept": "*/*"} | headers)
    try:
        with urllib.request.urlopen(request, timeout=180) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read()


def crawl(address, pages, also=(), **headers):
    """All that a client is served that opens these pages, and that follows what they and their modules name."""
    bodies, seen = [], set()
    queue = []
    for page in pages:
        status, _, body = get(address + page, Accept="text/html,*/*", **{"Sec-Fetch-Dest": "document"})
        if status != 200:
            raise SystemExit(f"ships: {page} answers {status}: {body[:1500]!r}")
        queue.append((address + page, body))
        for extra in also:
            status, _, more = get(address + page, **extra)
            if status == 200:
                queue.append((address + page, more))
    while queue:
        here, body = queue.pop()
        body = INLINE_MAP.sub(b"", body)
        bodies.append((here, body))
        text = body.decode(errors="replace")
        names = ATTRIBUTE.findall(text) + IMPORT.findall(text) + PATH.findall(text)
        for name in names:
            for target in places(address, here, html.unescape(name)):
                bare = target.split("?")[0]
                if target in seen or bare.endswith(LEAVE) or not target.startswith(address):
                    continue
                seen.add(target)
                if len(seen) > MOST:
                    raise SystemExit(f"ships: more than {MOST} files are named below {address}")
                status, kind, body = get(target)
                # A path that means nothing is answered with a page by some servers.
                if status == 200 and kind != "text/html":
                    queue.append((target, body))
    return bodies


def places(address, here, name):
    """What a name may mean in a file."""
    if name.startswith(("data:", "blob:", "#", "mailto:")) or not name.isprintable() or " " in name:
        return []
    name = name.split("#")[0]
    if name.startswith("_next/"):
        return [f"{address}/{name}"]
    if name.startswith("static/"):
        return [f"{address}/_next/{name}", urllib.parse.urljoin(here, name)]
    try:
        return [urllib.parse.urljoin(here, name)]
    except ValueError:
        return []


def files(*folders):
    """All files of folders that are served as they are."""
    bodies = []
    for folder in folders:
        if not folder.is_dir():
            raise SystemExit(f"ships: nothing was built at {folder}")
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".map":
                bodies.append((str(path), INLINE_MAP.sub(b"", path.read_bytes())))
    return bodies
