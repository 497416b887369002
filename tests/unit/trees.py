"""Random widget trees for property tests, and a reference to compare the engine with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tempestweb_wasm.core.component import For, component
from tempestweb_wasm.core.memo import Memo
from tempestweb_wasm.core.mount import Tree
from tempestweb_wasm.core.patch import apply_patches
from tempestweb_wasm.core.reconcile import reconcile
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.style import Style
from tempestweb_wasm.widgets import Button, Column, Dropdown, Input, Row, Text

STYLES = [None, Style(gap=4), Style(gap=8), Style(padding=4, gap=8)]


def leaves() -> st.SearchStrategy[Widget]:
    keys = st.one_of(st.none(), st.integers(0, 6))
    styles = st.sampled_from(STYLES)
    words = st.text("ab<&é", max_size=3)
    heard = st.booleans()
    return st.one_of(
        st.builds(lambda k, s, w: Text(key=k, style=s, content=w), keys, styles, words),
        st.builds(
            lambda k, w, h: Button(key=k, label=w, on_click=(lambda: None) if h else None),
            keys,
            words,
            heard,
        ),
        st.builds(lambda k, w, d: Input(key=k, value=w, disabled=d), keys, words, heard),
        st.builds(
            lambda k, w: Dropdown(key=k, options=["x", *w]),
            keys,
            st.lists(words, unique=True, max_size=2).map(lambda ws: [w for w in ws if w]),
        ),
    )


def distinct(children: Sequence[Widget]) -> list[Widget]:
    """Drop the children whose key an earlier sibling has."""
    seen: set[Any] = set()
    kept = []
    for child in children:
        if child.key is None or child.key not in seen:
            kept.append(child)
            seen.add(child.key)
    return kept


@component
def flips(word: str, number: int) -> Widget:
    """Another kind of widget for odd numbers."""
    return Text(content=word) if number % 2 else Button(label=word, on_click=lambda: None)


@component
def wraps(inner: Widget) -> Widget:
    """A component around what can't be compared."""
    return Row(children=[inner])


def components() -> st.SearchStrategy[Widget]:
    keys = st.one_of(st.none(), st.integers(0, 6))
    return st.builds(
        lambda k, w, n: flips(w, n, key=k), keys, st.text("ab", max_size=2), st.integers(0, 3)
    )


def lists() -> st.SearchStrategy[Widget]:
    """Keyed lists made by For, of items that can be compared."""
    items = st.lists(
        st.tuples(st.integers(0, 9), st.text("ab", max_size=2)),
        max_size=8,
        unique_by=lambda i: i[0],
    )
    return st.builds(
        lambda rows, n: Column(
            key="for",
            children=For(rows, key=lambda i: i[0], render=lambda i: flips(i[1], i[0] + n)),
        ),
        items,
        st.integers(0, 1),
    )


def trees() -> st.SearchStrategy[Widget]:
    return st.recursive(
        st.one_of(leaves(), components(), lists(), leaves().map(wraps)),
        lambda inner: st.builds(
            lambda cls, k, kids: cls(key=k, children=distinct(kids)),
            st.sampled_from([Column, Row]),
            st.one_of(st.none(), st.integers(0, 6)),
            st.lists(inner, max_size=6),
        ),
        max_leaves=20,
    )


def without_ids(node: Any) -> Any:
    """A wire tree without the numbers, for comparing with a fresh render."""
    if isinstance(node, dict):
        return {k: without_ids(v) for k, v in node.items() if k != "id"}
    if isinstance(node, list):
        return [without_ids(item) for item in node]
    return node


def fresh(widget: Widget) -> Any:
    """What *widget* is on the wire when it is rendered for the first time."""
    return without_ids(reconcile(Tree(), widget).patches[0]["node"])


class Mirror:
    """A tree and the client that follows its patches."""

    def __init__(self, widget: Widget, memo: Memo | None = None) -> None:
        self.tree = Tree(memo)
        self.shown: Any = None
        self.patches: list[dict[str, Any]] = []
        self.show(widget)

    def show(self, widget: Widget) -> list[dict[str, Any]]:
        change = reconcile(self.tree, widget)
        self.tree.commit(change)
        self.patches = change.patches
        # Through JSON, as on a wire: nothing may be shared between the two sides.
        self.shown = apply_patches(self.shown, json.loads(json.dumps(change.patches)))
        return change.patches
