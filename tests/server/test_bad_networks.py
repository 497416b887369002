"""Any schedule of faults over real sockets and real streams: each event once, in order."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tempestweb_wasm.server import ServerSettings, create_app
from tempestweb_wasm.testing.faults import CALM, Faults, Faulty, Network
from tempestweb_wasm.testing.remote import Remote
from tempestweb_wasm.transports.opening import Opening
from tests.unit.journal import Journal, make_state, rendered, shown

from .lines import SocketLine, StreamLine
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
ACTS = st.lists(st.sampled_from(["now", "now", "slow", "fail"]), min_size=1, max_size=12)


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
    app = create_app(
        make_state, journal.view, title="Journal", settings=ServerSettings(opens=100_000)
    )
    with served(app, ws_per_message_deflate=False) as host:
        asyncio.run(through(kind, host, journal, faults, acts, seed))


async def through(
    kind: type[SocketLine],
    host: str,
    journal: Journal,
    faults: Faults,
    acts: list[str],
    seed: int,
) -> None:
    network = Network(seed=seed)
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(f"http://{host}/")
    cookies = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    headers = {"cookie": cookies, "origin": f"http://{host}"}

    def dial(opening: Opening) -> Faulty:
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
            words.append(str(len(words) + 1))
            remote.event(key, "input", {"value": words[-1]})
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    network.faults = CALM
    await remote.settled(60)
    assert journal.app is not None
    slow = sum(key == "slow" for key in acts)
    async with asyncio.timeout(10):
        # The second frame of a slow handler answers no event: a ping finds it if it was lost.
        while remote.text("ticks") != str(slow):
            await asyncio.sleep(0.02)
    assert journal.ran == words == journal.app.state.heard
    assert shown(remote.tree) == rendered(Journal().view, journal.app.state)
    remote.stop()
