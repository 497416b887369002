"""A running app: events, acknowledgement, coalescing, slow handlers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tempestweb_wasm.core.app import App
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.widgets import Button, Column, Text

from .harness import Harness, counter, run, saving


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
