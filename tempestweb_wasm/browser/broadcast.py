"""Channels between the tabs of one browser: a broker over the browser's BroadcastChannel.

The same in a page and in a worker. A tab hears each other tab's messages in their order;
there is no one order over all tabs, since nobody stands between them.

A tab that is closed, or crashes, can say nothing any more. So each holds a lock of its own (Web
Locks, in secure contexts), and the others wait for it: it is theirs the moment that the tab is
gone. Where there are no locks its silence has to do. Chromium keeps a page for the back button
all the same (tests/e2e/test_chat.py); Firefox does not, and did not before: a worker of ours
holds a lock for its page anyhow.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from tempestweb_wasm.browser.page import page
from tempestweb_wasm.channels import Channels
from tempestweb_wasm.channels.broker import Deliver, Gap, MemoryBroker
from tempestweb_wasm.core.channel import Subscription


class TabBroker(MemoryBroker):
    """All running copies of the app *name* in this browser, of this origin.

    Each numbers what it sends on a channel: a tab that the browser had frozen learns so
    what it missed. *gone* is told the ``id`` of one that has ended.
    """

    def __init__(self, name: str, gone: Callable[[str], None]) -> None:
        super().__init__()
        from pyodide.ffi import create_proxy

        self.id = secrets.token_hex(8)
        self._life = _Life(self.id, gone)
        self._sent: dict[str, int] = {}
        self._seen: dict[tuple[str, str], int] = {}
        self._gaps: dict[str, list[Gap]] = {}
        self._proxy: Any = create_proxy(self._hear)
        self._line = page().BroadcastChannel.new(f"tempest {name}")
        self._line.addEventListener("message", self._proxy)

    async def publish(self, channel: str, text: str) -> None:
        """Hand *text* to the other tabs, and to this one."""
        # Who hears of this tab may wait for its lock at once.
        await self._life.begun
        if self._proxy is not None:
            number = self._sent[channel] = self._sent.get(channel, 0) + 1
            self._line.postMessage(json.dumps([channel, self.id, number, text]))
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
            self._life.end()

    def _hear(self, event: Any) -> None:
        channel, sender, number, text = json.loads(event.data)
        self._life.watch(sender)
        before = self._seen.get((channel, sender), number - 1)
        self._seen[channel, sender] = number
        if number > before + 1:
            for gap in tuple(self._gaps.get(channel, ())):
                gap(number - before - 1)
        self.deliver(channel, text)


class _Life:
    """The lock that the tab *me* holds, and those of others that it waits for."""

    def __init__(self, me: str, gone: Callable[[str], None]) -> None:
        from pyodide.ffi import create_once_callable

        loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[None] = loop.create_future()
        """Done when the lock is held, or can't be had."""
        self._over: asyncio.Future[None] = loop.create_future()
        self._gone = gone
        self._watched: set[str] = set()
        self._locks = getattr(page().navigator, "locks", None)
        if self._locks is None:
            self.begun.set_result(None)
        else:
            held = create_once_callable(self._hold)
            self._locks.request(_lock(me), held).catch(self._refused)

    def end(self) -> None:
        """Let go of the lock."""
        if not self._over.done():
            self._over.set_result(None)

    def watch(self, other: str) -> None:
        """Hear of the end of the tab *other*."""
        if self._locks is None or other in self._watched:
            return
        from pyodide.ffi import create_once_callable, to_js

        self._watched.add(other)
        # Shared: all others get it together.
        how = to_js({"mode": "shared"}, dict_converter=page().Object.fromEntries)
        self._locks.request(_lock(other), how, create_once_callable(partial(self._ended, other)))

    def _hold(self, _: Any) -> asyncio.Future[None]:
        self.begun.set_result(None)
        return self._over

    def _refused(self, _: Any) -> None:
        """A frame that may store nothing gets no lock."""
        self._locks = None
        if not self.begun.done():
            self.begun.set_result(None)

    def _ended(self, other: str, _: Any) -> None:
        self._watched.discard(other)
        if not self._over.done():
            self._gone(other)


def _lock(tab: str) -> str:
    return f"tempest tab {tab}"


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
        self._tabs = TabBroker(name, self.gone)
        super().__init__(self._tabs, node=self._tabs.id)

    async def aclose(self) -> None:
        """Say goodbye and close the line."""
        await super().aclose()
        await self._tabs.aclose()
