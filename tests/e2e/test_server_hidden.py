"""Pages of a server that nobody sees: another tab in front, and the browser's back button."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Playwright
from starlette.types import Message, Receive, Scope, Send

from tempestweb_wasm.loader import load_app
from tempestweb_wasm.server import create_app
from tests import tools
from tests.e2e.building import APPS, ROOT
from tests.e2e.conftest import FLAGS
from tests.e2e.hosted import SECRET, Hosted
from tests.e2e.live import LivePage
from tests.e2e.pages import wait_until
from tests.e2e.proxy import Proxy
from tests.server.running import served

SHOWN = APPS / "shown" / "app.py"
SCRIPT = ROOT / "tests" / "e2e" / "hidden_tab.mjs"
PATIENCE = 30


class Tab:
    """The page of ``hidden_tab.mjs``."""

    def __init__(self, address: str) -> None:
        line = [tools.node(), str(SCRIPT), tools.chromium(), address, *FLAGS]
        self.process = subprocess.Popen(
            line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def do(self, step: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{step}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def wait_until(self, true: Callable[[dict[str, str]], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not true(seen := self.do("look")):
            assert time.monotonic() < end, seen

    def close(self) -> None:
        """End the browser, too."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Hosted(SHOWN, secret=SECRET) as server, Proxy(server.port) as between:
        yield between


def test_a_tab_that_lost_its_line_behind_another_is_back_when_it_is_shown(proxy: Proxy) -> None:
    tab = Tab(proxy.url)
    tab.wait_until(lambda seen: seen.get("connection") == "online")
    tab.do("press")
    tab.wait_until(lambda seen: "Count: 1" in seen["text"])
    tab.do("wait")
    tab.do("hide")
    tab.wait_until(lambda seen: seen["visible"] == "hidden")
    proxy.down()
    tab.wait_until(lambda seen: seen.get("connection") == "offline")
    tab.do("press")
    proxy.up()
    assert "Count: 1" in tab.do("look")["text"]
    tab.do("show")
    tab.wait_until(lambda seen: "Count: 2" in seen["text"])
    assert tab.do("look")["connection"] == "online"
    tab.close()


def test_back_brings_the_very_page_and_its_session(playwright: Playwright) -> None:
    source = load_app(SHOWN)
    app = create_app(source.make_state, source.view, title="Shown")

    async def kept(scope: Scope, receive: Receive, send: Send) -> None:
        """What a proxy may make of it: Chromium keeps no page that says `no-store`."""

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [pair for pair in message["headers"] if pair[0] != b"cache-control"]
                message = {**message, "headers": [*others, (b"cache-control", b"no-cache")]}
            await send(message)

        await app(scope, receive, changed)

    launched = playwright.chromium.launch(
        executable_path=tools.chromium(),
        args=list(FLAGS),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    page = launched.new_context(service_workers="block").new_page()
    page.add_init_script("addEventListener('pageshow', (e) => { window.kept = e.persisted })")
    with served(kept) as found:
        live = LivePage.at(page, f"http://{found}/")
        live.press("Add")
        live.expect_count(1)
        page.goto(f"http://{found}/health")
        page.go_back(wait_until="commit")
        wait_until(page, "window.kept")
        live.press("Add")
        live.expect_count(2)
        live.expect_online()
        launched.close()
