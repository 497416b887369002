"""What holds Python up: a handler that computes, one that ends the worker, one that eats memory."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from importlib import import_module

from tempestweb_wasm import (
    App,
    Button,
    Column,
    FilePicker,
    FileSelectEvent,
    Input,
    Text,
    TextChangeEvent,
    Widget,
)


@dataclass
class State:
    count: int = 0
    read: str = "nothing"
    said: str = ""


def make_state() -> State:
    return State()


def view(app: App[State]) -> Widget:
    def add(state: State) -> None:
        state.count += 1

    def compute() -> None:
        until = time.perf_counter() + 2
        while time.perf_counter() < until:
            pass
        app.set_state(add)

    async def read(event: FileSelectEvent) -> None:
        data = await event.files[0].read()
        app.set_state(lambda s: setattr(s, "read", data.decode()))

    def hear(event: TextChangeEvent) -> None:
        app.set_state(lambda s: setattr(s, "said", event.value))

    def end() -> None:
        import_module("js").close()

    return Column(
        children=[
            Text(content=f"Count: {app.state.count}"),
            Text(content=f"Read: {app.state.read}"),
            Button(label="Add", on_click=lambda: app.set_state(add)),
            Button(label="Compute", on_click=compute),
            Button(label="End", on_click=end),
            Button(label="Abort", on_click=os.abort),
            FilePicker(label="File", on_select=read),
            Input(placeholder="Say", on_change=hear),
            Text(content=f"Said: {app.state.said}"),
        ]
    )
