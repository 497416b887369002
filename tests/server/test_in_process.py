"""An app on the server by way of FastAPI's own test client: no port, no browser."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI, WebSocket
from fastapi.testclient import TestClient

from tempestweb_wasm.server import create_app
from tests.server.apps import counter


def click(socket: Any, key: str) -> None:
    socket.send_text(json.dumps({"kind": "event", "data": {"type": "click", "key": key}}))


def frame(socket: Any) -> Any:
    return json.loads(socket.receive_text())


def count(received: Any) -> Any:
    (patch,) = received["data"]
    assert patch["path"] != []
    return patch["set_props"]


def test_the_first_frame_is_one_replace_of_the_root() -> None:
    with TestClient(counter()).websocket_connect("/ws") as socket:
        (patch,) = frame(socket)["data"]
    assert patch["path"] == []
    assert "Count: 0" in json.dumps(patch["node"])


def test_clicks_update_one_text_and_add_up() -> None:
    with TestClient(counter()).websocket_connect("/ws") as socket:
        frame(socket)
        click(socket, "inc")
        assert count(frame(socket)) == {"content": "Count: 1"}
        click(socket, "inc")
        assert count(frame(socket)) == {"content": "Count: 2"}


def test_two_sockets_are_two_sessions() -> None:
    client = TestClient(counter())
    with client.websocket_connect("/ws") as one, client.websocket_connect("/ws") as other:
        frame(one)
        frame(other)
        click(one, "inc")
        assert count(frame(one)) == {"content": "Count: 1"}
        click(other, "inc")
        assert count(frame(other)) == {"content": "Count: 1"}


def test_two_events_sent_unread_give_two_frames_in_order() -> None:
    with TestClient(counter()).websocket_connect("/ws") as socket:
        frame(socket)
        click(socket, "inc")
        click(socket, "inc")
        assert [count(frame(socket)) for _ in range(2)] == [
            {"content": "Count: 1"},
            {"content": "Count: 2"},
        ]


def test_a_plain_socket_beside_the_app_closes_cleanly_when_the_client_leaves() -> None:
    app = counter()
    left: list[int] = []

    @app.websocket("/echo")
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            await socket.send_text(text)
        left.append(1)

    with TestClient(app) as client:
        with client.websocket_connect("/echo") as socket:
            socket.send_text("hello")
            assert socket.receive_text() == "hello"
        with client.websocket_connect("/ws") as socket:
            frame(socket)
    assert left == [1]


def test_the_page_is_html_of_the_first_view_under_a_strict_policy() -> None:
    response = TestClient(counter()).get("/")
    assert response.status_code == 200
    assert '<h1 class="tw-Heading">Count: 0</h1>' in response.text
    assert "<title>Counter</title>" in response.text
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'self'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"


def test_what_a_page_names_is_there_and_may_be_kept_for_ever() -> None:
    client = TestClient(counter())
    text = client.get("/").text
    names = [part.split('"')[0] for part in text.split('"/_tempest/')[1:]]
    assert len(names) >= 6
    for name in names:
        response = client.get(f"/_tempest/{name}")
        assert response.status_code == 200, name
        assert "immutable" in response.headers["cache-control"]
    assert client.get("/_tempest/client-0000000000.js").status_code == 404


def test_only_declared_paths_are_pages() -> None:
    client = TestClient(counter(routes=["/orders/{id:int}"]))
    assert client.get("/orders/7").status_code == 200
    assert client.get("/orders/x").status_code == 404
    assert client.get("/other").status_code == 404
    assert client.post("/").status_code == 405


def test_routes_that_are_added_later_win_over_pages() -> None:
    app = counter(routes=["/{any:path}"])

    @app.get("/api")
    def api() -> dict[str, int]:
        return {"n": 1}

    client = TestClient(app)
    assert client.get("/api").json() == {"n": 1}
    assert "Count: 0" in client.get("/else").text


def test_an_app_is_mounted_under_a_prefix() -> None:
    outer = FastAPI()
    outer.mount("/shop", counter())
    client = TestClient(outer, headers={"origin": "http://testserver"})
    text = client.get("/shop/").text
    assert "Count: 0" in text
    name = text.split('"/shop/_tempest/')[1].split('"')[0]
    assert client.get(f"/shop/_tempest/{name}").status_code == 200
    with client.websocket_connect("/shop/ws") as socket:
        assert frame(socket)["data"][0]["path"] == []


def test_make_state_may_ask_where_it_is_opened() -> None:
    seen: list[Any] = []

    def make_state(context: Any) -> dict[str, int]:
        seen.append(context)
        return {}

    from tempestweb_wasm import Text

    app = create_app(make_state, lambda app: Text(content="x"), routes=["/a/{b}"])
    TestClient(app).get("/a/b?q=1&q=2", headers={"accept-language": "de-CH,de;q=0.9"})
    (context,) = seen
    assert (context.path, dict(context.query), context.locale) == ("/a/b", {"q": "2"}, "de-CH")
    assert context.user is None


def test_a_view_that_fails_is_told_with_its_traceback_in_development_only() -> None:
    def view(app: Any) -> Any:
        raise LookupError("<secret>")

    shown = TestClient(create_app(dict, view, dev=True)).get("/")
    assert shown.status_code == 500
    assert "&lt;secret&gt;" in shown.text
    hidden = TestClient(create_app(dict, view)).get("/")
    assert hidden.status_code == 500
    assert "secret" not in hidden.text
