"""The device itself: its share sheet, its vibration motor, and its screen kept on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any

from tempestweb_wasm.core.app import App
from tempestweb_wasm.errors import NativeTimeoutError
from tempestweb_wasm.native._calls import ASKING, PATIENCE, calls


async def share(app: App[Any], *, title: str = "", text: str = "", url: str = "") -> bool:
    """Offer something to the visitor's other programs; False if the visitor changed their mind.

    *url* may be relative to the page. Needs a click of the visitor, and https. Raises
    ``ValueError`` if there is nothing to share, ``NativeUnsupportedError`` where the browser
    has no share sheet (Firefox on desktops, Chromium on Linux), ``NativeDeniedError``
    without a click.
    """
    given = {"title": title, "text": text, "url": url}
    given = {name: value for name, value in given.items() if value}
    if not given:
        raise ValueError("share() was given nothing: pass title=, text= or url=")
    return await calls(app).call("share", given, bool, ASKING)


async def vibrate(app: App[Any], *milliseconds: int) -> bool:
    """Vibrate for so many milliseconds, then pause for so many, and so on.

    ``vibrate(app, 200)``, ``vibrate(app, 100, 50, 100)``; ``vibrate(app, 0)`` ends it. False
    where the device can't, or the visitor has not touched the page yet. Raises
    ``NativeUnsupportedError`` where the browser can't (Safari, Firefox), ``ValueError`` for
    times below 0.
    """
    pattern: Sequence[int] = milliseconds
    if not pattern or min(pattern) < 0:
        raise ValueError(f"vibrate{pattern!r}: milliseconds from 0")
    return await calls(app).call("vibrate", {"pattern": list(pattern)}, bool, PATIENCE)


@asynccontextmanager
async def awake(app: App[Any]) -> AsyncIterator[None]:
    """Keep the screen on meanwhile (a wake lock)::

        async with native.device.awake(app):
            await app.state.recipe_is_done.wait()

    A page that is hidden gives it up, and has it again when it is shown. Needs https.
    Raises ``NativeUnsupportedError``, or ``NativeDeniedError`` (a low battery, for one).
    """
    async with aclosing(calls(app).stream("wake_lock", {}, bool)) as held:
        try:
            async with asyncio.timeout(PATIENCE):
                await anext(held)
        except TimeoutError:
            what = f"the page did not answer for {PATIENCE:g} s"
            raise NativeTimeoutError("wake_lock", what) from None
        yield
