"""What a host stands on: the store of sessions, started when it is first needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tempestweb_wasm.server.store import MemoryStore, SessionStore


class Services:
    """Makes the store in the loop that runs, and again in another one: clients of a network
    belong to the loop that they were made in. One that is *given* is used as it is.
    """

    def __init__(self, given: SessionStore | None, make: Callable[[], SessionStore]) -> None:
        self._given = given
        self._make = make
        self._made: SessionStore | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def store(self) -> SessionStore:
        """The store; made if it has to be."""
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        lasting = isinstance(self._made, MemoryStore)
        if self._made is None or (self._loop is not loop and not lasting):
            self._made = self._make()
            self._loop = loop
        return self._made

    @property
    def shared(self) -> bool:
        """Whether other processes see the store: sessions are then saved at each event."""
        return not isinstance(self.store, MemoryStore)

    async def aclose(self) -> None:
        """Let go of a store that was made here. Harmless twice."""
        made, self._made = self._made, None
        if made is not None:
            await made.aclose()
