"""The programs that tests start, found by the same code that ``make setup`` uses.

A tool that every machine must have fails the test that asks for it. Firefox and WebKit have
a smoke test each, which is skipped only where setup wrote down why they can't be had.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scripts import find_tools

# Only the last list counts, and Playwright has one: what of it matters here comes first. The
# last two are pages of the browser's own address bar, which take a core for most of a second in
# each new window.
_FEATURES = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "Translate",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
# As root there is no sandbox. The others keep it from looking up its maker's hosts.
CHROMIUM_FLAGS = (
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    f"--disable-features={','.join(_FEATURES)}",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str:
    """Return the path of Chromium; start it with :data:`CHROMIUM_FLAGS`."""
    return _required("Chromium", find_tools.chromium())


def node() -> str:
    """Return the path of Node."""
    return _required("Node.js", find_tools.node())


def redis_server() -> str:
    """Return the path of a Redis server."""
    return _required("redis-server", find_tools.redis_server())


def nginx() -> str:
    """Return the path of nginx."""
    return _required("nginx", find_tools.nginx())


def firefox() -> str:
    """Return the path of Firefox, or skip where setup could not bring it."""
    return _optional("firefox", find_tools.firefox())


def webkit_driver() -> str:
    """Return the path of WebKitGTK's WebDriver, or skip where setup could not bring it."""
    return _optional("webkit", find_tools.webkit_driver())


@contextmanager
def display() -> Iterator[str]:
    """Give a value for ``DISPLAY``: the one that there is, or a screen that nobody sees."""
    if at_hand := os.environ.get("DISPLAY"):
        yield at_hand
        return
    ours, its = os.pipe()
    # The server picks a free number and writes it to the pipe once it listens.
    command = ["Xvfb", "-displayfd", str(its), "-nolisten", "tcp", "-screen", "0", "1280x900x24"]
    with subprocess.Popen(command, pass_fds=[its], stderr=subprocess.DEVNULL) as server:
        os.close(its)
        try:
            with os.fdopen(ours) as told:
                number = told.readline().strip()
            if not number:
                pytest.fail("Xvfb does not start", pytrace=False)
            yield f":{number}"
        finally:
            server.terminate()


def _required(name: str, path: str | None) -> str:
    if path is None:
        pytest.fail(f"{name} is missing: run make setup", pytrace=False)
    return path


def _optional(name: str, path: str | None) -> str:
    missing = find_tools.record().get("missing")
    reason = missing.get(name) if isinstance(missing, dict) else None
    if path is None and isinstance(reason, str):
        pytest.skip(f"no {name}: {reason}")
    return _required(name, path)
