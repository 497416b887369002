"""The reconciler: right, minimal, and never half done."""

from __future__ import annotations

import dataclasses
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tempestweb_wasm.core.component import For, FunctionComponent, component
from tempestweb_wasm.core.mount import Tree
from tempestweb_wasm.core.reconcile import reconcile, replay
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import ChildError, DuplicateKeyError, PropError
from tempestweb_wasm.style import Style
from tempestweb_wasm.widgets import Button, Column, Dropdown, Heading, Input, Row, Text

from .trees import Mirror, fresh, trees, without_ids


@settings(max_examples=300)
@given(trees(), trees())
def test_applying_the_diff_gives_the_new_tree(a: Widget, b: Widget) -> None:
    mirror = Mirror(a)
    mirror.show(b)
    assert without_ids(mirror.shown) == fresh(b)


@settings(max_examples=100)
@given(st.lists(trees(), min_size=2, max_size=6))
def test_a_sequence_of_renders_never_drifts(views: list[Widget]) -> None:
    mirror = Mirror(views[0])
    for view in views[1:]:
        mirror.show(view)
        assert without_ids(mirror.shown) == fresh(view)
        patches, _ = replay(mirror.tree)
        assert patches[0]["node"] == mirror.shown
        live = {n.id: n for n in mirror.tree.root.walk() if n.id}  # type: ignore[union-attr]
        assert mirror.tree.by_id == live


def _copy(widget: Widget) -> Widget:
    """The same tree, made anew, with new closures."""
    if isinstance(widget, FunctionComponent):
        args = (_copy(a) if isinstance(a, Widget) else a for a in widget.args)
        return FunctionComponent(widget.function, tuple(args), {}, widget.key, widget.kind)
    fields = {f: getattr(widget, f) for f in (x.name for x in dataclasses.fields(widget))}
    for name, _type, _event in widget.spec.handlers:
        if fields.get(name) is not None:
            fields[name] = lambda: None
    if isinstance(fields.get("children"), For):
        old = fields["children"]
        fields["children"] = For(list(old.items), key=old.key, render=old.render)
    elif "children" in fields:
        fields["children"] = [_copy(child) for child in fields["children"]]
    return type(widget)(**fields)


@given(trees())
def test_an_equal_tree_with_new_closures_sends_nothing(a: Widget) -> None:
    mirror = Mirror(a)
    assert mirror.show(_copy(a)) == []


def _rows(keys: Any) -> Column:
    return Column(children=[Text(key=k, content=f"row {k}") for k in keys])


def _moves_needed(order: tuple[int, ...]) -> int:
    """By brute force: all but the longest increasing subsequence."""
    n = len(order)
    best = max(
        (
            bin(mask).count("1")
            for mask in range(1 << n)
            if (kept := [order[i] for i in range(n) if mask >> i & 1]) == sorted(kept)
        ),
        default=0,
    )
    return n - best


def test_a_reorder_is_one_patch_and_its_order_needs_the_fewest_moves() -> None:
    for order in permutations(range(6)):
        mirror = Mirror(_rows(range(6)))
        patches = mirror.show(_rows(order))
        assert len(patches) == (0 if order == tuple(range(6)) else 1)
        for patch in patches:
            assert _moves_needed(tuple(patch["order"])) == _moves_needed(order)


def test_a_swap_of_two_in_a_thousand_is_one_reorder_within_the_budget() -> None:
    keys = list(range(1000))
    mirror = Mirror(_rows(keys))
    keys[1], keys[998] = keys[998], keys[1]
    (patch,) = mirror.show(_rows(keys))
    assert patch["start"] == 1
    assert len(patch["order"]) == 998


@pytest.mark.parametrize("keyed", [True, False])
def test_a_prepend_to_200_rows_is_one_insert(keyed: bool) -> None:
    def view(numbers: list[int]) -> Column:
        rows = [Text(key=n if keyed else None, content=f"row {n}") for n in numbers]
        return Column(children=rows)

    mirror = Mirror(view(list(range(200))))
    (patch,) = mirror.show(view([-1, *range(200)]))
    assert patch["index"] == 0
    assert patch["node"]["props"] == {"content": "row -1"}


def test_contiguous_inserts_and_removes_are_one_run_each() -> None:
    mirror = Mirror(_rows(range(1000)))
    (remove,) = mirror.show(_rows([*range(300), *range(700, 1000)]))
    assert (remove["index"], remove["count"]) == (300, 400)
    (insert,) = mirror.show(_rows(range(1000)))
    assert (insert["index"], len(insert["nodes"])) == (300, 400)
    (clear,) = mirror.show(_rows([]))
    assert (clear["index"], clear["count"]) == (0, 1000)


def test_ids_follow_a_keyed_row_and_are_never_used_twice() -> None:
    def view(keys: list[str]) -> Column:
        return Column(children=[Button(label="b", key=k, on_click=lambda: None) for k in keys])

    mirror = Mirror(view(["a", "b", "c"]))
    ids = {child["key"]: child["id"] for child in mirror.shown["children"]}
    assert ids == {"a": 1, "b": 2, "c": 3}
    mirror.show(view(["c", "a"]))
    mirror.show(view(["b", "c", "a"]))
    now = {child["key"]: child["id"] for child in mirror.shown["children"]}
    assert now == {"a": 1, "c": 3, "b": 4}


