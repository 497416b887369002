"""Events longer than a frame, over real lines: whole, once, bounded and counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tempestweb_wasm import App, Column, Text, TextArea, Widget
from tempestweb_wasm.runtime.parts import cut
from tempestweb_wasm.server import ServerApp, ServerSettings, create_app
from tempestweb_wasm.server.held import Held
from tests.server.apps import sessions_of
from tests.server.clients import Page, cookie_of, dial
from tests.server.running import served
from tests.server.test_streams import adopt, browser, stream

FRAME = 65_536
LONG = "long ü🎈 " * 40_000
"""Of 440,000 bytes as UTF-8."""


def typing(**settings: Any) -> ServerApp:
    """An app that says how long the texts were that it heard."""

    def view(app: App[list[int]]) -> Widget:
        def hear(event: Any) -> None:
            app.set_state(lambda heard: heard.append(len(event.value)))

        return Column(children=[TextArea(key="t", on_change=hear), Text(content=str(app.state))])

    return create_app(list[int], view, settings=ServerSettings(**settings))


def parts_of(text: str, seq: int = 1, most: int = FRAME) -> list[str]:
    return cut({"type": "input", "key": "t", "payload": {"value": text}}, seq, most)


def posted(parts: list[str]) -> list[str]:
    """As bodies of POSTs, three parts in each."""
    return [f"[{','.join(parts[at : at + 3])}]" for at in range(0, len(parts), 3)]


def answered(frame: dict[str, Any]) -> bool:
    return frame["kind"] in {"patches", "error"} and "ack" in frame


def test_a_socket_carries_it_in_parts_and_the_handler_gets_it_whole() -> None:
    with served(typing()) as address, browser(address) as client:
        page, _ = adopt(client)
        with dial(address, page.opening(), cookie_of(client)) as socket:
            assert json.loads(socket.recv())["limits"]["text"] == 2**20
            for part in parts_of(LONG):
                socket.send(part)
            while not answered(frame := json.loads(socket.recv(timeout=20))):
                assert frame["kind"] == "ping"
            assert str([len(LONG)]) in json.dumps(frame)


def test_so_do_posts() -> None:
    with served(typing()) as address, browser(address) as client:
        _, opening = adopt(client)
        with stream(client, opening) as events:
            path = f"/sse/{events.frame()['session']}"
            headers = {"content-type": "application/json"}
            for body in posted(parts_of(LONG)):
                assert client.post(path, content=body, headers=headers).status_code == 204
            while not answered(frame := events.frame()):
                assert frame["kind"] == "ping"
            assert str([len(LONG)]) in json.dumps(frame)


def test_a_line_that_ends_between_parts_is_begun_anew_by_either_carrier() -> None:
    with served(typing()) as address, browser(address) as client:
        page, _ = adopt(client)
        parts = parts_of(LONG)
        with dial(address, page.opening(), cookie_of(client)) as socket:
            session = json.loads(socket.recv())["session"]
            for part in parts[:3]:
                socket.send(part)
            assert json.loads(socket.recv(timeout=20))["kind"] == "ping"
        again = {"session": session, "epoch": 1, "applied": 1, "sent": 1}
        with stream(client, again) as events:
            assert events.frame()["ack"] == 0
            headers = {"content-type": "application/json"}
            for body in posted(parts):
                client.post(f"/sse/{session}", content=body, headers=headers)
            while not answered(frame := events.frame()):
                assert frame["kind"] == "ping"
            assert str([len(LONG)]) in json.dumps(frame)


def test_more_than_the_setting_is_refused_as_its_event_and_the_session_goes_on() -> None:
    with served(typing(frame=1024, text=4096)) as address, browser(address) as client:
        page, _ = adopt(client)
        with dial(address, page.opening(), cookie_of(client)) as socket:
            assert json.loads(socket.recv())["limits"]["text"] == 4096
            for part in [*parts_of("x" * 5000, 1, 1024), *parts_of("y" * 3000, 2, 1024)]:
                socket.send(part)
            frames = [json.loads(socket.recv(timeout=20))]
            while frames[-1].get("ack") != 2:
                frames.append(json.loads(socket.recv(timeout=20)))
            (error,) = (frame for frame in frames if frame["kind"] == "error")
            assert (error["code"], error["ack"]) == ("bad_frame", 1)
            assert "[3000]" in json.dumps(frames[-1])


def test_each_part_counts_as_a_frame_that_came() -> None:
    # Ten seconds' worth is ten frames, and a POST waits for ten seconds at most.
    with served(typing(events=1, frame=1024)) as address, browser(address) as client:
        _, opening = adopt(client)
        with stream(client, opening) as events:
            path = f"/sse/{events.frame()['session']}"
            headers = {"content-type": "application/json"}
            parts = parts_of("x" * 10_000, 1, 1024)
            assert len(parts) > 21
            body = f"[{','.join(parts[:21])}]"
            assert client.post(path, content=body, headers=headers).status_code == 429


@pytest.mark.parametrize("size", [FRAME + 1, 3 * FRAME])
def test_a_part_itself_is_held_to_the_limit_of_frames(size: int) -> None:
    with served(typing()) as address, browser(address) as client:
        page, _ = adopt(client)
        part = json.dumps({"kind": "part", "seq": 1, "part": 1, "of": 9, "text": "x" * size})
        with dial(address, page.opening(), cookie_of(client)) as socket:
            socket.recv()
            socket.send(part)
            with pytest.raises(ConnectionClosed) as ended:
                socket.recv(timeout=20)
            assert ended.value.rcvd is not None
            assert ended.value.rcvd.code == 1009
        page = Page(client.get("/").text)
        with stream(client, json.loads(page.opening().text())) as events:
            path = f"/sse/{events.frame()['session']}"
            headers = {"content-type": "application/json"}
            assert client.post(path, content=part, headers=headers).status_code == 413


def test_nothing_is_kept_of_one_whose_line_has_ended() -> None:
    app = typing()
    with served(app) as address, browser(address) as client:
        page, _ = adopt(client)
        with dial(address, page.opening(), cookie_of(client)) as socket:
            session = json.loads(socket.recv())["session"]
            for part in parts_of(LONG)[:3]:
                socket.send(part)
            while json.loads(socket.recv(timeout=20))["kind"] != "ping":
                pass
        sessions = sessions_of(app)
        while session not in sessions.detached:
            client.get("/health")
        held = sessions.detached[session]
        assert isinstance(held, Held)
        while held.delivery._parts is not None:
            client.get("/health")


def test_nor_of_one_that_a_page_parts_with() -> None:
    app = typing()
    with served(app) as address, browser(address) as client:
        _, opening = adopt(client)
        headers = {"content-type": "application/json"}
        parts = parts_of(LONG)
        with stream(client, opening) as events:
            path = f"/sse/{(session := events.frame()['session'])}"
            assert client.post(path, content=f"[{parts[0]}]", headers=headers).status_code == 204
        sessions = sessions_of(app)
        while session not in sessions.detached:
            client.get("/health")
        held = sessions.detached[session]
        assert isinstance(held, Held)
        assert held.delivery._parts is not None, "the rest may be on its way"
        body = f'[{parts[1]},{{"kind":"leave"}}]'
        assert client.post(path, content=body, headers=headers).status_code == 204
        assert held.delivery._parts is None
