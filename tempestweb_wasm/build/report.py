"""What a build tells at its end: what is published, and what its parts weigh."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable

from rich.table import Table

from tempestweb_wasm.build.config import FILE
from tempestweb_wasm.build.files import Content, Files
from tempestweb_wasm.build.published import DESCRIPTION, MARKER
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


MANY_FILES = 300
MANY_BYTES = 10_000_000
"""What is more than nearly every app has: somebody should look why."""


def published_lines(files: Files, folder: str, name: str) -> list[str]:
    """Return what stands in the site's *folder* that the user wrote, as the build tells it.

    *name* is what it is called. The second line is there where it is far more than usual.
    """
    sizes = {
        path.removeprefix(folder): content.size
        for path, content in files.items()
        if path.startswith(folder) and path != f"{folder}{DESCRIPTION}"
    }
    parts: dict[str, list[int]] = defaultdict(list)
    for path, size in sizes.items():
        parts[path.partition("/")[0] + ("/" if "/" in path else "")].append(size)
    # The heaviest first: what is there by mistake is mostly that.
    ordered = sorted(parts, key=lambda part: (-sum(parts[part]), part))
    told = [
        f"{part} ({_counted(len(parts[part]))})" if part.endswith("/") else part for part in ordered
    ]
    more = f" and {len(told) - 8} more" if len(told) > 8 else ""
    total = sum(sizes.values())
    lines = [
        f"Published of {name}: {_counted(len(sizes))}, {_kb(total)} KB: {', '.join(told[:8])}{more}"
    ]
    if len(sizes) > MANY_FILES or total > MANY_BYTES:
        lines.append(
            f"That is far more than most have, and each visitor gets all of it: {ordered[0]} alone "
            f"is {_kb(sum(parts[ordered[0]]))} KB. What no page needs is left out with exclude, in "
            f"{FILE}."
        )
    return lines


def _counted(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


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