def test_the_same_key_with_another_type_is_a_replace_with_a_new_id() -> None:
    mirror = Mirror(Column(children=[Button(label="b", key="x", on_click=lambda: None)]))
    (patch,) = mirror.show(Column(children=[Input(key="x")]))
    assert patch["path"] == [0]
    assert patch["node"]["type"] == "Input"
    assert patch["node"]["id"] == 2


def test_the_first_handler_of_a_node_brings_its_id() -> None:
    mirror = Mirror(Column(children=[Button(label="a")]))
    (patch,) = mirror.show(Column(children=[Button(label="a", on_click=lambda: None)]))
    assert patch == {"path": [0], "on": ["click"], "id": 1}
    assert mirror.tree.by_id[1].widget.label == "a"  # type: ignore[attr-defined]
    (patch,) = mirror.show(Column(children=[Button(label="a")]))
    assert patch == {"path": [0], "on": []}


def test_a_value_back_at_its_default_is_unset() -> None:
    mirror = Mirror(Text(content="a", style=Style(gap=1)))
    (patch,) = mirror.show(Text(content="", style=None))
    assert patch == {"path": [], "unset_props": ["content"], "style": None}


def test_true_and_one_are_not_the_same_value() -> None:
    mirror = Mirror(Text(content="a", attrs={"data-x": 1}))
    (patch,) = mirror.show(Text(content="a", attrs={"data-x": True}))
    assert patch["set_props"] == {"attrs": {"data-x": True}}


def test_a_list_that_the_app_changes_in_place_is_seen() -> None:
    options = ["a"]
    mirror = Mirror(Column(children=[Dropdown(options=options)]))
    options.append("b")
    (patch,) = mirror.show(Column(children=[Dropdown(options=options)]))
    assert patch["set_props"] == {"options": ["a", "b"]}


def test_the_same_widget_object_twice_is_two_nodes() -> None:
    again = Button(label="again", on_click=lambda: None)
    mirror = Mirror(Row(children=[again, again]))
    assert [child["id"] for child in mirror.shown["children"]] == [1, 2]
    assert mirror.show(Row(children=[again, again])) == []


def test_components_are_told_apart_by_their_function() -> None:
    @component
    def one(text: str) -> Widget:
        return Text(content=text)

    @component
    def two(text: str) -> Widget:
        return Text(content=text)

    mirror = Mirror(Column(children=[one("a", key=1)]))
    (patch,) = mirror.show(Column(children=[one("b", key=1)]))
    assert patch["set_props"] == {"content": "b"}
    (patch,) = mirror.show(Column(children=[two("b", key=1)]))
    assert "node" in patch


def test_none_among_children_is_nothing() -> None:
    mirror = Mirror(Column(children=[None, Text(content="a"), None]))
    assert len(mirror.shown["children"]) == 1


def test_a_heading_of_another_level_is_an_update() -> None:
    mirror = Mirror(Heading(content="a", level=2))
    (patch,) = mirror.show(Heading(content="a", level=3))
    assert patch["set_props"] == {"level": 3}


# Wrong on purpose, so past the type checker.
column: Any = Column
text: Any = Text
button: Any = Button

BROKEN: list[tuple[Any, type[Exception], str]] = [
    (
        lambda: column(children=[text(content="a", key=1), text(content="a", key="1")]),
        DuplicateKeyError,
        "duplicate key '1'",
    ),
    (lambda: column(children=["text"]), ChildError, "wrap text in a widget"),
    (lambda: column(children=[text]), ChildError, "call it"),
    (lambda: column(children=[[text(content="a")]]), ChildError, "unpack the inner list"),
    (lambda: column(children=text(content="a")), ChildError, "pass a list"),
    (lambda: text(content=float("nan")), PropError, "Text.content is nan"),
    (lambda: text(content=float("inf")), PropError, "Text.content is inf"),
    (lambda: text(content=b"x"), PropError, "bytes never ride"),
    (lambda: text(content={1, 2}), PropError, "a set has no order"),
    (lambda: text(content=2**60), PropError, "too large"),
    (lambda: text(content="a", key=1.5), PropError, "a key is a string or an integer"),
    (lambda: button(label="b", on_click=3), PropError, "pass the function itself"),
    (lambda: None, ChildError, "return a widget from every branch"),
]


@pytest.mark.parametrize(("make", "error", "words"), BROKEN)
@pytest.mark.parametrize("inside", [False, True])
def test_what_cannot_be_rendered_is_named_and_changes_nothing(
    make: Any, error: type[Exception], words: str, inside: bool
) -> None:
    good = Column(children=[Text(content="a"), Row(children=[Text(content="b", key="old")])])
    mirror = Mirror(good)
    before = replay(mirror.tree)
    bad = make()
    if inside:
        if bad is None:
            return
        bad = Column(children=[Text(content="changed"), Row(children=[bad, Text(content="new")])])
    with pytest.raises(error, match=words) as caught:
        mirror.show(bad)
    if inside:
        assert "at root/1" in str(caught.value)
    assert replay(mirror.tree) == before
    mirror.show(_copy(good))
    assert without_ids(mirror.shown) == fresh(good)


def test_a_first_tree_that_fails_leaves_an_empty_one() -> None:
    tree = Tree()
    with pytest.raises(ChildError):
        reconcile(tree, Column(children=["x"]))  # type: ignore[list-item]
    assert tree.root is None
    assert tree.by_id == {}
