"""Starting late, stopping well, several workers: the life of a server around its sessions."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed

from tempestweb_wasm.server import ServerSettings
from tempestweb_wasm.server.workers import workers_asked
from tempestweb_wasm.transports.opening import Opening
from tempestweb_wasm.transports.websocket import protocols
from tests.house.source import ROOT
from tests.server.apps import DEMO, counter, sessions_of
from tests.server.clients import Page, Speaker, connect, cookie_of
from tests.server.redis_process import running_redis
from tests.server.running import command, served


@asynccontextmanager
async def adopted(url: str) -> AsyncIterator[tuple[ClientConnection, Page]]:
    """A page of the server at *url*, and its socket after the greeting."""
    async with httpx.AsyncClient() as client:
        page = Page((await client.get(f"{url}/")).text)
        page.cookie = cookie_of(client)
    async with opened(url, page.opening(), page.cookie) as socket:
        assert json.loads(await socket.recv())["kind"] == "hello"
        yield socket, page


def opened(url: str, opening: Opening, cookie: str) -> open_socket:
    """A socket of the server at *url*, as a browser opens it."""
    return open_socket(
        f"{url.replace('http', 'ws')}/ws",
        subprotocols=protocols(opening),  # type: ignore[arg-type]
        origin="/".join(url.split("/")[:3]),  # type: ignore[arg-type]
        additional_headers={"cookie": cookie},
    )


async def code_of(socket: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed):
        await socket.recv()
    return socket.close_code


CLICK = {"kind": "event", "data": {"type": "click", "key": "inc"}}


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@contextmanager
def uvicorn_of(
    folder: Path, *arguments: str, **environment: str
) -> Iterator[tuple[str, list[str]]]:
    """Run the counter under uvicorn's own command; yields where, and what it says to its end."""
    (folder / "program.py").write_text(PROGRAM.format(demo=str(DEMO)))
    given = {"PYTHONPATH": str(ROOT), "TEMPEST_SECRET": "s" * 32, **environment}
    options = ["program:app", "--port", "0", "--timeout-graceful-shutdown", "5", *arguments]
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *options],
        cwd=folder,
        env={**os.environ, **given},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None

        def line(words: str) -> str:
            assert process.stderr is not None
            for text in process.stderr:
                said.append(text)
                if words in text:
                    return text
            raise AssertionError("".join(said))

        try:
            address = line("running on")
            if "2" in arguments:
                line("startup complete")
                line("startup complete")
            yield address.split("running on ")[1].split(" ")[0], said
        finally:
            process.send_signal(signal.SIGTERM)
            said += process.stderr.readlines()
            process.wait(timeout=30)


def test_a_stop_sends_clients_away_to_come_back() -> None:
    with command("run", "--mode", "server", str(DEMO), "--port", "0") as server:

        async def test() -> None:
            async with asyncio.timeout(30), adopted(server.url) as (socket, _):
                server.process.send_signal(signal.SIGTERM)
                assert await code_of(socket) == 1012

        asyncio.run(test())
        assert server.stop() == -signal.SIGTERM
        assert "Traceback" not in "".join(server.said)


def test_a_stop_waits_no_longer_than_it_may_for_a_client_that_says_nothing() -> None:
    settings = {"TEMPEST_DRAIN": "0.3"}
    with command("run", "--mode", "server", str(DEMO), "--port", "0", env=settings) as server:
        with httpx.Client(base_url=server.url) as client, client.stream("GET", "/sse") as stream:
            pieces = stream.iter_raw()
            next(pieces)
            server.process.send_signal(signal.SIGTERM)
            rest = b"".join(pieces)
        assert b"event: close\ndata: 1012\n\n" in rest
        assert server.stop() == -signal.SIGTERM


def test_while_it_stops_a_host_lets_nobody_in() -> None:
    app = counter()
    with TestClient(app) as client:
        page = Page(client.get("/").text)
        assert client.get("/health").json() == {"status": "ok"}
        assert client.portal is not None
        client.portal.call(app.drain)
        assert client.get("/health").status_code == 503
        assert client.get("/").status_code == 503
        with connect(client, page.opening()) as socket:
            assert socket.receive()["code"] == 1012
    with TestClient(app) as client:
        assert client.get("/").status_code == 200, "started again it serves again"


def test_a_mounted_app_starts_at_its_first_request_and_closes_when_told() -> None:
    inner = counter()
    outer = FastAPI()
    outer.mount("/sub", inner)
    with TestClient(outer) as client:
        page = Page(client.get("/sub/").text)
        assert page.live["root"] == "/sub/"
        with connect(client, page.opening(page="/sub/"), "/sub/ws") as socket:
            speaker = Speaker(socket, page)
            assert speaker.read()["session"] == page.live["session"]
            assert client.portal is not None
            client.portal.call(inner.aclose)
            client.portal.call(inner.aclose)
            assert socket.receive()["code"] == 1012


