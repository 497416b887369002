"""What of the standard library a build leaves behind, and how to keep it.

A page with widgets imports no test runner, no debugger and no mail server, and each of
them would be downloaded by every visitor. What an app or one of its packages imports
is found in their sources and kept; what they import in a way that no one can see (a name
made at run time) is named in the setting ``keep``. In the place of what is left out
stands a module that says so.
"""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tempestweb_wasm.errors import ConfigError

_NO_UI = """
__hello__ __phello__ _pydatetime _pyio _pyrepl antigravity bdb cProfile cmd compileall
configparser ctypes curses dbm difflib doctest ensurepip filecmp fileinput ftplib getopt
http.cookiejar http.server idlelib imaplib mailbox modulefinder multiprocessing netrc optparse
pdb pickletools plistlib poplib profile pstats pty pyclbr pydoc pydoc_data rlcompleter sched
shelve smtplib socketserver sqlite3 ssl statistics symtable tabnanny tarfile this timeit
tkinter trace turtle turtledemo unittest urllib.robotparser venv wave webbrowser wsgiref xml
xmlrpc zipapp
"""
STDLIB = frozenset(_NO_UI.split())
"""Modules and packages that are left out unless something keeps them."""

_EVERYWHERE = """
__init__ aliases ascii base64_codec charmap cp1252 hex_codec idna iso8859_1 iso8859_15 latin_1
punycode raw_unicode_escape undefined unicode_escape utf_16 utf_16_be utf_16_le utf_32 utf_32_be
utf_32_le utf_7 utf_8 utf_8_sig
"""
CODECS = frozenset(_EVERYWHERE.split())
"""The encodings that every build has."""

CHANNELS = frozenset({"tempestweb_wasm.channels", "tempestweb_wasm.browser.broadcast"})
"""What of ours only apps with channels get."""

ON_DEMAND = CHANNELS | {"tempestweb_wasm.html", "tempestweb_wasm.native"}
"""What of ours only apps get that use it: the build renders HTML on its own machine."""

EVERYTHING = "*"
"""In ``keep``: leave nothing out."""


@dataclass(frozen=True)
class Trimmed:
    """What of an archive is taken, and what stands in for the rest."""

    names: tuple[str, ...]
    stubs: dict[str, str]


def imports_of(source: bytes, package: str = "") -> frozenset[str]:
    """Return the dotted names that *source*, a module in *package*, imports anywhere.

    ``from a import b`` gives ``a`` and ``a.b``; ``app.channel`` what is behind it, which no
    app imports itself. What is no Python imports nothing.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()  # importing it will say so, with the line
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            found.update([module, *(f"{module}.{alias.name}" for alias in node.names)])
        elif isinstance(node, ast.Attribute) and node.attr == "channel":
            found.update(CHANNELS)
    return frozenset(found)


def imports_of_zip(path: Path, skip: Callable[[str], bool]) -> frozenset[str]:
    """Return what the Python files in the zip at *path* import, except those to *skip*."""
    found: set[str] = set()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".py") and not skip(name):
                found |= imports_of(archive.read(name), ".".join(name.split("/")[:-1]))
    return frozenset(found)


def trim_stdlib(path: Path, keep: Iterable[str], imported: Iterable[str]) -> Trimmed:
    """Say what of the standard library in the zip at *path* a build takes.

    *keep* are names from settings, *imported* what apps and packages import; both bring
    what they need themselves. Raises ``ConfigError`` for a name in *keep* that the
    standard library does not have.
    """
    names = _names(path)
    keep = set(keep)
    _check(keep, names)
    if EVERYTHING in keep:
        return Trimmed(names, {})
    modules = {name: _module(name) for name in names}
    left_out = {mark for module in modules.values() if (mark := _mark(module)) is not None}
    queue = [*keep, *imported]
    while queue:
        wanted = queue.pop()
        for mark in [m for m in left_out if _within(wanted, m)]:
            left_out.discard(mark)
            # Read only now: most builds keep few of them, and parsing them all takes seconds.
            others = frozenset(name for name, module in modules.items() if _mark(module) != mark)
            queue += imports_of_zip(path, others.__contains__)
    taken = tuple(name for name, module in modules.items() if _mark(module) not in left_out)
    return Trimmed(taken, {_stub_path(mark): _stub(mark) for mark in sorted(left_out)})


def trim_wheel(path: Path, keep: Iterable[str], imported: Iterable[str]) -> Trimmed:
    """Say what of the wheel at *path* a build takes; both names as for the standard library.

    Native modules come apart; types, headers, records and test suites stay behind.
    """
    taken, left_out = [], set()
    wanted = {*keep, *imported}
    # The peers' name for a room of ours.
    wanted |= {w.replace("tempestweb.", "tempestweb_wasm.", 1) for w in wanted}
    with zipfile.ZipFile(path) as archive:
        for file in sorted(archive.namelist()):
            mark = wheel_mark(file)
            if mark is not None and not any(_within(w, mark) or w == EVERYTHING for w in wanted):
                left_out.add(mark)
            elif not file.endswith((*_NO_USE, "/")) and not file.startswith(_OURS):
                taken.append(file)
    return Trimmed(tuple(taken), {_stub_path(mark): _stub(mark) for mark in sorted(left_out)})


def wheel_mark(file: str) -> str | None:
    """Return the module in a wheel that *file* belongs to and that is left out, if any."""
    parts = file.removesuffix(".py").split("/")
    for count in range(1, len(parts) + 1):
        module = ".".join(parts[:count])
        is_suite = parts[count - 1] in {"tests", "test"} and 1 < count < len(parts)
        if module in _PACKAGES or is_suite:
            return module
    return None


_PACKAGES = frozenset({"pydantic.v1", "pydantic.mypy"}) | ON_DEMAND
_NO_USE = (".so", ".pyi", ".h", ".c", ".pyx", ".pxd", ".a", "py.typed", ".dist-info/RECORD")
# The page has the client already when it loads this.
_OURS = "tempestweb_wasm/_client/"


def _names(path: Path) -> tuple[str, ...]:
    with zipfile.ZipFile(path) as archive:
        return tuple(sorted(name for name in archive.namelist() if not name.endswith("/")))


def _check(keep: set[str], names: Iterable[str]) -> None:
    known = {_module(name).split(".")[0] for name in names}
    for name in sorted(keep - {EVERYTHING}):
        # Others may be parts of a package, which trim_wheel knows.
        if not name.isidentifier():
            continue
        if name not in known:
            raise ConfigError(f"keep = [{name!r}]: the standard library of the page has no {name}.")


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _mark(module: str) -> str | None:
    """Return the name under which *module* is left out, or None when it never is."""
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        if ".".join(parts[:count]) in STDLIB:
            return ".".join(parts[:count])
    is_codec = parts[0] == "encodings" and len(parts) == 2 and parts[1] not in CODECS
    return module if is_codec else None


def _within(wanted: str, mark: str) -> bool:
    return wanted == mark or wanted.startswith(f"{mark}.")


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def _stub_path(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _stub(module: str) -> str:
    text = (
        f"{module} is not in this build, because nothing imported it when that was made: "
        f'put keep = ["{module}"] into the [app] table of tempestweb.toml and build again.'
    )
    if module.startswith("encodings."):
        # An ImportError would be taken for an encoding that nobody knows.
        return f"raise LookupError({text!r})\n"
    return f"raise ModuleNotFoundError({text!r}, name={module!r})\n"
