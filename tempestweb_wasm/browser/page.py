"""The page that this Python runs in, if it does: its globals, and whether it will do."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any

from tempestweb_wasm.errors import PyodideVersionError, RuntimeSetupError

OLDEST = 314
"""The first Pyodide release that has what this library needs (CPython 3.14)."""


def page() -> Any:
    """Return the global object of the page (``window``), or of the worker.

    Not by an import statement: a checkout has a folder ``js``, which tools would take for it.
    """
    return import_module("js")


def in_page() -> bool:
    """Say whether this Python runs in a browser."""
    return sys.platform == "emscripten"


def check_page(what: str) -> None:
    """Raise unless this is a page with a Pyodide that is new enough for *what*.

    ``RuntimeSetupError`` outside a page, ``PyodideVersionError`` for an old Pyodide.
    """
    if not in_page():
        raise RuntimeSetupError(
            f"{what} works in a page that has Pyodide, and this is Python on {sys.platform}: "
            "start the app with tempestweb dev --mode wasm PATH/app.py, or test it with "
            "tempestweb_wasm.testing.Client."
        )
    import pyodide

    check_version(str(pyodide.__version__))


def check_version(version: str) -> None:
    """Raise ``PyodideVersionError`` when *version* is older than :data:`OLDEST`."""
    major = re.match(r"\d+", version)
    if major is None or int(major[0]) < OLDEST:
        raise PyodideVersionError(
            f"this page has Pyodide {version} and tempestweb-wasm needs {OLDEST} or later: "
            "take the interpreter from a folder that tempestweb build made, or load a newer "
            "release of Pyodide."
        )
