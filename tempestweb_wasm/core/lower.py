"""From Python values to the plain JSON values of the wire, by one set of rules.

The order is the one of ``docs/wire.md``: a callable or None is left out, a pydantic
model gives its JSON form without what is unset, an Enum its value, a date or time
ISO 8601, an object with ``lower()`` what that returns, containers item by item,
str, int, bool and finite floats as they are. Anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime, time
from enum import Enum
from math import isfinite
from typing import Any

from pydantic import BaseModel

from tempestweb_wasm import tables
from tempestweb_wasm.errors import PropError, UnsafeValueError, WidgetError

SCALARS = frozenset((str, int, bool, float, type(None)))
"""Classes whose values can't change in place and compare cheaply."""

MAX_SAFE_INTEGER = 2**53 - 1
"""Larger integers lose digits in the browser (ECMA-262, Number.MAX_SAFE_INTEGER)."""

_WIRE = tables.load("wire")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
# A URL parser drops leading blanks, tabs and newlines before it looks at the scheme (WHATWG
# URL, "basic URL parser"): what holds any of them is refused rather than repaired.
_TRICKS = re.compile(r"[\x00-\x1f\x7f]|^\s|\s\Z")
_IMAGE_DATA = re.compile(r"data:([a-z]+/[a-z0-9.+\-]+)[;,]", re.IGNORECASE)
_ATTR_NAME = re.compile(r"[a-z][a-z0-9_.\-]*\Z")


def lower(value: Any, owner: str, prop: str) -> Any:
    """Return *value* as JSON data; raises ``PropError`` naming *owner* and *prop*."""
    kind = value.__class__
    if kind is str or kind is bool or value is None:
        return value
    if kind is int or kind is float:
        return _number(value, owner, prop)
    return _lower_object(value, owner, prop)


def _number(value: float, owner: str, prop: str) -> float:
    if not isfinite(value):
        raise PropError(
            f"{owner}.{prop} is {value}", "JSON has no such number; check it before rendering"
        )
    if value.__class__ is int and abs(value) > MAX_SAFE_INTEGER:
        raise PropError(
            f"{owner}.{prop} is the integer {value}, too large for a browser's number",
            "pass it as a string",
        )
    return value


def _lower_object(value: Any, owner: str, prop: str) -> Any:
    if hasattr(value, "lower") and not isinstance(value, (str, bytes)):
        return lower(value.lower(), owner, prop)
    if isinstance(value, BaseModel):
        return lower(value.model_dump(mode="json", exclude_unset=True), owner, prop)
    if isinstance(value, Enum):
        return lower(value.value, owner, prop)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _lower_mapping(value, owner, prop)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [lower(v, owner, f"{prop}[{i}]") for i, v in enumerate(value)]
    if isinstance(value, (int, float)):
        return _number(float(value) if isinstance(value, float) else int(value), owner, prop)
    if callable(value):
        return None
    raise _refused(value, owner, prop)


def _lower_mapping(value: Mapping[Any, Any], owner: str, prop: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, item in value.items():
        if not isinstance(key, (str, int)) or isinstance(key, bool):
            raise PropError(
                f"{owner}.{prop} has the key {key!r}", "keys in a prop are strings or integers"
            )
        if not callable(item):
            out[str(key)] = lower(item, owner, f"{prop}[{key!r}]")
    return out


def _refused(value: Any, owner: str, prop: str) -> WidgetError:
    hint = "use str, int, float, bool, a date, an Enum, a pydantic model, a list or a dict"
    if isinstance(value, Set):
        hint = "a set has no order; pass a sorted list"
    if isinstance(value, (bytes, bytearray, memoryview)):
        hint = "bytes never ride in a prop; pass a URL, or decode them to text"
    return PropError(f"{owner}.{prop} is a {type(value).__qualname__}", hint)


def check_url(url: str, owner: str, prop: str, *, image: bool) -> str:
    """Return *url* if a browser can't run script from it.

    Relative URLs pass; absolute ones need a scheme of the list in ``tables/wire.json``.
    Raises ``UnsafeValueError`` otherwise.
    """
    if _TRICKS.search(url):
        raise UnsafeValueError(
            f"{owner}.{prop} is {url[:80]!r}",
            "a URL has no control characters, and no blanks around it: strip() it",
        )
    match = _SCHEME.match(url)
    if match is None:
        return url
    scheme = match[1].lower()
    allowed = _WIRE["image_schemes"] if image else _WIRE["url_schemes"]
    if scheme == "data" and image:
        kind = _IMAGE_DATA.match(url)
        if kind is not None and kind[1].lower() in _WIRE["image_data_types"]:
            return url
    elif scheme in allowed:
        return url
    raise UnsafeValueError(
        f"{owner}.{prop} is {url[:80]!r}",
        f"only these schemes are allowed here: {', '.join(allowed)}, or a relative URL",
    )


def lower_attrs(attrs: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """Return *attrs* checked: names of the list in ``tables/wire.json``, ``data-*``, ``aria-*``."""
    out: dict[str, Any] = {}
    for name, value in attrs.items():
        low = str(name).lower()
        known = low in _WIRE["attrs"] or low.startswith(tuple(_WIRE["attr_prefixes"]))
        if not known or not _ATTR_NAME.match(low):
            raise UnsafeValueError(
                f"{owner}.attrs has {name!r}",
                "attrs takes data-*, aria-* and "
                + ", ".join(_WIRE["attrs"])
                + "; handlers, styles and URLs have props of their own",
            )
        if value is not None:
            out[low] = lower(value, owner, f"attrs[{name!r}]")
    return out


def lower_prop(value: Any, spec_type: str, prop: str, rule: str | None) -> Any:
    """Lower the value of one prop; *rule* says what it needs beside (``url``, ``image``)."""
    if prop == "attrs":
        if not isinstance(value, Mapping):
            raise PropError(f"{spec_type}.attrs is {value!r}", "pass a dict of attribute to value")
        return lower_attrs(value, spec_type)
    low = lower(value, spec_type, prop)
    if rule is not None and low is not None:
        if not isinstance(low, str):
            raise PropError(f"{spec_type}.{prop} is {low!r}", "a URL is a string")
        check_url(low, spec_type, prop, image=rule == "image")
    return low
