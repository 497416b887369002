"""Every widget against the tables that both languages read, and by its own docstring."""

from __future__ import annotations

import dataclasses
import inspect
import textwrap
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tempestweb_wasm import tables, widgets
from tempestweb_wasm.core import check
from tempestweb_wasm.core.events import on
from tempestweb_wasm.core.widget import COMMON_PROPS, Semantics, Widget
from tempestweb_wasm.style import Style
from tempestweb_wasm.widgets import (
    Button,
    Column,
    DatePicker,
    Dropdown,
    Grid,
    Heading,
    Icon,
    IconButton,
    Input,
    Link,
    Option,
    ProgressBar,
    RadioGroup,
    Row,
    Slider,
    Slot,
    Spacer,
    Text,
    TextArea,
)

ROOT = Path(__file__).parents[2]
NAMES = sorted(tables.load("widgets"))
ISSUE = """
Text Heading Link Button IconButton Column Row Container Stack Wrap Grid ScrollView
Spacer Divider Card Image Icon Input TextArea Checkbox Switch RadioGroup Dropdown Slider DatePicker
FilePicker Form FormField ProgressBar Spinner Slot
"""

REQUIRED: dict[str, dict[str, Any]] = {
    "Button": {"label": "Save"},
    "Dropdown": {"options": ["a", "b"]},
    "Heading": {"content": "Title"},
    "Icon": {"name": "add"},
    "IconButton": {"icon": "add", "label": "Add"},
    "Image": {"src": "a.png"},
    "Link": {"href": "/"},
    "RadioGroup": {"options": ["a", "b"]},
    "Slot": {"element_id": "chart"},
    "Text": {"content": "Hello"},
}
"""What a widget can't be made without."""


def cls_of(name: str) -> type[Widget]:
    cls: type[Widget] = getattr(widgets, name)
    return cls


def make(name: str, **props: Any) -> Any:
    return cls_of(name)(**{**REQUIRED.get(name, {}), **props})


def own_fields(name: str) -> dict[str, dataclasses.Field[Any]]:
    common = {field.name for field in dataclasses.fields(Widget)}
    return {f.name: f for f in dataclasses.fields(cls_of(name)) if f.name not in common}


def test_the_widgets_are_those_of_the_issue_and_of_the_table() -> None:
    assert sorted(ISSUE.split()) == NAMES
    assert sorted([*ISSUE.split(), "Option"]) == widgets.__all__


@pytest.mark.parametrize("name", NAMES)
def test_a_widget_takes_the_common_props_and_has_no_dict(name: str) -> None:
    made = make(
        name,
        key=7,
        style=Style(),
        semantics=Semantics(label="Name"),
        disabled=True,
        tooltip="Tip",
        attrs={"data-x": 1},
    )

    assert not hasattr(made, "__dict__")
    assert (made.key, made.disabled, made.tooltip) == (7, True, "Tip")
    with pytest.raises(AttributeError):
        made.colour = "red"


