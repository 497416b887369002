"""Who is in a room: across sessions, across processes, and when one of them dies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from tempestweb_wasm.channels import MemoryBroker, rooms
from tempestweb_wasm.channels.roster import Roster
from tempestweb_wasm.core.channel import Member
from tempestweb_wasm.errors import BrokerError
from tests.unit.test_channels import Process, quiet, until


class Person(BaseModel):
    name: str


class QuickBroker(MemoryBroker):
    """With a pulse that a test can wait for."""

    heartbeat = 0.02


@pytest.fixture
async def two() -> AsyncIterator[tuple[Process, Process]]:
    """Two processes at one broker."""
    broker = MemoryBroker()
    both = Process(broker), Process(broker)
    yield both
    for process in both:
        await process.aclose()


def names(members: tuple[Member[Person], ...]) -> list[str]:
    return [member.data.name for member in members]


async def test_the_members_of_a_process_that_is_known_to_have_ended_go_at_once(
    two: tuple[Process, Process],
) -> None:
    people = two[0].app().channel("room").presence(Person)
    seen: list[list[str]] = []
    people.watch(lambda members: seen.append(names(members)))
    two[1].app().channel("room").presence(Person).join(Person(name="Bob"))
    await quiet()
    two[0].channels.gone(two[1].channels._node)
    await quiet()
    assert seen == [[], ["Bob"], []]


async def test_who_joins_is_seen_in_every_process_in_the_same_order(
    two: tuple[Process, Process],
) -> None:
    seen: list[list[str]] = [[], []]

    def look(place: int) -> Callable[[tuple[Member[Person], ...]], None]:
        return lambda members: seen[place].__setitem__(slice(None), names(members))

    for place, process in enumerate(two):
        process.app().channel("room").presence(Person).watch(look(place))
    for name, process in (("Ada", two[0]), ("Bob", two[1]), ("Eve", two[0])):
        process.app().channel("room").presence(Person).join(Person(name=name))
        await quiet()
    assert seen == [["Ada", "Bob", "Eve"]] * 2


async def test_who_comes_late_sees_who_is_there_already(two: tuple[Process, Process]) -> None:
    ada = two[0].app().channel("room")
    ada.presence(Person).join(Person(name="Ada"))
    await quiet()
    late = two[1].app().channel("room").presence(Person)
    late.watch(lambda: None)
    await quiet()
    assert late.members == (Member(ada.me, Person(name="Ada")),)


async def test_joining_again_changes_what_is_seen_and_keeps_the_place(
    two: tuple[Process, Process],
) -> None:
    ada, bob = (process.app().channel("room").presence(Person) for process in two)
    ada.join(Person(name="Ada"))
    await quiet()
    bob.join(Person(name="Bob"))
    ada.join(Person(name="Countess"))
    await quiet()
    assert names(ada.members) == names(bob.members) == ["Countess", "Bob"]


async def test_who_leaves_or_whose_session_ends_is_seen_no_more(
    two: tuple[Process, Process],
) -> None:
    watch = two[0].app().channel("room").presence(Person)
    watch.watch(lambda: None)
    ada, _ = (two[1].app().channel("room").presence(Person) for _ in range(2))
    ada.join(Person(name="Ada"))
    _.join(Person(name="Bob"))
    await quiet()
    ada.leave()
    await quiet()
    assert names(watch.members) == ["Bob"]
    await two[1].sessions[1].aclose()
    await quiet()
    assert watch.members == ()


async def test_a_process_that_ends_says_goodbye(two: tuple[Process, Process]) -> None:
    watch = two[0].app().channel("room").presence(Person)
    watch.watch(lambda: None)
    two[1].app().channel("room").presence(Person).join(Person(name="Ada"))
    await quiet()
    assert names(watch.members) == ["Ada"]
    await two[1].aclose()
    assert watch.members == ()


async def test_the_members_of_a_process_that_dies_go_after_three_missed_beats() -> None:
    broker = QuickBroker()
    alive, dying = Process(broker), Process(broker)
    seen: list[list[str]] = []
    alive.app().channel("room").presence(Person).watch(lambda m: seen.append(names(m)))
    alive.app().channel("room").presence(Person).join(Person(name="Ada"))
    dying.app().channel("room").presence(Person).join(Person(name="Bob"))
    await until(lambda: seen and seen[-1] == ["Ada", "Bob"])

    async def silence(channel: str, text: str) -> None:
        """What a process that was killed has to say."""

    dying.channels.publish = silence  # type: ignore[method-assign]
    await until(lambda: seen[-1] == ["Ada"])
    for process in (alive, dying):
        await process.aclose()


async def test_changes_of_one_turn_are_told_once(two: tuple[Process, Process]) -> None:
    told: list[list[str]] = []
    two[0].app().channel("room").presence(Person).watch(lambda m: told.append(names(m)))
    await quiet()
    for number in range(5):
        two[1].app().channel("room").presence(Person).join(Person(name=str(number)))
    await quiet()
    assert told == [[], ["0", "1", "2", "3", "4"]]


async def test_a_watcher_that_raises_is_reported_and_told_the_next_time(
    two: tuple[Process, Process], caplog: pytest.LogCaptureFixture
) -> None:
    told: list[int] = []

    def watch(members: tuple[Member[Person], ...]) -> None:
        if not members:
            raise ValueError("nobody")
        told.append(len(members))

    room = two[0].app().channel("room").presence(Person)
    room.watch(watch)
    await quiet()
    room.join(Person(name="Ada"))
    await quiet()
    assert told == [1]
    assert "a watcher of the presence in 'room' raised ValueError: nobody" in caplog.text


async def test_a_member_that_can_not_be_read_is_left_out_and_reported_once(
    two: tuple[Process, Process], caplog: pytest.LogCaptureFixture
) -> None:
    watch = two[0].app().channel("room").presence(Person)
    watch.watch(lambda: None)
    two[1].app().channel("room").presence().join({"title": "from an old version"})
    two[1].app().channel("room").presence(Person).join(Person(name="Ada"))
    await quiet()
    assert names(watch.members) == names(watch.members) == ["Ada"]
    assert caplog.text.count("the presence in 'room' brought no Person") == 1


async def test_who_has_no_client_any_more_goes_after_a_while_and_comes_back_with_one(
    two: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "AWAY_AFTER", 0.01)
    watch = two[0].app().channel("room").presence(Person)
    watch.watch(lambda: None)
    two[1].app().channel("room").presence(Person).join(Person(name="Ada"))
    session = two[1].sessions[0]
    session.links.present(False)
    session.links.present(True)
    await asyncio.sleep(0.02)
    assert names(watch.members) == ["Ada"], "it came back at once"
    session.links.present(False)
    await until(lambda: watch.members == ())
    session.links.present(True)
    await until(lambda: names(watch.members) == ["Ada"])


async def test_a_session_that_never_had_a_client_is_not_shown(
    two: tuple[Process, Process],
) -> None:
    watch = two[0].app().channel("room").presence(Person)
    watch.watch(lambda: None)
    app = two[1].app()
    two[1].sessions[0].links.present(False)
    app.channel("room").presence(Person).join(Person(name="a page that is only rendered"))
    await quiet()
    assert watch.members == ()
    two[1].sessions[0].links.present(True)
    await quiet()
    assert len(watch.members) == 1


async def test_one_that_goes_on_in_another_process_is_one_member() -> None:
    broker = MemoryBroker()
    old, new = Process(broker), Process(broker)
    for process in (old, new):
        app = process.app()
        open_rooms = process.channels.open(app, lambda error, where: None, member="same")
        open_rooms.channel("room", None).presence(Person).join(Person(name="Ada"))
    await quiet()
    watch = old.app().channel("room").presence(Person)
    watch.watch(lambda: None)
    assert [(m.id, m.data.name) for m in watch.members] == [("same", "Ada")]


async def test_what_is_no_presence_is_logged_and_harms_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broker = MemoryBroker()
    process = Process(broker)
    watch = process.app().channel("room").presence(Person)
    watch.watch(lambda: None)
    await broker.publish("members:room:room", "no JSON at all")
    watch.join(Person(name="Ada"))
    await quiet()
    assert names(watch.members) == ["Ada"]
    assert "a text that no channel sent: 'no JSON at all'" in caplog.text
    await process.aclose()


async def test_no_name_of_a_room_is_that_of_who_is_in_another(
    two: tuple[Process, Process], caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[object] = []
    for name in ("room/members", "members:room:room", "members:room"):
        two[1].app().channel(name).subscribe(lambda said: heard.append(said))
        await two[1].app().channel(name).publish(name)
    two[0].app().channel("room").presence(Person).join(Person(name="Ada"))
    await quiet()
    assert heard == ["room/members", "members:room:room", "members:room"]
    assert caplog.text == ""


async def test_a_broker_that_fails_at_one_room_tells_of_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Picky(QuickBroker):
        async def publish(self, channel: str, text: str) -> None:
            if "bad" in channel:
                raise LookupError("no such room")
            await super().publish(channel, text)

    broker = Picky()
    near, far = Process(broker), Process(broker)
    watch = far.app().channel("good").presence(Person)
    watch.watch(lambda: None)
    for name in ("bad", "good"):
        near.app().channel(name).presence(Person).join(Person(name="Ada"))
    await until(lambda: names(watch.members) == ["Ada"])
    assert "presence was not told in 'members:room:bad'" in caplog.text
    for process in (near, far):
        await process.aclose()


async def test_while_the_broker_is_away_nothing_piles_up_and_later_all_is_seen() -> None:
    class Away(QuickBroker):
        away = True
        asked = 0

        async def publish(self, channel: str, text: str) -> None:
            if self.away:
                self.asked += 1
                raise BrokerError("gone")
            await super().publish(channel, text)

    broker = Away()
    near, far = Process(broker), Process(broker)
    for name in ("Ada", "Bob"):
        near.app().channel(name).presence(Person).join(Person(name=name))
    watch = far.app().channel("Bob").presence(Person)
    watch.watch(lambda: None)
    await until(lambda: broker.asked > 5)
    await until(lambda: near.channels._outbox == [])
    broker.away = False
    await until(lambda: names(watch.members) == ["Bob"])
    for process in (near, far):
        await process.aclose()


async def test_nothing_is_left_of_a_room_that_nobody_is_in() -> None:
    broker = MemoryBroker()
    process = Process(broker)
    room = process.app().channel("room").presence(Person)
    watching = room.watch(lambda: None)
    room.join(Person(name="Ada"))
    await quiet()
    room.leave()
    watching.cancel()
    await quiet()
    assert broker._heard == {}
    assert process.channels._rosters == {}
    await process.aclose()


class Net:
    """Rosters that hear each other over a line that loses what it is told to lose."""

    def __init__(self, count: int) -> None:
        self.now = 0.0
        self.queue: list[tuple[int, str]] = []
        self.soon: list[Callable[[], None]] = []
        self.rosters = [self._roster(number) for number in range(count)]
        for roster in self.rosters:
            roster.watch(lambda: None)
            roster.ask()

    def _roster(self, number: int) -> Roster:
        return Roster(
            f"node{number}",
            lambda text: self.queue.append((number, text)),
            lambda call: self.soon.append(call),
            15.0,
            lambda: self.now,
        )

    def run(self, deaf: Collection[int] = ()) -> None:
        for _ in range(100):
            soon, self.soon = self.soon, []
            for call in soon:
                call()
            queue, self.queue = self.queue, []
            for sender, text in queue:
                for hearer, roster in enumerate(self.rosters):
                    if sender == hearer or hearer not in deaf:
                        roster.arrived(text)
            if not self.queue and not self.soon:
                return
        raise AssertionError("they never stop talking")

    def beat(self) -> None:
        self.now += 5
        for roster in self.rosters:
            roster.beat()
        self.run()


Steps = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from("abcd"), st.booleans(), st.integers(0, 7))
)


@settings(deadline=None)
@given(steps=Steps)
def test_whatever_is_lost_four_beats_later_all_know_who_is_there(
    steps: list[tuple[int, str, bool, int]],
) -> None:
    net = Net(3)
    there: set[str] = set()
    for place, name, comes, lost in steps:
        member = f"{name}{place}"
        if comes:
            net.rosters[place].enter(member, json.dumps(member))
            there.add(member)
        else:
            net.rosters[place].leave(member)
            there.discard(member)
        net.run({hearer for hearer in range(3) if lost >> hearer & 1})
    for _ in range(4):
        net.beat()
    for roster in net.rosters:
        assert {member for member, _ in roster.everybody()} == there


def test_a_change_is_told_as_a_change() -> None:
    net = Net(2)
    for number in range(100):
        net.rosters[0].enter(f"member{number}", '"somebody"')
    net.run()
    net.rosters[0].enter("one more", '"somebody"')
    sent: list[Any] = []
    net.rosters[1].arrived = lambda text: sent.append(json.loads(text))  # type: ignore[method-assign]
    net.run()
    assert [list(frame["set"]) for frame in sent] == [["one more"]]
