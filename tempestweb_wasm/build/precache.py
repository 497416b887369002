"""The service worker of a site: the parts in ``pwa/`` with the list of files written into them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tempestweb_wasm.build.cache import digest
from tempestweb_wasm.build.files import Content, Files, made
from tempestweb_wasm.client_files import pwa_folder
from tempestweb_wasm.errors import BuildError

OFFLINE_PAGE = "_tempest/offline.html"
"""What the worker answers with for an address that it has not, without a network."""

_PLACE = 'const MANIFEST = { version: "", apps: [], files: [] };'
_PARTS = ("sw.js", "sw-install.js")


def service_worker(files: Files, app_folders: Sequence[str]) -> Content:
    """Return ``sw.js`` for *files*; *app_folders* are those whose ``index.html`` is an app.

    The version covers every path, every content and the worker's own code, so that it
    changes exactly when something does.
    """
    code = "\n".join((pwa_folder() / name).read_text("utf-8") for name in _PARTS)
    if code.count(_PLACE) != 1:
        raise BuildError(f"{pwa_folder() / 'sw.js'} has no line {_PLACE!r}: restore it.")
    entries = [[path, content.sha256, content.size] for path, content in sorted(files.items())]
    described = json.dumps([entries, sorted(app_folders), code])
    manifest = {
        "version": digest(described.encode())[:16],
        "apps": sorted(app_folders),
        "files": entries,
    }
    text = json.dumps(manifest, separators=(",", ":"))
    return made(code.replace(_PLACE, f"const MANIFEST = {text};"))


def removing_worker() -> Content:
    """Return the worker that takes the place of an earlier one and removes it."""
    return made((pwa_folder() / "sw-remove.js").read_bytes())
