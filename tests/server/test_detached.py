"""How many sessions wait for their clients: one bound, wherever they do."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tempestweb_wasm import App, Context, Text, Widget
from tempestweb_wasm.server import ServerApp, ServerSettings, create_app
from tempestweb_wasm.server.outbox import Outbox
from tempestweb_wasm.server.owner import Owner
from tempestweb_wasm.server.store import MemoryStore
from tempestweb_wasm.transports.opening import Opening
from tests.server.apps import sessions_of
from tests.server.clients import Page, cookie_of, dial
from tests.server.redis_process import running_redis
from tests.server.running import served
from tests.server.test_streams import browser


@dataclass
class State:
    secret: Any = None
    ended: int = 0


class Lives:
    """An app whose states at ``/awake`` are no JSON, so that they never sleep."""

    def __init__(self, **settings: Any) -> None:
        self.ended = 0
        chosen = {"awake": 0.05, "detached": 2, "secret": "s" * 32, **settings}
        self.app: ServerApp = create_app(
            self.make_state, self.view, routes=["/awake"], settings=ServerSettings(**chosen)
        )

    def make_state(self, context: Context) -> State:
        return State(object() if context.path == "/awake" else None)

    def view(self, app: App[State]) -> Widget:
        @app.on_stop
        def stopped() -> None:
            self.ended += 1
            app.set_state(lambda state: setattr(state, "ended", state.ended + 1))

        return Text(content=f"ended {app.state.ended}")

    def leave(
        self, address: str, client: httpx.Client, path: str = "/", *, until: str = "asleep"
    ) -> str:
        """Open a page and its socket, close both and return the session's id when it is settled:
        asleep, or detached where it can't be, or is not waited for."""
        page = Page(client.get(path).text)
        session: str = page.live["session"]
        ended = self.ended
        with dial(address, page.opening(page=path), cookie_of(client)) as socket:
            assert json.loads(socket.recv())["session"] == session
        sleeps = path == "/" and until == "asleep"
        while self.ended == ended if sleeps else session in sessions_of(self.app).live:
            client.get("/health")
        return session


def returns(address: str, client: httpx.Client, session: str) -> bool:
    """Whether a client that comes back for *session* finds it."""
    opening = Opening(session=session, epoch=1, applied=1)
    with dial(address, opening, cookie_of(client)) as socket:
        found: bool = json.loads(socket.recv())["session"] == session
        return found


def test_asleep_or_awake_the_oldest_go_first() -> None:
    lives = Lives()
    with served(lives.app) as address, browser(address) as client:
        asleep = [lives.leave(address, client) for _ in range(2)]
        awake = [lives.leave(address, client, "/awake") for _ in range(2)]
        assert list(sessions_of(lives.app).detached) == awake
        last = lives.leave(address, client)
        assert list(sessions_of(lives.app).detached) == [awake[1], last]
        assert [returns(address, client, one) for one in (last, awake[1])] == [True, True]
        assert [returns(address, client, one) for one in (*asleep, awake[0])] == [False] * 3


def test_with_redis_what_goes_over_the_bound_stays_there_as_state(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        lives, other = Lives(broker=redis.url), Lives(broker=redis.url)
        with (
            served(lives.app) as address,
            served(other.app) as elsewhere,
            browser(address) as client,
        ):
            first, second, third = (lives.leave(address, client) for _ in range(3))
            assert list(sessions_of(lives.app).detached) == [second, third]
            assert returns(address, client, first)
            assert returns(elsewhere, client, second)


@pytest.mark.parametrize("at", ["here", "elsewhere"])
def test_one_that_goes_over_it_before_it_sleeps_is_stored_as_it_is(tmp_path: Path, at: str) -> None:
    with running_redis(tmp_path) as redis:
        made = {"broker": redis.url, "awake": 600}
        lives, other = Lives(**made), Lives(**made)
        with (
            served(lives.app) as address,
            served(other.app) as elsewhere,
            browser(address) as client,
        ):
            left = [lives.leave(address, client, until="detached") for _ in range(2)]
            assert lives.ended == 0
            left.append(lives.leave(address, client, until="detached"))
            assert list(sessions_of(lives.app).detached) == left[1:]
            while lives.ended == 0:
                client.get("/health")
            opening = Opening(session=left[0], epoch=1, applied=1)
            where = address if at == "here" else elsewhere
            with dial(where, opening, cookie_of(client)) as socket:
                assert json.loads(socket.recv())["session"] == left[0]
                assert "ended 1" in str(socket.recv()), "with what its last hook did"


def test_one_that_no_store_can_hold_ends_over_it(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        lives = Lives(broker=redis.url)
        with served(lives.app) as address, browser(address) as client:
            left = [lives.leave(address, client, "/awake") for _ in range(3)]
            assert [returns(address, client, one) for one in (left[1], left[0])] == [True, False]


def test_one_that_a_store_does_not_take_stays_awake(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        lives = Lives(broker=redis.url)
        with served(lives.app) as address, browser(address) as client:
            page = Page(client.get("/").text)
            session = page.live["session"]
            with dial(address, page.opening(), cookie_of(client)) as socket:
                assert json.loads(socket.recv())["session"] == session
                redis.kill()
                # It is stored before that is answered.
                socket.send('{"kind":"event","data":{"type":"resync"},"seq":1}')
                while json.loads(socket.recv(timeout=20)).get("ack") != 1:
                    pass
            sessions = sessions_of(lives.app)
            while session not in sessions.detached:
                client.get("/health")
            slept = sessions.detached[session].timer
            while sessions.detached[session].timer is slept:
                client.get("/health")
            assert lives.ended == 0
            assert returns(address, client, session), "nothing of it was lost"


class Slow:
    """A store outside of the process, as far as it can know, that takes nothing before
    :attr:`open`."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        inner = MemoryStore()
        self.inner, self.load, self.delete = inner, inner.load, inner.delete
        self.put, self.take, self.aclose = inner.put, inner.take, inner.aclose

    async def save(
        self, session: str, text: str, ttl: float, *, epoch: int, claim: bool = False
    ) -> bool:
        await self.open.wait()
        return await self.inner.save(session, text, ttl, epoch=epoch, claim=claim)


async def test_no_more_wait_for_a_slow_store_than_are_kept() -> None:
    most, store = 5, Slow()
    settings = ServerSettings(detached=most, secret="s" * 32)
    app = create_app(State, lambda app: Text(content="x"), settings=settings, store=store)
    sessions = sessions_of(app)
    for _ in range(10 * most):
        held, line = sessions.make(Context(), Owner(visitor="v")), Outbox(4096)
        sessions.connect(held, line, 0, acks=True)
        await sessions.disconnect(held, line, lasting=True)
    await asyncio.sleep(0)
    assert len(sessions.detached) == most
    assert most <= len(sessions._moving) <= most + 1
    store.open.set()
    await sessions.aclose()
