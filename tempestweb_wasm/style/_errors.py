"""From pydantic's report of a bad style to one message that says what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from pydantic import ValidationError

from tempestweb_wasm.errors import StyleError

_SHOWN = 80
"""Characters of a refused value that a message shows."""


class NestedError(ValueError):
    """A part was refused; its message already names the value."""


def shown(value: object) -> str:
    """Return *value* as a message shows it, cut when it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the one of *choices* that *word* was probably meant to be."""
    from difflib import get_close_matches  # only a mistake pays for the import

    found = get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return found[0] if found else None


def unknown_field(owner: str, field: str, fields: Collection[str]) -> str:
    """Say that *owner* has no such field, and which one may have been meant."""
    meant = nearest(field, fields)
    if meant is not None:
        return f"{owner} has no field {field!r}: did you mean {meant!r}?"
    return f"{owner} has no field {field!r}: it has {', '.join(sorted(fields))}"


def explained(owner: type[Any], error: ValidationError) -> StyleError:
    """Return the :class:`StyleError` that tells what *error* found wrong with *owner*."""
    return StyleError("; ".join(_sentence(owner, item) for item in error.errors()))


def _sentence(owner: type[Any], item: Any) -> str:
    name = owner.__name__
    field = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return unknown_field(name, field, owner.model_fields)
    if item["type"] == "missing":
        return f"{name}.{field} is missing"
    cause = item.get("ctx", {}).get("error")
    reason = item["msg"] if cause is None else str(cause)
    where = f"{name}.{field}" if field else name
    if isinstance(cause, NestedError):
        return f"{where}: {reason}"
    return f"{where}: {shown(item['input'])} is not accepted: {reason}"
