"""The table of sizes that a build ends with."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable

from rich.table import Table

from tempestweb_wasm.build.apps import MARKER
from tempestweb_wasm.build.files import Content, Files
from tempestweb_wasm.build.python import PACKED_WASM

_ALREADY_PACKED = (
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".avif",
    ".woff2",
    ".mp4",
    ".gz",
    ".br",
    ".bin",
)


def size_table(files: Files) -> Table:
    """Return what the parts of a site weigh, raw and as a host sends them with gzip."""
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, content in files.items():
        # Nobody loads both a file and its packed twin.
        if name not in {MARKER, "_tempest/boot.js"} and not name.endswith(PACKED_WASM):
            groups[_group(name)].append((content.size, _packed(name, content)))
    table = Table(box=None, pad_edge=False, show_footer=True)
    total = _sum(pair for pairs in groups.values() for pair in pairs)
    table.add_column("Part", footer="together")
    table.add_column("KB", justify="right", footer=_kb(total[0]))
    table.add_column("gzip KB", justify="right", footer=_kb(total[1]))
    ordered = sorted(((_sum(pairs), name) for name, pairs in groups.items()), reverse=True)
    for (raw, packed), name in ordered:
        table.add_row(name, _kb(raw), _kb(packed))
    return table


def _group(name: str) -> str:
    parts = name.split("/")
    if name.startswith("_tempest/python/"):
        # Without the piece of a hash.
        part = parts[-1].rpartition("-")[0]
        if part in {"pyodide", "engine"}:
            return "interpreter"
        return {"stdlib": "standard library"}.get(part, part.removeprefix("_").replace("_", "-"))
    if name.startswith("_tempest/pyodide/"):
        return "Pyodide for pages of one's own"
    if parts[0] == "_tempest":
        return "client"
    if parts[0] == "apps" and len(parts) > 2:
        return f"app {parts[1]}"
    return "pages and icons"


def _packed(name: str, content: Content) -> int:
    if name.endswith(_ALREADY_PACKED):
        return content.size
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return len(packer.compress(content.read())) + len(packer.flush())


def _sum(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    listed = list(pairs)
    return sum(raw for raw, _ in listed), sum(packed for _, packed in listed)


def _kb(size: int) -> str:
    return f"{size / 1000:,.1f}"
