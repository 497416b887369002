"""The share sheet of the visitor's device."""

from __future__ import annotations

from typing import Any

from tempestweb_wasm.core.app import App
from tempestweb_wasm.native._calls import ASKING, calls


async def share(app: App[Any], *, title: str = "", text: str = "", url: str = "") -> bool:
    """Offer something to the visitor's other programs; False if the visitor changed their mind.

    *url* may be relative to the page. Needs a click of the visitor, and https. Raises
    ``ValueError`` if there is nothing to share, ``NativeUnsupportedError`` where the browser
    has no share sheet (Firefox on desktops, Chromium on Linux), ``NativeDeniedError``
    without a click.
    """
    given = {name: value for name, value in zip(_NAMES, (title, text, url), strict=True) if value}
    if not given:
        raise ValueError("share() was given nothing: pass title=, text= or url=")
    return await calls(app).call("share", given, bool, ASKING)


_NAMES = ("title", "text", "url")
