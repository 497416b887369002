"""When a session is stored: one save at a time, and again after one that failed."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from tempestweb_wasm.errors import StateNotSavedError

SAVE_WITHIN = 2.0
"""Seconds that a store may take. After that the session goes on without having saved."""

SAVE_LATER = 1.0
"""Seconds after which changes that answer no event are stored, all in one."""

LONGEST = 30.0
"""Seconds at most between two attempts, while the store fails."""

log = logging.getLogger("tempestweb_wasm")


class Saver:
    """Stores one session.

    *save* stores it; False says that another worker has taken it over, and *stale* is then
    called. *mark* is called before each attempt, in the same turn of the loop; what it returns
    is called after it, and says whether there is more to store.

    Where a store fails the session goes on as if it had been stored, since it still lives, and
    another attempt is made later, until one succeeds.
    """

    __slots__ = ("_failed", "_later", "_mark", "_save", "_stale", "_task")

    def __init__(
        self,
        save: Callable[[], Awaitable[bool]],
        mark: Callable[[], Callable[[], bool]],
        stale: Callable[[], None],
    ) -> None:
        self._save = save
        self._mark = mark
        self._stale = stale
        self._task: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None
        self._failed = 0

    @property
    def busy(self) -> bool:
        """Whether a save is on its way."""
        return self._task is not None

    def start(self) -> None:
        """Save now, unless that is going on already."""
        self._forget_later()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def later(self) -> None:
        """Save in a moment, in a longer one after each failure."""
        if self._later is None:
            wait = SAVE_LATER
            if self._failed:
                # At random: all sessions of a process met the failure at the same time.
                wait = min(LONGEST, wait * 2.0**self._failed) * random.uniform(0.5, 1)
            self._later = asyncio.get_running_loop().call_later(wait, self.start)

    async def wait(self) -> None:
        """Return when no save is on its way."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def stop(self) -> None:
        """Save no more, and give up what is on its way."""
        self._forget_later()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _forget_later(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None

    async def _run(self) -> None:
        """Each attempt begins between two turns of the loop: a handler has run up to its first
        pause or not at all, and the state goes with the number of the last that has."""
        try:
            more = True
            while more:
                done = self._mark()
                if not await self._attempt():
                    self._stale()
                    return
                more = done()
            if self._failed:
                self.later()
        finally:
            self._task = None

    async def _attempt(self) -> bool:
        try:
            async with asyncio.timeout(SAVE_WITHIN):
                mine = await self._save()
        except StateNotSavedError as error:
            # Said once by the keeper; the session lives in memory only.
            log.debug("%s", error)
        except Exception as error:
            # Whatever a store may raise: the app goes on.
            if not self._failed:
                log.error("a session could not be stored, trying again: %s", error, exc_info=error)
            self._failed = min(self._failed + 1, 16)
        else:
            if self._failed:
                log.info("a session is stored again")
            self._failed = 0
            return mine
        return True
