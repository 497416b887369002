"""One browser and one built site for all tests; a context, and a record of a failure, for each."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    sync_playwright,
)

from tests import tools
from tests.e2e import building
from tests.e2e.building import Builds
from tests.e2e.pages import AppPage
from tests.e2e.server import Server
from tests.e2e.watch import Watch

RECORDS = building.ROOT / "test-results" / "e2e"
TIMEOUT = 15_000
PLAIN_HOST = "plain.test"
"""A name of this machine that is no localhost: pages of it are in no secure context."""
FLAGS = (
    *tools.CHROMIUM_FLAGS,
    f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1",
    # A third of a start in a fresh context goes into optimising machine code that is thrown
    # away a second later. The browsers of profiles.py, and of tests/browser, do optimise it.
    "--js-flags=--liftoff-only",
)


@dataclass
class Visit:
    """A page in a context of its own, and what went on in it."""

    page: Page
    watch: Watch

    @property
    def context(self) -> BrowserContext:
        return self.page.context


Visitor = Callable[..., Visit]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=tools.chromium(), args=list(FLAGS))
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """The sites of this run; what runs beside this process has the same ones."""
    folder = tmp_path_factory.getbasetemp()
    # pytest-xdist gives each of its processes a folder in the run's own.
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    (shared / "builds").mkdir(exist_ok=True)
    return Builds(shared / "builds")


@pytest.fixture(scope="session")
def site(builds: Builds) -> Path:
    """All demos, built as the README says."""
    demos = building.ROOT / "demo"
    apps = [building.demo(name) for name in building.DEMOS]
    return builds.site(*apps, include=(demos / "embed", demos / "micropip"))


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[Server]:
    """The demos on a host that all tests share; one that changes it starts its own."""
    with Server(site) as server:
        yield server


@pytest.fixture(scope="session")
def own_site(builds: Builds) -> Path:
    """The tests' own apps in one site."""
    apps = sorted(path for path in building.APPS.iterdir() if (path / "app.py").is_file())
    return builds.site(*[path / "app.py" for path in apps])


@pytest.fixture(scope="session")
def own_served(own_site: Path) -> Iterator[Server]:
    with Server(own_site) as server:
        yield server


def new_visit(browser: Browser, **options: Any) -> Visit:
    """Open an empty page in a context of its own; whoever asks closes it."""
    options.setdefault("service_workers", "block")
    context = browser.new_context(**options)
    context.set_default_timeout(TIMEOUT)
    watch = Watch.of(context)
    return Visit(context.new_page(), watch)


@pytest.fixture
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Open pages, each in a context of its own; without service workers unless asked for.

    A worker would fetch the whole site once more for each test that is not about it.
    """
    visits: list[Visit] = []

    def visit(**options: Any) -> Visit:
        visits.append(new_visit(browser, **options))
        return visits[-1]

    yield visit
    for made in visits:
        if _failed(request.node):
            record(request.node.nodeid, made)
        made.context.close()


@pytest.fixture
def open_demo(visitor: Visitor, served: Server) -> Callable[..., tuple[AppPage, Watch]]:
    """Open a demo by name in a fresh context."""

    def open_it(name: str, **options: Any) -> tuple[AppPage, Watch]:
        visit = visitor(**options)
        return AppPage(visit.page, served.url(f"{name}/")).open(), visit.watch

    return open_it


OpenDemo = Callable[..., tuple[AppPage, Watch]]


def record(name: str, visit: Visit) -> None:
    """Keep what a failed test looked like, in a folder that git ignores."""
    folder = RECORDS / re.sub(r"[^A-Za-z0-9]+", "-", name.removeprefix("tests/e2e/"))
    folder.mkdir(parents=True, exist_ok=True)
    log = list(visit.watch.log)
    for index, page in enumerate(visit.context.pages):
        try:
            page.screenshot(path=folder / f"page-{index}.png")
            (folder / f"page-{index}.html").write_text(page.content(), encoding="utf-8")
        except Error as error:
            # A page that hangs is what failed; it must not hide the test's own words.
            log.append(f"page {index} can't be recorded: {error}")
    (folder / "console.txt").write_text("\n".join(log) + "\n", encoding="utf-8")
    (folder / "requests.txt").write_text("\n".join(visit.watch.requests) + "\n", encoding="utf-8")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.when == "call":
        item.stash[_FAILED] = report.failed


_FAILED = pytest.StashKey[bool]()


def _failed(node: Any) -> bool:
    return bool(node.stash.get(_FAILED, False))
