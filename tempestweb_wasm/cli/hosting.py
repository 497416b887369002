"""Running an ASGI app with uvicorn until the user stops it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from tempestweb_wasm.server.known_hosts import LOOPBACK, KnownHosts, is_loopback


class Server(uvicorn.Server):
    """A server that tells when it begins to stop, so that open streams can end.

    *on_stop* is called, and *draining* awaited, when nobody new is let in any more; a second
    Ctrl+C ends it at once. Further *options* are uvicorn's.
    """

    def __init__(
        self,
        app: ASGIApp,
        on_stop: Callable[[], None] | None = None,
        draining: Callable[[], Awaitable[None]] | None = None,
        **options: Any,
    ) -> None:
        # A stream that does not end must not hold the terminal.
        defaults = {"log_level": "warning", "lifespan": "off", "timeout_graceful_shutdown": 2}
        super().__init__(uvicorn.Config(app, **{**defaults, **options}))
        self._on_stop = on_stop
        self._draining = draining

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening and end the open streams."""
        if self._on_stop is not None:
            self._on_stop()
        if self._draining is not None:
            began = time.monotonic()
            for server in self.servers:
                server.close()
            await self._drain(self._draining)
            # Requests of other routes had that time too.
            within = self.config.timeout_graceful_shutdown or 0
            left = round(within - (time.monotonic() - began))
            self.config.timeout_graceful_shutdown = max(1, left)
        await super().shutdown(sockets)

    async def _drain(self, draining: Callable[[], Awaitable[None]]) -> None:
        work = asyncio.ensure_future(draining())
        while not work.done() and not self.force_exit:
            await asyncio.wait({work}, timeout=0.1)  # as often as uvicorn looks
        if not work.done():
            work.cancel()
            await asyncio.wait({work}, timeout=0.5)
        elif (error := work.exception()) is not None:
            raise error


def run_until_stopped(work: Coroutine[None, None, None]) -> None:
    """Run *work*, a server; Ctrl+C is how one is stopped, and no error."""
    with suppress(KeyboardInterrupt):
        asyncio.run(work)


def at_home(app: ASGIApp, allowed: Sequence[str], host: str, bound: socket.socket) -> ASGIApp:
    """Return *app* behind what answers to *allowed* names of hosts alone.

    Without any, what nobody but this machine reaches answers to this machine's names.
    """
    if allowed:
        return KnownHosts(app, allowed)
    if is_loopback(bound.getsockname()[0]):
        return KnownHosts(app, [host, *LOOPBACK])
    return app
