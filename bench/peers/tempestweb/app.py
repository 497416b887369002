"""The table on tempestweb 0.141.1: what ``bench/apps/plain.py`` is for ours.

The peer has no memoised rows; events find a widget by a key that is unique in the app.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

# It is installed where the app runs, and nowhere else.
from tempest_core import (  # type: ignore[import-not-found]
    App,
    Button,
    Color,
    Column,
    Row,
    Style,
    Text,
    Widget,
    Wrap,
)

SIZES = ("tiny", "small", "compact", "large", "huge", "long", "tall", "wide", "narrow", "round")
COLOURS = (
    "red",
    "yellow",
    "blue",
    "green",
    "pink",
    "brown",
    "purple",
    "white",
    "black",
    "teal",
    "grey",
)
THINGS = ("table", "chair", "desk", "sofa", "lamp", "clock", "shelf", "mirror", "basket")

SELECTED = Style(background=Color(r=219, g=234, b=254))


def label_of(number: int) -> str:
    return f"{SIZES[number % 10]} {COLOURS[number % 11]} {THINGS[number % 9]}"


@dataclass(slots=True)
class Line:
    id: int
    label: str


@dataclass
class Table:
    lines: list[Line] = field(default_factory=list)
    selected: int | None = None
    ids: count[int] = field(default_factory=lambda: count(1))

    def create(self, rows: int) -> None:
        self.lines = []
        self.selected = None
        self.append(rows)

    def append(self, rows: int) -> None:
        ids = [next(self.ids) for _ in range(rows)]
        self.lines += [Line(number, label_of(number)) for number in ids]

    def update(self) -> None:
        for line in self.lines[::10]:
            line.label += " !!!"

    def swap(self) -> None:
        if len(self.lines) > 998:
            self.lines[1], self.lines[998] = self.lines[998], self.lines[1]

    def select(self, line: Line) -> None:
        self.selected = line.id

    def remove(self, line: Line) -> None:
        self.lines.remove(line)


def make_state() -> Table:
    return Table()


def view(app: App[Table]) -> Widget:
    state = app.state

    def button(label: str, change: Callable[[Table], None]) -> Widget:
        return Button(key=label, label=label, on_click=lambda: app.set_state(change))

    return Column(
        children=[
            Wrap(
                children=[
                    button("Create 1,000 rows", lambda s: s.create(1_000)),
                    button("Create 100 rows", lambda s: s.create(100)),
                    button("Create 10,000 rows", lambda s: s.create(10_000)),
                    button("Append 1,000 rows", lambda s: s.append(1_000)),
                    button("Update every 10th row", Table.update),
                    button("Swap rows", Table.swap),
                    button("Clear", lambda s: s.create(0)),
                ]
            ),
            Column(children=[row(app, line, line.id == state.selected) for line in state.lines]),
        ]
    )


def row(app: App[Table], line: Line, selected: bool) -> Widget:
    return Row(
        key=str(line.id),
        style=SELECTED if selected else None,
        children=[
            Text(content=str(line.id)),
            Button(
                key=f"select {line.id}",
                label=line.label,
                on_click=lambda: app.set_state(lambda s: s.select(line)),
            ),
            Button(
                key=f"remove {line.id}",
                label="×",
                on_click=lambda: app.set_state(lambda s: s.remove(line)),
            ),
        ],
    )
