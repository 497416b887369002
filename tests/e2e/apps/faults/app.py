"""An app that fails when it is told to, and goes on."""

from __future__ import annotations

from dataclasses import dataclass

from tempestweb_wasm import App, Button, Column, Text, Widget


@dataclass
class State:
    count: int = 0
    broken: bool = False


def make_state() -> State:
    return State()


def view(app: App[State]) -> Widget:
    def add() -> None:
        app.set_state(lambda s: setattr(s, "count", s.count + 1))

    def fail() -> None:
        raise RuntimeError("the handler gave up")

    def spoil() -> None:
        app.set_state(lambda s: setattr(s, "broken", True))

    if app.state.broken:
        raise RuntimeError("the view gave up")
    return Column(
        children=[
            Text(content=f"Count: {app.state.count}"),
            Button(label="Add", on_click=add),
            Button(label="Fail", on_click=fail),
            Button(label="Spoil", on_click=spoil),
        ],
    )
