"""A client in Python that comes back: what the browser's client is to a server, without a page.

It numbers its events and sends again what was not acknowledged, says which frames it
applied, and asks for the whole tree when it can't trust its own. The line is given to it.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from tempestweb_wasm.errors import FrameError
from tempestweb_wasm.runtime.parts import cut
from tempestweb_wasm.testing.native import FakeBrowser
from tempestweb_wasm.testing.screen import Screen
from tempestweb_wasm.transports.base import PatchTransport
from tempestweb_wasm.transports.opening import Opening

FINAL = frozenset({1000, 1008})
"""Close codes after which a client does not come back."""

RESYNCS = 2
"""So many answers to a resync may fail before the line is given up."""


class ClientLine(PatchTransport, Protocol):
    """A line that tells when it has ended."""

    def on_end(self, ended: Callable[[int], None]) -> None:
        """Call *ended* with the close code, once."""


@dataclass(slots=True)
class _Event:
    seq: int
    kind: str
    key: str | None
    payload: dict[str, Any] | None


class Remote(Screen):
    """A client of an app that runs elsewhere; for use inside a running event loop.

    *dial* opens a line for an ``Opening`` and returns its near end. All times are seconds
    of the loop, which may be virtual. *patience* is how long an event may go without its
    acknowledgement, or a line without its hello, before the line is given up; a line on
    which nothing came for *quiet* is asked whether it lives. Errors that the app reports
    stand in :attr:`errors`. ::

        remote = Remote(host.dial)
        remote.connect()
        await remote.settled()
        remote.event("inc", "click")
    """

    def __init__(
        self,
        dial: Callable[[Opening], ClientLine],
        *,
        patience: float = 10.0,
        quiet: float = 25.0,
        ack_after: float = 0.25,
        back_off: tuple[float, float] = (0.5, 15.0),
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.browser = FakeBrowser()
        """What answers calls of the browser's capabilities."""
        self.session: str | None = None
        self.epoch = 0
        self.applied = 0
        self.written = 0
        """Highest number of an event that was ever sent on a line."""
        self.acked = 0
        self.opened = 0
        """So many lines said hello."""
        self.code: int | None = None
        """Why the last line ended."""
        self.errors: list[dict[str, Any]] = []
        self._dial = dial
        self._patience, self._quiet, self._ack_after = patience, quiet, ack_after
        self._back_off = back_off
        self._random = random.Random(seed)
        self._pending: deque[_Event] = deque()
        self._numbered = 0
        self._largest = 0
        self._line: ClientLine | None = None
        self._open = False
        self._failures = 0
        self._tries = 0
        self._told = 0
        self._stopped = False
        self._awaits_tree = True
        self._waiters: list[asyncio.Future[None]] = []
        self._timers: dict[str, asyncio.TimerHandle] = {}

    # -- what a test does -----------------------------------------------------

    def connect(self) -> None:
        """Open a line now; an older one is left."""
        self._leave()
        if self._stopped:
            return
        opening = Opening(
            session=self.session, epoch=self.epoch, applied=self.applied, sent=self.written
        )
        line = self._line = self._dial(opening)
        line.listen(partial(self._receive, line))
        line.on_end(partial(self._ended, line))
        self._after("patience", self._patience, self._lost)

    def event(self, key: str, kind: str = "click", payload: Mapping[str, Any] | None = None) -> int:
        """Let something happen at the widget with *key* and return the event's number.

        It is sent now, or when there is a line again.
        """
        self.find(key)
        return self._add(kind, key, dict(payload) if payload else None)

    def stop(self) -> None:
        """Leave for good."""
        self._stopped = True
        self._leave()

    @property
    def settled_now(self) -> bool:
        """Whether there is a line, a tree, and nothing that waits for an answer."""
        return bool(self._open and self.tree and not self._pending and not self._failures)

    async def settled(self, within: float = 600.0) -> None:
        """Wait until all that happened here is answered; ``TimeoutError`` when it is not."""
        async with asyncio.timeout(within):
            while not self.settled_now:
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.append(waiter)
                await waiter

    # -- the line -------------------------------------------------------------

    def _leave(self) -> None:
        for name in list(self._timers):
            self._cancel(name)
        line, self._line = self._line, None
        self._open = False
        if line is not None:
            line.close()

    def _lost(self) -> None:
        """This line is of no more use: another one, at once."""
        self.connect()

    def _ended(self, line: ClientLine, code: int) -> None:
        if line is not self._line:
            return
        self._leave()
        self.code = code
        if code in FINAL:
            self._stopped = True
            return
        first, most = self._back_off
        wait = min(most, first * 2.0**self._tries) * self._random.random()
        self._tries += 1
        self._after("back-off", wait, self.connect)

    def _send(self, frame: dict[str, Any]) -> None:
        self._post(json.dumps(frame, ensure_ascii=False))

    def _post(self, text: str) -> None:
        if self._line is not None:
            self._line.send(text)

    def _after(self, name: str, seconds: float, call: Callable[[], None]) -> None:
        self._cancel(name)
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, call)

    def _cancel(self, name: str) -> None:
        if (timer := self._timers.pop(name, None)) is not None:
            timer.cancel()

    # -- events ---------------------------------------------------------------

    def _add(self, kind: str, key: str | None, payload: dict[str, Any] | None) -> int:
        self._numbered += 1
        event = _Event(self._numbered, kind, key, payload)
        self._pending.append(event)
        if self._open:
            self._write(event)
        return event.seq

    def _write(self, event: _Event) -> None:
        data: dict[str, Any] = {"type": event.kind}
        if event.key is not None:
            data["key"] = event.key
            found = [f for f in self.walk() if f.key == event.key]
            if len(found) == 1 and "id" in found[0].node:
                del data["key"]
                data["id"] = found[0].node["id"]
        if event.payload:
            data["payload"] = event.payload
        self.written = max(self.written, event.seq)
        self._told = self.applied
        whole = {"kind": "event", "data": data, "seq": event.seq, "ack": self.applied}
        if len(json.dumps(whole, ensure_ascii=False).encode()) <= self._largest:
            self._send(whole)
        else:
            for part in cut(data, event.seq, self._largest):
                self._post(part)
        if "patience" not in self._timers:
            self._after("patience", self._patience, self._lost)

    def _acknowledged(self, ack: int) -> None:
        if ack > self.acked:
            self.acked = ack
            while self._pending and self._pending[0].seq <= ack:
                self._pending.popleft()
            self._cancel("patience")
            if self._pending:
                self._after("patience", self._patience, self._lost)

    # -- frames ---------------------------------------------------------------

    def _receive(self, line: ClientLine, text: str) -> None:
        if line is not self._line:
            return
        self._cancel("answer")
        self._after("quiet", self._quiet, self._ask)
        try:
            frame = json.loads(text)
            kind = frame["kind"]
        except (ValueError, TypeError, KeyError):
            self._distrust()
            return
        if kind == "hello":
            self._hello(frame)
        elif not self._open and not self._awaits_tree:
            return  # frames may overtake their hello on a bad network only
        elif kind == "patches":
            self._patches(frame)
        elif kind == "error":
            self._error(frame)
        elif self._open:
            for said in self.browser.hear(frame):
                self._send(said)
        if self.settled_now:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)

    def _ask(self) -> None:
        self._send({"kind": "ping", "ack": self.applied})
        self._after("answer", self._patience, self._lost)

    def _hello(self, frame: dict[str, Any]) -> None:
        self._cancel("patience")
        self._tries = 0
        self._largest = frame["limits"]["frame"]
        self.opened += 1
        ack = frame["ack"]
        same = frame["session"] == self.session
        if not same:
            self._pending.clear()
            self.acked = self.written = self._numbered = 0
        self._acknowledged(ack)
        self._numbered = max(self._numbered, ack)
        if not same or frame["epoch"] != self.epoch:
            self._forget()
        self.session, self.epoch = frame["session"], frame["epoch"]
        if not self._awaits_tree:
            self._ready()

    def _forget(self) -> None:
        """The tree is another stream's, or can't be trusted: its ids mean nothing until there
        is a whole new one, on this line or a later one."""
        self.applied = self._told = 0
        self._failures = 0
        self._awaits_tree = True

    def _ready(self) -> None:
        self._open = True
        self._awaits_tree = False
        for event in self._pending:
            self._write(event)

    def _patches(self, frame: dict[str, Any]) -> None:
        self._acknowledged(frame.get("ack", 0))
        seq, data = frame["seq"], frame["data"]
        # With an index it puts a node into the root.
        whole = bool(data) and data[0].keys() == {"path", "node"} and data[0]["path"] == []
        if (self._failures or self._awaits_tree) and not whole:
            return
        if seq <= self.applied:
            return
        if seq > self.applied + 1 and not whole:
            self._distrust()
            return
        try:
            self.show(frame)
        except FrameError:
            self._distrust()
            return
        self.applied = seq
        self._failures = 0
        self.browser.hear(frame)
        self._acks()
        if self._awaits_tree:
            self._ready()

    def _error(self, frame: dict[str, Any]) -> None:
        self._acknowledged(frame.get("ack", 0))
        if frame["seq"] == self.applied + 1:
            self.applied = frame["seq"]
            self.errors.append(frame)
            self._acks()

    def _acks(self) -> None:
        if self.applied - self._told >= 5:
            self._tell()
        elif "ack" not in self._timers:
            self._after("ack", self._ack_after, self._tell)

    def _tell(self) -> None:
        self._cancel("ack")
        if self.applied > self._told:
            self._told = self.applied
            self._send({"kind": "ack", "seq": self.applied})

    def _distrust(self) -> None:
        """Something is missing or can't be read: ask for the whole tree, or come anew."""
        self._failures += 1
        if self._failures > RESYNCS or not self._open:
            self._forget()
            self._lost()
        else:
            self._add("resync", None, None)
