"""Shows an element of the page, before or after a text, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from tempestweb_wasm import App, Button, Column, Row, Slot, Text, Widget


@dataclass
class State:
    count: int = 0
    first: bool = False
    shown: bool = True


def make_state() -> State:
    return State()


def view(app: App[State]) -> Widget:
    state = app.state

    def count(s: State) -> None:
        s.count += 1

    def turn(s: State) -> None:
        s.first = not s.first

    def show(s: State) -> None:
        s.shown = not s.shown

    parts: list[Widget] = [Text(key="text", content=f"Count: {state.count}")]
    if state.shown:
        slot = Slot(key="slot", element_id="own", child=Text(content="Not here yet"))
        parts.insert(0 if state.first else 1, slot)
    return Column(
        children=[
            Row(
                children=[
                    Button(label="Add", on_click=lambda: app.set_state(count)),
                    Button(label="Turn", on_click=lambda: app.set_state(turn)),
                    Button(label="Show", on_click=lambda: app.set_state(show)),
                ]
            ),
            Column(children=parts),
        ]
    )
