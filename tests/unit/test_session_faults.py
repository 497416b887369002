"""A running app: what goes wrong is answered, and it lives on."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

import pytest

from tempestweb_wasm.core.app import App, Context
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.widgets import Button, Column, Input, Text

from .harness import Harness, View, counter, run


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="tempestweb_wasm")


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


def test_what_a_client_sends_in_vain_is_a_line_for_who_asks_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        h.session.receive("no JSON")
        h.session.receive('{"kind":"event","data":{"type":"click","key":"gone"},"seq":1}')
        assert [frame["kind"] for frame in h.frames] == ["patches", "error", "error"]

    caplog.set_level(logging.INFO, logger="tempestweb_wasm")
    run(test)
    assert [(r.levelname, r.exc_info) for r in caplog.records] == [("INFO", None)] * 2
    assert "a frame is refused: " in caplog.text


def test_a_handler_that_raises_is_one_acknowledging_error_and_the_app_goes_on() -> None:
    async def test() -> None:
        h = Harness(failing, dev=True)
        h.session.start()
        h.event("boom")
        error, patch = h.frames[1:]
        assert (error["kind"], error["code"], error["ack"]) == ("error", "handler_failed", 1)
        assert "on_click of Button 'boom' raised ValueError: boom" in error["message"]
        place, _, rest = error["detail"].partition("\n")
        assert re.fullmatch(r".*test_session_faults\.py, line \d+, in boom", place)
        assert "Traceback" in rest
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
        assert h.frames[2] == {"kind": "patches", "data": [], "seq": 3, "ack": 2}

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
        (lambda app: text("x", key=1), "unknown_prop", "Text(content=…)"),
        (lambda app: text(), "unknown_prop", "without 'content'"),
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


def test_a_numbered_event_that_is_none_is_refused_and_done() -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        h.event("inc", data=None)
        h.event("inc")
        assert [(f.get("code"), f["ack"]) for f in h.frames[1:]] == [("bad_frame", 1), (None, 2)]

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
