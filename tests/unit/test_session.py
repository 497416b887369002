"""A running app: events, acknowledgement, coalescing, slow handlers, faults."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tempestweb_wasm.core.app import App, AppSource, Context
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.widgets import Button, Column, Input, Text

View = Callable[[App[Any]], Widget]


class Harness:
    """A session whose frames are kept; events go in numbered, as from a browser."""

    def __init__(self, view: View, make_state: Callable[..., Any] = dict, **options: Any) -> None:
        self.sent: list[str] = []
        source = AppSource(make_state=make_state, view=view)
        self.session: Session[Any] = Session(source, self.sent.append, **options)
        self.seq = 0

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.sent]

    def event(self, key: str, type: str = "click", payload: Any = None, **frame: Any) -> None:
        data = {"type": type, "key": key}
        if payload is not None:
            data["payload"] = payload
        self.seq += 1
        self.session.receive(json.dumps({"kind": "event", "data": data, "seq": self.seq, **frame}))

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run an async test in a loop of its own."""

    async def main() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(main())


def counter(app: App[dict[str, int]]) -> Widget:
    def add(by: int) -> None:
        app.set_state(lambda s: s.update(n=s.get("n", 0) + by))

    return Column(
        key="root",
        children=[
            Text(content=f"Count: {app.state.get('n', 0)}"),
            Button(label="+", key="inc", on_click=lambda: add(1)),
            Button(label="-", key="dec", on_click=lambda: add(-1)),
        ],
    )


def test_the_first_frame_is_one_replace_and_a_click_is_one_update() -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        first = h.frames[0]
        assert [p["path"] for p in first["data"]] == [[]]
        assert first["data"][0]["node"]["children"][0]["props"] == {"content": "Count: 0"}
        h.event("inc")
        assert h.frames[1] == {
            "kind": "patches",
            "data": [{"path": [0], "set_props": {"content": "Count: 1"}}],
            "seq": 2,
            "ack": 1,
        }
        assert len(h.sent[1]) <= 120

    run(test)


def test_two_events_sent_without_waiting_give_two_frames_in_order() -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        h.event("inc")
        h.event("inc")
        contents = [f["data"][0]["set_props"]["content"] for f in h.frames[1:]]
        assert contents == ["Count: 1", "Count: 2"]
        assert [f["ack"] for f in h.frames[1:]] == [1, 2]

    run(test)


def test_a_client_without_numbers_gets_a_frame_only_when_there_is_something_to_say() -> None:
    async def test() -> None:
        h = Harness(lambda app: Button(label="b", key="b", on_click=lambda: None))
        h.session.start()
        h.session.receive('{"kind":"event","data":{"type":"click","key":"b"}}')
        assert len(h.sent) == 1

    run(test)


def test_an_event_that_changes_nothing_is_acknowledged_by_an_empty_frame() -> None:
    async def test() -> None:
        h = Harness(lambda app: Button(label="b", key="b", on_click=lambda: None))
        h.session.start()
        h.event("b")
        assert h.frames[1] == {"kind": "patches", "data": [], "seq": 2, "ack": 1}

    run(test)


def test_every_set_state_of_one_turn_is_one_frame() -> None:
    async def test() -> None:
        def view(app: App[dict[str, int]]) -> Widget:
            def thrice() -> None:
                for _ in range(3):
                    app.set_state(lambda s: s.update(n=s.get("n", 0) + 1))

            return Column(
                children=[
                    Text(content=str(app.state.get("n", 0))),
                    Button(label="b", key="b", on_click=thrice),
                ]
            )

        h = Harness(view)
        h.session.start()
        h.event("b")
        assert len(h.sent) == 2
        assert h.session.app is not None
        for _ in range(3):
            h.session.app.set_state(lambda s: s.update(n=s["n"] + 1))
        await h.until(lambda: len(h.sent) == 3)
        await asyncio.sleep(0)
        assert [f["data"][0]["set_props"]["content"] for f in h.frames[1:]] == ["3", "6"]

    run(test)


def saving(gate: asyncio.Event) -> View:
    def view(app: App[dict[str, str]]) -> Widget:
        async def save() -> None:
            app.set_state(lambda s: s.update(t="Saving…"))
            await gate.wait()
            app.set_state(lambda s: s.update(t="Saved"))

        def other() -> None:
            app.set_state(lambda s: s.update(o="other"))

        return Column(
            children=[
                Text(content=app.state.get("t", "")),
                Text(content=app.state.get("o", "")),
                Button(label="b", key="save", on_click=save),
                Button(label="b", key="other", on_click=other),
            ]
        )

    return view


