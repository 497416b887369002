"""Finds the programs that the build and the tests need; the one place that knows where they hide.

``make setup`` asks it what is missing, the tests (through ``tests/tools.py``) what to start.
Standard library only: setup runs it before anything is installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
# An nginx that is not installed: a package would start it, on port 80.
NGINX = VENV / "nginx"
# What can't be found by looking: Playwright's own browser, and why a tool is not to be had.
RECORD = VENV / "tempest-tools.json"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX_NAMES = ("firefox-esr", "firefox")
MAC_CHROMIUM = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
MAC_FIREFOX = ("/Applications/Firefox.app/Contents/MacOS/firefox",)
WEBKIT_NAMES = ("WebKitWebDriver",)


def chromium() -> str | None:
    """Return a Chromium that starts: ``TEMPEST_CHROMIUM``, the system's, or Playwright's."""
    recorded = record().get("chromium")
    return _first_that_runs(os.environ.get("TEMPEST_CHROMIUM"), *_places(CHROMIUM_NAMES)) or (
        _first_that_runs(*MAC_CHROMIUM, recorded if isinstance(recorded, str) else None)
    )


def firefox() -> str | None:
    """Return a Firefox that starts: ``TEMPEST_FIREFOX`` or the system's."""
    return _first_that_runs(
        os.environ.get("TEMPEST_FIREFOX"), *_places(FIREFOX_NAMES), *MAC_FIREFOX
    )


def webkit_driver() -> str | None:
    """Return the WebDriver of WebKitGTK, where there is a screen for it; only Linux has one."""
    if not os.environ.get("DISPLAY") and shutil.which("Xvfb") is None:
        return None
    return next(iter(_places(WEBKIT_NAMES)), None)


def nginx() -> str | None:
    """Return an nginx, for the tests of what the docs say of it: the system's, or setup's copy."""
    # Where Debian keeps it, which is on root's PATH alone.
    system = shutil.which("nginx") or "/usr/sbin/nginx"
    for place in (system, str(NGINX / "usr" / "sbin" / "nginx")):
        if Path(place).is_file() and _output(place, "-v") is not None:
            return place
    return None


def node() -> str | None:
    """Return a Node that the tools of ``package.json`` run on: the system's or the venv's."""
    for place in (*_places(("node",)), str(BIN / "node")):
        if Path(place).is_file() and _node_is_new_enough(place) and _npm_beside(place):
            return place
    return None


def redis_server() -> str | None:
    """Return a Redis server that starts: the system's."""
    return _first_that_runs(*_places(("redis-server",)))


def record() -> dict[str, object]:
    """Return what setup wrote down, or nothing where setup has not run."""
    try:
        content: dict[str, object] = json.loads(RECORD.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content


def _places(names: tuple[str, ...]) -> list[str]:
    found = (shutil.which(name) for name in names)
    return [place for place in found if place is not None]


def _first_that_runs(*places: str | None) -> str | None:
    for place in places:
        if place and Path(place).is_file() and _answers(place):
            return place
    return None


def _answers(program: str) -> bool:
    # Ubuntu's chromium-browser is a file that only tells to install a snap, and a browser
    # without its libraries is a file too: what counts is that it says its version.
    return _output(program, "--version") is not None


def _node_is_new_enough(program: str) -> bool:
    version = re.match(r"v(\d+)\.(\d+)\.", _output(program, "--version") or "")
    if version is None:
        return False
    major, minor = int(version[1]), int(version[2])
    # The same range as "engines" in package.json; ESLint and jsdom ask for it.
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 13) or major >= 24


def _npm_beside(program: str) -> bool:
    return (Path(program).parent / "npm").is_file() or shutil.which("npm") is not None


def _output(*command: str) -> str | None:
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() if result.returncode == 0 else None
