"""Running an ASGI app with uvicorn until the user stops it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp


class Server(uvicorn.Server):
    """A server that tells when it begins to stop, so that open streams can end."""

    def __init__(self, app: ASGIApp, on_stop: Callable[[], None] | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                lifespan="off",
                # A stream that does not end must not hold the terminal.
                timeout_graceful_shutdown=2,
            )
        )
        self._on_stop = on_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening and end the open streams."""
        if self._on_stop is not None:
            self._on_stop()
        await super().shutdown(sockets)


def run_until_stopped(work: Coroutine[None, None, None]) -> None:
    """Run *work*, a server; Ctrl+C is how one is stopped, and no error."""
    with suppress(KeyboardInterrupt):
        asyncio.run(work)
