"""The props that every widget takes, as ``js/common.js`` applies them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tempestweb_wasm.core.lower import lower_attrs
from tempestweb_wasm.errors import UnsafeValueError
from tempestweb_wasm.html._elements import Element
from tempestweb_wasm.html._nodes import Made, Names


def write_common(node: Made, name: str, names: Names) -> None:
    """Apply the common prop *name*; nothing happens for one that there is not."""
    value = node.props[name]
    if name == "semantics":
        _semantics(node, value)
        names.changed(node)
    elif name == "disabled":
        _disabled(node, value is True)
    elif name == "tooltip":
        node.element.set("title", value)
    elif name == "attrs":
        _attrs(node.element, value, node.type)


def _semantics(node: Made, value: Mapping[str, str]) -> None:
    element, control = node.element, node.control
    label, hint = value.get("label"), value.get("hint")
    if label:
        control.set("aria-label", label)
    if hint:
        control.set("aria-description", hint)
    own = node.own["root"].get("role")
    # A name on an element without a role is not announced.
    plain = label and control is element and element.tag in {"div", "span"} and not own
    fallback = ("img" if node.slot is None else "group") if plain else own
    element.set("role", value.get("role", fallback))
    if element.tag == "svg":
        element.set("aria-hidden", None if label else "true")


def _disabled(node: Made, off: bool) -> None:
    element = node.element
    if node.can_disable:
        node.control.set("disabled", off)
        if node.control is element:
            return
    elif node.type == "Link":
        # Its address is left out where it would be written.
        element.set("role", "link" if off else None)
    elif node.type != "RadioGroup":
        element.set("inert", off)
    element.set("aria-disabled", "true" if off else None)


def _attrs(element: Element, value: Mapping[str, Any], type_: str) -> None:
    for name, given in value.items():
        try:
            allowed = lower_attrs({name: given}, type_)
        except UnsafeValueError:
            # The engine refuses it already; this HTML may come from a frame of elsewhere.
            continue
        for low, text in allowed.items():
            element.set(low, text)
