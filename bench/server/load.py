"""``python -m bench.server.load``: clients that click, in a process of their own.

Prints one JSON object: latencies in milliseconds, answers, and the processor time it took itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import time
from typing import Any

from bench.server.sockets import Socket, connect

AT_ONCE = 50
"""So many connections are opened side by side."""


class Clicker:
    """One client that clicks "+" (or, to an echo, says the same) and waits for the answer."""

    def __init__(self, target: str, times: list[float]) -> None:
        self.target = target
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.again = False
        self.largest = 0
        self.missed = 0
        self._times = times
        self._sent_at = 0.0
        self._seq = self._applied = self._id = 0
        self._key = ""
        self.socket: Socket

    async def open(self, port: int) -> None:
        """Connect and wait for the first view."""
        protocols = ["tempest.v1", "e30"] if self.target == "ours" else []  # e30 is {}
        host = f"127.0.0.1:{port}"
        self.socket = Socket(host, "/ws", self._text, protocols=protocols)
        async with asyncio.timeout(30):
            await connect(self.socket, port)
            if self.target == "echo":
                self.ready.set_result(None)
            await self.ready

    def click(self) -> None:
        """Click, unless the last click is not answered yet."""
        if self._sent_at:
            self.missed += 1
            return
        self._seq += 1
        self._sent_at = time.perf_counter()
        if self.target == "peer":
            self.socket.send(b'{"kind":"event","data":{"type":"click","key":"inc"}}')
        else:
            self.socket.send(
                b'{"kind":"event","data":{"type":"click","id":%d},"seq":%d,"ack":%d}'
                % (self._id, self._seq, self._applied)
            )

    def _text(self, text: bytes) -> None:
        if not self.ready.done():
            self._first(text)
            return
        if not self._sent_at:
            return
        self._times.append(time.perf_counter() - self._sent_at)
        self._sent_at = 0.0
        self._applied += 1
        self.largest = max(self.largest, len(text))
        if self.again:
            self.click()

    def _first(self, text: bytes) -> None:
        frame = json.loads(text)
        if frame.get("kind") != "patches":
            return
        self._applied = frame.get("seq", 0)
        if self.target == "ours":
            self._id = _id_of(frame["data"][0]["node"], "inc")
        self.ready.set_result(None)


def _id_of(node: dict[str, Any], key: str) -> int:
    if node.get("key") == key:
        return int(node["id"])
    return next((i for child in node.get("children", ()) if (i := _id_of(child, key))), 0)


async def _open_all(target: str, port: int, count: int, times: list[float]) -> list[Clicker]:
    clickers = [Clicker(target, times) for _ in range(count)]
    for start in range(0, count, AT_ONCE):
        await asyncio.gather(*(one.open(port) for one in clickers[start : start + AT_ONCE]))
    return clickers


async def _paced(clickers: list[Clicker], seconds: float) -> None:
    """Each clicks once a second, all of them spread evenly over it."""
    loop = asyncio.get_running_loop()
    began = loop.time() + 0.2
    count = len(clickers)
    for turn in range(int(seconds * count)):
        due = began + turn / count
        if (wait := due - loop.time()) > 0:
            await asyncio.sleep(wait)
        clickers[turn % count].click()
    await asyncio.sleep(0.5)


async def _flat_out(clickers: list[Clicker], seconds: float) -> None:
    for one in clickers:
        one.again = True
        one.click()
    await asyncio.sleep(seconds)
    for one in clickers:
        one.again = False
    await asyncio.sleep(0.5)  # the last answers


async def run(args: argparse.Namespace) -> dict[str, Any]:
    """Open the clients, let them click, and say how it went."""
    times: list[float] = []
    clickers = await _open_all(args.target, args.port, args.connections, times)
    await asyncio.sleep(0.5)
    if args.warm:
        await (_paced if args.paced else _flat_out)(clickers, args.warm)
        times.clear()
    before, began = _processor(), time.perf_counter()
    if args.idle:
        await asyncio.sleep(args.idle)
    elif args.paced:
        await _paced(clickers, args.paced)
    else:
        await _flat_out(clickers, args.flat_out)
    took = time.perf_counter() - began
    found = {
        "answers": len(times),
        "seconds": took,
        "processor": _processor() - before,
        "missed": sum(one.missed for one in clickers),
        "frame_bytes": max(one.largest for one in clickers),
        "times": _percentiles(times),
    }
    for one in clickers:
        one.socket.close()
    await asyncio.wait([one.socket.closed for one in clickers], timeout=10)
    return found


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _percentiles(times: list[float]) -> dict[str, float]:
    if not times:
        return {}
    ordered = sorted(times)
    points = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "most": 1.0}
    return {
        name: ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000
        for name, part in points.items()
    }


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target", choices=("ours", "echo", "peer"))
    parser.add_argument("port", type=int)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--warm", type=float, default=0.0)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--idle", type=float, default=0.0)
    how.add_argument("--paced", type=float, default=0.0)
    how.add_argument("--flat-out", type=float, default=0.0)
    print(json.dumps(asyncio.run(run(parser.parse_args()))))


if __name__ == "__main__":
    main()
