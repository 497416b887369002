"""Tables that Python and the browser client both read.

Each is JSON beside this file; the bundler copies the same files into the client,
so that neither language can drift from the other.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

NAMES = ("events", "icons", "style", "widgets", "wire")


@cache
def load(name: str) -> dict[str, Any]:
    """Return the table *name* (one of :data:`NAMES`), read once per process.

    The result is shared: callers must not change it. Raises ``FileNotFoundError``
    for a name that is no table.
    """
    text = files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    table.pop("$comment", None)
    return table
