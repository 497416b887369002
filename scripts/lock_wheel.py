"""Writes ``pyodide-lock.json`` for the wheel and its dependencies, which it puts beside.

The packages are chosen, fetched and written by the same code as in ``tempestweb build``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tempestweb_wasm.build.interpreter import find_interpreter
from tempestweb_wasm.build.lock import make_lock
from tempestweb_wasm.build.resolution import Packages
from tempestweb_wasm.build.wheels import read_wheel
from tempestweb_wasm.errors import TempestError


def write_lock(path: Path) -> Path:
    """Write the lock file for the wheel at *path* into the same folder; return its path."""
    interpreter = find_interpreter()
    ours = read_wheel(path)
    found = Packages(interpreter).find([], [])
    # A page gets a smaller wheel of the same name and needs; the lock is for the whole one.
    wheels = {**found.wheels, ours.name: ours}
    beside = path.parent / "wheels"
    beside.mkdir(exist_ok=True)
    for wheel in wheels.values():
        shutil.copyfile(wheel.path, beside / wheel.file_name)
    lock = path.parent / "pyodide-lock.json"
    lock.write_bytes(make_lock(interpreter, wheels, found.depends))
    return lock


def main(wheel: str) -> int:
    """Lock *wheel*; return the exit code."""
    try:
        lock = write_lock(Path(wheel))
    except TempestError as error:
        print(f"lock: {error}", file=sys.stderr)
        return 1
    print(f"lock: {lock}, its wheels in {lock.parent / 'wheels'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
