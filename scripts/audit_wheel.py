"""Audits the wheel with pyodide-build's tools; runs in ``.venv/audit``, where they are.

``pyodide build`` wants a cross-compiler from the network, which a pure wheel has no use for.
What works without: the auditor of native modules (auditwheel-emscripten), the check for
WebAssembly, and how pyodide-build finds out what a wheel lets a program import.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

from auditwheel_emscripten import show
from packaging.utils import parse_wheel_filename
from pyodide_build.common import check_wasm_magic_number, parse_top_level_import_name

REQUIRED = (
    "tempestweb_wasm/__init__.py",
    "tempestweb_wasm/py.typed",
    "tempestweb_wasm/_client/boot.js",
    "tempestweb_wasm/_client/worker.js",
    "tempestweb_wasm/_client/client.js",
    "tempestweb_wasm/_client/native.js",
    "tempestweb_wasm/_client/base.css",
    "tempestweb_wasm/_client/theme.css",
)


def faults(wheel: Path) -> list[str]:
    """Return what is wrong with *wheel*, nothing when it is in order."""
    found = []
    tags = {str(tag) for tag in parse_wheel_filename(wheel.name)[3]}
    if tags != {"py3-none-any"}:
        found.append(f"its tags are {', '.join(sorted(tags))}, not py3-none-any")
    if (imports := parse_top_level_import_name(wheel)) != ["tempestweb_wasm"]:
        found.append(f"it lets a program import {imports}, not just tempestweb_wasm")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
        names = set(archive.namelist())
        # The auditor takes a folder of any wheel, but only native wheels by their name.
        if native := show(Path(folder)):
            found.append(f"it holds native modules: {', '.join(native)}")
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        found += [f"{path.name} is WebAssembly" for path in files if check_wasm_magic_number(path)]
    found += [f"{name} is missing" for name in REQUIRED if name not in names]
    found += [f"{name} is bytecode" for name in sorted(names) if name.endswith(".pyc")]
    return found


def main(wheels: list[str]) -> int:
    """Audit the one wheel in *wheels*; return the exit code."""
    if len(wheels) != 1:
        print(f"audit: there should be one wheel, not {wheels}", file=sys.stderr)
        return 2
    wheel = Path(wheels[0])
    found = faults(wheel)
    for fault in found:
        print(f"audit: {wheel.name}: {fault}", file=sys.stderr)
    if not found:
        print(f"audit: {wheel.name} is pure, whole and imports as tempestweb_wasm")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
