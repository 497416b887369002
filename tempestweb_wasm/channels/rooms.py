"""The channels of one session."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any

from tempestweb_wasm.channels.hub import Hub
from tempestweb_wasm.channels.mailbox import Asked, Mailbox, asked
from tempestweb_wasm.channels.presence import RoomPresence
from tempestweb_wasm.channels.seat import Report, Seat
from tempestweb_wasm.core.app import App
from tempestweb_wasm.core.channel import Channel, Subscription
from tempestweb_wasm.errors import MessageError, StateError

log = logging.getLogger("tempestweb_wasm")

AWAY_AFTER = 10.0
"""Seconds without a client until its session is no longer shown as present."""

_ALL, _OTHERS = "*", "-"


class Channels(Hub):
    """The channels of one process.

    :meth:`open` once per session. To be used in one event loop; :meth:`aclose` at the end.
    """

    def open(self, app: App[Any], report: Report, *, member: str | None = None) -> SessionRooms:
        """The channels of one session. *report* gets what its handlers raise.

        *member* is its id among senders and members: the same again for a session that goes
        on in another process. By default a random one.
        """
        return SessionRooms(Seat(self, app, report, member or secrets.token_hex(8)))


class SessionRooms:
    """What :meth:`Channels.open` returns; see :class:`core.channel.Rooms`."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._rooms: dict[str, Room] = {}
        self._leaving: asyncio.TimerHandle | None = None

    def channel(self, name: str | None, kind: Any) -> Channel[Any]:
        """The channel *name*. Raises ``StateError`` if it was opened for another type."""
        path = self._seat.app.context.path
        line = f"route:{path}" if name is None else f"room:{name}"
        shown = path if name is None else name
        self._seat.refuse_if_closed(shown)
        room = self._rooms.get(line)
        if room is None:
            _check_name(shown)
            room = self._rooms[line] = Room(self._seat, line, shown, kind)
        elif room.kind != kind:
            raise StateError(
                f"the channel {shown!r} carries {room.kind!r} and was asked for with {kind!r}: "
                "one channel has one type, which may be a union"
            )
        return room

    def connected(self, yes: bool, *, back: bool = True) -> None:
        """A client came, or went; one that comes back soon was never away."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        if yes:
            self._show(True)
        elif not (self._rooms and back):
            self._show(False)
        elif self._seat.visible and not self._seat.closed:
            loop = asyncio.get_running_loop()
            self._leaving = loop.call_later(AWAY_AFTER, self._show, False)

    async def aclose(self) -> None:
        """End every subscription and presence."""
        self._seat.closed = True
        if self._leaving is not None:
            self._leaving.cancel()
        for room in self._rooms.values():
            room.close()

    def _show(self, visible: bool) -> None:
        if self._seat.visible != visible:
            self._seat.visible = visible
            for room in self._rooms.values():
                room.show()


def _check_name(name: str) -> None:
    """Raise ``MessageError`` for a name that no broker can be told."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise MessageError(f"the channel {name!r} has half a character in its name") from error


class Room:
    """One session on one channel; see :class:`core.channel.Channel`."""

    def __init__(self, seat: Seat, line: str, name: str, kind: Any) -> None:
        self.kind = kind
        self._seat = seat
        self._line = line
        self._name = name
        self._codec = seat.hub.codec(kind)
        self._listeners: dict[_Listener, None] = {}
        self._heard: Subscription | None = None
        self._presence: RoomPresence | None = None

    @property
    def name(self) -> str:
        """As it was asked for."""
        return self._name

    @property
    def me(self) -> str:
        """This session's id."""
        return self._seat.me

    async def publish(self, message: Any) -> None:
        """Send *message* to the others."""
        await self._send(message, _OTHERS)

    async def update_all(self, message: Any) -> None:
        """Send *message* to everyone."""
        await self._send(message, _ALL)

    def subscribe(
        self, handler: Callable[..., Any], *, on_gap: Callable[..., Any] | None = None
    ) -> Subscription:
        """Hear this channel until the app stops."""
        self._seat.refuse_if_closed(self._name)
        if self._heard is None:
            self._heard = self._seat.hub.listen(self._line, self)
        listener = _Listener(self, self._heard, handler, on_gap)
        self._listeners[listener] = None
        return listener

    def presence(self, kind: Any = None) -> RoomPresence:
        """Who is here."""
        self._seat.refuse_if_closed(self._name)
        if self._presence is None:
            self._presence = RoomPresence(self._seat, f"members:{self._line}", self._name, kind)
        elif self._presence.kind != kind:
            raise StateError(
                f"the members of {self._name!r} are {self._presence.kind!r}, not {kind!r}"
            )
        return self._presence

    def arrived(self, text: str) -> None:
        """A text of the line: first whose it is and for whom, then the message."""
        head, _, body = text.partition("\n")
        sender, flag = head[:-1], head[-1:]
        if sender == self.me and flag == _OTHERS:
            return
        for listener in tuple(self._listeners):
            listener.mailbox.put((body, sender))

    def gap(self, missed: int | None) -> None:
        """Messages were lost on the way."""
        for listener in tuple(self._listeners):
            listener.mailbox.gap(missed)

    def forget(self, listener: _Listener) -> None:
        """Let go of *listener*; without any, the line is heard no more."""
        self._listeners.pop(listener, None)
        if not self._listeners and self._heard is not None:
            self._heard.cancel()
            self._heard = None

    def show(self) -> None:
        """The session is visible now, or is not."""
        if self._presence is not None:
            self._presence.show()

    def close(self) -> None:
        """The session ends."""
        for listener in tuple(self._listeners):
            listener.cancel()
        if self._presence is not None:
            self._presence.close()

    async def handle(self, handler: Asked, body: str, sender: str) -> None:
        """Give *handler* one message."""
        await self._seat.guarded(
            f"a handler of {self._where}",
            lambda: handler(self._codec.value(body, self._where), sender),
        )

    async def lost(self, on_gap: Asked | None, missed: int | None) -> None:
        """Tell *on_gap*, or the log where nobody asked."""
        if on_gap is None:
            count = "some" if missed is None else missed
            log.warning("the channel %r lost %s messages on the way here", self._name, count)
            return
        where = f"on_gap of {self._where}"
        await self._seat.guarded(where, lambda: on_gap(missed))

    def mailbox(self, handler: Callable[..., Any], on_gap: Callable[..., Any] | None) -> Mailbox:
        """The queue in front of *handler*."""
        handle, lost = asked(handler), None if on_gap is None else asked(on_gap)
        return Mailbox(
            self._seat.app,
            f"channel {self._name!r}",
            lambda item: self.handle(handle, *item),
            lambda missed: self.lost(lost, missed),
        )

    @property
    def _where(self) -> str:
        return f"the channel {self._name!r}"

    async def _send(self, message: Any, flag: str) -> None:
        self._seat.refuse_if_closed(self._name)
        body = self._codec.text(message, self._where)
        await self._seat.hub.publish(self._line, f"{self.me}{flag}\n{body}")


class _Listener:
    """One subscription of the app's."""

    def __init__(
        self,
        room: Room,
        heard: Subscription,
        handler: Callable[..., Any],
        on_gap: Callable[..., Any] | None,
    ) -> None:
        self.mailbox = room.mailbox(handler, on_gap)
        self._room = room
        self._heard = heard

    def cancel(self) -> None:
        self.mailbox.close()
        self._room.forget(self)

    async def ready(self) -> None:
        await self._heard.ready()
