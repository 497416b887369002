"""Any schedule of faults over real sockets and real streams: each event once, in order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tempestweb_wasm.server import ServerSettings, create_app, handover
from tempestweb_wasm.testing.faults import CALM, Faults, Faulty, Network
from tempestweb_wasm.testing.remote import Remote
from tempestweb_wasm.transports.opening import Opening
from tests.unit.journal import Journal, make_state, rendered, shown

from .lines import SocketLine, StreamLine
from .redis_process import running_redis
from .running import served

# Without split: what carries frames here carries whole ones.
CHANCES = st.sampled_from([0.0, 0.0, 0.05, 0.2])
FAULTS = st.builds(
    Faults,
    drop=CHANCES,
    duplicate=CHANCES,
    reorder=CHANCES,
    half_close=st.sampled_from([0.0, 0.02]),
    cut=CHANCES,
    delay=st.sampled_from([0.0, 0.01]),
)
ACTS = st.lists(st.sampled_from(["now", "now", "slow", "fail", "long"]), min_size=1, max_size=12)
# What a handler still does when its session moves on ends there.
ACTS_THAT_MOVE = st.lists(st.sampled_from(["now", "now", "fail", "long"]), min_size=1, max_size=12)
FRAME = 1024
"""Bytes that a frame may have here: a long text comes in parts."""


@pytest.mark.parametrize("kind", [SocketLine, StreamLine])
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(faults=FAULTS, acts=ACTS, seed=st.integers(0, 2**32))
def test_any_network_each_event_once_in_order_and_the_tree_is_the_state(
    kind: type[SocketLine], faults: Faults, acts: list[str], seed: int
) -> None:
    journal = Journal()
    chosen = ServerSettings(opens=100_000, frame=FRAME)
    app = create_app(make_state, journal.view, title="Journal", settings=chosen)
    with served(app, ws_per_message_deflate=False) as host:
        asyncio.run(through(kind, [host], journal, faults, acts, seed))


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.mark.parametrize("kind", [SocketLine, StreamLine])
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(faults=FAULTS, acts=ACTS_THAT_MOVE, seed=st.integers(0, 2**32))
def test_the_same_with_two_workers_each_line_at_either(
    kind: type[SocketLine],
    redis: str,
    monkeypatch: pytest.MonkeyPatch,
    faults: Faults,
    acts: list[str],
    seed: int,
) -> None:
    # On a busy machine a worker that is slow to answer is none that is dead.
    monkeypatch.setattr(handover, "SILENCE", 30.0)
    monkeypatch.setattr(handover, "PATIENCE", 30.0)
    journal = Journal()
    chosen = ServerSettings(opens=100_000, secret="s" * 32, broker=redis, frame=FRAME)
    one, other = (create_app(make_state, journal.view, settings=chosen) for _ in range(2))
    with (
        served(one, ws_per_message_deflate=False) as here,
        served(other, ws_per_message_deflate=False) as there,
    ):
        asyncio.run(through(kind, [here, there], journal, faults, acts, seed))


async def through(
    kind: type[SocketLine],
    hosts: list[str],
    journal: Journal,
    faults: Faults,
    acts: list[str],
    seed: int,
) -> None:
    network = Network(seed=seed)
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(f"http://{hosts[0]}/")
    cookies = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    chance = random.Random(seed)

    def dial(opening: Opening) -> Faulty:
        host = chance.choice(hosts)
        headers = {"cookie": cookies, "origin": f"http://{host}"}
        return network.wrap(kind(host, opening, headers))

    remote = Remote(dial, patience=0.5, quiet=0.4, ack_after=0.02, back_off=(0.01, 0.1), seed=seed)
    remote.connect()
    await remote.settled(60)
    network.faults = faults
    words: list[str] = []
    for key in acts:
        if key == "fail":
            remote.event(key)
        else:
            number = str(len(words) + 1)
            words.append(f"{number} {'ü🎈' * 500}" if key == "long" else number)
            remote.event("now" if key == "long" else key, "input", {"value": words[-1]})
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    network.faults = CALM
    await remote.settled(60)
    assert journal.app is not None
    state = journal.app.state
    assert journal.ran == words == state.heard
    slow = sum(key == "slow" for key in acts)
    async with asyncio.timeout(10):
        # What was lost of what answers no event (the second frame of a slow handler), or was
        # answered together with a later one, is found by a ping.
        while state.ticks != slow or shown(remote.tree) != rendered(Journal().view, state):
            await asyncio.sleep(0.02)
    remote.stop()
