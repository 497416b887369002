"""The reconciler: the mounted tree against what ``view`` returned, as the fewest patches.

Pure: it reads the tree and fills a :class:`~tempestweb_wasm.core.mount.Change`;
nothing is written until that is committed. Patches apply in order, removes before a
reorder before inserts, so an index counts in the list as the earlier ones left it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tempestweb_wasm.core.component import kind_of
from tempestweb_wasm.core.events import On
from tempestweb_wasm.core.lower import SCALARS, lower_prop
from tempestweb_wasm.core.mount import (
    Change,
    Node,
    Tree,
    check_problem,
    check_siblings,
    children_of,
    describe,
    is_unset,
    key_of,
    listeners,
    resolve,
    style_of,
)
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import ChildError, WidgetError


def reconcile(tree: Tree, source: Widget) -> Change:
    """Return the change that makes *tree* show *source*; raises ``WidgetError``."""
    if not isinstance(source, Widget):
        hint = "return a widget from every branch of view"
        raise ChildError(f"view returned {source!r}", hint)
    change = Change(tree)
    root = tree.root
    if root is None or root.key != key_of(source) or root.kind is not kind_of(source):
        change.root, wire = change.mount(source)
        if root is not None:
            change.removed.append(root)
        change.patches.append({"path": [], "node": wire})
    else:
        replaced = _diff(change, root, source, [])
        if replaced is not root:
            change.root = replaced
    return change


def replay(tree: Tree) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The whole tree as one root Replace with every style it uses, for a resync."""
    if tree.root is None:
        return [], {}
    styles: dict[str, Any] = {}
    return [{"path": [], "node": describe(tree.root, styles)}], styles


def _diff(change: Change, node: Node, source: Widget, path: list[int]) -> Node:
    """Compare one pair; returns the node that stands there afterwards."""
    if source is node.source:
        return node
    if kind_of(source) is not node.kind:
        return _replace(change, node, source, path)
    widget = resolve(source)
    if widget.spec is not node.spec:
        return _replace(change, node, source, path)
    change.seen.append((node, source, widget))
    _diff_self(change, node, widget, path)
    if node.spec.slot is not None:
        sources = children_of(widget, node.spec)
        if sources or node.children:
            _diff_children(change, node, sources, path)
    return node


def _replace(change: Change, node: Node, source: Widget, path: list[int]) -> Node:
    new, wire = change.mount(source)
    change.removed.append(node)
    change.patches.append({"path": path[:], "node": wire})
    return new


def _diff_self(change: Change, node: Node, widget: Widget, path: list[int]) -> None:
    patch: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    values = node.spec.read(widget)
    old = node.values
    if node.held is not None or any(map(_differs, values, old)):
        _diff_props(node, widget, values, patch, fields)
    style = style_of(widget)
    if style is not node.style and style != node.style:
        patch["style"] = None if style is None else change.use(style)
        fields["style"] = style
    if node.spec.handlers and _listeners_differ(node.widget, widget):
        on = listeners(widget)
        if on != listeners(node.widget):
            patch["on"] = on
            if on and not node.id:
                patch["id"] = fields["id"] = change.number(node)
    if patch:
        change.patches.append({"path": path[:], **patch})
    if fields:
        change.changed.append((node, fields))


def _differs(new: Any, old: Any) -> bool:
    if new is old:
        return False
    if new.__class__ is not old.__class__:
        return True
    return new.__class__ not in SCALARS or bool(new != old)


