"""The channels of one process: one subscription at the broker, however many sessions listen."""

from __future__ import annotations

import asyncio
import logging
import secrets
from functools import cached_property, lru_cache
from typing import Any, Protocol

from tempestweb_wasm.channels.broker import Broker
from tempestweb_wasm.channels.codec import Codec
from tempestweb_wasm.channels.roster import Roster
from tempestweb_wasm.core.channel import Subscription
from tempestweb_wasm.errors import ServiceError

log = logging.getLogger("tempestweb_wasm")

BEATS_TO_MISS = 3

KINDS = 64
"""Types of messages that a process remembers how to write."""


class Receiver(Protocol):
    """Who listens to a line. Neither method may block or raise."""

    def arrived(self, text: str) -> None:
        """Take a text."""

    def gap(self, missed: int | None) -> None:
        """Hear that texts were lost."""


class Hub:
    """What the sessions of a process share, over a *broker* that stays its owner's to close.

    *prefix* comes before each channel's name, so that apps can share a broker; *node* is this
    process's name among those of one broker, by default one of chance.
    """

    def __init__(self, broker: Broker, *, prefix: str = "", node: str = "") -> None:
        self._broker = broker
        self._prefix = prefix
        self._node = node or secrets.token_hex(8)
        self._lines: dict[str, _Line] = {}
        self._rosters: dict[str, Roster] = {}
        self._outbox: list[tuple[str, str]] = []
        self._sender: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._codecs = lru_cache(maxsize=KINDS)(Codec)

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        # First asked for by a session: an app may be made before its loop runs.
        return asyncio.get_running_loop()

    def codec(self, kind: Any) -> Codec:
        """What writes and reads *kind*: one for all sessions, since it takes time and room."""
        try:
            return self._codecs(kind)
        except TypeError:  # annotated with something that has no hash
            return Codec(kind)

    async def publish(self, channel: str, text: str) -> None:
        """Send *text*, after what this process subscribed to on *channel* is sure to hear it."""
        line = self._lines.get(channel)
        if line is not None:
            await line.subscription.ready()
        await self._broker.publish(self._prefix + channel, text)

    def listen(self, channel: str, receiver: Receiver) -> Subscription:
        """Let *receiver* hear *channel*."""
        line = self._lines.get(channel)
        if line is None:
            line = self._lines[channel] = _Line(self._broker, self._prefix + channel)
        line.receivers[receiver] = None
        return _Listening(self, channel, line, receiver)

    def forget(self, channel: str, line: _Line, receiver: Receiver) -> None:
        """Let *receiver* hear no more of *line*; the last one ends it."""
        line.receivers.pop(receiver, None)
        if not line.receivers and self._lines.get(channel) is line:
            del self._lines[channel]
            line.subscription.cancel()

    def roster(self, channel: str) -> Roster:
        """Who is in *channel*; made when first asked for, let go by :meth:`release`."""
        roster = self._rosters.get(channel)
        if roster is None:

            def send(text: str) -> None:
                self._post(channel, text)

            gone_after = BEATS_TO_MISS * self._broker.heartbeat
            roster = Roster(self._node, send, self._loop.call_soon, gone_after)
            self._rosters[channel] = roster
            roster.listening = self.listen(channel, roster)
            roster.ask()
            if self._timer is None:
                self._wait()
        return roster

    def known(self, channel: str) -> Roster | None:
        """The roster of *channel*, if somebody here is in it or watches it."""
        return self._rosters.get(channel)

    def release(self, channel: str) -> None:
        """Let the roster go if nobody here is in it or watches it."""
        roster = self._rosters.get(channel)
        if roster is not None and not roster.used:
            del self._rosters[channel]
            roster.close()

    def gone(self, node: str) -> None:
        """The process *node* has ended, as somebody knows: no sign of its life is waited for."""
        for roster in tuple(self._rosters.values()):
            roster.gone(node)

    async def aclose(self) -> None:
        """Say what is left to say, then hear nothing more. Harmless twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await asyncio.sleep(0)  # who left in this turn of the loop is told at its end
        if self._sender is not None:
            await self._sender
        for roster in self._rosters.values():
            roster.close()
        self._rosters.clear()
        for line in self._lines.values():
            line.subscription.cancel()
        self._lines.clear()

    # -- presence ---------------------------------------------------------------

    def _wait(self) -> None:
        self._timer = self._loop.call_later(self._broker.heartbeat, self._beat)

    def _beat(self) -> None:
        self._timer = None
        for roster in tuple(self._rosters.values()):
            roster.beat()
        if self._rosters:
            self._wait()

    def _post(self, channel: str, text: str) -> None:
        """Send from where nobody waits; one task for all keeps the order."""
        self._outbox.append((channel, text))
        if self._sender is None:
            self._sender = self._loop.create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._outbox:
                batch, self._outbox = self._outbox, []
                for channel, text in batch:
                    await self._send(channel, text)
        except ServiceError as error:
            # What waits would be old when it can go out. A later beat lets the others ask.
            self._outbox.clear()
            log.warning("presence was not told: %s", error)
        finally:
            self._sender = None

    async def _send(self, channel: str, text: str) -> None:
        try:
            await self.publish(channel, text)
        except ServiceError:
            raise
        except Exception:
            # A broker of the app's own, most likely. The other rooms are told all the same.
            log.exception("presence was not told in %r", channel)


class _Line:
    """One channel at the broker, and who hears it here."""

    def __init__(self, broker: Broker, channel: str) -> None:
        # A receiver may go while a text is handed out: each turn goes over a copy.
        self.receivers: dict[Receiver, None] = {}
        self.subscription = broker.subscribe(channel, self._deliver, self._gap)

    def _deliver(self, text: str) -> None:
        for receiver in tuple(self.receivers):
            try:
                receiver.arrived(text)
            except Exception:
                # Something else speaks on this line. Nobody else must suffer from it.
                log.exception("a text that no channel sent: %.100r", text)

    def _gap(self, missed: int | None) -> None:
        for receiver in tuple(self.receivers):
            receiver.gap(missed)


class _Listening:
    """One receiver on a line."""

    def __init__(self, hub: Hub, channel: str, line: _Line, receiver: Receiver) -> None:
        self._hub = hub
        self._channel = channel
        self._line = line
        self._receiver = receiver

    def cancel(self) -> None:
        self._hub.forget(self._channel, self._line, self._receiver)

    async def ready(self) -> None:
        await self._line.subscription.ready()
