"""Makes the pages: one folder per target, with the same HTML, the same CSS and one script.

Ours is made by the code of ``tempestweb build`` from the working tree, each time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from html import escape

from bench.paths import APPS, BENCH, BUILD
from bench.peer import build_peer
from bench.setup import install_packages, node, run
from tempestweb_wasm.build.output import write_site
from tempestweb_wasm.build.python import stock_files
from tempestweb_wasm.build.site import Site, make_plan

OURS = ("table", "plain", "probe")
"""The apps in ``bench/apps``, by their file names."""
WORKER = "worker"
"""The table again, with Python in a worker."""
BUNDLED = ("vanilla", "solid", "preact", "react")
PEER = "peer"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
{styles}
<script src="../scripts/harness.js"></script>
<script type="module" src="{script}"></script>
</head>
<body><div id="{root}" class="tw-root"{attributes}></div></body>
</html>
"""


def build_pages(targets: Sequence[str]) -> dict[str, str]:
    """Build the pages into ``build/bench``; return the versions of what is in them."""
    BUILD.mkdir(parents=True, exist_ok=True)
    plan = make_plan([APPS / f"{name}.py" for name in OURS])
    made = Site(plan, offline=False)
    site = write_site(made.files(), BUILD / "site")
    write_stock(made)
    runtime = json.loads((site / "_tempest" / "runtime.json").read_text(encoding="utf-8"))
    shutil.copyfile(site / "_tempest" / runtime["base"], BUILD / "base.css")
    for name in ("bench.css", "peer.css"):
        shutil.copyfile(BENCH / "page" / name, BUILD / name)
    install_packages()
    run([node(), "bundle.mjs", str(BUILD / "scripts")], "the targets can't be bundled")
    for name in BUNDLED:
        _write_page(name, f"../scripts/{name}.js")
    for name in (*OURS, WORKER):
        app = "table" if name == WORKER else name
        boot = {"runtime": "../site/_tempest/", "app": f"../site/apps/{app}/", "page": "./"}
        if name != WORKER:
            boot["python"] = "main"
        _write_page(name, f"../site/_tempest/{runtime['boot']}", boot=boot)
    if PEER in targets:
        build_peer()
        _write_page(PEER, "./bootstrap.js", root="app", styles=("base", "bench", "peer"))
    return {"tempestweb-wasm": runtime["version"], "pyodide": runtime["pyodide_version"]}


def write_stock(site: Site) -> None:
    """Put Pyodide as it is published beside the pages, with the same wheels as our own pages."""
    folder = BUILD / "pyodide"
    folder.mkdir(exist_ok=True)
    for name, content in stock_files(site.plan.interpreter, site.resolution).items():
        (folder / name).write_bytes(content.read())


def _write_page(
    name: str,
    script: str,
    *,
    boot: dict[str, str] | None = None,
    root: str = "tempest-app",
    styles: Sequence[str] = ("base", "bench"),
) -> None:
    """Write the page of the target *name*, which loads *script*."""
    links = [f'<link rel="stylesheet" href="../{style}.css">' for style in styles]
    text = _PAGE.format(
        title=name,
        styles="\n".join(links),
        script=escape(script),
        root=root,
        attributes=f' data-tempest-boot="{escape(json.dumps(boot))}"' if boot else "",
    )
    folder = BUILD / name
    folder.mkdir(exist_ok=True)
    (folder / "index.html").write_text(text, encoding="utf-8")
