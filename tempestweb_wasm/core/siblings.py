"""The children of one node: old nodes against new sources, as the fewest patches.

Runs of inserts and removes, a reorder that needs the fewest moves; lists made by
:class:`~tempestweb_wasm.core.component.For` only look at items that differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import is_
from typing import Any, NamedTuple

from tempestweb_wasm.core.component import For, FunctionComponent, kind_of
from tempestweb_wasm.core.mount import Change, Node
from tempestweb_wasm.core.reading import check_siblings, key_of
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import WidgetError


class Pairs(NamedTuple):
    """How one pair is compared; the reconciler's, handed in so that no module needs itself."""

    diff: Callable[[Change, Node, Widget, list[int], bool], Node]
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
    solid = all(map(memo.is_solid, set(map(type, items))))
    if len(items) == len(was):
        differ = _differing(was, items, old) if solid and same else range(len(items))
        kept = solid and all(map(is_, was, items))
        if kept or all(_key(after, i) == old[i].key for i in differ):
            found = [(i, after.at(i)) for i in differ] if same else _rendered(change, node, after)
            _diff_pairs(change, node, found, path, pairs, differs=True)
            return
    if solid and same and _diff_moved(change, node, was, after, path, pairs):
        return
    _Siblings(change, node, list(after), 0, 0, path, pairs).run()


def _differing(was: Sequence[Any], items: Sequence[Any], old: Sequence[Node]) -> list[int]:
    places = enumerate(zip(was, items, old, strict=True))
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
    places = {id(item): i for i, item in enumerate(was[head : len(was) - tail])}
    matches = [places.get(id(item)) for item in items[head : len(items) - tail]]
    sources: list[Any] = [None] * len(matches)
    fresh = [i for i, match in enumerate(matches) if match is None]
    taken = {match for match in matches if match is not None}
    if len(places) != len(old) or len(taken) + len(fresh) != len(matches):
        return False  # an item stands twice
    for i in fresh:
        sources[i] = after.at(head + i)
    if fresh and not _match_keys(node, sources, matches, fresh, taken, head, tail):
        return False
    for i, match in enumerate(matches):
        if sources[i] is None and match is not None and not old[match].memo:
            sources[i] = after.at(head + i)
    _Siblings(change, node, sources, head, tail, path, pairs).place(matches)
    return True


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
            new = render(item)
            if new.__class__ is FunctionComponent and new.kind is old.kind and same(old, new):
                continue
        found.append((index, made.at(index)))
    return found


def _diff_pairs(
    change: Change,
    parent: Node,
    found: Iterable[tuple[int, Widget]],
    path: list[int],
    pairs: Pairs,
    *,
    differs: bool = False,
) -> None:
    """Compare children that stay where they are: each index with its new source."""
    old = parent.children
    result: list[Node] | None = None
    depth = len(path)
    path.append(0)
    try:
        for index, source in found:
            path[depth] = index
            node = pairs.diff(change, old[index], source, path, differs)
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
        sources: Sequence[Any],
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
        self.keys: list[str | None] = []
        self.kinds: list[object] = []
        self.result: list[Node] = [None] * len(sources)  # type: ignore[list-item]

    def run(self) -> None:
        """Find out who is who, and note the patches and the new list of children."""
        try:
            self.keys = [key_of(source) for source in self.new]
            self.kinds = [kind_of(source) for source in self.new]
        except (AttributeError, WidgetError):
            check_siblings(self.new, self.parent.spec)
            raise
        if len(set(self.keys)) - (None in self.keys) != len(self.new) - self.keys.count(None):
            check_siblings(self.new, self.parent.spec)
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
            self._middle(start, old_end, self._match(start, old_end, new_end))
        for offset in range(tail):
            self._pair(self.old[old_end + offset], new_end + offset)
        self._keep()

    def place(self, matches: list[int | None]) -> None:
        """Note the patches where *matches* says which old child each new one was; a source
        that is None stays as it is."""
        self._middle(0, len(self.old), matches)
        self._keep()

    def _keep(self) -> None:
        if self.result != self.old:
            children = self.parent.children
            first, last = children[: self.head], children[len(children) - self.tail :]
            self.change.lists.append((self.parent, [*first, *self.result, *last]))

    def _pair(self, node: Node, index: int) -> None:
        source = self.new[index]
        if source is None or source is node.source:
            self.result[index] = node
            return
        self.path.append(self.head + index)
        try:
            self.result[index] = self.pairs.diff(self.change, node, source, self.path, False)
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

    def _middle(self, start: int, old_end: int, matches: list[int | None]) -> None:
        new_end = start + len(matches)
        kept = [m for m in matches if m is not None]
        if len(kept) < old_end - start:
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
        ordered = sorted(kept)
        if ordered == kept:
            return
        rank = dict(zip(ordered, range(len(ordered)), strict=True))
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
