"""One session's place among the channels of its process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tempestweb_wasm.channels.hub import Hub
from tempestweb_wasm.core.app import App, guarded
from tempestweb_wasm.errors import StateError

Report = Callable[[BaseException, str], None]


class Seat:
    """What the channels and presences of a session share.

    *me* is its id among senders and members; it is ``visible`` while a client is there.
    """

    def __init__(self, hub: Hub, app: App[Any], report: Report, me: str) -> None:
        self.hub = hub
        self.app = app
        self.report = report
        self.me = me
        self.visible = True
        self.closed = False

    def refuse_if_closed(self, name: str) -> None:
        """Raise ``StateError`` when the session has ended."""
        if self.closed:
            raise StateError(f"the channel {name!r} was used after its app had stopped")

    async def guarded(self, where: str, work: Callable[[], Awaitable[None]]) -> None:
        """Wait for *work*, a handler of the app's; what it raises is reported."""
        await guarded(work, self.report, where)
