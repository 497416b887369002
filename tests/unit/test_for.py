"""Keyed lists: what stays or moves is not rendered, a selection reaches only its own rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest

from tempestweb_wasm.core.component import For, component
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import DuplicateKeyError
from tempestweb_wasm.widgets import Column, Text

from .trees import Mirror


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    id: int
    label: str


RENDERED: list[int] = []


@component
def _row(item: Line) -> Widget:
    RENDERED.append(item.id)
    return Text(content=item.label)


def _rows(items: list[Line]) -> Widget:
    return Column(children=For(items, key=lambda i: i.id, render=_row))


@pytest.mark.parametrize(
    ("change", "fresh"),
    [
        (lambda items: [items[0], items[8], *items[2:8], items[1], items[9]], []),
        (lambda items: items[:4] + items[5:], []),
        (lambda items: [*items[:5], Line(77, "new"), *items[5:]], [77]),
        (lambda items: [items[9], *items[:5], Line(77, "new"), items[6]], [77]),
        (lambda items: [*items[5:], Line(3, "three"), items[1]], [3]),
    ],
)
def test_items_that_only_move_are_not_rendered(
    change: Callable[[list[Line]], list[Line]], fresh: list[int]
) -> None:
    items = [Line(i, str(i)) for i in range(10)]
    mirror = Mirror(_rows(items))
    RENDERED.clear()
    now = change(items)
    mirror.show(_rows(now))
    assert fresh == RENDERED
    shown = [n["props"]["content"] for n in mirror.shown["children"]]
    assert shown == [item.label for item in now]


@pytest.mark.parametrize(
    "change",
    [
        lambda items: [*items, items[2]],
        lambda items: [*items, Line(0, "again")],
        lambda items: [*items[:4], Line(9, "again"), *items[4:]],
        lambda items: [*items[:4], Line(77, "a"), Line(77, "b"), *items[4:]],
        lambda items: [items[1], items[0], items[1], *items[3:]],
    ],
)
def test_two_items_with_one_key_are_refused_wherever_they_stand(
    change: Callable[[list[Line]], list[Line]],
) -> None:
    items = [Line(i, str(i)) for i in range(10)]
    mirror = Mirror(_rows(items))
    with pytest.raises(DuplicateKeyError, match="duplicate key"):
        mirror.show(_rows(change(items)))
    assert mirror.show(_rows(items)) == []


@component
def _choice(item: Line, chosen: bool) -> Widget:
    RENDERED.append(item.id)
    return Text(content=f"{item.label}{'*' if chosen else ''}")


def _choices(items: list[Line], selected: Any) -> Widget:
    return Column(children=For(items, key=lambda i: i.id, render=_choice, selected=selected))


def _contents(mirror: Mirror) -> list[str]:
    return [node["props"]["content"] for node in mirror.shown["children"]]


def test_only_those_that_were_selected_or_no_longer_are_rendered() -> None:
    items = [Line(i, str(i)) for i in range(6)]
    mirror = Mirror(_choices(items, None))
    for selected, fresh in ((2, [2]), ("4", [2, 4]), ([4, 5], [5]), ({0}, [0, 4, 5]), (None, [0])):
        RENDERED.clear()
        patches = mirror.show(_choices(items, selected))
        assert fresh == RENDERED
        assert len(patches) == len(fresh)
    assert _contents(mirror) == ["0", "1", "2", "3", "4", "5"]


def test_a_selection_follows_its_item_while_others_come_and_go() -> None:
    items = [Line(i, str(i)) for i in range(6)]
    mirror = Mirror(_choices(items, 2))
    mirror.show(_choices([items[5], *items[:5]], 2))
    assert _contents(mirror) == ["5", "0", "1", "2*", "3", "4"]
    mirror.show(_choices([items[5], *items[1:5]], 1))
    assert _contents(mirror) == ["5", "1*", "2", "3", "4"]
    mirror.show(_choices([*items, Line(9, "9")], [9, 1]))
    assert _contents(mirror) == ["0", "1*", "2", "3", "4", "5", "9*"]
    mirror.show(Column(children=For(items, key=lambda i: i.id, render=_row)))
    assert _contents(mirror) == ["0", "1", "2", "3", "4", "5"]


class Size(str, Enum):  # noqa: UP042
    SMALL = "s"
    LARGE = "l"


def test_keys_that_are_enums_can_be_selected() -> None:
    def show(selected: Size | None) -> Widget:
        def render(size: Size, chosen: bool) -> Widget:
            return Text(content=f"{size.name} {chosen}")

        return Column(children=For(Size, key=lambda s: s, render=render, selected=selected))

    mirror = Mirror(show(None))
    mirror.show(show(Size.LARGE))
    assert _contents(mirror) == ["SMALL False", "LARGE True"]
