"""The files of a site: what stands under which path, before anything is written."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tempestweb_wasm.build.cache import digest, file_digest


@dataclass(frozen=True)
class Content:
    """The content of one file: bytes that were made, or a file elsewhere on the disk."""

    data: bytes | None = None
    path: Path | None = None

    def read(self) -> bytes:
        """Return the whole content."""
        if self.path is not None:
            return self.path.read_bytes()
        return self.data or b""

    @cached_property
    def sha256(self) -> str:
        """Its SHA-256 as hexadecimal digits, taken once."""
        return file_digest(self.path) if self.path is not None else digest(self.data or b"")

    @property
    def integrity(self) -> str:
        """Its hash as browsers take it: in ``integrity``, for scripts, styles and fetches."""
        return f"sha256-{base64.b64encode(bytes.fromhex(self.sha256)).decode()}"

    @cached_property
    def size(self) -> int:
        """Its length in bytes, taken once."""
        return self.path.stat().st_size if self.path is not None else len(self.data or b"")


Files = dict[str, Content]
"""Contents by their path in the site, with ``/`` and without a leading one."""


def made(data: bytes | str) -> Content:
    """Return content that is *data*."""
    return Content(data=data.encode() if isinstance(data, str) else data)


def copied(path: Path) -> Content:
    """Return content that is in the file *path*."""
    return Content(path=path)


def is_hashed(path: str, content: Content) -> bool:
    """Say whether *path* is such a name of ours: there is never anything else under it."""
    return path.startswith("_tempest/") and f"-{content.sha256[:10]}." in path


def hashed_name(name: str, content: Content) -> str:
    """Return *name* with a piece of the content's hash: ``client-1a2b3c4d5e.js``."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}-{content.sha256[:10]}{dot}{suffix}"
