"""The children of one node: old nodes against new sources, as the fewest patches.

Runs of inserts and removes, a reorder that needs the fewest moves; lists made by
:class:`~tempestweb_wasm.core.component.For` only look at items that differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from tempestweb_wasm.core.component import For, kind_of
from tempestweb_wasm.core.mount import Change, Node
from tempestweb_wasm.core.reading import check_siblings, key_of
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import WidgetError


class Pairs(NamedTuple):
    """How one pair is compared; the reconciler's, handed in so that no module needs itself."""

    diff: Callable[[Change, Node, Widget, list[int]], Node]
    equal: Callable[[Change, Node, Widget], bool]


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
    if len(node.children) == len(sources) and _diff_in_place(change, node, sources, path, pairs):
        return
    _Siblings(change, node, sources, 0, 0, path, pairs).run()


def _diff_items(change: Change, node: Node, after: For[Any], path: list[int], pairs: Pairs) -> None:
    """A keyed list of items: what did not change is neither rendered nor looked into."""
    before, old = node.made, node.children
    memo = change.tree.memo
    if before is None or not memo.same_function(before.key, after.key):
        _Siblings(change, node, list(after), 0, 0, path, pairs).run()
        return
    same = memo.same_function(before.render, after.render)
    if same:
        # The functions are one: so each child finds that at the cost of an ``is``.
        after = For(after.items, key=after.key, render=before.render)
    items, was = after.items, before.items
    # Identity is enough for classes that can't change; each class is asked about once.
    solid = {cls for cls in set(map(type, items)) if memo.is_solid(cls)}
    if len(items) == len(was):
        differ = [
            i
            for i, (a, b) in enumerate(zip(was, items, strict=True))
            if a is not b or b.__class__ not in solid or not same or not old[i].memo
        ]
        if all(
            (a is b and b.__class__ in solid) or _key(after, i) == old[i].key
            for i, a, b in _at(differ, was, items)
        ):
            found = [(i, after.at(i)) for i in differ] if same else _rendered(change, node, after)
            _diff_pairs(change, node, found, path, pairs)
            return
    head, tail = _untouched(node, was, items, solid) if same else (0, 0)
    sources = [after.at(i) for i in range(head, len(items) - tail)]
    _Siblings(change, node, sources, head, tail, path, pairs).run()


def _at(places: list[int], *lists: Sequence[Any]) -> Iterable[Any]:
    return ((i, *(one[i] for one in lists)) for i in places)


def _key(made: For[Any], index: int) -> str:
    key = made.key(made.items[index])
    return key if key.__class__ is str else str(key)


def _untouched(
    node: Node, was: Sequence[Any], items: Sequence[Any], solid: set[type]
) -> tuple[int, int]:
    """How many items at the front and at the end are the same and need no look."""
    old, limit = node.children, min(len(was), len(items))
    head = 0
    while head < limit and _kept(old[head], was[head], items[head], solid):
        head += 1
    tail = 0
    limit -= head
    while tail < limit and _kept(old[-1 - tail], was[-1 - tail], items[-1 - tail], solid):
        tail += 1
    return head, tail


def _kept(node: Node, was: Any, item: Any, solid: set[type]) -> bool:
    return was is item and node.memo and item.__class__ in solid


def _rendered(change: Change, node: Node, made: For[Any]) -> list[tuple[int, Widget]]:
    """The children to look into when ``render`` closed over something new: all items go
    through it, and a component that comes out with equal arguments ends it there."""
    found: list[tuple[int, Widget]] = []
    for index, (child, item) in enumerate(zip(node.children, made.items, strict=True)):
        if child.memo_inner and child.inner is not child.source:
            inner = made.render(item)
            if change.is_same(child.inner, inner):
                continue
        found.append((index, made.at(index)))
    return found


def _diff_pairs(
    change: Change,
    parent: Node,
    found: Iterable[tuple[int, Widget]],
    path: list[int],
    pairs: Pairs,
) -> None:
    """Compare children that stay where they are: each index with its new source."""
    old = parent.children
    result: list[Node] | None = None
    depth = len(path)
    path.append(0)
    try:
        for index, source in found:
            path[depth] = index
            node = pairs.diff(change, old[index], source, path)
            if node is not old[index]:
                result = list(old) if result is None else result
                result[index] = node
    except WidgetError as error:
        error.path.insert(0, path[depth])
        raise
    finally:
        path.pop()
    if result is not None:
        change.lists.append((parent, result))


def _diff_in_place(
    change: Change, parent: Node, sources: Sequence[Widget], path: list[int], pairs: Pairs
) -> bool:
    """The usual case: the same children in the same order. False if they are not, then
    nothing has been compared yet."""
    found = []
    for index, (node, source) in enumerate(zip(parent.children, sources, strict=True)):
        if source is node.source:
            continue
        key = getattr(source, "key", None)
        if key is not None and key.__class__ is not str:
            key = key_of(source)
        if key != node.key or kind_of(source) is not node.kind:
            return False
        found.append((index, source))
    _diff_pairs(change, parent, found, path, pairs)
    return True


