"""What an app can have its page do: these are sent and not waited for.

Each is carried out once, after what has changed by then is shown: what a handler adds to
the view and then focuses is there. One that the page could not be told before its session
ended, or before the whole view had to be sent anew, is dropped.
"""

from __future__ import annotations

from typing import Any

from tempestweb_wasm.core.app import App
from tempestweb_wasm.native._calls import calls


def reload(app: App[Any]) -> None:
    """Load the page anew.

    An app in the browser starts again, with what it keeps (``persist``); on a server the
    visitor gets a fresh session. An app that is embedded in another page starts alone.
    """
    calls(app).command("reload", {})


def set_title(app: App[Any], title: str) -> None:
    """Let the browser's tab say *title*. An app that is embedded changes no page's title."""
    calls(app).command("title", {"text": title})


def focus(app: App[Any], key: str | int) -> None:
    """Put the keyboard's focus on the widget with *key*, the first in the view if there are some.

    Controls take it; any other widget with ``attrs={"tabindex": "-1"}``.
    """
    calls(app).command("focus", {"key": str(key)})


def scroll_to(app: App[Any], key: str | int, *, smooth: bool = False) -> None:
    """Scroll until the widget with *key* is in sight, its beginning first.

    With *smooth* it glides, unless the visitor wants less motion.
    """
    calls(app).command("scroll", {"key": str(key), "smooth": smooth})
