"""Bad networks on demand: what is sent is lost, late, doubled, out of order, cut.

The same seed gives the same faults. In :func:`tempestweb_wasm.testing.virtual.run` time
is virtual, so that a test with minutes of outage takes milliseconds.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from tempestweb_wasm.transports.base import PatchTransport

LOST = 1006
"""The close code of a line that ended without a word (RFC 6455, section 7.1.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How bad a network is. All but ``delay`` are chances from 0 to 1, for each text sent."""

    drop: float = 0.0
    """It is lost."""
    duplicate: float = 0.0
    """It comes twice."""
    reorder: float = 0.0
    """Later ones overtake it."""
    split: float = 0.0
    """It comes in two pieces, as two texts."""
    half_close: float = 0.0
    """It is lost, and from now on all that goes its way; nobody is told."""
    cut: float = 0.0
    """It is lost, and the line ends for both sides."""
    delay: float = 0.05
    """The most seconds that a text takes."""


CALM = Faults()
"""A network that only takes its time."""


@runtime_checkable
class Ending(Protocol):
    """A transport that tells when its line has ended."""

    def on_end(self, ended: Callable[[int], None]) -> None:
        """Call *ended* with the close code, once."""


class Network:
    """Lines with faults, by one seeded schedule. ``faults`` may be changed at any time."""

    def __init__(self, faults: Faults = CALM, *, seed: int = 0) -> None:
        self.faults = faults
        self.random = random.Random(seed)
        self.lines: list[Faulty] = []

    def wrap(self, transport: PatchTransport) -> Faulty:
        """Return *transport* as it is over this network, in both directions."""
        self.lines = [line for line in self.lines if not line.closed]
        self.lines.append(Faulty(transport, self))
        return self.lines[-1]

    def line(self) -> tuple[Faulty, Joined]:
        """Return the two ends of a new line inside this process: the client's, the server's."""
        near, far = Joined.pair()
        return self.wrap(near), far

    def cut(self) -> None:
        """End every line now."""
        for line in self.lines:
            line.lose()


class Faulty:
    """A transport over a bad network; itself a ``PatchTransport``."""

    def __init__(self, transport: PatchTransport, network: Network) -> None:
        self._transport = transport
        self._receive: Callable[[str], None] | None = None
        self._ended: Callable[[int], None] | None = None
        self.closed = False
        self._out = _Way(network, transport.send, lambda code: transport.close(), self.lose)
        self._in = _Way(network, self._deliver, self._end, self.lose)
        transport.listen(self._in.push)
        if isinstance(transport, Ending):
            transport.on_end(self._in.end)

    def send(self, text: str, seq: int = 0) -> None:
        """Send *text* over the network."""
        if not self.closed:
            self._out.push(text)

    def listen(self, receive: Callable[[str], None]) -> None:
        """Call *receive* with what comes over the network."""
        self._receive = receive

    def on_end(self, ended: Callable[[int], None]) -> None:
        """Call *ended* with the close code when the line has ended, unless this end did it."""
        self._ended = ended

    def close(self, code: int = 1000) -> None:
        """End the line; the other side hears of it after all that was sent."""
        if not self.closed:
            self.closed = True
            self._out.end(code)

    def lose(self) -> None:
        """End the line without a word, for both sides; what is on its way is lost."""
        if self.closed:
            return
        self._out.dead = self._in.dead = True
        self._end(LOST)
        self._transport.close()

    def _deliver(self, text: str) -> None:
        if self._receive is not None and not self.closed:
            self._receive(text)

    def _end(self, code: int) -> None:
        if self.closed:
            return
        self.closed = True
        if self._ended is not None:
            self._ended(code)


class _Way:
    """One direction of a line: in order, unless a fault says otherwise."""

    def __init__(
        self,
        network: Network,
        deliver: Callable[[str], object],
        end: Callable[[int], object],
        lose: Callable[[], None],
    ) -> None:
        self._network = network
        self._deliver = deliver
        self._end = end
        self._lose = lose
        self._queue: deque[str | int] = deque()
        self._due = 0.0
        self.dead = False

    def push(self, text: str) -> None:
        if self.dead:
            return
        faults, chance = self._network.faults, self._network.random.random
        if chance() < faults.cut:
            self._lose()
        elif chance() < faults.half_close:
            self.dead = True
        elif chance() < faults.drop:
            pass
        elif chance() < faults.split and len(text) > 1:
            at = self._network.random.randrange(1, len(text))
            self._later(text[:at])
            self._later(text[at:])
        elif chance() < faults.reorder:
            loop = asyncio.get_running_loop()
            loop.call_later(faults.delay * (1 + 2 * chance()), self._overtaken, text)
        else:
            self._later(text)
            if chance() < faults.duplicate:
                self._later(text)

    def end(self, code: int) -> None:
        if not self.dead:
            self._later(code)

    def _later(self, item: str | int) -> None:
        loop = asyncio.get_running_loop()
        wait = self._network.faults.delay * self._network.random.random()
        self._due = max(self._due, loop.time() + wait)
        self._queue.append(item)
        loop.call_at(self._due, self._next)

    def _next(self) -> None:
        item = self._queue.popleft()
        if self.dead:
            return
        if isinstance(item, int):
            self.dead = True
            self._end(item)
        else:
            self._deliver(item)

    def _overtaken(self, text: str) -> None:
        if not self.dead:
            self._deliver(text)


class Joined:
    """One end of a line inside a process: what one end sends the other one hears, at once."""

    busy = False
    sending = False

    def __init__(self) -> None:
        self.other: Joined | None = None
        self._receive: Callable[[str], None] | None = None
        self._ended: Callable[[int], None] | None = None

    @classmethod
    def pair(cls) -> tuple[Joined, Joined]:
        """Return two ends of one line."""
        one, two = cls(), cls()
        one.other, two.other = two, one
        return one, two

    def send(self, text: str, seq: int = 0) -> None:
        """Hand *text* to the other end; dropped once the line has ended."""
        other = self.other
        if other is not None and other._receive is not None:
            other._receive(text)

    def listen(self, receive: Callable[[str], None]) -> None:
        """Call *receive* with what the other end sends."""
        self._receive = receive

    def on_end(self, ended: Callable[[int], None]) -> None:
        """Call *ended* with the close code when the other end closes."""
        self._ended = ended

    def close(self, code: int = 1000) -> None:
        """End the line."""
        other, self.other = self.other, None
        if other is not None:
            other.other = None
            if other._ended is not None:
                other._ended(code)
