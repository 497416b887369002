"""What the visitor's browser can do beside showing the app: one API in every mode.

::

    from tempestweb_wasm import native

    async def copy() -> None:
        await native.clipboard.write_text(app, app.state.link)
        app.set_state(lambda s: s.say("Copied"))

Each call takes the app, is awaited, and raises a ``NativeError``; streams are used by
``async for``. In a page it is a call, on a server a round trip. ``docs/native.md`` says
what needs a click of the visitor, or https.
"""

from __future__ import annotations

from tempestweb_wasm.errors import (
    NativeAnswerError,
    NativeDeniedError,
    NativeError,
    NativeFailedError,
    NativeTimeoutError,
    NativeUnsupportedError,
)
from tempestweb_wasm.native import (
    clipboard,
    device,
    geolocation,
    notifications,
    page,
    screen,
    storage,
)
from tempestweb_wasm.native.device import share

__all__ = [
    "NativeAnswerError",
    "NativeDeniedError",
    "NativeError",
    "NativeFailedError",
    "NativeTimeoutError",
    "NativeUnsupportedError",
    "clipboard",
    "device",
    "geolocation",
    "notifications",
    "page",
    "screen",
    "share",
    "storage",
]