@pytest.mark.parametrize("name", NAMES)
def test_a_widget_takes_keywords_only(name: str) -> None:
    parameters = inspect.signature(cls_of(name)).parameters.values()

    assert {p.kind for p in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    with pytest.raises(TypeError, match="positional"):
        cls_of(name)("hello")  # type: ignore[call-arg]


@pytest.mark.parametrize("name", NAMES)
def test_what_has_no_default_must_be_given(name: str) -> None:
    needed = {n for n, f in own_fields(name).items() if f.default is dataclasses.MISSING}

    assert needed == set(REQUIRED.get(name, {}))
    if needed:
        with pytest.raises(TypeError, match="required keyword-only"):
            cls_of(name)()


@pytest.mark.parametrize("name", NAMES)
def test_the_fields_are_the_props_handlers_and_children_of_the_tables(name: str) -> None:
    entry = tables.load("widgets")[name]
    props = set(entry["props"]) | {entry["tag"]["prop"] for _ in [0] if "tag" in entry}
    handlers = set(tables.load("events")["widgets"].get(name, {}))
    slots = {"children", "child"} & set(own_fields(name))
    styled = {"Grid": {"columns", "min_column_width"}, "Spacer": {"flex"}}.get(name, set())

    assert set(own_fields(name)) == props | handlers | slots | styled
    assert bool(slots) == ("slot" in entry)


@pytest.mark.parametrize("name", NAMES)
def test_every_prop_of_the_table_crosses_the_wire(name: str) -> None:
    entry = tables.load("widgets")[name]
    props = set(entry["props"]) | {entry["tag"]["prop"] for _ in [0] if "tag" in entry}

    assert set(cls_of(name).spec.names) == props | set(COMMON_PROPS)


@pytest.mark.parametrize("name", NAMES)
def test_a_handler_is_annotated_with_the_event_class_of_the_table(name: str) -> None:
    for attribute, (_type, event) in tables.load("events")["widgets"].get(name, {}).items():
        assert own_fields(name)[attribute].type == f"Handler[{event}] | None"


def test_the_hot_widgets_have_no_rules_of_their_own() -> None:
    for cls in (Text, Button, Row, Column):
        assert not cls.spec.problem
        assert not cls.spec.own_style


def test_two_widgets_are_never_equal_by_their_fields() -> None:
    assert Text(content="a") != Text(content="a")


# -- docstrings and docs ----------------------------------------------------------


def examples(name: str) -> Iterator[str]:
    """The indented blocks after ``::`` in the widget's docstring."""
    text = inspect.getdoc(cls_of(name)) or ""
    block: list[str] = []
    for line in [*text.splitlines(), "end"]:
        if line.startswith("    ") or (block and not line):
            block.append(line)
        elif block:
            yield textwrap.dedent("\n".join(block))
            block = []


class Anything(SimpleNamespace):
    """The app of an example: any method may be called."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args: None


def example_names() -> dict[str, Any]:
    state = Anything(
        items=[],
        count=3,
        name="Ada",
        newsletter=True,
        note="",
        volume=30,
        birthday=date(2001, 2, 3),
        size="M",
        country=None,
    )
    names: dict[str, Any] = {name: getattr(widgets, name) for name in widgets.__all__}
    names |= dict.fromkeys(
        ("save", "clear", "close", "delete", "search", "store", "sign_in"), print
    )
    app = Anything(state=state, set_state=lambda mutator: mutator(state))
    return names | {"Style": Style, "Semantics": Semantics, "on": on, "app": app}


@pytest.mark.parametrize("name", NAMES)
def test_the_docstring_says_what_it_is_and_its_example_runs(name: str) -> None:
    doc = inspect.getdoc(cls_of(name)) or ""
    found = list(examples(name))

    assert doc.splitlines()[0].endswith(".")
    assert found, f"{name} shows no example"
    check.install()
    try:
        for example in found:
            exec(compile(example, f"<{name}>", "exec"), example_names())
    finally:
        check.uninstall()
    assert any(f"{name}(" in example for example in found)


@pytest.mark.parametrize("name", NAMES)
def test_the_docs_have_a_section_with_every_field_and_the_same_example(name: str) -> None:
    text = (ROOT / "docs" / "widgets.md").read_text(encoding="utf-8")
    section = text.partition(f"\n### {name}\n")[2].partition("\n### ")[0].partition("\n## ")[0]

    assert section, f"docs/widgets.md has no section ### {name}"
    assert [field for field in own_fields(name) if f"`{field}`" not in section] == []
    assert [example for example in examples(name) if example.strip() not in section] == []


# -- rules between props ----------------------------------------------------------

BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "heading level": (lambda: Heading(content="a", level=7), "1 to 6"),  # type: ignore[arg-type]
    "link with two contents": (
        lambda: Link(href="/", content="a", child=Text(content="b")),
        "one of them",
    ),
    "link to nowhere": (lambda: Link(href="", content="a"), "Button"),
    "grid with two rules": (lambda: Grid(columns=2, min_column_width=100), "not both"),
    "grid without columns": (lambda: Grid(columns=0), "at least 1"),
    "spacer below zero": (lambda: Spacer(flex=-1), "0 or more"),
    "unknown icon": (lambda: Icon(name="serch"), "did you mean 'search'"),
    "icon like no other": (lambda: Icon(name="zzzzzz"), "there are add"),
    "unknown icon in a button": (lambda: IconButton(icon="serch", label="Search"), "'search'"),
    "icon button without a name": (lambda: IconButton(icon="search", label=""), "screen readers"),
    "input type": (lambda: Input(type="file"), "there are email"),  # type: ignore[arg-type]
    "lengths": (lambda: Input(min_length=5, max_length=3), "swap them"),
    "negative length": (lambda: TextArea(max_length=-1), "0 or more"),
    "rows": (lambda: TextArea(rows=0), "at least 1"),
    "slider limits": (lambda: Slider(min_value=5, max_value=1), "swap them"),
    "slider step": (lambda: Slider(step=0), "above 0"),
    "slider value": (lambda: Slider(value=101), "outside 0 to 100"),
    "date in words": (lambda: DatePicker(value="3 May"), "yyyy-mm-dd"),
    "date that is none": (lambda: DatePicker(min_date="2023-02-30"), "DatePicker.min_date"),
    "date in another ISO form": (lambda: DatePicker(value="20240131"), "yyyy-mm-dd"),
    "date with a time": (lambda: DatePicker(value=datetime(2024, 1, 1)), ".date()"),
    "dates in the wrong order": (
        lambda: DatePicker(min_date=date(2024, 2, 1), max_date="2024-01-31"),
        "after max_date",
    ),
    "the same option twice": (lambda: Dropdown(options=["a", Option("a", "A")]), "'a' twice"),
    "option without value": (lambda: RadioGroup(options=[""]), "nothing chosen"),
    "options in a string": (lambda: RadioGroup(options="abc"), "pass a list"),
    "options in a dict": (lambda: Dropdown(options={"a": "A"}), "pass a list"),  # type: ignore[arg-type]
    "number as option": (lambda: Dropdown(options=["a", 3]), r"options[1]"),  # type: ignore[list-item]
    "slot for nothing": (lambda: Slot(element_id=""), "the id of an element of the page"),
    "percent": (lambda: ProgressBar(value=40), "from 0 to 1"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_widget_that_makes_no_sense_says_why_and_what_to_do(case: str) -> None:
    build, part = BAD[case]
    made = build()  # making one never fails, rendering does

    problem = made.problem()
    assert problem is not None
    assert part in problem
    assert problem.startswith(made.spec.type)


@pytest.mark.parametrize("name", [n for n in NAMES if cls_of(n).spec.problem])
def test_a_widget_with_defaults_has_no_problem(name: str) -> None:
    assert make(name).problem() is None


def test_values_at_their_limits_are_no_problem() -> None:
    fine: list[Any] = [
        Heading(content="a", level=6),
        Slider(value=0),
        Slider(value=100),
        Slider(min_value=3, max_value=3),
        Input(min_length=3, max_length=3),
        DatePicker(value="", min_date="2024-01-01", max_date=date(2024, 1, 1)),
        ProgressBar(value=1),
        Spacer(flex=0),
        Dropdown(options=[], value="gone"),
    ]

    assert [w.problem() for w in fine] == [None] * len(fine)


def test_an_option_crosses_with_what_is_set() -> None:
    assert Option("de", "Germany").lower() == {"value": "de", "label": "Germany"}
    assert Option("de", disabled=True).lower() == {"value": "de", "disabled": True}
    assert Option("de", "de").lower() == {"value": "de"}
    assert Option("de") == Option("de")
    assert not hasattr(Option("de"), "__dict__")


def test_the_app_s_style_wins_over_what_a_widget_adds() -> None:
    assert Grid(columns=3).own_style() == Style(columns=3)
    assert Grid(min_column_width="12rem").own_style() == Style(min_column_width="12rem")
    assert Grid(style=Style(gap=8)).own_style() == Style(gap=8)
    assert Grid(columns=3, style=Style(gap=8)).own_style() == Style(columns=3, gap=8)
    assert Grid(columns=3, style=Style(columns=2)).own_style() == Style(columns=2)
    assert Spacer(flex=2).own_style() == Style(grow=2)
    assert Spacer(flex=2, style=Style(grow=5)).own_style() == Style(grow=5)
    assert Spacer().own_style() is None
