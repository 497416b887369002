"""Notes of the visitor's system. Pages over https (and localhost) have them."""

from __future__ import annotations

from typing import Any, Literal

from tempestweb_wasm.core.app import App
from tempestweb_wasm.native._calls import ASKING, PATIENCE, calls

Permission = Literal["default", "granted", "denied"]
"""``default``: the visitor has not been asked."""


async def permission(app: App[Any]) -> Permission:
    """Return whether the app may show notifications; nobody is asked."""
    return await calls(app).call("notifications.permission", {}, _KIND, PATIENCE)


async def request(app: App[Any]) -> Permission:
    """Ask the visitor, unless they have answered before, and return what they say.

    Call it from the handler of a click: browsers ask at no other time.
    """
    return await calls(app).call("notifications.request", {}, _KIND, ASKING)


async def show(app: App[Any], title: str, *, body: str = "", tag: str = "") -> None:
    """Show a notification. One with the same *tag* takes the place of an earlier one.

    A click on it brings the page to the front, except on phones. Raises
    ``NativeDeniedError`` unless :func:`permission` is ``granted``. It comes from the page: when
    that is closed nothing can be shown.
    """
    args = {"title": title, "body": body, "tag": tag}
    await calls(app).call("notifications.show", args, type(None), PATIENCE)


_KIND: Any = Permission
