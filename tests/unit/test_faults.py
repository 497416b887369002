"""Whatever a network does: each event runs once, in order, and the page shows the state."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tempestweb_wasm.runtime.stored import StoredSession
from tempestweb_wasm.testing import virtual
from tempestweb_wasm.testing.faults import CALM, Faults, Joined, Network
from tempestweb_wasm.testing.hosted import Hosted
from tempestweb_wasm.testing.remote import Remote

from .journal import Journal, make_state, rendered, shown

CHANCES = st.sampled_from([0.0, 0.0, 0.02, 0.1, 0.3])
FAULTS = st.builds(
    Faults,
    drop=CHANCES,
    duplicate=CHANCES,
    reorder=CHANCES,
    split=CHANCES,
    half_close=st.sampled_from([0.0, 0.0, 0.03]),
    cut=CHANCES,
    delay=st.sampled_from([0.0, 0.05, 3.0]),
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["now", "now", "slow", "fail", "long"]), st.sampled_from([0.0, 0.01, 1.0])
    ),
    max_size=25,
)
FRAME = 512
"""Bytes that a frame may have here: a long text comes in parts."""


def begin(remote: Remote, key: str, words: list[str]) -> int:
    """Let *key* happen and return the event's number; its word, if it says one, is the last."""
    if key == "fail":
        return remote.event(key)
    number = str(len(words) + 1)
    words.append(number.zfill(1000) if key == "long" else number)
    return remote.event("now" if key == "long" else key, "input", {"value": words[-1]})


async def act(remote: Remote, acts: list[tuple[str, float]], words: list[str]) -> None:
    for key, pause in acts:
        begin(remote, key, words)
        await asyncio.sleep(pause)


async def opened(host: Hosted, seed: int) -> Remote:
    """A client that has the page: what is done before that is the browser's affair."""
    faults, host.network.faults = host.network.faults, CALM
    remote = Remote(host.dial, seed=seed)
    remote.connect()
    await remote.settled()
    host.network.faults = faults
    return remote


