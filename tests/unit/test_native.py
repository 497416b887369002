"""Calls of the visitor's browser, as the app and the wire have them."""

from __future__ import annotations

import asyncio
import math
from functools import partial
from typing import Any, Literal

import pytest

from tempestweb_wasm import App, Text, Widget, native
from tempestweb_wasm.errors import StateError
from tempestweb_wasm.native._calls import MOST_CALLS, PATIENCE
from tempestweb_wasm.testing import Client, virtual

from .calling import Page, State, Work, app_of
from .harness import run


def outcome(work: Work, *answers: tuple[Any, ...], **options: Any) -> str:
    """What *work* came to in a browser that answers so."""
    with Client(State, app_of(work)) as client:
        for capability, value in answers:
            client.native(capability, value, **options)
        client.click("go")
        return client.state.said[-1]


def answer(asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "native_result", "call_id": asked["call_id"], "ok": True, **more}


def test_a_call_gives_what_the_browser_says() -> None:
    assert outcome(native.clipboard.read_text, ("clipboard.read_text", "pasted")) == "'pasted'"


def test_the_arguments_are_those_of_the_call() -> None:
    with Client(State, app_of(lambda app: native.clipboard.write_text(app, "é\ud800"))) as client:
        client.native("clipboard.write_text")
        client.click("go")
        assert client.state.said == ["None"]
        assert [(one.capability, one.args) for one in client.calls] == [
            ("clipboard.write_text", {"text": "é\ufffd"})
        ]


@pytest.mark.parametrize("error", ["denied", "unsupported", "failed"])
def test_a_refusal_is_an_error_with_a_code_of_its_own(error: Any) -> None:
    said = outcome(native.clipboard.read_text, ("clipboard.read_text", None), error=error)
    assert said == f"native_{error}: clipboard.read_text: said the test"


@pytest.mark.parametrize("value", [None, 7, ["text"], {"text": "x"}])
def test_an_answer_of_another_shape_never_reaches_the_app(value: Any) -> None:
    said = outcome(native.clipboard.read_text, ("clipboard.read_text", value))
    assert said.startswith("native_bad_answer: clipboard.read_text: the answer: ")


def test_a_place_is_checked_field_by_field() -> None:
    where: dict[str, Any] = {"latitude": 48.1, "longitude": 11.6, "accuracy": 20}
    where |= {"time": "2026-11-21T10:00:00.000Z", "heading": None}
    said = outcome(native.geolocation.get, ("geolocation.get", where))
    assert said.startswith("Position(latitude=48.1, longitude=11.6, accuracy=20.0")
    said = outcome(native.geolocation.get, ("geolocation.get", {**where, "latitude": 91}))
    assert said.startswith("native_bad_answer: geolocation.get: latitude: ")


def test_a_test_without_an_answer_is_told_so() -> None:
    told = pytest.raises(AssertionError, match=r"client\.native\('clipboard\.read_text', …\)")
    with Client(State, app_of(native.clipboard.read_text)) as client, told:
        client.click("go")


def test_a_page_that_says_nothing_is_given_up() -> None:
    async def main() -> None:
        page = Page(lambda app: native.clipboard.write_text(app, "x"))
        await asyncio.sleep(PATIENCE - 1)
        assert page.asked()
        await asyncio.sleep(2)
        assert (await page.result()).startswith("native_timed_out: clipboard.write_text: ")
        page.says(answer(page.asked()[0], value=None))
        assert len(page.session.app.state.said) == 1  # type: ignore[union-attr]

    virtual.run(main())


def test_only_what_was_asked_is_answered_and_once() -> None:
    async def test() -> None:
        page = Page(native.clipboard.read_text)
        await page.harness.until(page.asked)
        (asked,) = page.asked()
        before = len(page.harness.frames)
        page.says(answer({"call_id": asked["call_id"] + 1}, value="never asked"))
        page.says(answer(asked, value="first"))
        page.says(answer(asked, value="second"))
        assert await page.result() == "'first'"
        frames = page.harness.frames[before:]
        assert {frame["kind"] for frame in frames} <= {"patches"}, "and nobody is told of an error"

    run(test)


