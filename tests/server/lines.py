"""Lines of a client in Python to a real server: a WebSocket, and SSE with POSTs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tempestweb_wasm.testing.faults import LOST
from tempestweb_wasm.transports import sse
from tempestweb_wasm.transports.opening import Opening
from tempestweb_wasm.transports.websocket import protocols


class SocketLine:
    """A line that dials by itself; what is sent before it is open waits."""

    def __init__(self, host: str, opening: Opening, headers: Mapping[str, str]) -> None:
        self._host = host
        self._opening = opening
        self._headers = headers
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._receive: Callable[[str], None] | None = None
        self._ended: Callable[[int], None] | None = None
        self._task = asyncio.get_running_loop().create_task(self._run())

    def send(self, text: str) -> None:
        self._waiting.put_nowait(text)

    def listen(self, receive: Callable[[str], None]) -> None:
        self._receive = receive

    def on_end(self, ended: Callable[[int], None]) -> None:
        self._ended = ended

    def close(self) -> None:
        self._ended = None
        self._task.cancel()

    def deliver(self, text: str) -> None:
        if self._receive is not None:
            self._receive(text)

    async def _run(self) -> None:
        code = LOST
        # Also in a group: what fails while sending comes out of the task group.
        try:
            code = await self.carry()
        except* (OSError, WebSocketException, httpx.HTTPError):
            pass
        if self._ended is not None:
            self._ended(code)

    async def carry(self) -> int:
        """Carry both ways; return the close code."""
        headers = dict(self._headers)
        origin = headers.pop("origin")
        async with connect(
            f"ws://{self._host}/ws",
            subprotocols=protocols(self._opening),  # type: ignore[arg-type]
            origin=origin,  # type: ignore[arg-type]
            additional_headers=headers,
            compression=None,
            proxy=None,
        ) as socket:

            async def write() -> None:
                while True:
                    await socket.send(await self._waiting.get())

            async with asyncio.TaskGroup() as group:
                writing = group.create_task(write())
                async for text in socket:
                    self.deliver(str(text))
                writing.cancel()
            return socket.close_code or LOST


class StreamLine(SocketLine):
    """The same over server-sent events: one stream down, one POST at a time up."""

    async def carry(self) -> int:
        reader, session = sse.Reader(), asyncio.get_running_loop().create_future()
        headers = {**self._headers, "content-type": "application/json"}
        url = f"http://{self._host}/sse"
        async with (
            httpx.AsyncClient(headers=headers, timeout=30, trust_env=False) as client,
            client.stream("POST", url, content=self._opening.text()) as answer,
        ):
            answer.raise_for_status()
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(self._post(client, url, session))
                async for data in answer.aiter_bytes():
                    for message in reader.feed(data):
                        if message.event == "close":
                            writing.cancel()
                            return int(message.data)
                        if not session.done():
                            session.set_result(json.loads(message.data)["session"])
                        self.deliver(message.data)
                writing.cancel()
        return LOST

    async def _post(
        self, client: httpx.AsyncClient, url: str, session: asyncio.Future[str]
    ) -> None:
        name = await session
        while True:
            frames = [await self._waiting.get()]
            while not self._waiting.empty():
                frames.append(self._waiting.get_nowait())
            answer = await client.post(f"{url}/{name}", content=f"[{','.join(frames)}]")
            answer.raise_for_status()
