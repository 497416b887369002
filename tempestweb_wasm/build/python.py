"""Python as the page gets it: the interpreter, the standard library and the packages.

Every file has a piece of its hash in its name, so that a browser may keep it for ever,
and its size and hash in the description that ``js/interpreter.js`` reads. Archives come
packed. Wasm comes as it is, for a host that compresses it (the browser then compiles it
while it arrives and keeps the machine code), and once more packed, for one that does not.

In development there is nothing to compile: the same archives hold the sources, all of
them, so that a traceback shows its lines.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from tempestweb_wasm.build.bytecode import Compile, Compiler, Job, Pack
from tempestweb_wasm.build.engine import page_engine
from tempestweb_wasm.build.files import Content, Files, copied, hashed_name, made
from tempestweb_wasm.build.interpreter import FILES, Interpreter
from tempestweb_wasm.build.lock import make_lock
from tempestweb_wasm.build.progress import Progress, Silent
from tempestweb_wasm.build.resolution import Resolution
from tempestweb_wasm.build.trimming import imports_of_zip, trim_stdlib, trim_wheel, wheel_mark
from tempestweb_wasm.build.wheels import Wheel

FOLDER = "python/"
"""Where the files are, in the runtime's folder ``_tempest/``."""

PACKED_WASM = ".wasm.bin"
"""How the names of packed twins end: a page loads one or the other."""

_UNDOCUMENTED = frozenset(
    [
        "annotated-types",
        "pydantic",
        "pydantic-core",
        "tempestweb-wasm",
        "typing-extensions",
        "typing-inspection",
    ]
)
"""Packages that don't read their own docstrings, and need not carry them."""

_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass
class PageFiles:
    """What the page's Python is made of: files below ``_tempest/``, and their description."""

    interpreter: Interpreter
    resolution: Resolution
    keep: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    """What the apps import, by dotted names."""
    dev: bool = False
    progress: Progress = field(default_factory=Silent)

    def __post_init__(self) -> None:
        self._files: Files = {}
        self._packed: dict[str, str] = {}

    def make(self) -> tuple[Files, dict[str, Any]]:
        """Return the files and the description, names relative to ``_tempest/``.

        Raises ``ToolMissingError`` without Node, ``BuildError``, and ``ConfigError`` for
        a name in ``keep`` that nobody knows.
        """
        natives = {wheel.name: _natives(wheel) for wheel in self.resolution.wheels.values()}
        stdlib, archives = self._archives()
        wasm = self._wasm("pyodide.wasm", copied(self.interpreter.file("pyodide.asm.wasm")))
        described = {
            "folder": FOLDER,
            "loader": self._add("pyodide.mjs", copied(self.interpreter.file("pyodide.mjs"))),
            "engine": self._add("engine.mjs", made(self._engine())),
            "wasm": wasm,
            "stdlib": self._add("stdlib.bin", stdlib),
            "site": f"/lib/python{self.interpreter.short_python}/site-packages",
            "library": f"/lib/python{self.interpreter.short_python.replace('.', '')}.zip",
            "info": self.interpreter.info,
            "packages": {
                name: {
                    "file": self._add(f"{name}.bin", archives[name]),
                    "depends": list(self.resolution.depends[name]),
                    "natives": {
                        path: self._wasm(f"{_stem(path)}.wasm", content)
                        for path, content in natives[name].items()
                    },
                }
                for name in sorted(self.resolution.wheels)
            },
        }
        self._pack()
        described["files"] = {name: _listed(content) for name, content in self._files.items()}
        described["packed"] = self._packed
        return self._files, described

    def _engine(self) -> str:
        return page_engine(self.interpreter.file("pyodide.asm.mjs").read_text("utf-8"))

    def _add(self, name: str, content: Content) -> str:
        hashed = FOLDER + hashed_name(name, content)
        self._files[hashed] = content
        return hashed

    def _wasm(self, name: str, content: Content) -> str:
        hashed = self._add(name, content)
        if not self.dev:
            self._packed[hashed] = ""
        return hashed

    def _pack(self) -> None:
        compiler = Compiler(self.interpreter, progress=self.progress)
        sources = [self._files[name] for name in self._packed]
        paths = compiler.make([Pack(content) for content in sources])
        for name, path in zip(list(self._packed), paths, strict=True):
            # The name of the other one, so that they belong together for whoever looks.
            twin = twin_of(name)
            self._packed[name] = twin
            self._files[twin] = copied(path)

    def _archives(self) -> tuple[Content, dict[str, Content]]:
        wheels = self.resolution.wheels
        if self.dev:
            return copied(self.interpreter.file("python_stdlib.zip")), {
                name: made(_stored_sources(wheel.path)) for name, wheel in wheels.items()
            }
        compiler = Compiler(self.interpreter, progress=self.progress)
        jobs: list[Job] = [self._stdlib(), *(self._package(wheel) for wheel in wheels.values())]
        first, *others = compiler.make(jobs)
        return copied(first), dict(zip(wheels, map(copied, others), strict=True))

    def _stdlib(self) -> Compile:
        path = self.interpreter.file("python_stdlib.zip")
        imported = set(self.imported)
        for wheel in self.resolution.wheels.values():
            imported |= imports_of_zip(wheel.path, lambda name: wheel_mark(name) is not None)
        trimmed = trim_stdlib(path, self.keep, imported)
        place = f"/lib/python{self.interpreter.short_python.replace('.', '')}.zip/"
        return Compile(copied(path), place, trimmed.names, trimmed.stubs, docstrings=False)

    def _package(self, wheel: Wheel) -> Compile:
        trimmed = trim_wheel(wheel.path, self.keep, self.imported)
        place = f"/lib/python{self.interpreter.short_python}/site-packages/"
        documented = wheel.name not in _UNDOCUMENTED
        return Compile(copied(wheel.path), place, trimmed.names, trimmed.stubs, documented)


def stock_files(interpreter: Interpreter, resolution: Resolution) -> Files:
    """Return Pyodide as it is published with the wheels as they are, for pages of one's own.

    Such a page calls ``loadPyodide`` with the folder's address, and finds its lock file there.
    """
    files = {name: copied(interpreter.file(name)) for name in FILES}
    for wheel in resolution.wheels.values():
        files[wheel.file_name] = copied(wheel.path)
    lock = make_lock(interpreter, resolution.wheels, resolution.depends, client="../boot.js")
    return {**files, "pyodide-lock.json": made(lock)}


def _natives(wheel: Wheel) -> dict[str, Content]:
    with zipfile.ZipFile(wheel.path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".so"))
        return {name: made(archive.read(name)) for name in names}


def _stored_sources(path: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as have, zipfile.ZipFile(buffer, "w") as out:
        for name in sorted(have.namelist()):
            if not name.endswith((".so", "/")):
                out.writestr(zipfile.ZipInfo(name, _TIME), have.read(name))
    return buffer.getvalue()


def _stem(path: str) -> str:
    return PurePosixPath(path).name.split(".")[0]


def _listed(content: Content) -> list[Any]:
    return [content.size, base64.b64encode(bytes.fromhex(content.sha256)).decode()]


def twin_of(name: str) -> str:
    """Return what the packed twin of the wasm file *name* is called, if it has one."""
    return name.removesuffix(".wasm") + PACKED_WASM


def names_of(files: Iterable[str]) -> list[str]:
    """Return those of *files* that a page needs for good: packed twins stand for others."""
    return [name for name in files if not name.endswith(PACKED_WASM)]
