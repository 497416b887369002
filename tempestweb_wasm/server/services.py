"""What a host stands on: the store of sessions and the broker of channels, made when they
are first needed, in the loop that runs then."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

from tempestweb_wasm.channels import Broker, Channels, MemoryBroker
from tempestweb_wasm.core.channel import OpenRooms
from tempestweb_wasm.errors import ConfigError, ToolMissingError
from tempestweb_wasm.server.settings import ServerSettings
from tempestweb_wasm.server.store import MemoryStore, SessionStore


@dataclass
class _Made:
    """What was made in one loop: clients of a network can't be used in another."""

    loop: asyncio.AbstractEventLoop
    broker: Broker
    channels: Channels
    store: SessionStore | None = None


class Services:
    """Makes store and broker: from an address (``redis://…``), or takes what is given.

    A broker in Redis is where sessions wait too, unless *store* says otherwise. What was given
    is its owner's to close.
    """

    def __init__(
        self,
        settings: ServerSettings,
        store: SessionStore | str | None,
        broker: Broker | str | None,
    ) -> None:
        self._settings = settings
        self._broker = broker if broker is not None else settings.broker
        at = self._broker if isinstance(self._broker, str) else None
        self._store = store if store is not None else settings.store or at
        for name, address in (("store", self._store), ("broker", self._broker)):
            if isinstance(address, str) and not address.startswith(_SCHEMES):
                raise ConfigError(f"{name}={address!r}: an address such as redis://host:6379/0")
            if isinstance(address, str) and find_spec("redis") is None:
                raise ToolMissingError(
                    f"the {name} is in Redis and redis-py is missing: "
                    "pip install 'tempestweb-wasm[redis]'"
                )
        # It outlives loops, and what is in it the one that a test began with.
        self._memory = MemoryStore(sessions=settings.detached)
        self._made: _Made | None = None

    @property
    def shared(self) -> bool:
        """Whether other processes see the store: sessions are then saved at each event."""
        return self._store is not None and not isinstance(self._store, MemoryStore)

    @property
    def alone(self) -> bool:
        """Whether this process can't talk to others: they then count as dead."""
        return not self.shared or self._broker is None or isinstance(self._broker, MemoryBroker)

    @property
    def store(self) -> SessionStore:
        """The store of sessions."""
        if self._store is None:
            return self._memory
        if not isinstance(self._store, str):
            return self._store
        made = self._now()
        if made.store is None:
            from tempestweb_wasm.server.redis_store import RedisStore

            made.store = RedisStore(self._store, prefix=self._settings.prefix)
        return made.store

    @property
    def broker(self) -> Broker | None:
        """The broker, if other processes hear it too."""
        return None if self._broker is None else self._now().broker

    def rooms(self, member: str) -> OpenRooms:
        """What opens the channels of the session that is *member* in rooms."""
        return partial(self._now().channels.open, member=member)

    def _now(self) -> _Made:
        loop = asyncio.get_running_loop()
        if self._made is None or self._made.loop is not loop:
            broker = self._new_broker()
            self._made = _Made(loop, broker, Channels(broker))
        return self._made

    def _new_broker(self) -> Broker:
        if self._broker is None:
            return MemoryBroker()
        if not isinstance(self._broker, str):
            return self._broker
        from tempestweb_wasm.server.redis_broker import RedisBroker

        return RedisBroker(self._broker, prefix=self._settings.prefix)

    async def aclose(self) -> None:
        """Let go of what was made here. Harmless twice."""
        made, self._made = self._made, None
        if made is None or made.loop is not asyncio.get_running_loop():
            return
        await made.channels.aclose()
        if made.broker is not self._broker:
            await made.broker.aclose()
        if made.store is not None:
            await made.store.aclose()


_SCHEMES = ("redis://", "rediss://", "unix://")
