"""A server for tests that is no server: sessions, lines and a store inside this process."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

from tempestweb_wasm.core.app import AppSource, Context
from tempestweb_wasm.runtime.delivery import WINDOW, Delivery
from tempestweb_wasm.runtime.line import AGAIN
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.runtime.stored import SessionKeeper, StoredSession
from tempestweb_wasm.testing.faults import Faulty, Joined, Network
from tempestweb_wasm.transports.opening import Opening


class Hosted:
    """One app's sessions, reached over *network*. With *stores* they survive :meth:`crash`.

    Events of more than *frame* bytes come in parts.

    ::

        host = Hosted(make_state, view, Network(Faults(drop=0.1, cut=0.05), seed=7))
        remote = Remote(host.dial)
        remote.connect()
    """

    def __init__(
        self,
        make_state: Any,
        view: Any,
        network: Network,
        *,
        stores: bool = False,
        window: int = WINDOW,
        frame: int = 65536,
    ) -> None:
        self.source: AppSource[Any] = AppSource(make_state=make_state, view=view)
        self.network = network
        self.sessions: dict[str, Delivery] = {}
        self.store: dict[str, str] = {}
        self.saved: list[StoredSession] = []
        """All that was ever stored, in order."""
        self._stores = stores
        self._window = window
        self._frame = frame
        self._keeper = SessionKeeper(self.source)
        self._made = 0
        self._life = 0
        self._ending: set[asyncio.Task[None]] = set()

    def dial(self, opening: Opening) -> Faulty:
        """Open a line, as a ``Remote`` does; the session answers a moment later."""
        near, far = self.network.line()
        wait = self.network.faults.delay * self.network.random.random()
        asyncio.get_running_loop().call_later(wait, self._accept, opening, far)
        return near

    def crash(self) -> None:
        """End the process: sessions and lines are gone, what is stored remains."""
        self._life += 1
        self.network.cut()
        for delivery in self.sessions.values():
            delivery.save = None
            self._end(delivery)
        self.sessions.clear()

    async def aclose(self) -> None:
        """End all sessions."""
        for delivery in self.sessions.values():
            self._end(delivery)
        self.sessions.clear()
        await asyncio.gather(*self._ending)

    def _end(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(delivery.aclose(AGAIN))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _accept(self, opening: Opening, line: Joined) -> None:
        if line.other is None:
            return  # the client has left already
        name = opening.session
        if name is not None and name in self.sessions:
            delivery = self.sessions[name]
        elif name is not None and name in self.store:
            delivery = self._resumed(name, opening)
        else:
            name, delivery = self._new()
            opening = Opening()
        line.on_end(lambda code: delivery.detach(line))
        line.send(delivery.hello(name, {"frame": self._frame}))
        delivery.attach(line, applied=opening.applied_in(delivery.epoch))

    def _new(self) -> tuple[str, Delivery]:
        self._made += 1
        name = f"session {self._made}"
        delivery = self._delivery(name, Delivery(window=self._window), Context())
        delivery.session.start()
        return name, delivery

    def _resumed(self, name: str, opening: Opening) -> Delivery:
        stored = StoredSession.read(self.store[name])
        acked = stored.acked_after(opening.sent)
        # Claimed before the client hears of it: a second crash must not give the epoch again.
        claimed = replace(stored, epoch=stored.epoch + 1, acked=acked, final=False)
        self.store[name] = claimed.text()
        delivery = Delivery(epoch=claimed.epoch, acked=acked, window=self._window)
        self._delivery(name, delivery, stored.context)
        delivery.session.resume(self._keeper.state(stored), acked)
        return delivery

    def _delivery(self, name: str, delivery: Delivery, context: Context) -> Delivery:
        if self._stores:
            delivery.keeper = self._keeper
            delivery.save = partial(self._save, self._life, name)
        delivery.bind(Session(self.source, delivery.send, context=context, asks=delivery))
        self.sessions[name] = delivery
        return delivery

    async def _save(self, life: int, name: str, stored: StoredSession) -> bool:
        """Not so far away that it were given up; it may end between storing and saying so."""
        away = min(self.network.faults.delay, 0.5)
        await asyncio.sleep(away * self.network.random.random())
        if life != self._life:
            return False
        self.store[name] = stored.text()
        self.saved.append(stored)
        await asyncio.sleep(away * self.network.random.random())
        return True
