"""Writing a site to a folder: all of it, or the folder stays as it was."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from tempestweb_wasm.build.cache import digest
from tempestweb_wasm.build.files import Files
from tempestweb_wasm.build.published import MARKER
from tempestweb_wasm.errors import BuildError

_UNFINISHED = ".tempestweb-unfinished-"
_REPLACED = ".tempestweb-replaced-"


def write_site(files: Files, out: Path) -> Path:
    """Write *files* to the folder *out*, replacing an earlier build whole; return its path.

    The files are written beside it first. A build that is stopped leaves the old folder
    as it was. Raises ``BuildError`` when *out* holds something that is no build, or can't
    be written.
    """
    target = out.expanduser().resolve()
    check_target(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{_UNFINISHED}{target.name}-"))
        try:
            _write(files, work)
            _swap(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise BuildError(f"the site can't be written to {target}: {error}") from error
    return target


def check_target(out: Path) -> None:
    """Raise ``BuildError`` when writing a site to *out* would destroy something else."""
    target = out.expanduser().resolve()
    if target.exists() and not target.is_dir():
        raise BuildError(f"{target} is a file: name another folder with --out.")
    if target.is_dir() and any(target.iterdir()) and not is_site(target):
        raise BuildError(
            f"{target} is not empty and was not made by tempestweb build: empty it, or name "
            "another folder with --out."
        )


def is_site(folder: Path) -> bool:
    """Say whether *folder* holds a site that was written here."""
    try:
        described = json.loads((folder / MARKER).read_bytes())
    except (OSError, ValueError):
        # No marker, or not ours: then it is somebody's folder.
        return False
    return isinstance(described, dict) and described.get("made_by") == "tempestweb"


def _write(files: Files, folder: Path) -> None:
    # mkdtemp made it private; a site is there to be read.
    folder.chmod(0o755)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.read()
        if digest(data) != content.sha256:
            # Its hash is in the site already, so browsers would refuse it.
            raise BuildError(f"{content.path} changed during the build: build again.")
        path.write_bytes(data)


def _swap(work: Path, target: Path) -> None:
    if not target.exists():
        work.rename(target)
        return
    aside = target.parent / f"{_REPLACED}{target.name}-{os.getpid()}"
    target.rename(aside)
    try:
        work.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside)


def _sweep(target: Path) -> None:
    """Remove what a build that was killed left beside *target*, and undo half a swap."""
    for aside in target.parent.glob(f"{_REPLACED}{target.name}-*"):
        if target.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(target)
    for work in target.parent.glob(f"{_UNFINISHED}{target.name}-*"):
        shutil.rmtree(work)
