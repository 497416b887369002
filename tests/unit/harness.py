"""A session whose frames are kept, and two small apps, for the tests of sessions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from tempestweb_wasm.core.app import App, AppSource
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.widgets import Button, Column, Text

View = Callable[[App[Any]], Widget]


class Harness:
    """A session whose frames are kept; events go in numbered, as from a browser."""

    def __init__(self, view: View, make_state: Callable[..., Any] = dict, **options: Any) -> None:
        self.sent: list[str] = []
        source = AppSource(make_state=make_state, view=view)
        self.session: Session[Any] = Session(source, self.sent.append, **options)
        self.seq = 0

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.sent]

    def event(self, key: str, type: str = "click", payload: Any = None, **frame: Any) -> None:
        data = {"type": type, "key": key}
        if payload is not None:
            data["payload"] = payload
        self.seq += 1
        self.session.receive(json.dumps({"kind": "event", "data": data, "seq": self.seq, **frame}))

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run an async test in a loop of its own."""

    async def main() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(main())


def counter(app: App[dict[str, int]]) -> Widget:
    def add(by: int) -> None:
        app.set_state(lambda s: s.update(n=s.get("n", 0) + by))

    return Column(
        key="root",
        children=[
            Text(content=f"Count: {app.state.get('n', 0)}"),
            Button(label="+", key="inc", on_click=lambda: add(1)),
            Button(label="-", key="dec", on_click=lambda: add(-1)),
        ],
    )


def saving(gate: asyncio.Event) -> View:
    def view(app: App[dict[str, str]]) -> Widget:
        async def save() -> None:
            app.set_state(lambda s: s.update(t="Saving…"))
            await gate.wait()
            app.set_state(lambda s: s.update(t="Saved"))

        def other() -> None:
            app.set_state(lambda s: s.update(o="other"))

        return Column(
            children=[
                Text(content=app.state.get("t", "")),
                Text(content=app.state.get("o", "")),
                Button(label="b", key="save", on_click=save),
                Button(label="b", key="other", on_click=other),
            ]
        )

    return view
