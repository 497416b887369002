"""Checks that turn what an app may write for a field into the one form we keep.

Each check takes any value and returns the kept form, or raises ``ValueError`` saying
what is accepted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

from pydantic_core import CoreSchema, core_schema

from tempestweb_wasm.errors import StyleError
from tempestweb_wasm.style._errors import NestedError, nearest
from tempestweb_wasm.style._table import matches, table

Check = Callable[[Any], Any]

_PLAIN = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(px)?")
"""Text that is only a number, or one of px, which is kept as the number."""

_KEYWORDS = {
    "len": "",
    "inset": ", or 'auto'",
    "size": ", 'auto', 'min-content', 'max-content' or 'fit-content'",
    "most": ", 'none', 'min-content', 'max-content' or 'fit-content'",
}


class _Checked:
    """Marks a field that a check reads, for pydantic."""

    def __init__(self, check: Check) -> None:
        self.check = check

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self)

    def __call__(self, value: Any) -> Any:
        try:
            return self.check(value)
        except StyleError as error:
            raise NestedError(str(error)) from None


def checked(check: Check) -> Any:
    """Return the annotation of a field that *check* reads.

    There is no schema underneath: one for each union would make importing this package
    several times slower, and the check has the last word anyway.
    """
    return Annotated[Any, _Checked(check)]


def number(least: float | None = None, most: float | None = None, *, whole: bool = False) -> Check:
    """Return a check for finite numbers between *least* and *most* (both included)."""
    limit = table()["limit"]
    low, high = -limit if least is None else least, limit if most is None else most
    kind = "a whole number" if whole else "a number"
    if least is not None and most is not None:
        accepted = f"expected {kind} from {least} to {most}"
    elif least is not None:
        accepted = f"expected {kind} of at least {least}"
    else:
        accepted = f"expected {kind} (finite, at most {limit:,})"

    def check(value: Any) -> int | float:
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(accepted)
        if not math.isfinite(value) or not low <= value <= high:
            raise ValueError(accepted)
        if float(value).is_integer():
            return int(value)
        if whole:
            raise ValueError(accepted)
        return float(value)

    return check


def length(kind: str = "len", *, negative: bool = True) -> Check:
    """Return a check for lengths: a number of px, or text of the table's type *kind*."""
    size = number()
    accepted = (
        f"expected a number of px{'' if negative else ' that is not negative'}, "
        f"a length such as '1.5rem', '50%' or 'calc(100% - 8px)'{_KEYWORDS[kind]}"
    )

    def check(value: Any) -> int | float | str:
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, str):
            text = " ".join(value.lower().split())
            plain = _PLAIN.fullmatch(text)
            if plain is None:
                if matches(kind, text) and (negative or not text.startswith("-")):
                    return text
                raise ValueError(accepted)
            if not plain[2]:
                raise ValueError(f"{accepted}; write {text} without quotes for px")
            value = float(plain[1])
        try:
            kept: int | float = size(value)
        except ValueError:
            raise ValueError(accepted) from None
        if kept < 0 and not negative:
            raise ValueError(accepted)
        return kept

    return check


def word(*words: str) -> Check:
    """Return a check for one of *words*, as a string or as a member of a StrEnum."""
    words = tuple(map(str, words))  # members of a StrEnum would show as such in messages
    known = frozenset(words)

    def check(value: Any) -> str:
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, str) and value in known:
            return str(value)
        meant = nearest(value.lower(), words) if isinstance(value, str) else None
        hint = "" if meant is None else f": did you mean {meant!r}?"
        raise ValueError(f"expected {' | '.join(map(repr, words))}{hint}")

    return check


def pair(item: Check, accepted: str) -> Check:
    """Return a check for two of *item*; a single value stands for both."""

    def check(value: Any) -> tuple[Any, Any]:
        if isinstance(value, (tuple, list)):
            if len(value) != 2:
                raise ValueError(f"expected {accepted}")
            return item(value[0]), item(value[1])
        one = item(value)
        return one, one

    return check


def several(item: Check, most: int, accepted: str) -> Check:
    """Return a check for a list of 1 to *most*; a single value is a list of one."""

    def check(value: Any) -> tuple[Any, ...]:
        values = value if isinstance(value, (tuple, list)) else (value,)
        if not 1 <= len(values) <= most:
            raise ValueError(f"expected 1 to {most} of: {accepted}")
        return tuple(map(item, values))

    return check