def test_an_async_handler_gives_a_frame_each_time_and_holds_up_nothing() -> None:
    async def test() -> None:
        gate = asyncio.Event()
        h = Harness(saving(gate))
        h.session.start()
        h.event("save")
        h.event("other")
        await h.until(lambda: len(h.sent) == 3)
        assert [(f["data"][0]["set_props"], f["ack"]) for f in h.frames[1:]] == [
            ({"content": "Saving…"}, 1),
            ({"content": "other"}, 2),
        ]
        gate.set()
        await h.until(lambda: len(h.sent) == 4)
        assert h.frames[3]["data"][0]["set_props"] == {"content": "Saved"}
        assert h.frames[3]["ack"] == 2

    run(test)


def test_async_and_sync_handlers_start_in_the_order_of_their_events() -> None:
    async def test() -> None:
        order: list[str] = []

        def view(app: App[Any]) -> Widget:
            async def slow() -> None:
                order.append("slow starts")
                await asyncio.sleep(0)
                order.append("slow ends")

            return Column(
                children=[
                    Button(label="b", key="slow", on_click=slow),
                    Button(label="b", key="fast", on_click=lambda: order.append("fast")),
                ]
            )

        h = Harness(view)
        h.session.start()
        h.event("slow")
        h.event("fast")
        h.event("slow")
        await h.until(lambda: len(order) == 5)
        assert order[:2] == ["slow starts", "fast"]
        assert [f["ack"] for f in h.frames[1:]] == [1, 2, 3]

    run(test)


def test_asyncio_timeout_works_from_the_first_line_of_a_handler() -> None:
    async def test() -> None:
        seen: list[str] = []

        async def handler() -> None:
            try:
                async with asyncio.timeout(0.01):
                    await asyncio.Event().wait()
            except TimeoutError:
                seen.append("timed out")

        h = Harness(lambda app: Button(label="b", key="b", on_click=handler))
        h.session.start()
        h.event("b")
        await h.until(lambda: seen)

    run(test)


def failing(app: App[dict[str, Any]]) -> Widget:
    if app.state.get("break"):
        raise RuntimeError("no view today")

    def boom() -> None:
        app.set_state(lambda s: s.update(n=1))
        raise ValueError("boom")

    async def late() -> None:
        await asyncio.sleep(0)
        raise ValueError("late")

    async def early() -> None:
        raise ValueError("early")

    return Column(
        children=[
            Text(content=str(app.state.get("n", 0))),
            Button(label="b", key="boom", on_click=boom),
            Button(label="b", key="late", on_click=late),
            Button(label="b", key="early", on_click=early),
            Button(
                label="b",
                key="break",
                on_click=lambda: app.set_state(lambda s: s.update({"break": 1})),
            ),
            Button(
                label="b",
                key="mend",
                on_click=lambda: app.set_state(lambda s: s.update({"break": 0})),
            ),
        ]
    )


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="tempestweb_wasm")


def test_a_handler_that_raises_is_one_acknowledging_error_and_the_app_goes_on() -> None:
    async def test() -> None:
        h = Harness(failing, dev=True)
        h.session.start()
        h.event("boom")
        error, patch = h.frames[1:]
        assert (error["kind"], error["code"], error["ack"]) == ("error", "handler_failed", 1)
        assert "on_click of Button 'boom' raised ValueError: boom" in error["message"]
        assert "test_session.py" in error["detail"]
        assert "runtime/session.py" not in error["detail"]
        assert patch["data"] == [{"path": [0], "set_props": {"content": "1"}}]
        h.event("early")
        await h.until(lambda: len(h.sent) == 4)
        assert (h.frames[3]["kind"], h.frames[3]["ack"]) == ("error", 2)
        h.event("late")
        await h.until(lambda: len(h.sent) == 6)
        assert [f["kind"] for f in h.frames[4:]] == ["patches", "error"]
        await h.until(lambda: h.session.idle)

    run(test)


