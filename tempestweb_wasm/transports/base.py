"""The seam between a session and whatever carries its frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class PatchTransport(Protocol):
    """One client's line: strings in both directions, order kept.

    ``send`` takes a frame and returns at once; ``listen`` says who gets what the client
    sends; ``close`` ends the line, harmless twice.
    """

    def send(self, text: str) -> None:
        """Carry one frame to the client."""

    def listen(self, receive: Callable[[str], None]) -> None:
        """Call *receive* with each frame of the client."""

    def close(self) -> None:
        """End the line."""
