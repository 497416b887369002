"""Whatever a network does: a call runs once in the page, and its answer comes to the handler."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tempestweb_wasm import App, Widget, native
from tempestweb_wasm.testing import virtual
from tempestweb_wasm.testing.faults import CALM, Faults, Network
from tempestweb_wasm.testing.hosted import Hosted
from tempestweb_wasm.testing.remote import Remote

from .calling import State, app_of
from .test_faults import CHANCES, FAULTS


def virtually(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    virtual.run(test())


async def opened(view: Callable[[App[State]], Widget], seed: int) -> tuple[Hosted, Remote]:
    """An app and a client that has the page, on a network that is still calm."""
    host = Hosted(State, view, Network(CALM, seed=seed))
    remote = Remote(host.dial, seed=seed)
    remote.connect()
    await remote.settled()
    return host, remote


def state_of(host: Hosted) -> State:
    (delivery,) = host.sessions.values()
    assert delivery.session.app is not None
    state: State = delivery.session.app.state
    return state


@settings(max_examples=60, deadline=None)
@given(faults=FAULTS, seed=st.integers(0, 2**32), count=st.integers(1, 12))
def test_each_call_runs_once_and_is_answered(faults: Faults, seed: int, count: int) -> None:
    async def test() -> None:
        async def ask(app: App[State]) -> int:
            return await native.storage.get(app, "counter", int) or 0

        host, remote = await opened(app_of(ask), seed)
        asked = itertools.count(1)
        remote.browser.answer("storage.get", lambda args: next(asked))
        host.network.faults = faults
        for _ in range(count):
            remote.event("go")
            await asyncio.sleep(0.5)
        await asyncio.sleep(10)
        host.network.faults = CALM
        await remote.settled()
        await asyncio.sleep(40)  # for what only a ping finds
        said = state_of(host).said
        assert len(remote.browser.calls) == count
        assert sorted(map(int, said)) == list(range(1, count + 1))
        remote.stop()
        await host.aclose()

    virtually(test)


@settings(max_examples=40, deadline=None)
@given(cut=CHANCES, seed=st.integers(0, 2**32))
def test_a_command_is_carried_out_once_and_in_its_turn(cut: float, seed: int) -> None:
    async def test() -> None:
        async def title(app: App[State]) -> int:
            number = len(app.state.said) + 1
            native.page.set_title(app, str(number))
            return number

        host, remote = await opened(app_of(title), seed)
        host.network.faults = Faults(cut=cut, delay=0.05)
        for _ in range(10):
            remote.event("go")
            await asyncio.sleep(1)
        host.network.faults = CALM
        await remote.settled()
        await asyncio.sleep(5)  # a greeting may answer the last event before its frame comes
        titles = [command["args"]["text"] for command in remote.browser.commands]
        assert titles == [str(number) for number in range(1, 11)]
        remote.stop()
        await host.aclose()

    virtually(test)


def test_a_crash_ends_calls_and_a_late_answer_is_nobodys() -> None:
    async def test() -> None:
        host = Hosted(State, app_of(native.clipboard.read_text), Network(), stores=True)
        remote = Remote(host.dial)
        remote.connect()
        await remote.settled()
        remote.browser.answer("clipboard.read_text", "late")
        hear, late = remote.browser.hear, list[dict[str, Any]]()

        def keep(frame: dict[str, Any]) -> list[dict[str, Any]]:
            late.extend(hear(frame))
            return []

        remote.browser.hear = keep  # type: ignore[method-assign]
        remote.event("go")
        await asyncio.sleep(5)
        assert [frame["kind"] for frame in late] == ["native_result"]
        host.crash()
        await remote.settled()
        await asyncio.sleep(5)
        for frame in late:
            remote._send(frame)
        await asyncio.sleep(1)
        assert state_of(host).said == []
        assert remote.errors == []
        remote.stop()
        await host.aclose()

    virtually(test)


def test_a_stream_goes_on_over_lines_and_tells_how_things_are_now() -> None:
    async def test() -> None:
        async def follow(app: App[State]) -> str:
            async for value in native.screen.watch(app):
                app.state.said.append(str(value.width))
            return "over"

        host, remote = await opened(app_of(follow), 1)
        now = {"height": 1, "orientation": "portrait", "dark": True, "visible": True}
        now |= {"reduced_motion": True, "online": True}
        remote.event("go")
        await remote.settled()
        for width in (100, 200, 300):
            for frame in remote.browser.events("screen.watch", {**now, "width": width}):
                remote._send(frame)
            await asyncio.sleep(1)
            host.network.cut()
            await remote.settled()
        assert state_of(host).said == ["100", "200", "300"]
        assert len(remote.browser.calls) == 1
        remote.stop()
        await host.aclose()

    virtually(test)
