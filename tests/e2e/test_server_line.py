"""A network that fails, and a server that goes: nothing lost, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.building import APPS
from tests.e2e.conftest import Visitor
from tests.e2e.hosted import SECRET, Hosted
from tests.e2e.live import LivePage
from tests.e2e.proxy import Proxy
from tests.e2e.test_hydrate import OBSERVE, SAME

SHOWN = APPS / "shown" / "app.py"


@pytest.fixture(scope="module")
def server() -> Iterator[Hosted]:
    with Hosted(SHOWN, secret=SECRET) as started:
        yield started


@pytest.fixture
def proxy(server: Hosted) -> Iterator[Proxy]:
    with Proxy(server.port) as between:
        yield between


def offline(live: LivePage, proxy: Proxy) -> None:
    proxy.down()
    live.expect_connection("offline")


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("query", ["", "?sse"])
def test_a_line_cut_at_any_byte(visitor: Visitor, proxy: Proxy, way: str, query: str) -> None:
    live = LivePage(visitor().page)
    proxy.blocks_sockets = bool(query)
    live.page.goto(proxy.url)
    live.expect_online()
    live.page.evaluate(OBSERVE)
    # Steps that have no common divisor with the sizes of frames come to all places in them.
    for count in range(1, 25):
        proxy.cut_after(1 + count * 37 % 400, way)
        live.press("Add")
        live.expect_count(count)
    live.expect_log("log " + "; ".join(["add"] * 24))
    assert live.page.evaluate(SAME)
    assert live.page.evaluate("changes") == []


def test_what_is_done_without_a_network_is_sent_later(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor().page, proxy.url)
    live.page.evaluate(OBSERVE)
    offline(live, proxy)
    expect(live.notice).to_contain_text("No connection")
    live.press("Add")
    typed = live.field("Typed")
    typed.press_sequentially("hi")
    live.field("Shouted").fill("loud")
    live.press("Add")
    live.field("Free").fill("unheard")
    live.field("Free").evaluate("(el) => el.setSelectionRange(2, 4)")
    expect(live.text("Count: 0")).to_be_visible()
    proxy.up()
    live.notice.get_by_role("button", name="Try now").click()
    live.field("Free").focus()
    live.expect_log("log add; typed h; typed hi; add")
    expect(live.field("Shouted")).to_have_value("LOUD")
    live.expect_online()
    free = live.field("Free")
    assert free.evaluate("(el) => [el.value, el.selectionStart, el.selectionEnd]") == [
        "unheard",
        2,
        4,
    ]
    assert live.page.evaluate(SAME)


def test_a_short_gap_is_not_mentioned(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor().page, proxy.url)
    live.page.evaluate(
        """() => {
          window.said = [];
          addEventListener("tempest-connection", (event) => said.push(event.detail.status));
        }"""
    )
    proxy.cut()
    live.press("Add")
    live.expect_count(1)
    assert live.page.evaluate("said") in ([], ["online"])


def test_a_page_can_say_it_itself(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor().page, proxy.url)
    live.page.evaluate(
        """addEventListener("tempest-connection", (event) => {
          event.preventDefault();
          document.title = event.detail.status;
        })"""
    )
    offline(live, proxy)
    expect(live.notice).to_have_count(0)
    expect(live.page).to_have_title("offline")


def test_a_network_that_says_nothing_any_more_is_noticed(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor().page, proxy.url)
    proxy.freeze()
    live.press("Add")
    # Networks that change tell the page, which then doubts its line.
    live.page.evaluate("dispatchEvent(new Event('online'))")
    live.expect_count(1)


def test_server_sent_events_where_no_socket_gets_through(visitor: Visitor, proxy: Proxy) -> None:
    proxy.blocks_sockets = True
    live = LivePage.at(visitor().page, proxy.url)
    assert [line.split()[1] for line in proxy.lines[:2]] == ["/ws", "/sse"]
    live.page.evaluate(OBSERVE)
    for at in range(7):
        live.field("Typed").fill("quickly"[: at + 1])
        live.press("Add")
    live.expect_count(7)
    expect(live.field("Typed")).to_have_value("quickly")
    steps = [f"typed {'quickly'[: at + 1]}; add" for at in range(7)]
    live.expect_log("log " + "; ".join(steps))
    offline(live, proxy)
    live.press("Add")
    proxy.up()
    live.page.evaluate("dispatchEvent(new Event('online'))")
    live.expect_count(8)
    assert live.page.evaluate(SAME)


def test_a_server_that_dies_takes_its_sessions_but_not_what_was_typed(visitor: Visitor) -> None:
    with Hosted(SHOWN, secret=SECRET) as server:
        live = LivePage.at(visitor().page, server.url)
        live.press("Add")
        live.expect_count(1)
        live.root.get_by_text("Switch").click()
        live.field("Typed").fill("precious")
        live.expect_log("log add; switch True; typed precious")
        live.field("Typed").evaluate("(el) => el.setSelectionRange(3, 5)")
        live.page.evaluate(OBSERVE)
        server.kill()
        live.expect_connection("offline")
        live.press("Add")
        server.start()
        live.page.evaluate("dispatchEvent(new Event('online'))")
        live.expect_online()
        # What was pressed is of a session that is no more; what was put in is told to the new one.
        live.expect_log(re.compile("^log typed precious; switch True$"))
        live.expect_count(0)
        typed = live.field("Typed")
        assert typed.input_value() == "precious"
        assert typed.evaluate("(el) => [el.selectionStart, el.selectionEnd]") == [3, 5]
        expect(live.root.get_by_role("switch")).to_be_checked()
        assert live.page.evaluate(SAME)
        live.press("Add")
        live.expect_count(1)


def test_a_session_that_slept_wakes_and_hears_what_was_done_meanwhile(visitor: Visitor) -> None:
    with Hosted(SHOWN, secret=SECRET, awake="0.05") as server, Proxy(server.port) as proxy:
        live = LivePage.at(visitor().page, proxy.url)
        live.press("Add")
        live.expect_count(1)
        live.page.evaluate(OBSERVE)
        offline(live, proxy)
        live.press("Add")
        live.field("Typed").fill("later")
        live.press("Remove b")
        proxy.up()
        live.page.evaluate("dispatchEvent(new Event('online'))")
        live.expect_log("log add; add; typed later; removed b")
        live.expect_count(2)
        expect(live.root.get_by_text(re.compile("^row "))).to_have_text(["row a", "row c"])


def test_a_hidden_page_comes_back_at_once_when_it_is_shown(visitor: Visitor, proxy: Proxy) -> None:
    live = LivePage.at(visitor().page, proxy.url)
    offline(live, proxy)
    proxy.up()
    live.page.evaluate(
        """() => {
          Math.random = () => 1e6;
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    live.expect_online()
    live.press("Add")
    live.expect_count(1)
