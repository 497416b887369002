"""The session that rendered a page is the one that its socket takes over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tempestweb_wasm import App, Button, Column, Context, Text, Widget
from tempestweb_wasm.server import ServerSettings, create_app
from tempestweb_wasm.transports.opening import MOST_BYTES, Opening
from tests.server.apps import sessions_of
from tests.server.clients import ORIGIN, Page, Speaker, connect, cookie_of, dial
from tests.server.running import served


@dataclass
class State:
    path: str = "/"
    count: int = 0


class Counting:
    """An app that counts how often its parts run."""

    def __init__(self, **options: Any) -> None:
        self.made: list[Context] = []
        self.views = 0
        self.started = 0
        self.stopped = 0
        settings = options.pop("settings", ServerSettings(secret="s" * 32))
        self.app = create_app(
            self.make_state, self.view, settings=settings, routes=["/orders/{id}"], **options
        )

    def make_state(self, context: Context) -> State:
        self.made.append(context)
        return State(context.path)

    def view(self, app: App[State]) -> Widget:
        self.views += 1

        @app.on_start
        def started() -> None:
            self.started += 1

        @app.on_stop
        def stopped() -> None:
            self.stopped += 1

        def add() -> None:
            app.set_state(lambda s: setattr(s, "count", s.count + 1))

        text = f"{app.state.path}: {app.state.count}"
        return Column(children=[Text(content=text), Button(key="inc", label="+", on_click=add)])


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def client(counting: Counting) -> Iterator[TestClient]:
    with TestClient(counting.app) as client:
        yield client


def test_the_socket_takes_over_the_session_of_the_page(
    counting: Counting, client: TestClient
) -> None:
    page = Page(client.get("/orders/7").text)
    assert (len(counting.made), counting.views, counting.started) == (1, 1, 0)
    with connect(client, page.opening(page="/orders/7")) as socket:
        speaker = Speaker(socket, page)
        hello = speaker.read()
        assert hello["kind"] == "hello"
        assert (hello["session"], hello["epoch"], hello["ack"]) == (page.live["session"], 1, 0)
        assert hello["limits"] == {"frame": 65536, "text": 2**20, "events": 1000}
        speaker.click("inc")
        (patch,) = speaker.read()["data"]
        assert patch["set_props"] == {"content": "/orders/7: 1"}
    assert len(counting.made) == 1
    assert counting.started == 1, "hooks run once somebody is there"


def test_a_client_that_comes_back_gets_what_it_missed(
    counting: Counting, client: TestClient
) -> None:
    page = Page(client.get("/").text)
    with connect(client, page.opening()) as socket:
        speaker = Speaker(socket, page)
        speaker.read()
        speaker.click("inc")
        speaker.click("inc")
        assert speaker.read()["seq"] == 2
    again = Opening(session=page.live["session"], epoch=1, applied=2, sent=2)
    with connect(client, again) as socket:
        speaker.socket = socket
        assert speaker.read()["ack"] == 2
        assert speaker.read()["data"][0]["set_props"] == {"content": "/: 2"}
    assert len(counting.made) == 1
    assert counting.stopped == 0


def test_an_older_copy_of_a_page_gets_the_whole_tree_of_its_session(client: TestClient) -> None:
    page = Page(client.get("/").text)
    with connect(client, page.opening()) as socket:
        speaker = Speaker(socket, page)
        speaker.read()
        for _ in range(2):
            speaker.click("inc")
            speaker.read()
    with connect(client, page.opening()) as socket:
        speaker = Speaker(socket, page)
        assert speaker.read()["ack"] == 2
        assert speaker.read()["data"][0]["path"] == []
        assert "/: 2" in speaker.text


def test_a_token_is_good_once(counting: Counting, client: TestClient) -> None:
    page = Page(client.get("/").text)
    with connect(client, page.opening()) as first:
        Speaker(first).read()
        with connect(client, page.opening(page="/")) as second:
            speaker = Speaker(second)
            assert speaker.read()["session"] != page.live["session"]
            assert speaker.read()["data"][0]["path"] == []
    assert len(counting.made) == 2


@pytest.mark.parametrize("token", ["nonsense", "WyJhIiwiLyJd.aaaa.bbbb"])
def test_a_token_that_is_not_ours_gives_a_fresh_session(
    counting: Counting, client: TestClient, token: str
) -> None:
    page = Page(client.get("/").text)
    opening = Opening(token=token, session="unknown", page="/orders/9?x=1")
    with connect(client, opening) as socket:
        speaker = Speaker(socket)
        assert speaker.read()["session"] not in {page.live["session"], "unknown"}
        speaker.read()
        assert "/orders/9: 0" in speaker.text
    assert dict(counting.made[-1].query) == {"x": "1"}


def test_a_token_is_bound_to_its_route(counting: Counting, client: TestClient) -> None:
    page = Page(client.get("/").text)
    with connect(client, page.opening(page="/orders/1")) as socket:
        assert Speaker(socket).read()["session"] != page.live["session"]


def test_an_address_that_is_encoded_is_the_same_route(
    counting: Counting, client: TestClient
) -> None:
    page = Page(client.get("/orders/%C3%BC%20x").text)
    assert counting.made[0].path == "/orders/ü x"
    with connect(client, page.opening(page="/orders/%C3%BC%20x?a=1")) as socket:
        assert Speaker(socket).read()["session"] == page.live["session"]
    with connect(client, Opening(page="/orders/%C3%BC%20x")) as socket:
        Speaker(socket).read()
        assert counting.made[-1].path == "/orders/ü x"


def test_a_long_address_is_adopted_too(counting: Counting, client: TestClient) -> None:
    path = "/orders/" + "".join(f"{number:x}" for number in range(700))
    page = Page(client.get(path).text)
    for said in (path, None):  # what is longer than an opening can say is left out (js/address.js)
        again = page.opening(page=said)
        assert len(again.text()) <= MOST_BYTES
        with connect(client, again) as socket:
            assert Speaker(socket).read()["session"] == page.live["session"]
        page = Page(client.get(path).text)


def test_a_session_of_somebody_else_is_not_to_be_had(
    counting: Counting, client: TestClient
) -> None:
    page = Page(client.get("/").text)
    name, _, value = cookie_of(client).partition("=")
    client.cookies.clear()
    with connect(client, page.opening()) as socket:
        assert Speaker(socket).read()["session"] != page.live["session"]
    client.cookies.clear()
    client.cookies.set(name, value[:-2] + "xx")
    with connect(client, page.opening()) as socket:
        assert Speaker(socket).read()["session"] != page.live["session"]
    client.cookies.clear()
    client.cookies.set(name, value)
    with connect(client, page.opening()) as socket:
        assert Speaker(socket).read()["session"] == page.live["session"]


def test_the_cookie_is_closed_to_scripts_and_other_sites(client: TestClient) -> None:
    said = client.get("/").headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=lax" in said
    assert "path=/" in said
    assert "set-cookie" not in client.get("/").headers, "the same visitor keeps theirs"


def test_a_page_that_nobody_adopts_is_forgotten_in_its_time() -> None:
    counting = Counting(settings=ServerSettings(adoption=1))
    with TestClient(counting.app) as client:
        page = Page(client.get("/").text)
        sessions = sessions_of(counting.app)
        assert list(sessions.pages) == [page.live["session"]]
        while sessions.pages:
            client.get("/health")
        with connect(client, page.opening()) as socket:
            assert Speaker(socket).read()["session"] != page.live["session"]
    assert counting.started == 1, "of the fresh session alone"


def test_pages_that_wait_have_a_cap_of_their_own() -> None:
    counting = Counting(settings=ServerSettings(pages=3))
    with TestClient(counting.app) as client:
        pages = [Page(client.get("/").text) for _ in range(5)]
        kept = list(sessions_of(counting.app).pages)
    assert kept == [page.live["session"] for page in pages[2:]]


def test_detached_sessions_sleep_as_their_state_and_wake_again() -> None:
    counting = Counting(settings=ServerSettings(awake=0.05))
    with TestClient(counting.app) as client:
        page = Page(client.get("/").text)
        with connect(client, page.opening()) as socket:
            speaker = Speaker(socket, page)
            speaker.read()
            speaker.click("inc")
            speaker.read()
        while not counting.stopped:
            client.get("/health")
        again = Opening(session=page.live["session"], epoch=1, applied=2, sent=1)
        with connect(client, again) as socket:
            speaker = Speaker(socket)
            hello = speaker.read()
            assert (hello["session"], hello["epoch"], hello["ack"]) == (page.live["session"], 2, 1)
            assert speaker.read()["data"][0]["path"] == []
            assert "/: 1" in speaker.text
            speaker.sent = 1
            speaker.click("inc")
            assert speaker.read()["data"][0]["set_props"] == {"content": "/: 2"}
    assert len(counting.made) == 1


def test_past_the_cap_the_oldest_detached_session_goes() -> None:
    counting = Counting(settings=ServerSettings(detached=2))
    with TestClient(counting.app) as client:
        for _ in range(4):
            page = Page(client.get("/").text)
            with connect(client, page.opening()) as socket:
                Speaker(socket).read()
        while counting.stopped < 2:
            client.get("/health")
        assert len(sessions_of(counting.app).detached) == 2


def test_a_switch_serves_pages_without_any_socket() -> None:
    counting = Counting(settings=ServerSettings(transport="none"))
    with TestClient(counting.app) as client:
        text = client.get("/").text
        assert "/: 0" in text
        assert "<script" not in text
        assert "tempest-token" not in text
        with (
            connect(client, Opening()) as socket,
            pytest.raises(WebSocketDisconnect) as closed,
        ):
            socket.receive_text()
        assert closed.value.code == 1008
        assert not sessions_of(counting.app).pages


def test_an_api_beside_the_app_gets_no_token_and_no_cookie(counting: Counting) -> None:
    @counting.app.get("/api")
    def api() -> dict[str, int]:
        return {"n": 1}

    with TestClient(counting.app) as client:
        response = client.get("/api")
    assert "set-cookie" not in response.headers
    assert "token" not in response.text


def test_sessions_outlive_the_loop_of_a_test_client_without_a_block(counting: Counting) -> None:
    client = TestClient(counting.app)
    page = Page(client.get("/").text)
    with connect(client, page.opening()) as socket:
        speaker = Speaker(socket)
        hello = speaker.read()
        assert (hello["session"], hello["epoch"]) == (page.live["session"], 2)
        speaker.read()
        speaker.click("inc")
        speaker.read()
    again = Opening(session=page.live["session"], epoch=2, applied=2, sent=1)
    with connect(client, again) as socket:
        speaker = Speaker(socket, page)
        assert speaker.read()["ack"] == 1
        speaker.read()
        assert "/: 1" in speaker.text
    assert len(counting.made) == 1


def test_the_plain_socket_of_a_script_needs_no_cookie(client: TestClient) -> None:
    client.get("/")
    client.cookies.clear()
    with client.websocket_connect("/ws") as socket:
        assert Speaker(socket).read()["data"][0]["path"] == []
    client.get("/")
    with client.websocket_connect("/ws", headers={**ORIGIN}) as socket:
        assert Speaker(socket).read()["data"][0]["path"] == []


def test_apps_below_each_other_know_their_own_visitors() -> None:
    secret = ServerSettings(secret="s" * 32)
    for settings in (ServerSettings(), secret):
        outer, inner = Counting(settings=settings).app, Counting(settings=settings).app
        outer.mount("/counter", inner)
        with TestClient(outer) as client:
            # Browsers send the one of the longer path first (RFC 6265, 5.4).
            page = Page(client.get("/counter/").text)
            inside = cookie_of(client)
            client.cookies.clear()
            client.get("/")
            both = f"{inside}; {cookie_of(client)}"
        with connect(client, page.opening(), path="/counter/ws", cookie=both) as socket:
            assert Speaker(socket).read()["session"] == page.live["session"]


def test_apps_at_ports_of_one_host_leave_each_other_their_cookies() -> None:
    apps = [Counting(settings=ServerSettings()).app for _ in range(2)]
    with served(apps[0]) as one, served(apps[1]) as other, httpx.Client() as browser:
        page = Page(browser.get(f"http://{one}/").text)
        Page(browser.get(f"http://{other}/").text)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
        with dial(one, page.opening(), cookies) as socket:
            assert json.loads(socket.recv())["session"] == page.live["session"]


def test_a_session_that_woke_again_does_not_go_back_to_what_it_was_when_it_slept() -> None:
    counting = Counting(settings=ServerSettings(awake=0.05, detached=1))
    with TestClient(counting.app) as client:
        page = Page(client.get("/").text)
        with connect(client, page.opening()) as socket:
            Speaker(socket, page).read()
        while not counting.stopped:
            client.get("/health")
        again = Opening(session=page.live["session"], epoch=1, applied=1)
        with connect(client, again) as socket:
            speaker = Speaker(socket, page)
            speaker.read()
            speaker.read()
            speaker.click("inc")
            speaker.read()
            assert "/: 1" in speaker.text
            # Another copy of what slept is not to be had while this one is awake.
            store = sessions_of(counting.app)._services.store
            assert client.portal is not None
            assert client.portal.call(store.load, page.live["session"]) is None
