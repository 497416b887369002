"""Nodes and patches as they cross the wire, and how a client applies them.

:func:`apply_patches` is the reference for every client: the browser's and the one
for tests read the same fixtures (``tests/conformance/patches.json``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from tempestweb_wasm.errors import FrameError

WireNode: TypeAlias = dict[str, Any]
"""``{"type", "key"?, "style"?, "props"?, "children"?, "id"?, "on"?}``"""

Patch: TypeAlias = dict[str, Any]
"""Replace, Update, Insert, Remove or Reorder; told apart by its keys."""


def apply_patches(tree: WireNode | None, patches: Iterable[Patch]) -> WireNode | None:
    """Apply *patches* in order to *tree* (changed in place) and return the root.

    Raises ``FrameError`` for a patch that does not fit; the tree is then not to be
    trusted any more, as with any client: ask for a resync.
    """
    for patch in patches:
        if "node" in patch and "index" not in patch:
            tree = _replace(tree, patch["path"], patch["node"])
            continue
        target = _at(tree, patch["path"])
        if "set_props" in patch or "unset_props" in patch or "style" in patch or "on" in patch:
            _update(target, patch)
        elif "order" in patch:
            _reorder(target, patch)
        elif "node" in patch or "nodes" in patch:
            nodes = patch["nodes"] if "nodes" in patch else [patch["node"]]
            children = _children(target, patch["index"], 0)
            children[patch["index"] : patch["index"]] = nodes
        elif "index" in patch:
            count = patch.get("count", 1)
            children = _children(target, patch["index"], count)
            del children[patch["index"] : patch["index"] + count]
        else:
            raise FrameError(f"patch {patch!r} is of no known kind: see docs/wire.md")
        _tidy(target)
    return tree


def _tidy(node: WireNode) -> None:
    """Bring a node back to the form that a render gives: nothing empty is written out."""
    if not node.get("children", True):
        del node["children"]
    if "children" not in node:
        node.setdefault("props", {})
    elif not node.get("props", True):
        del node["props"]


def _at(tree: WireNode | None, path: list[int]) -> WireNode:
    if tree is None:
        raise FrameError(f"a patch for {path!r} came before the first tree")
    node = tree
    for index in path:
        children = node.get("children", [])
        if not 0 <= index < len(children):
            raise FrameError(f"path {path!r} leads nowhere: {index} of {len(children)} children")
        node = children[index]
    return node


def _children(node: WireNode, index: int, count: int) -> list[WireNode]:
    children: list[WireNode] = node.setdefault("children", [])
    if not 0 <= index <= index + count <= len(children):
        raise FrameError(f"index {index} (+{count}) is outside {len(children)} children")
    return children


def _replace(tree: WireNode | None, path: list[int], node: WireNode) -> WireNode | None:
    if not path:
        return node
    parent = _at(tree, path[:-1])
    _children(parent, path[-1], 1)[path[-1]] = node
    return tree


def _update(node: WireNode, patch: Patch) -> None:
    props = {**node.get("props", {}), **patch.get("set_props", {})}
    for name in patch.get("unset_props", ()):
        props.pop(name, None)
    node["props"] = props
    for name in ("style", "on", "id"):
        if name in patch:
            if patch[name]:
                node[name] = patch[name]
            else:
                node.pop(name, None)


def _reorder(node: WireNode, patch: Patch) -> None:
    start, order = patch.get("start", 0), patch["order"]
    children = _children(node, start, len(order))
    if sorted(order) != list(range(len(order))):
        raise FrameError(f"order {order!r} is no permutation")
    children[start : start + len(order)] = [children[start + i] for i in order]
