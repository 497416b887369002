"""The clipboard, as far as it is text. Pages over https (and localhost) have it."""

from __future__ import annotations

from typing import Any

from tempestweb_wasm.core.app import App
from tempestweb_wasm.native._calls import ASKING, PATIENCE, calls


async def read_text(app: App[Any]) -> str:
    """Return the text in the visitor's clipboard, ``""`` if it holds none.

    Browsers ask the visitor, or show a button of their own: call it from the handler of a
    click. Raises ``NativeDeniedError`` when the visitor says no, ``NativeUnsupportedError``
    without https, ``NativeTimeoutError`` after five minutes; on a server
    ``NativeFailedError`` for a text that is longer than a frame may be (64 KB).
    """
    return await calls(app).call("clipboard.read_text", {}, str, ASKING)


async def write_text(app: App[Any], text: str) -> None:
    """Put *text* into the visitor's clipboard.

    Call it from the handler of a click, and before the handler awaits what takes long:
    browsers allow it for a moment only (Chromium and Firefox five seconds, Safari less).
    Raises ``NativeDeniedError`` where that moment is over, ``NativeUnsupportedError``
    without https.
    """
    await calls(app).call("clipboard.write_text", {"text": text}, type(None), PATIENCE)
