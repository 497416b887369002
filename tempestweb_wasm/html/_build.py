"""From nodes of the wire to elements, as ``js/dom.js`` does with ``tables/widgets.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tempestweb_wasm import tables
from tempestweb_wasm.html._common import write_common
from tempestweb_wasm.html._elements import Element
from tempestweb_wasm.html._naming import rename
from tempestweb_wasm.html._nodes import Made, Names
from tempestweb_wasm.html._props import LATE, RULES

_WIDGETS = tables.load("widgets")
_CONTROLS = frozenset(tables.load("events")["controls"])


class Builder:
    """Builds one tree."""

    def __init__(self, home: str, prefix: str) -> None:
        self._home = home
        self._names = Names(prefix)

    def build(self, wire: Mapping[str, Any]) -> Element:
        """Return the element of the node *wire*, with everything in it."""
        root = self._build(wire, None)
        for node in self._names.renamed:
            rename(node, self._names)
        return root.element

    def _build(self, wire: Mapping[str, Any], parent: Made | None) -> Made:
        table = _WIDGETS[wire["type"]]
        props = wire.get("props", {})
        node = Made(wire["type"], props, parent)
        node.is_control = node.type in _CONTROLS
        node.can_disable = "control" in table
        node.element = _template(table["el"], node.parts, tag=_tag(table, props))
        node.parts["root"] = node.element
        style = wire.get("style")
        node.element.attributes["class"] = f"tw-{node.type}" + (f" {style}" if style else "")
        node.control = node.parts[table.get("control", "root")]
        node.slot = node.parts[table["slot"]] if "slot" in table else None
        node.own = {name: dict(part.attributes) for name, part in node.parts.items()}
        self._write_props(node, table)
        if node.type == "FormField":
            self._names.changed(node)
        if any(isinstance(entry, dict) and entry.get("prevent") for entry in wire.get("on", ())):
            # js/early.js holds back the browser's own action until the client hears of it.
            node.element.set("data-prevent", True)
        for inner in wire.get("children", ()):
            child = self._build(inner, node)
            node.children.append(child)
            if node.slot is not None:
                node.slot.children.append(child.element)
        return node

    def _write_props(self, node: Made, table: Mapping[str, Any]) -> None:
        rules = {name: _rule(text) for name, text in table["props"].items()}
        if node.type == "FilePicker":
            self._names.changed(node)
        late = [name for name in node.props if name in rules and rules[name][1] in LATE]
        for name in [*(name for name in node.props if name not in late), *late]:
            if name in rules:
                part, rule, argument = rules[name]
                RULES[rule](node, node.parts[part], node.props[name], argument, self)
            elif name != table.get("tag", {}).get("prop"):
                write_common(node, name, self._names)

    @property
    def home(self) -> str:
        """Where the app's files are."""
        return self._home

    @property
    def names(self) -> Names:
        """What gives ids, and remembers who has to be named."""
        return self._names


def _tag(table: Mapping[str, Any], props: Mapping[str, Any]) -> str:
    choice = table.get("tag")
    if choice is None:
        return str(table["el"][0])
    chosen = str(props.get(choice["prop"], choice["default"]))
    return str(choice["map"].get(chosen, table["el"][0]))


def _rule(text: str) -> tuple[str, str, str]:
    """Take ``[part@]name[:argument]`` apart."""
    part, at, rule = text.rpartition("@")
    name, _, argument = rule.partition(":")
    return part if at else "root", name, argument


def _template(row: list[Any], parts: dict[str, Element], *, tag: str = "") -> Element:
    element = Element(tag or row[0])
    for item in row[1:]:
        if isinstance(item, str):
            element.children.append(item)
        elif isinstance(item, list):
            element.children.append(_template(item, parts))
        else:
            for name, value in item.items():
                if name == "ref":
                    parts[value] = element
                else:
                    element.attributes[name] = value
    return element
