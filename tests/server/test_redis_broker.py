"""Channels between processes, over a real Redis that is killed and started again."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm.core.channel import Subscription
from tempestweb_wasm.errors import BrokerError
from tempestweb_wasm.server.redis_broker import RedisBroker
from tempestweb_wasm.server.redis_topic import Topic
from tests.server.redis_process import RedisProcess, running_redis
from tests.unit.test_channels import Process


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisProcess]:
    with running_redis(tmp_path) as process:
        yield process


@pytest.fixture
async def brokers(redis: RedisProcess) -> AsyncIterator[tuple[RedisBroker, RedisBroker]]:
    """Two brokers, as two processes have."""
    both = RedisBroker(redis.url), RedisBroker(redis.url)
    yield both
    for broker in both:
        await broker.aclose()
        await broker.aclose()


class Ear:
    """Hears a channel."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.gaps: list[int | None] = []

    def on(self, broker: RedisBroker, channel: str = "room") -> Subscription:
        return broker.subscribe(channel, self.heard.append, self.gaps.append)


def as_many(these: list[Any], those: list[Any]) -> bool:
    return len(these) == len(those)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.002)


async def test_what_is_published_is_heard_in_order_by_all(
    brokers: tuple[RedisBroker, RedisBroker],
) -> None:
    ears = Ear(), Ear()
    for ear, broker in zip(ears, brokers, strict=True):
        await ear.on(broker).ready()
    other = Ear()
    await other.on(brokers[1], "other").ready()
    said = [f"Zoë\n{number}" for number in range(50)]
    for text in said:
        await brokers[0].publish("room", text)
    await until(lambda: all(len(ear.heard) == 50 for ear in ears))
    assert ears[0].heard == ears[1].heard == said
    assert other.heard == []
    assert [ear.gaps for ear in (*ears, other)] == [[], [], []]


async def test_all_hear_the_same_order_though_many_speak_at_once(
    brokers: tuple[RedisBroker, RedisBroker],
) -> None:
    ears = Ear(), Ear()
    for ear, broker in zip(ears, brokers, strict=True):
        await ear.on(broker).ready()
    await asyncio.gather(*(brokers[n % 2].publish("room", str(n)) for n in range(40)))
    await until(lambda: all(len(ear.heard) == 40 for ear in ears))
    assert ears[0].heard == ears[1].heard
    assert sorted(map(int, ears[0].heard)) == list(range(40))


async def test_a_subscription_that_is_cancelled_hears_no_more(
    brokers: tuple[RedisBroker, RedisBroker], redis: RedisProcess
) -> None:
    first, second = Ear(), Ear()
    one, two = first.on(brokers[0]), second.on(brokers[0])
    await one.ready()
    one.cancel()
    one.cancel()
    await brokers[1].publish("room", "for the second")
    await until(lambda: second.heard)
    assert first.heard == []
    two.cancel()
    await until(lambda: redis.ask("PUBSUB", "NUMSUB", "tempest:channel:room").endswith(":0\r\n"))


async def test_a_redis_that_is_killed_and_started_again_is_heard_again_and_the_gap_is_told(
    brokers: tuple[RedisBroker, RedisBroker], redis: RedisProcess
) -> None:
    ears = Ear(), Ear()
    subscriptions = [ear.on(broker) for ear, broker in zip(ears, brokers, strict=True)]
    for subscription in subscriptions:
        await subscription.ready()
    await brokers[0].publish("room", "before")
    await until(lambda: all(ear.heard == ["before"] for ear in ears))
    redis.kill()
    redis.start()
    await until(lambda: all(ear.gaps for ear in ears))
    await brokers[0].publish("room", "after")
    await until(lambda: all(ear.heard == ["before", "after"] for ear in ears))
    assert [ear.gaps for ear in ears] == [[None], [None]]


