"""For the tests of what the browser can do beside showing the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tempestweb_wasm import App, Button, Column, Input, Style, Text, Widget, Wrap, native

persist = True


@dataclass
class Draft:
    text: str
    words: int


@dataclass
class State:
    count: int = 0
    said: list[str] = field(default_factory=list)
    extra: bool = False


def make_state() -> State:
    return State()


async def _awake(app: App[State]) -> str:
    async with native.device.awake(app):
        return "kept on"


async def _kept(app: App[State]) -> object:
    await native.storage.set(app, "draft", Draft("so far", 2))
    await native.storage.set(app, "other", [1, None])
    await native.storage.remove(app, "gone")
    return await native.storage.get(app, "draft", Draft), await native.storage.keys(app)


CALLS: dict[str, Callable[[App[State]], Awaitable[Any]]] = {
    "Copy": lambda app: native.clipboard.write_text(app, f"Count: {app.state.count}"),
    "Paste": native.clipboard.read_text,
    "Share": lambda app: native.share(app, title="A thing", url="there"),
    "Where": native.geolocation.get,
    "Ask": native.notifications.request,
    "Notify": lambda app: native.notifications.show(app, "Done", body="It is", tag="t"),
    "Keep": _kept,
    "Kept": lambda app: native.storage.get(app, "draft", Draft),
    "Wrong": lambda app: native.storage.get(app, "draft", int),
    "Vibrate": lambda app: native.device.vibrate(app, 20, 10, 20),
    "Awake": _awake,
    "Screen": native.screen.get,
}


def view(app: App[State]) -> Widget:
    state = app.state

    def say(text: str) -> None:
        app.set_state(lambda s: s.said.append(text))

    def handler(name: str) -> Callable[[], Awaitable[None]]:
        async def call() -> None:
            try:
                say(f"{name}: {await CALLS[name](app)!r}")
            except native.NativeError as error:
                say(f"{name}: {error.code} {error}")

        return call

    async def follow() -> None:
        async for now in native.screen.watch(app):
            say(f"width {now.width} dark {now.dark} online {now.online}")

    def add() -> None:
        app.set_state(lambda s: setattr(s, "count", s.count + 1))

    def show() -> None:
        app.set_state(lambda s: setattr(s, "extra", True))
        native.page.focus(app, "extra")

    def rename() -> None:
        native.page.set_title(app, f"{app.state.count} things")

    return Column(
        children=[
            Text(content=f"Count: {state.count}"),
            Wrap(
                children=[
                    *(Button(key=name, label=name, on_click=handler(name)) for name in CALLS),
                    Button(label="Add", on_click=add),
                    Button(label="Follow", on_click=follow),
                    Button(label="Focus", on_click=show),
                    Button(label="Title", on_click=rename),
                    Button(label="Scroll", on_click=lambda: native.page.scroll_to(app, "low")),
                    Button(label="Lost", on_click=lambda: native.page.focus(app, "nowhere")),
                    Button(label="Reload", on_click=lambda: native.page.reload(app)),
                ]
            ),
            *(Text(content=text) for text in state.said[-8:]),
            Column(style=Style(height=1500), children=[]),
            *([Input(key="extra", placeholder="Extra")] if state.extra else []),
            Text(key="low", content="The end"),
        ]
    )
