"""The store in a real Redis does what the one in memory does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tempestweb_wasm.errors import StoreError
from tempestweb_wasm.server.redis_store import RedisStore
from tempestweb_wasm.server.store import MemoryStore, SessionStore
from tests.server.redis_process import RedisProcess, running_redis


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    with running_redis(tmp_path_factory.mktemp("redis")) as process:
        yield process


@pytest.fixture(params=["memory", "redis"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[SessionStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    redis: RedisProcess = request.getfixturevalue("redis")
    redis.ask("FLUSHALL")
    store = RedisStore(redis.url)
    yield store
    await store.aclose()


async def test_a_session_is_saved_loaded_and_deleted(store: SessionStore) -> None:
    assert await store.load("a") is None
    assert await store.save("a", "Zoë\n{}", 900, epoch=1)
    assert await store.save("a", "later", 900, epoch=1)
    assert await store.load("a") == "later"
    await store.delete("a", epoch=1)
    await store.delete("a", epoch=1)
    assert await store.load("a") is None


async def test_an_old_copy_is_refused_and_a_session_is_claimed_once(store: SessionStore) -> None:
    assert await store.save("a", "one", 900, epoch=1)
    claims = await asyncio.gather(
        *(store.save("a", f"claim {n}", 900, epoch=2, claim=True) for n in range(5))
    )
    assert sorted(claims) == [False] * 4 + [True]
    assert not await store.save("a", "late", 900, epoch=1)
    assert await store.save("a", "goes on", 900, epoch=2)
    assert await store.load("a") == "goes on"


async def test_a_session_that_went_on_elsewhere_is_not_deleted(store: SessionStore) -> None:
    assert await store.save("a", "one", 900, epoch=1)
    assert await store.save("a", "goes on", 900, epoch=2, claim=True)
    await store.delete("a", epoch=1)
    assert await store.load("a") == "goes on"
    await store.delete("a", epoch=2)
    assert await store.load("a") is None


async def test_a_token_is_taken_once_however_many_try(store: SessionStore) -> None:
    await store.put("t", "session 7", 300)
    taken = await asyncio.gather(*(store.take("t") for _ in range(5)))
    assert sorted(taken, key=str) == [None] * 4 + ["session 7"]


async def test_what_is_stored_expires(store: SessionStore) -> None:
    await store.put("t", "short", 0.001)
    assert await store.save("a", "short", 0.001, epoch=9)
    async with asyncio.timeout(5):
        while await store.load("a") is not None:
            await asyncio.sleep(0.001)
    assert await store.take("t") is None
    assert await store.save("a", "anew", 900, epoch=1), "its epoch is forgotten too"


async def test_all_that_stands_in_redis_ends_by_itself(redis: RedisProcess) -> None:
    redis.ask("FLUSHALL")
    store = RedisStore(redis.url)
    await store.save("a", "x", 900, epoch=1)
    await store.put("t", "x", 300)
    assert 899_000 < int(redis.ask("PTTL", "tempest:session:a")[1:]) <= 900_000
    assert 299_000 < int(redis.ask("PTTL", "tempest:once:t")[1:]) <= 300_000
    await store.aclose()


async def test_a_redis_that_comes_back_is_used_again(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        store = RedisStore(redis.url)
        assert await store.save("a", "x", 900, epoch=1)
        redis.snapshot()
        redis.kill()
        with pytest.raises(StoreError, match=r"the store at redis://127\.0\.0\.1:\d+/0 does not"):
            await store.load("a")
        redis.start()
        assert await store.load("a") == "x"
        await store.aclose()


async def test_a_password_is_not_in_the_message() -> None:
    store = RedisStore("redis://somebody:secret@127.0.0.1:1/0")
    with pytest.raises(StoreError) as caught:
        await store.load("a")
    assert "secret" not in str(caught.value)
    assert "redis://127.0.0.1:1/0" in str(caught.value)
