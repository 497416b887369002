"""A counter: state, a view, two buttons."""

from __future__ import annotations

from dataclasses import dataclass

from tempestweb_wasm import App, Button, Column, Heading, Row, Widget


@dataclass
class Counter:
    count: int = 0

    def add(self, step: int) -> None:
        self.count += step


def make_state() -> Counter:
    return Counter()


def view(app: App[Counter]) -> Widget:
    return Column(
        children=[
            Heading(content=f"Count: {app.state.count}"),
            Row(
                children=[
                    Button(
                        key="dec",
                        label="−",
                        variant="outline",
                        on_click=lambda: app.set_state(lambda s: s.add(-1)),
                    ),
                    Button(
                        key="inc",
                        label="+",
                        on_click=lambda: app.set_state(lambda s: s.add(1)),
                    ),
                ]
            ),
        ]
    )
