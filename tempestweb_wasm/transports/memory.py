"""A line inside one process: for tests, and for clients written in Python."""

from __future__ import annotations

from collections.abc import Callable


class MemoryTransport:
    """Keeps each frame that was sent in :attr:`sent`; :meth:`deliver` plays the client."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed = False
        self.busy = False
        self.sending = False
        self._receive: Callable[[str], None] | None = None

    def send(self, text: str, seq: int = 0) -> None:
        """Keep one frame; after :meth:`close` it is dropped, as on any line."""
        if not self.closed:
            self.sent.append(text)

    def listen(self, receive: Callable[[str], None]) -> None:
        """Call *receive* with each frame that is delivered."""
        self._receive = receive

    def deliver(self, text: str) -> None:
        """Hand *text* to the session, as if the client had sent it."""
        if self._receive is not None and not self.closed:
            self._receive(text)

    def close(self, code: int = 1000) -> None:
        """End the line."""
        self.closed = True
