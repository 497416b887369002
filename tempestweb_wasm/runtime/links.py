"""What a session has beside its own tree: rooms with other sessions, and calls to its page."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tempestweb_wasm.core.app import App
from tempestweb_wasm.errors import StateError
from tempestweb_wasm.runtime import serialize

if TYPE_CHECKING:
    from tempestweb_wasm.core.channel import Channel, OpenRooms, Rooms

MOST_COMMANDS = 64
MOST_COMMANDED = 1 << 20
"""So many commands, of so many characters together, wait for a client that does not keep up;
then the oldest is dropped. One frame carries them all, beside those of a full window."""


class Answered(Protocol):
    """What hears the page's answers; the room ``native`` makes one for a session."""

    def take(self, frame: dict[str, Any]) -> None:
        """Take a ``native_result`` or a ``native_event``, of which only the shape is checked."""

    def close(self) -> None:
        """The session is at its end."""


N = TypeVar("N", bound=Answered)


class Asks(Protocol):
    """Carries frames that have no number; a ``Delivery`` is one."""

    def ask(self, call: int, text: str) -> None:
        """Send *text*, and again on each line that comes until :meth:`answered`."""

    def answered(self, call: int) -> None:
        """It needs not be sent any more."""

    def tell(self, text: str) -> None:
        """Send *text* where there is a line."""


class OneLine:
    """The ``Asks`` of a session with one line that never breaks, as in a page."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self.tell = send

    def ask(self, call: int, text: str) -> None:
        """Send *text*."""
        self.tell(text)

    def answered(self, call: int) -> None:
        """There was one line only."""


class Links:
    """The links of one session.

    *channels* opens its rooms, when the app first asks for one. *soon* is called when a command
    is to be sent, in its turn among the frames.
    """

    def __init__(
        self,
        channels: OpenRooms | None,
        asks: Asks,
        report: Callable[[BaseException, str], None],
        soon: Callable[[], None],
    ) -> None:
        self._channels = channels
        self._asks = asks
        self._report = report
        self._rooms: Rooms | None = None
        self._present = True
        self._native: Answered | None = None
        self._soon = soon
        self._commands: deque[tuple[dict[str, Any], int]] = deque(maxlen=MOST_COMMANDS)
        self.over = False
        """Whether nobody could answer any more: the session's end has begun."""

    @property
    def commands(self) -> bool:
        """Whether commands wait to be sent."""
        return bool(self._commands)

    def channel(self, app: App[Any] | None, name: str | None, kind: Any) -> Channel[Any]:
        """A line to other sessions; see :meth:`App.channel`."""
        if self._rooms is None:
            if self._channels is None or app is None:
                raise StateError(f"channel {name!r}: whoever runs this app gave it no channels")
            self._rooms = self._channels(app, self._report)
            self._rooms.connected(self._present)
        return self._rooms.channel(name, kind)

    def present(self, yes: bool, *, back: bool = True) -> None:
        """Whether a client is there to see: without one nobody is shown as present.

        *back*: one that is not there may come again.
        """
        self._present = yes
        if self._rooms is not None:
            self._rooms.connected(yes, back=back)

    def native(self, opened: Callable[[Links], N]) -> N:
        """What hears the page's answers, made by *opened* at the first call."""
        if self._native is None:
            self._native = opened(self)
        return self._native  # type: ignore[return-value]  # one room makes them all

    def ask(self, number: int, frame: dict[str, Any]) -> None:
        """Send *frame* now, and on each line that the page gets later, until :meth:`settled`."""
        self._asks.ask(number, serialize.encode(frame))

    def settled(self, number: int) -> None:
        """What was asked for by *number* is here, or not wanted any more."""
        self._asks.answered(number)

    def tell(self, frame: dict[str, Any]) -> None:
        """Send *frame* once. It is lost where the page has no line now."""
        self._asks.tell(serialize.encode(frame))

    def command(self, name: str, args: dict[str, Any], size: int) -> None:
        """Have the page do something, with the frame that shows what has changed by now.

        *args* have *size* characters as JSON.
        """
        self._commands.append(({"name": name, "args": args}, size))
        while sum(size for _, size in self._commands) > MOST_COMMANDED:
            self._commands.popleft()
        self._soon()

    def with_commands(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Return *frame* with the commands that wait, for the client to see at a glance."""
        if not self._commands:
            return frame
        commands = [command for command, _ in self._commands]
        self._commands.clear()
        return {"commands": commands, **frame}

    def heard(self, frame: dict[str, Any]) -> None:
        """Take what the page answers. A stream of a session that was elsewhere is ended there."""
        if frame["kind"] not in serialize.ANSWERS:
            return
        if self._native is not None:
            self._native.take(frame)
        elif frame["kind"] == "native_event":
            self.tell(serialize.unsubscribe_frame(frame["sub_id"]))

    async def aclose(self) -> None:
        """End them. Harmless twice."""
        self.over = True
        if self._native is not None:
            self._native.close()
        if self._rooms is not None:
            await self._rooms.aclose()
