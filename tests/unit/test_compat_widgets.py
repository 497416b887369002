"""The peers' props on our widgets: honoured, or refused with what to do instead."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, ClassVar

import pytest
from pydantic import Field, PrivateAttr, field_validator

import tempestweb_wasm as ours
from tempestweb_wasm import App, Style, Text, Widget, compat
from tempestweb_wasm.compat import _boxes, _catalog, _component, _inputs, _words
from tempestweb_wasm.compat._missing import LackingError
from tempestweb_wasm.core import check
from tempestweb_wasm.core.widget import WidgetSpec
from tempestweb_wasm.testing import Client

MINIMAL: dict[str, dict[str, Any]] = {
    "AspectRatio": {"ratio": 1.5},
    "Button": {"label": "Go"},
    "Icon": {"name": "home"},
    "IconButton": {"icon": "home"},
    "Image": {"src": "a.png"},
    "Tooltip": {"message": "Go"},
}
WIDGETS = {
    name: kind
    for name, kind in _catalog.substitutes().items()
    if isinstance(kind, type) and issubclass(kind, Widget) and name != "Component"
}


@pytest.fixture(autouse=True)
def checked() -> Iterator[None]:
    check.install()
    yield
    check.uninstall()


def made(name: str, **props: Any) -> Any:
    return WIDGETS[name](**MINIMAL.get(name, {}), **props)


def nodes(root: Widget) -> list[dict[str, Any]]:
    def view(app: App[None]) -> Widget:
        return root

    with Client(lambda: None, view) as client:
        return [dict(found.node) for found in client.walk()]


@pytest.mark.parametrize("name", sorted(WIDGETS))
def test_each_renders_as_the_widget_that_it_stands_for(name: str) -> None:
    spec: WidgetSpec = made(name).spec
    (node, *_) = nodes(made(name, key="it"))
    assert (node["type"], node["key"]) == (spec.type, "it")
    assert spec.type in ours.widgets.__all__


@pytest.mark.parametrize("name", sorted(WIDGETS))
def test_each_takes_our_own_common_props(name: str) -> None:
    style = Style(opacity=0.5)
    widget = made(name, key=3, style=style, semantics=ours.Semantics(label="It"), disabled=True)
    assert (widget.key, widget.disabled, widget.semantics.label) == (3, True, "It")
    assert widget.style.opacity == 0.5


@pytest.mark.parametrize("name", sorted(WIDGETS))
def test_an_unknown_prop_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="colour"):
        made(name, colour="red")


@pytest.mark.parametrize(
    ("name", "props", "instead"),
    [
        ("Button", {"theme": object()}, "theme is CSS"),
        ("Button", {"media": object()}, "answer to the room"),
        ("Button", {"tag": "a"}, "their own elements"),
        ("Button", {"focus_order": 2}, "tabindex"),
        ("Button", {"size": {"sm": "md"}}, "there is sm, md, lg"),
        ("Button", {"variant": "gohst"}, "there is solid, outline, ghost, link"),
        ("Button", {"color_scheme": "pink"}, "there is primary, neutral"),
        ("Input", {"field_variant": _words.FieldVariant.FILLED}, "use style="),
        ("Input", {"leading_icon": "search"}, "Icon before it"),
        ("Input", {"keyboard": "morse"}, "there is text, email"),
        ("Slider", {"color_scheme": "success"}, "use style="),
        ("Checkbox", {"size": "lg"}, "use style="),
        ("Card", {"elevation": 3}, "Shadow"),
        ("Card", {"padding_step": "xl"}, "padding"),
        ("Card", {"color_scheme": "primary"}, "use style="),
        ("Divider", {"color_scheme": "primary"}, "use style="),
        ("FormField", {"validators": [len]}, "on_submit"),
        ("Spinner", {"color_scheme": "warning"}, "use style="),
    ],
)
def test_what_can_not_be_honoured_is_refused(
    name: str, props: dict[str, Any], instead: str
) -> None:
    with pytest.raises(LackingError, match=r"docs/compat\.md") as caught:
        made(name, **props)
    assert instead in str(caught.value)
    assert f"{name}.{next(iter(props))} is" in str(caught.value)
    assert caught.value.code == "bad_prop"


@pytest.mark.parametrize(
    ("name", "props"),
    [
        ("Button", {"theme": None, "media": None, "tag": None, "focusable": None}),
        ("Input", {"field_variant": "outline", "size": _words.Size.MD, "color_scheme": "primary"}),
        ("Card", {"elevation": None, "gap_step": "sm", "color_scheme": "neutral"}),
        ("FormField", {"validators": [], "on_validate": None}),
    ],
)
def test_what_asks_for_nothing_is_taken(name: str, props: dict[str, Any]) -> None:
    assert isinstance(made(name, **props), Widget)


def test_a_handler_gets_the_index_or_the_event_as_the_peers_give_it() -> None:
    seen: list[object] = []
    view: Callable[[App[None]], Widget] = lambda app: ours.Column(  # noqa: E731
        children=[
            _inputs.RadioGroup(options=["a", "b"], on_select=seen.append, key="radio"),
            _inputs.RadioGroup(
                options=["a", "b"], value="b", on_change=lambda e: seen.append(e.value), key="own"
            ),
            _inputs.Dropdown(options=["a", "b"], on_select=lambda: seen.append("none"), key="drop"),
            _inputs.FilePicker(on_select=lambda: seen.append("file"), key="file"),
        ]
    )
    with Client(lambda: None, view) as client:
        assert client.find("radio").props["value"] == "a"
        assert client.find("own").props["value"] == "b"
        client.select("radio", "b")
        client.select("own", "a")
        client.select("drop", "a")
        client.pick_files("file", {"a": b""})
    assert seen == [1, "a", "none", "file"]


def test_two_names_of_one_handler_are_refused() -> None:
    with pytest.raises(LackingError, match="both on_select and on_change"):
        _inputs.Dropdown(options=["a"], on_select=print, on_change=print)


def test_a_file_event_knows_the_name_and_says_that_it_has_no_uri() -> None:
    event = _inputs.FileSelectEvent(files=())
    assert event.name is None
    with pytest.raises(LackingError, match="read"):
        _ = event.uri


@pytest.mark.parametrize(
    ("widget", "prop", "value"),
    [
        (_inputs.IconButton(icon=_words.Icons.CHEVRON_LEFT), "label", "chevron left"),
        (_inputs.IconButton(icon="lucide:trash", label="Drop"), "icon", "delete"),
        (_inputs.Input(secure=True, keyboard="email"), "type", "password"),
        (_inputs.Input(keyboard=_words.KeyboardType.PHONE), "type", "tel"),
        (_inputs.Slider(min_value=5), "value", 5),
        (_inputs.Button(label="x", size="xs", color_scheme="error"), "color_scheme", "danger"),
        (_boxes.Card(), "variant", "elevated"),
        (_boxes.Card(variant="outline"), "variant", "outline"),
        (_boxes.Grid(), "columns", 2),
        (_boxes.Grid(min_column_width=100), "columns", None),
        (_boxes.ScrollView(horizontal=True), "direction", "horizontal"),
        (_boxes.ScrollView(direction="both"), "direction", "both"),
        (_boxes.ProgressBar(indeterminate=True, value=0.3), "value", None),
        (_boxes.Icon(name="arrow_back"), "name", "arrow-left"),
        (_boxes.Icon(name="map_pin", size="lg"), "size", "lg"),
        (_boxes.Spinner(size="sm"), "size", "sm"),
        (_boxes.HStack(gap="md"), "style", Style(gap=16, align="center")),
        (_boxes.VStack(gap=3, style=Style(gap=9)), "style", Style(gap=9)),
        (_boxes.Icon(name="x", size=20.0), "style", Style(width=20, height=20)),
        (_boxes.StyledContainer(padding="xl"), "style", Style(padding=32)),
        (_boxes.AspectRatio(ratio=2), "style", Style(aspect_ratio=2)),
        (_inputs.tonal_button("Go"), "color_scheme", "neutral"),
        (_inputs.outlined_button("Go"), "variant", "outline"),
        (_inputs.elevated_button("Go", style=Style(gap=1)).style, "gap", 1),
    ],
)
def test_a_difference_is_bridged(widget: Any, prop: str, value: object) -> None:
    assert getattr(widget, prop) == value


def test_a_divider_can_be_thick() -> None:
    (style,) = [n["style"] for n in nodes(_boxes.Divider(thickness=3))]
    assert style == _boxes.Divider(thickness=3).style.name  # type: ignore[union-attr]


def test_a_surface_holds_its_child() -> None:
    assert [n["type"] for n in nodes(_boxes.Surface(child=Text(content="in")))] == ["Card", "Text"]


@pytest.mark.parametrize("kind", [_words.Icons, _words.ImageFit])
def test_each_word_of_an_enum_is_one_of_ours(kind: type[StrEnum]) -> None:
    icons = _words.icon_names()
    for member in kind:
        if kind is _words.Icons:
            assert member.value in icons
        else:
            assert _boxes.Image(src="a.png", fit=member).fit == member.value


def test_each_alias_of_an_icon_leads_to_one_that_there_is() -> None:
    icons = _words.icon_names()
    wrong = [n for n in _words._ICONS if _words.icon_name(n) not in icons]
    assert wrong == []


class Greeting(_component.Component):
    limit: ClassVar[list[str]] = ["a"]
    name: str
    marks: list[str] = ["!"]  # noqa: RUF012
    more: dict[str, int] = Field(default_factory=dict)
    last: int = Field(default=3, description="of three")
    wanted: str = Field(description="required")
    _seen: list[int] = PrivateAttr(default_factory=list)

    def render(self) -> Widget:
        return Text(content=f"{self.name}{''.join(self.marks)}{self.last}", key=self.child_key("t"))


class Louder(Greeting):
    default_key = "louder"
    last = 4
    times: int = 2


def test_a_component_takes_its_annotations_as_fields() -> None:
    one = Greeting(name="Ada", wanted="w", key="hello")
    two = Greeting(name="Lin", wanted="w")
    one.marks.append("?")
    one._seen.append(1)
    one.more["a"] = 1
    assert (two.marks, two._seen, two.more, two.last) == (["!"], [], {}, 3)
    assert [n["props"]["content"] for n in nodes(one)] == ["Ada!?3"]
    assert (one.child_key("a"), two.child_key("a")) == ("hello-a", "component-a")
    assert isinstance(one, ours.Component)


def test_a_component_of_a_component_has_the_fields_of_both() -> None:
    louder = Louder(name="Ada", wanted="w")
    assert (louder.base_key, louder.times, louder.marks) == ("louder", 2, ["!"])


def test_a_component_without_what_it_needs_is_refused() -> None:
    with pytest.raises(TypeError, match="'name'"):
        Greeting(wanted="w")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="nmae"):
        Greeting(nmae="Ada", wanted="w")  # type: ignore[call-arg]


def test_a_component_may_also_be_decorated() -> None:
    @ours.widget
    class Plain(_component.Component):
        name: str = "Ada"

        def render(self) -> Widget:
            return Text(content=self.name)

    assert [n["props"]["content"] for n in nodes(Plain())] == ["Ada"]
    assert [f.name for f in dataclasses.fields(Plain) if f.name == "name"] == ["name"]


def test_a_component_with_a_validator_is_refused() -> None:
    with pytest.raises(LackingError, match="validator of pydantic"):

        class Checked(_component.Component):
            name: str

            @field_validator("name")
            @classmethod
            def check(cls, value: str) -> str:
                return value


def test_the_app_says_what_it_lacks_and_what_to_do() -> None:
    def view(app: Any) -> Widget:
        return Text(content=app.theme)

    with compat.active():
        __import__("tempest_core")
        with Client(lambda: None, view, errors="keep") as client:
            (error,) = client.errors
    assert "App has no 'theme' here: colours are CSS" in error["message"]


@pytest.mark.parametrize(
    ("name", "instead"),
    [("push", "in the state"), ("toast", "Stack"), ("whatever", "it has state")],
)
def test_each_lacking_attribute_of_the_app_has_a_way_out(name: str, instead: str) -> None:
    app = object.__new__(App)
    with compat.active():
        __import__("tempest_core")
        assert app.request_rebuild == app.set_state  # type: ignore[attr-defined]
        with pytest.raises(AttributeError, match=rf"{name}.*docs/compat\.md") as caught:
            getattr(app, name)
        assert not hasattr(app, "_private")
    assert instead in str(caught.value)
