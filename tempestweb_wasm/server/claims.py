"""How a stored session goes on in this process, whoever else may want it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from tempestweb_wasm.errors import StateNotReadError, StoreError
from tempestweb_wasm.server.handover import Handover
from tempestweb_wasm.server.held import Held
from tempestweb_wasm.server.maker import Claim, Maker
from tempestweb_wasm.server.owner import Owner, Record
from tempestweb_wasm.server.services import Services

log = logging.getLogger("tempestweb_wasm")

CLAIMS = 3
"""How often a stored session is tried to be claimed, if other workers want it too."""


class Claims:
    """Claims sessions from the store; *here* finds one that this process holds, *save* stores."""

    def __init__(
        self,
        services: Services,
        maker: Maker,
        handover: Handover,
        here: Callable[[str], Held | None],
        save: Claim,
    ) -> None:
        self._services = services
        self._maker = maker
        self._handover = handover
        self._here = here
        self._save = save
        self._claiming: dict[str, asyncio.Event] = {}

    async def settled(self, key: str) -> None:
        """Wait until it is known whether the session *key* is claimed, if that is going on."""
        claiming = self._claiming.get(key)
        if claiming is not None:
            await claiming.wait()

    async def resume(self, key: str, record: Record, owner: Owner, sent: int) -> Held | None:
        """See :meth:`Sessions.resume`."""
        latest: Record | None = record
        try:
            for _ in range(CLAIMS):
                latest = await self._released(key, latest)
                held = self._here(key)
                if latest is None or held is not None:
                    return held  # another line of its client was faster here
                held = await self._claimed(key, latest, owner, sent)
                if held is not None:
                    return held
                latest = await self._maker.load(key)
        except StateNotReadError as error:
            log.warning("a session can't go on: %s", error)
            return None
        raise StoreError("a session is wanted by several workers at once")

    async def _released(self, key: str, record: Record | None) -> Record | None:
        """What is stored of a session once no other worker has it, as far as can be told."""
        if record is None or record.final or not self._services.shared:
            return record
        if await self._handover.ask(record.node, key, record.epoch):
            return await self._maker.load(key)
        return record

    async def _claimed(self, key: str, record: Record, owner: Owner, sent: int) -> Held | None:
        # Known by others as soon as it is written there: who asks for it meanwhile has to wait.
        claiming = self._claiming[key] = asyncio.Event()
        try:
            return await self._maker.claimed(key, record, owner, sent, self._save)
        finally:
            claiming.set()
            if self._claiming.get(key) is claiming:
                del self._claiming[key]
