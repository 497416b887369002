"""SSE and POST in place of a socket, on a real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect

from tempestweb_wasm.server import ServerSettings
from tempestweb_wasm.server.store import MemoryStore
from tempestweb_wasm.transports.opening import Opening
from tempestweb_wasm.transports.sse import PADDING, Message, Reader
from tests.server.apps import counter
from tests.server.clients import Page, Speaker, connect, cookie_of
from tests.server.redis_process import running_redis
from tests.server.running import served


class Stream:
    """An open stream of one client."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.pieces = response.iter_raw()
        self._reader = Reader()
        self._messages: list[Message] = []
        self.raw = b""

    def next(self) -> Message:
        while not self._messages:
            chunk = next(self.pieces)
            self.raw += chunk
            self._messages += self._reader.feed(chunk)
        return self._messages.pop(0)

    def frame(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.next().data)
        return frame


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with served(counter()) as address, browser(address) as client:
        yield client


def browser(address: str) -> httpx.Client:
    url = f"http://{address}"
    return httpx.Client(base_url=url, headers={"origin": url}, timeout=30)


@contextmanager
def stream(client: httpx.Client, opening: dict[str, Any]) -> Iterator[Stream]:
    with client.stream("POST", "/sse", json=opening) as response:
        assert response.status_code == 200, response.read()
        yield Stream(response)


def click(seq: int, key: str = "inc") -> dict[str, Any]:
    return {"kind": "event", "data": {"type": "click", "key": key}, "seq": seq}


def adopt(client: httpx.Client) -> tuple[Page, dict[str, Any]]:
    page = Page(client.get("/").text)
    return page, json.loads(page.opening().text())


def test_a_stream_takes_the_page_over_and_answers_what_is_posted(client: httpx.Client) -> None:
    page, opening = adopt(client)
    with stream(client, opening) as events:
        assert events.response.headers["content-type"].startswith("text/event-stream")
        assert events.response.headers["x-accel-buffering"] == "no"
        assert events.response.headers["cache-control"] == "no-store"
        hello = events.frame()
        assert events.raw.startswith(b":" + b" " * 2048), "padding comes first"
        assert (hello["kind"], hello["session"]) == ("hello", page.live["session"])
        posted = client.post(f"/sse/{hello['session']}", json=[click(1), click(2)])
        assert posted.status_code == 204
        message = events.next()
        assert message.id == "1-2"
        assert json.loads(message.data)["data"][0]["set_props"] == {"content": "Count: 1"}
        assert events.frame()["data"][0]["set_props"] == {"content": "Count: 2"}


def test_a_stream_goes_on_where_it_ended(client: httpx.Client) -> None:
    _, opening = adopt(client)
    with stream(client, opening) as events:
        session = events.frame()["session"]
        client.post(f"/sse/{session}", json=[click(1)])
        assert events.next().id == "1-2"
        client.post(f"/sse/{session}", json=[click(2)])
    again = {"session": session, "epoch": 1, "applied": 2, "sent": 2}
    with stream(client, again) as events:
        assert events.frame()["ack"] == 2
        assert events.frame()["data"][0]["set_props"] == {"content": "Count: 2"}
    with client.stream(
        "GET", f"/sse?session={session}", headers={"last-event-id": "1-2"}
    ) as response:
        events = Stream(response)
        assert events.frame()["session"] == session
        assert events.next().id == "1-3", "as EventSource comes back"


def test_what_a_page_says_as_it_goes_is_taken_without_its_stream(client: httpx.Client) -> None:
    page, opening = adopt(client)
    with stream(client, opening) as events:
        path = f"/sse/{events.frame()['session']}"
    # The server hears a moment later that the stream is cut.
    while 'pool="detached"} 1.0' not in client.get("/metrics").text:
        pass
    assert client.post(path, json=[click(1)]).status_code == 404, "who is still there comes back"
    leave = {"kind": "leave", "back": False}
    with browser(str(client.base_url).removeprefix("http://")) as stranger:
        stranger.get("/")
        assert stranger.post(path, json=[click(1), leave]).status_code == 403
    assert client.post(path, json=[click(1), leave]).status_code == 204
    again = {"session": page.live["session"], "epoch": 1, "applied": 1, "sent": 1}
    with stream(client, again) as events:
        assert events.frame()["ack"] == 1
        assert events.frame()["data"][0]["set_props"] == {"content": "Count: 1"}


def test_a_repeated_post_runs_nothing_twice(client: httpx.Client) -> None:
    _, opening = adopt(client)
    with stream(client, opening) as events:
        session = events.frame()["session"]
        for _ in range(2):
            assert client.post(f"/sse/{session}", json=[click(1)]).status_code == 204
        assert events.frame()["data"][0]["set_props"] == {"content": "Count: 1"}
        client.post(f"/sse/{session}", json=click(2))
        frames = [events.frame(), events.frame()]
        assert frames[-1]["data"][0]["set_props"] == {"content": "Count: 2"}


