"""Several processes and a Redis between them: a session goes on in any of them."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tempestweb_wasm import App, Button, Widget
from tempestweb_wasm.server import ServerApp, ServerSettings, create_app
from tempestweb_wasm.transports.opening import Opening
from tests.server.apps import DEMO, sessions_of
from tests.server.clients import Page, Speaker, connect
from tests.server.redis_process import running_redis
from tests.server.running import command, served
from tests.server.test_lifetime import adopted, code_of, opened
from tests.server.test_streams import Stream, browser, click


@dataclass
class State:
    count: int = 0


class Worker:
    """One process of several, as far as anybody outside can tell."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.made = 0
        self.views = 0
        chosen = ServerSettings(**{"secret": "s" * 32, "broker": url, **settings})
        self.app: ServerApp = create_app(self.make_state, self.view, settings=chosen)

    def make_state(self) -> State:
        self.made += 1
        return State()

    def view(self, app: App[State]) -> Widget:
        self.views += 1

        def add() -> None:
            app.set_state(lambda s: setattr(s, "count", s.count + 1))

        return Button(key="inc", label=f"Count: {app.state.count}", on_click=add)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("redis")
    with running_redis(folder) as server:
        yield server.url


def visit(client: TestClient, other: TestClient) -> Page:
    """A page of one worker, with its cookie for the other too."""
    page = Page(client.get("/").text)
    other.cookies.update(client.cookies)
    return page


def test_a_page_is_adopted_by_another_worker_without_a_second_state(redis: str) -> None:
    one, other = Worker(redis), Worker(redis)
    with TestClient(one.app) as first, TestClient(other.app) as second:
        page = visit(first, second)
        with connect(second, page.opening()) as socket:
            speaker = Speaker(socket, page)
            hello = speaker.read()
            assert (hello["session"], hello["epoch"]) == (page.live["session"], 2)
            assert speaker.read()["data"][0]["path"] == []
            speaker.click("inc")
            speaker.read()
            assert "Count: 1" in speaker.text
        assert (one.made, other.made) == (1, 0)
        assert (one.views, other.views) == (1, 2)
        with connect(first, page.opening()) as socket:
            assert Speaker(socket).read()["epoch"] == 3, "a token is good once, on any worker"
    assert (one.made, other.made) == (1, 0)


def test_a_session_goes_on_where_its_client_comes_back(redis: str) -> None:
    one, other = Worker(redis), Worker(redis)
    with TestClient(one.app) as first, TestClient(other.app) as second:
        page = visit(first, second)
        with connect(first, page.opening()) as socket:
            speaker = Speaker(socket, page)
            speaker.read()
            speaker.click("inc")
            assert speaker.read()["ack"] == 1
        again = Opening(session=page.live["session"], epoch=1, applied=2, sent=1)
        with connect(second, again) as socket:
            speaker = Speaker(socket, page)
            assert speaker.read()["ack"] == 1
            speaker.read()
            assert "Count: 1" in speaker.text
            speaker.sent = 1
            speaker.click("inc")
            speaker.read()
            assert "Count: 2" in speaker.text
    assert (one.made, other.made) == (1, 0)


def test_the_copy_on_the_first_worker_ends_when_the_session_went_on(redis: str) -> None:
    one, other = Worker(redis), Worker(redis)
    with TestClient(one.app) as first, TestClient(other.app) as second:
        page = visit(first, second)
        with connect(first, page.opening()) as old:
            left = Speaker(old, page)
            left.read()
            left.click("inc")
            left.read()
            again = Opening(session=page.live["session"], epoch=1, applied=2, sent=1)
            with connect(second, again) as new:
                Speaker(new).read()
                left.click("inc")
                assert old.receive()["code"] == 1011, "what it would answer is not so any more"
        while sessions_of(one.app).live or sessions_of(one.app).detached:
            first.get("/health")


def test_a_restart_loses_nothing(redis: str) -> None:
    before, after = Worker(redis), Worker(redis)
    with TestClient(before.app) as first:
        page = Page(first.get("/").text)
        cookies = first.cookies
        with connect(first, page.opening()) as socket:
            speaker = Speaker(socket, page)
            speaker.read()
            speaker.click("inc")
            speaker.read()
            assert first.portal is not None
            first.portal.start_task_soon(before.app.drain)
            assert socket.receive()["code"] == 1012
    with TestClient(after.app) as second:
        second.cookies.update(cookies)
        again = Opening(session=page.live["session"], epoch=1, applied=2, sent=1)
        with connect(second, again) as socket:
            speaker = Speaker(socket, page)
            assert speaker.read()["session"] == page.live["session"]
            speaker.read()
            assert "Count: 1" in speaker.text
    assert after.made == 0


def test_what_a_stop_saved_goes_on_in_the_next_process(redis: str) -> None:
    settings = {"TEMPEST_BROKER": redis, "TEMPEST_SECRET": "s" * 32}
    arguments = ("run", "--mode", "server", str(DEMO), "--port", "0")

    async def before(url: str, stop: Callable[[], None]) -> Page:
        async with asyncio.timeout(30), adopted(url) as (socket, page):
            await socket.send(json.dumps(click(1)))
            assert json.loads(await socket.recv())["ack"] == 1
            stop()
            assert await code_of(socket) == 1012
            return page

    async def after(url: str, page: Page) -> dict[str, Any]:
        again = Opening(session=page.live["session"], epoch=1, applied=2, sent=1)
        async with asyncio.timeout(30), opened(url, again, page.cookie) as socket:
            hello = json.loads(await socket.recv())
            assert (hello["session"], hello["ack"]) == (page.live["session"], 1)
            frame: dict[str, Any] = json.loads(await socket.recv())
            return frame

    with command(*arguments, env=settings) as server:
        told = partial(server.process.send_signal, signal.SIGTERM)
        page = asyncio.run(before(server.url, told))
        server.stop()
    with command(*arguments, env=settings) as server:
        assert "Count: 1" in json.dumps(asyncio.run(after(server.url, page)))


