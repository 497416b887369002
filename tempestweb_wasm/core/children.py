"""The children of one node: lists made by :class:`~tempestweb_wasm.core.component.For` only
look at items that differ; all others are compared one by one (``siblings.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress, count
from operator import indexOf, is_not
from typing import Any

from tempestweb_wasm.core.component import For, FunctionComponent
from tempestweb_wasm.core.mount import IS_MEMO, KEY, Change, Node
from tempestweb_wasm.core.reading import key_of
from tempestweb_wasm.core.siblings import Pairs, Siblings, diff_in_place, diff_pairs
from tempestweb_wasm.core.widget import Widget


def diff_children(
    change: Change, node: Node, sources: Sequence[Widget], path: list[int], pairs: Pairs
) -> None:
    """Compare the children of *node* with *sources* and note what changes."""
    if type(sources) is For:
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
    before, memo = node.made, change.tree.memo
    if (
        before is not None
        and (before.marked is None) is (after.marked is None)
        and memo.same_function(before.key, after.key)
    ):
        if memo.same_function(before.render, after.render):
            if _Items(change, node, before, after, path, pairs).diff():
                return
        elif len(after) == len(before) and _keys_match(after, node.children, range(len(after))):
            diff_pairs(change, node, _rendered(change, node, after), path, pairs, differs=True)
            return
    Siblings(change, node, list(after), 0, 0, path, pairs).run()


def _keys_match(made: For[Any], children: Sequence[Node], places: Iterable[int]) -> bool:
    items, key_of_item = made.items, made.key
    for i in places:
        key = key_of_item(items[i])
        if (key if key.__class__ is str else str(key)) != children[i].key:
            return False
    return True


class _Items:
    """A list before and after that one *render* made of its items.

    Thousands may stand in it: what has to be done for each of them is done in C.
    """

    def __init__(
        self,
        change: Change,
        node: Node,
        before: For[Any],
        after: For[Any],
        path: list[int],
        pairs: Pairs,
    ) -> None:
        self.change = change
        self.node = node
        self.before = before
        self.after = after
        self.path = path
        self.pairs = pairs
        self.old = node.children
        # One function for all, so that each child finds that at the cost of an ``is``.
        after.render, after.kind = before.render, before.kind
        self.calm = before.calm or all(map(IS_MEMO, self.old))
        self.turned = (before.marked or _NOTHING) ^ (after.marked or _NOTHING)

    def diff(self) -> bool:
        """Note what changes; False if the children have to be compared one by one, then
        nothing has been noted yet."""
        was, items = self.before.items, self.after.items
        if not items:
            return False
        if len(was) == len(items):
            others: list[int] = []
            if any(map(is_not, was, items)):
                others += compress(range(len(was)), map(is_not, was, items))
            known = self.before.solid
            self.after.solid = self.change.tree.memo.are_solid(
                [items[i] for i in others] if known else items
            )
            if self._diff_in_place(others):
                return True
            if self.calm and self.after.solid and not self.turned and self._permute(others):
                return True
        else:
            self.after.solid = self.change.tree.memo.are_solid(items)
        return self.after.solid and not self.turned and self._diff_moved()

    def _diff_in_place(self, others: Sequence[int]) -> bool:
        """*others* are the places where another item stands than before."""
        change, node, after, old = self.change, self.node, self.after, self.old
        differ: Iterable[int] = range(len(old))
        if after.solid:
            differ = {*others, *self._turned_places()}
            if not self.calm:
                differ.update(i for i, child in enumerate(old) if not child.memo)
            differ = sorted(differ)
        if (others or not after.solid) and not _keys_match(after, old, differ):
            return False
        known, found = len(change.rendered), ((i, after.at(i)) for i in differ)
        diff_pairs(change, node, found, self.path, self.pairs, differs=True)
        replaced = change.lists and change.lists[-1][0] is node
        if self.calm and not replaced:
            after.calm = all(rendered[2] for _, rendered in change.rendered[known:])
        return True

    def _turned_places(self) -> Iterable[int]:
        """Where the items stand that were selected, or are no longer."""
        if len(self.turned) > FEW:
            return [i for i, child in enumerate(self.old) if child.key in self.turned]
        keys = [key for key in self.turned if key in map(KEY, self.old)]
        return [indexOf(map(KEY, self.old), key) for key in keys]

    def _permute(self, places: Sequence[int]) -> bool:
        """The same items stand at other *places*: one reorder. False if they are others."""
        was, items, old = self.before.items, self.after.items, self.old
        start, end = places[0], places[-1] + 1
        origin = {id(was[i]): i for i in places}
        moved = [origin.get(id(items[i]), -1) for i in places]
        if -1 in moved or len(set(moved)) != len(places):
            return False
        order, now = [*range(end - start)], [*old]
        for place, former in zip(places, moved, strict=True):
            order[place - start] = former - start
            now[place] = old[former]
        at = {"start": start} if start else {}
        self.change.patches.append({"path": self.path[:], **at, "order": order})
        self.change.lists.append((self.node, now))
        self.after.calm = True
        return True

    def _diff_moved(self) -> bool:
        """Items came, went or moved: those that stay are known by identity.

        False if something is amiss with the keys; then nothing has been noted yet.
        """
        was, items, after = self.before.items, self.after.items, self.after
        head, tail = _untouched(was, items) if self.calm else (0, 0)
        old = self.old[head : len(was) - tail]
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
        if fresh and not _match_keys(self.node, sources, matches, fresh, taken, head, tail):
            return False
        if not self.calm:
            for i, match in enumerate(matches):
                if sources[i] is None and match is not None and not old[match].memo:
                    sources[i] = after.at(head + i)
        after.calm = self.calm and not fresh
        siblings = Siblings(self.change, self.node, sources, head, tail, self.path, self.pairs)
        siblings.place(matches)
        return True


_NOTHING: frozenset[str] = frozenset()

FEW = 4
"""So many keys are found sooner one after the other, in C, than by looking at each child."""


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


def _untouched(was: Sequence[Any], items: Sequence[Any]) -> tuple[int, int]:
    """How many items at the front and at the end are the same."""
    limit = min(len(was), len(items))
    head = next(compress(count(), map(is_not, was, items)), limit)
    ends = map(is_not, reversed(was), reversed(items))
    return head, next(compress(range(limit - head), ends), limit - head)


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
