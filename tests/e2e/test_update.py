"""A new build in the same place: offered, taken when the user says so, never mixed with the old."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import building
from tests.e2e.building import Builds
from tests.e2e.conftest import Visit, Visitor
from tests.e2e.pages import START, AppPage
from tests.e2e.profiles import wait_until_kept
from tests.e2e.server import Answer, Server

WORDS = "Count:"


class Release:
    """An app in a folder of its own, and the place where its builds go."""

    def __init__(self, folder: Path, builds: Builds) -> None:
        self._builds = builds
        self.app = folder / "app" / "app.py"
        copytree(building.APPS / "faults", self.app.parent)
        self.out = folder / "site"
        self.build()

    def build(self, *, offline: bool = True) -> None:
        self._builds.put(self.out, self.app, offline=offline)

    def next(self, words: str) -> None:
        """Publish a version that says *words*."""
        source = self.app.read_text(encoding="utf-8")
        self.app.write_text(source.replace(WORDS, words), encoding="utf-8")
        self.build()


@pytest.fixture
def release(tmp_path: Path, builds: Builds) -> Release:
    return Release(tmp_path, builds)


@pytest.fixture
def host(release: Release) -> Iterator[Server]:
    with Server(release.out, prefix="/shop/") as server:
        yield server


@pytest.fixture
def visit(visitor: Visitor, host: Server) -> Visit:
    """A visitor who has the first version, whole, and looks at it."""
    made = visitor(service_workers="allow")
    app = AppPage(made.page, host.url()).open()
    wait_until_kept(made.page)
    app.reload()
    return made


@pytest.fixture
def offered(visit: Visit, release: Release, host: Server) -> AppPage:
    """The visitor's page when the next version is ready; the host's log begins with that."""
    release.next("Sum:")
    host.requests.clear()
    app = AppPage(visit.page, host.url()).reload()
    expect_offer(visit.page)
    return app


def expect_offer(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="new version")).to_be_visible(timeout=START)


def take_offer(page: Page) -> None:
    """Wait for the offer of a new version, and take it."""
    expect_offer(page)
    page.get_by_role("button", name="Reload").click()


def controlled_by(page: Page) -> str:
    """Return the version of the worker that serves this page."""
    version: str = page.evaluate(
        """() => new Promise((resolve) => {
          navigator.serviceWorker.addEventListener('message', ({data}) => {
            if (data.type === 'version') resolve(data.version);
          });
          navigator.serviceWorker.startMessages();
          navigator.serviceWorker.controller.postMessage({type: 'version'});
        })"""
    )
    return version


def test_a_new_version_is_offered_and_taken_when_the_user_says_so(
    visit: Visit, release: Release, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    first = controlled_by(visit.page)
    release.next("Sum:")
    app.reload()
    # What is on the screen is still the first version, whole.
    expect(app.text("Count: 0")).to_be_visible()
    app.button("Add").click()
    expect_offer(visit.page)
    expect(app.text("Count: 1")).to_be_visible()
    visit.page.get_by_role("button", name="Reload").click()
    expect(app.text("Sum: 0")).to_be_visible(timeout=START)
    app.button("Add").click()
    expect(app.text("Sum: 1")).to_be_visible()
    assert controlled_by(visit.page) != first
    host.stop()
    app.reload()
    expect(app.text("Sum: 0")).to_be_visible()
    assert visit.watch.errors == []


def test_an_offer_that_is_put_off_changes_nothing(offered: AppPage, host: Server) -> None:
    later = offered.page.get_by_role("button", name="Later")
    later.click()
    expect(later).to_have_count(0)
    host.stop()
    offered.reload()
    expect(offered.text("Count: 0")).to_be_visible()
    expect_offer(offered.page)


def test_another_tab_keeps_its_version_to_the_last_file(
    visit: Visit, release: Release, host: Server
) -> None:
    old = AppPage(visit.page, host.url())
    old.button("Add").click()
    release.next("Sum:")
    new = AppPage(visit.context.new_page(), host.url()).open()
    expect(new.text("Count: 0")).to_be_visible()
    take_offer(new.page)
    expect(new.text("Sum: 0")).to_be_visible(timeout=START)
    # The old tab was neither reloaded nor given a file of the new version.
    expect(old.text("Count: 1")).to_be_visible()
    expect_offer(old.page)
    code = old.page.evaluate("fetch('./apps/app/app.py').then((response) => response.text())")
    assert WORDS in code
    assert "Sum:" not in code
    served = new.page.evaluate("fetch('./apps/app/app.py').then((response) => response.text())")
    assert "Sum:" in served
    old.reload()
    expect(old.text("Sum: 0")).to_be_visible()


def test_a_page_never_gets_files_of_two_versions(offered: AppPage) -> None:
    # The page itself asked the host for nothing but the worker, whose install did the rest.
    by_page = [
        url
        for url in offered.page.evaluate(
            """performance.getEntriesByType('resource')
              .filter((entry) => entry.workerStart === 0).map((entry) => entry.name)"""
        )
        if not url.endswith("/sw.js")
    ]
    assert by_page == []


@pytest.mark.usefixtures("offered")
def test_only_what_changed_is_fetched_for_an_update(host: Server) -> None:
    heavy = [path for path in host.requests if "/python/" in path]
    assert heavy == []
    assert [path for path in host.requests if path.endswith("/app.py")] != []


def test_an_update_that_fails_leaves_the_old_version(
    visit: Visit, release: Release, host: Server
) -> None:
    visit.page.evaluate(
        """() => {
          window.failed = new Promise((resolve) => {
            navigator.serviceWorker.addEventListener('message', ({data}) => {
              if (data.type === 'failed') resolve(data.reason);
            });
            navigator.serviceWorker.startMessages();
          });
        }"""
    )
    host.answers["apps/app/app.py"] = Answer(200, b"<!doctype html><h1>Sorry</h1>")
    release.next("Sum:")
    visit.page.evaluate(
        """() => navigator.serviceWorker.getRegistration()
          .then((registration) => registration.update()).catch(() => undefined)"""
    )
    assert "app.py" in visit.page.evaluate("window.failed")
    host.stop()
    app = AppPage(visit.page, host.url()).reload()
    expect(app.text("Count: 0")).to_be_visible()
