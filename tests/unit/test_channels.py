"""Channels between sessions, over the broker of one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from tempestweb_wasm import App, Column, Context, Widget
from tempestweb_wasm.channels import Broker, Channels, MemoryBroker
from tempestweb_wasm.channels.mailbox import MOST
from tempestweb_wasm.core.app import AppSource
from tempestweb_wasm.errors import MessageError, StateError
from tempestweb_wasm.runtime.session import Session


class Said(BaseModel):
    text: str


@dataclass
class Moved:
    x: int
    y: int = 0


class Process:
    """Sessions that share what a process shares."""

    def __init__(self, broker: Broker) -> None:
        self.channels = Channels(broker)
        self.sessions: list[Session[Any]] = []

    def app(self, path: str = "/") -> App[Any]:
        source: AppSource[Any] = AppSource(make_state=dict, view=show)
        session = Session(
            source, lambda _: None, context=Context(path=path), channels=self.channels.open
        )
        session.start()
        self.sessions.append(session)
        assert session.app is not None
        return session.app

    async def aclose(self) -> None:
        for session in self.sessions:
            await session.aclose()
        await self.channels.aclose()


def show(app: App[Any]) -> Widget:
    return Column(children=[])


@pytest.fixture
async def process() -> AsyncIterator[Process]:
    process = Process(MemoryBroker())
    yield process
    await process.aclose()


def noted(heard: list[Any], message: Any) -> None:
    heard.append(message)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def quiet() -> None:
    """Let the loop do all that is ready to be done."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_what_one_session_publishes_the_others_hear(process: Process) -> None:
    ada, bob, eve = process.app(), process.app(), process.app()
    heard: dict[str, list[Said]] = {"ada": [], "bob": [], "eve": []}
    ada.channel("room", Said).subscribe(heard["ada"].append)
    bob.channel("room", Said).subscribe(lambda said: heard["bob"].append(said))
    eve.channel("other", Said).subscribe(lambda said: heard["eve"].append(said))
    await ada.channel("room", Said).publish(Said(text="hello"))
    await quiet()
    assert heard == {"ada": [], "bob": [Said(text="hello")], "eve": []}


async def test_update_all_reaches_the_sender_too_and_all_in_one_order(process: Process) -> None:
    apps = [process.app() for _ in range(3)]
    heard: list[list[int]] = [[], [], []]
    for app, numbers in zip(apps, heard, strict=True):
        app.channel("room", int).subscribe(partial(noted, numbers))
    await asyncio.gather(*(app.channel("room", int).update_all(n) for n, app in enumerate(apps)))
    await quiet()
    assert heard[0] == heard[1] == heard[2]
    assert sorted(heard[0]) == [0, 1, 2]


async def test_a_channel_without_a_name_is_the_routes(process: Process) -> None:
    here, also, elsewhere = process.app("/a"), process.app("/a"), process.app("/b")
    heard: list[str] = []
    for name, app in (("here", here), ("also", also), ("elsewhere", elsewhere)):
        app.channel().subscribe(partial(heard.append, name))
    named: list[object] = []
    also.channel("/a").subscribe(lambda value: named.append(value))
    await here.channel().update_all(1)
    await quiet()
    assert heard == ["here", "also"]
    assert named == []
    assert here.channel().name == "/a"


@pytest.mark.parametrize(
    ("kind", "message"),
    [(Said, Said(text="Zoë")), (Moved, Moved(1)), (Said | Moved, Moved(2, 3)), (int, 7),
     (tuple[int, str], (1, "a")), (None, {"any": ["JSON", 1.5, None]})],
)  # fmt: skip
async def test_a_message_arrives_as_what_it_was(process: Process, kind: Any, message: Any) -> None:
    heard: list[Any] = []
    process.app().channel("room", kind).subscribe(lambda value: heard.append(value))
    await process.app().channel("room", kind).publish(message)
    await quiet()
    assert heard == [message]


async def test_each_session_gets_a_message_of_its_own(process: Process) -> None:
    heard: list[Moved] = []
    for _ in range(2):
        process.app().channel("room", Moved).subscribe(lambda moved: heard.append(moved))
    await process.app().channel("room", Moved).publish(Moved(1))
    await quiet()
    assert heard[0] is not heard[1]


