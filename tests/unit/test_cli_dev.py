"""``tempestweb dev``: what it serves is what is on the disk, and pages hear of each edit."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from starlette.testclient import TestClient

from tempestweb_wasm.build import config
from tempestweb_wasm.build.resolution import Packages
from tempestweb_wasm.cli.dev import DevServer

APP = "from tempestweb_wasm import Text\nmake_state = dict\ndef view(app): return Text(content='x')"


class Dev:
    """A dev server on a folder of its own, with what it printed and sent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "mine"
        self.folder.mkdir()
        self.write("app.py", APP)
        self.said = io.StringIO()
        console = Console(file=self.said, soft_wrap=True, width=200)
        self.server = DevServer([self.folder / "app.py"], [], console=console)
        self.http = TestClient(self.server)
        self.sent: list[dict[str, Any]] = []
        self.server.events.send = self.sent.append  # type: ignore[method-assign,assignment]

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def changed(self, *paths: Path) -> bool:
        return asyncio.run(self.server.changed(paths))

    def listed(self) -> list[str]:
        files: list[str] = self.http.get("/apps/mine/_tempest.json").json()["files"]
        return files


@pytest.fixture
def dev(tmp_path: Path) -> Dev:
    return Dev(tmp_path)


def test_an_edit_is_served_and_told(dev: Dev) -> None:
    path = dev.write("app.py", APP + "\n# edited\n")
    assert dev.changed(path)
    assert "# edited" in dev.http.get("/apps/mine/app.py").text
    (message,) = dev.sent
    assert message["type"] == "reload"
    assert message["changed"] == ["app.py"]
    assert "app.py changed" in dev.said.getvalue()


def test_new_and_deleted_files_are_noticed(dev: Dev) -> None:
    parts, asset = dev.write("parts.py", "A = 1"), dev.write("assets/a.txt", "hi")
    dev.changed(parts, asset)
    assert dev.listed() == ["app.py", "assets/a.txt", "parts.py"]
    assert dev.http.get("/apps/mine/assets/a.txt").text == "hi"
    parts.unlink()
    assert dev.http.get("/apps/mine/parts.py").status_code == 404
    dev.changed(parts)
    assert dev.listed() == ["app.py", "assets/a.txt"]


def test_what_an_editor_leaves_beside_is_ignored(dev: Dev) -> None:
    for name in (".app.py.swp", "app.py~", "__pycache__/app.pyc", "test_app.py"):
        assert not dev.changed(dev.write(name, ""))
    assert dev.sent == []


def test_a_mistake_of_syntax_is_printed_and_the_page_reloads_to_show_it(dev: Dev) -> None:
    path = dev.write("parts.py", "ok = 1\nbad = (\n")
    assert not dev.changed(path)
    assert [message["type"] for message in dev.sent] == ["reload"]
    assert f"{path}:2: SyntaxError" in dev.said.getvalue()


def test_settings_that_are_wrong_are_told_and_the_last_site_stays(dev: Dev) -> None:
    path = dev.write("tempestweb.toml", "[app]\ntitel = 'x'\n")
    assert not dev.changed(path)
    (message,) = dev.sent
    assert (message["type"], message["code"]) == ("error", "bad_config")
    assert "tempestweb.toml:2" in message["message"]
    assert dev.http.get("/").status_code == 200
    dev.write("tempestweb.toml", "[app]\ntitle = 'Neu'\n")
    assert dev.changed(path)
    assert "<title>Neu</title>" in dev.http.get("/").text


def test_an_app_that_is_deleted_is_told(dev: Dev) -> None:
    path = dev.folder / "app.py"
    path.unlink()
    assert not dev.changed(path)
    assert dev.sent[0]["code"] == "app_not_found"


def test_an_edit_chooses_no_packages_anew(dev: Dev, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(self: Packages, *args: Any) -> None:
        raise AssertionError("packages were chosen again")

    monkeypatch.setattr(Packages, "find", forbidden)
    assert dev.changed(dev.write("app.py", APP + "\n#"))


def test_pages_never_register_a_worker_and_an_old_one_is_removed(dev: Dev) -> None:
    page = dev.http.get("/").text
    assert "&quot;sw&quot;:null" in page
    assert "&quot;dev&quot;:true" in page
    assert "./_tempest/dev/events" in page
    assert "unregister" in dev.http.get("/sw.js").text


def test_a_first_view_that_fails_is_printed_by_the_check(dev: Dev) -> None:
    path = dev.write("app.py", APP.replace("Text(content='x')", "1 / 0"))
    assert dev.changed(path)
    asyncio.run(dev.server._check())
    assert "ZeroDivisionError" in dev.said.getvalue()


async def following(server: DevServer) -> AsyncIterator[dict[str, Any]]:
    """Open the stream as a page does and yield its messages."""
    response = server.events.response({"type": "hello", "build": "1"})
    async for chunk in response.body_iterator:
        text = chunk if isinstance(chunk, str) else bytes(chunk).decode()
        for line in text.splitlines():
            if line.startswith("data: "):
                yield json.loads(line[6:])


async def test_every_page_hears_and_streams_end_when_the_server_stops(tmp_path: Path) -> None:
    server = Dev(tmp_path).server
    del server.events.send
    pages = [following(server), following(server)]
    assert [(await anext(page))["type"] for page in pages] == ["hello", "hello"]
    server.events.send({"type": "reload"})
    assert [(await anext(page))["type"] for page in pages] == ["reload", "reload"]
    server.events.close()
    for page in pages:
        assert [message async for message in page] == []
    assert server.events._streams == set()


async def test_the_disk_is_watched(tmp_path: Path) -> None:
    dev = Dev(tmp_path)
    stop, heard = asyncio.Event(), asyncio.Event()
    dev.server.events.send = lambda message: heard.set()  # type: ignore[method-assign]
    watching = asyncio.create_task(dev.server.watch(stop))
    number = 0
    while not heard.is_set():
        # Again and again: the first writes may come before the watcher is there.
        number += 1
        dev.write("parts.py", f"A = {number}")
        try:
            await asyncio.wait_for(heard.wait(), 0.5)
        except TimeoutError:
            assert number < 40
    stop.set()
    await watching
    assert "parts.py" in dev.listed()


def test_a_file_that_an_editor_is_just_replacing_ends_nothing(dev: Dev) -> None:
    path = dev.write("tempestweb.toml", "[app]\n")
    real = config._read

    def gone(path: Path) -> str:
        raise FileNotFoundError(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "_read", gone)
        assert not dev.changed(path)
    assert dev.sent[0]["type"] == "error"
    assert config._read is real
    assert dev.changed(dev.write("tempestweb.toml", "[app]\ntitle = 'Neu'\n"))


def test_what_is_not_published_is_told_once(dev: Dev) -> None:
    assert not dev.changed(dev.write("prod.key", ""))
    for text in ("# a", "# b"):
        assert dev.changed(dev.write("app.py", f"{APP}\n{text}\n"))
    assert dev.said.getvalue().count("not published: prod.key") == 1


def test_a_module_called_like_a_test_reloads_once_the_app_imports_it(dev: Dev) -> None:
    helper = dev.write("speed_test.py", "A = 1")
    assert not dev.changed(helper)
    assert dev.changed(dev.write("app.py", f"import speed_test\n{APP}"))
    assert dev.listed() == ["app.py", "speed_test.py"]
    assert dev.changed(dev.write("speed_test.py", "A = 2"))
