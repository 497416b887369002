"""Sites made with the real command, as a user makes them, and each of them once in a run."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree

ROOT = Path(__file__).resolve().parents[2]
APPS = Path(__file__).resolve().parent / "apps"
DEMOS = ("counter", "todo", "form", "table", "gallery", "chat")


def command(*arguments: str | Path) -> list[str]:
    """Return the ``tempestweb`` command that belongs to this interpreter."""
    program = "from tempestweb_wasm.cli import main; main()"
    return [sys.executable, "-c", program, *map(str, arguments)]


def build(
    out: Path,
    *apps: Path,
    include: tuple[Path, ...] = (),
    offline: bool = True,
    base: str | None = None,
) -> Path:
    """Build *apps* into *out* and return it; fails with what the command said."""
    included = [part for folder in include for part in ("--include", folder)]
    line = command("build", "--mode", "wasm", *apps, *included, "--out", out)
    line += [] if offline else ["--no-offline"]
    line += [] if base is None else ["--base", base]
    result = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{line}\n{result.stdout}\n{result.stderr}"
    return out


def demo(name: str) -> Path:
    """Return the file of a demo app."""
    return ROOT / "demo" / name / "app.py"


@dataclass(frozen=True)
class Builds:
    """The sites of a run: equal apps with equal options are built once, for all its processes.

    A build takes longer than most tests, and is the same for the same files.
    """

    folder: Path

    def site(self, *apps: Path, include: tuple[Path, ...] = (), offline: bool = True) -> Path:
        """Return a site that others read too: change nothing in it."""
        key = hashlib.sha256(repr((offline, len(apps))).encode())
        for path in (*(app.parent for app in apps), *include):
            key.update(_contents(path))
        made = self.folder / key.hexdigest()[:16]
        with _alone(made.with_suffix(".lock")):
            if not made.exists():
                unfinished = made.with_suffix(".unfinished")
                build(unfinished, *apps, include=include, offline=offline).rename(made)
        return made

    def put(self, out: Path, app: Path, *, offline: bool = True) -> None:
        """Replace the folder *out* by the site of *app*, in one step as a build does."""
        fresh, old = out.with_name(f"{out.name}-fresh"), out.with_name(f"{out.name}-old")
        copytree(self.site(app, offline=offline), fresh)
        if out.exists():
            out.rename(old)
        fresh.rename(out)
        rmtree(old, ignore_errors=True)


def _contents(folder: Path) -> bytes:
    """Return what tells *folder*, its name included, from another one."""
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    parts = [
        (path.relative_to(folder.parent).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in files
    ]
    return repr(parts).encode()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Keep other processes of the run out; the system lets go of it however this one ends."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
