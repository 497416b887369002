"""Channels between the tabs of one browser: a broker over the browser's BroadcastChannel.

The same in a page and in a worker. A tab hears each other tab's messages in their order;
there is no one order over all tabs, since nobody stands between them.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from tempestweb_wasm.browser.page import page
from tempestweb_wasm.channels import Channels
from tempestweb_wasm.channels.broker import Deliver, Gap, MemoryBroker
from tempestweb_wasm.core.channel import Subscription


class TabBroker(MemoryBroker):
    """All running copies of the app *name* in this browser, of this origin.

    Each numbers what it sends on a channel: a tab that the browser had frozen learns so
    what it missed.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        from pyodide.ffi import create_proxy

        self._id = secrets.token_hex(8)
        self._sent: dict[str, int] = {}
        self._seen: dict[tuple[str, str], int] = {}
        self._gaps: dict[str, list[Gap]] = {}
        self._proxy: Any = create_proxy(self._hear)
        self._line = page().BroadcastChannel.new(f"tempest {name}")
        self._line.addEventListener("message", self._proxy)

    async def publish(self, channel: str, text: str) -> None:
        """Hand *text* to the other tabs, and to this one."""
        if self._proxy is not None:
            number = self._sent[channel] = self._sent.get(channel, 0) + 1
            self._line.postMessage(json.dumps([channel, self._id, number, text]))
        await super().publish(channel, text)

    def subscribe(self, channel: str, deliver: Deliver, gap: Gap) -> Subscription:
        """Hear *channel*."""
        self._gaps.setdefault(channel, []).append(gap)
        return _Listening(super().subscribe(channel, deliver, gap), self._gaps, channel, gap)

    async def aclose(self) -> None:
        """Leave the line to the other tabs."""
        if self._proxy is not None:
            self._line.close()
            self._proxy.destroy()
            self._proxy = None

    def _hear(self, event: Any) -> None:
        channel, sender, number, text = json.loads(event.data)
        before = self._seen.get((channel, sender), number - 1)
        self._seen[channel, sender] = number
        if number > before + 1:
            for gap in tuple(self._gaps.get(channel, ())):
                gap(number - before - 1)
        self.deliver(channel, text)


class _Listening:
    """A subscription that hears of gaps too."""

    def __init__(
        self, inner: Subscription, gaps: dict[str, list[Gap]], channel: str, gap: Gap
    ) -> None:
        self._inner = inner
        self._gaps = gaps
        self._channel = channel
        self._gap = gap

    def cancel(self) -> None:
        self._inner.cancel()
        there = self._gaps.get(self._channel, [])
        if self._gap in there:
            there.remove(self._gap)

    async def ready(self) -> None:
        """At once."""


class TabChannels(Channels):
    """The channels of one running app; closes its broker too."""

    def __init__(self, name: str) -> None:
        self._tabs = TabBroker(name)
        super().__init__(self._tabs)

    async def aclose(self) -> None:
        """Say goodbye and close the line."""
        await super().aclose()
        await self._tabs.aclose()
