"""When the page's interpreter looks for garbage: between events, not while one is answered.

Nearly all that a render leaves behind is freed at once, by reference counts; what the
collector finds is rare. Left to itself it looks through every new row while a table is
made (measured: 4 of 17 ms for 1,000 rows), before the visitor sees any of them.
"""

from __future__ import annotations

import asyncio
import gc
from time import monotonic

LIMIT = 200_000
"""So many new objects make the collector run at once, whatever is going on."""

WORTH = 5_000
"""So many new objects are worth a look when nothing is going on."""

QUIET = 0.3
"""Seconds without an event after which nothing is going on."""


class Garbage:
    """Collects when the page has been quiet for a while."""

    def __init__(self) -> None:
        # What was imported stays for good: nobody need look through it again.
        gc.freeze()
        gc.set_threshold(LIMIT, *gc.get_threshold()[1:])
        self._last = 0.0
        self._waiting = False

    def event(self) -> None:
        """An event was answered. Timers cost more than most events: one waits for all."""
        self._last = monotonic()
        if not self._waiting and gc.get_count()[0] > WORTH:
            self._waiting = True
            asyncio.get_running_loop().call_later(QUIET, self._collect)

    def _collect(self) -> None:
        left = self._last + QUIET - monotonic()
        if left > 0:
            asyncio.get_running_loop().call_later(left, self._collect)
            return
        self._waiting = False
        gc.collect(1)
