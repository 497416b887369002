"""Who is in a room, as one session sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tempestweb_wasm.channels.mailbox import Asked, Mailbox, asked
from tempestweb_wasm.channels.seat import Seat
from tempestweb_wasm.core.channel import Member, Subscription
from tempestweb_wasm.errors import MessageError


class RoomPresence:
    """See :class:`core.channel.Presence`."""

    def __init__(self, seat: Seat, line: str, name: str, kind: Any) -> None:
        self.kind = kind
        self._seat = seat
        self._name = name
        self._line = line
        self._codec = seat.hub.codec(kind)
        self._data: str | None = None
        self._watching: dict[_Watching, None] = {}
        self._known: dict[str, tuple[str, Member[Any] | None]] = {}

    @property
    def members(self) -> tuple[Member[Any], ...]:
        """Everybody who is here. One that can't be read is reported once, and left out."""
        known: dict[str, tuple[str, Member[Any] | None]] = {}
        roster = self._seat.hub.known(self._line)
        for member, text in roster.everybody() if roster is not None else ():
            before = self._known.get(member)
            same = before is not None and before[0] == text
            known[member] = before if before and same else (text, self._read(member, text))
        self._known = known
        return tuple(member for _, member in known.values() if member is not None)

    def join(self, data: Any = None) -> None:
        """Be here."""
        self._seat.refuse_if_closed(self._name)
        self._data = self._codec.text(data, self._where)
        self.show()

    def leave(self) -> None:
        """Be here no longer."""
        self._data = None
        self.show()

    def watch(self, handler: Callable[..., Any]) -> Subscription:
        """Tell *handler* of the members."""
        self._seat.refuse_if_closed(self._name)
        watching = _Watching(self, handler)
        self._watching[watching] = None
        self._seat.hub.roster(self._line).watch(watching.changed)
        watching.changed()
        return watching

    def show(self) -> None:
        """Be in the roster, if the app wants it and somebody is there."""
        if self._data is not None and self._seat.visible and not self._seat.closed:
            self._seat.hub.roster(self._line).enter(self._seat.me, self._data)
        elif (roster := self._seat.hub.known(self._line)) is not None:
            roster.leave(self._seat.me)
            self._seat.hub.release(self._line)

    def close(self) -> None:
        """The session ends."""
        for watching in tuple(self._watching):
            watching.cancel()
        self.leave()

    def forget(self, watching: _Watching) -> None:
        """Tell it no more."""
        self._watching.pop(watching, None)
        if (roster := self._seat.hub.known(self._line)) is not None:
            roster.unwatch(watching.changed)
            self._seat.hub.release(self._line)

    def mailbox(self, handle: Callable[[Any], Any]) -> Mailbox:
        """A queue for :class:`_Watching`."""
        return Mailbox(self._seat.app, f"presence in {self._name!r}", handle, handle)

    async def tell(self, handler: Asked) -> None:
        """Call *handler* with who is here now."""
        await self._seat.guarded(f"a watcher of {self._where}", lambda: handler(self.members))

    async def ready(self) -> None:
        """Return when changes are sure to be heard."""
        roster = self._seat.hub.known(self._line)
        if roster is not None and roster.listening is not None:
            await roster.listening.ready()

    @property
    def _where(self) -> str:
        return f"the presence in {self._name!r}"

    def _read(self, member: str, text: str) -> Member[Any] | None:
        try:
            return Member(member, self._codec.value(text, self._where))
        except MessageError as error:
            self._seat.report(error, self._where)
            return None


class _Watching:
    """One handler that is told; changes that come while it runs are told together."""

    def __init__(self, presence: RoomPresence, handler: Callable[..., Any]) -> None:
        self._presence = presence
        self._handler = asked(handler)
        self._due = False
        self._mailbox = presence.mailbox(self._tell)

    def changed(self) -> None:
        if not self._due:
            self._due = True
            self._mailbox.put(None)

    def cancel(self) -> None:
        self._mailbox.close()
        self._presence.forget(self)

    async def ready(self) -> None:
        await self._presence.ready()

    async def _tell(self, _: Any) -> None:
        self._due = False
        await self._presence.tell(self._handler)
