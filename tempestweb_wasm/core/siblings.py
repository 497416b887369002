"""Old nodes against new sources, as the fewest patches: runs of inserts and removes, and a
reorder that needs the fewest moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from tempestweb_wasm.core.component import FunctionComponent, kind_of
from tempestweb_wasm.core.mount import Change, Node
from tempestweb_wasm.core.reading import check_siblings, key_of
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import WidgetError


class Pairs(NamedTuple):
    """How one pair is compared; the reconciler's, handed in so that no module needs itself."""

    diff: Callable[[Change, Node, Widget, list[int], bool], Node]
    equal: Callable[[Change, Node, Widget], bool]


def diff_pairs(
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
    diff = pairs.diff
    try:
        for index, source in found:
            path[depth] = index
            before = old[index]
            node = diff(change, before, source, path, differs)
            if node is not before:
                result = list(old) if result is None else result
                result[index] = node
    except WidgetError as error:
        error.path.insert(0, path[depth])
        raise
    finally:
        path.pop()
    if result is not None:
        change.lists.append((parent, result))


def diff_in_place(
    change: Change, parent: Node, sources: Sequence[Widget], path: list[int], pairs: Pairs
) -> bool:
    """The usual case: the same children in the same order. False if they are not, then
    nothing has been compared yet."""
    found = []
    for index, (node, source) in enumerate(zip(parent.children, sources, strict=True)):
        if source is node.source:
            continue
        cls: Any = source.__class__
        if (source.kind if cls is FunctionComponent else cls) is not node.kind:  # type: ignore[attr-defined]
            return False
        key: Any = source.key
        if key is not None and key.__class__ is not str:
            key = key_of(source)
        if key != node.key:
            return False
        found.append((index, source))
    diff_pairs(change, parent, found, path, pairs)
    return True


class Siblings:
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
        if source is node.source:
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
        index = start if len(kept) < len(matches) else new_end
        while index < new_end:
            end = index
            while end < new_end and matches[end - start] is None:
                end += 1
            if end > index:
                self._insert(index, end)
            index = end + 1
        old, new, result = self.old, self.new, self.result
        for index, match in enumerate(matches, start):
            if match is not None:
                if new[index] is None:
                    result[index] = old[match]
                else:
                    self._pair(old[match], index)

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
        if not kept:
            self._remove(start, end)
            return
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
        first, last = 0, len(kept)
        while kept[first] == ordered[first]:
            first += 1
        while kept[last - 1] == ordered[last - 1]:
            last -= 1
        rank = dict(zip(ordered[first:last], range(last - first), strict=True))
        patch: dict[str, Any] = {"path": self.path[:]}
        if self.head + start + first:
            patch["start"] = self.head + start + first
        patch["order"] = [*map(rank.__getitem__, kept[first:last])]
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