def _diff_props(
    node: Node,
    widget: Widget,
    values: tuple[Any, ...],
    patch: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    spec = node.spec
    check_problem(widget, spec)
    set_props: dict[str, Any] = {}
    unset_props: list[str] = []
    held: dict[str, Any] = {}
    for i, name in enumerate(spec.names):
        value, before = values[i], node.values[i]
        plain = value.__class__ in SCALARS
        if plain and not _differs(value, before):
            continue
        default = spec.defaults[i]
        low = lower_prop(value, spec.type, name, spec.rules.get(name))
        if not plain:
            held[name] = low
        was = before if before.__class__ in SCALARS else (node.held or {}).get(name)
        gone = is_unset(low, default)
        if gone and is_unset(was, default):
            continue
        if gone:
            unset_props.append(name)
        elif not _same(low, was):
            set_props[name] = low
    if set_props:
        patch["set_props"] = set_props
    if unset_props:
        patch["unset_props"] = unset_props
    fields["values"] = values
    fields["held"] = held or None


def _same(a: Any, b: Any) -> bool:
    """Whether two lowered values read the same as JSON, where True is not 1."""
    if a.__class__ is not b.__class__ or a != b:
        return False
    return a.__class__ in SCALARS or repr(a) == repr(b)


def _listeners_differ(old: Widget, new: Widget) -> bool:
    """Whether what is heard may have changed; new closures alone never count."""
    for name, _type, _event in new.spec.handlers:
        a, b = getattr(old, name), getattr(new, name)
        if a is b:
            continue
        if a is None or b is None or isinstance(a, On) or isinstance(b, On):
            return True
    return False


def _diff_children(change: Change, node: Node, sources: Sequence[Widget], path: list[int]) -> None:
    try:
        keys = [key_of(source) for source in sources]
        kinds = [kind_of(source) for source in sources]
        if len(set(keys)) - (None in keys) != len(keys) - keys.count(None):
            check_siblings(sources, node.spec)
    except (AttributeError, WidgetError):
        check_siblings(sources, node.spec)
        raise
    _Siblings(change, node, sources, keys, kinds, path).run()


class _Siblings:
    """The children of one node: old nodes against new sources."""

    def __init__(
        self,
        change: Change,
        parent: Node,
        sources: Sequence[Widget],
        keys: list[str | None],
        kinds: list[object],
        path: list[int],
    ) -> None:
        self.change = change
        self.parent = parent
        self.old = parent.children
        self.new = sources
        self.keys = keys
        self.kinds = kinds
        self.path = path
        self.result: list[Node] = [None] * len(sources)  # type: ignore[list-item]

    def run(self) -> None:
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
            self.change.lists.append((self.parent, self.result))

    def _pair(self, node: Node, index: int) -> None:
        source = self.new[index]
        if source is node.source:
            self.result[index] = node
            return
        self.path.append(index)
        try:
            self.result[index] = _diff(self.change, node, source, self.path)
        except WidgetError as error:
            error.path.insert(0, index)
            raise
        finally:
            self.path.pop()

    def _alike(self, node: Node, index: int) -> bool:
        """Whether the pair is the same child: by key, else by kind and (moved) content."""
        if node.key != self.keys[index] or node.kind is not self.kinds[index]:
            return False
        if node.key is not None or len(self.old) == len(self.new):
            return True
        return equal(node, self.new[index])

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
            if start + first:
                patch["start"] = start + first
            patch["order"] = [place - first for place in order[first:last]]
            self.change.patches.append(patch)

    def _insert(self, start: int, end: int) -> None:
        wires = []
        for index in range(start, end):
            try:
                self.result[index], wire = self.change.mount(self.new[index])
            except WidgetError as error:
                error.path.insert(0, index)
                raise
            wires.append(wire)
        one = {"node": wires[0]} if len(wires) == 1 else {"nodes": wires}
        self.change.patches.append({"path": self.path[:], "index": start, **one})

    def _remove(self, start: int, end: int) -> None:
        self.change.removed.extend(self.old[start:end])
        run = {} if end - start == 1 else {"count": end - start}
        self.change.patches.append({"path": self.path[:], "index": start, **run})


def equal(node: Node, source: Widget) -> bool:
    """Whether *source* would render as *node* does, handlers aside."""
    if source is node.source:
        return True
    if kind_of(source) is not node.kind or key_of(source) != node.key:
        return False
    widget = resolve(source)
    if widget.spec is not node.spec or style_of(widget) != node.style:
        return False
    fields: dict[str, Any] = {}
    patch: dict[str, Any] = {}
    _diff_props(node, widget, widget.spec.read(widget), patch, fields)
    if patch or listeners(widget) != listeners(node.widget):
        return False
    children = children_of(widget, widget.spec)
    if len(children) != len(node.children):
        return False
    return all(map(equal, node.children, children))
