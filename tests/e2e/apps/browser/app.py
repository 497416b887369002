"""Asks the browser itself, as an app can that only ever runs in one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tempestweb_wasm import App, Button, Column, Text, Widget


def make_state() -> list[str]:
    return []


def view(app: App[list[str]]) -> Widget:
    def ask() -> None:
        js: Any = import_module("js")
        said = [js.navigator.language, js.location.pathname, js.performance.timeOrigin > 0]
        app.replace([str(one) for one in said])

    return Column(
        children=[
            Button(label="Ask", on_click=ask),
            Text(content=" ".join(app.state) or "nothing yet"),
        ]
    )
