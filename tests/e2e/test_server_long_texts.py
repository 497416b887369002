"""A text longer than a frame, pasted in a browser: the app on the server gets it whole, once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tempestweb_wasm import App, Column, Text, TextArea, Widget
from tempestweb_wasm.server import ServerSettings, create_app
from tests.e2e.conftest import Visitor
from tests.e2e.live import ANSWER, LivePage
from tests.e2e.proxy import Proxy
from tests.server.running import served

PASTED = 'A "line" of ü and 🎈, \\ and 0123456789.\n' * 7_200
"""300 KB and more, with all that takes more bytes than it has characters."""


def view(app: App[list[str]]) -> Widget:
    def hear(event: Any) -> None:
        digest = hashlib.sha256(event.value.encode()).hexdigest()
        app.set_state(lambda heard: heard.append(f"{len(event.value)} {digest}"))

    field = TextArea(on_change=hear, attrs={"aria-label": "Letter"})
    return Column(children=[field, Text(content=f"heard {'; '.join(app.state)}")])


def said(*texts: str) -> str:
    heard = [f"{len(text)} {hashlib.sha256(text.encode()).hexdigest()}" for text in texts]
    return f"heard {'; '.join(heard)}"


@pytest.fixture(params=["ws", "sse"])
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    settings = ServerSettings(transport=request.param, text=500_000)
    with served(create_app(list[str], view, settings=settings)) as address:
        yield address


def paste(live: LivePage, text: str) -> None:
    live.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    live.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    live.field("Letter").focus()
    live.page.keyboard.press("ControlOrMeta+V")


def expect_heard(live: LivePage, *texts: str) -> None:
    expect(live.root.get_by_text("heard")).to_have_text(said(*texts), timeout=2 * ANSWER)


def test_a_text_of_300_kb_that_is_pasted_arrives_whole(visitor: Visitor, server: str) -> None:
    assert len(PASTED.encode()) > 300_000
    live = LivePage.at(visitor().page, f"http://{server}/")
    paste(live, PASTED)
    expect_heard(live, PASTED)
    live.field("Letter").press("End")
    live.page.keyboard.type("!")
    expect_heard(live, PASTED, f"{PASTED}!")
    live.expect_online()


@pytest.mark.parametrize("after", [1, 65_000, 150_001, 299_999])
def test_a_line_that_is_cut_in_the_middle_of_it(visitor: Visitor, server: str, after: int) -> None:
    with Proxy(int(server.rpartition(":")[2])) as proxy:
        live = LivePage.at(visitor().page, proxy.url)
        proxy.cut_after(after, "up")
        paste(live, PASTED)
        expect_heard(live, PASTED)
        live.expect_online()


def test_what_is_longer_than_the_server_takes_is_said(visitor: Visitor, server: str) -> None:
    live = LivePage.at(visitor().page, f"http://{server}/")
    paste(live, PASTED * 2)
    expect(live.root.get_by_text("too long to be sent")).to_be_visible(timeout=ANSWER)
    live.field("Letter").fill("short")
    expect_heard(live, "short")
