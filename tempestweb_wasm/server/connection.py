"""One client's socket: a reader and a writer, and what waits between them and a session."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

DONE = 1000
AWAY = 1001
UNSUPPORTED = 1003
REFUSED = 1008
TOO_BIG = 1009
FAILED = 1011
RESTARTING = 1012
LATER = 1013


class SocketTransport:
    """A socket as a session's transport.

    Frames wait here until the client has taken those before; of a client that never reads
    no more than *most* bytes are kept: past that its line is ended with 1013.
    """

    def __init__(self, socket: WebSocket, *, most: int, largest: int) -> None:
        self._socket = socket
        self._most = most
        self._largest = largest
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._code: int | None = None
        self._receive: Callable[[str], None] | None = None

    def send(self, text: str) -> None:
        """Carry one frame to the client; dropped once the line is to end."""
        if self._code is not None:
            return
        self._waiting.append(text)
        self._bytes += len(text)
        if self._bytes > self._most:
            self._waiting.clear()
            self.close(LATER)
        self._news.set()

    def listen(self, receive: Callable[[str], None]) -> None:
        """Call *receive* with each frame of the client."""
        self._receive = receive

    def close(self, code: int = DONE) -> None:
        """End the line with *code* once what waits is sent; the first code counts."""
        if self._code is None:
            self._code = code
            self._news.set()

    async def run(self) -> None:
        """Carry frames both ways until either side ends the line."""
        async with asyncio.TaskGroup() as group:
            tasks = {group.create_task(self._read()), group.create_task(self._write())}
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                self.close(UNSUPPORTED)
            elif len(text) > self._largest or len(text.encode()) > self._largest:
                self.close(TOO_BIG)
            elif self._receive is not None and self._code is None:
                self._receive(text)

    async def _write(self) -> None:
        # The other side may be gone at any moment; the reader hears of that too.
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await self._news.wait()
                self._news.clear()
                while self._waiting:
                    text = self._waiting.popleft()
                    self._bytes -= len(text)
                    await self._socket.send_text(text)
                if self._code is not None:
                    await self._socket.close(self._code)
                    return


async def refuse(socket: WebSocket, code: int, reason: str = "") -> None:
    """Accept *socket* and close it at once: a refusal before that reaches browsers as 1006,
    after which they would try again for ever."""
    with suppress(WebSocketDisconnect, RuntimeError):
        protocols = socket.scope.get("subprotocols", [])
        await socket.accept(subprotocol="tempest.v1" if "tempest.v1" in protocols else None)
        await socket.close(code, reason)
