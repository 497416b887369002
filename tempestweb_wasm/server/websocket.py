"""``/ws``: one client's socket, with one task that reads and one that writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from tempestweb_wasm.server.outbox import Outbox
from tempestweb_wasm.transports.websocket import DONE, PROTOCOL, TOO_BIG, UNSUPPORTED

MOST_REASON = 120
"""Bytes of a close frame's reason; RFC 6455 allows 123."""


async def carry(
    socket: WebSocket, line: Outbox, *, largest: int, heard: Callable[[], float]
) -> None:
    """Carry frames both ways between *socket* and *line* until either side ends.

    A frame of more than *largest* bytes ends it. *heard* is called for each frame, and returns
    how many seconds the frame has to wait.
    """
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(_read(socket, line, largest, heard))
        writing = group.create_task(_write(socket, line))
        await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
        reading.cancel()
        writing.cancel()


async def _read(socket: WebSocket, line: Outbox, largest: int, heard: Callable[[], float]) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None:
            line.close(UNSUPPORTED)
        elif len(text) > largest or (not text.isascii() and len(text.encode()) > largest):
            line.close(TOO_BIG)
        else:
            wait = heard()
            if wait > 0:
                # Nothing is lost of what comes too fast: it is read later.
                await asyncio.sleep(wait)
            line.deliver(text)


async def _write(socket: WebSocket, line: Outbox) -> None:
    # The other side may be gone at any moment; the reader hears of that too.
    with suppress(WebSocketDisconnect, RuntimeError):
        while (frame := await line.next()) is not None:
            await socket.send_text(frame[0])
        await socket.close(DONE if line.code is None else line.code)


async def refuse(socket: WebSocket, code: int, reason: str = "") -> None:
    """Accept *socket* and close it at once: a refusal before that reaches browsers as 1006,
    after which they would try again for ever."""
    offered = PROTOCOL in socket.scope.get("subprotocols", [])
    short = reason.encode()[:MOST_REASON].decode(errors="ignore")
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.accept(subprotocol=PROTOCOL if offered else None)
        await socket.close(code, short)
