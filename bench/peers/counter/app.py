"""The counter on tempestweb 0.141.1: what ``demo/counter`` is for ours."""

from __future__ import annotations

from dataclasses import dataclass

# It is installed where the app runs, and nowhere else.
from tempest_core import App, Button, Column, Text, Widget  # type: ignore[import-not-found]


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
            Text(content=f"Count: {app.state.count}"),
            Button(key="dec", label="−", on_click=lambda: app.set_state(lambda s: s.add(-1))),
            Button(key="inc", label="+", on_click=lambda: app.set_state(lambda s: s.add(1))),
        ]
    )
