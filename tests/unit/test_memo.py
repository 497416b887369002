"""Components and keyed lists are skipped when nothing can have changed, and only then."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from tempestweb_wasm.core import check
from tempestweb_wasm.core.app import App
from tempestweb_wasm.core.component import For, component
from tempestweb_wasm.core.memo import Memo
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.style import Style
from tempestweb_wasm.widgets import Button, Column, Text

from .harness import Harness, run
from .trees import Mirror


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    id: int
    label: str


@dataclasses.dataclass(frozen=True)
class Holder:
    items: list[int]


@dataclasses.dataclass
class Loose:
    label: str


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)
    a: int


class Colour(Enum):
    RED = 1


def f() -> None: ...


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (1, 1, True),
        (1, True, False),
        (1, 1.0, False),
        ("a", "a", True),
        (float("nan"), float("nan"), False),
        (Colour.RED, Colour.RED, True),
        ((1, ("a",)), (1, ("a",)), True),
        ((1, [2]), (1, [2]), False),
        (Line(1, "a"), Line(1, "a"), True),
        (Line(1, "a"), Line(1, "b"), False),
        (Model(a=1), Model(a=1), True),
        (Model(a=1), Model(a=2), False),
        (Style(gap=1), Style(gap=1), True),
        (f, f, True),
        ("".join, "".join, False),
    ],
)
def test_values_that_cannot_change_compare_by_value(a: Any, b: Any, equal: bool) -> None:
    assert Memo().equal(a, b) is equal


@pytest.mark.parametrize("value", [[], {}, set(), Loose("a"), object(), (1, []), Holder([])])
def test_what_can_change_in_place_is_never_the_same(value: Any) -> None:
    assert Memo().equal(value, value) is False


def test_equality_of_unknown_classes_is_never_asked() -> None:
    class Touchy:
        def __eq__(self, other: object) -> bool:
            raise AssertionError("asked")

        __hash__ = None  # type: ignore[assignment]

    value: Any = Touchy()
    assert not Memo().equal(value, value)
    assert not Memo().equal((value,), (value,))


def test_a_component_with_equal_arguments_is_not_rendered_again() -> None:
    calls: list[str] = []

    @component
    def row(line: Line, selected: bool) -> Widget:
        calls.append(line.label)
        return Text(content=f"{line.label} {selected}")

    def view(selected: int) -> Widget:
        lines = [Line(i, str(i)) for i in range(3)]
        return Column(children=[row(line, line.id == selected, key=line.id) for line in lines])

    mirror = Mirror(view(0))
    calls.clear()
    assert mirror.show(view(0)) == []
    assert calls == []
    patches = mirror.show(view(1))
    assert calls == ["0", "1"]
    assert [p["path"] for p in patches] == [[0], [1]]


def test_a_mutable_argument_is_rendered_again_and_named_in_development() -> None:
    said: list[str] = []
    item = Loose("a")

    @component
    def row(item: Loose) -> Widget:
        return Text(content=item.label)

    mirror = Mirror(Column(children=[row(item)]), Memo(said.append))
    item.label = "b"
    (patch,) = mirror.show(Column(children=[row(item)]))
    assert patch["set_props"] == {"content": "b"}
    mirror.show(Column(children=[row(item)]))
    assert len(said) == 1
    assert "argument 'item' is a Loose" in said[0]


def _list(items: list[Any], calls: list[Any], mark: int = -1) -> Widget:
    def render(item: Any) -> Widget:
        calls.append(item)
        return Text(content=f"{item.label}{'*' if item.id == mark else ''}")

    return Column(children=For(items, key=lambda i: i.id, render=render))


def test_a_keyed_list_looks_only_at_items_that_differ() -> None:
    calls: list[Any] = []
    items = [Line(i, str(i)) for i in range(1000)]
    mirror = Mirror(Column(children=For(items, key=lambda i: i.id, render=_text)))
    items[500] = Line(500, "x")
    (patch,) = mirror.show(Column(children=For(items, key=lambda i: i.id, render=_text)))
    assert patch == {"path": [500], "set_props": {"content": "x"}}
    assert calls == []


def _text(item: Line) -> Widget:
    return Text(content=item.label)


@pytest.mark.parametrize(
    "change",
    [
        lambda items: items[:3] + items[4:],
        lambda items: [*items, Line(99, "new")],
        lambda items: [Line(99, "new"), *items],
        lambda items: items[::-1],
        lambda items: [items[0], items[3], items[2], items[1], *items[4:]],
        lambda items: [],
        lambda items: [*items[:2], Line(77, "other"), *items[3:]],
    ],
)
def test_a_keyed_list_follows_what_happens_to_its_items(
    change: Callable[[list[Line]], list[Line]],
) -> None:
    calls: list[Any] = []
    items = [Line(i, str(i)) for i in range(8)]
    mirror = Mirror(_list(items, calls))
    now = change(items)
    patches = mirror.show(_list(now, calls))
    assert len(patches) <= 2
    shown = [n["props"]["content"] for n in mirror.shown.get("children", [])]
    assert shown == [item.label for item in now]
    assert mirror.show(_list(now, calls)) == []


def test_a_list_whose_render_closed_over_another_value_is_rendered_again() -> None:
    items = [Line(i, str(i)) for i in range(5)]

    def view(mark: int) -> Widget:
        return Column(
            children=For(
                items,
                key=lambda i: i.id,
                render=lambda i: Text(content=f"{i.label}{'*' if i.id == mark else ''}"),
            )
        )

    mirror = Mirror(view(1))
    patches = mirror.show(view(2))
    assert [p["set_props"]["content"] for p in patches] == ["1", "2*"]


def test_items_that_change_in_place_are_seen() -> None:
    items = [Loose("a"), Loose("b")]

    def view() -> Widget:
        return Column(
            children=For(
                items, key=lambda i: items.index(i), render=lambda i: Text(content=i.label)
            )
        )

    mirror = Mirror(view())
    items[1].label = "c"
    (patch,) = mirror.show(view())
    assert patch == {"path": [1], "set_props": {"content": "c"}}


def test_a_component_that_reads_the_state_is_rendered_when_it_changes() -> None:
    async def test() -> None:
        @component
        def reads(app: App[dict[str, int]]) -> Widget:
            return Text(content=str(app.state["n"]))

        rendered: list[int] = []

        @component
        def handles(app: App[dict[str, int]], name: str) -> Widget:
            rendered.append(1)

            def add() -> None:
                app.set_state(lambda s: s.update(n=app.state["n"] + 1))

            return Button(key=name, label=name, on_click=add)

        h = Harness(lambda app: Column(children=[reads(app), handles(app, "b")]), lambda: {"n": 0})
        h.session.start()
        for n in (1, 2):
            h.event("b")
            assert h.frames[n]["data"] == [{"path": [0], "set_props": {"content": str(n)}}]
        assert rendered == [1]

    run(test)


def test_a_bound_handler_changes_the_state_and_keeps_its_row_memoised() -> None:
    async def test() -> None:
        rendered: list[str] = []

        def remove(state: dict[str, list[str]], name: str) -> None:
            state["names"].remove(name)

        @component
        def row(name: str, drop: Callable[[], None]) -> Widget:
            rendered.append(name)
            return Button(key=name, label=name, on_click=drop)

        h = Harness(
            lambda app: Column(
                children=[row(n, app.bind(remove, n), key=n) for n in app.state["names"]]
            ),
            lambda: {"names": ["a", "b", "c"]},
        )
        h.session.start()
        h.event("b")
        assert h.frames[1]["data"] == [{"path": [], "index": 1}]
        assert rendered == ["a", "b", "c"]

    run(test)


def test_set_state_inside_a_component_is_refused_as_in_a_view() -> None:
    async def test() -> None:
        @component
        def bad(app: App[Any]) -> Widget:
            app.set_state()
            return Text(content="x")

        h = Harness(lambda app: Column(children=[bad(app)]), dev=True)
        h.session.start()
        assert h.frames[0]["code"] == "state_failed"

    run(test)


def test_the_development_check_leaves_components_of_functions_alone() -> None:
    @component
    def row(line: Line) -> Widget:
        return Text(content=line.label)

    check.install()
    try:
        assert Mirror(Column(children=[row(Line(1, "a"))])).shown["children"][0]["type"] == "Text"
    finally:
        check.uninstall()


def test_an_item_that_changes_its_key_in_place_becomes_another_child() -> None:
    item = Named("a")

    def view() -> Widget:
        return Column(
            children=For([item], key=lambda i: i.name, render=lambda i: Text(content=i.name))
        )

    mirror = Mirror(view())
    item.name = "b"
    mirror.show(view())
    assert [child["key"] for child in mirror.shown["children"]] == ["b"]


@dataclasses.dataclass
class Named:
    name: str
