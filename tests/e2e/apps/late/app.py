"""Inputs whose handlers are slow, answer late, or answer something else than was typed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from tempestweb_wasm import App, Button, Column, Input, Semantics, Text, TextChangeEvent, Widget


@dataclass
class State:
    shouted: str = ""
    query: str = ""
    results: str = "nothing yet"
    renders: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)


def make_state() -> State:
    return State()


def view(app: App[State]) -> Widget:
    state = app.state

    def shout(event: TextChangeEvent) -> None:
        # Longer than a key press of a fast typist: the next keys come before the answer.
        time.sleep(0.05)
        app.set_state(lambda s: setattr(s, "shouted", event.value.upper()))

    async def search(event: TextChangeEvent) -> None:
        app.set_state(lambda s: setattr(s, "query", event.value))
        await state.gate.wait()
        app.set_state(lambda s: setattr(s, "results", f"found {event.value}"))

    def clear() -> None:
        app.set_state(lambda s: setattr(s, "shouted", ""))

    def render() -> None:
        app.set_state(lambda s: setattr(s, "renders", s.renders + 1))

    return Column(
        children=[
            Input(value=state.shouted, on_change=shout, semantics=Semantics(label="Shout")),
            Text(content=f"Shouted: {state.shouted}"),
            Input(value=state.query, on_change=search, semantics=Semantics(label="Search")),
            Text(content=f"Results: {state.results}"),
            Input(semantics=Semantics(label="Own"), on_key=render),
            Text(content=f"Renders: {state.renders}"),
            Button(label="Answer", on_click=state.gate.set),
            Button(label="Clear", on_click=clear),
        ],
    )
