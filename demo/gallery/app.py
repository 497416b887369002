"""Every widget, by family. Light and dark follow the system; no colour is set here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from tempestweb_wasm import (
    App,
    Button,
    Card,
    Column,
    Container,
    Divider,
    Grid,
    Heading,
    Icon,
    IconButton,
    Image,
    Link,
    ProgressBar,
    Row,
    ScrollView,
    Semantics,
    Spacer,
    Spinner,
    Stack,
    Style,
    Text,
    Widget,
    Wrap,
    native,
)
from tempestweb_wasm.widgets.buttons import ButtonVariant, ColorScheme

from .fields import Fields, fields, forms

VARIANTS: tuple[ButtonVariant, ...] = get_args(ButtonVariant)
COLOURS: tuple[ColorScheme, ...] = get_args(ColorScheme)
ICONS = (
    "add remove check close edit delete search settings home user info warning error star heart "
    "download upload copy link calendar clock eye filter refresh mail phone lock sun moon play"
)
LANDSCAPE = (
    "data:image/svg+xml,"
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 320 160'%3E"
    "%3Crect width='320' height='160' fill='%23bfe3ff'/%3E"
    "%3Ccircle cx='250' cy='42' r='22' fill='%23ffd257'/%3E"
    "%3Cpath d='M0 120 90 50l80 70 60-40 90 60v20H0z' fill='%234b8f6b'/%3E"
    "%3Cpath d='M0 160v-24l110-26 210 40v10z' fill='%232f6b4f'/%3E%3C/svg%3E"
)


@dataclass
class Gallery(Fields):
    said: str = "Nothing pressed yet"
    step: int = 4
    told: str = "Nothing asked of the browser yet"

    def say(self, what: str) -> None:
        self.said = f"Pressed: {what}"

    def go(self, by: int) -> None:
        self.step = min(10, max(0, self.step + by))


def make_state() -> Gallery:
    return Gallery()


def view(app: App[Gallery]) -> Widget:
    return Column(
        children=[
            Heading(key="top", content="Gallery"),
            Text(content="Every widget with the default theme, which follows the system."),
            *(section(title, make(app)) for title, make in SECTIONS.items()),
        ]
    )


def section(title: str, children: list[Widget]) -> Widget:
    return Card(
        key=title,
        attrs={"id": title.lower()},
        children=[Heading(content=title, level=2), *children],
    )


def texts(app: App[Gallery]) -> list[Widget]:
    return [
        *(Heading(content=f"Heading of level {n}", level=n) for n in (3, 4, 5, 6)),
        Text(content="A text keeps\nits line breaks."),
        Wrap(
            children=[
                Link(content="Down to the fields", href="#fields"),
                Link(content="To another site", href="https://example.org/", external=True),
                Link(href="#pictures", child=Icon(name="star", label="Down to the pictures")),
            ]
        ),
    ]


def buttons(app: App[Gallery]) -> list[Widget]:
    def press(what: str) -> Callable[[], None]:
        return lambda: app.set_state(lambda s: s.say(what))

    return [
        Text(key="said", content=app.state.said, attrs={"aria-live": "polite"}),
        Wrap(children=[Button(label=v, variant=v, on_click=press(v)) for v in VARIANTS]),
        Wrap(
            children=[
                Button(label=colour, color_scheme=colour, on_click=press(colour))
                for colour in COLOURS
            ]
        ),
        Wrap(
            children=[
                Button(label="Small", size="sm", on_click=press("small")),
                Button(label="Medium", on_click=press("medium")),
                Button(label="Large", size="lg", on_click=press("large")),
                Button(label="Disabled", disabled=True),
            ]
        ),
        Wrap(
            children=[
                IconButton(
                    icon="edit", label="Edit", tooltip="Edit it", on_click=press("the pencil")
                ),
                IconButton(icon="delete", label="Delete", color_scheme="danger"),
                IconButton(icon="add", label="Add", variant="solid", on_click=press("the plus")),
                IconButton(icon="refresh", label="Refresh", variant="outline", size="lg"),
            ]
        ),
    ]


def layout(app: App[Gallery]) -> list[Widget]:
    def box(text: str) -> Widget:
        return Card(variant="filled", children=[Text(content=text)])

    return [
        Heading(content="Row with a spacer", level=3),
        Row(children=[box("Left"), Spacer(), box("Right")]),
        Heading(content="Wrap", level=3),
        Wrap(children=[box(f"Box {n}") for n in range(1, 9)]),
        Heading(content="Grid", level=3),
        Grid(min_column_width=120, children=[box(f"Cell {n}") for n in range(1, 7)]),
        Heading(content="Stack", level=3),
        Stack(
            style=Style(stack_align="bottom-end"),
            children=[
                Image(src=LANDSCAPE, style=Style(width="100%")),
                Container(style=Style(padding=12), child=box("In front")),
            ],
        ),
        Heading(content="Scroll view", level=3),
        ScrollView(
            style=Style(max_height=140),
            semantics=Semantics(label="Twenty lines", role="region"),
            children=[Text(content=f"Line {n}") for n in range(1, 21)],
        ),
        Heading(content="Cards and dividers", level=3),
        Grid(
            min_column_width=160,
            children=[
                Card(children=[Text(content="Outline")]),
                Card(variant="elevated", children=[Text(content="Elevated")]),
                Card(variant="filled", children=[Text(content="Filled")]),
            ],
        ),
        Divider(),
        Row(children=[Text(content="One"), Divider(vertical=True), Text(content="Two")]),
    ]


def pictures(app: App[Gallery]) -> list[Widget]:
    return [
        Image(src=LANDSCAPE, alt="Hills under a low sun", style=Style(width="100%")),
        Wrap(
            key="icons",
            children=[Icon(name=name, label=name.capitalize()) for name in ICONS.split()],
        ),
        Row(
            children=[
                Icon(name="heart", size="sm"),
                Icon(name="heart"),
                Icon(name="heart", size="lg"),
                Text(content="Small, medium, large"),
            ]
        ),
    ]


def progress(app: App[Gallery]) -> list[Widget]:
    step = app.state.step
    return [
        Row(
            children=[
                IconButton(
                    key="back",
                    icon="remove",
                    label="Less",
                    disabled=step == 0,
                    on_click=lambda: app.set_state(lambda s: s.go(-1)),
                ),
                ProgressBar(key="bar", value=step / 10, label="Progress"),
                IconButton(
                    key="forth",
                    icon="add",
                    label="More",
                    disabled=step == 10,
                    on_click=lambda: app.set_state(lambda s: s.go(1)),
                ),
            ]
        ),
        ProgressBar(label="Nobody knows how long"),
        Row(
            children=[
                Spinner(size="sm", label="Loading, small"),
                Spinner(),
                Spinner(size="lg", label="Loading, large"),
            ]
        ),
    ]


def browser(app: App[Gallery]) -> list[Widget]:
    def told(what: str) -> None:
        app.set_state(lambda s: setattr(s, "told", what))

    async def copy() -> None:
        try:
            await native.clipboard.write_text(app, app.state.said)
            told("Copied what was pressed last")
        except native.NativeError as error:
            told(f"Not copied: {error}")

    async def measure() -> None:
        screen = await native.screen.get(app)
        told(f"{screen.width} by {screen.height}, {'dark' if screen.dark else 'light'}")

    return [
        Text(key="told", content=app.state.told, attrs={"aria-live": "polite"}),
        Wrap(
            children=[
                Button(key="copy", label="Copy", on_click=copy),
                Button(key="measure", label="Measure the window", on_click=measure),
                Button(label="To the top", on_click=lambda: native.page.scroll_to(app, "top")),
                Button(label="Reload the page", on_click=lambda: native.page.reload(app)),
            ]
        ),
    ]


SECTIONS: dict[str, Callable[[App[Gallery]], list[Widget]]] = {
    "Text": texts,
    "Buttons": buttons,
    "Layout": layout,
    "Pictures": pictures,
    "Fields": fields,
    "Forms": forms,
    "Progress": progress,
    "Browser": browser,
}
