"""Around a memory snapshot: what is imported before it is taken, and renewed after it is restored.

Called by ``js/interpreter.js``. The snapshot is taken before any app is there, so it may hold
what every app shares and nothing that belongs to one visitor.
"""

from __future__ import annotations

import sys
from importlib import import_module

# What apps use and this library has not imported by itself.
_SHARED = ("dataclasses", "enum", "random", "datetime", "tempestweb_wasm.widgets")


def prepare() -> None:
    """Import what every app will import."""
    for name in _SHARED:
        import_module(name)


def wake() -> None:
    """Renew what must not be the same after every restore: the state of ``random``."""
    random = sys.modules.get("random")
    if random is not None:
        random.seed()
    tempfile = sys.modules.get("tempfile")
    if tempfile is not None:
        # It has a generator of its own, made with the first name.
        vars(tempfile)["_name_sequence"] = None