def test_production_shows_visitors_no_traceback_and_no_message_of_the_app() -> None:
    async def test() -> None:
        h = Harness(failing)
        h.session.start()
        h.event("boom")
        assert "boom" not in h.sent[1]
        assert "detail" not in h.frames[1]

    run(test)


def test_a_view_that_raises_keeps_the_last_good_tree() -> None:
    async def test() -> None:
        h = Harness(failing)
        h.session.start()
        h.event("break")
        assert (h.frames[1]["code"], h.frames[1]["ack"]) == ("view_failed", 1)
        h.event("mend")
        assert h.frames[2] == {"kind": "patches", "data": [], "seq": 2, "ack": 2}

    run(test)


def test_a_first_view_that_fails_is_reported_and_a_later_good_one_is_a_replace() -> None:
    async def test() -> None:
        h = Harness(failing, lambda: {"break": 1})
        h.session.start()
        assert h.frames[0]["code"] == "view_failed"
        assert h.session.app is not None
        h.session.app.set_state(lambda s: s.clear())
        await h.until(lambda: len(h.sent) == 2)
        assert h.frames[1]["data"][0]["path"] == []

    run(test)


text: Any = Text  # called wrongly on purpose, so past the type checker


@pytest.mark.parametrize(
    ("view", "code", "words"),
    [
        (lambda app: None, "not_a_widget", "view returned None"),
        (lambda app: text(contnet="x"), "unknown_prop", "did you mean 'content'?"),
        (lambda app: text("x"), "unknown_prop", "Text(content=…)"),
        (lambda app: app.set_state(), "state_failed", "while view ran"),
        (
            lambda app: Column(children=[Text(content="a", key=1), Text(content="a", key=1)]),
            "duplicate_key",
            "at root",
        ),
    ],
)
def test_common_mistakes_in_a_view_have_a_code_and_a_hint(
    view: View, code: str, words: str
) -> None:
    async def test() -> None:
        h = Harness(view, dev=True)
        h.session.start()
        assert h.frames[0]["code"] == code
        assert words in h.frames[0]["message"]

    run(test)


def test_make_state_gets_the_context_if_it_asks_and_may_fail() -> None:
    async def test() -> None:
        h = Harness(
            lambda app: Text(content=app.state),
            lambda ctx: ctx.path,
            context=Context(path="/deep"),
        )
        h.session.start()
        assert h.frames[0]["data"][0]["node"]["props"] == {"content": "/deep"}
        h = Harness(counter, lambda: 1 / 0, dev=True)
        h.session.start()
        assert h.frames[0]["code"] == "state_failed"
        assert "ZeroDivisionError" in h.frames[0]["message"]

    run(test)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad_frame"),
        ("[]", "bad_frame"),
        ('{"kind":1}', "bad_frame"),
        ('{"kind":"event"}', "bad_frame"),
        ('{"kind":"event","data":{"type":"click"}}', "bad_frame"),
        ('{"kind":"event","data":{"type":"click","id":true}}', "bad_frame"),
        ('{"kind":"event","data":{"type":"click","key":"inc"},"seq":NaN}', "bad_frame"),
        ('{"kind":"event","data":{"type":"click","key":"inc"},"seq":-1}', "bad_frame"),
        ('{"kind":"event","data":{"type":"click","key":"inc"},"seq":7}', "out_of_order"),
        ('{"kind":"native_call"}', "unsupported_kind"),
        ('{"kind":"nonsense"}', "unsupported_kind"),
        ('{"kind":"event","data":{"type":"click","id":999}}', "unknown_target"),
        ('{"kind":"event","data":{"type":"click","key":"nobody"}}', "unknown_target"),
        ('{"kind":"event","data":{"type":"navigate","key":"inc"}}', "unknown_target"),
        ("[" * 100_000, "bad_frame"),
    ],
)
def test_what_cannot_be_used_is_refused_and_reaches_no_handler(frame: str, code: str) -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        h.session.receive(frame)
        assert h.frames[1]["code"] == code
        h.event("inc")
        assert h.frames[2]["data"][0]["set_props"] == {"content": "Count: 1"}

    run(test)


def test_a_payload_of_the_wrong_shape_is_refused_before_the_handler() -> None:
    async def test() -> None:
        got: list[Any] = []
        h = Harness(lambda app: Input(key="i", on_change=lambda e: got.append(e.value)))
        h.session.start()
        payload: Any
        for payload in (None, {}, {"value": 1}, {"value": None}, []):
            h.event("i", "input", payload)
        h.event("i", "input", {"value": "ok"})
        assert [f.get("code") for f in h.frames[1:6]] == ["bad_payload"] * 5
        assert [f["ack"] for f in h.frames[1:]] == [1, 2, 3, 4, 5, 6]
        assert got == ["ok"]

    run(test)


