"""What of an app waits for something cancelled has failed; what is cancelled itself has not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from tempestweb_wasm.core.app import App
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.widgets import Button, Column, Text

from .harness import Harness, counter, run


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="tempestweb_wasm")


def gone() -> asyncio.Future[None]:
    """Something that was cancelled."""
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    return future


async def at_once() -> None:
    await gone()


async def later() -> None:
    await asyncio.sleep(0)
    await gone()


def in_one_go() -> None:
    gone().result()


def messages(h: Harness) -> list[str]:
    return [frame["message"] for frame in h.frames if frame["kind"] == "error"]


def pressed(handler: Callable[[], Any]) -> Callable[[App[Any]], Widget]:
    def view(app: App[Any]) -> Widget:
        press = Button(label="b", key="press", on_click=handler)
        return Column(children=[press, counter(app)])

    return view


@pytest.mark.parametrize("handler", [at_once, later, in_one_go])
def test_a_handler_that_meets_something_cancelled_is_reported_and_the_next_runs(
    handler: Callable[[], Any],
) -> None:
    async def test() -> None:
        h = Harness(pressed(handler), dev=True)
        h.session.start()
        h.event("press")
        h.event("inc")
        await h.until(lambda: h.session.idle)
        (message,) = messages(h)
        assert "on_click of Button 'press' raised CancelledError" in message
        assert h.session.acked == 2
        assert h.session.app is not None
        assert h.session.app.state == {"n": 1}
        acks = [frame["ack"] for frame in h.frames[1:]]
        assert sorted(set(acks)) == [1, 2]

    run(test)


@pytest.mark.parametrize("handler", [at_once, later])
def test_a_task_of_an_app_does_so_too(handler: Callable[[], Any]) -> None:
    async def test() -> None:
        h = Harness(pressed(lambda: None), dev=True)
        h.session.start()
        assert h.session.app is not None
        h.session.app.spawn(handler(), name="mine")
        await h.until(lambda: len(h.sent) == 2)
        (message,) = messages(h)
        assert "task 'mine' raised CancelledError" in message

    run(test)


def test_a_task_that_the_app_cancels_has_not_failed() -> None:
    async def test() -> None:
        h = Harness(pressed(lambda: None), dev=True)
        h.session.start()
        assert h.session.app is not None
        task = h.session.app.spawn(asyncio.sleep(60))
        await asyncio.sleep(0)
        task.cancel()
        await h.until(task.done)
        await asyncio.sleep(0)
        assert messages(h) == []

    run(test)


def test_a_handler_that_the_end_of_its_session_cancels_is_not_reported() -> None:
    async def test() -> None:
        ended: list[str] = []

        async def wait() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                ended.append("cancelled")

        h = Harness(pressed(wait), dev=True)
        h.session.start()
        h.event("press")
        await asyncio.sleep(0)
        await h.session.aclose()
        assert ended == ["cancelled"]
        assert messages(h) == []

    run(test)


def test_hooks_that_meet_something_cancelled_are_reported() -> None:
    async def test() -> None:
        def view(app: App[Any]) -> Widget:
            app.on_start(in_one_go)
            app.on_start(lambda: at_once())
            return Text(content="x")

        h = Harness(view, dev=True)
        h.session.start()
        await h.until(lambda: len(messages(h)) == 2)
        assert all("on_start" in message for message in messages(h))
        assert all("CancelledError" in message for message in messages(h))

    run(test)


def test_so_are_a_view_and_a_state_that_do() -> None:
    async def test() -> None:
        def view(app: App[Any]) -> Widget:
            if app.state.get("n"):
                in_one_go()
            return counter(app)

        h = Harness(view, dev=True)
        h.session.start()
        h.event("inc")
        (message,) = messages(h)
        assert "view raised CancelledError" in message
        assert h.session.acked == 1

        def make_state() -> Any:
            in_one_go()

        other = Harness(counter, make_state, dev=True)
        other.session.start()
        (message,) = messages(other)
        assert "make_state raised CancelledError" in message

    run(test)
