"""The style table with its patterns compiled: what both languages take and write."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from tempestweb_wasm import tables

_WORD = re.compile(r"\{([a-z]+)\}")


@cache
def table() -> dict[str, Any]:
    """Return ``tables/style.json``."""
    return tables.load("style")


@cache
def pattern(kind: str) -> re.Pattern[str] | None:
    """Return the pattern for strings of the type *kind*; None if it takes no strings."""
    source = table()["types"][kind].get("match")
    return None if source is None else re.compile(_expand(source))


@cache
def class_name() -> re.Pattern[str]:
    """Return the pattern of a style's name, which is a CSS class."""
    return re.compile(table()["name"])


@cache
def fields() -> dict[str, tuple[str, str]]:
    """Return each field's declaration (``$`` is the value) and type, in the table's order."""
    return {
        name: (f"{name.replace('_', '-')}:$", rule) if isinstance(rule, str) else tuple(rule)
        for name, rule in table()["fields"].items()
    }


def css_property(field: str) -> str | None:
    """Return the CSS property that *field* ends up in; None if it is no field."""
    rule = fields().get(field)
    return None if rule is None else rule[0].split(";")[-1].split(":")[0]


def matches(kind: str, text: str) -> bool:
    """Tell whether *text* is a string that the type *kind* takes."""
    found = pattern(kind)
    return found is not None and found.fullmatch(text) is not None


def _expand(source: str) -> str:
    while _WORD.search(source):
        source = _WORD.sub(lambda hit: table()["patterns"][hit[1]], source)
    return source
