"""A network between browser and server that fails on demand, byte by byte."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

LINES = (b"GET /ws", b"POST /sse")
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(eq=False)
class _Connection:
    """One connection through the proxy; ``line``: it carries an app's frames."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    line: bool = False
    moving: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self) -> None:
        for writer in (self.client, self.server):
            writer.transport.abort()


class Proxy:
    """Passes TCP on to *port* of this machine, from a thread of its own.

    ``cut`` ends all connections; ``down`` refuses new ones; ``freeze`` passes nothing on any
    more and ends nothing; ``cut_after`` ends everything once so many more bytes have gone one
    way over lines (sockets and streams, not pages and files); ``blocks_sockets`` answers what
    a proxy does that knows no WebSocket.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._connections: set[_Connection] = set()
        self._limits: dict[str, int | None] = {"up": None, "down": None}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._frozen = False
        self.blocks_sockets = False
        self.lines: list[str] = []
        """The request line of each line that was asked for."""
        self.port = 0

    def __enter__(self) -> Proxy:
        self._thread.start()
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def up(self) -> None:
        """Take connections, and pass on what they carry."""
        self._run(self._up())

    def down(self) -> None:
        """End all connections and refuse new ones."""
        self._run(self._down())

    def cut(self) -> None:
        """End all connections."""
        self._call(self._cut)

    def cut_after(self, count: int, way: str) -> None:
        """End all connections after *count* more bytes ``up`` to the server or ``down`` of it."""
        self._call(lambda: self._limits.update({way: count}))

    def freeze(self) -> None:
        """Pass nothing on over the connections that there are."""

        def stop() -> None:
            for connection in self._connections:
                connection.moving.clear()

        self._call(stop)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _call(self, work: Callable[[], object]) -> None:
        async def run() -> None:
            work()

        self._run(run())

    async def _up(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _down(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._cut()

    async def _end(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _cut(self) -> None:
        for connection in list(self._connections):
            connection.cut()

    async def _accept(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            answers, server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            client.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        connection = _Connection(client, server)
        connection.moving.set()
        self._connections.add(connection)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass(connection, reader, server, "up"))
                group.create_task(self._pass(connection, answers, client, "down"))
        finally:
            self._connections.discard(connection)
            connection.cut()
            self._tasks.discard(task)

    async def _pass(
        self,
        connection: _Connection,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        way: str,
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                await connection.moving.wait()
                if way == "up" and data.startswith(LINES):
                    connection.line = True
                    self.lines.append(data.split(b"\r\n", 1)[0].decode())
                    if self.blocks_sockets and b"pgrade: websocket" in data:
                        connection.client.write(REFUSAL)
                        await connection.client.drain()
                        break
                if connection.line and self._ends(sink, data, way):
                    return
                sink.write(data)
                await sink.drain()
        connection.client.close()
        connection.server.close()

    def _ends(self, sink: asyncio.StreamWriter, data: bytes, way: str) -> bool:
        left = self._limits[way]
        if left is None:
            return False
        if len(data) < left:
            self._limits[way] = left - len(data)
            return False
        self._limits[way] = None
        # What was passed on before arrives; an abort would take it back.
        sink.write(data[:left])
        for connection in list(self._connections):
            connection.client.close()
            connection.server.close()
        return True
