"""Nothing is left of streams that came and went, whenever they went."""

from __future__ import annotations

import asyncio
import gc
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.server import ServerApp, ServerSettings, sse
from tempestweb_wasm.server.held import Held
from tempestweb_wasm.server.outbox import Outbox
from tests.server.apps import counter, sessions_of
from tests.server.redis_process import running_redis
from tests.server.running import served
from tests.server.test_streams import adopt, browser, click, stream

KINDS = (Delivery, Held, Outbox)
PATIENCE = 60.0
"""Seconds after which what is left will not go."""


@pytest.fixture(params=["memory", "redis"])
def app(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    # So long a stream's end is listened for what other workers still hand on.
    monkeypatch.setattr(sse, "LAST_WORDS", 0.1)
    settings = ServerSettings(detached=0, pages=1, heartbeat=0.05, secret="s" * 32)
    if request.param == "memory":
        yield counted(counter(settings=settings))
    else:
        with running_redis(tmp_path_factory.mktemp("redis")) as redis:
            yield counted(counter(settings=settings, broker=redis.url))


def counted(app: ServerApp) -> ServerApp:
    """Let *app* say at ``/left`` what is in its process."""

    @app.get("/left")
    async def left() -> dict[str, int]:
        gc.collect()
        kinds = Counter(type(one).__name__ for one in gc.get_objects() if isinstance(one, KINDS))
        return {"tasks": len(asyncio.all_tasks()), **kinds}

    return app


def come_and_go(client: httpx.Client, how: int) -> None:
    """Open a stream and leave: at once, after the greeting, after a click, while it is quiet, or
    as one that EventSource opened."""
    if how == 4:
        with client.stream("GET", "/sse") as response:
            next(response.iter_raw())
        return
    _, opening = adopt(client)
    with stream(client, opening) as events:
        if how == 0:
            return
        session = events.frame()["session"]
        if how == 2:
            assert client.post(f"/sse/{session}", json=[click(1)]).status_code == 204
            assert events.frame()["ack"] == 1
        elif how == 3:
            with suppress(StopIteration):
                while b":\n\n" not in next(events.pieces):
                    pass


def test_nothing_is_left_of_streams_that_came_and_went(app: ServerApp) -> None:
    with served(app) as address, browser(address) as client:
        # A test that failed before, in the same process, has its own sessions kept.
        others = client.get("/left").json().get("Held", 0)
        # What the first ones bring into being, and connections of Redis, stay.
        for how in range(5):
            come_and_go(client, how)
        sessions = sessions_of(app)
        client.get("/")
        before = client.get("/left").json()
        # The page that waits.
        until = time.monotonic() + PATIENCE
        while sessions.live or before["Held"] > others + 1:
            assert time.monotonic() < until, before
            before = client.get("/left").json()
        for turn in range(20):
            come_and_go(client, turn % 5)
        client.get("/")
        more = {"all": 1}
        until = time.monotonic() + PATIENCE
        while sessions.live or more:
            assert time.monotonic() < until, more
            left: dict[str, int] = client.get("/left").json()
            more = {name: count for name, count in left.items() if count > before.get(name, 0)}
        assert not sessions.detached
