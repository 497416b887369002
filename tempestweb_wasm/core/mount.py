"""A session's tree: what was rendered, with ids, children and handlers.

Widgets stay untouched; each has a :class:`Node` here. Building one gives the wire
form in the same walk. Nothing in the session changes until the whole render has
gone well (:meth:`Tree.commit`), so a fault anywhere leaves the last good tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

from tempestweb_wasm.core.app import App
from tempestweb_wasm.core.component import For, FunctionComponent, kind_of
from tempestweb_wasm.core.lower import SCALARS, lower_prop
from tempestweb_wasm.core.memo import Memo
from tempestweb_wasm.core.patch import WireNode
from tempestweb_wasm.core.reading import (
    check_problem,
    check_siblings,
    children_of,
    is_unset,
    key_of,
    listeners,
)
from tempestweb_wasm.core.widget import Widget, WidgetSpec
from tempestweb_wasm.errors import ChildError, PropError, WidgetError
from tempestweb_wasm.style import Style


class Node:
    """One mounted widget.

    ``source`` is what the parent was given (a component, or the widget itself),
    ``widget`` what it came to. ``first`` and ``rest`` are the props as they were read (see
    :class:`~tempestweb_wasm.core.widget.WidgetSpec`), ``held`` the lowered form of those
    that could change in place (a list that the app owns), ``on`` what it hears, ``id`` is 0
    for a node that no event can reach. ``inner`` is the last component on the way from
    source to widget, ``memo`` says that none of them read the state, ``memo_inner`` that the
    last did not, so that they may be skipped; ``made`` is the
    :class:`~tempestweb_wasm.core.component.For` that the children came from.

    A table of 10,000 rows has 40,000 of these, and they live long: nodes without children
    share one empty tuple, props that are all as by default are the spec's own tuple.
    """

    __slots__ = (
        "children",
        "first",
        "held",
        "id",
        "inner",
        "key",
        "kind",
        "made",
        "memo",
        "memo_inner",
        "on",
        "rest",
        "source",
        "spec",
        "style",
        "widget",
    )

    def __init__(self, source: Widget, key: Any, kind: object, widget: Widget) -> None:
        self.source = self.inner = source
        self.key: str | None = key
        self.kind = kind
        self.widget = widget
        self.spec: WidgetSpec
        self.first: Any
        self.rest: tuple[Any, ...]
        self.made: For[Any] | None = None
        self.memo = self.memo_inner = False
        self.held: dict[str, Any] | None = None
        self.style: Style | None = None
        self.on: list[Any] | None = None
        self.children: Sequence[Node] = ()
        self.id = 0

    @property
    def values(self) -> tuple[Any, ...]:
        """All props as they were read, in the order of ``spec.names``."""
        return (self.first, *self.rest)

    def show(self, name: str, value: Any) -> None:
        """Note that the user set the prop *name* to *value* on the screen.

        Only where the app sets it too (it is not None): the next render then compares with
        what is really shown, so that an app that refuses or changes what was typed is
        obeyed, and one that agrees sends nothing. Where it is None the browser keeps it.
        """
        if getattr(self.widget, name) is not None:
            at = self.spec.names.index(name)
            values = (*self.values[:at], value, *self.values[at + 1 :])
            self.first, self.rest = values[0], values[1:]

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


IS_MEMO = attrgetter("memo")
KEY = attrgetter("key")
_ID = attrgetter("id")
_NO_KEYS = {None}

FEW = 50
"""So many removed nodes are freed at once: putting it off takes as long."""

Rendered = tuple[Widget, Widget, bool, bool]
"""What components came to: the last of them, its widget, and whether all of them, and
whether the last one, read no state. Made for every row of a list, so a plain tuple."""


class Tree:
    """The mounted tree of one session, and what its client has been told so far."""

    def __init__(self, memo: Memo | None = None) -> None:
        self.memo = memo or Memo()
        self.app: App[Any] | None = None
        self.root: Node | None = None
        self._by_id: dict[int, Node] = {}
        self._gone: list[Node] = []
        self.next_id = 1
        self.known_styles: set[str] = set()

    def commit(self, change: Change) -> None:
        """Make *change* the truth; called once its patches are ready to be sent."""
        for node, source, widget in change.seen:
            node.source = source
            node.widget = widget
        for node, made in change.rendered:
            node.inner, _, node.memo, node.memo_inner = made
        for node, first, rest, held in change.read:
            node.first, node.rest, node.held = first, rest, held
        for node, fields in change.changed:
            for name, value in fields.items():
                setattr(node, name, value)
        self._gone += change.removed
        if len(self._gone) <= FEW:
            self.sweep()
        for node, children in change.lists:
            node.children = children
        self._by_id.update(zip(map(_ID, change.added), change.added, strict=True))
        self.known_styles.update(change.styles)
        if change.root is not None:
            self.root = change.root

    @property
    def by_id(self) -> dict[int, Node]:
        """The live nodes that events can reach."""
        if self._gone:
            self.sweep()
        return self._by_id

    @property
    def littered(self) -> bool:
        """Whether many nodes went that are still known: call :meth:`sweep` when there is time."""
        return bool(self._gone)

    def sweep(self) -> None:
        """Forget and free the nodes that went: 3 ms for 1,000 rows, which can wait."""
        gone = self._gone
        while gone:
            node = gone.pop()
            if node.id:
                self._by_id.pop(node.id, None)
            gone += node.children

    def find(self, key: str) -> list[Node]:
        """The live nodes with *key*, in document order."""
        return [] if self.root is None else [n for n in self.root.walk() if key_on_screen(n) == key]


class Change:
    """One render: the patches, and what :meth:`Tree.commit` will write."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.patches: list[dict[str, Any]] = []
        self.styles: dict[str, Any] = {}
        self.root: Node | None = None
        self.seen: list[tuple[Node, Widget, Widget]] = []
        self.rendered: list[tuple[Node, Rendered]] = []
        self.read: list[tuple[Node, Any, tuple[Any, ...], dict[str, Any] | None]] = []
        self.changed: list[tuple[Node, dict[str, Any]]] = []
        self.lists: list[tuple[Node, list[Node]]] = []
        self.added: list[Node] = []
        self.removed: list[Node] = []

    def mount(self, source: Widget) -> tuple[Node, WireNode]:
        """Build the node of *source* and all below it, with the wire form.

        One function on purpose: it runs for every widget of a page, and a call costs as much
        as a tenth of it.
        """
        cls = source.__class__
        renders = cls.spec.renders
        key: Any = source.key
        if key is not None and key.__class__ is not str:
            key = key_of(source)
        if renders:
            made: Any = self.resolve(source)
            widget = made[1]
            node = Node(source, key, kind_of(source), widget)
            node.inner, _, node.memo, node.memo_inner = made
            if key is None:
                key = key_of(widget)  # what events name it by
        else:
            widget = source
            node = Node(source, key, cls, source)
        spec = node.spec = widget.spec
        wire: WireNode = {"type": spec.type}
        if key is not None:
            wire["key"] = key
        style = widget.style if spec.own_style is None else spec.own_style(widget)
        if style is not None:
            node.style = style
            wire["style"] = self.use(style, spec)
        first = node.first = spec.read_first(widget)
        rest = spec.read_rest(widget)
        if rest == spec.plain and spec.verbatim and (first is None or first.__class__ is str):
            # Nearly every one: at most one text, all else as it is by default.
            node.rest = spec.plain
            props = {spec.names[0]: first} if first and first != spec.defaults[0] else None
        else:
            node.rest = rest
            props = self._props(node)
        if spec.handlers or spec.control:
            self._hear(node, wire)
        children = None if spec.slot is None else self._children(node)
        if props or not children:
            wire["props"] = props or {}
        if children:
            wire["children"] = children
        return node, wire

    def _hear(self, node: Node, wire: WireNode) -> None:
        spec = node.spec
        handlers = spec.read_handlers(node.widget)
        if handlers != spec.silent:
            on = spec.heard.get(tuple(map(type, handlers))) or listeners(spec, handlers)
            if on:
                node.id = wire["id"] = self.number(node)
                node.on = wire["on"] = on
                return
        if spec.control:
            node.id = wire["id"] = self.number(node)

    def resolve(self, source: Widget, node: Node | None = None) -> Rendered | None:
        """Follow components down to a widget; None if *node* shows that already."""
        app = self.tree.app
        start = last = 0 if app is None else app.reads
        widget = inner = source
        while widget.__class__.spec.renders:
            inner = widget
            if node is not None and node.memo_inner and self.is_same(node.inner, inner):
                return None
            last = 0 if app is None else app.reads
            widget = inner.render()  # type: ignore[attr-defined]
            if not isinstance(widget, Widget):
                name = getattr(kind_of(inner), "__qualname__", type(inner).__qualname__)
                raise ChildError(
                    f"component {name} rendered {widget!r}", "return a widget from every branch"
                )
        reads = 0 if app is None else app.reads
        return inner, widget, reads == start, reads == last

    def is_same(self, old: Widget, new: Widget) -> bool:
        """Whether *new* is a component that would render what *old* did."""
        return (
            new.__class__ is FunctionComponent
            and old.__class__ is FunctionComponent
            and old.kind is new.kind
            and self.tree.memo.same(old, new)
        )

    def number(self, node: Node) -> int:
        """A number for *node*: they count up for the whole session, none is used again."""
        node_id = self.tree.next_id
        self.tree.next_id = node_id + 1
        self.added.append(node)
        return node_id

    def use(self, style: Style, spec: WidgetSpec) -> str:
        """Return the style's name; its rules ride in this frame if they are new."""
        if style.__class__ is not Style:
            kind = type(style).__qualname__
            raise PropError(f"{spec.type}.style is a {kind}", "pass a Style(…)")
        name = style.name
        if name not in self.tree.known_styles:
            self.styles[name] = style.wire
        return name

    def _props(self, node: Node) -> dict[str, Any]:
        spec = node.spec
        check_problem(node.widget, spec)
        props = {}
        for name, value, default in zip(spec.names, node.values, spec.defaults, strict=True):
            if value is default or value is None:
                continue
            low = lower_prop(value, spec.type, name, spec.rules.get(name))
            if value.__class__ not in SCALARS:
                node.held = {**(node.held or {}), name: low}
            if not is_unset(low, default):
                props[name] = low
        return props

    def _children(self, node: Node) -> list[WireNode] | None:
        sources = children_of(node.widget, node.spec)
        if not sources:
            return None
        wires: list[WireNode] = []
        children: list[Node] = []
        mount = self.mount
        try:
            for source in sources:
                child, wire = mount(source)
                children.append(child)
                wires.append(wire)
        except WidgetError as error:
            error.path.insert(0, len(children))
            raise
        except AttributeError:
            # Nothing is asked of a child beforehand: one that is no widget shows here.
            check_siblings(sources, node.spec)
            raise
        keys = {*map(KEY, children)}
        if len(keys) < len(children) and keys != _NO_KEYS:
            check_siblings(sources, node.spec)
        node.children = children
        if type(sources) is For:
            # Learned while it is all at hand, so that the first change needs no look at each.
            sources.solid = self.tree.memo.are_solid(sources.items)
            sources.calm = all(map(IS_MEMO, children))
            node.made = sources
        return wires


def key_on_screen(node: Node) -> str | None:
    """The key that crosses the wire: the component's, else that of what it came to."""
    return key_of(node.widget) if node.key is None else node.key


def describe(node: Node, styles: dict[str, Any]) -> WireNode:
    """The wire form of a mounted tree, for a resync; fills *styles* with all it uses."""
    spec = node.spec
    wire: WireNode = {"type": spec.type}
    key = key_on_screen(node)
    if key is not None:
        wire["key"] = key
    if node.style is not None:
        wire["style"] = node.style.name
        styles[node.style.name] = node.style.wire
    props = {}
    for name, value, default in zip(spec.names, node.values, spec.defaults, strict=True):
        if value is None or value is default:
            continue
        low = (node.held or {}).get(name)
        low = lower_prop(value, spec.type, name, spec.rules.get(name)) if low is None else low
        if not is_unset(low, default):
            props[name] = low
    if props or not node.children:
        wire["props"] = props
    if node.children:
        wire["children"] = [describe(child, styles) for child in node.children]
    if node.id:
        wire["id"] = node.id
    if node.on:
        wire["on"] = node.on
    return wire
