"""A running app: threads, tasks, timers and its end."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import pytest

from tempestweb_wasm.core.app import App
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.widgets import Button, Text

from .harness import Harness, counter, run, saving


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="tempestweb_wasm")


def test_set_state_from_a_thread_goes_through_the_loop() -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        app = h.session.app
        assert app is not None
        where: list[int] = []

        def mutate(state: dict[str, int]) -> None:
            where.append(threading.get_ident())
            state["n"] = 5

        await asyncio.to_thread(app.set_state, mutate)
        await h.until(lambda: len(h.sent) == 2)
        assert where == [threading.get_ident()]
        await asyncio.to_thread(app.set_state, lambda s: 1 / 0)
        await h.until(lambda: len(h.sent) == 3)
        assert h.frames[2]["code"] == "handler_failed"

    run(test)


def test_a_mutator_that_raises_renders_nothing_and_reaches_the_caller() -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        assert h.session.app is not None
        with pytest.raises(ZeroDivisionError):
            h.session.app.set_state(lambda s: 1 / 0)
        assert h.session.idle

    run(test)


def test_hooks_and_tasks_live_as_long_as_the_session() -> None:
    async def test() -> None:
        log: list[str] = []

        def view(app: App[dict[str, int]]) -> Widget:
            @app.on_start
            async def begin() -> None:
                log.append("start")
                app.every(0.001, lambda: app.set_state(lambda s: s.update(n=s.get("n", 0) + 1)))

            @app.on_stop
            def end() -> None:
                log.append("stop")

            return Text(content=str(app.state.get("n", 0)))

        h = Harness(view)
        h.session.start()
        await h.until(lambda: len(h.sent) > 3)
        await h.session.aclose()
        await h.session.aclose()
        count = len(h.sent)
        assert log == ["start", "stop"]
        await asyncio.sleep(0.01)
        assert len(h.sent) == count
        h.event("x")
        assert len(h.sent) == count

    run(test)


@pytest.mark.parametrize("awake", [True, False])
def test_who_was_never_started_is_not_stopped(awake: bool) -> None:
    async def test() -> None:
        log: list[str] = []

        def view(app: App[Any]) -> Widget:
            app.on_start(lambda: log.append("start"))
            app.on_stop(lambda: log.append("stop"))
            return Text(content="x")

        h = Harness(view)
        h.session.start(awake=False)
        if awake:
            h.session.wake()
        await h.session.aclose()
        assert log == (["start", "stop"] if awake else [])

    run(test)


def test_a_failing_task_or_timer_is_reported_and_the_timer_goes_on() -> None:
    async def test() -> None:
        calls: list[int] = []

        def view(app: App[Any]) -> Widget:
            def tick() -> None:
                calls.append(1)
                raise ValueError("tick")

            async def once() -> None:
                raise ValueError("once")

            @app.on_start
            def begin() -> None:
                app.every(0.001, tick)
                app.spawn(once(), name="once")

            return Text(content="x")

        h = Harness(view, dev=True)
        h.session.start()
        await h.until(lambda: len(calls) >= 2)
        messages = [f["message"] for f in h.frames[1:]]
        assert any("task 'once' raised ValueError: once" in m for m in messages)
        assert any("every(0.001) raised ValueError: tick" in m for m in messages)
        await h.session.aclose()

    run(test)


def test_a_timer_or_hook_that_waits_for_something_cancelled_is_reported_and_all_goes_on() -> None:
    async def test() -> None:
        calls: list[str] = []

        async def gone(name: str) -> None:
            calls.append(name)
            other = asyncio.ensure_future(asyncio.sleep(60))
            other.cancel()
            await other

        def view(app: App[Any]) -> Widget:
            app.on_start(lambda: app.every(0.001, lambda: gone("tick")))
            app.on_stop(lambda: gone("stop"))
            app.on_stop(lambda: calls.append("last"))
            return Text(content="x")

        h = Harness(view, dev=True)
        h.session.start()
        await h.until(lambda: calls.count("tick") >= 2)
        await h.session.aclose()
        assert calls[-2:] == ["stop", "last"]
        messages = [f["message"] for f in h.frames[1:]]
        assert any("every(0.001) raised CancelledError" in m for m in messages)
        assert "on_stop raised CancelledError" in messages[-1]

    run(test)


def test_closing_cancels_a_handler_that_waits_even_before_its_first_step() -> None:
    async def test() -> None:
        gate = asyncio.Event()
        h = Harness(saving(gate))
        h.session.start()
        h.event("save")
        await h.session.aclose()
        await h.until(lambda: h.session.idle)

    run(test)


def test_a_handler_that_holds_the_loop_is_named_in_development(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING, logger="tempestweb_wasm")
    monkeypatch.setattr("tempestweb_wasm.runtime.handlers.SLOW", -1.0)

    async def test() -> None:
        h = Harness(counter, dev=True)
        h.session.start()
        h.event("inc")

    run(test)
    assert "on_click of Button 'inc' held the loop" in caplog.text


def test_an_async_handler_that_blocks_before_its_first_pause_is_named(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING, logger="tempestweb_wasm")

    async def test() -> None:
        async def handler() -> None:
            monkeypatch.setattr("tempestweb_wasm.runtime.handlers.SLOW", -1.0)
            await asyncio.sleep(0)

        h = Harness(lambda app: Button(label="b", key="b", on_click=handler), dev=True)
        h.session.start()
        h.event("b")
        await h.until(lambda: h.session.idle)

    run(test)
    assert "on_click of Button 'b' held the loop" in caplog.text
    assert "app.offload" in caplog.text


def test_offloaded_work_runs_in_another_thread_and_its_error_comes_back() -> None:
    async def test() -> None:
        threads: list[int] = []

        def work() -> str:
            threads.append(threading.get_ident())
            return "done"

        def fail() -> None:
            raise ValueError("no")

        def view(app: App[dict[str, str]]) -> Widget:
            async def handler() -> None:
                result = await app.offload(work)
                app.set_state(lambda s: s.update(t=result))
                await app.offload(fail)

            return Button(label=app.state.get("t", "b"), key="b", on_click=handler)

        h = Harness(view)
        h.session.start()
        h.event("b")
        await h.until(lambda: len(h.sent) == 4)
        assert h.frames[2]["data"][0]["set_props"] == {"label": "done"}
        assert h.frames[3]["code"] == "handler_failed"
        assert threads != [threading.get_ident()]

    run(test)


def test_offloaded_work_runs_at_once_where_there_are_no_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        assert h.session.app is not None
        monkeypatch.setattr("tempestweb_wasm.core.app.sys.platform", "emscripten")
        assert await h.session.app.offload(threading.get_ident) == threading.get_ident()

    run(test)
