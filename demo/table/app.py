"""A large table: the operations of js-framework-benchmark, on keyed rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random

from tempestweb_wasm import (
    App,
    Button,
    Color,
    Column,
    For,
    Heading,
    Row,
    Semantics,
    Style,
    Text,
    Widget,
    Wrap,
    component,
)

SIZES = ("tiny", "small", "compact", "large", "huge", "long", "tall", "wide", "narrow", "round")
COLOURS = ("red", "yellow", "blue", "green", "pink", "brown", "purple", "white", "black", "teal")
THINGS = ("table", "chair", "desk", "sofa", "lamp", "clock", "shelf", "mirror", "basket", "kettle")

ID = Style(width=48, shrink=0, text_align="right", color=Color.token("muted"))
LABEL = Style(grow=1, shrink=1, justify="start", text_align="start")
SELECTED = Style(background=Color.token("sunken"), radius=10)


@dataclass(frozen=True, slots=True)
class Line:
    """Frozen: a row is looked at again only when its line is another one."""

    id: int
    label: str


@dataclass
class Table:
    lines: list[Line] = field(default_factory=list)
    selected: int | None = None
    ids: count[int] = field(default_factory=lambda: count(1))
    random: Random = field(default_factory=Random)

    def _make(self, number: int) -> list[Line]:
        pick = self.random.choice
        return [
            Line(next(self.ids), f"{pick(SIZES)} {pick(COLOURS)} {pick(THINGS)}")
            for _ in range(number)
        ]

    def create(self, number: int) -> None:
        self.lines = self._make(number)
        self.selected = None

    def append(self) -> None:
        self.lines += self._make(1000)

    def update(self) -> None:
        for at in range(0, len(self.lines), 10):
            line = self.lines[at]
            self.lines[at] = replace(line, label=f"{line.label} !!!")

    def swap(self) -> None:
        if len(self.lines) > 998:
            self.lines[1], self.lines[998] = self.lines[998], self.lines[1]

    def clear(self) -> None:
        self.create(0)

    def select(self, number: int) -> None:
        self.selected = number

    def remove(self, number: int) -> None:
        self.lines = [line for line in self.lines if line.id != number]


def make_state() -> Table:
    return Table()


def view(app: App[Table]) -> Widget:
    state = app.state

    def button(key: str, label: str, change: Callable[[Table], None]) -> Widget:
        return Button(
            key=key, label=label, variant="outline", on_click=lambda: app.set_state(change)
        )

    return Column(
        children=[
            Heading(content="Table"),
            Wrap(
                children=[
                    button("run", "Create 1,000 rows", lambda s: s.create(1_000)),
                    button("runlots", "Create 10,000 rows", lambda s: s.create(10_000)),
                    button("add", "Append 1,000 rows", Table.append),
                    button("update", "Update every 10th row", Table.update),
                    button("swaprows", "Swap rows", Table.swap),
                    button("clear", "Clear", Table.clear),
                ]
            ),
            Text(key="size", content=f"{len(state.lines):,} rows"),
            Column(
                key="lines",
                style=Style(gap=0),
                children=For(
                    state.lines,
                    key=lambda line: line.id,
                    render=lambda line, selected: row(app, line, selected),
                    selected=state.selected,
                ),
            ),
        ]
    )


@component
def row(app: App[Table], line: Line, selected: bool) -> Widget:
    return Row(
        style=SELECTED if selected else None,
        children=[
            Text(content=str(line.id), style=ID),
            Button(
                label=line.label,
                variant="ghost",
                style=LABEL,
                on_click=app.bind(Table.select, line.id),
            ),
            Button(
                label="×",
                variant="ghost",
                semantics=Semantics(label=f"Remove row {line.id}"),
                on_click=app.bind(Table.remove, line.id),
            ),
        ],
    )
