"""What each prop does to the elements of its widget: the rules of ``tables/widgets.json``.

``js/props.js`` has the same rules; values that the client sets as DOM properties are written
as the attributes that give a parsed page the same properties.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from tempestweb_wasm import tables
from tempestweb_wasm.core.lower import check_url
from tempestweb_wasm.errors import UnsafeValueError
from tempestweb_wasm.html._elements import Element, text_of
from tempestweb_wasm.html._nodes import Made, Names

LATE = frozenset({"value", "checked", "radiovalue"})
"""Rules that need what the others made: a select has only the options it holds."""

_ICONS = tables.load("icons")["icons"]


class Place(Protocol):
    """What a rule may need of the tree around it."""

    @property
    def home(self) -> str:
        """Where the app's files are."""

    @property
    def names(self) -> Names:
        """What gives ids."""


Rule = Callable[[Made, Element, Any, str, Place], None]


def _url(node: Made, element: Element, value: Any, name: str, place: Place) -> None:
    """Set a URL; one that could run script is left out."""
    if name == "href" and node.props.get("disabled"):
        return
    try:
        check_url(str(value), node.type, name, image=name == "src")
    except UnsafeValueError:
        # The engine refuses it already; this HTML may come from a frame of elsewhere.
        element.set(name, None)
        return
    at_home = place.home and str(value).startswith("assets/")
    element.set(name, f"{place.home}{value}" if at_home else str(value))


def _text(node: Made, element: Element, value: Any, _: str, __: Place) -> None:
    element.set_text(text_of(value), before=element is node.slot)


def _attribute(_: Made, element: Element, value: Any, name: str, __: Place) -> None:
    element.set(name, value)


def _data(_: Made, element: Element, value: Any, name: str, __: Place) -> None:
    element.set(f"data-{name}", value)


def _property(_: Made, element: Element, value: Any, name: str, __: Place) -> None:
    # Those in the table all have the attribute of the same name, in small letters.
    element.set(name.lower(), value is True)


def _external(_: Made, element: Element, value: Any, __: str, ___: Place) -> None:
    element.set("target", "_blank" if value else None)
    element.set("rel", "noopener noreferrer" if value else None)


def _lazy(_: Made, element: Element, value: Any, __: str, ___: Place) -> None:
    element.set("loading", "lazy" if value else None)


def _icon(_: Made, element: Element, value: Any, __: str, ___: Place) -> None:
    element.set("d", _ICONS.get(value))


def _svg_label(_: Made, element: Element, value: Any, __: str, ___: Place) -> None:
    element.set("role", "img" if value else None)
    element.set("aria-label", value)
    element.set("aria-hidden", None if value else "true")


def _value(node: Made, element: Element, value: Any, _: str, __: Place) -> None:
    if element.tag == "select":
        _choose(node)
    elif element.tag == "textarea":
        element.set_text(text_of(value))
    else:
        element.set("value", text_of(value))


def _checked(_: Made, element: Element, value: Any, __: str, ___: Place) -> None:
    element.set("checked", value is True)


def _options(node: Made, _: Element, __: Any, ___: str, ____: Place) -> None:
    select = node.control
    none = Element("option")
    none.attributes |= {"value": "", "hidden": "", "disabled": ""}
    none.set_text(text_of(node.props.get("placeholder", "")))
    select.children = [none]
    for value, label, disabled in read_options(node.props.get("options")):
        option = Element("option")
        option.attributes["value"] = value
        option.set("disabled", disabled)
        option.set_text(label)
        select.children.append(option)
    _choose(node)


def _choose(node: Made) -> None:
    """Mark the chosen option: the browser would otherwise take the first that can be chosen."""
    options = [child for child in node.control.children if isinstance(child, Element)]
    wanted = text_of(node.props.get("value", ""))
    chosen = next((o for o in options if o.attributes["value"] == wanted), None)
    for option in options:
        option.set("selected", option is (chosen or options[0]))


def _radios(node: Made, element: Element, __: Any, ___: str, place: Place) -> None:
    group = place.names.id_of(element)
    off = node.props.get("disabled") is True
    for value, label, disabled in read_options(node.props.get("options")):
        around, radio, caption = Element("label"), Element("input"), Element("span")
        around.attributes["class"] = "tw-radio"
        radio.attributes |= {"type": "radio", "name": group, "value": value}
        radio.set("checked", value == node.props.get("value"))
        radio.set("disabled", off or disabled)
        caption.set_text(label)
        around.children += [radio, caption]
        element.children.append(around)


def _nothing(_: Made, __: Element, ___: Any, ____: str, _____: Place) -> None:
    """Done elsewhere: radios are made with the choice that they show."""


def _renamed(node: Made, _: Element, __: Any, ___: str, place: Place) -> None:
    place.names.changed(node)


def _part(name: str) -> Rule:
    def write(node: Made, _: Element, value: Any, __: str, place: Place) -> None:
        node.parts[name].set_text(text_of(value))
        place.names.changed(node)

    return write


def _file_label(node: Made, _: Element, value: Any, __: str, ___: Place) -> None:
    node.parts["label"].set_text(text_of(value))


def _validate(_: Made, element: Element, value: Any, __: str, ___: Place) -> None:
    element.set("novalidate", value is False)


def _required(node: Made, element: Element, value: Any, _: str, place: Place) -> None:
    element.set("data-required", value)
    place.names.changed(node)


RULES: dict[str, Rule] = {
    "text": _text,
    "attr": _attribute,
    "data": _data,
    "prop": _property,
    "url": _url,
    "external": _external,
    "lazy": _lazy,
    "icon": _icon,
    "svglabel": _svg_label,
    "value": _value,
    "checked": _checked,
    "radiovalue": _nothing,
    "options": _options,
    "placeholder": _options,
    "radios": _radios,
    "radiolabel": _part("label"),
    "filelabel": _file_label,
    "validate": _validate,
    "fieldname": _renamed,
    "fieldlabel": _part("label"),
    "fieldhint": _part("hint"),
    "fielderror": _part("error"),
    "fieldrequired": _required,
}
"""Rule of the table → what it does."""


def read_options(value: Any) -> list[tuple[str, str, bool]]:
    """Return the choices as ``(value, label, disabled)``; they may be bare strings."""
    found = []
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict):
            text = text_of(item.get("value", ""))
            found.append((text, text_of(item.get("label", text)), item.get("disabled") is True))
        else:
            found.append((text_of(item), text_of(item), False))
    return found
