"""The files that every page loads: the browser client under names that carry their hashes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tempestweb_wasm.build.assets import page_css
from tempestweb_wasm.build.files import Content, Files, hashed_name, made
from tempestweb_wasm.client_files import NATIVE_HASH, client_folder, pwa_folder

PLACE = "_tempest/"
"""Where they stand below the app's root."""


@dataclass(frozen=True)
class Assets:
    """Paths below the app's root, and what stands there."""

    gate: str
    live: str
    client: str
    early: str
    style: str
    icon: str
    files: Files

    def integrity(self, path: str) -> str:
        """Return what the file at *path* must be, as pages say it in ``integrity``."""
        return self.files[path].integrity


def client_assets() -> Assets:
    """Read the client's files as they are now.

    Raises ``ToolMissingError`` or ``BuildError`` when the client is missing and can't be made.
    """
    folder = client_folder()
    files: Files = {}

    def add(path: Path, content: Content | None = None) -> str:
        # Read now: a later edit in a checkout must not reach a page under an old hash.
        content = content or made(path.read_bytes())
        name = PLACE + hashed_name(path.name, content)
        files[name] = content
        return name

    client = add(folder / "client.js")
    native = add(folder / "native.js")
    live = folder / "live.js"
    # It names what stands beside it, under the name with the hash.
    script = live.read_bytes().replace(NATIVE_HASH, files[native].integrity.encode())
    for plain, hashed in (("client.js", client), ("native.js", native)):
        beside = hashed.removeprefix(PLACE)
        script = script.replace(f"./{plain}".encode(), f"./{beside}".encode())
    styles = (folder / "base.css", folder / "theme.css", page_css())
    return Assets(
        client=client,
        gate=add(folder / "gate.js"),
        live=add(live, made(script)),
        early=add(folder / "early.js"),
        # One, because a page is painted when the last of them is there.
        style=add(folder / "style.css", made(b"".join(path.read_bytes() for path in styles))),
        icon=add(pwa_folder() / "icons" / "icon.svg"),
        files=files,
    )
