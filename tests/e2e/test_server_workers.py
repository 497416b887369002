"""Two processes behind one address and a Redis between them, seen from two browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.building import demo
from tests.e2e.conftest import Visitor
from tests.e2e.hosted import SECRET, Hosted
from tests.e2e.live import ANSWER, LivePage
from tests.e2e.test_chat import enter, say
from tests.e2e.test_server_ends import watched
from tests.server.redis_process import running_redis
from tests.server.test_nginx import in_front


@dataclass
class Site:
    """The chat at one address: nginx gives each request to either worker."""

    url: str
    workers: tuple[Hosted, Hosted]

    def serving(self) -> Hosted:
        """The worker that has the one client that there is."""
        (found,) = (worker for worker in self.workers if ONE_CLIENT in metrics(worker))
        return found


ONE_CLIENT = 'tempest_sessions{pool="live"} 1.0'


def metrics(worker: Hosted) -> str:
    """What *worker* tells Prometheus."""
    connection = HTTPConnection("127.0.0.1", worker.port, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return text


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis(tmp_path))
        settings = {"secret": SECRET, "broker": redis.url}
        one, two = (stack.enter_context(Hosted(demo("chat"), **settings)) for _ in range(2))
        apps = (f"127.0.0.1:{worker.port}" for worker in (one, two))
        address = stack.enter_context(in_front(*apps, folder=tmp_path, buffering="on", path="/"))
        yield Site(f"http://{address}/", (one, two))


def test_a_page_goes_on_when_its_worker_dies_and_when_all_restart(
    visitor: Visitor, site: Site
) -> None:
    ada = watched(visitor)
    ada.page.goto(site.url)
    enter(ada.page, "Ada")
    dying = site.serving()
    bob = LivePage.at(visitor().page, site.url)
    enter(bob.page, "Bob")
    expect_both(ada, bob)
    say(bob.page, "Hello, Ada")
    for live in (ada, bob):
        expect(live.text("Hello, Ada")).to_be_visible()
    # What comes from others is stored within a second, and at once with the next answer.
    for live in (ada, bob):
        say(live.page, "And here")
    message = ada.page.get_by_role("textbox", name="Message")
    message.fill("not yet")
    message.evaluate("(el) => el.setSelectionRange(2, 5)")
    # Nobody is come back to by itself before the test says so.
    ada.page.evaluate("Math.random = () => 1e6")
    dying.kill()
    ada.expect_connection("offline")
    message.press("End")
    message.press_sequentially(", but now")
    message.press("Enter")
    message.fill("a draft")
    ada.page.evaluate("Math.random = () => 0")
    ada.page.evaluate("dispatchEvent(new Event('online'))")
    ada.expect_online()
    for live in (ada, bob):
        expect(live.text("not yet, but now")).to_have_count(1, timeout=ANSWER)
        expect(live.text("Hello, Ada")).to_have_count(1)
    expect_both(ada, bob)
    expect(message).to_have_value("a draft")
    _restart(site, ada, bob)
    expect(message).to_have_value("a draft")
    message.press("Enter")
    for live in (ada, bob):
        expect(live.text("a draft")).to_have_count(1, timeout=ANSWER)
        expect(live.text("not yet, but now")).to_have_count(1)
    expect_both(ada, bob)


def expect_both(*pages: LivePage) -> None:
    """Both are there, once each; who comes back elsewhere may stand in another place."""
    for live in pages:
        people = live.root.get_by_text(re.compile("^(Ada, Bob|Bob, Ada)$"))
        expect(people).to_be_visible(timeout=ANSWER)


def _restart(site: Site, *pages: LivePage) -> None:
    for worker in site.workers:
        worker.stop()
    for live in pages:
        live.expect_connection("offline")
    assert pages[0].page.evaluate("codes").count(1012) == 1
    for worker in site.workers:
        worker.start()
    for live in pages:
        live.expect_online()
