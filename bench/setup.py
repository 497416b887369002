"""Brings what the others need: their npm packages, and an environment for the peer.

Each step looks first, and does nothing when it is done. Only registries are asked, by name.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from bench.paths import BENCH, NODE_MODULES, PEER_VENV
from scripts import find_tools

PEER = "tempestweb[server]==0.141.1"
"""The peer, from PyPI. Never in our own environment: its command is called as ours is."""


class BenchError(Exception):
    """Something that a run can't do without; the text is what the user reads."""


def node() -> str:
    """Return the path of Node."""
    found = find_tools.node()
    if found is None:
        raise BenchError("Node.js is missing: run make setup.")
    return found


def install_packages() -> None:
    """Install what bench/package-lock.json says."""
    files = ("package.json", "package-lock.json", ".npmrc")
    mark = _digest(*((BENCH / name).read_bytes() for name in files))
    if _holds(NODE_MODULES / ".bench-stamp", mark):
        return
    beside = Path(node()).parent / "npm"
    npm = str(beside) if beside.is_file() else "npm"
    path = f"{Path(node()).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run(command, "npm can't install the packages of bench/", {**os.environ, "PATH": path})
    (NODE_MODULES / ".bench-stamp").write_text(mark, encoding="utf-8")


def install_peer() -> Path:
    """Install the peer into its own environment; return the Python of that."""
    python = PEER_VENV / "bin" / "python"
    stamp = PEER_VENV / "peer.stamp"
    mark = _digest(PEER.encode(), sys.version.encode())
    if not _holds(stamp, mark):
        run(
            [sys.executable, "-m", "venv", "--clear", str(PEER_VENV)], "no environment for the peer"
        )
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        run([*pip, PEER], f"pip can't install {PEER}")
        stamp.write_text(mark, encoding="utf-8")
    return python


def package_versions() -> dict[str, str]:
    """Return the versions of the npm packages that are compared, as they are installed."""
    found = {}
    for name in ("react", "preact", "solid-js", "esbuild"):
        text = (NODE_MODULES / name / "package.json").read_text(encoding="utf-8")
        found[name] = str(json.loads(text)["version"])
    return found


def run(command: list[str], failed: str, env: dict[str, str] | None = None) -> str:
    """Run *command* in ``bench/``; return what it said, raise ``BenchError`` if it fails."""
    result = subprocess.run(
        command, cwd=BENCH, env=env, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise BenchError(f"{failed}:\n{result.stdout}{result.stderr}".rstrip())
    return result.stdout


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _holds(stamp: Path, mark: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == mark
