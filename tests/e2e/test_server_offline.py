"""The last pages of an app on a server, read without a network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.building import APPS
from tests.e2e.conftest import Visitor
from tests.e2e.hosted import SECRET, Hosted
from tests.e2e.live import LivePage
from tests.e2e.pages import wait_until
from tests.e2e.proxy import Proxy

KEPT = """(async () => {
  const name = (await caches.keys()).find((each) => each.endsWith("pages"));
  if (!name) return false;
  const keys = await (await caches.open(name)).keys();
  return keys.map(({url}) => new URL(url).pathname + new URL(url).search).join(" ");
})()"""


@pytest.fixture(scope="module")
def server() -> Iterator[Hosted]:
    with Hosted(APPS / "shown" / "app.py", secret=SECRET) as started:
        yield started


@pytest.fixture
def proxy(server: Hosted) -> Iterator[Proxy]:
    with Proxy(server.port) as between:
        yield between


def kept(page: Page, address: str) -> None:
    wait_until(page, f"{KEPT}.then((found) => (found || '').split(' ').includes({address!r}))")


def test_the_last_page_is_readable_after_the_first_visit(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor(service_workers="allow").page, proxy.url)
    kept(live.page, "/")
    proxy.down()
    live.page.reload()
    expect(live.text("Count: 0")).to_be_visible()
    expect(live.notice).to_contain_text("No connection")
    live.field("Typed").fill("offline")
    proxy.up()
    live.page.evaluate("dispatchEvent(new Event('online'))")
    live.expect_log("log typed offline")
    live.expect_online()
    live.press("Add")
    live.expect_count(1)


def test_a_kept_page_goes_on_with_its_session(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor(service_workers="allow").page, proxy.url)
    kept(live.page, "/")
    # What was kept first the worker had asked for itself; now it is what the page shows.
    live.page.reload()
    live.expect_online()
    for count in range(1, 4):
        live.press("Add")
        live.expect_count(count)
    proxy.down()
    live.page.reload()
    expect(live.text("Count: 0")).to_be_visible()
    live.press("Add")
    proxy.up()
    live.page.evaluate("dispatchEvent(new Event('online'))")
    live.expect_online()
    live.expect_count(4)
    live.press("Add")
    live.expect_count(5)


def test_an_address_that_is_not_kept_says_so(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor(service_workers="allow").page, proxy.url)
    kept(live.page, "/")
    proxy.down()
    live.page.goto(f"{proxy.url}?other")
    expect(live.page.get_by_role("heading", name="No connection")).to_be_visible()


def test_a_page_comes_from_the_network_where_there_is_one(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor(service_workers="allow").page, f"{proxy.url}?stored=x")
    kept(live.page, "/?stored=x")
    live.press("Add")
    live.expect_count(1)
    live.page.reload()
    live.expect_online()
    live.expect_count(0)


def test_what_was_kept_for_one_is_not_shown_to_another(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor(service_workers="allow").page, proxy.url)
    kept(live.page, "/")
    live.page.context.clear_cookies()
    live.page.goto(f"{proxy.url}?stored=y")
    live.expect_online()
    wait_until(live.page, f"{KEPT}.then((found) => found === '/?stored=y')")
    proxy.down()
    live.page.goto(proxy.url)
    expect(live.page.get_by_role("heading", name="No connection")).to_be_visible()
