"""The reconciler: the mounted tree against what ``view`` returned, as the fewest patches.

Pure: it reads the tree and fills a :class:`~tempestweb_wasm.core.mount.Change`;
nothing is written until that is committed. Patches apply in order, removes before a
reorder before inserts, so an index counts in the list as the earlier ones left it.
"""

from __future__ import annotations

from typing import Any

from tempestweb_wasm.core.children import diff_children
from tempestweb_wasm.core.component import FunctionComponent, kind_of
from tempestweb_wasm.core.lower import SCALARS, lower_prop
from tempestweb_wasm.core.mount import Change, Node, Tree, describe
from tempestweb_wasm.core.reading import (
    check_problem,
    children_of,
    is_unset,
    key_of,
    listeners,
)
from tempestweb_wasm.core.siblings import Pairs
from tempestweb_wasm.core.widget import Widget, WidgetSpec
from tempestweb_wasm.errors import ChildError


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


def _diff(
    change: Change, node: Node, source: Widget, path: list[int], differs: bool = False
) -> Node:
    """Compare one pair; returns the node that stands there afterwards.

    *differs* says that the arguments of *source* are known to be others: it is rendered, and
    what it renders is compared.
    """
    if source is node.source:
        return node
    cls: Any = source.__class__
    if cls.spec.renders:
        if (source.kind if cls is FunctionComponent else cls) is not node.kind:  # type: ignore[attr-defined]
            return _replace(change, node, source, path)
        if not differs and node.memo and change.is_same(node.source, source):
            return node
        made = change.resolve(source, node)
        if made is None:
            return node
        widget = made[1]
        change.rendered.append((node, made))
    else:
        widget = source
    spec = node.spec
    if widget.spec is not spec:
        return _replace(change, node, source, path)
    change.seen.append((node, source, widget))
    _diff_self(change, node, widget, path)
    if spec.slot is not None:
        sources = children_of(widget, spec)
        if sources or node.children:
            diff_children(change, node, sources, path, _PAIRS)
    return node


def _replace(change: Change, node: Node, source: Widget, path: list[int]) -> Node:
    new, wire = change.mount(source)
    change.removed.append(node)
    change.patches.append({"path": path[:], "node": wire})
    return new


def _diff_self(change: Change, node: Node, widget: Widget, path: list[int]) -> None:
    spec = node.spec
    patch: dict[str, Any] | None = None
    first, before = spec.read_first(widget), node.first
    rest = spec.read_rest(widget)
    if (
        rest != node.rest
        or node.held is not None
        or (first is not before and _differs(first, before))
    ):
        held = None
        if node.held is None and rest == node.rest and _is_text(spec, first, before):
            patch = {"set_props": {spec.names[0]: first}}
        else:
            patch, held = _diff_props(node, widget, (first, *rest))
        change.read.append((node, first, rest, held))
    style = widget.style if spec.own_style is None else spec.own_style(widget)
    if style is not node.style and style != node.style:
        patch = patch or {}
        patch["style"] = None if style is None else change.use(style, spec)
        change.changed.append((node, {"style": style}))
    handlers = spec.read_handlers(widget)
    if node.on is not None or handlers != spec.silent:
        on = spec.heard.get(tuple(map(type, handlers))) or listeners(spec, handlers)
        if on is not node.on and on != (node.on or []):
            patch = patch or {}
            patch["on"] = on
            change.changed.append((node, {"on": on}))
            if on and not node.id:
                patch["id"] = number = change.number(node)
                change.changed.append((node, {"id": number}))
    if patch:
        change.patches.append({"path": path[:], **patch})


def _is_text(spec: WidgetSpec, new: Any, old: Any) -> bool:
    """The most frequent change of all: one text to another, which goes as it is."""
    if new.__class__ is not str or old.__class__ is not str or not spec.verbatim:
        return False
    return bool(new) and new != spec.defaults[0]


def _differs(new: Any, old: Any) -> bool:
    if new is old:
        return False
    if new.__class__ is not old.__class__:
        return True
    return new.__class__ not in SCALARS or bool(new != old)


def _diff_props(
    node: Node, widget: Widget, values: tuple[Any, ...]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What of an Update says how the props changed, and what the node holds from now on."""
    spec = node.spec
    check_problem(widget, spec)
    before_all = node.values
    set_props: dict[str, Any] = {}
    unset_props: list[str] = []
    held: dict[str, Any] = {}
    for i, name in enumerate(spec.names):
        value, before = values[i], before_all[i]
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
    patch: dict[str, Any] = {}
    if set_props:
        patch["set_props"] = set_props
    if unset_props:
        patch["unset_props"] = unset_props
    return patch, held or None


def _same(a: Any, b: Any) -> bool:
    """Whether two lowered values read the same as JSON, where True is not 1."""
    if a.__class__ is not b.__class__ or a != b:
        return False
    return a.__class__ in SCALARS or repr(a) == repr(b)


def equal(change: Change, node: Node, source: Widget) -> bool:
    """Whether *source* would render as *node* does, handlers aside."""
    if source is node.source:
        return True
    if kind_of(source) is not node.kind or key_of(source) != node.key:
        return False
    made = change.resolve(source, node)
    if made is None:
        return True
    widget = made[1]
    spec = widget.spec
    if spec is not node.spec:
        return False
    style = widget.style if spec.own_style is None else spec.own_style(widget)
    if style != node.style:
        return False
    if _diff_props(node, widget, (spec.read_first(widget), *spec.read_rest(widget)))[0]:
        return False
    if listeners(spec, spec.read_handlers(widget)) != (node.on or []):
        return False
    children = children_of(widget, widget.spec)
    if len(children) != len(node.children):
        return False
    return all(equal(change, *pair) for pair in zip(node.children, children, strict=True))


_PAIRS = Pairs(diff=_diff, equal=equal)
