"""For the tests of what is shown, and done, before Python is up."""

from __future__ import annotations

from dataclasses import dataclass, field

from tempestweb_wasm import (
    App,
    Button,
    Column,
    Context,
    Form,
    FormField,
    Input,
    Link,
    Row,
    Style,
    Switch,
    Text,
    TextArea,
    Widget,
    on,
)


@dataclass
class State:
    locale: str = "en"
    rows: list[str] = field(default_factory=lambda: ["a", "b", "c"])
    count: int = 0
    typed: str = ""
    shouted: str = ""
    late: str = ""
    log: list[str] = field(default_factory=list)


def make_state(ctx: Context) -> State:
    state = State(locale=ctx.locale)
    if "stored" in ctx.query:
        state.rows = ctx.query["stored"].split(",")
    if "broken" in ctx.query:
        raise RuntimeError("nothing is stored")
    return state


def view(app: App[State]) -> Widget:
    state = app.state

    def note(text: str) -> None:
        app.set_state(lambda s: s.log.append(text))

    def add() -> None:
        app.set_state(lambda s: setattr(s, "count", s.count + 1))
        note("add")

    def typed(value: str) -> None:
        app.set_state(lambda s: setattr(s, "typed", value))
        note(f"typed {value}")

    def shout(value: str) -> None:
        app.set_state(lambda s: setattr(s, "shouted", value.upper()))

    def later(value: str) -> None:
        app.set_state(lambda s: setattr(s, "late", value))
        note(f"late {value}")

    def remove(row: str) -> None:
        app.set_state(lambda s: s.rows.remove(row))
        note(f"removed {row}")

    return Column(
        style=Style(gap=8),
        children=[
            Text(content=f"locale {state.locale}"),
            Text(content=f"Count: {state.count}", key="count"),
            Button(label="Add", on_click=add),
            Input(
                value=state.typed, on_change=lambda e: typed(e.value), attrs={"aria-label": "Typed"}
            ),
            Input(
                value=state.shouted,
                on_change=lambda e: shout(e.value),
                attrs={"aria-label": "Shouted"},
            ),
            Input(
                value=state.late,
                on_change=on(lambda e: later(e.value), debounce=1_000),
                attrs={"aria-label": "Late"},
            ),
            TextArea(attrs={"aria-label": "Free"}),
            Switch(label="Switch", on_change=lambda e: note(f"switch {e.checked}")),
            Form(
                on_submit=lambda e: note(f"sent {e.values['name']}"),
                children=[
                    FormField(name="name", label="Name", child=Input()),
                    Button(label="Send", type="submit"),
                ],
            ),
            Link(
                href="?elsewhere",
                content="Follow",
                on_click=on(lambda: note("followed"), prevent=True),
            ),
            Column(
                key="rows",
                children=[
                    Row(
                        key=row,
                        children=[
                            Text(content=f"row {row}"),
                            Button(label=f"Remove {row}", on_click=lambda row=row: remove(row)),
                        ],
                    )
                    for row in state.rows
                ],
            ),
            Text(key="log", content=f"log {'; '.join(state.log)}"),
            Text(key="end", content="The end", style=Style(margin=(1500, 0, 0, 0))),
        ],
    )
