"""What an app asks of the browser, over lines that are slow, cut, or not there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tempestweb_wasm import App, native
from tempestweb_wasm.core.app import AppSource
from tempestweb_wasm.native._calls import MOST_CALLS, MOST_SIZE
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.server.outbox import Outbox
from tempestweb_wasm.testing import virtual

from .calling import State, Work, app_of
from .harness import run

MOST = 4 << 20
CLICK = '{"kind":"event","seq":1,"ack":1,"data":{"type":"click","key":"go"}}'


class Served:
    """A session as a server has it. Nobody reads its lines but the test."""

    def __init__(self, work: Work) -> None:
        self.delivery = Delivery()
        source = AppSource(make_state=State, view=app_of(work))
        session: Session[State] = Session(source, self.delivery.send, asks=self.delivery)
        self.delivery.bind(session)
        session.start()
        self.line = self.anew()
        assert session.app is not None
        self.app = session.app

    def anew(self) -> Outbox:
        """The client comes back and has all that was ever sent."""
        self.line = Outbox(MOST)
        self.delivery.attach(self.line, applied=self.delivery._last)
        return self.line

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0)

    async def read(self) -> list[dict[str, Any]]:
        """What the line has, as a fast client reads it."""
        frames = []
        reading = asyncio.ensure_future(self.line.next())
        await asyncio.sleep(0)
        while reading.done() and (item := reading.result()) is not None:
            frames.append(json.loads(item[0]))
            reading = asyncio.ensure_future(self.line.next())
            await asyncio.sleep(0)
        reading.cancel()
        return frames

    async def asked(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in await self.read() if frame["kind"] == kind]

    def says(self, **frame: Any) -> None:
        self.delivery.receive(json.dumps(frame))


def storing(*sizes: int) -> Work:
    async def store(app: App[Any]) -> list[str]:
        each = (native.storage.set(app, str(size), "x" * size) for size in sizes)
        done = await asyncio.gather(*each, return_exceptions=True)
        return ["stored" if one is None else str(one) for one in done]

    return store


def test_all_that_is_asked_always_fits_on_a_new_line() -> None:
    async def test() -> None:
        served = Served(storing(*range(900_000, 900_005)))
        served.delivery.receive(CLICK)
        await asyncio.sleep(0.01)
        for _ in range(3):
            assert served.line.code is None
            assert len(await served.asked("native_call")) == 1
            served.anew()
        (call,) = await served.asked("native_call")
        served.says(kind="native_result", call_id=call["call_id"], ok=True)
        await served.until(lambda: served.app.state.said)
        said = served.app.state.said[-1]
        assert said.count("stored") == 1
        assert said.count("for all that is open, of which") == 4
        await served.delivery.aclose()

    run(test)


def test_what_has_ended_makes_room() -> None:
    async def test() -> None:
        async def often(app: App[Any]) -> str:
            for _ in range(3):
                await native.storage.set(app, "key", "x" * (MOST_SIZE - 100))
            return "stored"

        served = Served(often)
        served.delivery.receive(CLICK)
        for _ in range(3):
            await asyncio.sleep(0.01)
            (call,) = await served.asked("native_call")
            served.says(kind="native_result", call_id=call["call_id"], ok=True)
        await served.until(lambda: served.app.state.said == ["'stored'"])
        await served.delivery.aclose()

    run(test)


def test_commands_that_wait_are_bounded_and_the_latest_are_kept() -> None:
    async def test() -> None:
        async def name(app: App[Any]) -> None:
            for number in range(64):
                native.page.set_title(app, f"{number} " + "x" * 300_000)

        served = Served(name)
        served.delivery.receive(CLICK)
        await asyncio.sleep(0.01)
        assert served.line.code is None
        frames = await served.read()
        commands = [one for frame in frames for one in frame.get("commands", ())]
        titles = [one["args"]["text"].split()[0] for one in commands]
        assert titles == ["61", "62", "63"]
        await served.delivery.aclose()

    run(test)


def test_a_ping_on_a_slow_line_makes_nothing_be_said_twice() -> None:
    async def test() -> None:
        served = Served(storing(500_000))
        counted: list[int] = []
        served.delivery.on_answered = counted.append
        served.delivery.receive(CLICK)
        await asyncio.sleep(0.01)
        served.delivery.receive(json.dumps([{"kind": "ping"}] * 16))
        assert served.line.code is None
        assert len(await served.asked("native_call")) == 1
        del counted[:]
        served.says(kind="ping")
        assert len(await served.asked("native_call")) == 1, "a carrier may have lost it"
        assert counted[0] >= 500_000, "what a ping makes the server say is counted"
        await served.delivery.aclose()

    run(test)


async def held(served: Served) -> int:
    """The number of the stream that *served* opens, after its first event."""
    served.delivery.receive(CLICK)
    await asyncio.sleep(0.01)
    (number,) = [frame["sub_id"] for frame in await served.asked("native_subscribe")]
    served.says(kind="native_event", sub_id=number, n=1, event=True)
    await asyncio.sleep(0.01)
    return int(number)


@pytest.mark.parametrize("seen", [True, False], ids=["known", "not known yet"])
def test_a_stream_that_is_left_while_the_line_is_cut_ends_in_the_page(seen: bool) -> None:
    async def test() -> None:
        done = asyncio.Event()

        async def work(app: App[Any]) -> None:
            async with native.device.awake(app):
                await done.wait()

        served = Served(work)
        number = await held(served)
        if seen:
            served.delivery.detach(served.line)
        done.set()  # where it is not known, what is said now goes into a line that is dead
        await served.until(lambda: served.app.state.said)
        for _ in range(2):
            served.anew()
            (ended,) = await served.asked("native_unsubscribe")
            assert ended["sub_id"] == number
        served.says(kind="native_result", call_id=number, ok=True)
        served.anew()
        assert await served.asked("native_unsubscribe") == [], "the page has said that it knows"
        served.says(kind="native_result", call_id=number, ok=True)
        assert await served.asked("error") == []
        await served.delivery.aclose()

    run(test)


def test_a_page_that_never_says_so_is_not_told_without_end() -> None:
    async def test() -> None:
        async def work(app: App[Any]) -> None:
            for _ in range(MOST_CALLS + 20):
                await anext(stream := native.screen.watch(app))
                await stream.aclose()

        served = Served(work)
        served.delivery.receive(CLICK)
        now = {"width": 1, "height": 1, "orientation": "portrait", "dark": False}
        now |= {"reduced_motion": False, "online": True, "visible": True}
        while not served.app.state.said:
            for frame in await served.asked("native_subscribe"):
                served.says(kind="native_event", sub_id=frame["sub_id"], n=1, event=now)
            await asyncio.sleep(0)
        assert len(served.delivery._asked) == MOST_CALLS
        await served.delivery.aclose()

    run(test)


def test_what_an_app_calls_as_it_ends_fails_at_once() -> None:
    async def main() -> None:
        said: list[str] = []

        async def goodbye(app: App[Any]) -> None:
            try:
                await native.storage.set(app, "seen", True)
            except native.NativeError as error:
                said.append(str(error))

        async def work(app: App[Any]) -> None:
            app.on_stop(lambda: goodbye(app))

        served = Served(work)
        served.delivery.receive(CLICK)
        await asyncio.sleep(1)
        before = asyncio.get_running_loop().time()
        await served.delivery.aclose()
        assert said == ["storage.set: the session has ended: nobody could answer"]
        assert asyncio.get_running_loop().time() == before

    virtual.run(main())
