# /// script
# [tool.tempestweb]
# runtime = "main"
# ///
"""An app that wants Python on the page's own thread."""

from __future__ import annotations

import os

from tempestweb_wasm import App, Button, Column, Text, Widget


def make_state() -> list[int]:
    return []


def view(app: App[list[int]]) -> Widget:
    return Column(
        children=[
            Text(content=f"Count: {len(app.state)}"),
            Button(label="Add", on_click=lambda: app.set_state(lambda s: s.append(1))),
            Button(label="Abort", on_click=os.abort),
        ]
    )
