"""Names and descriptions that cross elements, as ``js/naming.js`` gives them."""

from __future__ import annotations

from tempestweb_wasm.html._elements import Element
from tempestweb_wasm.html._nodes import Made, Names

# Their roles know no aria-required.
_UNREQUIRED = frozenset({"Slider", "FilePicker"})
_CAN_REQUIRE = frozenset({"input", "select", "textarea"})


def rename(node: Made, names: Names) -> None:
    """Write what names *node*: a FormField with its control, or a control by itself."""
    field = node.field()
    if field is not None:
        _wire(field, names)
    if node is not field and (field is None or node is not field.wired):
        _name_control(node, None, names)


def _wire(field: Made, names: Names) -> None:
    label, hint, error = (field.parts[name] for name in ("label", "hint", "error"))
    node = field.wired = field.find_control()
    if node is None:
        return
    control = node.control
    is_group = node.type == "RadioGroup"
    notes = [part for part in (hint, error) if part.text]
    for part in (control, *notes):
        names.id_of(part)
    label.set("for", None if is_group else names.id_of(control))
    control.set("aria-describedby", " ".join(map(names.id_of, notes)) or None)
    control.set("aria-invalid", bool(field.props.get("error")))
    required = bool(field.props.get("required", node.props.get("required")))
    control.set("aria-required", required and node.type not in _UNREQUIRED)
    if control.tag in _CAN_REQUIRE:
        control.set("required", required)
    control.set("name", None if is_group else field.props.get("name"))
    _name_control(node, label, names)


def _name_control(node: Made, label: Element | None, names: Names) -> None:
    if node.type not in {"RadioGroup", "FilePicker"}:
        return
    parts = [part for part in (label, node.parts["label"]) if part is not None and part.text]
    ids = [names.id_of(part) for part in parts]
    hidden = (node.props.get("semantics") or {}).get("label")
    node.control.set("aria-labelledby", None if hidden else " ".join(ids) or None)
