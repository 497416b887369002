"""The sessions that this process holds: connected, detached, and not yet adopted."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from tempestweb_wasm.core.app import AppSource, Context
from tempestweb_wasm.errors import ServiceError, StateNotReadError, StateNotSavedError
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.runtime.stored import SessionKeeper, StoredSession
from tempestweb_wasm.server.held import Asleep, Held, Kept
from tempestweb_wasm.server.outbox import Outbox
from tempestweb_wasm.server.owner import Owner, Record
from tempestweb_wasm.server.services import Services
from tempestweb_wasm.server.settings import ServerSettings
from tempestweb_wasm.server.signing import Signing
from tempestweb_wasm.server.uploads import Uploads
from tempestweb_wasm.transports.websocket import AWAY, FAILED, RESTARTING

log = logging.getLogger("tempestweb_wasm")

K = TypeVar("K", bound=Kept)

Pool = OrderedDict[str, K]

CLAIMS = 3
"""How often a stored session is tried to be claimed, if other workers want it too."""


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
        self._source = source
        self._settings = settings
        self._signing = signing
        self._services = services
        self._uploads = uploads
        self._dev = dev
        self._keeper = SessionKeeper(source)
        self._moving: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._left = asyncio.Event()
        self.pages: Pool[Held] = OrderedDict()
        self.live: Pool[Held] = OrderedDict()
        self.detached: Pool[Held | Asleep] = OrderedDict()

    # -- making ---------------------------------------------------------------

    def make(self, context: Context, owner: Owner) -> Held:
        """Make a session and its first view; no hook of the app runs before :meth:`connect`."""
        held = self._held(self._signing.new_id(), owner, context)
        held.delivery.session.start(awake=False)
        return held

    def _held(
        self, key: str, owner: Owner, context: Context, *, epoch: int = 1, acked: int = 0
    ) -> Held:
        delivery = Delivery(epoch=epoch, acked=acked, keeper=self._keeper)
        # The same member of rooms again where the session goes on in another process.
        member = self._signing.key("member", key)[:16]
        session = Session(
            self._source,
            delivery.send,
            context=context,
            dev=self._dev,
            read_file=self._uploads.reader(key, owner.visitor, delivery),
            channels=self._services.rooms(member),
        )
        delivery.bind(session)
        return Held(key, owner, context.path, delivery)

    async def _save(self, held: Held, stored: StoredSession, *, claim: bool = False) -> bool:
        text = self._sealed(held, stored)
        settings = self._settings
        saved = await self._services.store.save(
            held.id, text, settings.grace, epoch=stored.epoch, claim=claim
        )
        if not saved and not claim:
            # Another worker has taken it over: this copy is at its end.
            self._run(self.end(held, FAILED))
        return saved

    def _sealed(self, held: Held, stored: StoredSession) -> str:
        return self._signing.sealed(Record.of(held.owner, held.path, stored.text()).text())

    # -- pages ----------------------------------------------------------------

    async def keep_page(self, held: Held) -> None:
        """Keep a session that rendered a page until the page connects, or does not."""
        settings = self._settings
        if self._services.shared:
            try:
                text = self._sealed(held, held.delivery.stored(final=True))
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

    async def find(self, key: str, visitor: str) -> Held | Record | None:
        """Return the session *key* of *visitor*, or its record; nothing is taken yet."""
        held = self.live.get(key) or self.detached.get(key)
        if isinstance(held, Held):
            if held.owner.visitor != visitor:
                return None
            if held.timer is not None and held.here:
                self._wait_for(held)  # it must not fall asleep before the line is its
            return held if held.here else self._record(held)
        moving = self._moving.get(key)
        if moving is not None and moving.get_loop() is asyncio.get_running_loop():
            await asyncio.shield(moving)
        record = Record.read(self._signing.opened(await self._services.store.load(key)))
        return record if record is not None and record.visitor == visitor else None

    def _record(self, held: Held) -> Record | None:
        """The record of a session whose loop is over; it is held no longer."""
        self.live.pop(held.id, None)
        self.detached.pop(held.id, None)
        try:
            stored = held.delivery.stored(final=True)
        except StateNotSavedError:
            return None
        return Record.of(held.owner, held.path, stored.text())

    async def resume(self, key: str, record: Record, owner: Owner, sent: int) -> Held | None:
        """Go on here with the session of *record*; ``make_state`` does not run.

        *sent* is the last event that its client ever sent. None if its state can't be read,
        or others were faster again and again.
        """
        for _ in range(CLAIMS):
            try:
                stored = StoredSession.read(record.session, owner.user)
                state = self._keeper.state(stored)
            except StateNotReadError as error:
                log.warning("a session can't go on: %s", error)
                return None
            epoch, acked = stored.epoch + 1, stored.acked_after(sent)
            held = self._held(key, owner, stored.context, epoch=epoch, acked=acked)
            claimed = replace(stored, epoch=epoch, acked=acked, final=False)
            if await self._save(held, claimed, claim=True):
                if not self._services.shared:
                    # From here on it is not written to: nobody may go on with what it was.
                    await self._services.store.delete(key, epoch=epoch)
                held.delivery.session.resume(state, acked, awake=False)
                return held
            again = Record.read(self._signing.opened(await self._services.store.load(key)))
            if again is None:
                return None
            record = again
        return None

    # -- connections ----------------------------------------------------------

    def connect(self, held: Held, line: Outbox, applied: int, *, acks: bool) -> None:
        """Give *held* the connection *line*; an older one is closed."""
        self._take(self.detached, held.id)
        before = self.live.get(held.id)
        self.live[held.id] = held
        if before is not None and before is not held:
            self._run(before.delivery.aclose(FAILED))  # resumed twice at once: the later one counts
        delivery = held.delivery
        if self._services.shared and acks:
            delivery.save = partial(self._save, held)
        line.on_drained = None if acks else delivery.drained
        delivery.attach(line, applied=applied, acks=acks)
        delivery.session.wake()

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
        self._wait_for(held)
        self._put(self.detached, held, self._settings.detached)

    def _wait_for(self, held: Held) -> None:
        """Let *held* sleep when nobody has come for it in its time."""
        if held.timer is not None:
            held.timer.cancel()
        held.timer = held.loop.call_later(self._settings.awake, self._put_away, held.id)

    def _put_away(self, key: str) -> None:
        """A detached session goes to sleep: its state to the store, if it can be JSON."""
        held = self.detached.get(key)
        if not isinstance(held, Held):
            return
        left = self._settings.grace - self._settings.awake
        try:
            held.delivery.stored()
        except StateNotSavedError:
            if left > 0:
                held.timer = held.loop.call_later(left, self._drop, key)
                return
        if left <= 0:
            self._drop(key)
            return
        # In its place, so that the oldest stay the oldest.
        asleep = self.detached[key] = Asleep(key, held.delivery.epoch)
        asleep.timer = asleep.loop.call_later(left, self._drop, key)
        self._moving[key] = self._run(self._store(held, left))
        self._moving[key].add_done_callback(lambda _: self._moving.pop(key, None))

    def _drop(self, key: str) -> None:
        """The time of a detached session is over; in a store it ends by itself."""
        kept = self.detached.pop(key, None)
        if isinstance(kept, Held):
            self._run(self.end(kept))

    async def _store(self, held: Held, ttl: float) -> None:
        await held.delivery.aclose()
        try:
            stored = held.delivery.stored(final=True)
            text = self._sealed(held, stored)
            await self._services.store.save(held.id, text, ttl, epoch=stored.epoch)
        except (StateNotSavedError, ServiceError) as error:
            log.error("a session could not be stored: %s", error)

    # -- ends -----------------------------------------------------------------

    async def end(self, held: Held, code: int = AWAY) -> None:
        """End *held* for good."""
        pools: tuple[Pool[Any], ...] = (self.pages, self.live, self.detached)
        for pool in pools:
            if pool.get(held.id) is held:
                self._take(pool, held.id)
        await held.delivery.aclose(code)

    async def empty(self) -> None:
        """Wait until no session has a connection any more."""
        while self.live:
            # A new one each time: it belongs to the loop that waits.
            self._left = asyncio.Event()
            await self._left.wait()

    def send_away(self) -> None:
        """Tell every client to come back later."""
        for held in list(self.live.values()):
            line = held.delivery.line
            if line is not None:
                line.close(RESTARTING)

    async def aclose(self) -> None:
        """End all sessions; with a shared store they can go on elsewhere. Harmless twice."""
        self.send_away()
        pools: tuple[Pool[Any], ...] = (self.live, self.detached)
        for pool in pools:
            for held in [one for one in pool.values() if isinstance(one, Held) and one.here]:
                self._take(pool, held.id)
                if self._services.shared:
                    await self._store(held, self._settings.grace)
                else:
                    await held.delivery.aclose(RESTARTING)
        for held in [held for held in self.pages.values() if held.here]:
            await self.end(held)
        loop = asyncio.get_running_loop()
        while tasks := [task for task in self._tasks if task.get_loop() is loop]:
            await asyncio.gather(*tasks, return_exceptions=True)

    # -- pools ----------------------------------------------------------------

    def _put(self, pool: Pool[Any], held: Held, most: int) -> None:
        pool[held.id] = held
        while len(pool) > most:
            oldest = self._take(pool, next(iter(pool)))
            if isinstance(oldest, Asleep):
                self._run(self._forget(oldest))
            elif isinstance(oldest, Held) and oldest.here:
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
