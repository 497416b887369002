"""What an app written for the peers is told when it asks its ``App`` for what it lacks."""

from __future__ import annotations

from typing import Any

from tempestweb_wasm.compat._missing import POINTER
from tempestweb_wasm.core.app import App

_NAVIGATION = "keep the screen's name in the state, and let view choose by it"
_OVERLAY = "keep what is open in the state, and put it on top with Stack"
_THEME = "colours are CSS: use Color.token('primary') and the like, which follow light and dark"
_HINTS = {
    **dict.fromkeys(("nav", "push", "pop", "reset"), _NAVIGATION),
    **dict.fromkeys(("show_dialog", "show_sheet", "show_menu", "toast", "dismiss"), _OVERLAY),
    **dict.fromkeys(("theme", "set_theme"), _THEME),
    "media": "Wrap, Grid(min_column_width=…) and Style(max_width=…) answer to the room there is",
    **dict.fromkeys(("locale", "set_locale"), "app.context.locale has the visitor's language"),
    **dict.fromkeys(
        ("register_animation", "unregister_animation", "has_animations"),
        "Style(transition=…) moves what changes",
    ),
}


def install() -> None:
    """Let ``App`` say more about a missing attribute than its name. Harmless twice."""
    if "__getattr__" not in App.__dict__:
        App.__getattr__ = _lacking  # type: ignore[attr-defined]


def uninstall() -> None:
    """Undo :func:`install`. Harmless twice."""
    if App.__dict__.get("__getattr__") is _lacking:
        del App.__getattr__  # type: ignore[attr-defined]


def _lacking(self: App[Any], name: str) -> Any:
    if name == "request_rebuild":
        # Their name for a render without a change.
        return self.set_state
    if name.startswith("_"):
        raise AttributeError(f"'App' object has no attribute {name!r}", name=name, obj=self)
    hint = _HINTS.get(name, "it has state, set_state, replace, spawn, every, on_start and on_stop")
    raise AttributeError(f"App has no {name!r} here: {hint}. {POINTER}", name=name, obj=self)
