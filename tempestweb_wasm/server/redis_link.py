"""What the store and the broker in Redis have in common: how they connect, and how they fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from tempestweb_wasm.errors import ServiceError

LOST = (RedisConnectionError, RedisTimeoutError, OSError)
"""What a connection raises that is gone, or can't be made."""

PATIENCE = 5.0
"""Seconds until an answer of Redis is waited for no more."""

WITHIN = 1.8
"""Seconds that a call of the store may take over all, waiting for a connection, trying again
and all: somebody waits for a page meanwhile."""

CONNECTIONS = 16
"""At most so many to one Redis for each purpose; who needs one more waits for its turn."""

PREFIX = "tempest:"
"""Before each key and channel of ours."""


def connect(url: str, *, again: bool) -> Redis:
    """A client for *url*, connected on first use.

    *again*: a command whose connection is lost is sent once more, for about a second.
    That is for commands that may run twice without harm.
    """
    retry = Retry(ExponentialBackoff(cap=0.4, base=0.05), 6) if again else Retry(NoBackoff(), 0)
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=PATIENCE,
        decode_responses=True,
        retry=retry,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
    )
    return Redis.from_pool(pool)


def shown(url: str) -> str:
    """*url* as a message may show it: without user and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def failing_as(kind: type[ServiceError], where: str, hint: str = "") -> Iterator[None]:
    """Raise what Redis raises as *kind*, which says *where* it happened."""
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        said = str(error) or type(error).__name__
        raise kind(f"{where} does not do its work: {said}{hint}") from error


@asynccontextmanager
async def in_time(kind: type[ServiceError], where: str) -> AsyncIterator[None]:
    """The same, and give up after :data:`WITHIN`."""
    with failing_as(kind, where):
        async with asyncio.timeout(WITHIN):
            yield
