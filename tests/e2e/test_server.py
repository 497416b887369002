"""The server mode in a real browser: HTML first, adopted, and refusals that end it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Cookie, HTTPException
from playwright.sync_api import Browser, Route, WebSocket

from tempestweb_wasm.loader import load_app
from tempestweb_wasm.server import ServerApp, ServerSettings, create_app
from tests.e2e import building
from tests.server.running import served

DEMO = building.ROOT / "demo" / "counter" / "app.py"


def counter(**options: Any) -> ServerApp:
    source = load_app(Path(DEMO))
    return create_app(source.make_state, source.view, title="Counter", **options)


def signed_in(sign: Annotated[str, Cookie()] = "") -> str:
    if not sign:
        raise HTTPException(401)
    return sign


@pytest.fixture(params=["ws", "sse"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    with served(counter(settings=ServerSettings(transport=request.param))) as found:
        yield f"http://{found}/"


def test_a_page_is_adopted_and_no_element_is_replaced(browser: Browser, address: str) -> None:
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.goto(address)
    page.locator("h1").evaluate("element => { element.marked = true; }")
    page.get_by_role("button", name="+").click()
    page.get_by_text("Count: 1").wait_for()
    assert page.locator("h1").evaluate("element => element.marked") is True
    assert faults == []
    page.close()


def test_a_visitor_without_scripts_sees_the_first_view(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.get_by_text("Count: 0").is_visible()
    context.close()


def test_a_socket_that_is_refused_is_told_1008_and_does_not_come_back(browser: Browser) -> None:
    settings = ServerSettings(transport="ws")
    with served(counter(user=signed_in, settings=settings)) as found:
        context = browser.new_context()
        context.add_cookies([{"name": "sign", "value": "ann", "url": f"http://{found}/"}])
        page = context.new_page()
        opened: list[WebSocket] = []

        def sign_out(route: Route) -> None:
            context.clear_cookies(name="sign")
            route.continue_()

        page.on("websocket", lambda socket: opened.append(socket))
        # Who signs out between the page and its socket is not let in by it.
        page.route("**/live-*.js", sign_out)
        page.goto(f"http://{found}/")
        page.get_by_role("button", name="Reload").wait_for()
        assert len(opened) == 1
        assert opened[0].is_closed()
        context.close()