def test_nothing_is_left_of_connections_that_came_and_went() -> None:
    app = counter(settings=ServerSettings(detached=0))

    async def tasks() -> int:
        return len(asyncio.all_tasks())

    with TestClient(app) as client:
        assert client.portal is not None
        before = client.portal.call(tasks)
        for _ in range(20):
            page = Page(client.get("/").text)
            with connect(client, page.opening()) as socket:
                Speaker(socket, page).read()
            client.cookies.clear()
            with client.websocket_connect("/ws") as socket:
                socket.receive_text()
        sessions = sessions_of(app)
        while sessions.live or client.portal.call(tasks) > before:
            client.get("/health")
        assert not sessions.detached
        assert not sessions.pages


def test_the_counters_tell_what_went_on() -> None:
    with TestClient(counter()) as client:
        page = Page(client.get("/").text)
        with connect(client, page.opening()) as socket:
            speaker = Speaker(socket, page)
            speaker.read()
            speaker.click("inc")
            speaker.read()
            text = client.get("/metrics").text
        client.get("/sse", headers={"origin": "http://evil.example"})
        refused = client.get("/metrics").text
    assert 'tempest_connections_opened_total{session="adopted",transport="ws"} 1.0' in text
    assert 'tempest_sessions{pool="live"} 1.0' in text
    assert "tempest_page_seconds_count 1.0" in text
    assert "tempest_frames_received_total 1.0" in text
    assert 'tempest_refused_total{status="403"} 1.0' in refused


PROGRAM = """
from pathlib import Path
from tempestweb_wasm.loader import load_app
from tempestweb_wasm.server import create_app
source = load_app(Path({demo!r}))
app = create_app(source.make_state, source.view, title="Counter")
"""


def test_plain_uvicorn_serves_a_module_with_several_workers(tmp_path: Path) -> None:
    with uvicorn_of(tmp_path, "--workers", "2") as (url, _), httpx.Client(base_url=url) as client:
        for _ in range(6):
            assert "Count: 0" in client.get("/").text


def test_several_workers_that_share_nothing_are_told_of_and_serve_whoever_comes(
    tmp_path: Path,
) -> None:
    with uvicorn_of(tmp_path, "--workers", "2") as (url, said):

        async def visit() -> None:
            async with asyncio.timeout(30), adopted(url) as (socket, _):
                # At the one that rendered the page the tree is there; the other one sends it.
                await socket.send(json.dumps({**CLICK, "seq": 1}))
                while "Count: 1" not in str(await socket.recv()):
                    pass

        for _ in range(8):
            asyncio.run(visit())
    told = [line for line in said if "2 workers are asked for, and they share no broker" in line]
    assert len(told) == 2, "each says it once"


def test_who_starts_one_worker_or_gives_them_a_broker_is_told_nothing(
    tmp_path: Path, redis: str
) -> None:
    for arguments, environment in (
        (["--workers", "1"], {}),
        (["--workers", "2"], {"TEMPEST_BROKER": redis}),
    ):
        with uvicorn_of(tmp_path, *arguments, **environment) as (url, said):
            assert "Count: 0" in httpx.get(url).text
        assert "broker" not in "".join(said)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("/usr/bin/uvicorn a:b --workers 4", 4),
        ("/lib/uvicorn/__main__.py a:b --workers=3", 3),
        ("gunicorn -w 2 -k uvicorn.workers.UvicornWorker a:b", 2),
        ("gunicorn -w2 a:b", 2),
        ("uvicorn a:b", 1),
        ("uvicorn a:b --workers", 1),
        ("uvicorn a:b --workers many", 1),
        ("pytest --workers 4", 1),
        ("", 1),
    ],
)
def test_what_a_command_line_asks_for(line: str, count: int) -> None:
    assert workers_asked(line.split(), {}) == count
    concurrent = workers_asked(line.split(), {"WEB_CONCURRENCY": "7"})
    assert concurrent == (7 if line == "uvicorn a:b" else count)


def test_plain_uvicorn_closes_sockets_by_itself() -> None:
    with served(counter()) as address:

        async def test() -> Any:
            async with asyncio.timeout(30), adopted(f"http://{address}") as (socket, _):
                await socket.send(
                    json.dumps({"kind": "event", "data": {"type": "click", "key": "inc"}, "seq": 1})
                )
                return json.loads(await socket.recv())

        assert asyncio.run(test())["data"][0]["set_props"] == {"content": "Count: 1"}
