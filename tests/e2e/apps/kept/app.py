"""An app that keeps its state, and can be told to die."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module

from tempestweb_wasm import App, Button, Column, Input, Text, TextChangeEvent, Widget

persist = True


@dataclass
class State:
    count: int = 0
    names: list[str] = field(default_factory=list)
    draft: str = ""


def make_state() -> State:
    return State()


def view(app: App[State]) -> Widget:
    state = app.state

    def add(state: State) -> None:
        state.count += 1
        state.names.append(state.draft)

    def typed(event: TextChangeEvent) -> None:
        app.set_state(lambda s: setattr(s, "draft", event.value))

    def end() -> None:
        import_module("js").close()

    def stick() -> None:
        request = import_module("js").XMLHttpRequest.new()
        request.open("GET", "/never", False)
        request.send()

    return Column(
        children=[
            Text(content=f"Count: {state.count}"),
            Text(content=f"Names: {', '.join(state.names)}"),
            Input(placeholder="Draft", value=state.draft, on_change=typed),
            Button(label="Add", on_click=app.bind(add)),
            Button(label="End", on_click=end),
            Button(label="Stick", on_click=stick),
        ]
    )
