"""What a stop, and a store that says nothing, may cost: no more than was said."""

from __future__ import annotations

import asyncio
import signal
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from tempestweb_wasm import App, Button, Widget
from tempestweb_wasm.cli.ports import open_socket
from tempestweb_wasm.errors import StoreError
from tempestweb_wasm.server import ServerSettings, create_app
from tempestweb_wasm.server.redis_store import RedisStore
from tests.server.apps import sessions_of
from tests.server.clients import Page, Speaker, connect
from tests.server.redis_process import running_redis
from tests.server.running import command
from tests.server.test_workers import State, Worker


async def bye(number: int) -> None:
    await asyncio.sleep(4)


class Slow(Worker):
    """Its sessions take minutes to end."""

    hooks = tuple(partial(bye, number) for number in range(30))

    def view(self, app: App[State]) -> Widget:
        for hook in self.hooks:
            app.on_stop(hook)
        return super().view(app)


async def test_a_store_that_says_nothing_is_not_waited_for() -> None:
    with open_socket("127.0.0.1", 0) as silent:
        silent.listen()
        store = RedisStore(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        async with asyncio.timeout(10):
            with pytest.raises(StoreError):
                await store.load("a")
            await store.aclose()


def test_a_stop_with_hooks_that_take_longer_stores_the_sessions_all_the_same(
    tmp_path: Path,
) -> None:
    with running_redis(tmp_path) as redis:
        worker = Slow(redis.url, drain=2)
        ids = []
        with TestClient(worker.app) as client:
            assert client.portal is not None
            for _ in range(5):
                page = Page(client.get("/").text)
                with connect(client, page.opening()) as socket:
                    speaker = Speaker(socket, page)
                    speaker.read()
                    speaker.click("inc")
                    speaker.read()
                ids.append(page.live["session"])
            client.portal.start_task_soon(worker.app.drain).result(timeout=30)
            assert not sessions_of(worker.app).detached
        for session in ids:
            kept = redis.ask("HGET", f"tempest:session:{session}", "text")
            assert '"final": true' in kept
            assert "Count" not in kept


def test_a_stop_while_the_store_is_away_ends_in_its_time(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis, ExitStack() as lines:
        worker = Worker(redis.url, drain=2)
        client = lines.enter_context(TestClient(worker.app))
        assert client.portal is not None
        for _ in range(40):
            page = Page(client.get("/").text)
            with connect(client, page.opening()) as socket:
                Speaker(socket, page).read()
        redis.kill()
        client.portal.start_task_soon(worker.app.drain).result(timeout=30)


def test_an_async_hook_has_its_time_and_what_takes_longer_is_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempestweb_wasm.core.app.LAST_WORDS", 0.01)
    said: list[str] = []

    def view(app: App[Any]) -> Widget:
        @app.on_stop
        async def never() -> None:
            await asyncio.Event().wait()

        @app.on_stop
        def last() -> None:
            said.append("last")

        return Button(key="inc", label="stop")

    app = create_app(State, view, settings=ServerSettings())
    with TestClient(app) as client:
        page = Page(client.get("/").text)
        with connect(client, page.opening()) as socket:
            Speaker(socket, page).read()
    assert said == ["last"]
    assert "longer than 0.01 s" in caplog.text


APP = """
import asyncio
from functools import partial
from tempestweb_wasm import App, Text, Widget


def make_state() -> None:
    return None


async def bye(number: int) -> None:
    print("bye", flush=True)
    await asyncio.sleep(4)


HOOKS = [partial(bye, number) for number in range(100)]


def view(app: App[None]) -> Widget:
    for hook in HOOKS:
        app.on_stop(hook)
    return Text(content="hello")
"""


def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    settings = {"TEMPEST_DRAIN": "600"}
    arguments = ("run", "--mode", "server", str(tmp_path / "app.py"), "--port", "0")
    with command(*arguments, env=settings) as server:
        assert server.process.stdout is not None
        httpx.get(server.url, timeout=30)
        server.process.send_signal(signal.SIGINT)
        for line in server.process.stdout:
            if "bye" in line:
                break
        server.process.send_signal(signal.SIGINT)
        server.process.wait(timeout=20)
