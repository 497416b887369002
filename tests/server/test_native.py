"""What an app on a server asks of its visitor's browser, over real lines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from tempestweb_wasm import native
from tempestweb_wasm.server import ServerApp, ServerSettings, create_app
from tempestweb_wasm.testing.remote import Remote
from tempestweb_wasm.transports.opening import Opening
from tests.unit.calling import State, app_of

from .clients import Page, Speaker, connect
from .lines import SocketLine, StreamLine
from .redis_process import running_redis
from .running import served

PASTE = app_of(native.clipboard.read_text)


def make(**settings: Any) -> ServerApp:
    return create_app(State, PASTE, settings=ServerSettings(**settings))


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(make()) as client:
        yield client


def asked(speaker: Speaker) -> dict[str, Any]:
    while (frame := speaker.read())["kind"] != "native_call":
        pass
    return frame


def say(speaker: Speaker, call: dict[str, Any], value: Any) -> None:
    frame = {"kind": "native_result", "call_id": call["call_id"], "ok": True, "value": value}
    speaker.socket.send_text(json.dumps(frame))


def shows(speaker: Speaker, text: str) -> None:
    while text not in speaker.text:
        assert speaker.read()["kind"] != "error"


def test_a_new_line_is_asked_again_for_what_the_old_one_did_not_answer(client: TestClient) -> None:
    page = Page(client.get("/").text)
    with connect(client, page.opening()) as socket:
        speaker = Speaker(socket, page)
        speaker.read()
        speaker.click("go")
        first = asked(speaker)
    again = Opening(session=page.live["session"], epoch=1, applied=speaker.applied, sent=1)
    with connect(client, again) as socket:
        later = Speaker(socket)
        later.tree, later.applied = speaker.tree, speaker.applied
        assert asked(later) == first
        say(later, first, "pasted")
        say(later, first, "twice")
        shows(later, "pasted")
        assert "twice" not in later.text


def test_another_visitor_can_not_answer(client: TestClient) -> None:
    page = Page(client.get("/").text)
    with connect(client, page.opening()) as socket:
        speaker = Speaker(socket, page)
        speaker.read()
        speaker.click("go")
        call = asked(speaker)
        stranger = TestClient(client.app)
        theirs = Page(stranger.get("/").text)
        with connect(stranger, theirs.opening()) as other:
            evil = Speaker(other, theirs)
            evil.read()
            say(evil, call, "evil")
            evil.click("go")
            assert asked(evil)["call_id"] != call["call_id"]
        frame = {"kind": "native_result", "call_id": call["call_id"], "ok": True, "value": "evil"}
        headers = {"origin": "http://testserver"}
        posted = stranger.post(f"/sse/{page.live['session']}", json=[frame], headers=headers)
        assert posted.status_code in (403, 404)
        say(speaker, call, "mine")
        shows(speaker, "mine")


def test_an_answer_is_a_frame_and_no_longer_than_one(client: TestClient) -> None:
    page = Page(client.get("/").text)
    with connect(client, page.opening()) as socket:
        speaker = Speaker(socket, page)
        speaker.read()
        speaker.click("go")
        say(speaker, asked(speaker), "x" * 70_000)
        while (message := socket.receive())["type"] != "websocket.close":
            pass
        assert message["code"] == 1009


class Crossed(StreamLine):
    """A stream at one worker, whose POSTs come to another."""

    other = ""

    async def _post(
        self, client: httpx.AsyncClient, url: str, session: asyncio.Future[str]
    ) -> None:
        client.headers["origin"] = f"http://{self.other}"
        await super()._post(client, f"http://{self.other}/sse", session)


async def pasted(host: str, line: type[SocketLine]) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(f"http://{host}/")
    cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    headers = {"cookie": cookie, "origin": f"http://{host}"}
    remote = Remote(lambda opening: line(host, opening, headers))
    remote.browser.answer("clipboard.read_text", "from the page")
    remote.connect()
    await remote.settled(60)
    remote.event("go")
    await remote.settled(60)
    async with asyncio.timeout(20):
        while "'from the page'" not in json.dumps(remote.tree):
            await asyncio.sleep(0.02)
    assert len(remote.browser.calls) == 1
    remote.stop()


@pytest.mark.parametrize("line", [SocketLine, StreamLine])
def test_each_carrier_brings_the_answer(line: type[SocketLine]) -> None:
    with served(make()) as host:
        asyncio.run(pasted(host, line))


def test_an_answer_that_is_posted_to_another_worker_is_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_redis(tmp_path) as redis:
        one, other = (make(secret="s" * 32, broker=redis.url) for _ in range(2))
        with served(one) as here, served(other) as there:
            monkeypatch.setattr(Crossed, "other", there)
            asyncio.run(pasted(here, Crossed))
