"""Canonical style → CSS text, by the table that the browser client reads too.

``js/style.js`` does the same in JavaScript; ``tests/conformance/style.json`` holds both
to it. What does not fit its type in the table is dropped and logged, never written, so
that no value can become a rule of its own.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping
from typing import Any

from tempestweb_wasm.errors import StyleError
from tempestweb_wasm.style._errors import shown
from tempestweb_wasm.style._intern import lowered
from tempestweb_wasm.style._table import class_name, fields, matches, table

_log = logging.getLogger(__name__)
_SELECTOR = re.compile(r"[a-zA-Z0-9_.#:>~+*\[\]=\"' -]+")


def style_to_css(name: str, style: Mapping[str, Any]) -> str:
    """Return the rules of the class *name*; an empty string for a name that is none."""
    if class_name().fullmatch(name) is None:
        _log.error("style name %s dropped: it is no class name", shown(name))
        return ""
    return _rules(f".{name}", style)


def rules(selector: str, style: Mapping[str, Any]) -> str:
    """Return the rules for *selector*, which the caller wrote (not data); checked all the same."""
    if _SELECTOR.fullmatch(selector) is None:
        raise StyleError(f"{shown(selector)} is no selector that a style can be written for")
    return _rules(selector, style)


def _rules(selector: str, style: Mapping[str, Any]) -> str:
    states = table()["states"]
    own = _declarations(style, states)
    out = [f"{selector}{{{own}}}"] if own else []
    for state, form in states.items():
        part = style.get(state)
        if part is None:
            continue
        if not isinstance(part, Mapping):
            _log.error("style %s: %s dropped", state, shown(part))
        elif inner := _declarations(part, {}):
            out.append(form.replace("$", selector).replace("%", inner))
    return "".join(out)


def _declarations(style: Mapping[str, Any], states: Mapping[str, str]) -> str:
    for name, value in style.items():
        if name not in states and name not in fields():
            _log.error("style %s: %s dropped", shown(name), shown(value))
    out = []
    for name, (form, kind) in fields().items():
        if name not in style:
            continue
        text = _text(style[name], kind)
        if text is None:
            _log.error("style %s: %s dropped", name, shown(style[name]))
        else:
            out.append(form.replace("$", text))
    return ";".join(out)


def _text(value: Any, kind: str) -> str | None:
    """Return *value* as CSS; None if the type *kind* does not take it."""
    known = table()["types"][kind]
    if "any" in known:
        found = (_text(value, other) for other in known["any"])
        return next((text for text in found if text is not None), None)
    if "each" in known:
        return _list(value, known)
    if "parts" in known:
        return _object(value, known["parts"])
    return _scalar(value, kind, known)


def _scalar(value: Any, kind: str, known: Mapping[str, Any]) -> str | None:
    if isinstance(value, str):
        return value if matches(kind, value) else None
    if "unit" not in known or not _is_number(value):
        return None
    # lowered() writes 8.0 as 8, which is what JavaScript makes of it anyway.
    return f"{lowered(float(value))}{known['unit']}"


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) and abs(value) <= table()["limit"]


def _list(value: Any, known: Mapping[str, Any]) -> str | None:
    least, most = known["count"]
    if not isinstance(value, (list, tuple)) or not least <= len(value) <= most:
        return None
    texts = [text for item in value if (text := _text(item, known["each"])) is not None]
    joined: str = known["join"].join(texts)
    return joined if len(texts) == len(value) else None


def _object(value: Any, parts: list[list[str]]) -> str | None:
    if not isinstance(value, Mapping):
        return None
    out = []
    for spec, kind, form in parts:
        name = spec.removesuffix("?")
        if name not in value and name != spec:
            continue
        text = _text(value.get(name), kind)
        if text is None:
            return None
        out.append(form.replace("$", text))
    return "".join(out) or None