def virtually(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    virtual.run(test())


@settings(max_examples=60, deadline=None)
@given(faults=FAULTS, acts=ACTS, seed=st.integers(0, 2**32), every=st.sampled_from([0.0, 0.3]))
def test_any_network_each_event_once_in_order_and_the_tree_is_the_state(
    faults: Faults, acts: list[tuple[str, float]], seed: int, every: float
) -> None:
    async def test() -> None:
        journal, words = Journal(every), list[str]()
        host = Hosted(make_state, journal.view, Network(faults, seed=seed), frame=FRAME)
        remote = await opened(host, seed)
        await act(remote, acts, words)
        await asyncio.sleep(30)
        host.network.faults = CALM
        await remote.settled()
        (delivery,) = host.sessions.values()
        if journal.clock is not None:
            journal.clock.cancel()
        await asyncio.sleep(60)  # for what no event waits for: a ping finds it
        await remote.settled()
        state = delivery.session.app.state  # type: ignore[union-attr]
        assert journal.ran == words == state.heard
        assert shown(remote.tree) == rendered(Journal().view, state)
        remote.stop()
        await host.aclose()

    virtually(test)


@settings(max_examples=60, deadline=None)
@given(
    faults=FAULTS,
    acts=ACTS,
    seed=st.integers(0, 2**32),
    crashes=st.lists(st.floats(0.0, 8.0), min_size=1, max_size=4),
)
@example(  # crashes before anything was stored under the new epoch
    faults=Faults(drop=0.3, reorder=0.3, split=0.3, cut=0.02, delay=0.0),
    acts=[("now", 0.01), ("slow", 0.0)],
    seed=0,
    crashes=[2.0, 6.0, 8.0, 6.75],
)
@example(  # a frame is lost, and the next puts one node into the root
    faults=Faults(drop=0.1),
    acts=[("now", 0.0), ("now", 0.0), ("slow", 1.0), ("now", 0.0)],
    seed=130,
    crashes=[0.0],
)
def test_a_crash_at_any_point_at_most_once_and_no_state_without_its_number(
    faults: Faults, acts: list[tuple[str, float]], seed: int, crashes: list[float]
) -> None:
    async def test() -> None:
        journal, words = Journal(), list[str]()
        network = Network(faults, seed=seed)
        host = Hosted(make_state, journal.view, network, stores=True, frame=FRAME)
        remote = await opened(host, seed)
        await asyncio.sleep(5)  # what opened it is stored
        for moment in crashes:
            asyncio.get_running_loop().call_later(moment, host.crash)
        numbered: dict[str, int] = {}
        for key, pause in acts:
            number = begin(remote, key, words)
            if key != "fail":
                numbered[words[-1]] = number
            await asyncio.sleep(pause)
        await asyncio.sleep(30)
        host.network.faults = CALM
        await remote.settled()
        await asyncio.sleep(60)
        await remote.settled()
        (delivery,) = host.sessions.values()
        state = delivery.session.app.state  # type: ignore[union-attr]
        assert journal.ran == sorted(set(journal.ran), key=int), "an event ran twice, or early"
        assert state.heard == [word for word in journal.ran if word in state.heard]
        for stored in host.saved:
            assert_holds(stored, numbered)
        assert shown(remote.tree) == rendered(journal.view, state)
        remote.stop()
        await host.aclose()

    virtually(test)


def assert_holds(stored: StoredSession, numbered: dict[str, int]) -> None:
    """No state is stored with an event whose number is not."""
    heard = json.loads(stored.state)["state"]["heard"]
    assert all(numbered[word] <= stored.acked for word in heard)


def test_without_a_crash_a_store_loses_nothing() -> None:
    async def test() -> None:
        journal, words = Journal(), list[str]()
        host = Hosted(make_state, journal.view, Network(seed=3), stores=True)
        remote = await opened(host, 3)
        await act(remote, [("now", 0.01)] * 20, words)
        await remote.settled()
        assert remote.acked == 20
        last = host.saved[-1]
        assert (last.acked, json.loads(last.state)["state"]["heard"]) == (20, words)
        host.crash()
        await asyncio.sleep(20)
        await remote.settled()
        assert (remote.epoch, remote.acked) == (2, 20)
        await act(remote, [("now", 0.01)], words)
        await remote.settled()
        assert journal.ran == words
        assert remote.text("heard 21") == "21"
        await host.aclose()

    virtually(test)


def test_what_was_never_sent_runs_after_a_crash() -> None:
    async def test() -> None:
        journal, words = Journal(), list[str]()
        network = Network(seed=3)
        host = Hosted(make_state, journal.view, network, stores=True)
        remote = await opened(host, 3)
        await act(remote, [("now", 1.0)], words)
        host.crash()
        await act(remote, [("now", 0.0)] * 2, words)
        await remote.settled()
        assert journal.ran == words == ["1", "2", "3"]
        await host.aclose()

    virtually(test)


def test_a_line_on_which_nothing_happens_is_kept_for_as_long_as_it_answers() -> None:
    async def test() -> None:
        host = Hosted(make_state, Journal().view, Network(seed=0))
        remote = await opened(host, 0)
        await asyncio.sleep(3600)
        assert remote.opened == 1
        host.network.faults = Faults(drop=1.0)
        await asyncio.sleep(60)
        host.network.faults = CALM
        await remote.settled()
        assert remote.opened == 2
        await host.aclose()

    virtually(test)


def test_a_line_inside_the_process_carries_both_ways_in_order_and_tells_its_end() -> None:
    async def test() -> None:
        near, far = Network(seed=1).line()
        heard: dict[str, list[Any]] = {"near": [], "far": []}
        near.listen(heard["near"].append)
        far.listen(heard["far"].append)
        near.on_end(heard["near"].append)
        for n in range(50):
            near.send(f"to far {n}")
            far.send(f"to near {n}")
        far.close(1012)
        await asyncio.sleep(1)
        assert heard["near"] == [*(f"to near {n}" for n in range(50)), 1012]
        assert near.closed

    virtually(test)


@pytest.mark.parametrize(
    ("faults", "heard"),
    [
        (Faults(drop=1), []),
        (Faults(duplicate=1), ["ab", "ab", "cd", "cd"]),
        (Faults(half_close=1), []),
        (Faults(cut=1), [1006]),
    ],
)
def test_each_fault_is_what_it_says(faults: Faults, heard: list[Any]) -> None:
    async def test() -> None:
        got: list[Any] = []
        near, far = Joined.pair()
        line = Network(faults).wrap(near)
        line.listen(got.append)
        line.on_end(got.append)
        far.send("ab")
        far.send("cd")
        await asyncio.sleep(1)
        assert got == heard

    virtually(test)


def test_split_gives_two_pieces() -> None:
    async def test() -> None:
        got: list[str] = []
        near, far = Joined.pair()
        Network(Faults(split=1), seed=2).wrap(near).listen(got.append)
        far.send("abcdef")
        await asyncio.sleep(1)
        assert len(got) == 2
        assert "".join(got) == "abcdef"

    virtually(test)


def test_reorder_lets_later_ones_pass() -> None:
    async def test() -> None:
        got: list[str] = []
        near, far = Joined.pair()
        network = Network(Faults(reorder=1), seed=2)
        network.wrap(near).listen(got.append)
        far.send("first")
        network.faults = CALM
        far.send("second")
        await asyncio.sleep(1)
        assert got == ["second", "first"]

    virtually(test)


def test_the_same_seed_gives_the_same_faults() -> None:
    def once() -> list[str]:
        got: list[str] = []

        async def test() -> None:
            near, far = Joined.pair()
            Network(Faults(drop=0.3, duplicate=0.3, reorder=0.3), seed=9).wrap(near).listen(
                got.append
            )
            for n in range(40):
                far.send(str(n))
            await asyncio.sleep(5)

        virtual.run(test())
        return got

    assert once() == once()


def test_virtual_time_passes_only_when_nothing_else_is_left_to_do() -> None:
    async def test() -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(3600)
        assert 3600 <= loop.time() < 3601
        order: list[str] = []
        loop.call_later(2, order.append, "second")
        loop.call_later(1, order.append, "first")
        await asyncio.sleep(3)
        assert order == ["first", "second"]

    virtually(test)
