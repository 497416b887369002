"""The table as docs/performance.md says: a row is kept as long as its values are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tempestweb_wasm import App, Button, Column, For, Row, Style, Text, Widget, Wrap, component

from .state import Line, Table, make_state

__all__ = ["make_state", "view"]

SELECTED = Style(background="#dbeafe")


def view(app: App[Table]) -> Widget:
    def button(label: str, change: Callable[..., object], *args: Any) -> Widget:
        return Button(label=label, on_click=app.bind(change, *args))

    return Column(
        children=[
            Wrap(
                children=[
                    button("Create 1,000 rows", Table.create, 1_000),
                    button("Create 100 rows", Table.create, 100),
                    button("Create 10,000 rows", Table.create, 10_000),
                    button("Append 1,000 rows", Table.append, 1_000),
                    button("Update every 10th row", Table.update),
                    button("Swap rows", Table.swap),
                    button("Clear", Table.create, 0),
                ]
            ),
            Column(
                children=For(
                    app.state.lines,
                    key=lambda line: line.id,
                    render=lambda line, selected: row(app, line, selected),
                    selected=app.state.selected,
                )
            ),
        ]
    )


@component
def row(app: App[Table], line: Line, selected: bool) -> Widget:
    return Row(
        style=SELECTED if selected else None,
        children=[
            Text(content=str(line.id)),
            Button(label=line.label, on_click=app.bind(Table.select, line)),
            Button(label="×", on_click=app.bind(Table.remove, line)),
        ],
    )
