"""What every store of sessions does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempestweb_wasm.server.store import MemoryStore, SessionStore


class Clock:
    """A time that goes on when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def save(store: SessionStore, session: str, text: str = "state", ttl: float = 900) -> None:
    assert await store.save(session, text, ttl, epoch=1)


async def test_what_is_saved_is_loaded_until_its_time_is_over(clock: Clock) -> None:
    store: SessionStore = MemoryStore(clock=clock)
    await save(store, "a", "Zoë", ttl=60)
    clock.now += 59
    assert await store.load("a") == "Zoë"
    clock.now += 1
    assert await store.load("a") is None


async def test_the_last_of_what_is_saved_counts_and_so_does_its_time(clock: Clock) -> None:
    store = MemoryStore(clock=clock)
    await save(store, "a", "first", ttl=60)
    clock.now += 50
    await save(store, "a", "second", ttl=60)
    clock.now += 50
    assert await store.load("a") == "second"


async def test_a_deleted_session_is_gone_and_deleting_it_again_is_no_fault() -> None:
    store = MemoryStore()
    await save(store, "a")
    await store.delete("a", epoch=1)
    await store.delete("a", epoch=1)
    assert await store.load("a") is None


async def test_a_token_is_taken_once() -> None:
    store = MemoryStore()
    await store.put("token", "session 7", 300)
    assert await store.take("token") == "session 7"
    assert await store.take("token") is None


async def test_a_token_that_is_too_old_is_not_taken(clock: Clock) -> None:
    store = MemoryStore(clock=clock)
    await store.put("token", "session 7", 300)
    clock.now += 300
    assert await store.take("token") is None


async def test_a_token_is_no_session_and_a_session_no_token() -> None:
    store = MemoryStore()
    await store.put("x", "token", 300)
    await save(store, "y")
    assert await store.load("x") is None
    assert await store.take("y") is None


async def test_the_oldest_go_first_when_there_are_too_many() -> None:
    store = MemoryStore(sessions=2, tokens=1)
    for session in ("a", "b", "a", "c"):
        await save(store, session)
    await store.put("t", "1", 300)
    await store.put("u", "2", 300)
    assert [await store.load(name) for name in "abc"] == ["state", None, "state"]
    assert (await store.take("t"), await store.take("u")) == (None, "2")


async def test_what_is_kept_is_bounded_in_bytes() -> None:
    store = MemoryStore(most_bytes=1000)
    await save(store, "a", "x" * 600)
    await save(store, "b", "x" * 600)
    assert await store.load("a") is None
    assert await store.load("b") is not None
    await save(store, "c", "x" * 1001)
    assert await store.load("c") is None, "it alone is more than the store may hold"


async def test_an_old_copy_of_a_session_does_not_overwrite_the_one_that_goes_on() -> None:
    store = MemoryStore()
    assert await store.save("a", "one", 900, epoch=1)
    assert await store.save("a", "taken over", 900, epoch=2, claim=True)
    assert not await store.save("a", "late", 900, epoch=1)
    assert await store.load("a") == "taken over"
    assert await store.save("a", "goes on", 900, epoch=2)


async def test_of_two_that_claim_a_session_one_gets_it() -> None:
    store = MemoryStore()
    await save(store, "a")
    got = [await store.save("a", name, 900, epoch=2, claim=True) for name in ("b", "c")]
    assert got == [True, False]
    assert await store.load("a") == "b"


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.text(max_size=9), st.integers(1, 9))))
async def test_whatever_is_stored_the_bounds_hold(steps: list[tuple[str, str, int]]) -> None:
    clock = Clock()
    store = MemoryStore(sessions=3, most_bytes=40, clock=clock)
    for session, text, ttl in steps:
        await store.save(session, text, ttl, epoch=1)
        clock.now += 1
    left = [kept for name in "abcd" if (kept := await store.load(name)) is not None]
    assert len(left) <= 3
    assert sum(len(kept) for kept in left) <= 40
