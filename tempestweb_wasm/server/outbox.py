"""What waits for one client to read it: the near end of a connection, whatever carries it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from tempestweb_wasm.runtime.delivery import WINDOW
from tempestweb_wasm.runtime.line import DONE
from tempestweb_wasm.transports.websocket import FAILED


class Outbox:
    """A session's ``Line``: frames wait here until the client has taken those before.

    Of a client that never reads no more than *most* bytes are kept: past that its line is
    ended with 1011, and what it missed is made up for when it comes back.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: deque[tuple[str, int]] = deque()
        self._bytes = 0
        self._taken = False
        self._news = asyncio.Event()
        self._receive: Callable[[str], None] | None = None
        self.code: int | None = None
        """What the line ends with, once that is known."""
        self.on_drained: Callable[[], None] | None = None

    @property
    def busy(self) -> bool:
        """True while as many frames wait as a client that says what it applied may owe."""
        return len(self._waiting) >= WINDOW

    @property
    def sending(self) -> bool:
        """True while something waits, or was taken by :meth:`next` and is being written."""
        return self._taken or bool(self._waiting)

    def send(self, text: str, seq: int = 0) -> None:
        """Carry one frame to the client; dropped once the line is to end."""
        if self.code is not None:
            return
        self._waiting.append((text, seq))
        self._bytes += len(text)
        if self._bytes > self._most:
            self._waiting.clear()
            self.close(FAILED)
        self._news.set()

    def listen(self, receive: Callable[[str], None]) -> None:
        """Call *receive* with each frame of the client."""
        self._receive = receive

    def deliver(self, text: str) -> None:
        """Hand on what the client said; dropped once the line is to end."""
        if self._receive is not None and self.code is None:
            self._receive(text)

    def close(self, code: int = DONE) -> None:
        """End the line with *code* once what waits is sent; the first code counts."""
        if self.code is None:
            self.code = code
            self._news.set()

    async def next(self) -> tuple[str, int] | None:
        """Return the next frame with its number, waiting for one; None at the line's end."""
        self._taken = False
        while not self._waiting:
            if self.code is not None:
                return None
            self._news.clear()
            if self.on_drained is not None:
                self.on_drained()
            # What was held back may have come at once.
            if not self._waiting and self.code is None:
                await self._news.wait()
        text, seq = self._waiting.popleft()
        self._bytes -= len(text)
        self._taken = True
        return text, seq