class _Siblings:
    """The children of one node without the first *head* and the last *tail*, which stay."""

    def __init__(
        self,
        change: Change,
        parent: Node,
        sources: Sequence[Widget],
        head: int,
        tail: int,
        path: list[int],
        pairs: Pairs,
    ) -> None:
        self.change = change
        self.parent = parent
        self.head = head
        self.tail = tail
        self.old = parent.children[head : len(parent.children) - tail]
        self.new = sources
        self.path = path
        self.pairs = pairs
        try:
            self.keys = [key_of(source) for source in sources]
            self.kinds = [kind_of(source) for source in sources]
        except (AttributeError, WidgetError):
            check_siblings(sources, parent.spec)
            raise
        if len(set(self.keys)) - (None in self.keys) != len(sources) - self.keys.count(None):
            check_siblings(sources, parent.spec)
        self.result: list[Node] = [None] * len(sources)  # type: ignore[list-item]

    def run(self) -> None:
        """Note the patches and the new list of children."""
        old_end, new_end = len(self.old), len(self.new)
        start = self._prefix(min(old_end, new_end))
        tail = self._suffix(start)
        old_end, new_end = old_end - tail, new_end - tail
        if start == old_end:
            if start < new_end:
                self._insert(start, new_end)
        elif start == new_end:
            self._remove(start, old_end)
        else:
            self._middle(start, old_end, new_end)
        for offset in range(tail):
            self._pair(self.old[old_end + offset], new_end + offset)
        if self.result != self.old:
            children = self.parent.children
            first, last = children[: self.head], children[len(children) - self.tail :]
            self.change.lists.append((self.parent, [*first, *self.result, *last]))

    def _pair(self, node: Node, index: int) -> None:
        source = self.new[index]
        if source is node.source:
            self.result[index] = node
            return
        self.path.append(self.head + index)
        try:
            self.result[index] = self.pairs.diff(self.change, node, source, self.path)
        except WidgetError as error:
            error.path.insert(0, self.head + index)
            raise
        finally:
            self.path.pop()

    def _alike(self, node: Node, index: int) -> bool:
        """Whether the pair is the same child: by key, else by kind and (moved) content."""
        if node.key != self.keys[index] or node.kind is not self.kinds[index]:
            return False
        if node.key is not None or len(self.old) == len(self.new):
            return True
        return self.pairs.equal(self.change, node, self.new[index])

    def _prefix(self, limit: int) -> int:
        index = 0
        while index < limit and self._alike(self.old[index], index):
            self._pair(self.old[index], index)
            index += 1
        return index

    def _suffix(self, start: int) -> int:
        old, count = self.old, 0
        limit = min(len(old), len(self.new)) - start
        while count < limit and self._alike(old[-1 - count], len(self.new) - 1 - count):
            count += 1
        return count

    def _middle(self, start: int, old_end: int, new_end: int) -> None:
        matches = self._match(start, old_end, new_end)
        kept = [m for m in matches if m is not None]
        self._remove_unmatched(start, old_end, set(kept))
        self._reorder(start, kept)
        index = start
        while index < new_end:
            end = index
            while end < new_end and matches[end - start] is None:
                end += 1
            if end > index:
                self._insert(index, end)
            index = end + 1
        for index, match in enumerate(matches, start):
            if match is not None:
                self._pair(self.old[match], index)

    def _match(self, start: int, old_end: int, new_end: int) -> list[int | None]:
        """For each new child the index of its old one: by key, else in order within the kind."""
        keyed: dict[str, int] = {}
        unkeyed: dict[object, list[int]] = {}
        for i in range(old_end - 1, start - 1, -1):
            node = self.old[i]
            if node.key is not None:
                keyed[node.key] = i
            else:
                unkeyed.setdefault(node.kind, []).append(i)
        matches: list[int | None] = []
        for i in range(start, new_end):
            key = self.keys[i]
            if key is not None:
                matches.append(keyed.get(key))
            else:
                queue = unkeyed.get(self.kinds[i])
                matches.append(queue.pop() if queue else None)
        return matches

    def _remove_unmatched(self, start: int, old_end: int, kept: set[int]) -> None:
        end = old_end
        while end > start:
            if end - 1 in kept:
                end -= 1
                continue
            first = end - 1
            while first > start and first - 1 not in kept:
                first -= 1
            self._remove(first, end)
            end = first

    def _reorder(self, start: int, kept: list[int]) -> None:
        rank = {old: place for place, old in enumerate(sorted(kept))}
        order = [rank[old] for old in kept]
        first, last = 0, len(order)
        while first < last and order[first] == first:
            first += 1
        while last > first and order[last - 1] == last - 1:
            last -= 1
        if first < last:
            patch: dict[str, Any] = {"path": self.path[:]}
            if self.head + start + first:
                patch["start"] = self.head + start + first
            patch["order"] = [place - first for place in order[first:last]]
            self.change.patches.append(patch)

    def _insert(self, start: int, end: int) -> None:
        wires = []
        for index in range(start, end):
            try:
                self.result[index], wire = self.change.mount(self.new[index])
            except WidgetError as error:
                error.path.insert(0, self.head + index)
                raise
            wires.append(wire)
        one = {"node": wires[0]} if len(wires) == 1 else {"nodes": wires}
        self.change.patches.append({"path": self.path[:], "index": self.head + start, **one})

    def _remove(self, start: int, end: int) -> None:
        self.change.removed.extend(self.old[start:end])
        run = {} if end - start == 1 else {"count": end - start}
        self.change.patches.append({"path": self.path[:], "index": self.head + start, **run})
