"""What goes from worker to worker over a real Redis."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tempestweb_wasm.server import ServerSettings
from tempestweb_wasm.server.forwarding import Forwarding
from tempestweb_wasm.server.redis_broker import RedisBroker
from tempestweb_wasm.server.services import Services
from tempestweb_wasm.server.signing import Signing
from tests.server.redis_process import running_redis


async def test_one_who_left_before_it_was_heard_leaves_nothing_behind(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server:
        broker = RedisBroker(server.url)
        services = Services(ServerSettings(), None, broker)
        forwarding = Forwarding(services, Signing("s" * 32))
        for number in range(20):
            listening = asyncio.create_task(
                forwarding.listen("line", f"session {number}", "visitor", print, print)
            )
            await asyncio.sleep(0)
            listening.cancel()
            await asyncio.wait({listening})
        sure = await forwarding.listen("line", "another", "visitor", print, print)
        assert sure is not None
        await sure.ready()
        asked = server.ask("PUBSUB", "CHANNELS", "*line:session*")
        await broker.aclose()
    assert asked == "*0\r\n"
