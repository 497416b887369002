"""After one visit an app works with the server stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.e2e import building
from tests.e2e.building import Builds
from tests.e2e.conftest import Visitor
from tests.e2e.pages import AppPage, expect_works, wait_until
from tests.e2e.profiles import process, wait_until_kept
from tests.e2e.server import Answer, Server

ERROR_PAGE = Answer(200, b"<!doctype html><title>Sorry</title><h1>We will be back soon</h1>")


@pytest.fixture(scope="module")
def small_site(builds: Builds) -> Path:
    """One app, at the root of its site."""
    return builds.site(building.APPS / "faults" / "app.py")


@pytest.fixture
def host(small_site: Path) -> Iterator[Server]:
    with Server(small_site, prefix="/deep/down/") as server:
        yield server


def first_visit(context: BrowserContext, host: Server) -> AppPage:
    app = AppPage(context.pages[0] if context.pages else context.new_page(), host.url()).open()
    wait_until_kept(app.page)
    return app


def test_reload_new_tab_and_new_process_work_with_the_server_stopped(
    playwright: Playwright, host: Server, tmp_path: Path
) -> None:
    with process(playwright, tmp_path) as context:
        app = first_visit(context, host)
        host.stop()
        expect_works(app.reload())
        tab = AppPage(context.new_page(), host.url()).open()
        expect_works(tab)
        # The first tab is still itself.
        expect(app.text("Count: 1")).to_be_visible()
    with process(playwright, tmp_path) as context:
        expect_works(AppPage(context.new_page(), host.url()).open())


def test_the_first_visit_itself_is_not_reloaded(visitor: Visitor, host: Server) -> None:
    visit = visitor(service_workers="allow")
    app = AppPage(visit.page, host.url()).open()
    app.button("Add").click()
    wait_until_kept(visit.page)
    expect(app.text("Count: 1")).to_be_visible()
    assert visit.page.evaluate("performance.getEntriesByType('navigation').length") == 1
    assert visit.watch.errors == []


def test_back_and_forward_work_offline(visitor: Visitor, host: Server) -> None:
    visit = visitor(service_workers="allow")
    app = first_visit(visit.context, host)
    host.stop()
    app.reload()
    visit.page.goto("about:blank")
    visit.page.go_back()
    expect_works(app.wait())


def test_the_manifest_makes_the_app_installable(visitor: Visitor, host: Server) -> None:
    page = visitor().page
    app = AppPage(page, host.url()).open()
    found = page.evaluate(
        """async () => {
          const link = document.querySelector('link[rel=manifest]');
          const manifest = await (await fetch(link.href)).json();
          const at = (address) => new URL(address, link.href);
          const icons = await Promise.all(manifest.icons.map(async (icon) => {
            const response = await fetch(at(icon.src));
            return [response.status, icon.sizes, icon.purpose ?? 'any'];
          }));
          return {...manifest, start: at(manifest.start_url).href, icons};
        }"""
    )
    assert found["name"]
    assert found["short_name"]
    assert found["display"] == "standalone"
    assert found["start"].split("?")[0] == app.url
    assert {icon[0] for icon in found["icons"]} == {200}
    assert {"192x192", "512x512"} <= {icon[1] for icon in found["icons"]}
    assert "maskable" in {icon[2] for icon in found["icons"]}


def versions(page: Page) -> list[str]:
    """Return the names of the caches that hold a whole version."""
    names: list[str] = page.evaluate(
        """async () => {
          const whole = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            if ((await cache.keys()).length > 1) whole.push(name);
          }
          return whole;
        }"""
    )
    return names


TOLD = """
  window.told = [];
  navigator.serviceWorker.addEventListener('message', ({data}) => window.told.push(data));
  navigator.serviceWorker.startMessages();
"""


def test_an_error_page_in_the_place_of_a_file_is_never_kept(visitor: Visitor, host: Server) -> None:
    visit = visitor(service_workers="allow")
    host.answers["icons/icon-512.png"] = ERROR_PAGE
    visit.page.add_init_script(TOLD)
    app = AppPage(visit.page, host.url()).open()
    expect_works(app)
    wait_until(visit.page, "window.told.some((message) => message.type === 'failed')")
    assert versions(visit.page) == []
    expect_works(app.reload())
    host.answers.clear()
    app.reload()
    wait_until_kept(visit.page)
    assert len(versions(visit.page)) == 1
    host.stop()
    expect_works(app.reload())


def test_a_cache_that_the_browser_emptied_does_not_break_the_page(
    visitor: Visitor, host: Server
) -> None:
    visit = visitor(service_workers="allow")
    app = first_visit(visit.context, host)
    visit.page.evaluate(
        "async () => { for (const name of await caches.keys()) await caches.delete(name); }"
    )
    expect_works(app.reload())


def test_clearing_site_data_starts_over(visitor: Visitor, host: Server) -> None:
    visit = visitor(service_workers="allow")
    app = first_visit(visit.context, host)
    session = visit.context.new_cdp_session(visit.page)
    everything = {"origin": host.origin, "storageTypes": "all"}
    session.send("Storage.clearDataForOrigin", everything)
    expect_works(app.reload())
    wait_until_kept(visit.page)
    host.stop()
    expect_works(app.reload())
