"""The three pages whose opening is measured."""

from __future__ import annotations

import shutil

from bench.paths import BENCH, BUILD, ROOT
from bench.peer import take_pyodide_from
from bench.setup import install_peer, run
from tempestweb_wasm.build.output import write_site
from tempestweb_wasm.build.python import stock_files
from tempestweb_wasm.build.site import Site, make_plan

FOLDER = BUILD / "opening"

_STOCK = """<!doctype html><html lang="en"><meta charset="utf-8"><title>stock</title>
<p>Loading</p><script type="module">
import { loadPyodide } from "./pyodide/pyodide.mjs";
const python = await loadPyodide({ indexURL: "./pyodide/" });
document.body.dataset.answer = python.runPython("str(6 * 7)");
</script></html>
"""


def build() -> None:
    """Make the three pages."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    # As tempestweb build makes it.
    site = Site(make_plan([ROOT / "demo" / "counter" / "app.py"]), prerender=True)
    write_site(site.files(), FOLDER / "ours")
    stock = stock_files(site.plan.interpreter, site.resolution)
    command = str(install_peer().parent / "tempestweb")
    line = [command, "build", "--mode", "wasm", "--path", str(BENCH / "peers" / "counter")]
    run([*line, "--out", str(FOLDER / "peer")], "the peer's counter can't be built")
    for name in ("stock", "peer"):
        (FOLDER / name / "pyodide").mkdir(parents=True, exist_ok=True)
        for file, content in stock.items():
            (FOLDER / name / "pyodide" / file).write_bytes(content.read())
    (FOLDER / "stock" / "index.html").write_text(_STOCK, encoding="utf-8")
    take_pyodide_from(FOLDER / "peer", "./pyodide/")
