"""A session's tree: what was rendered, with ids, children and handlers.

Widgets stay untouched; each has a :class:`Node` here. Building one gives the wire
form in the same walk. Nothing in the session changes until the whole render has
gone well (:meth:`Tree.commit`), so a fault anywhere leaves the last good tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

from tempestweb_wasm.core.component import Component, kind_of
from tempestweb_wasm.core.events import On
from tempestweb_wasm.core.lower import SCALARS, lower_prop
from tempestweb_wasm.core.patch import WireNode
from tempestweb_wasm.core.widget import Widget, WidgetSpec
from tempestweb_wasm.errors import ChildError, DuplicateKeyError, PropError, WidgetError
from tempestweb_wasm.style import Style


class Node:
    """One mounted widget.

    ``source`` is what the parent was given (a component, or the widget itself),
    ``widget`` what it came to. ``values`` are the props as read, ``held`` the lowered
    form of those that could change in place (a list that the app owns), ``id`` is 0
    for a node that no event can reach.
    """

    __slots__ = (
        "children",
        "held",
        "id",
        "key",
        "kind",
        "source",
        "spec",
        "style",
        "values",
        "widget",
    )

    children: list[Node]
    held: dict[str, Any] | None
    id: int
    key: str | None
    kind: object
    source: Widget
    spec: WidgetSpec
    style: Style | None
    values: tuple[Any, ...]
    widget: Widget

    def show(self, name: str, value: Any) -> None:
        """Note that the user set the prop *name* to *value* on the screen.

        Only where the app sets it too (it is not None): the next render then compares with
        what is really shown, so that an app that refuses or changes what was typed is
        obeyed, and one that agrees sends nothing. Where it is None the browser keeps it.
        """
        if getattr(self.widget, name) is not None:
            at = self.spec.names.index(name)
            self.values = (*self.values[:at], value, *self.values[at + 1 :])

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Tree:
    """The mounted tree of one session, and what its client has been told so far."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.by_id: dict[int, Node] = {}
        self.next_id = 1
        self.known_styles: set[str] = set()

    def commit(self, change: Change) -> None:
        """Make *change* the truth; called once its patches are ready to be sent."""
        for node, source, widget in change.seen:
            node.source = source
            node.widget = widget
        for node, fields in change.changed:
            for name, value in fields.items():
                setattr(node, name, value)
        for gone in change.removed:
            for node in gone.walk():
                self.by_id.pop(node.id, None)
        for node, children in change.lists:
            node.children = children
        for node in change.added:
            self.by_id[node.id] = node
        self.known_styles.update(change.styles)
        if change.root is not None:
            self.root = change.root

    def find(self, key: str) -> list[Node]:
        """The live nodes with *key*, in document order."""
        return [] if self.root is None else [n for n in self.root.walk() if n.key == key]


class Change:
    """One render: the patches, and what :meth:`Tree.commit` will write."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.patches: list[dict[str, Any]] = []
        self.styles: dict[str, Any] = {}
        self.root: Node | None = None
        self.seen: list[tuple[Node, Widget, Widget]] = []
        self.changed: list[tuple[Node, dict[str, Any]]] = []
        self.lists: list[tuple[Node, list[Node]]] = []
        self.added: list[Node] = []
        self.removed: list[Node] = []

    def mount(self, source: Widget) -> tuple[Node, WireNode]:
        """Build the node of *source* and all below it, with the wire form."""
        node = Node()
        node.source = source
        node.kind = kind_of(source)
        node.key = key_of(source)
        node.widget = widget = resolve(source)
        node.spec = spec = widget.spec
        node.style = style = style_of(widget)
        node.id = 0
        on = listeners(widget)
        if on or spec.control:
            node.id = self.number(node)
        wire: WireNode = {"type": spec.type}
        if node.key is not None:
            wire["key"] = node.key
        if style is not None:
            wire["style"] = self.use(style)
        props = self._props(node)
        children = self._children(node)
        if props or not children:
            wire["props"] = props
        if children:
            wire["children"] = children
        if node.id:
            wire["id"] = node.id
        if on:
            wire["on"] = on
        return node, wire

    def number(self, node: Node) -> int:
        """A number for *node*: they count up for the whole session, none is used again."""
        node_id = self.tree.next_id
        self.tree.next_id = node_id + 1
        self.added.append(node)
        return node_id

    def use(self, style: Style) -> str:
        """Return the style's name; its rules ride in this frame if they are new."""
        name = style.name
        if name not in self.tree.known_styles:
            self.styles[name] = style.wire
        return name

    def _props(self, node: Node) -> dict[str, Any]:
        spec = node.spec
        node.values = spec.read(node.widget)
        node.held = None
        props = {}
        check_problem(node.widget, spec)
        for name, value, default in zip(spec.names, node.values, spec.defaults, strict=True):
            if value is default or value is None:
                continue
            low = lower_prop(value, spec.type, name, spec.rules.get(name))
            if value.__class__ not in SCALARS:
                node.held = {**(node.held or {}), name: low}
            if not is_unset(low, default):
                props[name] = low
        return props

    def _children(self, node: Node) -> list[WireNode]:
        sources = children_of(node.widget, node.spec)
        node.children = []
        if not sources:
            return []
        check_siblings(sources, node.spec)
        wires = []
        for index, source in enumerate(sources):
            try:
                child, wire = self.mount(source)
            except WidgetError as error:
                error.path.insert(0, index)
                raise
            node.children.append(child)
            wires.append(wire)
        return wires


