"""Prints what the wheel weighs: all of it, what a page gets of it, and the browser client."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from pathlib import Path

import brotli

from tempestweb_wasm.build.wheel import make_wheel
from tempestweb_wasm.client_files import NAMES, client_file


def sizes(wheel: Path) -> list[tuple[str, bytes, bytes]]:
    """Return name, unpacked and packed bytes of each part that has a size of its own."""
    whole, page = wheel.read_bytes(), make_wheel()[1]
    rows = [("whole wheel", _unpacked(whole), whole), ("page's wheel", _unpacked(page), page)]
    for name in NAMES:
        data = client_file(name).read_bytes()
        rows.append((name, data, data))
    return rows


def _unpacked(archive: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return b"".join(opened.read(name) for name in opened.namelist())


def main(wheel: str) -> None:
    """Print the table for *wheel*."""
    print(f"{'bytes':<14}{'unpacked':>10}{'file':>10}{'gzip':>10}{'brotli':>10}")
    for name, unpacked, packed in sizes(Path(wheel)):
        squeezed = len(gzip.compress(packed, 9, mtime=0)), len(brotli.compress(packed))
        numbers = (len(unpacked), len(packed), *squeezed)
        print(f"{name:<14}" + "".join(f"{number:>10,}" for number in numbers))


if __name__ == "__main__":
    main(sys.argv[1])
