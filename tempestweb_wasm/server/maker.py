"""Makes the sessions of one app, and writes and reads what a store holds of them."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any, Protocol

from tempestweb_wasm.core.app import AppSource, Context
from tempestweb_wasm.errors import ServiceError, StateNotSavedError
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.runtime.stored import SessionKeeper, StoredSession
from tempestweb_wasm.server.held import Held
from tempestweb_wasm.server.owner import Owner, Record
from tempestweb_wasm.server.services import Services
from tempestweb_wasm.server.signing import Signing
from tempestweb_wasm.server.stopping import FOR_HOOKS, Stopping
from tempestweb_wasm.server.uploads import Uploads
from tempestweb_wasm.transports.websocket import FAILED

log = logging.getLogger("tempestweb_wasm")


class Claim(Protocol):
    """Stores a session that goes on here, unless another worker was faster."""

    async def __call__(self, held: Held, stored: StoredSession, *, claim: bool) -> bool:
        """Return whether this one was first."""


class Maker:
    """Makes sessions of *source*; *node* is this process, in their records. An event of their
    clients may have *text* bytes."""

    def __init__(
        self,
        source: AppSource[Any],
        signing: Signing,
        services: Services,
        uploads: Uploads,
        node: str,
        *,
        dev: bool,
        text: int,
    ) -> None:
        self._source = source
        self._text = text
        self._signing = signing
        self._services = services
        self._uploads = uploads
        self._node = node
        self._dev = dev
        self._keeper = SessionKeeper(source)

    def held(
        self, key: str, owner: Owner, context: Context, *, epoch: int = 1, acked: int = 0
    ) -> Held:
        """A session that has not started, with what delivers its frames."""
        delivery = Delivery(epoch=epoch, acked=acked, keeper=self._keeper, text=self._text)
        # The same member of rooms again where the session goes on in another process.
        member = self._signing.key("member", key)[:16]
        session = Session(
            self._source,
            delivery.send,
            context=context,
            dev=self._dev,
            read_file=self._uploads.reader(key, owner.visitor, delivery),
            channels=self._services.rooms(member),
            asks=delivery,
        )
        delivery.bind(session)
        return Held(key, owner, context.path, delivery)

    async def claimed(
        self, key: str, record: Record, owner: Owner, sent: int, save: Claim
    ) -> Held | None:
        """The session of *record*, from now on held here; None if another worker was faster.

        *sent* is the last event that its client ever sent. Raises ``StateNotReadError``,
        ``StoreError``.
        """
        stored = StoredSession.read(record.session, owner.user)
        state = self._keeper.state(stored)
        epoch, acked = stored.epoch + 1, stored.acked_after(sent)
        held = self.held(key, owner, stored.context, epoch=epoch, acked=acked)
        claimed = replace(stored, epoch=epoch, acked=acked, final=False)
        if not await save(held, claimed, claim=True):
            return None
        if not self._services.shared:
            # From here on it is not written to: nobody may go on with what it was.
            await self._services.store.delete(key, epoch=epoch)
        held.delivery.session.resume(state, acked, awake=False)
        return held

    def record(self, held: Held, stored: StoredSession) -> Record:
        """The record of *held*, which is *stored* now."""
        return Record.of(held.owner, held.path, stored, self._node)

    def sealed(self, held: Held, stored: StoredSession) -> str:
        """The same as it goes into a store: nobody else can write one."""
        return self._signing.sealed(self.record(held, stored).text())

    async def load(self, key: str) -> Record | None:
        """Return what is stored of the session *key*; raises ``StoreError``."""
        return Record.read(self._signing.opened(await self._services.store.load(key)))

    async def store(self, held: Held, ttl: float, stopping: Stopping) -> None:
        """End *held* and store it for *ttl* seconds; what fails is logged."""
        try:
            async with asyncio.timeout_at(stopping.until(FOR_HOOKS)):
                await held.delivery.aclose(FAILED)
        except TimeoutError:
            log.warning("the process stops: what a session still did was not waited for")
        try:
            stored = held.delivery.stored(final=True)
            async with stopping.saving:
                await self._services.store.save(
                    held.id, self.sealed(held, stored), ttl, epoch=stored.epoch
                )
        except (StateNotSavedError, ServiceError) as error:
            log.error("a session could not be stored: %s", error)