def test_two_live_nodes_with_one_key_are_refused_by_key_and_reached_by_id() -> None:
    async def test() -> None:
        got: list[int] = []

        def view(app: App[Any]) -> Widget:
            def hear(i: int) -> Callable[[], None]:
                return lambda: got.append(i)

            return Column(
                children=[
                    Column(children=[Button(label="b", key="b", on_click=hear(i))])
                    for i in range(2)
                ]
            )

        h = Harness(view)
        h.session.start()
        h.event("b")
        assert h.frames[1]["code"] == "ambiguous_key"
        h.session.receive('{"kind":"event","data":{"type":"click","id":2},"seq":2}')
        assert got == [1]

    run(test)


def test_a_late_event_for_a_node_that_is_gone_is_dropped_and_acknowledged() -> None:
    async def test() -> None:
        def view(app: App[dict[str, bool]]) -> Widget:
            def drop() -> None:
                app.set_state(lambda s: s.update(gone=True))

            row = Button(label="b", key="row", on_click=drop)
            return Column(children=[None if app.state.get("gone") else row])

        h = Harness(view)
        h.session.start()
        for seq in (1, 2):
            h.session.receive(
                json.dumps({"kind": "event", "data": {"type": "click", "id": 1}, "seq": seq})
            )
        assert h.frames[2] == {"kind": "patches", "data": [], "seq": 3, "ack": 2}

    run(test)


def test_a_repeated_event_runs_once() -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        h.event("inc")
        h.seq = 0
        h.event("inc")
        assert h.frames[2]["data"] == []
        assert h.session.app is not None
        assert h.session.app.state == {"n": 1}

    run(test)


def test_a_resync_is_one_root_replace_with_every_style_and_the_same_ids() -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        h.event("inc")
        h.session.receive('{"kind":"event","data":{"type":"resync"},"seq":2}')
        (patch,) = h.frames[2]["data"]
        assert patch["path"] == []
        assert patch["node"]["children"][0]["props"] == {"content": "Count: 1"}
        assert [c.get("id") for c in patch["node"]["children"]] == [None, 1, 2]
        assert h.frames[2]["ack"] == 2

    run(test)


def test_an_event_caused_by_applying_a_frame_waits_for_its_turn() -> None:
    async def test() -> None:
        log: list[str] = []

        def view(app: App[dict[str, int]]) -> Widget:
            def click() -> None:
                log.append("click starts")
                app.set_state(lambda s: s.update(n=1))
                log.append("click ends")

            return Column(
                children=[
                    Text(content=str(app.state.get("n", 0))),
                    Button(label="b", key="b", on_click=click, on_blur=lambda: log.append("blur")),
                ]
            )

        h = Harness(view)

        def send(text: str) -> None:
            h.sent.append(text)
            if len(h.sent) == 2:
                h.event("b", "blur")
                log.append("applied")

        h.session._send = send
        h.session.start()
        h.event("b")
        assert log == ["click starts", "click ends", "applied", "blur"]
        assert [f.get("ack") for f in h.frames] == [None, 1, 2]

    run(test)


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
    monkeypatch.setattr("tempestweb_wasm.runtime.session.SLOW_HANDLER", -1.0)

    async def test() -> None:
        h = Harness(counter, dev=True)
        h.session.start()
        h.event("inc")

    run(test)
    assert "on_click of Button 'inc' held the loop" in caplog.text


def test_half_a_surrogate_pair_reaches_the_wire_as_a_replacement_character() -> None:
    async def test() -> None:
        h = Harness(lambda app: Text(content="a\ud800b é 😀"))
        h.session.start()
        assert h.frames[0]["data"][0]["node"]["props"] == {"content": "a\ufffdb é 😀"}
        h.sent[0].encode()

    run(test)


def test_ping_is_answered_and_ack_is_taken() -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        h.session.receive('{"kind":"ack","seq":1}')
        h.session.receive('{"kind":"ping"}')
        assert h.frames[1:] == [{"kind": "ping"}]

    run(test)
