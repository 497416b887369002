"""The service worker of a site: the parts in ``pwa/`` with the list of files written into them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tempestweb_wasm.build.cache import digest
from tempestweb_wasm.build.files import Content, Files, made
from tempestweb_wasm.build.python import names_of, twin_of
from tempestweb_wasm.client_files import pwa_folder
from tempestweb_wasm.errors import BuildError

OFFLINE_PAGE = "_tempest/offline.html"
"""What the worker answers with for an address that it has not, without a network."""

VERSION_PLACE = "%tempestweb-version%"
"""Stands in a page for the version of the site, which is known when all else is."""

_PLACE = 'const MANIFEST = { version: "", apps: [], files: [] };'
_PARTS = ("sw.js", "sw-starts.js", "sw-install.js", "sw-range.js")


def with_worker(files: Files, app_folders: Sequence[str]) -> Files:
    """Return *files* with ``sw.js``, and with the version in the pages that ask for it.

    *app_folders* are those whose ``index.html`` is an app. The version covers every path,
    every content and the worker's own code, so that it changes exactly when something does.
    """
    code = "\n".join((pwa_folder() / name).read_text("utf-8") for name in _PARTS)
    if code.count(_PLACE) != 1:
        raise BuildError(f"{pwa_folder() / 'sw.js'} has no line {_PLACE!r}: restore it.")
    folders = sorted(app_folders)
    described = json.dumps([_entries(files), folders, code])
    version = digest(described.encode())[:16]
    files = {**files, **_with_version(files, folders, version)}
    manifest = {"version": version, "apps": folders, "files": _entries(files)}
    text = json.dumps(manifest, separators=(",", ":"))
    return {**files, "sw.js": made(code.replace(_PLACE, f"const MANIFEST = {text};"))}


def _entries(files: Files) -> list[list[Any]]:
    """Return what the worker keeps: path, hash, size, and the packed twin where there is one."""
    entries: list[list[Any]] = []
    for path in sorted(names_of(files)):
        content, twin = files[path], twin_of(path)
        entry = [path, content.sha256, content.size]
        entries.append([*entry, twin] if twin in files else entry)
    return entries


def _with_version(files: Files, folders: Sequence[str], version: str) -> Files:
    names = [f"{folder}index.html" for folder in folders] + ["404.html"]
    pages = {name: files[name] for name in names if name in files}
    place, text = VERSION_PLACE.encode(), version.encode()
    return {path: made(page.read().replace(place, text)) for path, page in pages.items()}


def removing_worker() -> Content:
    """Return the worker that takes the place of an earlier one and removes it."""
    return made((pwa_folder() / "sw-remove.js").read_bytes())
