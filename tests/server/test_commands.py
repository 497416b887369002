"""``tempestweb run|dev --mode server`` as a person starts it."""

from __future__ import annotations

import json
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.apps import DEMO
from tests.server.clients import Page, cookie_of, dial
from tests.server.running import Command, command
from tests.server.test_streams import click


def test_run_serves_the_app_and_ends_at_once_when_told() -> None:
    with command("run", "--mode", "server", str(DEMO), "--port", "0") as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert "Count: 0" in httpx.get(server.url).text
        # When all is done uvicorn ends itself by the signal that it was sent.
        assert server.stop(signal.SIGTERM) == -signal.SIGTERM
        assert "Traceback" not in "".join(server.said)


def test_sessions_in_redis_without_a_secret_of_their_own_do_not_start() -> None:
    env = {"TEMPEST_BROKER": "redis://127.0.0.1:1/0"}
    with pytest.raises(AssertionError, match="give all of them one TEMPEST_SECRET") as said:
        Command("run", "--mode", "server", str(DEMO), "--port", "0", env=env)
    assert "Traceback" not in str(said.value)


def test_run_believes_the_proxies_that_are_named() -> None:
    https = {"x-forwarded-proto": "https"}
    for named, is_secure in (("192.0.2.1", False), ("192.0.2.1,127.0.0.0/8", True)):
        env = {"FORWARDED_ALLOW_IPS": named}
        with command("run", "--mode", "server", str(DEMO), "--port", "0", env=env) as server:
            cookie = httpx.get(server.url, headers=https).headers["set-cookie"]
            assert ("Secure" in cookie) is is_secure, named


@pytest.mark.parametrize("mode", ["run", "dev"])
def test_on_this_machine_alone_no_name_of_others_is_answered_to(mode: str, app: Path) -> None:
    paths = ["/", "/_tempest/dev/events"] if mode == "dev" else ["/"]
    with command(mode, "--mode", "server", str(app), "--port", "0") as server:
        port = server.url.rpartition(":")[2]
        evil = f"evil.example:{port}"
        for path in paths:
            refused = httpx.get(server.url + path, headers={"host": evil})
            assert refused.status_code == 421, path
            assert f"not a name of this server: '{evil}'" in refused.text
        for host in (f"localhost:{port}", f"shop.localhost:{port}", "127.0.0.1", f"[::1]:{port}"):
            assert httpx.get(server.url, headers={"host": host}).status_code == 200, host


def test_run_answers_to_the_names_that_it_is_given() -> None:
    env = {"TEMPEST_ALLOWED_HOSTS": '["shop.example", "*.Shop.example"]'}
    with command("run", "--mode", "server", str(DEMO), "--port", "0", env=env) as server:
        for host, status in (
            *(("shop.example", 200), ("a.shop.example:80", 200), ("192.0.2.1", 200)),
            *(("evilshop.example", 421), ("localhost", 421), ("[", 421)),
        ):
            assert httpx.get(server.url, headers={"host": host}).status_code == status, host
    env = {"TEMPEST_ALLOWED_HOSTS": '["*"]'}
    with command("run", "--mode", "server", str(DEMO), "--port", "0", env=env) as server:
        assert httpx.get(server.url, headers={"host": "evil.example"}).status_code == 200


def test_run_serves_below_a_path() -> None:
    with command("run", "--mode", "server", str(DEMO), "--port", "0", "--base", "sub") as server:
        assert server.url.endswith("/sub")
        text = httpx.get(f"{server.url}/").text
        assert '"/sub/_tempest/' in text


@pytest.fixture
def app(tmp_path: Path) -> Path:
    file = tmp_path / "shop" / "app.py"
    file.parent.mkdir()
    shutil.copy(DEMO, file)
    return file


@pytest.mark.parametrize("command_name", ["run", "dev"])
def test_an_app_declares_its_pages_in_its_settings(app: Path, command_name: str) -> None:
    (app.parent / "tempestweb.toml").write_text('[app]\nroutes = ["/orders/{id:int}"]\n')
    with command(command_name, "--mode", "server", str(app), "--port", "0") as server:
        assert "Count: 0" in httpx.get(f"{server.url}/orders/7").text
        assert httpx.get(f"{server.url}/orders/x").status_code == 404


def messages(response: httpx.Response) -> Iterator[dict[str, Any]]:
    for line in response.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_an_edit_reloads_the_app_and_its_pages(app: Path) -> None:
    with (
        command("dev", "--mode", "server", str(app), "--port", "0") as server,
        httpx.stream("GET", f"{server.url}/_tempest/dev/events", timeout=30) as stream,
    ):
        told = messages(stream)
        assert next(told)["type"] == "hello"
        text = app.read_text()
        app.write_text(text.replace("Count:", "Sum:"))
        assert next(told)["type"] == "reload"
        assert "Sum: 0" in httpx.get(server.url).text
        app.write_text("def view(:\n")
        broken = next(told)
        assert (broken["type"], broken["code"]) == ("error", "app_import_failed")
        assert "Sum: 0" in httpx.get(server.url).text
        app.write_text(text)
        assert next(told)["type"] == "reload"
        assert "Count: 0" in httpx.get(server.url).text


BLOCKS = """
import asyncio, time
from tempestweb_wasm import Button, Column

def make_state():
    return None

async def later():
    await asyncio.sleep(0)

async def slowly():
    time.sleep(0.2)

def view(app):
    return Column(children=[
        Button(key="sync", label="a", on_click=lambda: time.sleep(0.2)),
        Button(key="async", label="b", on_click=slowly),
        Button(key="fine", label="c", on_click=later),
    ])
"""


@pytest.mark.parametrize("mode", ["run", "dev"])
def test_in_development_a_handler_that_blocks_is_named(mode: str, app: Path) -> None:
    app.write_text(BLOCKS)
    with command(mode, "--mode", "server", str(app), "--port", "0") as server:
        address = server.url.removeprefix("http://")
        with httpx.Client(base_url=server.url) as client:
            page = Page(client.get("/").text)
            with dial(address, page.opening(), cookie_of(client)) as socket:
                for number, key in enumerate(("sync", "async", "fine"), 1):
                    socket.send(json.dumps(click(number, key)))
                while json.loads(socket.recv()).get("ack") != 3:
                    pass
        server.stop()
    named = re.findall(r"on_click of Button '(\w+)' held the loop for \d+ ms", "".join(server.said))
    assert named == (["sync", "async"] if mode == "dev" else [])


def test_an_app_that_cannot_be_loaded_says_so_in_its_page(app: Path) -> None:
    app.write_text("import no_such_module\n")
    with command("dev", "--mode", "server", str(app), "--port", "0") as server:
        response = httpx.get(server.url)
        assert response.status_code == 500
        assert "no_such_module" in response.text
        assert 'name="tempest-live"' in response.text, "an edit must be able to reload it"