async def test_a_second_restart_is_survived_as_well(
    brokers: tuple[RedisBroker, RedisBroker], redis: RedisProcess
) -> None:
    ear = Ear()
    await ear.on(brokers[0]).ready()
    for said in (["first"], ["first", "second"]):
        redis.kill()
        redis.start()
        await until(partial(as_many, ear.gaps, said))
        await brokers[1].publish("room", said[-1])
        await until(partial(as_many, ear.heard, said))
    assert ear.heard == ["first", "second"]


async def test_counters_that_come_from_an_older_copy_prove_nothing(
    brokers: tuple[RedisBroker, RedisBroker], redis: RedisProcess
) -> None:
    ear = Ear()
    await ear.on(brokers[0]).ready()
    await brokers[1].publish("room", "one")
    redis.snapshot()
    redis.kill()
    redis.start()
    await until(lambda: ear.gaps)
    assert ear.gaps == [None]


async def test_who_was_cut_off_learns_how_many_it_missed(
    brokers: tuple[RedisBroker, RedisBroker], redis: RedisProcess
) -> None:
    ear, clean = Ear(), Ear()
    await ear.on(brokers[0]).ready()
    await clean.on(brokers[0], "quiet").ready()
    await brokers[1].publish("room", "heard")
    await until(lambda: ear.heard)
    # What others published while the line was down: counted, and heard by nobody.
    redis.ask("HINCRBY", "tempest:channel:room", "number", "3")
    redis.ask("CLIENT", "KILL", "TYPE", "pubsub")
    await until(lambda: ear.gaps)
    await brokers[1].publish("room", "again")
    await until(lambda: len(ear.heard) == 2)
    assert ear.gaps == [3]
    assert clean.gaps == [], "it lost nothing, and the numbers say so"


async def test_what_is_published_while_redis_restarts_waits_for_it(
    brokers: tuple[RedisBroker, RedisBroker], redis: RedisProcess
) -> None:
    await brokers[0].publish("room", "the pool has a connection now")
    redis.kill()
    publishing = asyncio.create_task(brokers[0].publish("room", "late"))
    await asyncio.sleep(0)
    redis.start()
    await publishing


async def test_publishing_fails_in_time_when_redis_stays_away(redis: RedisProcess) -> None:
    broker = RedisBroker(redis.url, patience=0.2)
    ear = Ear()
    subscription = ear.on(broker)
    redis.kill()
    with pytest.raises(BrokerError, match=r"the broker at redis://127\.0\.0\.1"):
        await broker.publish("room", "x")
    with pytest.raises(BrokerError):
        await subscription.ready()
    await broker.aclose()


async def test_a_subscription_made_while_redis_is_away_is_live_once_it_is_back(
    brokers: tuple[RedisBroker, RedisBroker], redis: RedisProcess
) -> None:
    redis.kill()
    ear = Ear()
    subscription = ear.on(brokers[0])
    await asyncio.sleep(0)
    redis.start()
    await subscription.ready()
    await brokers[1].publish("room", "hello")
    await until(lambda: ear.heard == ["hello"])
    assert ear.gaps == []


async def test_a_channel_that_is_left_and_entered_again_at_once_is_heard(
    brokers: tuple[RedisBroker, RedisBroker],
) -> None:
    first, again, third = Ear(), Ear(), Ear()
    subscription = first.on(brokers[0])
    await subscription.ready()
    subscription.cancel()
    subscription = again.on(brokers[0])
    await subscription.ready()
    await brokers[1].publish("room", "one")
    await until(lambda: again.heard == ["one"])
    # And while the end of the one before is on its way to Redis.
    subscription.cancel()
    await asyncio.sleep(0)
    subscription = third.on(brokers[0])
    await subscription.ready()
    await brokers[1].publish("room", "two")
    await until(lambda: third.heard == ["two"])
    assert (first.heard, again.heard) == ([], ["one"])


