"""The children of one node: lists made by :class:`~tempestweb_wasm.core.component.For` only
look at items that differ; all others are compared one by one (``siblings.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from operator import attrgetter, is_
from typing import Any

from tempestweb_wasm.core.component import For, FunctionComponent
from tempestweb_wasm.core.mount import Change, Node
from tempestweb_wasm.core.reading import key_of
from tempestweb_wasm.core.siblings import Pairs, Siblings, diff_in_place, diff_pairs
from tempestweb_wasm.core.widget import Widget


def diff_children(
    change: Change, node: Node, sources: Sequence[Widget], path: list[int], pairs: Pairs
) -> None:
    """Compare the children of *node* with *sources* and note what changes."""
    if isinstance(sources, For):
        change.changed.append((node, {"made": sources}))
        _diff_items(change, node, sources, path, pairs)
        return
    if node.made is not None:
        change.changed.append((node, {"made": None}))
    if len(node.children) == len(sources) and diff_in_place(change, node, sources, path, pairs):
        return
    Siblings(change, node, sources, 0, 0, path, pairs).run()


def _diff_items(change: Change, node: Node, after: For[Any], path: list[int], pairs: Pairs) -> None:
    """A keyed list of items: what did not change is neither rendered nor looked into."""
    before, old = node.made, node.children
    memo = change.tree.memo
    if (
        before is None
        or (before.marked is None) is not (after.marked is None)
        or not memo.same_function(before.key, after.key)
    ):
        Siblings(change, node, list(after), 0, 0, path, pairs).run()
        return
    same = memo.same_function(before.render, after.render)
    if same:
        # The functions are one: so each child finds that at the cost of an ``is``.
        after = after.rendered_by(before)
    items, was = after.items, before.items
    turned = (before.marked or _NOTHING) ^ (after.marked or _NOTHING)
    # Identity is enough for classes that can't change; each class is asked about once.
    solid = all(map(memo.is_solid, set(map(type, items))))
    if len(items) == len(was):
        differ = _differing(was, items, old, turned) if solid and same else range(len(items))
        kept = solid and all(map(is_, was, items))
        if kept or all(_key(after, i) == old[i].key for i in differ):
            found = [(i, after.at(i)) for i in differ] if same else _rendered(change, node, after)
            diff_pairs(change, node, found, path, pairs, differs=True)
            return
    if solid and same and not turned and _diff_moved(change, node, was, after, path, pairs):
        return
    Siblings(change, node, list(after), 0, 0, path, pairs).run()


_NOTHING: frozenset[str] = frozenset()


def _differing(
    was: Sequence[Any], items: Sequence[Any], old: Sequence[Node], turned: frozenset[str]
) -> list[int]:
    """Where another item stands, or one that was *turned*: selected, or no longer."""
    places = enumerate(zip(was, items, old, strict=True))
    if turned:
        return [i for i, (a, b, n) in places if a is not b or not n.memo or n.key in turned]
    return [i for i, (a, b, node) in places if a is not b or not node.memo]


def _key(made: For[Any], index: int) -> str:
    key = made.key(made.items[index])
    return key if key.__class__ is str else str(key)


def _diff_moved(
    change: Change,
    node: Node,
    was: Sequence[Any],
    after: For[Any],
    path: list[int],
    pairs: Pairs,
) -> bool:
    """Items came, went or moved: those that stay are known by identity, none is rendered.

    False if something is amiss with the keys; then nothing has been compared yet.
    """
    items, children = after.items, node.children
    head, tail = _untouched(children, was, items)
    old = children[head : len(was) - tail]
    # Thousands of items may stand here: all that is done for each of them is done in C.
    places = dict(zip(map(id, was[head : len(was) - tail]), range(len(old)), strict=True))
    matches = [*map(places.get, map(id, items[head : len(items) - tail]))]
    sources: list[Any] = [None] * len(matches)
    taken = {match for match in matches if match is not None}
    fresh = []
    if len(taken) < len(matches):
        fresh = [i for i, match in enumerate(matches) if match is None]
    if len(places) != len(old) or len(taken) + len(fresh) != len(matches):
        return False  # an item stands twice
    for i in fresh:
        sources[i] = after.at(head + i)
    if fresh and not _match_keys(node, sources, matches, fresh, taken, head, tail):
        return False
    if not all(map(_IS_MEMO, old)):
        for i, match in enumerate(matches):
            if sources[i] is None and match is not None and not old[match].memo:
                sources[i] = after.at(head + i)
    Siblings(change, node, sources, head, tail, path, pairs).place(matches)
    return True


_IS_MEMO = attrgetter("memo")


def _match_keys(
    node: Node,
    sources: list[Any],
    matches: list[int | None],
    fresh: list[int],
    taken: set[int],
    head: int,
    tail: int,
) -> bool:
    """Give each fresh item the old child of its key, if that is free; False if it is not."""
    children = node.children
    end = len(children) - tail
    old = {child.key: i for i, child in enumerate(children[head:end])}
    keys = [key_of(sources[i]) for i in fresh]
    stay = (*children[:head], *children[end:])
    if len(set(keys)) != len(keys) or not set(keys).isdisjoint([child.key for child in stay]):
        return False
    for i, key in zip(fresh, keys, strict=True):
        matches[i] = old.get(key)
    return taken.isdisjoint([matches[i] for i in fresh])


def _untouched(old: Sequence[Node], was: Sequence[Any], items: Sequence[Any]) -> tuple[int, int]:
    """How many items at the front and at the end are the same and need no look."""
    limit, head, tail = min(len(was), len(items)), 0, 0
    for a, b, node in zip(was, items, old, strict=False):
        if a is not b or not node.memo:
            break
        head += 1
    ends = zip(reversed(was), reversed(items), reversed(old), strict=False)
    for a, b, node in islice(ends, limit - head):
        if a is not b or not node.memo:
            break
        tail += 1
    return head, tail


def _rendered(change: Change, node: Node, made: For[Any]) -> list[tuple[int, Widget]]:
    """The children to look into when ``render`` closed over something new: all items go
    through it, and a component that comes out with equal arguments ends it there."""
    found: list[tuple[int, Widget]] = []
    render, same = made.render, change.tree.memo.same
    for index, (child, item) in enumerate(zip(node.children, made.items, strict=True)):
        old = child.inner
        if child.memo_inner and old.__class__ is FunctionComponent and old is not child.source:
            new = render(item) if made.marked is None else made.at(index).render()
            if new.__class__ is FunctionComponent and new.kind is old.kind and same(old, new):
                continue
        found.append((index, made.at(index)))
    return found
