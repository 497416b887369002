"""The seam between channels and what carries them from process to process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tempestweb_wasm.core.channel import Subscription

Deliver = Callable[[str], None]
"""Takes a text that was published. Must not block, and does not raise."""

Gap = Callable[[int | None], None]
"""Takes how many texts were lost, None where nobody knows. Must not block, and does not raise."""


class Broker(Protocol):
    """Carries texts between all that subscribed to a name, the publisher included, in order."""

    @property
    def heartbeat(self) -> float:
        """Seconds between two signs of life of a process; three missed ones mean that it died."""

    async def publish(self, channel: str, text: str) -> None:
        """Return when *text* is on its way to all. Raises ``BrokerError``."""

    def subscribe(self, channel: str, deliver: Deliver, gap: Gap) -> Subscription:
        """Hear *channel* from now on. *gap* is called between the texts around the loss."""

    async def aclose(self) -> None:
        """Let go of connections. Harmless twice."""


class MemoryBroker:
    """Inside one process: nothing is lost, and nothing takes time."""

    heartbeat = 5.0

    def __init__(self) -> None:
        self._heard: dict[str, list[_Heard]] = {}

    async def publish(self, channel: str, text: str) -> None:
        """Hand *text* to whoever listens."""
        self.deliver(channel, text)

    def deliver(self, channel: str, text: str) -> None:
        """The same, from where nothing can be awaited."""
        for heard in tuple(self._heard.get(channel, ())):
            heard.deliver(text)

    def subscribe(self, channel: str, deliver: Deliver, gap: Gap) -> Subscription:
        """Hear *channel*; there are no gaps."""
        return _Heard(self._heard, channel, deliver)

    async def aclose(self) -> None:
        """Nothing is open."""


class _Heard:
    """One who listens."""

    def __init__(self, table: dict[str, list[_Heard]], channel: str, deliver: Deliver) -> None:
        self.deliver = deliver
        self._table = table
        self._channel = channel
        table.setdefault(channel, []).append(self)

    def cancel(self) -> None:
        there = self._table.get(self._channel, [])
        if self in there:
            there.remove(self)
        if not there:
            self._table.pop(self._channel, None)

    async def ready(self) -> None:
        """At once."""
