"""Where the visitor is. Pages over https (and localhost) have it; the browser asks the visitor."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tempestweb_wasm.core.app import App
from tempestweb_wasm.native._calls import ASKING, calls


class Position(BaseModel):
    """A place as the W3C Geolocation specification has it (WGS 84).

    Degrees for ``latitude``, ``longitude`` and ``heading`` (clockwise from north), metres for
    ``accuracy`` (95 % of positions are within), ``altitude`` and ``altitude_accuracy``, metres
    per second for ``speed``; None where the device does not know. ``time`` is in UTC.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    accuracy: float = Field(ge=0)
    altitude: float | None = None
    altitude_accuracy: float | None = None
    heading: float | None = None
    speed: float | None = None
    time: datetime


async def get(
    app: App[Any], *, high_accuracy: bool = False, max_age: float = 0, within: float = 30
) -> Position:
    """Return where the visitor is.

    *high_accuracy* takes longer and more of the battery. A position of *max_age* seconds may
    be reused, with ``math.inf`` any. The device is given *within* seconds, from when the
    visitor has agreed. Raises ``NativeDeniedError`` when the visitor or a policy does not
    allow it, ``NativeFailedError`` when the device does not find out in time.
    """
    args = _args(high_accuracy, max_age, within)
    return await calls(app).call("geolocation.get", args, Position, ASKING)


def watch(
    app: App[Any], *, high_accuracy: bool = False, max_age: float = 0, within: float = 30
) -> AsyncGenerator[Position, None]:
    """Positions as they change, until the loop is left or the session ends.

    ::

        async for position in native.geolocation.watch(app):
            app.set_state(lambda s: s.show(position))

    Run it in ``app.spawn(…)``. Raises as :func:`get` does. What changes while a visitor is
    offline comes as one position, the last.
    """
    return calls(app).stream("geolocation.watch", _args(high_accuracy, max_age, within), Position)


def _args(high_accuracy: bool, max_age: float, within: float) -> dict[str, Any]:
    if not max_age >= 0 or not within > 0:
        raise ValueError(f"max_age={max_age!r}, within={within!r}: seconds from 0, and above 0")
    return {
        "high_accuracy": high_accuracy,
        "max_age": _milliseconds(max_age),
        "within": _milliseconds(within),
    }


def _milliseconds(seconds: float) -> int:
    """As the W3C has times: an ``unsigned long``, whose largest stands for ever."""
    return round(min(seconds * 1000, 0xFFFFFFFF))
