"""The chat demo at two processes with Redis between them, by their sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket

from tempestweb_wasm.core.patch import apply_patches
from tests.house.source import ROOT
from tests.server.redis_process import RedisProcess, running_redis
from tests.server.running import Command, command

CHAT = ROOT / "demo" / "chat" / "app.py"


class Person:
    """Somebody at a socket, who sees what its frames came to."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._tree: Any = None

    async def send(self, key: str, kind: str, payload: dict[str, Any] | None = None) -> None:
        data = {"type": kind, "key": key, **({"payload": payload} if payload else {})}
        await self._socket.send(json.dumps({"kind": "event", "data": data}))

    async def enter(self, name: str) -> None:
        await self.send("enter", "submit", {"values": {"name": name}})

    async def say(self, text: str) -> None:
        await self.send("message", "input", {"value": text})
        await self.send("send", "click")

    async def sees(self, *texts: str) -> None:
        """Read frames until all of *texts* are on the screen."""
        async with asyncio.timeout(30):
            while not set(texts) <= set(self._texts(self._tree)):
                frame = json.loads(await self._socket.recv())
                assert frame["kind"] == "patches", frame
                self._tree = apply_patches(self._tree, frame["data"])

    def _texts(self, node: Any) -> Iterator[str]:
        if node is not None:
            yield node.get("props", {}).get("content", "")
            for child in node.get("children", ()):
                yield from self._texts(child)


@asynccontextmanager
async def person(server: Command) -> AsyncIterator[Person]:
    async with open_socket(f"{server.url.replace('http', 'ws')}/ws") as socket:
        someone = Person(socket)
        await someone.sees("Lobby")
        yield someone


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisProcess]:
    with running_redis(tmp_path) as process:
        yield process


def test_two_processes_talk_and_go_on_after_redis_was_killed(redis: RedisProcess) -> None:
    env = {"TEMPEST_BROKER": redis.url, "TEMPEST_SECRET": "for these tests only"}
    line = ("run", "--mode", "server", str(CHAT), "--port", "0")

    async def test(servers: list[Command]) -> None:
        async with AsyncExitStack() as stack:
            ada, bob = [await stack.enter_async_context(person(one)) for one in servers]
            await ada.enter("Ada")
            await bob.sees("Ada")
            await bob.enter("Bob")
            for someone in (ada, bob):
                await someone.sees("Ada, Bob")
            await ada.say("hello")
            for someone in (ada, bob):
                await someone.sees("hello")
            redis.kill()
            redis.start()
            for someone in (ada, bob):
                await someone.sees("Messages may be missing here.")
            await bob.say("still there?")
            for someone in (ada, bob):
                await someone.sees("still there?")

    with ExitStack() as stack:
        servers = [stack.enter_context(command(*line, env=env)) for _ in range(2)]
        asyncio.run(test(servers))


def test_who_closes_the_page_leaves_the_room() -> None:
    async def test(server: Command) -> None:
        async with person(server) as ada:
            async with person(server) as bob:
                await ada.enter("Ada")
                await bob.enter("Bob")
                await ada.sees("Ada, Bob")
            await ada.sees("Ada")

    with command("run", "--mode", "server", str(CHAT), "--port", "0") as server:
        asyncio.run(test(server))
