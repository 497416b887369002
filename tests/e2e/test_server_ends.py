"""How a line ends, and what the page makes of that."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.building import APPS
from tests.e2e.conftest import Visitor
from tests.e2e.hosted import SECRET, Hosted
from tests.e2e.live import LivePage

SHOWN = APPS / "shown" / "app.py"
CLOSES = """() => {
  window.codes = [];
  const listen = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (type, ...rest) {
    if (type === "close") listen.call(this, "close", ({code}) => codes.push(code));
    return listen.call(this, type, ...rest);
  };
}"""


def watched(visitor: Visitor) -> LivePage:
    visit = visitor()
    visit.page.add_init_script(f"({CLOSES})()")
    return LivePage(visit.page)


def test_a_server_that_drains_is_come_back_to(visitor: Visitor) -> None:
    live = watched(visitor)
    with Hosted(SHOWN, secret=SECRET) as server:
        live.page.goto(server.url)
        live.expect_online()
        server.stop()
        live.expect_connection("offline")
        server.start()
        live.expect_online()
        live.press("Add")
        live.expect_count(1)
        assert live.page.evaluate("codes")[0] in (1001, 1012)


def test_a_server_that_is_full_is_asked_again_later(visitor: Visitor) -> None:
    live = watched(visitor)
    with Hosted(SHOWN, secret=SECRET, connections="0", transport="ws") as server:
        live.page.goto(server.url)
        live.expect_connection("offline")
        live.press("Add")
        server.kill()
        server.start(connections="10")
        live.page.evaluate("dispatchEvent(new Event('online'))")
        live.expect_count(1)
        assert live.page.evaluate("codes")[0] == 1013


def test_what_is_too_long_is_said_and_the_rest_gets_through(visitor: Visitor) -> None:
    live = watched(visitor)
    with Hosted(SHOWN, secret=SECRET, frame="1024") as server:
        live.page.goto(server.url)
        live.expect_online()
        live.field("Typed").fill("x" * 2000)
        expect(live.root.get_by_text("too long to be sent")).to_be_visible()
        live.press("Add")
        live.expect_count(1)
        live.expect_log("log add")
        assert live.page.evaluate("codes") == []


def test_a_refusal_is_final(visitor: Visitor) -> None:
    live = watched(visitor)
    live.page.add_init_script(
        """window.WebSocket = class extends WebSocket {
          constructor(address, [name]) { super(address, [name, "nonsense"]); }
        };"""
    )
    with Hosted(SHOWN, secret=SECRET, transport="ws") as server:
        live.page.goto(server.url)
        live.expect_connection("refused")
        expect(live.notice.get_by_role("button", name="Reload")).to_be_visible()
        live.page.evaluate("dispatchEvent(new Event('online'))")
        assert live.page.evaluate("codes") == [1008]
