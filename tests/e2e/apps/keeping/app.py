"""Rows that change places while one of them is used."""

from __future__ import annotations

from dataclasses import dataclass, field

from tempestweb_wasm import (
    App,
    Button,
    Column,
    Input,
    ScrollView,
    Semantics,
    Style,
    Text,
    Widget,
)


@dataclass
class State:
    rows: list[int] = field(default_factory=lambda: list(range(1, 41)))
    ticks: int = 0


def make_state() -> State:
    return State()


def view(app: App[State]) -> Widget:
    def tick() -> None:
        app.set_state(lambda s: setattr(s, "ticks", s.ticks + 1))

    @app.on_start
    def start() -> None:
        app.every(0.2, tick)

    def row(number: int) -> Widget:
        def first() -> None:
            app.set_state(lambda s: s.rows.insert(0, s.rows.pop(s.rows.index(number))))

        return Column(
            key=number,
            children=[
                Input(semantics=Semantics(label=f"Row {number}"), on_submit=first),
            ],
        )

    return Column(
        children=[
            Text(content=f"Ticks: {app.state.ticks}"),
            Button(label="Last first", on_click=lambda: app.set_state(_last_first)),
            ScrollView(
                style=Style(height=200),
                semantics=Semantics(label="Rows"),
                children=[row(number) for number in app.state.rows],
            ),
        ],
    )


def _last_first(state: State) -> None:
    state.rows.insert(0, state.rows.pop())
