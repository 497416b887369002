"""WebSocket clients as lean as they get, so that the machine is left to the server."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable, Sequence

_CLOSE = 8
_PING = 9


class Socket(asyncio.Protocol):
    """One client: text frames out, complete messages in."""

    def __init__(
        self,
        host: str,
        path: str,
        on_text: Callable[[bytes], None],
        *,
        protocols: Sequence[str] = (),
        headers: Sequence[str] = (),
    ) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._on_text = on_text
        self._buffer = bytearray()
        self._upgraded = False
        self._transport: asyncio.Transport | None = None
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            *([f"Sec-WebSocket-Protocol: {', '.join(protocols)}"] if protocols else []),
            *headers,
        ]
        self._request = "\r\n".join([*lines, "", ""]).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Take what came, and hand on each message that it completes."""
        self._buffer += data
        if not self._upgraded:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            status = bytes(self._buffer.split(b"\r\n", 1)[0])
            del self._buffer[: end + 4]
            if b" 101 " not in status:
                self.opened.set_exception(ConnectionError(status.decode()))
                return
            self._upgraded = True
            self.opened.set_result(None)
        while self._message():
            pass

    def _message(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        kind, length, start = buffer[0] & 15, buffer[1] & 127, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return False
        body = bytes(buffer[start : start + length])
        del buffer[: start + length]
        if kind == 1:
            self._on_text(body)
        elif kind == _PING:
            self._write(10, body)
        elif kind == _CLOSE:
            self.close()
        return True

    def send(self, text: bytes) -> None:
        """Send one text message."""
        self._write(1, text)

    def _write(self, kind: int, body: bytes) -> None:
        size = len(body)
        head = (
            bytes([128 | kind, 128 | size])
            if size < 126
            else bytes([128 | kind, 254, size >> 8, size & 255])
        )
        if self._transport is not None:
            # A mask of zeros is a mask: clients must have one, and this one costs nothing.
            self._transport.write(head + b"\0\0\0\0" + body)

    def close(self) -> None:
        """Leave, with a close frame."""
        if self._transport is not None and not self._transport.is_closing():
            self._write(_CLOSE, (1000).to_bytes(2, "big"))
            self._transport.close()

    def abort(self) -> None:
        """Leave without a word."""
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line has ended."""
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionError("closed before it was open"))
        if not self.closed.done():
            self.closed.set_result(None)


async def connect(socket: Socket, port: int) -> Socket:
    """Connect *socket* to this machine's *port* and wait until it is open."""
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: socket, "127.0.0.1", port)
    await socket.opened
    return socket
