"""A smoke in Firefox (puppeteer, WebDriver BiDi) and in WebKit (WebKitGTK's WebDriver).

Each is skipped only where ``make setup`` wrote down why the browser can't be had.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support import expected_conditions as conditions
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from selenium.webdriver.webkitgtk.webdriver import WebDriver as WebKit

from tests import tools
from tests.e2e import building
from tests.e2e.building import Builds
from tests.e2e.server import Server

START = 120
SCRIPT = building.ROOT / "tests" / "e2e" / "firefox_smoke.mjs"


def test_the_counter_works_in_firefox_and_without_a_network_the_second_time(
    builds: Builds,
) -> None:
    with (
        Server(builds.site(building.demo("counter"))) as server,
        subprocess.Popen(
            [tools.node(), str(SCRIPT), tools.firefox(), server.url()],
            cwd=building.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as firefox,
    ):
        assert firefox.stdin is not None
        assert firefox.stdout is not None
        if firefox.stdout.readline() == "kept\n":
            server.stop()
        said, errors = firefox.communicate("\n", timeout=START * 2)
    assert firefox.returncode == 0, said + errors
    told = json.loads(said)
    assert "firefox" in told["browser"].lower()
    assert told["errors"] == []
    assert told["inline"] == 0
    assert server.requests.count("/") == 1


@pytest.fixture
def display() -> Iterator[str]:
    """A screen for a browser that has no headless mode: the user's, or one nobody sees."""
    if os.environ.get("DISPLAY"):
        yield os.environ["DISPLAY"]
        return
    program = shutil.which("Xvfb")
    if program is None:
        pytest.fail("Xvfb is missing: run make setup", pytrace=False)
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1280x800x24"]
    started = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading, encoding="ascii") as pipe:
        # Written once the screen is there.
        number = pipe.readline().strip()
    yield f":{number}"
    started.terminate()
    started.wait()


@pytest.fixture
def webkit(display: str) -> Iterator[WebDriver]:
    program = tools.webkit_driver()
    service = Service(executable_path=program, env={**os.environ, "DISPLAY": display})
    started = WebKit(options=Options(), service=service)
    yield started
    started.quit()


def test_an_app_works_in_webkit(webkit: WebDriver, own_served: Server) -> None:
    webkit.get(own_served.url("faults/"))
    wait = WebDriverWait(webkit, START)
    add = (By.XPATH, "//button[normalize-space()='Add']")
    wait.until(conditions.element_to_be_clickable(add)).click()
    wait.until(conditions.text_to_be_present_in_element((By.ID, "tempest-app"), "Count: 1"))
