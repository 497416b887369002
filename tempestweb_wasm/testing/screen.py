"""What a client shows, read from the frames alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tempestweb_wasm.core.patch import WireNode, apply_patches

_TEXT_PROPS = ("content", "label", "hint", "error")


@dataclass(frozen=True, slots=True)
class Found:
    """A node of the tree: its type, props, children and place."""

    node: WireNode
    path: tuple[int, ...]

    @property
    def type(self) -> str:
        """The widget's name."""
        return str(self.node["type"])

    @property
    def key(self) -> str | None:
        """Its key, as a string."""
        return self.node.get("key")

    @property
    def props(self) -> dict[str, Any]:
        """The props that are set."""
        return dict(self.node.get("props", {}))

    @property
    def hears(self) -> list[str]:
        """The event types it has handlers for."""
        return [e if isinstance(e, str) else e["type"] for e in self.node.get("on", ())]

    def hears_key(self, name: str) -> bool:
        """Whether its ``on_key`` is called for the key *name* (see ``on(keys=…)``)."""
        entries = [e if isinstance(e, dict) else {"type": e} for e in self.node.get("on", ())]
        return any(e["type"] == "keydown" and name in e.get("keys", [name]) for e in entries)


class Screen:
    """The tree that the frames so far came to. Widgets are found by key."""

    def __init__(self) -> None:
        self.tree: WireNode = {}
        self.styles: dict[str, Any] = {}

    def show(self, frame: dict[str, Any]) -> None:
        """Apply a frame of patches; raises as ``apply_patches`` does for one that does not fit."""
        self.styles.update(frame.get("styles", {}))
        self.tree = apply_patches(self.tree or None, frame["data"]) or {}

    def walk(self) -> Iterator[Found]:
        """Every node, in document order."""
        if self.tree:
            yield from walk(self.tree, ())

    def find(self, key: str) -> Found:
        """The one node with *key*; ``AssertionError`` names the keys there are."""
        found = [f for f in self.walk() if f.key == key]
        if len(found) == 1:
            return found[0]
        keys = sorted({f.key for f in self.walk() if f.key})
        many = f"{len(found)} nodes have" if found else "nothing has"
        raise AssertionError(f"{many} the key {key!r}; keys on screen: {', '.join(keys) or 'none'}")

    def has(self, key: str) -> bool:
        """Whether a node with *key* is on screen."""
        return any(f.key == key for f in self.walk())

    def texts(self) -> list[str]:
        """What there is to read, in document order."""
        return [f.props[p] for f in self.walk() for p in _TEXT_PROPS if p in f.props]

    def text(self, key: str) -> str:
        """What there is to read at and below the node with *key*, joined by spaces."""
        found = self.find(key)
        inside = walk(found.node, ())
        return " ".join(f.props[p] for f in inside for p in _TEXT_PROPS if p in f.props)


def walk(node: WireNode, path: tuple[int, ...]) -> Iterator[Found]:
    """*node*, which stands at *path*, and all below it, in document order."""
    yield Found(node, path)
    for index, child in enumerate(node.get("children", ())):
        yield from walk(child, (*path, index))
