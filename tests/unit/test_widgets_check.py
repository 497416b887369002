"""Development mode: what does not fit is refused where it is made."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tempestweb_wasm.core import check
from tempestweb_wasm.core.component import Component
from tempestweb_wasm.core.events import on
from tempestweb_wasm.core.widget import Semantics, Widget, widget
from tempestweb_wasm.errors import PropError
from tempestweb_wasm.style import Style
from tempestweb_wasm.widgets import (
    Button,
    Checkbox,
    Column,
    Dropdown,
    Grid,
    Input,
    Option,
    Slider,
    Text,
)


@pytest.fixture
def checked() -> Iterator[None]:
    check.install()
    yield
    check.uninstall()


BAD: dict[str, tuple[Callable[[], Any], str, str]] = {
    "text": (lambda: Text(content=3), "Text.content is 3", "a valid string"),  # type: ignore[arg-type]
    "flag": (lambda: Checkbox(checked=1), "Checkbox.checked is 1", "boolean"),  # type: ignore[arg-type]
    "number": (lambda: Slider(value="3"), "Slider.value is '3'", "number"),  # type: ignore[arg-type]
    "word": (
        lambda: Button(label="a", variant="filed"),  # type: ignore[arg-type]
        "Button.variant is 'filed'",
        "'solid', 'outline', 'ghost' or 'link'",
    ),
    "item": (
        lambda: Dropdown(options=["a", 3]),  # type: ignore[list-item]
        "Dropdown.options[1] is 3",
        "a valid string or an instance of Option",
    ),
    "string for a list": (lambda: Dropdown(options="ab"), "options is 'ab'", "not a single string"),
    "key": (lambda: Text(content="", key=1.5), "Text.key is 1.5", "string"),  # type: ignore[arg-type]
    "style": (lambda: Text(content="", style={"gap": 8}), "Text.style", "pass a Style"),  # type: ignore[arg-type]
    "semantics": (
        lambda: Text(content="", semantics="a"),  # type: ignore[arg-type]
        "Text.semantics is 'a'",
        "Semantics",
    ),
    "attribute": (
        lambda: Text(content="", attrs={"data-x": 1.5}),  # type: ignore[dict-item]
        "Text.attrs['data-x'] is 1.5",
        "string",
    ),
    "called handler": (lambda: Button(label="a", on_click=3), "on_click is 3", "without calling"),  # type: ignore[arg-type]
    "keys for a click": (
        lambda: Button(label="a", on_click=on(print, keys=["a"])),
        "Button.on_click",
        "on_key",
    ),
    "rule": (lambda: Grid(columns=0), "Grid.columns is 0", "docs/widgets.md"),
}


@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize("case", BAD)
def test_a_prop_that_does_not_fit_is_refused_with_what_to_do(case: str) -> None:
    build, what, hint = BAD[case]

    with pytest.raises(PropError) as caught:
        build()
    line = build.__code__.co_firstlineno
    assert what in str(caught.value)
    assert hint in str(caught.value)
    place = traceback.extract_tb(caught.tb)[1]
    assert (place.filename, place.lineno) == (__file__, line)
    assert f"{__file__}, line {place.lineno}" in str(caught.value)


@pytest.mark.usefixtures("checked")
def test_what_fits_is_taken() -> None:
    Text(content="a", key=3, style=Style(gap=8), semantics=Semantics(label="b"))
    Slider(value=3, min_value=0.5)
    Dropdown(options=("a", Option("b")), value=None)
    Input(on_change=on(lambda: None, debounce=5), on_key=on(lambda: None, keys=["a"]))
    Column(children=[Text(content="a", attrs={"data-x": True}), None])


@widget
class Badge(Component):
    """A component of an app."""

    count: int
    note: Any = None

    def render(self) -> Widget:
        return Text(content=str(self.count))


class Plain(Text):
    """A subclass that adds nothing."""

    __slots__ = ()


@pytest.mark.usefixtures("checked")
def test_an_app_s_own_components_and_subclasses_are_checked() -> None:
    with pytest.raises(PropError, match=r"Badge\.count is '3'"):
        Badge(count="3")  # type: ignore[arg-type]
    with pytest.raises(PropError, match=r"Plain\.content is 3"):
        Plain(content=3)  # type: ignore[arg-type]
    assert Badge(count=3, note=object()).count == 3


def test_install_and_uninstall_are_harmless_twice_and_leave_nothing() -> None:
    before = Text.__init__
    check.install()
    once = Text.__init__
    check.install()
    assert Text.__init__ is once
    assert once is not before

    check.uninstall()
    check.uninstall()
    assert Text.__init__ is before
    assert Text(content=3).content == 3  # type: ignore[arg-type,comparison-overlap]


def test_classes_that_came_later_are_checked_after_a_second_install() -> None:
    check.install()
    try:

        @widget
        class Late(Component):
            name: str = ""

        Late(name=3)  # type: ignore[arg-type]
        check.install()
        with pytest.raises(PropError, match=r"Late\.name is 3"):
            Late(name=3)  # type: ignore[arg-type]
    finally:
        check.uninstall()


def test_annotations_that_only_a_type_checker_can_resolve_check_nothing() -> None:
    @widget
    class Vague(Component):
        name: NotImported = ""  # type: ignore[name-defined]  # noqa: F821

    check.install()
    try:
        assert Vague(name=3).name == 3
    finally:
        check.uninstall()
