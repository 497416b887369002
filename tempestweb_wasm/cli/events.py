"""Server-sent events of ``tempestweb dev``: every open page hears of each change."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from starlette.responses import StreamingResponse

KEEP_ALIVE = 15.0
"""Seconds between two signs of life on a quiet stream."""


class Events:
    """Sends messages to every page that listens.

    A message is a JSON object with a ``type``: ``hello`` (first on each stream; ``build``
    is what the server has now), ``reload`` (``build``, and ``changed``, a list of names),
    ``view`` (``build``, ``app`` and ``frame``: what that app's page would be built with)
    or ``error`` (``code`` and ``message``: the site can't be made anew).
    """

    def __init__(self) -> None:
        self._streams: set[asyncio.Queue[str | None]] = set()
        self._closed = False

    def send(self, message: dict[str, Any]) -> None:
        """Send *message* to every stream."""
        for stream in self._streams:
            stream.put_nowait(_event(message))

    def close(self) -> None:
        """End every stream, also those that are opened later."""
        self._closed = True
        for stream in self._streams:
            stream.put_nowait(None)

    def response(self, *first: dict[str, Any]) -> StreamingResponse:
        """Return the answer to a page that begins to listen, and hears *first* at once."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(
            self._stream(first), media_type="text/event-stream", headers=headers
        )

    async def _stream(self, first: Sequence[dict[str, Any]]) -> AsyncIterator[str]:
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._streams.add(queue)
        try:
            # A page reconnects quickly, so that a restarted server is noticed.
            yield "retry: 500\n" + "".join(map(_event, first))
            while not self._closed:
                try:
                    message = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
                except TimeoutError:
                    message = ": still here\n\n"
                if message is None:
                    return
                yield message
        finally:
            self._streams.discard(queue)


def _event(message: dict[str, Any]) -> str:
    return f"data: {json.dumps(message)}\n\n"
