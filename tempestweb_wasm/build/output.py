"""Writing a site to a folder: all of it, or the folder stays as it was.

What a build wrote stands in its marker. The next one removes that and nothing else.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tempestweb_wasm.build.cache import digest
from tempestweb_wasm.build.files import Files
from tempestweb_wasm.build.published import MARKER
from tempestweb_wasm.errors import BuildError

_UNFINISHED = ".tempestweb-unfinished-"
_REPLACED = ".tempestweb-replaced-"

_DEAD = 3600.0
"""Seconds after which an unfinished folder is that of a build that was killed."""

_TWINS = (".gz", ".br", ".zst")


def write_site(files: Files, out: Path) -> Path:
    """Write *files* to the folder *out* in place of an earlier build's; return its path.

    The files are written beside it first. A build that is stopped leaves the old folder
    as it was. What an earlier build did not write (a ``.git``, a ``CNAME``) stays. Raises
    ``BuildError`` when *out* holds something that is no build or is in the way, or can't be
    written.
    """
    target = out.expanduser().resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _put_right(target)
        _check_room(target, check_target(target), files)
        prefix = f"{_UNFINISHED}{_key(target)}-"
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=prefix))
        try:
            _write(files, work)
            _swap(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise BuildError(f"the site can't be written to {target}: {error}") from error
    return target


def check_target(out: Path) -> list[str]:
    """Return what is in *out* that no build wrote and that will stay; folders end with ``/``.

    Raises ``BuildError`` when it holds something and no build.
    """
    target = out.expanduser().resolve()
    if target.exists() and not target.is_dir():
        raise BuildError(f"{target} is a file: name another folder with --out.")
    if not target.is_dir():
        return []
    if any(target.iterdir()) and not is_site(target):
        raise BuildError(
            f"{target} is not empty and was not made by tempestweb build: empty it, or name "
            "another folder with --out."
        )
    return list(_foreign(target, _written(target)))


def is_site(folder: Path) -> bool:
    """Say whether *folder* holds a site that was written here."""
    return _description(folder) is not None


def _description(folder: Path) -> dict[str, Any] | None:
    try:
        described = json.loads((folder / MARKER).read_bytes())
    except (OSError, ValueError):
        # No marker, or not ours: then it is somebody's folder.
        return None
    is_ours = isinstance(described, dict) and described.get("made_by") == "tempestweb"
    return described if is_ours else None


def _written(folder: Path) -> frozenset[str]:
    """Return the paths that a build wrote into *folder*."""
    described = _description(folder)
    if described is None:
        return frozenset()
    return frozenset({*described.get("files", {}), MARKER})


def _foreign(folder: Path, written: frozenset[str], above: str = "") -> Iterator[str]:
    """Yield what is in *folder* and is not *written*; a folder without any of that as one."""
    for path in sorted((folder / above).iterdir()):
        name = above + path.name
        if path.is_dir() and not path.is_symlink():
            if any(each.startswith(f"{name}/") for each in written):
                yield from _foreign(folder, written, f"{name}/")
            else:
                yield f"{name}/"
        elif name not in written:
            yield name


def _check_room(target: Path, foreign: Iterable[str], files: Files) -> None:
    written = _written(target)
    for name in foreign:
        plain = name.rstrip("/")
        above = plain.split("/")[:-1]
        if (
            plain in files
            or any(each.startswith(f"{plain}/") for each in files)
            or any("/".join(above[:count]) in files for count in range(1, len(above) + 1))
        ):
            raise BuildError(
                f"{target / plain} is in the way of the new site and was not written by "
                "tempestweb build: move it, or name another folder with --out."
            )
        for ending in _TWINS:
            if plain.removesuffix(ending) != plain and plain.removesuffix(ending) in written:
                raise BuildError(
                    f"{target / plain} was made from a file of the earlier build, and a host "
                    f"would go on sending it: remove the files that end in {ending}, or all of "
                    f"{target.name}, and build again."
                )


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
    aside = Path(
        tempfile.mkdtemp(dir=target.parent, prefix=f"{_REPLACED}{_key(target)}-"), target.name
    )
    target.rename(aside)
    try:
        work.rename(target)
    except OSError:
        aside.rename(target)
        aside.parent.rmdir()
        raise
    _finish(aside, target)


def _finish(aside: Path, target: Path) -> None:
    """Bring into *target* what is no build's in *aside*, and remove the rest of that.

    Another process may be at the same: what is gone already is no error.
    """
    written = _written(aside)
    for name in _foreign(aside, written):
        place = target / name
        if place.exists() or place.is_symlink():
            raise BuildError(f"{aside / name} could not be put back to {place}, which is taken.")
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            (aside / name).rename(place)
    # The marker last: it says what the others are.
    for name in sorted(written, key=lambda each: each == MARKER):
        (aside / name).unlink(missing_ok=True)
    for place in sorted((path for path in aside.rglob("*") if path.is_dir()), reverse=True):
        with suppress(FileNotFoundError):
            place.rmdir()
    for place in (aside, aside.parent):
        with suppress(FileNotFoundError):
            place.rmdir()


def _put_right(target: Path) -> None:
    """Undo or finish what a build of *target* that was killed left beside it."""
    for holder in target.parent.glob(f"{_REPLACED}{_key(target)}-*"):
        aside = holder / target.name
        if not aside.exists():
            with suppress(OSError):  # another process is between its first two steps
                holder.rmdir()
        elif target.exists():
            _finish(aside, target)
        else:
            aside.rename(target)
            holder.rmdir()
    for work in target.parent.glob(f"{_UNFINISHED}{_key(target)}-*"):
        # A younger one may be that of a build that runs now.
        if work.stat().st_mtime < time.time() - _DEAD:
            shutil.rmtree(work)


def _key(target: Path) -> str:
    """Return what names *target* among folders beside it, whatever these are called."""
    return digest(target.name.encode(errors="surrogateescape"))[:16]
