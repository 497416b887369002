"""How a line ends, and what the page makes of that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tempestweb_wasm.loader import load_app
from tempestweb_wasm.server import ServerApp, ServerSettings, create_app
from tests.e2e.building import APPS
from tests.e2e.conftest import Visitor
from tests.e2e.hosted import SECRET, Hosted
from tests.e2e.live import LivePage
from tests.server.apps import sessions_of
from tests.server.running import served

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
    with Hosted(SHOWN, secret=SECRET, frame="1024", text="1024") as server:
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


class Ending:
    """A server in this process whose one line the test ends."""

    def __init__(self, app: ServerApp, url: str) -> None:
        self._app = app
        self.url = url

    def end(self, code: int) -> None:
        (held,) = sessions_of(self._app).live.values()
        assert held.delivery.line is not None
        held.loop.call_soon_threadsafe(held.delivery.line.close, code)


@pytest.fixture(params=["ws", "sse"])
def ending(request: pytest.FixtureRequest) -> Iterator[Ending]:
    source = load_app(SHOWN)
    settings = ServerSettings(transport=request.param)
    app = create_app(source.make_state, source.view, title="Shown", settings=settings)
    with served(app) as found:
        yield Ending(app, f"http://{found}/")


def opened_lines(live: LivePage) -> list[str]:
    """What lists each line that the page asks for."""
    lines: list[str] = []
    live.page.on("websocket", lambda socket: lines.append(socket.url))
    live.page.on(
        "request",
        lambda request: lines.append(request.url) if request.url.endswith("/sse") else None,
    )
    return lines


def test_a_page_comes_back_to_its_session_after_these_codes(
    visitor: Visitor, ending: Ending
) -> None:
    live = LivePage(visitor().page)
    lines = opened_lines(live)
    live.page.goto(ending.url)
    live.expect_online()
    live.page.evaluate("Math.random = () => 0")
    for count, code in enumerate((1001, 1009, 1011, 1012), 1):
        ending.end(code)
        live.press("Add")
        live.expect_count(count)
        assert len(lines) == 1 + count, code
    live.page.evaluate("Math.random = () => 0.99")
    ending.end(1013)
    expect(live.notice).to_contain_text("No connection. What you do is kept and sent later.")
    live.press("Add")
    live.notice.get_by_role("button", name="Try now").click()
    live.expect_count(5)
    live.expect_online()
    assert len(lines) == 6
    live.expect_log("log " + "; ".join(["add"] * 5))


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (1000, "ended", "The app has ended."),
        (1008, "refused", "This page can't go on: reload it."),
    ],
)
def test_these_codes_are_final(
    visitor: Visitor, ending: Ending, code: int, status: str, said: str
) -> None:
    live = LivePage(visitor().page)
    lines = opened_lines(live)
    live.page.goto(ending.url)
    live.expect_online()
    ending.end(code)
    live.expect_connection(status)
    expect(live.notice).to_contain_text(said)
    live.page.evaluate("dispatchEvent(new Event('online'))")
    live.notice.get_by_role("button", name="Reload").click()
    live.expect_online()
    assert len(lines) == 2
