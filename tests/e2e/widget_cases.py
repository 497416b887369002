"""Widgets of every type with many props, for the tests that compare HTML with the client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from typing import Any

from tempestweb_wasm import (
    Button,
    Card,
    Checkbox,
    Column,
    Container,
    DatePicker,
    Divider,
    Dropdown,
    FilePicker,
    Form,
    FormField,
    Grid,
    Heading,
    Icon,
    IconButton,
    Image,
    Input,
    Link,
    Option,
    ProgressBar,
    RadioGroup,
    Row,
    ScrollView,
    Semantics,
    Slider,
    Slot,
    Spacer,
    Spinner,
    Stack,
    Style,
    Switch,
    Text,
    TextArea,
    Widget,
    Wrap,
)

NASTY = "<b>&amp;\"'</b></span>\u00a0é\u2028 \t x"
OPTIONS = ["", "a", "b", Option(value="c", label="<C>", disabled=True), Option(value="d")]
BOXES = (Column, Row, Container, Stack, Wrap, Grid, Card, ScrollView, Form)

# For each type: each prop with the values to try. They are combined, two props at a time.
PROPS: Mapping[type[Widget], Mapping[str, tuple[Any, ...]]] = {
    Text: {"content": ("", "x", NASTY, "\n a\n", "  ")},
    Heading: {"content": ("x", NASTY), "level": (1, 2, 6)},
    Link: {
        "content": ("", NASTY),
        "href": ("https://a.test/?a=1&b=2", "assets/a b.pdf", "mailto:a@b.c", "#here"),
        "external": (False, True),
    },
    Button: {
        "label": ("", NASTY),
        "type": ("button", "submit"),
        "variant": ("outline", "ghost"),
        "size": ("sm", "lg"),
        "color_scheme": ("danger",),
    },
    IconButton: {"icon": ("add", "check"), "label": ("Add", NASTY), "size": ("sm",)},
    ScrollView: {"direction": ("horizontal",)},
    Divider: {"vertical": (True,)},
    Card: {"variant": ("elevated",)},
    Image: {
        "src": ("assets/a.png", "data:image/gif;base64,R0lGODlhAQABAAAAACw="),
        "alt": ("", NASTY),
        "fit": ("cover",),
        "lazy": (True,),
    },
    Icon: {"name": ("check", "warning"), "label": ("", NASTY), "size": ("lg",)},
    Input: {
        "value": ("", "x", NASTY, "line\nbreak", "0123456789"),
        "type": ("password", "email", "number"),
        "placeholder": (NASTY,),
        "max_length": (4,),
        "pattern": ('[a-z"]+',),
        "required": (True,),
        "read_only": (True,),
        "autocomplete": ("off",),
        "autofocus": (True,),
    },
    TextArea: {
        "value": ("", "x", "\n\nx\n", "\r\ny", "</textarea><script>"),
        "rows": (7,),
        "required": (True,),
        "read_only": (True,),
    },
    Checkbox: {"label": (NASTY,), "checked": (None, True, False), "required": (True,)},
    Switch: {"label": (NASTY,), "checked": (None, True, False), "required": (True,)},
    RadioGroup: {
        "options": (OPTIONS[1:], ["a", "b"]),
        "value": ("a", "c", "gone"),
        "label": (NASTY,),
        "direction": ("horizontal",),
        "required": (True,),
    },
    Dropdown: {
        "options": (OPTIONS, ["a", "b"], []),
        "value": ("", "a", "c", "gone"),
        "placeholder": (NASTY,),
        "required": (True,),
    },
    Slider: {
        "value": (0, 3.5, 250, -1),
        "min_value": (-10.5,),
        "max_value": (10,),
        "step": (0.25, 1e-7),
    },
    DatePicker: {
        "value": (date(2026, 1, 2), ""),
        "min_date": ("2026-01-01",),
        "max_date": (date(2027, 1, 1),),
    },
    FilePicker: {
        "label": (NASTY,),
        "accept": ("image/*,.pdf",),
        "multiple": (True,),
        "required": (True,),
    },
    Form: {"validate": (False, True)},
    ProgressBar: {"value": (0, 0.25, 1), "label": (NASTY,)},
    Spinner: {"label": (NASTY,), "size": ("lg",)},
    Slot: {"element_id": ("chart", NASTY)},
}
NEEDED: Mapping[type[Widget], Mapping[str, Any]] = {
    Text: {"content": "x"},
    Heading: {"content": "x"},
    Link: {"href": "/there"},
    Button: {"label": "B"},
    IconButton: {"icon": "add", "label": "Add"},
    Image: {"src": "assets/a.png"},
    Icon: {"name": "check"},
    RadioGroup: {"options": OPTIONS[1:]},
    Dropdown: {"options": OPTIONS},
    Slot: {"element_id": "chart", "child": Text(content="in")},
}
COMMON: Mapping[str, tuple[Any, ...]] = {
    "semantics": (
        Semantics(label=NASTY),
        Semantics(role="note", hint="h"),
        Semantics(label="n", role="status"),
    ),
    "disabled": (True,),
    "tooltip": (NASTY,),
    "attrs": (
        {"data-a": NASTY, "aria-live": "polite", "tabindex": -1, "hidden": True, "data-b": 1.5},
        {"id": "own", "lang": "fr", "aria-busy": True},
    ),
    "style": (Style(gap=8, padding=4),),
}
KINDS = tuple(dict.fromkeys([*PROPS, *BOXES, Spacer, FormField]))


def cases() -> Iterator[Widget]:
    """Yield a widget for each case; equal trees may come twice."""
    for kind in KINDS:
        yield from _of(kind)
    yield from fields()
    yield from nested()


def _of(kind: type[Widget]) -> Iterator[Widget]:
    if kind is FormField:
        return
    props = {**PROPS.get(kind, {}), **COMMON}
    needed: Mapping[str, Any] = NEEDED.get(kind, {})
    if kind in BOXES:
        needed = {"children": [Text(content="in"), Text(content="it")]}
    if kind is Container:
        needed = {"child": Text(content="in")}
    yield kind(**needed)
    for name, values in props.items():
        for value in values:
            yield kind(**{**needed, name: value})
    for one, other in product(props, props):
        if one < other:
            yield kind(**{**needed, one: props[one][-1], other: props[other][0]})


def fields() -> Iterator[Widget]:
    """Yield fields around every kind of control."""
    controls: tuple[Widget, ...] = (
        Input(value="x", required=True),
        TextArea(),
        Checkbox(label="c"),
        Switch(label="s"),
        RadioGroup(options=["a", "b"], value="b", label="own"),
        RadioGroup(options=["a"], semantics=Semantics(label="said")),
        Dropdown(options=["a"]),
        Slider(value=3),
        DatePicker(),
        FilePicker(label="Pick"),
        Text(content="no control"),
        Column(
            children=[Text(content="deep"), Input(attrs={"id": "given", "data-x": "1"}), Input()]
        ),
    )
    notes: tuple[tuple[str, str | None, str | None], ...] = (
        ("", None, None),
        ("L", NASTY, "no"),
        ("", None, "bad"),
    )
    for control, required, (label, hint, error) in product(controls, (True, False), notes):
        yield FormField(
            name="n", label=label, hint=hint, error=error, child=control, required=required
        )


def nested() -> Iterator[Widget]:
    """Yield trees."""
    yield Link(href="/x", child=Row(children=[Text(content="child"), Icon(name="check")]))
    yield Form(
        children=[
            FormField(name="a", label="A", child=Input(autofocus=True)),
            FormField(name="b", child=FormField(name="c", label="C", child=Input())),
            Row(children=[RadioGroup(options=["x", "y"]), RadioGroup(options=["x"], label="r")]),
            Button(label="Go", type="submit"),
        ]
    )
    yield Column(children=[], style=Style(hover=Style(opacity=0.5), gap=3))
    yield Column(children=[Column(key=n, children=[Text(key="t", content=str(n))]) for n in "abc"])
