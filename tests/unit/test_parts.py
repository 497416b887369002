"""Events longer than a frame: cut, put together, and refused where they can't be."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tempestweb_wasm.core.app import App
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import FrameError
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.runtime.parts import Parts, cut
from tempestweb_wasm.widgets import Column, Input, Text

from .harness import run
from .test_delivery import Line, started

MOST = 5000


def typing(app: App[dict[str, Any]]) -> Widget:
    """Shows how long what was typed is, and how often."""

    def hear(event: Any) -> None:
        app.set_state(lambda state: state.setdefault("heard", []).append(event.value))

    heard = app.state.get("heard", [])
    lengths = ", ".join(str(len(text)) for text in heard)
    return Column(children=[Input(key="field", on_change=hear), Text(content=lengths)])


def typed(text: str) -> dict[str, Any]:
    return {"type": "input", "key": "field", "payload": {"value": text}}


def parts_of(text: str, seq: int = 1, most: int = 1024) -> list[str]:
    return cut(typed(text), seq, most)


def opened(text: int = MOST) -> tuple[Delivery, Line]:
    delivery, line = started(typing, text=text), Line()
    delivery.attach(line, applied=0)
    return delivery, line


def heard(delivery: Delivery) -> list[str]:
    app = delivery.session.app
    assert app is not None
    found: list[str] = app.state.get("heard", [])
    return found


def errors(line: Line) -> list[tuple[str, str, int | None]]:
    return [
        (frame["code"], frame["message"], frame.get("ack"))
        for frame in line.frames
        if frame["kind"] == "error"
    ]


@settings(deadline=None)
@given(
    st.text(min_size=200, max_size=3000) | st.text('"\\\n🎈ü', min_size=200, max_size=2000),
    st.integers(200, 4000),
)
def test_parts_fit_their_frames_and_come_to_the_same_again(text: str, most: int) -> None:
    parts, found = Parts(10**6), None
    data = json.loads(json.dumps(typed(text.encode(errors="replace").decode())))
    for part in cut(data, 7, most):
        assert found is None
        assert len(part.encode()) <= most
        found = parts.add(json.loads(part))
    assert found == {"kind": "event", "data": data, "seq": 7}


def test_an_event_in_parts_runs_once_with_all_of_its_text() -> None:
    async def test() -> None:
        delivery, line = opened()
        for text in parts_of("x" * 3000):
            line.deliver(text)
        assert heard(delivery) == ["x" * 3000]
        assert line.frames[-1]["ack"] == 1

    run(test)


def test_each_part_but_the_last_is_answered_by_a_ping_so_that_a_slow_line_is_no_dead_one() -> None:
    async def test() -> None:
        _, line = opened()
        parts = parts_of("x" * 3000)
        for text in parts:
            line.deliver(text)
        assert [f["kind"] for f in line.frames].count("ping") == len(parts) - 1

    run(test)


def test_an_array_of_frames_may_hold_parts_and_other_frames_come_between() -> None:
    async def test() -> None:
        delivery, line = opened()
        first, *rest = parts_of("x" * 3000)
        ping = '{"kind":"ping","ack":1}'
        line.deliver(f"[{first},{ping}]")
        line.ack(1)
        line.deliver(f"[{','.join(rest)}]")
        assert heard(delivery) == ["x" * 3000]

    run(test)


def test_parts_that_come_twice_count_once_also_after_their_event() -> None:
    async def test() -> None:
        delivery, line = opened()
        first, second, *rest = parts_of("x" * 3000)
        for text in [first, first, second, first, second, *rest, *rest, first]:
            line.deliver(text)
        for text in parts_of("y" * 2000, seq=2):
            line.deliver(text)
        line.deliver(first)
        assert heard(delivery) == ["x" * 3000, "y" * 2000]
        assert not line.closed
        assert errors(line) == []

    run(test)


@pytest.mark.parametrize("lost", ["first", "middle", "all but one", "last"])
def test_a_part_that_is_missing_ends_the_line_and_the_next_begins_it_anew(lost: str) -> None:
    async def test() -> None:
        delivery, line = opened()
        parts = parts_of("x" * 3000)
        later = parts_of("y" * 2000, seq=2)
        came = {
            "first": parts[1:],
            "middle": [parts[0], *parts[2:]],
            "all but one": parts[-1:],
            "last": [*parts[:-1], *later],
        }[lost]
        for text in came:
            line.deliver(text)
        assert (line.closed, line.code) == (True, 1011)
        assert heard(delivery) == []
        again = Line()
        delivery.attach(again, applied=1)
        for text in [*parts, *later]:
            again.deliver(text)
        assert heard(delivery) == ["x" * 3000, "y" * 2000]

    run(test)


def test_a_line_cut_between_parts_leaves_nothing_of_them_to_the_next() -> None:
    async def test() -> None:
        delivery, line = opened()
        parts = parts_of("x" * 3000)
        line.deliver(parts[0])
        delivery.detach(line)
        other = Line()
        delivery.attach(other, applied=1)
        other.deliver(parts[1])
        assert other.code == 1011
        assert heard(delivery) == []

    run(test)


def test_a_number_that_ran_is_acknowledged_again_and_not_run() -> None:
    async def test() -> None:
        delivery, line = opened()
        for text in parts_of("x" * 3000):
            line.deliver(text)
        again = Line()
        delivery.attach(again, applied=2)
        for text in parts_of("x" * 3000):
            again.deliver(text)
        assert heard(delivery) == ["x" * 3000]
        assert again.frames[-1]["ack"] == 1
        assert again.frames[-1]["data"] == []

    run(test)


def test_more_than_the_bound_is_refused_once_as_its_event_and_those_after_it_run() -> None:
    async def test() -> None:
        delivery, line = opened()
        for text in [*parts_of("x" * 9000), *parts_of("y" * 2000, seq=2)]:
            line.deliver(text)
        ((code, message, ack),) = errors(line)
        assert (code, ack) == ("bad_frame", 1)
        assert "an event of more than 5000 bytes" in message
        assert heard(delivery) == ["y" * 2000]

    run(test)


def test_the_bound_is_of_bytes_and_no_more_than_that_is_kept() -> None:
    parts = Parts(MOST)
    for text in parts_of("🎈" * 1200):
        parts.add(json.loads(text))
    *most, last = parts_of("🎈" * 1300, seq=2)
    for text in most:
        parts.add(json.loads(text))
    with pytest.raises(FrameError, match="more than 5000 bytes"):
        parts.add(json.loads(last))


@pytest.mark.parametrize(
    "wrong",
    [
        {"part": 0},
        {"part": 3},
        {"part": "1"},
        {"part": True},
        {"of": 0},
        {"of": None},
        {"text": ""},
        {"text": 7},
        {"text": "\ud83d"},
        {"ack": -1},
    ],
)
def test_what_is_no_part_is_refused_and_answers_its_event(wrong: dict[str, Any]) -> None:
    async def test() -> None:
        delivery, line = opened()
        part = {"kind": "part", "seq": 1, "part": 1, "of": 2, "text": "{", **wrong}
        line.deliver(json.dumps(part))
        ((code, _, ack),) = errors(line)
        assert (code, ack) == ("bad_frame", 1)
        line.deliver(json.dumps({"kind": "event", "data": typed("on"), "seq": 2}))
        assert heard(delivery) == ["on"]

    run(test)


@pytest.mark.parametrize("seq", [None, 0, -1, "1"])
def test_a_part_without_a_number_is_refused_and_acknowledges_nothing(seq: Any) -> None:
    async def test() -> None:
        delivery, line = opened()
        part = {"kind": "part", "seq": seq, "part": 1, "of": 2, "text": "{"}
        line.deliver(json.dumps(part))
        ((code, _, ack),) = errors(line)
        assert (code, ack) == ("bad_frame", None)
        line.deliver(json.dumps({"kind": "event", "data": typed("on"), "seq": 1}))
        assert heard(delivery) == ["on"]

    run(test)


@pytest.mark.parametrize("text", ["nonsense", "[]", "7", '{"type":7}', '{"type":"input","id":-1}'])
def test_parts_that_come_to_no_event_are_refused_once(text: str) -> None:
    async def test() -> None:
        delivery, line = opened()
        half = len(text) // 2 or 1
        halves = [text[:half], text[half:] or " "]
        for part, some in enumerate(halves, 1):
            line.deliver(
                json.dumps({"kind": "part", "seq": 1, "part": part, "of": 2, "text": some})
            )
        ((code, _, ack),) = errors(line)
        assert (code, ack) == ("bad_frame", 1)
        line.deliver(json.dumps({"kind": "event", "data": typed("on"), "seq": 2}))
        assert heard(delivery) == ["on"]

    run(test)


def test_a_count_that_changes_is_refused_and_the_rest_is_passed_over() -> None:
    async def test() -> None:
        delivery, line = opened()
        for part, of in ((1, 4), (2, 3), (3, 3), (3, 4), (4, 4)):
            line.deliver(
                json.dumps({"kind": "part", "seq": 1, "part": part, "of": of, "text": "x"})
            )
        assert [(code, ack) for code, _, ack in errors(line)] == [("bad_frame", 1)]
        line.deliver(json.dumps({"kind": "event", "data": typed("on"), "seq": 2}))
        assert heard(delivery) == ["on"]
        assert not line.closed

    run(test)


def test_a_long_event_waits_for_its_turn_like_any_other() -> None:
    async def test() -> None:
        delivery, line = opened()
        for text in parts_of("x" * 3000, seq=2):
            line.deliver(text)
        assert (line.code, heard(delivery)) == (1011, [])

    run(test)


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_order_and_number_parts_come_in_each_event_runs_once_or_the_line_ends(
    seed: int,
) -> None:
    async def test() -> None:
        chance = random.Random(seed)
        delivery, line = opened()
        whole = [parts_of(str(n) * 2000, seq=n) for n in (1, 2, 3)]
        due = [text for texts in whole for text in texts]
        for _ in range(chance.randrange(4)):
            at = chance.randrange(len(due))
            due.insert(chance.randrange(len(due)), due[at])
        for text in due:
            line.deliver(text)
        words = [str(n) * 2000 for n in (1, 2, 3)]
        assert heard(delivery) == words[: len(heard(delivery))]
        assert line.closed or heard(delivery) == words
        assert errors(line) == []

    run(test)


def test_what_an_error_quotes_is_bounded() -> None:
    async def test() -> None:
        delivery, line = opened(2**20)
        long = "k" * 900_000
        wrong: list[dict[str, Any]] = [
            {"type": "click", "key": long},
            {"type": long},
            {"type": "click", "id": [long]},
        ]
        for seq, data in enumerate(wrong, 1):
            for part in cut(data, seq, 65536):
                line.deliver(part)
        told = errors(line)
        assert [ack for _, _, ack in told] == [1, 2, 3]
        assert max(len(text) for text in line.sent) < 1000
        assert told[0][1].startswith("nothing with key 'kkk")
        await delivery.aclose()

    run(test)
