"""Fetching wheels with pip, and finding out why it found none.

pip brings the user's own configuration (index, proxy, certificates). It is asked for
one wheel per package and never for dependencies: it would evaluate environment markers
for the machine that it runs on, not for the interpreter in the page.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

from tempestweb_wasm.build.cache import fresh_folder
from tempestweb_wasm.build.interpreter import Interpreter
from tempestweb_wasm.errors import BuildError, ToolMissingError

_UNREACHABLE = re.compile(
    r"(?:connection broken by|Could not fetch URL|Retrying \(|ConnectionError|ProxyError)"
)


@dataclass(frozen=True)
class Misfit:
    """Why pip found no wheel that fits.

    ``versions`` have one, but not of a version that was asked for; ``other_wheels`` are
    platforms that have wheels, ``sdists`` counts source archives.
    """

    versions: tuple[str, ...]
    other_wheels: tuple[str, ...]
    sdists: int

    def reason(self) -> str:
        """Say in a few words why there is none."""
        if self.versions:
            shown = ", ".join(self.versions[-6:])
            return f"the versions with a wheel for it are {shown}"
        if self.other_wheels:
            shown = ", ".join(self.other_wheels[:4])
            more = " and others" if len(self.other_wheels) > 4 else ""
            return f"its wheels are only for other platforms ({shown}{more})"
        if self.sdists:
            return "it is published only as source (sdist)"
        return "the package index has no package of that name"


class Pip:
    """Runs ``pip download`` for one interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter

    def download(self, requirements: Sequence[str], folder: Path) -> dict[str, Path] | Misfit:
        """Fetch one wheel for each of *requirements* into *folder*; return them by name.

        When one has none that fits, nothing is fetched and the reason is returned; ask
        for one at a time to learn which. Raises ``BuildError`` when the index can't be
        reached and ``ToolMissingError`` without pip.
        """
        with fresh_folder(folder) as work:
            result = self._run(["--dest", str(work), *requirements])
            if result.returncode != 0:
                return self._explained(requirements, result.stdout + result.stderr)
            found: dict[str, Path] = {}
            for path in sorted(work.glob("*.whl")):
                name = canonicalize_name(parse_wheel_filename(path.name)[0])
                found[name] = path.replace(folder / path.name)
            return found

    def _run(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        if importlib.util.find_spec("pip") is None:
            raise ToolMissingError(
                f"pip is needed to fetch packages and {sys.executable} has none: "
                "run it with -m ensurepip, or install pip into this environment."
            )
        wanted = self._interpreter
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        command += ["--platform", wanted.platform, "--python-version", wanted.short_python]
        command += ["--implementation", "cp", "--abi", wanted.abi]
        command += ["--no-input", "--disable-pip-version-check", "--progress-bar=off"]
        # Nothing is installed, so a rule against installing outside an environment is met.
        env = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0", "NO_COLOR": "1"}
        return subprocess.run(
            [*command, *arguments], capture_output=True, text=True, check=False, env=env
        )

    def _explained(self, requirements: Sequence[str], said: str) -> Misfit:
        _check_reached(requirements, said)
        if "No matching distribution" not in said:
            errors = [line for line in said.splitlines() if line.startswith("ERROR:")]
            text = "\n".join(errors) or said.strip()[-2000:]
            raise BuildError(f"pip could not fetch {', '.join(requirements)}:\n{text}")
        if len(requirements) > 1:
            return Misfit((), (), 0)
        # Asked again, talkative: only then does it tell which files it passed over.
        with tempfile.TemporaryDirectory() as work:
            result = self._run(["-vv", "--dest", work, *requirements])
        _check_reached(requirements, result.stdout + result.stderr)
        return explain(result.stdout + result.stderr)


def _check_reached(requirements: Sequence[str], said: str) -> None:
    lines = [line.strip() for line in said.splitlines() if _UNREACHABLE.search(line)]
    # An index that has no such page has answered.
    lines = [line for line in lines if "404 Client Error" not in line]
    if lines:
        asked = ", ".join(requirements)
        raise BuildError(f"the package index can't be reached for {asked}: {lines[-1]}")


def explain(said: str) -> Misfit:
    """Read from pip's talkative output why no wheel fitted."""
    listed = re.search(r"\(from versions: ([^)]*)\)", said)
    versions = listed[1].split(", ") if listed and listed[1] != "none" else []
    tags = re.findall(r"none of the wheel's tags \(([^)]*)\)", said)
    platforms = {tag.split("-", 2)[2] for group in tags for tag in group.split(", ")}
    sdists = len(re.findall(r"Skipping link: No sources permitted", said))
    return Misfit(tuple(versions), tuple(sorted(platforms)), sdists)