@pytest.mark.parametrize(
    ("kind", "message"),
    [(Said, Moved(1)), (int, "seven"), (None, {1, 2}), (None, float("nan")), (Said, None)],
)
async def test_what_the_channel_does_not_carry_is_refused_where_it_is_published(
    process: Process, kind: Any, message: Any
) -> None:
    with pytest.raises(MessageError, match="the channel 'room' carries"):
        await process.app().channel("room", kind).publish(message)


async def test_a_message_that_is_too_long_is_refused(process: Process) -> None:
    with pytest.raises(MessageError, match=r"65,538 characters"):
        await process.app().channel("room", str).publish("x" * 65_536)


async def test_half_a_character_is_refused_in_messages_and_in_names(process: Process) -> None:
    half = "x\ud800"
    for kind in (None, str):
        with pytest.raises(MessageError):
            await process.app().channel("room", kind).publish(half)
    with pytest.raises(MessageError):
        process.app().channel("room").presence().join(half)
    with pytest.raises(MessageError, match="half a character in its name"):
        process.app().channel(half)


async def test_a_type_that_no_json_can_be_is_refused(process: Process) -> None:
    with pytest.raises(MessageError, match="can't carry Session"):
        process.app().channel("room", Session)


async def test_a_message_of_another_type_is_reported_and_the_next_one_is_handled(
    process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Said] = []
    process.app().channel("room", Said).subscribe(lambda said: heard.append(said))
    other = process.app().channel("room")
    await other.publish({"words": "old version"})
    await other.publish({"text": "new version"})
    await quiet()
    assert heard == [Said(text="new version")]
    assert "the channel 'room' brought no Said" in caplog.text


