"""The table as a first version of an app would be written: every row is built anew each time."""

from __future__ import annotations

from collections.abc import Callable

from tempestweb_wasm import App, Button, Column, Row, Style, Text, Widget, Wrap

from .state import Line, Table, make_state

__all__ = ["make_state", "view"]

SELECTED = Style(background="#dbeafe")


def view(app: App[Table]) -> Widget:
    state = app.state

    def button(label: str, change: Callable[[Table], None]) -> Widget:
        return Button(label=label, on_click=lambda: app.set_state(change))

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
        key=line.id,
        style=SELECTED if selected else None,
        children=[
            Text(content=str(line.id)),
            Button(label=line.label, on_click=lambda: app.set_state(lambda s: s.select(line))),
            Button(label="×", on_click=lambda: app.set_state(lambda s: s.remove(line))),
        ],
    )
