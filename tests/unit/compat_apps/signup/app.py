# mypy: ignore-errors
"""A form, by the names that tempestweb carried inside itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from tempestweb._core import (
    App,
    Column,
    DateChangeEvent,
    FileSelectEvent,
    Semantics,
    SubmitEvent,
    TextChangeEvent,
    Widget,
)
from tempestweb._core.style import Border, Corners, Edge, SideBorder, Style
from tempestweb._core.widgets import (
    Button,
    DatePicker,
    FilePicker,
    Form,
    FormField,
    Icon,
    Image,
    ImageFit,
    Input,
    KeyboardType,
    ProgressBar,
    Spinner,
    Stack,
    Text,
    TextArea,
    Tooltip,
    Wrap,
)
from tempestweb.components import text_button
from tempestweb.icons import Icons


@dataclass
class State:
    email: str = ""
    note: str = ""
    born: str = ""
    file: str = ""
    sent: dict[str, str] = field(default_factory=dict)


def make_state() -> State:
    return State()


def fields(app: App[State]) -> list[FormField]:
    def email(event: TextChangeEvent) -> None:
        app.set_state(lambda s: setattr(s, "email", event.value))

    wrong = "" if "@" in app.state.email or not app.state.email else "no @ in it"
    return [
        FormField(
            name="email",
            label="Email",
            error=wrong,
            child=Input(
                value=app.state.email,
                placeholder="you@example.org",
                keyboard=KeyboardType.EMAIL,
                on_change=email,
                key="email",
            ),
        ),
        FormField(
            name="password",
            label="Password",
            child=Input(secure=True, max_length=64, key="password"),
        ),
        FormField(name="code", child=Input(error=wrong, keyboard=KeyboardType.NUMBER, key="code")),
    ]


def more(app: App[State]) -> list[Widget]:
    def note(event: TextChangeEvent) -> None:
        app.set_state(lambda s: setattr(s, "note", event.value))

    def born(event: DateChangeEvent) -> None:
        app.set_state(lambda s: setattr(s, "born", event.value))

    async def picked(event: FileSelectEvent) -> None:
        text = await event.files[0].text()
        app.set_state(lambda s: setattr(s, "file", f"{event.name}: {text}"))

    return [
        TextArea(value=app.state.note, rows=4, on_change=note, key="note"),
        DatePicker(label="Born", value=app.state.born, on_change=born, key="born"),
        FilePicker(label="Add a photo", on_select=picked, key="photo"),
        Wrap(
            children=[
                Icon(name=Icons.X, size=20.0),
                Icon(name="account_circle"),
                Tooltip(message="Go on", child=text_button("Next", lambda: None, key="next")),
            ]
        ),
        Stack(
            children=[
                Image(src="assets/me.png", alt="Me", fit=ImageFit.COVER),
                Spinner(size=24.0),
                ProgressBar(indeterminate=True),
                ProgressBar(value=0.5),
            ]
        ),
    ]


def view(app: App[State]) -> Widget:
    def submit(event: SubmitEvent) -> None:
        app.set_state(lambda s: s.sent.update(event.values))

    return Column(
        style=Style(
            padding=Edge.symmetric(vertical=8, horizontal=16),
            border=SideBorder(bottom=Border(width=1.0)),
            radius=Corners(top_left=4.0),
        ),
        children=[
            Form(fields=fields(app), on_submit=submit, key="form"),
            *more(app),
            Text(content=f"{app.state.note}|{app.state.born}|{app.state.file}", key="summary"),
            Text(content=", ".join(f"{k}={v}" for k, v in sorted(app.state.sent.items())), key="s"),
            Button(label="×", semantics=Semantics(label="Close"), key="close"),
        ],
    )
