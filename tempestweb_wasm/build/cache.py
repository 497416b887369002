"""Where downloads and other things worth keeping live between builds."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the user's cache folder for this tool; it may not exist yet.

    ``TEMPESTWEB_CACHE`` names another one. Otherwise it is where the system keeps
    caches: ``XDG_CACHE_HOME``, ``~/Library/Caches`` or ``LOCALAPPDATA``.
    """
    env = os.environ if environ is None else environ
    if env.get("TEMPESTWEB_CACHE"):
        return Path(env["TEMPESTWEB_CACHE"]).expanduser().absolute()
    if env.get("XDG_CACHE_HOME"):
        return Path(env["XDG_CACHE_HOME"]) / "tempestweb"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tempestweb"
    if env.get("LOCALAPPDATA"):
        return Path(env["LOCALAPPDATA"]) / "tempestweb" / "Cache"
    return Path.home() / ".cache" / "tempestweb"


def digest(data: bytes) -> str:
    """Return the SHA-256 of *data* as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of the file at *path* as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def fresh_folder(parent: Path) -> Iterator[Path]:
    """Give an empty folder inside *parent*, removed at the end unless it was renamed.

    Inside *parent*, so that a rename into place is one step on the same file system.
    """
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=parent, prefix=".unfinished-", ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def put(path: Path, data: bytes) -> None:
    """Write *data* to *path* so that a reader sees all of it or the file as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
