"""What ``app.channel(…)`` returns: messages between the clients of an app.

Only the shape stands here. The room ``channels`` is behind it, and is loaded by whoever
runs the app once the app asks for a channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, overload

M = TypeVar("M")
P = TypeVar("P")


class Subscription(Protocol):
    """Something that is heard until it is cancelled, or the app stops."""

    def cancel(self) -> None:
        """Hear no more, from now on. Harmless twice."""

    async def ready(self) -> None:
        """Return once what others publish is sure to arrive (at a broker that takes time)."""


@dataclass(frozen=True, slots=True)
class Member(Generic[P]):
    """Somebody in a room: an id that is the session's own, and what it said about itself."""

    id: str
    data: P


class Presence(Protocol[P]):
    """Who is in a room. People are here from :meth:`join` until they leave, close the page,
    or their process dies."""

    @property
    def members(self) -> tuple[Member[P], ...]:
        """Everybody who is here, the first to come first; known to who joined or watches."""

    def join(self, data: P) -> None:
        """Be here, with *data* for the others to see; again with other data to change it."""

    def leave(self) -> None:
        """Be here no longer. Harmless twice; the end of the session does it too."""

    def watch(
        self, handler: Callable[[tuple[Member[P], ...]], Any] | Callable[[], Any]
    ) -> Subscription:
        """Call *handler* (sync or async) with :attr:`members`, now and when they change.

        Changes that come while it runs are told together.
        """


class Channel(Protocol[M]):
    """A named line between all clients of an app, in every process.

    ::

        room = app.channel("lobby", Message)
        room.subscribe(lambda message: app.set_state(lambda s: s.show(message)))
        await room.publish(Message(text="hello"))
    """

    @property
    def name(self) -> str:
        """As it was asked for; the route's path for the channel of a route."""

    @property
    def me(self) -> str:
        """This session's id among the senders and members. It opens nothing."""

    async def publish(self, message: M) -> None:
        """Send *message* to every other session that subscribed.

        Raises ``MessageError`` when it is not what the channel carries or longer than 64 K
        characters as JSON, and ``BrokerError`` when the broker can't be reached within its time.
        """

    async def update_all(self, message: M) -> None:
        """Send *message* to every session, this one too, to all in the same order.

        For state that clients share: where each applies what arrives, all end up alike.
        Raises as :meth:`publish` does.
        """

    @overload
    def subscribe(
        self, handler: Callable[[M, str], Any], *, on_gap: Callable[..., Any] | None = None
    ) -> Subscription: ...
    @overload
    def subscribe(
        self, handler: Callable[[M], Any], *, on_gap: Callable[..., Any] | None = None
    ) -> Subscription: ...
    @overload
    def subscribe(
        self, handler: Callable[[], Any], *, on_gap: Callable[..., Any] | None = None
    ) -> Subscription: ...
    def subscribe(
        self, handler: Callable[..., Any], *, on_gap: Callable[..., Any] | None = None
    ) -> Subscription:
        """Call *handler* (sync or async) with each message, in order, until the app stops.

        With a second parameter it also gets the sender's id (compare :attr:`me`). Each
        subscription has a queue of 256: a slow handler holds up nobody else, and loses the
        oldest when that is full. *on_gap* is told of messages that were lost, there or at the
        broker, before the next one: with their number, None where nobody knows it. A message
        of another type, or a handler that raises, is reported; the next one is handled.
        """

    @overload
    def presence(self, kind: type[P]) -> Presence[P]: ...
    @overload
    def presence(self, kind: Any = None) -> Presence[Any]: ...
    def presence(self, kind: Any = None) -> Presence[Any]:
        """Who is in this room; *kind* is the type of what members say about themselves,
        any JSON value without it."""


class Rooms(Protocol):
    """All channels of one session, as its host keeps them."""

    def channel(self, name: str | None, kind: Any) -> Channel[Any]:
        """The channel *name* (None: the route's), the same one each time."""

    def connected(self, yes: bool, *, back: bool = True) -> None:
        """Whether a client is there to see; without one, its presence ends after a while, or
        at once if it will not come *back*."""

    async def aclose(self) -> None:
        """End every subscription and presence. Harmless twice."""


class OpenRooms(Protocol):
    """Opens the channels of one session, when its app first asks for one."""

    def __call__(self, app: Any, report: Callable[[BaseException, str], None]) -> Rooms:
        """*app* is the ``App``; *report* gets what its handlers raise, with where that was."""
