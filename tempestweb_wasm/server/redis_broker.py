"""Channels over Redis: publish and subscribe, with numbers that show what is missing.

Redis forgets a text that it has handed out, so a subscriber that was cut off has lost what
came meanwhile. Each channel therefore has a counter in Redis, raised in the same step as
the publishing, and each text carries it: ``<epoch> <number>\\n<text>``. After subscribing,
a mark without a text is published; it comes back through the subscription, says that this
is live, and with its number how much was lost before.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections import Counter

from redis.asyncio.client import PubSub

from tempestweb_wasm.channels.broker import Deliver, Gap
from tempestweb_wasm.core.channel import Subscription
from tempestweb_wasm.errors import BrokerError
from tempestweb_wasm.server.redis_link import LOST, PATIENCE, PREFIX, connect, failing_as, shown
from tempestweb_wasm.server.redis_topic import Topic

log = logging.getLogger("tempestweb_wasm")

PULSE = 5.0
"""Seconds between two pings on the subscription."""

SILENCE = 3 * PULSE
"""After so many seconds without an answer it is taken for dead."""

SHORTEST, LONGEST = 0.05, 2.0
"""Seconds between two attempts to connect: at random up to a bound that doubles."""

# A counter that nobody raised for a day is forgotten; the next one has another epoch. A text
# whose answer was lost comes again under the same id, and goes out once.
_PUBLISH = """
if ARGV[4] ~= '' and not redis.call('SET', ARGV[4], '', 'NX', 'EX', 30) then return end
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'epoch', epoch)
end
local number = redis.call('HINCRBY', KEYS[1], 'number', ARGV[2])
redis.call('EXPIRE', KEYS[1], 86400)
redis.call('PUBLISH', KEYS[1], epoch .. ' ' .. number .. ARGV[3])
"""


class RedisBroker:
    """A :class:`Broker` at the Redis of *url*, ``redis://host:6379/0``.

    One connection listens for all channels of the process. When it is lost it is made again,
    for as long as it takes, and every channel is told whether it missed something.
    """

    heartbeat = 5.0

    def __init__(self, url: str, *, prefix: str = PREFIX, patience: float = PATIENCE) -> None:
        self._where = f"the broker at {shown(url)}"
        self._prefix = f"{prefix}channel:"
        self._patience = patience
        self._redis = connect(url, again=False)
        self._script = self._redis.register_script(_PUBLISH)
        self._topics: dict[str, Topic] = {}
        self._subscribed: set[str] = set()
        self._to_mark: set[str] = set()
        # Channels whose end was sent to Redis and not confirmed, and how often.
        self._leaving: Counter[str] = Counter()
        self._changed = asyncio.Event()
        self._server = ""
        self._listener: asyncio.Task[None] | None = None
        # Looked at beside every cancellation: redis-py loses one now and then.
        self._reading = False
        self._closed = False

    async def publish(self, channel: str, text: str) -> None:
        """Hand *text* to Redis. While that can't be reached, or this process does not hear the
        channel that it listens to, try for *patience* seconds: who says something hears it.

        Raises ``BrokerError``; nobody then knows whether the text went out.
        """
        name = f"{self._prefix}{channel}"
        once = f"{self._prefix}:sent:{secrets.token_hex(8)}"
        pause = SHORTEST
        with failing_as(BrokerError, self._where, ": the message may not have been sent"):
            async with asyncio.timeout(self._patience):
                while True:
                    try:
                        if (topic := self._topics.get(name)) is not None:
                            await topic.live.wait()
                        await self._say(name, text, once)
                    except LOST:
                        await asyncio.sleep(random.uniform(0, pause))
                        pause = min(2 * pause, LONGEST)
                    else:
                        return

    def subscribe(self, channel: str, deliver: Deliver, gap: Gap) -> Subscription:
        """Hear *channel*."""
        name = f"{self._prefix}{channel}"
        if name not in self._topics:
            self._topics[name] = Topic()
            if name in self._subscribed:
                # Forgotten and asked for again before that was told to Redis: no subscription
                # will be confirmed.
                self._to_mark.add(name)
            self._changed.set()
        if self._listener is None:
            self._listener = asyncio.get_running_loop().create_task(self._listen_for_ever())
        subscription = _Subscription(self, name, self._topics[name], deliver, gap)
        self._topics[name].heard.append(subscription)
        return subscription

    def forget(self, name: str, subscription: _Subscription) -> None:
        """Let *subscription* hear no more."""
        topic = self._topics.get(name)
        if topic is None or subscription not in topic.heard:
            return
        topic.heard.remove(subscription)
        if not topic.heard:
            del self._topics[name]
            self._changed.set()

    async def live(self, topic: Topic) -> None:
        """Wait until *topic* is heard for sure; raises ``BrokerError``."""
        with failing_as(BrokerError, self._where):
            async with asyncio.timeout(self._patience):
                await topic.live.wait()

    async def aclose(self) -> None:
        """Stop listening and close the connections."""
        self._closed = True
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = None
        await self._redis.aclose()

    async def _say(self, name: str, text: str | None, once: str = "") -> None:
        count, tail = (0, "") if text is None else (1, f"\n{text}")
        await self._script(keys=[name], args=[secrets.token_hex(4), count, tail, once])

    # -- listening --------------------------------------------------------------

    async def _listen_for_ever(self) -> None:
        pause = SHORTEST
        while not self._closed:
            heard_before = self._server
            try:
                await self._listen()
            except LOST as lost:
                log.warning("%s is gone, trying again: %s", self._where, lost)
            except Exception:
                # Whatever it is: a process that hears nothing more would be worse.
                log.exception("%s: the listener failed, trying again", self._where)
            if self._server != heard_before:
                pause = SHORTEST
            for topic in self._topics.values():
                topic.cut_off()
            await asyncio.sleep(random.uniform(0, pause))
            pause = min(2 * pause, LONGEST)

    async def _listen(self) -> None:
        server = str((await self._redis.info("server"))["run_id"])
        if self._server not in {"", server}:
            # Counters may have been restored from an older copy: they prove nothing now.
            for topic in self._topics.values():
                topic.doubt()
        self._server = server
        async with self._redis.pubsub() as pubsub:
            self._subscribed = set()
            self._to_mark = set()
            self._leaving = Counter()
            # Something to listen to while nobody listens to anything.
            await pubsub.subscribe(f"{self._prefix}:alive")
            self._changed.set()
            self._reading = True
            reader = asyncio.get_running_loop().create_task(self._read(pubsub))
            reader.add_done_callback(lambda _: self._changed.set())
            try:
                await self._keep(pubsub, reader)
            finally:
                self._reading = False
                reader.cancel()
                await asyncio.wait([reader])
            if not reader.cancelled():
                reader.result()

    async def _read(self, pubsub: PubSub) -> None:
        while self._reading:
            async with asyncio.timeout(SILENCE):
                message = await pubsub.get_message(timeout=None)
            if message is None:
                continue
            name = message["channel"]
            topic = self._topics.get(name)
            if message["type"] == "unsubscribe":
                self._leaving -= Counter([name])
            elif topic is None or self._leaving[name]:
                # Of a subscription that is at its end: another one follows it, or none does.
                continue
            elif message["type"] == "subscribe":
                self._to_mark.add(name)
                self._changed.set()
            elif message["type"] == "message":
                topic.take(message["data"])

    async def _keep(self, pubsub: PubSub, reader: asyncio.Task[None]) -> None:
        """Subscribe to what is wanted, mark what is subscribed, and ping."""
        while not (reader.done() or self._closed):
            try:
                async with asyncio.timeout(PULSE):
                    await self._changed.wait()
            except TimeoutError:
                await pubsub.ping()
                continue
            self._changed.clear()
            wanted, before = set(self._topics), self._subscribed
            # At once: what is forgotten or asked for again meanwhile is seen by the next turn.
            self._subscribed = wanted
            new, old = wanted - before, before - wanted
            self._leaving.update(old)
            if new:
                await pubsub.subscribe(*new)
            if old:
                await pubsub.unsubscribe(*old)
            while self._to_mark:
                await self._say(self._to_mark.pop(), None)


class _Subscription:
    """One who listens to a topic."""

    def __init__(
        self, broker: RedisBroker, name: str, topic: Topic, deliver: Deliver, gap: Gap
    ) -> None:
        self.deliver = deliver
        self.gap = gap
        self._broker = broker
        self._name = name
        self._topic = topic

    def cancel(self) -> None:
        self._broker.forget(self._name, self)

    async def ready(self) -> None:
        await self._broker.live(self._topic)
