"""The peer's page: built by its own command, in its own environment, as its users build.

Its bootstrap takes Pyodide from a CDN. Here it is pointed at the interpreter and the pydantic
that our own pages use: the same bytes, and no network in a run.
"""

from __future__ import annotations

import re
from pathlib import Path

from bench.paths import BENCH, BUILD
from bench.setup import BenchError, install_peer, run

APP = BENCH / "peers" / "tempestweb"
FOLDER = BUILD / "peer"


def build_peer() -> None:
    """Build the peer's app into ``build/bench/peer``, without its page."""
    command = install_peer().parent / "tempestweb"
    line = [str(command), "build", "--mode", "wasm", "--path", str(APP), "--out", str(FOLDER)]
    run(line, "the peer's app can't be built")
    take_pyodide_from(FOLDER, "../pyodide/")
    # Its own page would register a service worker for the whole site.
    (FOLDER / "index.html").unlink()


def take_pyodide_from(folder: Path, base: str) -> None:
    """Point the bootstrap of the peer's build in *folder* at *base*, relative to it."""
    bootstrap = folder / "bootstrap.js"
    text, count = re.subn(
        r'const PYODIDE_BASE = "[^"]*";',
        f'const PYODIDE_BASE = "{base}";',
        bootstrap.read_text(encoding="utf-8"),
    )
    if count != 1:
        raise BenchError("the peer's bootstrap.js names no PYODIDE_BASE: has its version changed?")
    bootstrap.write_text(text, encoding="utf-8")
