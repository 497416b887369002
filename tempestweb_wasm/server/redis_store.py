"""Sessions and tokens in Redis: every worker finds them, and so does a restarted one."""

from __future__ import annotations

import math

from tempestweb_wasm.errors import StoreError
from tempestweb_wasm.server.redis_link import PREFIX, connect, in_time, shown

# Compares and writes in one step: between the two another worker could claim the session.
_SAVE = """
local kept = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '-1')
local epoch = tonumber(ARGV[1])
if kept > epoch or (ARGV[4] == '1' and kept == epoch) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'text', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

_DELETE = """
local kept = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '-1')
if kept <= tonumber(ARGV[1]) then redis.call('DEL', KEYS[1]) end
"""


class RedisStore:
    """A :class:`SessionStore` in the Redis (6.2 or later) at *url*, ``redis://host:6379/0``.

    Its keys start with *prefix*; apps that share a Redis each need one of their own. How much
    is kept is for Redis to bound (``maxmemory``): everything here expires.
    """

    def __init__(self, url: str, *, prefix: str = PREFIX) -> None:
        self._where = f"the store at {shown(url)}"
        self._prefix = prefix
        self._redis = connect(url, again=True)
        self._save = self._redis.register_script(_SAVE)
        self._delete = self._redis.register_script(_DELETE)

    async def save(
        self, session: str, text: str, ttl: float, *, epoch: int, claim: bool = False
    ) -> bool:
        """Keep a session; see :class:`SessionStore`."""
        async with in_time(StoreError, self._where):
            done = await self._save(
                keys=[self._session(session)],
                args=[epoch, text, _milliseconds(ttl), int(claim)],
            )
        return bool(done)

    async def load(self, session: str) -> str | None:
        """Return a session's text."""
        async with in_time(StoreError, self._where):
            kept = await self._redis.hget(self._session(session), "text")
        return None if kept is None else str(kept)

    async def delete(self, session: str, *, epoch: int) -> None:
        """Forget a session."""
        async with in_time(StoreError, self._where):
            await self._delete(keys=[self._session(session)], args=[epoch])

    async def put(self, name: str, text: str, ttl: float) -> None:
        """Keep a text to be taken once."""
        async with in_time(StoreError, self._where):
            await self._redis.set(self._once(name), text, px=_milliseconds(ttl))

    async def take(self, name: str) -> str | None:
        """Return what was put under *name*, the first time."""
        async with in_time(StoreError, self._where):
            taken = await self._redis.getdel(self._once(name))
        return None if taken is None else str(taken)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    def _session(self, name: str) -> str:
        return f"{self._prefix}session:{name}"

    def _once(self, name: str) -> str:
        return f"{self._prefix}once:{name}"


def _milliseconds(seconds: float) -> int:
    return max(1, math.ceil(seconds * 1000))
