"""Elements before they are text, and the one place where they become it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

VOID = frozenset({"hr", "img", "input"})
"""The void elements of HTML that widgets use: they have no end tag."""

# The parser drops or changes these, escaped or not (HTML, "Preprocessing the input stream" and
# "Numeric character reference end state"); half a surrogate pair no encoding takes.
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
# A line feed stays as it is, a carriage return would become one.
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


class Element:
    """An element that is being built: attributes in the order in which they were set."""

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.attributes: dict[str, str] = {}
        self.children: list[Element | str] = []

    def set(self, name: str, value: Any) -> None:
        """Set an attribute: true is an empty one (for ARIA the word), false and None none."""
        if value is None or value is False:
            self.attributes.pop(name, None)
        elif value is True:
            self.attributes[name] = "true" if name.startswith("aria-") else ""
        else:
            self.attributes[name] = text_of(value)

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.children)

    def set_text(self, value: str, *, before: bool = False) -> None:
        """Make *value* its text: all that is in it, or *before* its children."""
        rest = self.children if before else []
        self.children = [value, *rest] if value else [*rest]


def text_of(value: Any) -> str:
    """Return a value of the wire as JavaScript's ``String`` does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return ",".join("" if item is None else text_of(item) for item in value)
    return "[object Object]" if isinstance(value, dict) else str(value)


def _number(value: float) -> str:
    """Write *value* by ECMA-262, Number::toString: plain from 1e-6 to 1e21, else with exponent."""
    if value == 0:
        return "0"
    if 1e-6 <= abs(value) < 1e21:
        text = f"{value:.0f}" if value.is_integer() else repr(value)
        if "e" not in text:
            return text
        digits = len(text.partition("e")[0].replace(".", "").lstrip("-"))
        return f"{value:.{digits - 1 - int(text.partition('e')[2])}f}"
    mantissa, _, exponent = f"{value!r}".partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def markup(element: Element) -> str:
    """Return *element* with all in it as HTML."""
    return "".join(_parts(element))


def _parts(element: Element) -> Iterator[str]:
    yield f"<{element.tag}"
    for name, value in element.attributes.items():
        yield f" {name}" if value == "" else f' {name}="{_escaped(value, _ATTRIBUTE)}"'
    yield ">"
    if element.tag in VOID:
        return
    if element.tag == "textarea":
        # The parser takes away one line feed at the start.
        yield "\n"
    for child in element.children:
        if isinstance(child, str):
            yield _escaped(child, _TEXT)
        else:
            yield from _parts(child)
    yield f"</{element.tag}>"


def _escaped(text: str, table: dict[int, str]) -> str:
    return _UNWRITABLE.sub("\ufffd", text).translate(table)
