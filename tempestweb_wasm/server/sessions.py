"""The sessions that this process holds: connected, detached, and not yet adopted."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from functools import partial
from typing import Any, TypeVar

from tempestweb_wasm.core.app import AppSource, Context
from tempestweb_wasm.errors import (
    ServiceError,
    StateNotSavedError,
)
from tempestweb_wasm.runtime.stored import StoredSession
from tempestweb_wasm.server.claims import Claims
from tempestweb_wasm.server.handover import Handover
from tempestweb_wasm.server.held import Asleep, Held, Kept
from tempestweb_wasm.server.maker import Maker
from tempestweb_wasm.server.outbox import Outbox
from tempestweb_wasm.server.owner import Owner, Record
from tempestweb_wasm.server.services import Services
from tempestweb_wasm.server.settings import ServerSettings
from tempestweb_wasm.server.signing import Signing
from tempestweb_wasm.server.stopping import Stopping
from tempestweb_wasm.server.uploads import Uploads
from tempestweb_wasm.transports.websocket import AWAY, FAILED, RESTARTING

log = logging.getLogger("tempestweb_wasm")

K = TypeVar("K", bound=Kept)

Pool = OrderedDict[str, K]

REFRESHED = 3
"""So often a session that has a line is stored within the grace, though nothing happens."""


class Sessions:
    """Makes sessions and keeps them, each in one of three pools.

    ``pages`` rendered one and wait to be adopted, ``live`` have a connection, ``detached``
    had one, and may be asleep by now. The latter two are found by :meth:`find`, also those
    that other processes put into the store.
    """

    def __init__(
        self,
        source: AppSource[Any],
        settings: ServerSettings,
        signing: Signing,
        services: Services,
        uploads: Uploads,
        *,
        dev: bool = False,
    ) -> None:
        self._settings = settings
        self._signing = signing
        self._services = services
        self._moving: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._left = asyncio.Event()
        self._handover = Handover(services, signing, self._give_up, self._doubt, self._run)
        node = self._handover.node
        self._maker = Maker(source, signing, services, uploads, node, dev=dev, text=settings.text)
        self._claims = Claims(services, self._maker, self._handover, self._held, self._save)
        self.stopping = Stopping()
        self.pages: Pool[Held] = OrderedDict()
        self.live: Pool[Held] = OrderedDict()
        self.detached: Pool[Held | Asleep] = OrderedDict()

    # -- making ---------------------------------------------------------------

    def make(self, context: Context, owner: Owner) -> Held:
        """Make a session and its first view; no hook of the app runs before :meth:`connect`."""
        held = self._maker.held(self._signing.new_id(), owner, context)
        held.delivery.session.start(awake=False)
        return held

    async def _save(self, held: Held, stored: StoredSession, *, claim: bool = False) -> bool:
        text = self._maker.sealed(held, stored)
        ttl, store = self._settings.grace, self._services.store
        try:
            saved = await store.save(held.id, text, ttl, epoch=stored.epoch, claim=claim)
        except BaseException:
            held.unstored = True
            raise
        held.unstored = False
        if not saved and not claim:
            self._outdated(held)
        return saved

    # -- pages ----------------------------------------------------------------

    async def keep_page(self, held: Held) -> None:
        """Keep a session that rendered a page until the page connects, or does not."""
        settings = self._settings
        if self._services.shared:
            try:
                text = self._maker.sealed(held, held.delivery.stored(final=True))
                await self._services.store.put(f"page:{held.id}", text, settings.adoption)
                held.offered = True
            except StateNotSavedError as error:
                log.debug("a page can be adopted by its own worker alone: %s", error)
            except ServiceError as error:
                log.error("a page can be adopted by its own worker alone: %s", error)
        self._keep_page(held)

    def _keep_page(self, held: Held) -> None:
        settings = self._settings
        self._put(self.pages, held, settings.pages)
        held.timer = held.loop.call_later(settings.adoption, self._forget_page, held.id)

    def _forget_page(self, key: str) -> None:
        held = self.pages.pop(key, None)
        if held is not None:
            self._run(self.end(held))

    async def page(self, key: str, visitor: str) -> Held | Record | None:
        """Take the session that rendered a page for *visitor*, once: it, or its record."""
        held = self.pages.get(key)
        if held is not None and held.owner.visitor != visitor:
            return None
        held = self._take(self.pages, key)
        sealed = None
        try:
            if self._services.shared:
                sealed = await self._services.store.take(f"page:{key}")
        except ServiceError:
            if held is not None:
                self._keep_page(held)  # its client is told to come later
            raise
        if held is not None and held.offered and sealed is None:
            self._run(self.end(held))  # another worker was first
            return None
        if held is not None:
            return held if held.here else self._record(held)
        record = Record.read(self._signing.opened(sealed))
        return record if record is not None and record.visitor == visitor else None

    # -- coming back ----------------------------------------------------------

    async def find(self, key: str, visitor: str, epoch: int) -> Held | Record | None:
        """Return the session *key* of *visitor*, or its record; nothing is taken yet.

        *epoch* is the one that its client was in last. Raises ``StoreError``.
        """
        found = self.live.get(key) or self.detached.get(key)
        if isinstance(found, Held):
            if found.owner.visitor != visitor:
                return None
            if not found.here:
                return self._record(found)
        held = self._held(key)
        if held is not None and key in self.detached:
            self._wait_for(held)  # it must not fall asleep before the line is its
        if held is not None and not self._services.shared:
            return held
        await self._moved(key)
        try:
            record = await self._maker.load(key)
        except ServiceError:
            # An epoch is one worker's: of what its client saw last this is the latest.
            if held is None or held.gone or held.delivery.epoch != epoch:
                raise
            return held
        if held is not None and held.gone:
            return await self.find(key, visitor, epoch)
        if held is not None:
            if record is None or record.epoch <= held.delivery.epoch:
                return held
            self._outdated(held)
        return record if record is not None and record.visitor == visitor else None

    def _outdated(self, held: Held) -> None:
        """*held* goes on elsewhere, and nobody could say so before: this copy is at its end."""
        held.gone = True
        self._run(self.end(held, FAILED))

    async def _moved(self, key: str) -> None:
        """Wait until the session *key* is stored, if it is on its way to the store."""
        moving = self._moving.get(key)
        if moving is not None and moving.get_loop() is asyncio.get_running_loop():
            await asyncio.wait({moving})

    def _record(self, held: Held) -> Record | None:
        """The record of a session whose loop is over; it is held no longer."""
        self.live.pop(held.id, None)
        self.detached.pop(held.id, None)
        try:
            return self._maker.record(held, held.delivery.stored(final=True))
        except StateNotSavedError:
            return None

    async def resume(self, key: str, record: Record, owner: Owner, sent: int) -> Held | None:
        """Go on here with the session of *record*; ``make_state`` does not run.

        *sent* is the last event that its client ever sent. A worker that has the session gives
        it up first; one that does not answer has crashed, as far as can be told. None if the
        state can't be read. Raises ``StoreError``.
        """
        return await self._claims.resume(key, record, owner, sent)

    def _held(self, key: str) -> Held | None:
        held = self.live.get(key) or self.detached.get(key)
        return held if isinstance(held, Held) and held.here and not held.gone else None

    async def _give_up(self, key: str, epoch: int) -> None:
        """Another worker wants the session *key*, which it knows from *epoch*: store it."""
        await self._claims.settled(key)
        held = self._held(key)
        if held is not None and held.delivery.epoch <= epoch:
            self._move(held, self._settings.grace)
        await self._moved(key)

    def _doubt(self) -> None:
        """Others may have asked and were not heard: whoever took a session over is in the store."""
        for held in [*self.live.values(), *self.detached.values()]:
            if isinstance(held, Held) and held.here:
                held.delivery.save_soon()

    # -- connections ----------------------------------------------------------

    def connect(self, held: Held, line: Outbox, applied: int, *, acks: bool) -> None:
        """Give *held* the connection *line*; an older one is closed."""
        self._handover.listen()
        self._take(self.detached, held.id)
        before = self.live.get(held.id)
        self.live[held.id] = held
        if before is not None and before is not held:
            self._outdated(before)  # resumed twice at once: the later one counts
        delivery = held.delivery
        if self._services.shared and acks:
            delivery.save = partial(self._save, held)
            self._refresh(held)
        line.on_drained = None if acks else delivery.drained
        delivery.attach(line, applied=applied, acks=acks)
        delivery.session.wake()

    def _refresh(self, held: Held) -> None:
        """Store *held* now and again, for as long as it has a line: its time there runs from
        when it was stored."""
        if self.live.get(held.id) is not held:
            return
        held.delivery.save_soon()
        if held.timer is not None:
            held.timer.cancel()
        wait = self._settings.grace / REFRESHED
        held.timer = held.loop.call_later(wait, self._refresh, held)

    async def disconnect(self, held: Held, line: Outbox, *, lasting: bool) -> None:
        """*line* is gone; *held* is kept for its grace, if it has no other line by now.

        Nothing is kept of a session that nobody can come back to, or whose state was never made.
        """
        held.delivery.detach(line)
        if held.delivery.line is not None or self.live.get(held.id) is not held:
            return
        del self.live[held.id]
        self._left.set()
        if held.delivery.session.app is None or not lasting:
            await self.end(held)
            return
        if self.stopping.begun and self._services.shared:
            # Where its client goes now it can go on at once.
            self._move(held, self._settings.grace)
            return
        held.delivery.save_soon()
        self._wait_for(held)
        self._put(self.detached, held, self._settings.detached)

    def _wait_for(self, held: Held) -> None:
        """Let *held* sleep when nobody has come for it in its time."""
        if held.timer is not None:
            held.timer.cancel()
        held.timer = held.loop.call_later(self._settings.awake, self._put_away, held.id)

    def _put_away(self, key: str) -> None:
        """A detached session goes to sleep: its state to the store, if that takes it."""
        held = self.detached.get(key)
        if not isinstance(held, Held):
            return
        left = self._settings.grace - self._settings.awake
        if left > 0 and (held.unstored or not held.storable):
            held.timer = held.loop.call_later(left, self._drop, key)
            return
        if left <= 0:
            self._drop(key)
            return
        # In its place, so that the oldest stay the oldest.
        asleep = self.detached[key] = Asleep(key, held.delivery.epoch)
        asleep.timer = asleep.loop.call_later(left, self._drop, key)
        self._move(held, left)

    def _move(self, held: Held, ttl: float) -> None:
        """End *held* here and store it, so that it can go on anywhere for *ttl* seconds."""
        self._let_go(held)
        task = self._moving[held.id] = self._run(self._maker.store(held, ttl, self.stopping))

        def moved(task: asyncio.Task[None]) -> None:
            if self._moving.get(held.id) is task:
                del self._moving[held.id]

        task.add_done_callback(moved)

    def _drop(self, key: str) -> None:
        """The time of a detached session is over; in a store it ends by itself."""
        kept = self.detached.pop(key, None)
        if isinstance(kept, Held):
            self._run(self.end(kept))

    # -- ends -----------------------------------------------------------------

    async def end(self, held: Held, code: int = AWAY) -> None:
        """End *held* for good."""
        self._let_go(held)
        await held.delivery.aclose(code)

    def _let_go(self, held: Held) -> None:
        held.gone = True
        pools: tuple[Pool[Any], ...] = (self.pages, self.live, self.detached)
        for pool in pools:
            if pool.get(held.id) is held:
                self._take(pool, held.id)
        self._left.set()

    async def empty(self) -> None:
        """Wait until no session has a connection any more."""
        while self.live:
            # A new one each time: it belongs to the loop that waits.
            self._left = asyncio.Event()
            await self._left.wait()

    def send_away(self, within: float) -> None:
        """Tell every client to come back later: the process stops *within* so many seconds."""
        self.stopping.begin(within)
        for held in list(self.live.values()):
            line = held.delivery.line
            if line is not None:
                line.close(RESTARTING)

    async def aclose(self) -> None:
        """End all sessions; with a shared store they can go on elsewhere. Harmless twice."""
        for held in [*self.live.values(), *self.detached.values()]:
            if isinstance(held, Held) and held.here:
                if self._services.shared:
                    self._move(held, self._settings.grace)
                else:
                    self._run(self.end(held, RESTARTING))
        for held in [held for held in self.pages.values() if held.here]:
            self._run(self.end(held))
        loop = asyncio.get_running_loop()
        while tasks := [task for task in self._tasks if task.get_loop() is loop]:
            await asyncio.gather(*tasks, return_exceptions=True)

    # -- pools ----------------------------------------------------------------

    def _put(self, pool: Pool[Any], held: Held, most: int) -> None:
        pool[held.id] = held
        while len(pool) > most:
            oldest = self._take(pool, next(iter(pool)))
            shared = pool is self.detached and self._services.shared
            if isinstance(oldest, Asleep) and not shared:
                self._run(self._forget(oldest))
            elif isinstance(oldest, Held) and oldest.here:
                # A shared store has bounds of its own, and there it goes on. Of what waits to
                # get into one that is slow there are no more than of what is kept.
                if shared and oldest.storable and len(self._moving) <= most:
                    self._move(oldest, self._settings.grace)
                else:
                    self._run(self.end(oldest))

    async def _forget(self, asleep: Asleep) -> None:
        """What sleeps in the store goes, unless it went on elsewhere."""
        if (moving := self._moving.get(asleep.id)) is not None:
            await asyncio.shield(moving)
        try:
            await self._services.store.delete(asleep.id, epoch=asleep.epoch)
        except ServiceError as error:
            log.error("a session stays in the store until its time is over: %s", error)

    @staticmethod
    def _take(pool: Pool[K], key: str) -> K | None:
        kept = pool.pop(key, None)
        if kept is not None and kept.timer is not None:
            kept.timer.cancel()
            kept.timer = None
        return kept

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
