"""The gallery's fields and its form: a part of an app may live in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tempestweb_wasm import (
    App,
    Button,
    Checkbox,
    DatePicker,
    Dropdown,
    FilePicker,
    FileSelectEvent,
    Form,
    FormField,
    Input,
    Option,
    RadioGroup,
    Slider,
    Switch,
    Text,
    TextArea,
    Widget,
    on,
)

SIZES: list[str | Option] = ["Small", "Medium", Option("Large", "Large (sold out)", disabled=True)]
CITIES = [Option("ber", "Berlin"), Option("lag", "Lagos"), Option("sao", "São Paulo")]


@dataclass
class Fields:
    name: str = "Ada"
    heard: str = ""
    note: str = ""
    ticked: bool = True
    switched: bool = False
    size: str = "Medium"
    city: str | None = None
    volume: float = 30
    day: date | None = None
    files: str = ""
    sent: str = ""

    def put(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)


def put(app: App[Any], **values: Any) -> None:
    app.set_state(lambda s: s.put(**values))


def fields(app: App[Any]) -> list[Widget]:
    return [*texts(app), *choices(app), *pickers(app)]


def texts(app: App[Any]) -> list[Widget]:
    state: Fields = app.state
    return [
        FormField(
            label="Input",
            hint=f"Hello, {state.name}!",
            child=Input(key="name", value=state.name, on_change=lambda e: put(app, name=e.value)),
        ),
        FormField(
            label="Input that waits for a pause",
            hint=f"Heard: {state.heard}" if state.heard else None,
            child=Input(
                key="heard",
                type="search",
                on_change=on(lambda e: put(app, heard=e.value), debounce=300),
            ),
        ),
        FormField(
            label="Text area",
            hint=f"{len(state.note)} of 200 characters",
            child=TextArea(
                key="note",
                value=state.note,
                max_length=200,
                on_change=lambda e: put(app, note=e.value),
            ),
        ),
        Input(value="Disabled", disabled=True, attrs={"aria-label": "Disabled input"}),
    ]


def choices(app: App[Any]) -> list[Widget]:
    state: Fields = app.state
    return [
        Checkbox(
            key="ticked",
            label="Checkbox",
            checked=state.ticked,
            on_change=lambda e: put(app, ticked=e.checked),
        ),
        Switch(
            key="switched",
            label="Switch",
            checked=state.switched,
            on_change=lambda e: put(app, switched=e.checked),
        ),
        RadioGroup(
            key="size",
            label="Radio group",
            options=SIZES,
            value=state.size,
            direction="horizontal",
            on_change=lambda e: put(app, size=e.value),
        ),
        FormField(
            label="Dropdown",
            child=Dropdown(
                key="city",
                options=CITIES,
                value=state.city,
                placeholder="Choose a city",
                on_change=lambda e: put(app, city=e.value),
            ),
        ),
    ]


def pickers(app: App[Any]) -> list[Widget]:
    state: Fields = app.state

    async def read(event: FileSelectEvent) -> None:
        sizes = [f"{file.name}: {len(await file.read()):,} bytes" for file in event.files]
        put(app, files="; ".join(sizes))

    return [
        FormField(
            label="Slider",
            hint=f"{state.volume:g} %",
            child=Slider(
                key="volume", value=state.volume, on_change=lambda e: put(app, volume=e.value)
            ),
        ),
        FormField(
            label="Date picker",
            hint=f"{state.day:%A}" if state.day else "No day chosen",
            child=DatePicker(key="day", value=state.day, on_change=lambda e: put(app, day=e.date)),
        ),
        FormField(
            label="File picker",
            hint=state.files or "The bytes stay in the browser until they are read",
            child=FilePicker(key="files", label="Choose files", multiple=True, on_select=read),
        ),
    ]


def forms(app: App[Any]) -> list[Widget]:
    return [
        Form(
            key="form",
            on_submit=lambda e: app.set_state(lambda s: s.put(sent=e.values["email"])),
            children=[
                FormField(
                    name="email",
                    label="Email",
                    hint="The browser checks it before Python hears of it",
                    required=True,
                    child=Input(type="email"),
                ),
                FormField(
                    name="code",
                    label="Code",
                    error="This is what an error looks like.",
                    child=Input(value="12"),
                ),
                Button(label="Send", type="submit"),
            ],
        ),
        Text(key="sent", content=f"Sent: {app.state.sent or 'nothing yet'}"),
    ]
