"""A widget's elements while a tree is built, and the names that they give each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tempestweb_wasm.html._elements import Element


class Made:
    """One widget: its props, its elements by part, its children."""

    __slots__ = (
        "can_disable",
        "children",
        "control",
        "element",
        "is_control",
        "own",
        "parent",
        "parts",
        "props",
        "slot",
        "type",
        "wired",
    )

    def __init__(self, type_: str, props: Mapping[str, Any], parent: Made | None) -> None:
        self.type = type_
        self.props = props
        self.parent = parent
        self.parts: dict[str, Element] = {}
        self.own: dict[str, dict[str, str]] = {}
        """The attributes of each part when no prop says otherwise."""
        self.children: list[Made] = []
        self.element: Element
        self.control: Element
        self.slot: Element | None = None
        self.is_control = False
        self.can_disable = False
        self.wired: Made | None = None
        """For a FormField: the control that it names."""

    def find_control(self) -> Made | None:
        """Return the first control inside, in document order."""
        for child in self.children:
            found = child if child.is_control else child.find_control()
            if found is not None:
                return found
        return None

    def field(self) -> Made | None:
        """Return the FormField that this is, or is in."""
        at: Made | None = self
        while at is not None and at.type != "FormField":
            at = at.parent
        return at


class Names:
    """Ids for elements that refer to each other, and the nodes that have to be named."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._count = 0
        self._renamed: dict[int, Made] = {}

    @property
    def renamed(self) -> list[Made]:
        """The nodes to be named, in the order in which they came up."""
        return list(self._renamed.values())

    def changed(self, node: Made) -> None:
        """Note that *node*, or the field around it, has to be named."""
        self._renamed.setdefault(id(node), node)

    def id_of(self, element: Element) -> str:
        """Return the id of *element*, a new one if it has none."""
        if not element.attributes.get("id"):
            self._count += 1
            element.attributes["id"] = f"{self._prefix}{self._count}"
        return element.attributes["id"]
