"""What docs/deploying.md says for a server behind nginx, held by Debian's nginx."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI

from tempestweb_wasm.server import ServerSettings
from tests import tools
from tests.house.source import ROOT
from tests.server.apps import counter
from tests.server.clients import Page
from tests.server.running import served
from tests.server.test_lifetime import adopted
from tests.server.test_streams import Stream, browser, click

AROUND = """
daemon off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    proxy_buffering {buffering};
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{told}
}}
"""


def told() -> str:
    """Return the docs' block for a server behind nginx."""
    docs = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"```nginx server\n(.*?)```", docs, re.DOTALL)
    return str(found)


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"docs/deploying.md has not one {old}"
    return text.replace(old, new)


@contextmanager
def in_front(*apps: str, folder: Path, buffering: str, path: str = "/shop/") -> Iterator[str]:
    """Run nginx before the servers at *apps*, for all below *path*; yields its own address."""
    program = tools.nginx()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    servers = " ".join(f"server {app};" for app in apps)
    text = replaced(told(), "server 127.0.0.1:8000;", servers)
    text = replaced(text, "location /shop/ {", f"location {path} {{")
    text = replaced(text, "listen 80;", f"listen 127.0.0.1:{port};")
    config = folder / "nginx.conf"
    config.write_text(AROUND.format(folder=folder, buffering=buffering, told=text))
    with subprocess.Popen([program, "-p", folder, "-e", "stderr", "-c", config]) as process:
        try:
            while process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                except ConnectionRefusedError:
                    continue
                break
            assert process.poll() is None, "nginx ended; what it said is above"
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="module", params=["on", "off"])
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    outer = FastAPI()
    outer.mount("/shop", counter(settings=ServerSettings(heartbeat=0.2)))
    folder = tmp_path_factory.mktemp("nginx")
    with served(outer) as app, in_front(app, folder=folder, buffering=request.param) as found:
        yield found


def test_pages_and_files_come_through_and_counters_do_not(address: str) -> None:
    with browser(address) as client:
        page = Page(client.get("/shop/").text)
        assert page.live["root"] == "/shop/"
        (live,) = re.findall(r'href="(/shop/_tempest/live[^"]*)"', page.text)
        assert "immutable" in client.get(live).headers["cache-control"]
        assert client.get("/shop/metrics").status_code == 404


def test_a_socket_comes_through(address: str) -> None:
    async def test() -> None:
        async with asyncio.timeout(30), adopted(f"http://{address}/shop") as (socket, _):
            await socket.send(json.dumps(click(1)))
            frame = json.loads(await socket.recv())
            assert frame["data"][0]["set_props"] == {"content": "Count: 1"}

    asyncio.run(test())


def test_each_frame_of_a_stream_comes_through_at_once(address: str) -> None:
    with browser(address) as client:
        page = Page(client.get("/shop/").text)
        opening = json.loads(page.opening(page="/shop/").text())
        with client.stream("POST", "/shop/sse", json=opening) as response:
            events = Stream(response)
            session = events.frame()["session"]
            assert session == page.live["session"]
            for number in (1, 2, 3):
                sent = client.post(f"/shop/sse/{session}", json=[click(number)])
                assert sent.status_code == 204
                props = events.frame()["data"][0]["set_props"]
                assert props == {"content": f"Count: {number}"}
            while not events.raw.endswith(b":\n\n"):
                events.raw += next(events.pieces)
