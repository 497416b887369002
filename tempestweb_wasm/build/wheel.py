"""Our own wheel as the page gets it: without the rooms that only a desktop can use."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

from tempestweb_wasm.build.trim import trimmed
from tempestweb_wasm.client_files import client_folder
from tempestweb_wasm.errors import BuildError

NAME = "tempestweb-wasm"

LEFT_OUT = frozenset({"server", "build", "cli", "testing", "_pwa", "_client", "__pycache__"})
"""Folders of the package that the page does not get as they are (the client comes apart)."""

HOSTED = frozenset(
    f"{name}.py"
    for name in (
        "runtime/delivery",
        "runtime/line",
        "runtime/parts",
        "runtime/saving",
        "runtime/stored",
        "transports/opening",
        "transports/sse",
        "transports/websocket",
    )
)
"""Modules for sessions that run elsewhere than their page."""

_NOT_FROM_PYTHON = frozenset({"worker.js", "early.js", "gate.js", "live.js"})

_PACKAGE = Path(__file__).resolve().parents[1]
# Zip archives can't hold an earlier time; a fixed one makes equal input give equal bytes.
_TIME = (1980, 1, 1, 0, 0, 0)


def our_version() -> str:
    """Return the version of this library."""
    return _project()[0]


def make_wheel() -> tuple[str, bytes]:
    """Return the file name and the bytes of the page's wheel; the same input, the same bytes.

    Raises ``ToolMissingError`` when the browser client is missing and can't be made.
    """
    version, requires = _project()
    info = f"tempestweb_wasm-{version}.dist-info"
    files = _package_files()
    files[f"{info}/METADATA"] = _metadata(version, requires)
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: tempestweb\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    return f"tempestweb_wasm-{version}-py3-none-any.whl", _zip(files)


def _package_files() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(_PACKAGE.rglob("*")):
        inside = path.relative_to(_PACKAGE)
        if LEFT_OUT.intersection(inside.parts[:-1]) or inside.as_posix() in HOSTED:
            continue
        if not path.is_file():
            continue
        if path.suffix in {".py", ".json", ".css", ".js"} or path.name == "py.typed":
            shorter = {".py": trimmed, ".json": _table}.get(path.suffix, bytes)
            found[f"tempestweb_wasm/{inside.as_posix()}"] = shorter(path.read_bytes())
    for path in sorted(client_folder().iterdir()):
        # A page that has the wheel has Python already: it starts no worker and asks no server.
        if path.suffix in {".js", ".css"} and path.name not in _NOT_FROM_PYTHON:
            found[f"tempestweb_wasm/_client/{path.name}"] = path.read_bytes()
    return found


def _table(data: bytes) -> bytes:
    """Return a table of ours without what it says to people about itself."""
    table = json.loads(data)
    table.pop("$comment", None)
    return json.dumps(table, separators=(",", ":"), ensure_ascii=False).encode()


def _project() -> tuple[str, list[str]]:
    """Return our version and requirements, in a checkout from what is written there now."""
    project = _PACKAGE.parent / "pyproject.toml"
    if project.is_file():
        table = tomllib.loads(project.read_text("utf-8")).get("project", {})
        if table.get("name") == NAME:
            return str(table["version"]), list(table.get("dependencies", []))
    try:
        found = metadata.distribution(NAME)
    except metadata.PackageNotFoundError as error:
        raise BuildError(
            f"{_PACKAGE} is neither an installed {NAME} nor a checkout of it, so the page's "
            "wheel can't be made: install it with pip."
        ) from error
    return found.version, [text for text in found.requires or [] if "extra ==" not in text]


def _metadata(version: str, requires: list[str]) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {NAME}", f"Version: {version}"]
    lines += ["Requires-Python: >=3.11", *(f"Requires-Dist: {text}" for text in requires)]
    return ("\n".join(lines) + "\n").encode()


def _record(files: dict[str, bytes], own_name: str) -> bytes:
    lines = []
    for name, data in sorted(files.items()):
        sha = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={sha},{len(data)}")
    lines.append(f"{own_name},,")
    return ("\n".join(lines) + "\n").encode()


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # The metadata last, as the wheel specification recommends.
        for name in sorted(files, key=lambda n: (".dist-info/" in n, n)):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return buffer.getvalue()
