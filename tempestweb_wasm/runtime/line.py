"""One connection of a client, as the code that delivers a session's frames sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

DONE = 1000
AGAIN = 1011
"""Close codes of RFC 6455: at an end; the line lost something or is an old one, come back."""


class Line(Protocol):
    """One connection of a client: what a delivery needs of it beyond ``PatchTransport``."""

    @property
    def busy(self) -> bool:
        """True while earlier frames have not gone out. Asked only for a client without acks;
        when it has become False, :meth:`Delivery.drained` says so."""

    @property
    def sending(self) -> bool:
        """True while something has not gone out: on a slow line it is not lost, but on its way."""

    def send(self, text: str, seq: int = 0) -> None:
        """Carry a frame; *seq* is its number in the epoch, 0 for one without."""

    def listen(self, receive: Callable[[str], None]) -> None:
        """Call *receive* with each frame of the client."""

    def close(self, code: int = DONE) -> None:
        """End the line with a close code of RFC 6455; harmless twice."""
