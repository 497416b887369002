"""An app whose first view fails."""

from __future__ import annotations

from tempestweb_wasm import App, Widget


def make_state() -> None:
    return None


def view(app: App[None]) -> Widget:
    raise RuntimeError("the first view gave up")
