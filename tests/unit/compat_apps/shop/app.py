# mypy: ignore-errors
"""A shop: components, choices, sliders, styles by enum, imports inside functions."""

from __future__ import annotations

from dataclasses import dataclass, field

import tempest_core.style
from parts import Line, Sale
from tempest_core import (
    AlignItems,
    App,
    Container,
    Divider,
    Dropdown,
    FlexDirection,
    FlexWrap,
    Gradient,
    GradientDirection,
    GradientStop,
    Grid,
    JustifyContent,
    RadioGroup,
    ScrollView,
    SelectEvent,
    Shadow,
    SlideEvent,
    Slider,
    Switch,
    Text,
    ToggleEvent,
    VStack,
    Widget,
)
from tempest_core.core.state import App as SameApp
from tempest_core.widgets.inputs import Checkbox

assert App is SameApp


@dataclass
class State:
    basket: list[str] = field(default_factory=list)
    order: str = "name"
    size: int = 0
    most: float = 50
    gift: bool = False
    express: bool = False


def make_state() -> State:
    return State()


def head(app: App[State]) -> Widget:
    style = tempest_core.style.Style(
        direction=FlexDirection.ROW,
        flex_wrap=FlexWrap.WRAP,
        justify=JustifyContent.SPACE_BETWEEN,
        align=AlignItems.CENTER,
        background=Gradient(
            stops=[
                GradientStop(color=tempest_core.style.Color(r=1, g=2, b=3), position=0.0),
                GradientStop(color=tempest_core.style.Color.from_hex("#ffffff"), position=1.0),
            ],
            direction=GradientDirection.LEFT_RIGHT,
        ),
        shadow=Shadow(blur=4.0, offset_y=2.0),
    )
    return Container(style=style, child=Text(content=", ".join(app.state.basket) or "Empty"))


def choices(app: App[State]) -> list[Widget]:
    def order(event: SelectEvent) -> None:
        app.set_state(lambda s: setattr(s, "order", f"{event.value} at {event.index}"))

    def size(index: int) -> None:
        app.set_state(lambda s: setattr(s, "size", index))

    async def most(event: SlideEvent) -> None:
        app.set_state(lambda s: setattr(s, "most", event.value))

    def gift(event: ToggleEvent) -> None:
        app.set_state(lambda s: setattr(s, "gift", event.checked))

    def express(event: ToggleEvent) -> None:
        # No set_state with a function: changed in place, then asked to render.
        app.state.express = event.checked
        app.request_rebuild()

    return [
        Dropdown(options=["name", "price"], value=None, on_select=order, key="order"),
        RadioGroup(options=["S", "M", "L"], selected=app.state.size, on_select=size, key="size"),
        Slider(value=app.state.most, max_value=200.0, step=1.0, on_change=most, key="most"),
        Checkbox(label="Gift", checked=app.state.gift, on_change=gift, key="gift"),
        Switch(label="Express", checked=app.state.express, on_change=express, key="express"),
    ]


def view(app: App[State]) -> Widget:
    def buy(title: str) -> None:
        from tempestweb._core.style import Edge  # at the time of the click

        app.set_state(lambda s: s.basket.append(f"{title} {Edge.all(1).top:g}"))

    state = app.state
    summary = f"{state.order}; {state.size}; {state.most:g}; {state.gift}; {state.express}"
    return VStack(
        gap="lg",
        children=[
            head(app),
            Divider(thickness=2.0),
            Grid(columns=3, gap="xs", children=choices(app)),
            Text(content=summary, key="summary"),
            ScrollView(
                horizontal=True,
                children=[
                    Line(title="Pen", cents=120, on_buy=lambda: buy("Pen"), key="pen"),
                    Sale(
                        title="Ink",
                        cents=999,
                        tags=["new"],
                        on_buy=lambda: buy("Ink"),
                        on_drop=lambda: app.set_state(lambda s: s.basket.clear()),
                        key="ink",
                    ),
                ],
            ),
        ],
    )