async def test_a_handler_that_raises_is_reported_and_goes_on(
    process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[int] = []

    async def handler(number: int) -> None:
        if number == 1:
            raise ValueError("no ones")
        await asyncio.sleep(0)
        heard.append(number)

    process.app().channel("room", int).subscribe(handler)
    for number in range(3):
        await process.app().channel("room", int).publish(number)
    await quiet()
    assert heard == [0, 2]
    assert "a handler of the channel 'room' raised ValueError: no ones" in caplog.text


async def test_a_handler_that_waits_for_something_cancelled_is_reported_and_goes_on(
    process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[int] = []

    async def handler(number: int) -> None:
        if number == 1:
            gone = asyncio.ensure_future(asyncio.sleep(60))
            gone.cancel()
            await gone
        heard.append(number)

    process.app().channel("room", int).subscribe(handler)
    sender = process.app().channel("room", int)
    for number in range(3):
        await sender.publish(number)
    await quiet()
    assert heard == [0, 2]
    assert "a handler of the channel 'room' raised CancelledError" in caplog.text


async def test_a_handler_gets_as_much_as_it_asks_for(process: Process) -> None:
    sender = process.app().channel("room", int)
    heard: list[object] = []
    app = process.app()
    app.channel("room", int).subscribe(lambda: heard.append("nothing"))
    app.channel("room", int).subscribe(lambda number: heard.append(number))
    app.channel("room", int).subscribe(lambda number, who: heard.append((number, who)))
    await sender.publish(5)
    await quiet()
    assert heard == ["nothing", 5, (5, sender.me)]
    assert sender.me != app.channel("room", int).me


async def test_a_slow_handler_holds_up_nobody_and_is_told_what_it_lost(process: Process) -> None:
    go = asyncio.Event()
    slow: list[object] = []
    quick: list[int] = []

    async def handle(number: int) -> None:
        await go.wait()
        slow.append(number)

    app = process.app()
    app.channel("room", int).subscribe(handle, on_gap=lambda n: slow.append(f"{n} lost"))
    process.app().channel("room", int).subscribe(lambda number: quick.append(number))
    sender = process.app().channel("room", int)
    for number in range(MOST + 11):
        await sender.publish(number)
        await quiet()
    assert quick == list(range(MOST + 11))
    go.set()
    await until(lambda: len(slow) == MOST + 2)
    assert slow == [0, "10 lost", *range(11, MOST + 11)]


async def test_a_cancelled_subscription_hears_no_more_not_even_what_waits(
    process: Process,
) -> None:
    heard: list[int] = []
    app = process.app()
    room = app.channel("room", int)
    subscription = room.subscribe(lambda number: heard.append(number))
    again = room.subscribe(lambda number: heard.append(-number))
    await room.update_all(1)
    await quiet()
    await room.update_all(2)
    subscription.cancel()
    subscription.cancel()
    await quiet()
    await room.update_all(3)
    await quiet()
    assert heard == [1, -1, -2, -3]
    again.cancel()


async def test_a_subscription_may_be_cancelled_by_its_own_handler(process: Process) -> None:
    heard: list[int] = []

    def once(number: int) -> None:
        heard.append(number)
        subscription.cancel()

    room = process.app().channel("room", int)
    subscription = room.subscribe(once)
    for number in range(3):
        await room.update_all(number)
    await quiet()
    assert heard == [0]


async def test_subscriptions_end_with_their_app(process: Process) -> None:
    broker = MemoryBroker()
    other = Process(broker)
    heard: list[int] = []
    app = other.app()
    room = app.channel("room", int)
    room.subscribe(lambda number: heard.append(number))
    await broker.publish("room:room", "x*\n1")
    await quiet()
    await other.sessions[0].aclose()
    await broker.publish("room:room", "x*\n2")
    await quiet()
    assert heard == [1]
    assert broker._heard == {}
    with pytest.raises(StateError, match="after its app had stopped"):
        await room.publish(3)
    await other.aclose()


async def test_an_app_may_say_goodbye_when_it_stops(process: Process) -> None:
    heard: list[str] = []
    process.app().channel("room", str).subscribe(lambda text: heard.append(text))
    leaver = process.app()

    @leaver.on_stop
    async def bye() -> None:
        await leaver.channel("room", str).publish("bye")

    await process.sessions[1].aclose()
    await quiet()
    assert heard == ["bye"]


async def test_a_type_without_a_hash_is_carried_as_well(process: Process) -> None:
    kind = Annotated[dict[str, int], Field(json_schema_extra={"not": ["hashable"]})]
    heard: list[Any] = []
    process.app().channel("room", kind).subscribe(lambda value: heard.append(value))
    await process.app().channel("room", kind).publish({"a": 1})
    await quiet()
    assert heard == [{"a": 1}]


async def test_sessions_share_what_writes_their_messages(process: Process) -> None:
    assert process.channels.codec(Moved) is process.channels.codec(Moved)


async def test_a_channel_has_one_type(process: Process) -> None:
    app = process.app()
    assert app.channel("room", Said) is app.channel("room", Said)
    with pytest.raises(StateError, match=r"the channel 'room' carries .*Said"):
        app.channel("room", Moved)


async def test_a_view_opens_no_channel() -> None:
    errors: list[str] = []
    channels = Channels(MemoryBroker())

    def view(app: App[Any]) -> Widget:
        app.channel("room")
        return Column(children=[])

    source: AppSource[Any] = AppSource(make_state=dict, view=view)
    session = Session(source, errors.append, dev=True, channels=channels.open)
    session.start()
    assert "channel was called while view ran" in errors[0]
    await session.aclose()


async def test_a_host_without_channels_says_so() -> None:
    session = Session(AppSource(make_state=dict, view=show), lambda _: None)
    session.start()
    assert session.app is not None
    with pytest.raises(StateError, match="'room': whoever runs this app gave it no channels"):
        session.app.channel("room")
    await session.aclose()


async def test_apps_with_prefixes_of_their_own_share_a_broker_and_hear_nothing() -> None:
    broker = MemoryBroker()
    heard: list[str] = []
    for prefix in ("a/", "b/"):
        Channels(broker, prefix=prefix).listen("x", _Noting(heard, prefix))
    await Channels(broker, prefix="a/").publish("x", "1")
    assert heard == ["a/1"]


class _Noting:
    def __init__(self, heard: list[str], name: str) -> None:
        self.heard = heard
        self.name = name

    def arrived(self, text: str) -> None:
        self.heard.append(self.name + text)

    def gap(self, missed: int | None) -> None:
        self.heard.append(f"{self.name} lost {missed}")