def test_posts_in_the_wrong_order_run_nothing_out_of_order(client: httpx.Client) -> None:
    _, opening = adopt(client)
    with stream(client, opening) as events:
        session = events.frame()["session"]
        client.post(f"/sse/{session}", json=[click(2)])
        end = events.next()
        assert (end.event, end.data) == ("close", "1011")
    with stream(client, {"session": session, "epoch": 1, "applied": 1}) as events:
        assert events.frame()["ack"] == 0, "the client sends both again"


def test_a_stream_of_nobody_yet_gets_a_session_and_a_cookie(client: httpx.Client) -> None:
    with client.stream("GET", "/sse") as response:
        assert "tempest-" in response.headers["set-cookie"]
        events = Stream(response)
        session = events.frame()["session"]
        assert events.frame()["data"][0]["path"] == []
        assert client.post(f"/sse/{session}", json=[click(1)]).status_code == 204
        assert events.frame()["data"][0]["set_props"] == {"content": "Count: 1"}


def test_a_post_of_another_page_or_visitor_is_refused(client: httpx.Client) -> None:
    _, opening = adopt(client)
    with stream(client, opening) as events:
        path = f"/sse/{events.frame()['session']}"
        evil = {"origin": "http://evil.example"}
        assert client.post(path, json=[click(1)], headers=evil).status_code == 403
        plain = {"content-type": "text/plain"}
        text = json.dumps([click(1)])
        assert client.post(path, content=text, headers=plain).status_code == 415
        with httpx.Client(base_url=client.base_url) as stranger:
            origin = {"origin": str(client.base_url)}
            assert stranger.post(path, json=[click(1)], headers=origin).status_code == 403
            assert stranger.post(path, json=[click(1)]).status_code == 403
            cookie = {"cookie": cookie_of(client)}
            assert stranger.post(path, json=[click(1)], headers=cookie).status_code == 403
        assert client.post("/sse/unknown", json=[click(1)]).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b"1", 422),
        (b"\xff", 422),
        (b"[" * 5000, 422),
        (b'[{"kind":"event","data":{"type":"' + b"x" * 70_000 + b'"}}]', 413),
        (b" " * (65_536 * 16 + 1), 413),
    ],
)
def test_a_body_that_is_no_frames_is_refused(
    client: httpx.Client, body: bytes, status: int
) -> None:
    _, opening = adopt(client)
    json_type = {"content-type": "application/json"}
    with stream(client, opening) as events:
        path = f"/sse/{events.frame()['session']}"
        assert client.post(path, content=body, headers=json_type).status_code == status
        client.post(path, json=[click(1)])
        assert events.frame()["data"][0]["set_props"] == {"content": "Count: 1"}


def test_a_quiet_stream_shows_that_it_lives() -> None:
    settings = ServerSettings(heartbeat=0.05)
    with served(counter(settings=settings)) as address, browser(address) as client:
        _, opening = adopt(client)
        with client.stream("POST", "/sse", json=opening) as response:
            raw = b""
            for chunk in response.iter_raw():
                raw += chunk
                if raw.endswith(b":\n\n:\n\n"):
                    break


def test_an_opening_that_is_none_is_refused(client: httpx.Client) -> None:
    assert client.post("/sse", json={"epoch": -1}).status_code == 422
    assert client.post("/sse", json=[]).status_code == 422
    assert (
        client.post(
            "/sse", content=b" " * 5000, headers={"content-type": "application/json"}
        ).status_code
        == 413
    )


def test_a_session_stays_whose_stream_is_left_before_its_greeting(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        app = counter(broker=redis.url, store=MemoryStore())
        with served(app) as address, browser(address) as client:
            page, opening = adopt(client)
            # Nobody can be asked to forward: the stream has its padding and waits.
            redis.kill()
            with stream(client, opening) as events:
                assert next(events.pieces) == PADDING.encode()
            redis.start()
            with stream(client, {"session": page.live["session"], "epoch": 1}) as events:
                assert events.frame()["session"] == page.live["session"]


def test_a_session_stays_whose_client_is_gone_before_the_first_byte() -> None:
    app = counter()
    with TestClient(app) as client:
        page = Page(client.get("/").text)
        cookie = cookie_of(client)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/sse",
            "raw_path": b"/sse",
            "query_string": b"",
            "root_path": "",
            "server": ("testserver", 80),
            "client": ("testclient", 1),
            "headers": [
                (b"host", b"testserver"),
                (b"origin", b"http://testserver"),
                (b"content-type", b"application/json"),
                (b"cookie", cookie.encode()),
            ],
        }

        async def receive() -> Any:
            return {"type": "http.request", "body": page.opening().text().encode()}

        async def send(message: Any) -> None:
            raise OSError("the client is gone")

        async def leave() -> None:
            with pytest.raises(ClientDisconnect):
                await app(scope, receive, send)

        assert client.portal is not None
        client.portal.call(leave)
        again = Opening(session=page.live["session"], epoch=1, applied=1)
        with connect(client, again) as socket:
            assert Speaker(socket).read()["session"] == page.live["session"]
