"""What each bundler serves to clients, in development and in production."""

from .serve import crawl, files, free_port, run, server


def bin_of(folder, *path):
    return folder.joinpath("node_modules", *path)


def next_js(folder):
    program = bin_of(folder, "next", "dist", "bin", "next")
    pages = [
        "/", "/barrel", "/late", "/shape", "/act", "/guard", "/north", "/south", "/east", "/west", "/bay", "/places", "/json",
        "/window", "/old", "/props", "/alias",
    ]
    # Moving from page to page, a client asks for the payload of components alone.
    payload = [{"RSC": "1"}]
    port = free_port()
    with server(["node", program, "dev", "-p", str(port)], folder, port) as address:
        development = crawl(address, pages, also=payload) + files(folder / "public")
    run(["node", program, "build"], folder)
    port = free_port()
    with server(["node", program, "start", "-p", str(port)], folder, port) as address:
        production = crawl(address, pages, also=payload)
    production += files(folder / ".next" / "static", folder / "public")
    return {"development": development, "production": production}


BUNDLERS = {"next": next_js}


def vite(folder):
    shop = folder / "apps" / "shop"
    program = bin_of(folder, "vite", "bin", "vite.js")
    port = free_port()
    with server(["node", program, "--host", "127.0.0.1", "--port", str(port), "--strictPort"], shop, port) as address:
        development = crawl(address, ["/"])
    run(["node", program, "build"], shop)
    return {"development": development, "production": files(shop / "dist")}


BUNDLERS["vite"] = vite


def webpack(folder):
    program = bin_of(folder, "webpack", "bin", "webpack.js")
    variables = dict(line.split("=", 1) for line in (folder / ".env").read_text().split())
    served = {}
    for mode in ("development", "production"):
        run(["node", program, "--mode", mode], folder, **variables)
        served[mode] = files(folder / "dist" / "page")
    return served


def kit(folder):
    program = bin_of(folder, "vite", "bin", "vite.js")
    pages = ["/", "/both", "/one", "/hold", "/crops/rye", "/service-worker.js"]
    options = ["--host", "127.0.0.1", "--strictPort"]
    port = free_port()
    with server(["node", program, "dev", *options, "--port", str(port)], folder, port) as address:
        development = crawl(address, pages) + files(folder / "static")
    run(["node", program, "build"], folder)
    port = free_port()
    with server(["node", program, "preview", *options, "--port", str(port)], folder, port) as address:
        production = crawl(address, pages[:-1])
    production += files(folder / ".svelte-kit" / "output" / "client")
    return {"development": development, "production": production}


BUNDLERS["webpack"] = webpack
BUNDLERS["kit"] = kit
