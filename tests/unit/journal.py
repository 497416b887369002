"""An app that notes what it hears, for the tests of bad networks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tempestweb_wasm.core.app import App, AppSource
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.widgets import Button, Column, Input, Text


@dataclass
class State:
    """What was heard, in order, and how often the clock ticked."""

    heard: list[str] = field(default_factory=list)
    ticks: int = 0


def make_state() -> State:
    return State()


class Journal:
    """An app that notes what it hears, in its state and outside of it."""

    def __init__(self, every: float = 0.0) -> None:
        self.ran: list[str] = []
        self.clock: asyncio.Task[None] | None = None
        self.app: App[State] | None = None
        self._every = every

    def view(self, app: App[State]) -> Widget:
        self.app = app

        def hear(event: Any) -> None:
            self.ran.append(event.value)
            app.set_state(lambda s: s.heard.append(event.value))

        async def slowly(event: Any) -> None:
            hear(event)
            await asyncio.sleep(0.2)
            app.set_state(tick)

        def tick(state: State) -> None:
            state.ticks += 1

        def fail() -> None:
            raise ValueError("no")

        if self._every:

            @app.on_start
            def start() -> None:
                self.clock = app.every(self._every, lambda: app.set_state(tick))

        return Column(
            children=[
                Input(key="now", on_change=hear),
                Input(key="slow", on_change=slowly),
                Button(key="fail", label="fail", on_click=fail),
                Text(key="ticks", content=str(app.state.ticks)),
                *(Text(key=f"heard {word}", content=word) for word in app.state.heard),
            ]
        )


def shown(node: dict[str, Any]) -> dict[str, Any]:
    """A tree without its ids, which count on as long as a session lives."""
    return {
        name: [shown(child) for child in value] if name == "children" else value
        for name, value in node.items()
        if name != "id"
    }


def rendered(view: Callable[[App[State]], Widget], state: State) -> dict[str, Any]:
    """What a fresh client sees of *state*."""
    frames: list[str] = []
    session = Session(AppSource(make_state=lambda: state, view=view), frames.append)
    session.start()
    return shown(json.loads(frames[0])["data"][0]["node"])
