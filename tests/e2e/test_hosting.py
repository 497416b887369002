"""A built folder works wherever it is put: sub-path, plain http, a frame."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.e2e.conftest import PLAIN_HOST, Visitor
from tests.e2e.pages import AppPage, expect_works, wait_for_app
from tests.e2e.server import Server


def test_a_sub_path_works_and_nothing_above_it_is_asked_for(
    visitor: Visitor, own_site: Path
) -> None:
    with Server(own_site, prefix="/some/deep/path/") as server:
        visit = visitor()
        expect_works(AppPage(visit.page, server.url("faults/")).open())
        assert [path for path in server.requests if not path.startswith(server.prefix)] == []
        assert visit.watch.errors == []


def test_the_list_of_apps_leads_to_each(visitor: Visitor, own_site: Path) -> None:
    with Server(own_site, prefix="/some/deep/path/") as server:
        page = visitor().page
        page.goto(server.url())
        links = [
            urlsplit(link.evaluate("el => el.href")).path
            for link in page.get_by_role("main").get_by_role("link").all()
        ]
        assert server.prefix + "faults/" in links
        page.get_by_role("link", name=re.compile("^Faults")).click()
        expect_works(AppPage(page, page.url).wait())


def test_an_app_works_without_a_service_worker(visitor: Visitor, own_served: Server) -> None:
    visit = visitor(service_workers="block")
    expect_works(AppPage(visit.page, own_served.url("faults/")).open())
    assert visit.watch.errors == []
    assert [line for line in visit.watch.log if "tempestweb" in line] == []


def test_an_app_works_over_plain_http_in_a_local_network(
    visitor: Visitor, own_served: Server
) -> None:
    visit = visitor(service_workers="allow")
    url = own_served.url("faults/").replace("127.0.0.1", PLAIN_HOST)
    app = AppPage(visit.page, url).open()
    assert visit.page.evaluate("isSecureContext") is False
    expect_works(app)
    assert visit.watch.errors == []


def test_an_app_works_in_a_frame_that_may_store_nothing(visitor: Visitor, own_site: Path) -> None:
    # Such a frame has no origin, so its host must let anybody load its modules.
    with Server(own_site, headers={"Access-Control-Allow-Origin": "*"}) as server:
        page = visitor(service_workers="allow").page
        page.goto(server.url())
        page.evaluate(
            """address => {
              const frame = document.createElement('iframe');
              frame.setAttribute('sandbox', 'allow-scripts');
              frame.src = address;
              document.body.append(frame);
            }""",
            server.url("faults/"),
        )
        frame = page.frame_locator("iframe")
        wait_for_app(frame.locator("#tempest-app"))
        frame.get_by_role("button", name="Add").click()
        expect(frame.get_by_text("Count: 1")).to_be_visible()