def test_what_others_write_into_the_store_is_not_believed(redis: str) -> None:
    one, other = Worker(redis), Worker(redis, secret="x" * 32)
    with TestClient(one.app) as first, TestClient(other.app) as second:
        page = visit(first, second)
        with connect(second, page.opening()) as socket:
            assert Speaker(socket).read()["session"] != page.live["session"]
    assert other.made == 1


def test_what_is_posted_to_another_worker_reaches_the_stream(redis: str) -> None:
    one, other = Worker(redis), Worker(redis)
    with (
        served(one.app) as here,
        served(other.app) as there,
        browser(here) as client,
        browser(there) as elsewhere,
    ):
        page = Page(client.get("/").text)
        elsewhere.cookies.update(client.cookies)
        with client.stream("POST", "/sse", json=json.loads(page.opening().text())) as response:
            events = Stream(response)
            path = f"/sse/{events.frame()['session']}"
            for number in (1, 2, 3):
                sender = client if number == 2 else elsewhere
                assert sender.post(path, json=[click(number)]).status_code == 204
                props = events.frame()["data"][0]["set_props"]
                assert props == {"label": f"Count: {number}"}
            elsewhere.cookies.clear()
            elsewhere.get("/")
            assert elsewhere.post(path, json=[click(4)]).status_code == 404
    assert (one.made, other.made) == (1, 1)


def test_a_page_that_comes_while_the_store_is_away_is_adopted_later(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server:
        worker = Worker(server.url)
        with TestClient(worker.app) as client:
            page = Page(client.get("/").text)
            server.snapshot()
            server.kill()
            with connect(client, page.opening()) as socket:
                assert socket.receive()["code"] == 1013
            server.start()
            with connect(client, page.opening()) as socket:
                hello = Speaker(socket).read()
                assert (hello["session"], hello["epoch"]) == (page.live["session"], 1)
        assert worker.made == 1


def test_without_its_store_a_worker_serves_pages_and_sends_lines_away(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server:
        worker = Worker(server.url)
        with TestClient(worker.app) as client:
            page = Page(client.get("/").text)
            server.kill()
            assert "Count: 0" in client.get("/").text
            with connect(client, Opening(session="elsewhere")) as socket:
                assert socket.receive()["code"] == 1013
            server.start()
            with connect(client, page.opening()) as socket:
                assert Speaker(socket).read()["kind"] == "hello"


def test_without_its_store_a_worker_lets_those_go_on_whose_sessions_it_has(
    tmp_path: Path,
) -> None:
    with running_redis(tmp_path) as server:
        worker = Worker(server.url)
        with TestClient(worker.app) as client:
            page = Page(client.get("/").text)
            session = page.live["session"]
            with connect(client, page.opening()) as socket:
                speaker = Speaker(socket, page)
                speaker.read()
                speaker.click("inc")
                assert speaker.read()["ack"] == 1
            server.snapshot()
            server.kill()
            again = Opening(session=session, epoch=1, applied=2, sent=1)
            with connect(client, again) as socket:
                speaker.socket = socket
                assert speaker.read()["ack"] == 1
                speaker.click("inc")
                assert speaker.read()["ack"] == 2
                assert "Count: 2" in speaker.text
            # Whoever was elsewhere since has seen what this worker does not know of.
            elsewhere = Opening(session=session, epoch=2, applied=1, sent=1)
            with connect(client, elsewhere) as socket:
                assert socket.receive()["code"] == 1013
            server.start()
            with connect(client, Opening(session=session, epoch=1, applied=3, sent=2)) as socket:
                speaker.socket = socket
                assert speaker.read()["ack"] == 2
                speaker.click("inc")
                assert speaker.read()["ack"] == 3
                assert "Count: 3" in speaker.text
        assert worker.made == 1


def test_what_went_on_elsewhere_before_the_store_was_away_ends_here_when_it_is_back(
    tmp_path: Path,
) -> None:
    with running_redis(tmp_path) as server:
        one, other = Worker(server.url), Worker(server.url)
        with TestClient(one.app) as first, TestClient(other.app) as second:
            page = visit(first, second)
            session = page.live["session"]
            with connect(first, page.opening()) as socket:
                speaker = Speaker(socket, page)
                speaker.read()
                speaker.click("inc")
                speaker.read()
            with connect(second, Opening(session=session, epoch=1, applied=2, sent=1)) as socket:
                speaker.socket = socket
                assert speaker.read()["epoch"] == 2
                server.kill()
                with connect(first, Opening(session=session, epoch=2, applied=1, sent=1)) as old:
                    assert old.receive()["code"] == 1013
                speaker.read()
                speaker.click("inc")
                assert "Count: 2" in json.dumps(speaker.read())
        assert (one.made, other.made) == (1, 0)