def test_a_session_can_not_answer_for_another() -> None:
    async def test() -> None:
        one, other = Page(native.clipboard.read_text), Page(native.clipboard.read_text)
        await one.harness.until(one.asked)
        await other.harness.until(other.asked)
        other.says(answer(one.asked()[0], value="theirs"))
        one.says(answer(one.asked()[0], value="ours"))
        assert await one.result() == "'ours'"
        assert other.session.app.state.said == []  # type: ignore[union-attr]

    run(test)


@pytest.mark.parametrize(
    "frame",
    [
        {"kind": "native_result", "ok": True},
        {"kind": "native_result", "call_id": "7", "ok": True},
        {"kind": "native_result", "call_id": 7},
        {"kind": "native_result", "call_id": 7, "ok": False, "message": ["x"]},
        {"kind": "native_event", "event": 1},
        {"kind": "native_event", "sub_id": 7, "n": -1},
    ],
)
def test_an_answer_that_is_none_is_refused(frame: dict[str, Any]) -> None:
    async def test() -> None:
        page = Page(native.clipboard.read_text)
        page.says(frame)
        assert page.harness.frames[-1]["code"] == "bad_frame"

    run(test)


def test_the_end_of_a_session_cancels_who_waits() -> None:
    async def test() -> None:
        ended: list[str] = []

        async def work(app: App[Any]) -> None:
            try:
                await native.clipboard.read_text(app)
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise

        page = Page(work)
        await page.harness.until(page.asked)
        await page.session.aclose()
        assert ended == ["cancelled"]
        app = page.session.app
        assert app is not None
        with pytest.raises(native.NativeFailedError, match="has ended"):
            await native.clipboard.read_text(app)

    run(test)


def test_open_calls_have_a_limit_and_so_have_arguments() -> None:
    async def many(app: App[Any]) -> list[str]:
        calls = [native.clipboard.read_text(app) for _ in range(MOST_CALLS + 1)]
        done = await asyncio.gather(*calls, return_exceptions=True)
        return [str(one) for one in done if isinstance(one, Exception)]

    said = outcome(many, ("clipboard.read_text", "x"))
    assert (
        said
        == f"['clipboard.read_text: {MOST_CALLS} calls and streams are open: let some end first']"
    )
    long = outcome(lambda app: native.clipboard.write_text(app, "x" * (1 << 20)))
    assert long.startswith("native_failed: clipboard.write_text: its arguments have 10485")
    none = outcome(partial(native.storage.set, key="k", value=object()))
    assert none.startswith("native_failed: storage.set: 'k' can't be JSON: ")


@pytest.mark.parametrize(
    "value", [[], b"\xff", 10**5000, {"a": b"\xff"}], ids=["itself", "bytes", "digits", "within"]
)
def test_what_can_not_be_json_is_an_error_of_the_call(value: Any) -> None:
    if value == []:
        value.append(value)
    said = outcome(partial(native.storage.set, key="k", value=value))
    assert said.startswith("native_failed: storage.set: ")
    assert "can't be JSON: " in said


def test_what_is_kept_may_be_of_any_type_that_pydantic_reads() -> None:
    one = outcome(partial(native.storage.get, key="k", kind=int | str), ("storage.get", "x"))
    assert one == "'x'"
    other = outcome(
        lambda app: native.storage.get(app, "k", Literal["a", "b"]), ("storage.get", "c")
    )
    assert other.startswith("native_bad_answer: storage.get: ")


def test_times_may_be_for_ever() -> None:
    def where(app: App[Any]) -> Any:
        return native.geolocation.get(app, max_age=math.inf, within=math.inf)

    with Client(State, app_of(where)) as client:
        client.native("geolocation.get", error="denied")
        client.click("go")
        assert client.calls[0].args == {
            "high_accuracy": False,
            "max_age": 0xFFFFFFFF,
            "within": 0xFFFFFFFF,
        }


@pytest.mark.parametrize(
    "wrong", [{"max_age": math.nan}, {"within": math.nan}, {"within": 0}, {"max_age": -1}]
)
def test_times_are_times(wrong: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="seconds from 0"):
        outcome(lambda app: native.geolocation.get(app, **wrong))


def test_nothing_is_called_while_view_runs() -> None:
    def view(app: App[State]) -> Widget:
        with pytest.raises(StateError, match="while view ran"):
            native.page.reload(app)
        return Text(content="shown")

    with Client(State, view) as client:
        assert client.texts() == ["shown"]
