"""What the page is shown on, and whether it has a network."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tempestweb_wasm.core.app import App
from tempestweb_wasm.native._calls import PATIENCE, calls


class Screen(BaseModel):
    """``width`` and ``height`` of the viewport are in CSS pixels.

    ``dark`` and ``reduced_motion`` are what the visitor prefers. ``online`` is False where the
    browser is sure that there is no network.
    """

    model_config = ConfigDict(frozen=True)

    width: int = Field(ge=0)
    height: int = Field(ge=0)
    orientation: Literal["portrait", "landscape"]
    dark: bool
    reduced_motion: bool
    online: bool
    visible: bool


async def get(app: App[Any]) -> Screen:
    """Return how it is now."""
    return await calls(app).call("screen.get", {}, Screen, PATIENCE)


def watch(app: App[Any]) -> AsyncGenerator[Screen, None]:
    """How it is now, and again whenever something of it changes.

    ::

        async for screen in native.screen.watch(app):
            app.set_state(lambda s: setattr(s, "narrow", screen.width < 600))

    Run it in ``app.spawn(…)``. Where only the layout is to answer, ``Wrap`` and
    ``Grid(min_column_width=…)`` do without.
    """
    return calls(app).stream("screen.watch", {}, Screen)
