"""A box for each field of Style."""

from __future__ import annotations

from dataclasses import dataclass

from tempestweb_wasm import App, Button, Column, Container, Grid, Stack, Style, Text, Widget

from .cases import STATES, styles


@dataclass
class State:
    turned: bool = False


def make_state() -> State:
    return State()


def box(name: str, style: Style) -> Widget:
    attrs = {"data-case": name}
    if name in {"columns", "min_column_width"}:
        return Grid(style=style, attrs=attrs, children=[Text(content="a")])
    if name == "stack_align":
        return Stack(style=style, attrs=attrs, children=[Text(content="a")])
    return Container(style=style, attrs=attrs, child=Text(content="a"))


def view(app: App[State]) -> Widget:
    def turn() -> None:
        app.set_state(lambda s: setattr(s, "turned", not s.turned))

    turned = app.state.turned
    return Column(
        children=[
            *(box(name, style) for name, style in styles().items()),
            *(
                Button(label=name, style=style, disabled=name == "disabled")
                for name, style in STATES.items()
            ),
            Text(
                content="Turned" if turned else "Straight", style=Style(width=50 if turned else 9)
            ),
            Button(label="Turn", on_click=turn),
        ],
    )
