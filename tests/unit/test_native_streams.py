"""Streams of the visitor's browser, and what its page is told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tempestweb_wasm import App, Button, Column, Input, Widget, native
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.testing import Client
from tempestweb_wasm.transports.memory import MemoryTransport

from .calling import Page, State, Work, app_of
from .harness import Harness, run


def screen(width: int) -> dict[str, Any]:
    now = {"width": width, "height": 600, "orientation": "landscape", "dark": False}
    return {**now, "reduced_motion": False, "online": True, "visible": True}


def following(most: int | None = None) -> Work:
    async def follow(app: App[Any]) -> str:
        widths: list[int] = []
        async for now in native.screen.watch(app):
            widths.append(now.width)
            app.set_state(lambda s: s.said.append(f"at {widths[-1]}"))
            if len(widths) == most:
                break
        return f"{widths}"

    return follow


def event(asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "native_event", "sub_id": asked["sub_id"], **more}


def test_a_stream_gives_each_event_and_ends_when_the_loop_is_left() -> None:
    async def test() -> None:
        page = Page(following(2))
        await page.harness.until(lambda: page.asked("native_subscribe"))
        (asked,) = page.asked("native_subscribe")
        page.says(event(asked, n=1, event=screen(500)))
        page.says(event(asked, n=1, event=screen(500)))  # said again on a new line
        page.says(event(asked, n=2, event=screen(800)))
        app = page.session.app
        await page.harness.until(lambda: app and app.state.said[-1:] == ["'[500, 800]'"])
        await page.harness.until(lambda: page.asked("native_unsubscribe"))
        (ended,) = page.asked("native_unsubscribe")
        assert ended["sub_id"] == asked["sub_id"]
        page.says(event(asked, n=3, event=screen(900)))
        assert len(page.asked("native_unsubscribe")) == 2, "the page had not heard it"

    run(test)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ({"done": True}, "'[500]'"),
        ({"error": "denied", "message": "no"}, "native_denied: screen.watch: no"),
        ({"event": {"width": "x"}}, "native_bad_answer: screen.watch: width: "),
    ],
)
def test_a_stream_ends_as_the_page_says(end: dict[str, Any], said: str) -> None:
    async def test() -> None:
        page = Page(following())
        await page.harness.until(lambda: page.asked("native_subscribe"))
        (asked,) = page.asked("native_subscribe")
        page.says(event(asked, n=1, event=screen(500)))
        page.says(event(asked, n=2, **end))
        app = page.session.app
        await page.harness.until(
            lambda: app and app.state.said[-1:] != ["at 500"] and app.state.said
        )
        assert app is not None
        assert app.state.said[-1].startswith(said)

    run(test)


def test_a_page_without_its_file_ends_a_stream_with_an_error() -> None:
    async def test() -> None:
        page = Page(following())
        await page.harness.until(lambda: page.asked("native_subscribe"))
        number = page.asked("native_subscribe")[0]["sub_id"]
        page.says({"kind": "native_result", "call_id": number, "ok": False, "message": "no file"})
        assert await page.result() == "native_failed: screen.watch: no file"

    run(test)


def test_a_stream_of_another_session_is_ended_in_the_page() -> None:
    async def test() -> None:
        page = Page(lambda app: asyncio.sleep(0))
        page.says({"kind": "native_event", "sub_id": 5, "n": 1, "event": 1})
        assert page.asked("native_unsubscribe") == [{"kind": "native_unsubscribe", "sub_id": 5}]

    run(test)


def test_a_test_lets_things_happen_in_the_browser() -> None:
    with Client(State, app_of(following(2)), timeout=0.05) as client:
        with pytest.raises(AssertionError, match="still runs"):
            client.click("go")
        with pytest.raises(AssertionError, match="does not follow"):
            client.emit("geolocation.watch", {})
        with pytest.raises(AssertionError, match="still runs"):
            client.emit("screen.watch", screen(100))
        client.emit("screen.watch", screen(200))
        assert client.state.said == ["at 100", "at 200", "'[100, 200]'"]


def commanding(app: App[State]) -> Widget:
    def add() -> None:
        native.page.focus(app, 7)
        native.page.scroll_to(app, "more", smooth=True)
        app.set_state(lambda s: s.said.append("more"))

    def reload() -> None:
        native.page.set_title(app, "Again")
        native.page.reload(app)

    return Column(
        children=[
            Button(key="add", label="Add", on_click=add),
            Button(key="reload", label="Reload", on_click=reload),
            *(Input(key=7) for _ in app.state.said[:1]),
        ]
    )


def test_commands_come_with_the_frame_that_shows_what_they_are_about() -> None:
    with Client(State, commanding) as client:
        client.click("add")
        assert client.commands == [
            ("focus", {"key": "7"}),
            ("scroll", {"key": "more", "smooth": True}),
        ]
        # The input is there when it is focused.
        assert {"commands", "data"} <= client.frames[-1].keys()
        assert client.frames[-1]["data"]
        client.click("reload")
        assert client.commands[2:] == [("title", {"text": "Again"}), ("reload", {})]
        assert client.frames[-1]["data"] == []
        assert client.frames[-1]["ack"] == 2, "the same frame answers the event"


def test_a_frame_with_commands_says_so_first() -> None:
    async def test() -> None:
        harness = Harness(commanding, State)
        harness.session.start()
        harness.event("reload")
        # js/natively.js looks at the beginning of the text alone.
        assert harness.sent[-1].startswith('{"commands":[{"name":"title"')

    run(test)


def test_a_client_that_does_not_keep_up_gets_commands_with_what_it_missed() -> None:
    async def test() -> None:
        delivery = Delivery(window=1)
        harness = Harness(commanding, State)
        session = Session(harness.session._source, delivery.send, asks=delivery)
        delivery.bind(session)
        line = MemoryTransport()
        session.start()
        delivery.attach(line, applied=0)
        click = {"kind": "event", "data": {"type": "click", "key": "add"}, "seq": 1}
        line.deliver(json.dumps(click))
        assert len(line.sent) == 1
        line.deliver('{"kind":"ack","seq":1}')
        frame = json.loads(line.sent[1])
        assert [command["name"] for command in frame["commands"]] == ["focus", "scroll"]
        assert frame["data"]
        delivery.attach(again := MemoryTransport(), applied=1)
        assert again.sent == [line.sent[1]], "a command that was not applied comes again"
        await delivery.aclose()

    run(test)
