# mypy: ignore-errors
"""A counter as a project for tempest_core starts."""

from __future__ import annotations

from dataclasses import dataclass

from tempest_core import App, Button, Column, Edge, Row, Style, Text, Widget


@dataclass
class State:
    value: int = 0


def make_state() -> State:
    return State()


def view(app: App[State]) -> Widget:
    def step(by: int) -> None:
        app.set_state(lambda s: setattr(s, "value", s.value + by))

    return Column(
        style=Style(gap=8.0, padding=Edge.all(16)),
        children=[
            Text(content=f"Count: {app.state.value}", key="label"),
            Row(
                style=Style(gap=4.0),
                children=[
                    Button(label="-", on_click=lambda: step(-1), key="dec"),
                    Button(label="+", on_click=lambda: step(1), key="inc"),
                ],
            ),
        ],
    )
