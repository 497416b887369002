"""Boxes that arrange other widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tempestweb_wasm.core.events import Handler, KeyEvent
from tempestweb_wasm.core.widget import Widget, widget
from tempestweb_wasm.style import Style

CardVariant = Literal["outline", "elevated", "filled"]
ScrollDirection = Literal["vertical", "horizontal", "both"]


@widget
class Column(Widget):
    """Children one below the other; ``Style(gap=…, align=…, justify=…)`` arranges them.

    A None among the children is skipped, so a condition can stand in the list::

        Column(children=[
            Heading(content="Basket"),
            Text(content="Nothing here yet") if not app.state.items else None,
        ])
    """

    children: Sequence[Widget | None] = ()


@widget
class Row(Widget):
    """Children side by side, centred on one line; they shrink before they overflow.

    ::

        Row(children=[
            Text(content="Volume"),
            Spacer(),
            Text(content="70 %"),
        ])
    """

    children: Sequence[Widget | None] = ()


@widget
class Container(Widget):
    """A box around one child: room, a border, a background; it can hear keys.

    Keys pressed in anything inside it that does not hear them itself arrive here, so it is
    the place for shortcuts::

        Container(
            style=Style(padding=16, max_width=480),
            on_key=on(close, keys=["Escape"]),
            child=Text(content="Press Escape to close"),
        )
    """

    child: Widget | None = None
    on_key: Handler[KeyEvent] | None = None


@widget
class Stack(Widget):
    """Children on top of each other, the last one in front.

    ``Style(stack_align=…)`` places those that are smaller than the stack::

        Stack(
            style=Style(stack_align="bottom-end"),
            children=[
                Image(src="assets/map.png", alt="Map of the town"),
                Button(label="Centre"),
            ],
        )
    """

    children: Sequence[Widget | None] = ()


@widget
class Wrap(Widget):
    """Children side by side that go on in the next line when there is no more room.

    ::

        Wrap(children=[Button(label=tag, variant="outline") for tag in ("new", "sale", "red")])
    """

    children: Sequence[Widget | None] = ()


@widget
class Grid(Widget):
    """Children in columns of equal width.

    Either a number of ``columns``, or a ``min_column_width`` (pixels, or a CSS length
    such as ``"12rem"``), from which the room decides how many there are::

        Grid(min_column_width=220, children=[
            Card(children=[Text(content=name)]) for name in ("Ada", "Grace", "Lin")
        ])
    """

    columns: int | None = None
    min_column_width: float | str | None = None
    children: Sequence[Widget | None] = ()

    def own_style(self) -> Style | None:
        """The columns, under what the app's own style says."""
        if self.columns is not None:
            return _under(Style(columns=self.columns), self.style)
        if self.min_column_width is not None:
            return _under(Style(min_column_width=self.min_column_width), self.style)
        return self.style

    def problem(self) -> str | None:
        """What is wrong between the props, or None."""
        if self.columns is None:
            return None
        if self.min_column_width is not None:
            return "Grid takes columns or min_column_width, not both"
        if self.columns < 1:
            return f"Grid.columns is {self.columns}; a grid has at least 1"
        return None


@widget
class ScrollView(Widget):
    """A box whose content scrolls when it is larger; it can be scrolled by keyboard.

    It needs a limit in the direction it scrolls in::

        ScrollView(
            style=Style(max_height=240),
            semantics=Semantics(label="Log"),
            children=[Text(content=f"Line {n}") for n in range(100)],
        )

    ``stick="end"`` opens it at its end and keeps it there while more comes, as a chat or a log
    wants it; somebody who has scrolled up to read is not moved. It has one child then::

        ScrollView(
            stick="end",
            style=Style(height=240),
            children=[Column(children=[Text(content=f"Line {n}") for n in range(100)])],
        )
    """

    direction: ScrollDirection = "vertical"
    stick: Literal["end"] | None = None
    children: Sequence[Widget | None] = ()

    def problem(self) -> str | None:
        """What is wrong between the props, or None."""
        if self.stick is None:
            return None
        if self.direction != "vertical":
            return f"ScrollView.stick is for a vertical one, not {self.direction}"
        if len(self.children) > 1:
            # base.css turns the box round, so that its end is where scrolling begins.
            return (
                f"ScrollView(stick={self.stick!r}) has {len(self.children)} children; "
                "put them into one Column"
            )
        return None


@widget
class Spacer(Widget):
    """Takes the room that is left in a row or column, in shares of ``flex``.

    ::

        Row(children=[Text(content="Left"), Spacer(), Text(content="Right")])
    """

    flex: float = 1

    def own_style(self) -> Style | None:
        """Its share of the room, under what the app's own style says."""
        if self.flex == 1:
            return self.style  # what base.css gives every spacer
        return _under(Style(grow=self.flex), self.style)

    def problem(self) -> str | None:
        """What is wrong with the props, or None."""
        return None if self.flex >= 0 else f"Spacer.flex is {self.flex}; it is 0 or more"


@widget
class Divider(Widget):
    """A thin line between things; ``vertical`` in a row.

    ::

        Column(children=[Text(content="Above"), Divider(), Text(content="Below")])
    """

    vertical: bool = False


@widget
class Card(Widget):
    """A framed surface that holds together what belongs together.

    ``variant``: ``"outline"`` (a line around it), ``"elevated"`` (a shadow) or
    ``"filled"`` (a tint)::

        Card(children=[
            Heading(content="Berlin", level=2),
            Text(content="19 °C, light rain"),
        ])
    """

    variant: CardVariant = "outline"
    children: Sequence[Widget | None] = ()


def _under(own: Style, style: Style | None) -> Style:
    """What the widget asks for, with the app's own style on top."""
    return own if style is None else own.merge(style)
