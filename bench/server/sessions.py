"""``python -m bench.server.sessions``: what a session costs that nobody is connected to."""

from __future__ import annotations

import asyncio
import gc
import json
from pathlib import Path

from bench.paths import ROOT
from tempestweb_wasm.core.app import AppSource
from tempestweb_wasm.loader import load_app
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.transports.memory import MemoryTransport

COUNT = 2000


def resident() -> int:
    """Bytes of this process that are in memory."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(text.split("VmRSS:")[1].split()[0])


async def made(source: AppSource[object]) -> Delivery:
    """Return a session of the counter that was clicked once, and left."""
    delivery = Delivery()
    session = Session(source, delivery.send)
    delivery.bind(session)
    session.start()
    line = MemoryTransport()
    delivery.attach(line, applied=1)
    line.deliver('{"kind":"event","data":{"type":"click","key":"inc"},"seq":1,"ack":1}')
    line.deliver('{"kind":"ack","seq":2}')
    delivery.detach(line)
    return delivery


async def main() -> None:
    """Make many sessions and print the bytes of one."""
    source = load_app(ROOT / "demo" / "counter" / "app.py")
    kept = [await made(source) for _ in range(200)]
    gc.collect()
    before = resident()
    kept += [await made(source) for _ in range(COUNT)]
    gc.collect()
    print(json.dumps({"bytes": (resident() - before) / COUNT}))


if __name__ == "__main__":
    asyncio.run(main())
