"""Between a session and its lines: what is kept, re-sent, held back and refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tempestweb_wasm.core.app import App, AppSource
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.transports.memory import MemoryTransport
from tempestweb_wasm.widgets import Button, Column, Text

from .harness import counter, run, saving


class Line(MemoryTransport):
    """A line that keeps the numbers and the code it was closed with."""

    def __init__(self, busy: bool = False) -> None:
        super().__init__()
        self.seqs: list[int] = []
        self.code = 0
        self.busy = busy

    def send(self, text: str, seq: int = 0) -> None:
        super().send(text, seq)
        self.seqs.append(seq)

    def close(self, code: int = 1000) -> None:
        super().close(code)
        self.code = code

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.sent]

    def event(self, seq: int | None, key: str = "inc", **frame: Any) -> None:
        data = {"type": "resync"} if key == "resync" else {"type": "click", "key": key}
        numbered = {} if seq is None else {"seq": seq}
        self.deliver(json.dumps({"kind": "event", "data": data, **numbered, **frame}))

    def ack(self, seq: int) -> None:
        self.deliver(json.dumps({"kind": "ack", "seq": seq}))


def started(
    view: Callable[[App[Any]], Widget] = counter,
    make_state: Callable[..., Any] = dict,
    **options: Any,
) -> Delivery:
    delivery = Delivery(**options)
    source = AppSource(make_state=make_state, view=view)
    delivery.bind(Session(source, delivery.send))
    delivery.session.start()
    return delivery


def contents(frames: list[dict[str, Any]]) -> list[str]:
    return [p["set_props"]["content"] for f in frames for p in f["data"] if "set_props" in p]


def test_a_line_gets_the_first_frame_and_each_after_it_with_its_number() -> None:
    async def test() -> None:
        delivery, line = started(), Line()
        delivery.attach(line, applied=0)
        line.event(1)
        assert line.seqs == [1, 2]
        assert [frame["seq"] for frame in line.frames] == line.seqs
        assert (delivery.acked, delivery.waiting) == (1, 2)

    run(test)


def test_a_client_that_comes_back_gets_exactly_what_it_missed() -> None:
    async def test() -> None:
        delivery, first, second = started(), Line(), Line()
        delivery.attach(first, applied=0)
        first.event(1)
        first.event(2)
        delivery.detach(first)
        delivery.attach(second, applied=1)
        assert second.sent == first.sent[1:]
        assert second.seqs == [2, 3]
        second.event(3, ack=3)
        assert contents(second.frames) == ["Count: 1", "Count: 2", "Count: 3"]
        assert delivery.waiting == 1

    run(test)


def test_what_is_acknowledged_is_not_kept_and_a_client_without_it_gets_one_replace() -> None:
    async def test() -> None:
        delivery, first, second = started(), Line(), Line()
        delivery.attach(first, applied=0)
        first.event(1)
        first.ack(2)
        assert delivery.waiting == 0
        delivery.detach(first)
        delivery.attach(second, applied=0)
        (frame,) = second.frames
        assert [patch["path"] for patch in frame["data"]] == [[]]
        assert (frame["seq"], frame["ack"], second.seqs) == (3, 1, [3])

    run(test)


def test_a_client_that_claims_frames_that_never_were_gets_one_replace() -> None:
    async def test() -> None:
        delivery, line = started(), Line()
        delivery.attach(line, applied=7)
        (frame,) = line.frames
        assert frame["data"][0]["path"] == []

    run(test)


def test_a_new_line_ends_the_older_one_and_what_still_comes_from_that_is_dropped() -> None:
    async def test() -> None:
        delivery, first, second = started(), Line(), Line()
        delivery.attach(first, applied=0)
        delivery.attach(second, applied=1)
        assert (first.closed, first.code) == (True, 1011)
        first.closed = False
        first.event(1)
        assert delivery.acked == 0
        delivery.detach(first)
        assert delivery.line is second

    run(test)


def test_a_repeated_event_runs_once() -> None:
    async def test() -> None:
        delivery, line = started(), Line()
        delivery.attach(line, applied=0)
        for seq in (1, 1, 2, 1, 2, 3):
            line.event(seq)
        assert contents(line.frames) == ["Count: 1", "Count: 2", "Count: 3"]

    run(test)


def test_a_gap_in_the_events_closes_the_line_so_that_the_client_sends_them_again() -> None:
    async def test() -> None:
        delivery, first, second = started(), Line(), Line()
        delivery.attach(first, applied=0)
        first.event(2)
        assert (first.code, delivery.line, delivery.acked) == (1011, None, 0)
        delivery.attach(second, applied=1)
        second.event(1)
        second.event(2)
        assert contents(second.frames) == ["Count: 1", "Count: 2"]

    run(test)


def test_at_ten_frames_without_an_ack_rendering_stops_and_goes_on_with_one_diff() -> None:
    async def test() -> None:
        renders = 0

        def view(app: App[dict[str, int]]) -> Widget:
            nonlocal renders
            renders += 1
            return counter(app)

        delivery, line = started(view), Line()
        delivery.attach(line, applied=0)
        for seq in range(1, 51):
            line.event(seq)
        assert (len(line.sent), renders, delivery.full) == (10, 10, True)
        line.ack(1)
        last = line.frames[-1]
        assert (len(line.sent), renders) == (11, 11)
        assert (contents([last]), last["ack"], last["seq"]) == (["Count: 50"], 50, 11)

    run(test)


def test_events_that_change_nothing_while_the_client_is_slow_get_one_answer() -> None:
    async def test() -> None:
        delivery = started(lambda app: Button(label="b", key="b", on_click=lambda: None))
        line = Line()
        delivery.attach(line, applied=0)
        for seq in range(1, 31):
            line.event(seq, "b")
        line.ack(10)
        assert len(line.sent) == 11
        assert line.frames[-1] == {"kind": "patches", "data": [], "seq": 11, "ack": 30}

    run(test)


def test_the_last_error_of_a_slow_client_waits_for_it() -> None:
    async def test() -> None:
        def fail() -> None:
            raise ValueError("no")

        delivery = started(lambda app: Button(label="b", key="b", on_click=fail))
        line = Line()
        delivery.attach(line, applied=0)
        for seq in range(1, 31):
            line.event(seq, "b")
        assert len(line.sent) == 10
        line.ack(10)
        assert [(f["code"], f["seq"], f["ack"]) for f in line.frames[10:]] == [
            ("handler_failed", 11, 30)
        ]

    run(test)


def test_without_a_line_frames_are_kept_up_to_the_window() -> None:
    async def test() -> None:
        delivery, first, second = started(window=3), Line(), Line()
        delivery.attach(first, applied=0)
        first.ack(1)
        delivery.detach(first)
        app = delivery.session.app
        assert app is not None
        for n in range(1, 9):
            app.set_state(lambda s, n=n: s.update(n=n))  # type: ignore[misc]
            delivery.session._flush_later()
        assert delivery.waiting == 3
        delivery.attach(second, applied=1)
        assert contents(second.frames) == ["Count: 1", "Count: 2", "Count: 3"]
        second.ack(4)
        assert contents(second.frames)[-1] == "Count: 8"

    run(test)


def test_large_frames_fill_the_window_by_their_size() -> None:
    async def test() -> None:
        def view(app: App[dict[str, int]]) -> Widget:
            n = app.state.get("n", 0)
            return Column(
                children=[
                    Text(content=str(n % 10) * 600_000),
                    Button(
                        label="b",
                        key="b",
                        on_click=lambda: app.set_state(lambda s: s.update(n=n + 1)),
                    ),
                ]
            )

        delivery, line = started(view), Line()
        delivery.attach(line, applied=0)
        for seq in range(1, 9):
            line.event(seq, "b")
        assert len(line.sent) == 2
        line.ack(2)
        assert len(line.sent) == 3

    run(test)


def test_a_client_without_acks_is_held_while_its_line_is_busy() -> None:
    async def test() -> None:
        delivery, line = started(), Line()
        delivery.attach(line, applied=0, acks=False)
        for _ in range(30):
            line.event(None)
        assert contents(line.frames)[-1] == "Count: 30"
        assert delivery.waiting == 10
        line.busy = True
        for _ in range(30):
            line.event(None)
        sent = len(line.sent)
        assert sent <= 32
        line.busy = False
        delivery.drained()
        assert len(line.sent) == sent + 1
        assert contents(line.frames)[-1] == "Count: 60"

    run(test)


def test_one_without_acks_that_comes_back_gets_what_it_missed_while_that_is_kept() -> None:
    async def test() -> None:
        delivery, first, second, third = started(), Line(), Line(), Line()
        delivery.attach(first, applied=0, acks=False)
        for _ in range(20):
            first.event(None)
        delivery.attach(second, applied=18, acks=False)
        assert second.sent == first.sent[18:]
        delivery.attach(third, applied=3, acks=False)
        assert third.frames[0]["data"][0]["path"] == []

    run(test)


def test_a_resync_is_one_replace_even_when_the_window_is_full() -> None:
    async def test() -> None:
        delivery, line = started(window=2), Line()
        delivery.attach(line, applied=0)
        line.event(1)
        line.event(2)
        assert len(line.sent) == 2
        line.event(3, "resync")
        frame = line.frames[-1]
        assert (frame["data"][0]["path"], frame["seq"], frame["ack"]) == ([], 3, 3)
        assert "Count: 2" in line.sent[-1]
        assert delivery.waiting == 1

    run(test)


def test_pings_are_answered_without_a_number_and_what_is_no_frame_is_refused() -> None:
    async def test() -> None:
        delivery, line = started(), Line()
        delivery.attach(line, applied=0)
        line.deliver('{"kind":"ping","ack":1}')
        line.deliver("{")
        line.deliver('{"kind":"native_call"}')
        line.event(1)
        assert line.seqs == [1, 0, 2, 3, 4]
        codes = [frame.get("code") for frame in line.frames[2:]]
        assert codes == ["bad_frame", "unsupported_kind", None]

    run(test)


def test_a_client_that_asks_whether_the_line_lives_gets_what_it_did_not_acknowledge() -> None:
    async def test() -> None:
        delivery, line = started(), Line()
        delivery.attach(line, applied=0)
        line.event(1)
        line.deliver('{"kind":"ping","ack":1}')
        assert line.seqs == [1, 2, 0, 2]
        assert line.sent[3] == line.sent[1]

    run(test)


def test_several_frames_may_come_as_one_array() -> None:
    async def test() -> None:
        delivery, line = started(), Line()
        delivery.attach(line, applied=0)
        event = {"kind": "event", "data": {"type": "click", "key": "inc"}}
        line.deliver(json.dumps([{**event, "seq": 1}, {"kind": "ack", "seq": 1}, {"kind": "no"}]))
        assert [f.get("code", f["ack"]) for f in line.frames[1:]] == [1, "unsupported_kind"]
        assert delivery.waiting == 2

    run(test)


def test_an_event_that_is_none_is_refused_in_its_turn_and_counts_as_done() -> None:
    async def test() -> None:
        gate = asyncio.Event()
        delivery, line = started(saving(gate)), Line()
        delivery.attach(line, applied=0)
        line.event(1, "save")
        line.deliver('[{"kind":"event","seq":2},{"kind":"event","seq":3,"data":{}}]')
        line.event(4, "other")
        await asyncio.sleep(0)
        assert delivery.acked == 4
        answers = [(frame.get("code"), frame.get("ack")) for frame in line.frames[1:]]
        assert answers == [(None, 1), ("bad_frame", 2), ("bad_frame", 3), (None, 4)]
        line.deliver('{"kind":"event","seq":6}')
        assert line.code == 1011, "a gap is one, whatever is in the event"

    run(test)


def test_a_hello_says_which_events_ran() -> None:
    async def test() -> None:
        delivery, line = started(epoch=3), Line()
        delivery.attach(line, applied=0)
        line.event(1)
        assert json.loads(delivery.hello("abc", {"frame": 65536})) == {
            "kind": "hello",
            "protocol": 1,
            "session": "abc",
            "epoch": 3,
            "ack": 1,
            "limits": {"frame": 65536},
        }

    run(test)


def test_the_end_closes_the_line_and_drops_what_comes_after() -> None:
    async def test() -> None:
        delivery, line = started(), Line()
        delivery.attach(line, applied=0)
        await delivery.aclose(1001)
        await delivery.aclose()
        assert (line.closed, line.code) == (True, 1001)
        delivery.receive('{"kind":"event","data":{"type":"click","key":"inc"},"seq":1}')
        delivery.receive("{")
        assert delivery.acked == 0

    run(test)
