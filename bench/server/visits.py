"""A visitor of ours: the page by HTTP, its session by socket, and coming back to it."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import time
from html import unescape

from bench.server.sockets import Socket, connect
from tempestweb_wasm.transports.opening import Opening
from tempestweb_wasm.transports.websocket import protocols

_META = re.compile(r'<meta name="tempest-(live|token)" content="([^"]*)"')


def first_html(port: int, count: int) -> list[float]:
    """Return milliseconds from the request to the last byte of the page, for *count* visitors."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for _ in range(count):
        began = time.perf_counter()
        line.request("GET", "/")
        answer = line.getresponse()
        answer.read()
        times.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise ConnectionError(f"the page answered {answer.status}")
    line.close()
    return times


async def resumes(port: int, count: int) -> list[float]:
    """Return milliseconds from dialling to what was missed, for *count* lost lines."""
    return [await _resume(port) for _ in range(count)]


async def _resume(port: int) -> float:
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("GET", "/")
    answer = line.getresponse()
    page = answer.read().decode()
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    line.close()
    metas = {name: unescape(value) for name, value in _META.findall(page)}
    live = json.loads(metas["live"])
    headers = [f"Cookie: {cookie}", f"Origin: http://127.0.0.1:{port}"]
    first = _Visit(port, headers)
    await first.open(
        Opening(session=live["session"], token=metas["token"], epoch=live["epoch"], applied=1)
    )
    await first.until("hello")
    event = {"kind": "event", "data": {"type": "click", "key": "inc"}, "seq": 1, "ack": 1}
    first.socket.send(json.dumps(event).encode())
    first.socket.abort()  # the answer is lost
    await first.socket.closed
    await asyncio.sleep(0.05)
    again = _Visit(port, headers)
    began = time.perf_counter()
    await again.open(Opening(session=live["session"], epoch=live["epoch"], applied=1, sent=1))
    hello = await again.until("hello")
    if hello["ack"] != 1:
        again.socket.send(json.dumps(event).encode())
    await again.until("patches")
    took = (time.perf_counter() - began) * 1000
    again.socket.close()
    return took


class _Visit:
    def __init__(self, port: int, headers: list[str]) -> None:
        self._port = port
        self._headers = headers
        self._came: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self.socket: Socket

    async def open(self, opening: Opening) -> None:
        self.socket = Socket(
            f"127.0.0.1:{self._port}",
            "/ws",
            lambda text: self._came.put_nowait(json.loads(text)),
            protocols=protocols(opening),
            headers=self._headers,
        )
        await connect(self.socket, self._port)

    async def until(self, kind: str) -> dict[str, object]:
        """Wait for a frame of *kind*."""
        async with asyncio.timeout(10):
            while (frame := await self._came.get())["kind"] != kind:
                pass
        return frame