def resolve(source: Widget) -> Widget:
    """Follow components down to the widget they stand for."""
    widget = source
    while isinstance(widget, Component):
        maker = widget
        widget = widget.render()
        if not isinstance(widget, Widget):
            name = getattr(kind_of(maker), "__qualname__", type(maker).__qualname__)
            raise ChildError(
                f"component {name} rendered {widget!r}", "return a widget from every branch"
            )
    return widget


def style_of(widget: Widget) -> Style | None:
    """The style that reaches the element: the app's, with what the widget adds."""
    own = widget.spec.own_style
    style = widget.style if own is None else own(widget)
    if style is None or isinstance(style, Style):
        return style
    raise PropError(f"{widget.spec.type}.style is a {type(style).__qualname__}", "pass a Style(…)")


def key_of(source: Widget) -> str | None:
    """The key as it crosses the wire; integers become strings."""
    key: object = source.key
    if key is None:
        return None
    if isinstance(key, str):
        return str(key.value) if isinstance(key, Enum) else key
    if isinstance(key, int) and not isinstance(key, bool):
        return str(key)
    raise PropError(f"{type(source).__name__}.key is {key!r}", "a key is a string or an integer")


def children_of(widget: Widget, spec: WidgetSpec) -> Sequence[Widget]:
    """The child widgets, without the Nones that a condition left."""
    if spec.slot is None:
        return ()
    held = getattr(widget, spec.slot)
    if spec.slot == "child":
        return () if held is None else (held,)
    if isinstance(held, (Widget, str)) or not isinstance(held, Sequence):
        raise ChildError(
            f"{spec.type}.children is {held!r}", "pass a list of widgets: children=[…]"
        )
    return [child for child in held if child is not None] if None in held else held


def check_siblings(sources: Sequence[Widget], spec: WidgetSpec) -> None:
    """Refuse children that are no widgets, and keys that two siblings share."""
    seen = set()
    for index, source in enumerate(sources):
        if not isinstance(source, Widget):
            raise _not_a_widget(source, index, spec)
        key = key_of(source)
        if key is not None:
            if key in seen:
                raise DuplicateKeyError(
                    f"duplicate key {key!r} under {spec.type}", "give each sibling its own key"
                )
            seen.add(key)


def _not_a_widget(value: object, index: int, spec: WidgetSpec) -> ChildError:
    hint = "return a widget, or None for nothing"
    if isinstance(value, str):
        hint = f"wrap text in a widget: Text(content={value[:40]!r})"
    elif callable(value):
        hint = "call it: pass the widget that it returns"
    elif isinstance(value, (list, tuple)):
        hint = "children is one flat list; unpack the inner list with *"
    shown = repr(value)
    return ChildError(f"child {index} of {spec.type} is {shown[:80]}", hint)


def check_problem(widget: Widget, spec: WidgetSpec) -> None:
    """Ask a widget that knows rules between its props whether they hold."""
    problem = None if spec.problem is None else spec.problem(widget)
    if problem is not None:
        raise PropError(problem, "see docs/widgets.md")


def is_unset(low: Any, default: Any) -> bool:
    """True for a value that a frame leaves out: empty, or the prop's default."""
    if low is None or low == "" or low == [] or low == {} or (low is False and default is None):
        return True
    return low.__class__ is default.__class__ and low == default


def listeners(widget: Widget) -> list[Any]:
    """The event types that *widget* hears, as ``on`` carries them."""
    on: list[Any] = []
    for name, wire_type, _event in widget.spec.handlers:
        handler = getattr(widget, name)
        if handler is None:
            continue
        if isinstance(handler, On):
            options = handler.wire
            on.append({"type": wire_type, **options} if options else wire_type)
        elif callable(handler):
            on.append(wire_type)
        else:
            raise PropError(
                f"{widget.spec.type}.{name} is {handler!r}",
                "pass the function itself, without calling it",
            )
    return on


def describe(node: Node, styles: dict[str, Any]) -> WireNode:
    """The wire form of a mounted tree, for a resync; fills *styles* with all it uses."""
    spec = node.spec
    wire: WireNode = {"type": spec.type}
    if node.key is not None:
        wire["key"] = node.key
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
    on = listeners(node.widget)
    if on:
        wire["on"] = on
    return wire
