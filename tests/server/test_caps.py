"""What is too big, too many, or makes no sense."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tempestweb_wasm.server import ServerSettings
from tempestweb_wasm.transports.opening import Opening
from tests.server.apps import counter
from tests.server.clients import ORIGIN, Page, connect
from tests.server.test_guard import code_of


def test_a_frame_that_is_too_big_ends_the_line_with_1009() -> None:
    client = TestClient(counter())
    for text in ("x" * 65_537, "ä" * 40_000):
        with client.websocket_connect("/ws") as socket:
            socket.receive_text()
            socket.send_text(text)
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_text()
        assert closed.value.code == 1009


def test_binary_frames_are_not_spoken_here() -> None:
    with TestClient(counter()).websocket_connect("/ws") as socket:
        socket.receive_text()
        socket.send_bytes(b"{}")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 1003


def test_past_the_cap_connections_are_told_to_come_later() -> None:
    client = TestClient(counter(settings=ServerSettings(connections=1)))
    with client, client.websocket_connect("/ws") as socket:
        socket.receive_text()
        assert code_of(client) == 1013


def test_who_comes_back_to_a_full_server_is_let_in() -> None:
    with TestClient(counter(settings=ServerSettings(connections=1))) as client:
        page = Page(client.get("/").text)
        other = Page(client.get("/").text)
        again = Opening(session=page.live["session"], epoch=1, applied=1)
        # The old line is half open: the server has not noticed that it is dead.
        with connect(client, page.opening()) as dead, connect(client, again) as socket:
            assert json.loads(dead.receive_text())["kind"] == "hello"
            assert json.loads(socket.receive_text())["session"] == page.live["session"]
            assert code_of(client, other.opening()) == 1013
            assert code_of(client, Opening()) == 1013
        # The page that found no room has waited for it.
        with connect(client, other.opening()) as socket:
            assert json.loads(socket.receive_text())["session"] == other.live["session"]
            # And one that was left for a while is no new one.
            with connect(client, again) as back:
                assert json.loads(back.receive_text())["session"] == page.live["session"]


@pytest.mark.parametrize("item", ["%%%", "e30x", "W10", "eyJzZXNzaW9uIjogMX0", "a.b"])
def test_an_opening_that_cannot_be_understood_is_refused(item: str) -> None:
    client = TestClient(counter())
    with (
        client.websocket_connect(
            "/ws", subprotocols=["tempest.v1", item], headers={**ORIGIN}
        ) as ws,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        ws.receive_text()
    assert closed.value.code == 1008
