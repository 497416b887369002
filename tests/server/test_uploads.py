"""Files that visitors pick: a handler on the server reads what lies in the browser."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tempestweb_wasm import App, Column, FilePicker, FileSelectEvent, Text, Widget
from tempestweb_wasm.server import ServerApp, ServerSettings, create_app
from tempestweb_wasm.server.uploads import PIECE
from tempestweb_wasm.transports.opening import Opening
from tests.server.clients import ORIGIN, Page, Speaker, connect
from tests.server.redis_process import running_redis

DATA = bytes(range(256)) * (2 * PIECE // 256) + b"the end"
DIGEST = hashlib.sha256(DATA).hexdigest()
BINARY = {**ORIGIN, "content-type": "application/octet-stream"}


@dataclass
class State:
    said: str = "nothing"


def view(app: App[State]) -> Widget:
    async def read(event: FileSelectEvent) -> None:
        app.set_state(lambda s: setattr(s, "said", "reading"))
        try:
            data = await event.files[0].read()
            said = hashlib.sha256(data).hexdigest()
        except OSError as error:
            said = f"failed: {error}"
        app.set_state(lambda s: setattr(s, "said", said))

    return Column(
        children=[FilePicker(key="pick", on_select=read), Text(key="said", content=app.state.said)]
    )


def make(**settings: Any) -> ServerApp:
    return create_app(State, view, settings=ServerSettings(**settings))


class Browser:
    """One page with a socket, which answers what it is asked for."""

    def __init__(self, client: TestClient, speaker: Speaker, page: Page) -> None:
        self.client, self.speaker, self.page = client, speaker, page
        self.pieces: list[tuple[int, int, int]] = []

    def pick(self, data: bytes = DATA) -> None:
        files = [{"ref": 1, "name": "a.bin", "size": len(data), "type": ""}]
        self.speaker.sent += 1
        event = {"type": "change", "key": "pick", "payload": {"files": files}}
        frame = {"kind": "event", "data": event, "seq": self.speaker.sent}
        self.speaker.socket.send_text(json.dumps({**frame, "ack": self.speaker.applied}))

    def asked(self) -> dict[str, Any]:
        """The next frame that asks for a piece; those before it are applied."""
        while (frame := self.speaker.read())["kind"] != "read":
            pass
        return frame

    def post(self, asked: dict[str, Any], content: bytes, **headers: str) -> Response:
        address = f"/_tempest/upload/{self.page.live['session']}/{asked['call']}"
        answer: Response = self.client.post(address, content=content, headers={**BINARY, **headers})
        return answer

    def shows(self, text: str, data: bytes = DATA) -> None:
        """Give what is asked for until *text* is on the page."""
        while text not in self.speaker.text:
            frame = self.speaker.read()
            if frame["kind"] == "read":
                self.pieces.append((frame["ref"], frame["start"], frame["end"]))
                assert self.post(frame, data[frame["start"] : frame["end"]]).status_code == 204


@contextmanager
def browser(client: TestClient, opening: Opening | None = None) -> Iterator[Browser]:
    page = Page(client.get("/").text)
    with connect(client, opening or page.opening()) as socket:
        speaker = Speaker(socket, page)
        speaker.read()
        yield Browser(client, speaker, page)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(make()) as client:
        yield client


def test_a_handler_reads_a_file_piece_by_piece(client: TestClient) -> None:
    with browser(client) as one:
        one.pick()
        one.shows(DIGEST)
        assert one.pieces == [(1, i * PIECE, (i + 1) * PIECE) for i in range(3)]


def test_a_new_line_is_asked_again_and_nothing_of_the_handler_is_lost(client: TestClient) -> None:
    page = Page(client.get("/").text)
    with connect(client, page.opening()) as socket:
        speaker = Speaker(socket, page)
        speaker.read()
        one = Browser(client, speaker, page)
        one.pick()
        asked = one.asked()
    again = Opening(session=page.live["session"], epoch=1, applied=speaker.applied, sent=1)
    with connect(client, again) as socket:
        later = Speaker(socket)
        later.tree, later.applied = speaker.tree, speaker.applied
        assert later.read()["ack"] == 1
        one = Browser(client, later, page)
        frame = one.asked()
        assert frame == asked
        assert one.post(frame, DATA[frame["start"] : frame["end"]]).status_code == 204
        one.shows(DIGEST)


def test_what_the_browser_can_not_read_is_an_error_of_the_handler(client: TestClient) -> None:
    with browser(client) as one:
        one.pick()
        reason = json.dumps({"error": "the file is no longer there"}).encode()
        asked = one.asked()
        assert one.post(asked, reason, **{"content-type": "application/json"}).status_code == 204
        one.shows("failed: the file is no longer there")
        assert one.post(asked, b"late").status_code == 404


def test_nobody_else_can_answer_and_nothing_but_what_was_asked_for(client: TestClient) -> None:
    with browser(client) as one:
        one.pick()
        asked = one.asked()
        address = f"/_tempest/upload/{one.page.live['session']}/{asked['call']}"
        stranger = TestClient(client.app)
        assert stranger.post(address, content=b"x", headers=BINARY).status_code == 403
        stranger.get("/")
        assert stranger.post(address, content=b"x", headers=BINARY).status_code == 403
        evil = {**BINARY, "origin": "https://evil.example"}
        assert one.post(asked, b"x", **evil).status_code == 403
        assert one.post(asked, b"x", **{"content-type": "text/plain"}).status_code == 415
        assert one.post(asked, b"[]", **{"content-type": "application/json"}).status_code == 422
        assert one.post(asked, b"x" * (PIECE + 1)).status_code == 413
        assert one.post({"call": asked["call"] + 1}, b"x").status_code == 404
        assert one.post(asked, b"short").status_code == 204
        one.shows(hashlib.sha256(b"short").hexdigest())


def test_a_read_has_a_limit_that_it_names() -> None:
    with TestClient(make(upload=PIECE)) as client, browser(client) as one:
        one.pick()
        one.shows(f"may give {PIECE} bytes")
        assert "chunks()" in one.speaker.text


def test_a_piece_that_comes_to_another_worker_is_handed_on(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        both = [make(secret="s" * 32, broker=redis.url) for _ in range(2)]
        with TestClient(both[0]) as first, TestClient(both[1]) as second, browser(first) as one:
            second.cookies.update(first.cookies)
            one.client = second
            one.pick()
            one.shows(DIGEST)
            assert one.post({"call": 1}, b"nobody asked").status_code == 204
            stranger = TestClient(both[1])
            stranger.get("/")
            one.client = stranger
            assert one.post({"call": 1}, b"x").status_code == 404