async def test_subscriptions_that_come_and_go_are_live_in_the_end(
    brokers: tuple[RedisBroker, RedisBroker],
) -> None:
    chance = random.Random(5)
    for turn in range(60):
        ear = Ear()
        subscription = ear.on(brokers[0])
        for _ in range(chance.randrange(4)):
            for _ in range(chance.randrange(6)):
                await asyncio.sleep(0)
            subscription.cancel()
            for _ in range(chance.randrange(6)):
                await asyncio.sleep(0)
            subscription = ear.on(brokers[0])
        await subscription.ready()
        await brokers[0].publish("room", str(turn))
        await until(lambda heard=ear.heard, turn=turn: heard[-1:] == [str(turn)])  # type: ignore[misc]
        subscription.cancel()
        for _ in range(chance.randrange(6)):
            await asyncio.sleep(0)


async def test_sessions_of_two_processes_talk_and_one_slow_handler_stalls_nobody(
    brokers: tuple[RedisBroker, RedisBroker],
) -> None:
    one, two = Process(brokers[0]), Process(brokers[1])
    stuck, quick = asyncio.Event(), []
    slow, fast, sender = (app.channel("room", int) for app in (two.app(), two.app(), one.app()))

    async def wait(number: int) -> None:
        await stuck.wait()

    slow.subscribe(wait)
    await fast.subscribe(lambda number: quick.append(number)).ready()
    for number in range(300):
        await sender.publish(number)
    await until(lambda: len(quick) == 300)
    for process in (one, two):
        await process.aclose()


async def test_update_all_right_after_subscribing_reaches_the_sender(
    brokers: tuple[RedisBroker, RedisBroker],
) -> None:
    process = Process(brokers[0])
    room = process.app().channel("room", int)
    heard: list[int] = []
    room.subscribe(lambda number: heard.append(number))
    await room.update_all(1)
    await until(lambda: heard == [1])
    await process.aclose()


DYING = """
import asyncio, sys
from tempestweb_wasm.server.redis_broker import RedisBroker
from tests.unit.test_channels import Process

async def main():
    RedisBroker.heartbeat = 0.1
    process = Process(RedisBroker(sys.argv[1]))
    process.app().channel("room").presence().join("of another process")
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_the_members_of_a_process_that_is_killed_go(
    brokers: tuple[RedisBroker, RedisBroker],
    redis: RedisProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(RedisBroker, "heartbeat", 1.0)
    process = Process(brokers[0])
    presence = process.app().channel("room").presence()
    seen: list[list[Any]] = []
    presence.watch(lambda members: seen.append([member.data for member in members]))
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", DYING, redis.url)
    try:
        await until(lambda: seen and seen[-1] == ["of another process"])
    finally:
        child.kill()
        await child.wait()
    await until(lambda: seen[-1] == [])
    await process.aclose()


@pytest.mark.parametrize(
    ("texts", "gaps"),
    [
        (["a 1\nx", "a 2\ny"], []),
        (["a 1\nx", "a 4\ny"], [2]),
        (["a 7", "a 8\nx"], []),
        (["a 7", "a 9"], [2]),
        (["a 7", "b 1\nx"], []),
        (["a 7\nx", "a 3\nx"], [None]),
    ],
)
def test_the_numbers_say_what_is_missing(texts: list[str], gaps: list[int | None]) -> None:
    topic, ear = Topic(), Ear()

    class Listener:
        deliver = ear.heard.append
        gap = ear.gaps.append

    topic.heard.append(Listener())
    for text in texts:
        topic.take(text)
    assert ear.gaps == gaps
    assert ear.heard == [text.partition("\n")[2] for text in texts if "\n" in text]


def test_a_counter_that_was_forgotten_is_a_gap_only_to_who_was_cut_off() -> None:
    topic, ear = Topic(), Ear()

    class Listener:
        deliver = ear.heard.append
        gap = ear.gaps.append

    topic.heard.append(Listener())
    topic.take("a 7")
    topic.cut_off()
    assert not topic.live.is_set()
    topic.take("b 0")
    assert ear.gaps == [None]
    assert topic.live.is_set()
