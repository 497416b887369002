"""Sites made with the real command, as a user makes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = Path(__file__).resolve().parent / "apps"
DEMOS = ("counter", "todo", "form", "table", "gallery")


def command(*arguments: str | Path) -> list[str]:
    """Return the ``tempestweb`` command that belongs to this interpreter."""
    program = "from tempestweb_wasm.cli import main; main()"
    return [sys.executable, "-c", program, *map(str, arguments)]


def build(out: Path, *apps: Path, include: tuple[Path, ...] = (), offline: bool = True) -> Path:
    """Build *apps* into *out* and return it; fails with what the command said."""
    included = [part for folder in include for part in ("--include", folder)]
    line = command("build", "--mode", "wasm", *apps, *included, "--out", out)
    line += [] if offline else ["--no-offline"]
    result = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{line}\n{result.stdout}\n{result.stderr}"
    return out


def demo(name: str) -> Path:
    """Return the file of a demo app."""
    return ROOT / "demo" / name / "app.py"
