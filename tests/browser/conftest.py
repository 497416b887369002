"""The built wheel in the interpreter, in the system's Chromium.

pytest-pyodide serves one folder with the interpreter, the wheel of ``build_wheel.sh``, what it
needs, and pytest itself, which runs in the page too.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from playwright.sync_api import sync_playwright
from pytest_pyodide.config import get_global_config
from pytest_pyodide.server import spawn_web_server

from tempestweb_wasm.build.cache import cache_folder
from tempestweb_wasm.build.interpreter import FILES, find_interpreter
from tempestweb_wasm.build.lock import make_lock
from tempestweb_wasm.build.packages import Demand, Resolver
from tempestweb_wasm.build.pip import Pip
from tempestweb_wasm.build.wheels import read_wheel
from tests import tools

ROOT = Path(__file__).resolve().parents[2]
# What pytest-pyodide imports in the page, pytest as it is here: the two exchange rewritten code.
IN_PAGE = (f"pytest=={pytest.__version__}", "pluggy", "iniconfig", "packaging", "pygments", "tblib")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.option.runner = "playwright"
    config.option.runtime = "chrome"


def built_wheel() -> Path:
    """Return the wheel under test: the built one, or the one that ``TEMPEST_WHEEL`` names."""
    named = os.environ.get("TEMPEST_WHEEL")
    found = [Path(named)] if named else list((ROOT / "dist").glob("tempestweb_wasm-*.whl"))
    if len(found) != 1:
        pytest.fail(f"dist/ holds {len(found)} wheels: run ./build_wheel.sh", pytrace=False)
    return found[0]


@pytest.fixture(scope="session")
def dist_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The folder that is served: interpreter, lock file and wheels."""
    folder = tmp_path_factory.mktemp("pyodide")
    interpreter = find_interpreter()
    ours = read_wheel(built_wheel())
    resolver = Resolver(
        interpreter, Pip(interpreter), cache_folder() / "wheels", given={ours.name: ours}
    )
    wanted = [ours.name, *IN_PAGE]
    wheels = resolver.resolve([Demand(Requirement(text), "tests/browser") for text in wanted])
    depends = {
        name: [r.name for r in wheel.requires if resolver.applies(r.marker)]
        for name, wheel in wheels.items()
    }
    for name in FILES:
        shutil.copyfile(interpreter.file(name), folder / name)
    for wheel in wheels.values():
        shutil.copyfile(wheel.path, folder / wheel.file_name)
    (folder / "pyodide-lock.json").write_bytes(make_lock(interpreter, wheels, depends))
    request.config.option.dist_dir = folder
    return folder


@pytest.fixture(scope="session")
def web_server_main(dist_folder: Path) -> Iterator[Any]:
    """pytest-pyodide's server, on a folder that is made when it is first needed."""
    with spawn_web_server(dist_folder) as server:
        yield server


@pytest.fixture(scope="module")
def playwright_browsers() -> Iterator[dict[str, Any]]:
    """pytest-pyodide's browsers, of which it would take its own download."""
    flags = [*get_global_config().get_flags("chrome"), *tools.CHROMIUM_FLAGS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.chromium(), args=flags)
        yield {"chrome": browser}
        browser.close()
