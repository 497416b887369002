"""The state of the table, the same for every way to show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

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


def label_of(number: int) -> str:
    """Return the label that every target gives to the row *number*."""
    return f"{SIZES[number % 10]} {COLOURS[number % 11]} {THINGS[number % 9]}"


class Line(NamedTuple):
    """One row. It never changes in place, so that a row on the page can be kept."""

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
        self.lines[::10] = [Line(id_, f"{label} !!!") for id_, label in self.lines[::10]]

    def swap(self) -> None:
        if len(self.lines) > 998:
            self.lines[1], self.lines[998] = self.lines[998], self.lines[1]

    def select(self, line: Line) -> None:
        self.selected = line.id

    def remove(self, line: Line) -> None:
        self.lines.remove(line)


def make_state() -> Table:
    return Table()
